"""“start over”: asks what is meant; nothing goes by itself."""

from __future__ import annotations

from conversations.actions import open_cards
from conversations.intents import Details, intent, press, pressed
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome


@intent(
    "restart",
    label="Start over",
    summary="Begin again",
    examples=("start over", "restart", "reset", "begin again"),
    pattern=(
        r"/?(?:please |can (?:i|we) |let'?s |i (?:want|would like|'d like) to )?"
        r"(?:start (?:over|again|afresh|from (?:scratch|the beginning|zero))|restart|reset"
        r"|begin (?:again|anew)|new (?:start|conversation|chat)|clean slate)"
        r"(?: (?:everything|it all|please|now|the (?:bot|chat|conversation)))*\W*"
    ),
)
async def restart(turn: Turn, said: Details) -> Reply:
    """Which of three: what is open is given up, the questions of the start, or all of it goes."""
    opened = await open_cards.find(turn) is not None or bool(turn.state.get("flow"))
    trades = await turn.work.trades.count(turn.portfolio.id)
    buttons = [Button("Clear what is open", "restart:open")] if opened else []
    buttons.append(Button("The four questions", "start:currency"))
    if turn.portfolio.demo:
        buttons.append(Button("End the demo", "pick:end_demo"))
    buttons += [Button("Delete everything", "restart:delete"), Button("Keep all", "restart:keep")]
    return Reply(welcome.start_over(trades, opened=opened), row(*buttons))


@press("restart")
async def chosen(turn: Turn, said: Details) -> Reply:
    """``restart:open``: as "cancel"; ``restart:delete``: the question that deletion asks."""
    where = {"open": "cancel", "delete": "delete_everything"}.get(said["data"])
    handler = pressed("pick")
    if where is None or handler is None:
        return Reply(welcome.nothing_cleared())
    return await handler(turn, {"data": where})
