"""“demo”: a made-up investor on real prices to try everything on; “end demo” removes it."""

from __future__ import annotations

from conversations.actions import accounts
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome
from engine.ledger import Kind


@intent(
    "demo",
    label="Demo portfolio",
    summary="Try it on a demo portfolio",
    group="trades",
    examples=("demo", "/demo", "start the demo", "try the demo"),
    pattern=r"/?((start|try|open|load|just try|show me) )?(the |a )?demo( portfolio)?\W*",
    rank=7,
    guess="offer",
)
async def demo(turn: Turn, said: Details) -> Reply:
    buttons = row(Button("Bias report", "pick:biases"), Button("Portfolio", "pick:holdings"))
    there = await accounts.demo_of(turn.work, turn.person)
    turn.state["flow"] = None
    if there is not None:
        await turn.work.users.change(turn.person.id, portfolio=there.id)
        return Reply(welcome.demo_on_already(), buttons)
    started = await accounts.start_demo(turn.work, turn.person)
    if started is None:
        return Reply(welcome.demo_unavailable())
    trades, last = started
    traded = sum(one.kind in (Kind.BUY, Kind.SELL) for one in trades)
    text = welcome.demo_started(traded, trades[0].at.date(), last)
    return Reply(text, buttons)
