"""“end demo”: remove the demo portfolio and everything in it."""

from __future__ import annotations

from conversations.actions import accounts, promises
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome


@intent(
    "end_demo",
    label="End demo",
    summary="Remove the demo portfolio",
    examples=("end demo", "stop the demo", "leave demo", "/enddemo"),
    pattern=r"/?(end|stop|leave|quit|exit|remove|close) ?(the |my )?demo( portfolio)?\W*",
)
async def end_demo(turn: Turn, said: Details) -> Reply:
    await promises.call_off(turn)
    turn.state.update(flow=None, draft=None, why="", last_symbol=None)
    if not await accounts.end_demo(turn.work, turn.person):
        return Reply(welcome.no_demo())
    return Reply(
        welcome.demo_ended(),
        row(Button("Record a trade", "pick:trade"), Button("Portfolio", "pick:holdings")),
    )
