"""“end demo”: remove the demo portfolio and everything in it."""

from __future__ import annotations

from conversations.actions import accounts
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
    address = turn.message.address
    await turn.work.tasks.cancel(address.channel, address.chat, turn.person.id)
    turn.state.update(flow=None, draft=None, why="", last_symbol=None, batch=None)
    if not await accounts.end_demo(turn.work, turn.person):
        return Reply(welcome.no_demo())
    return Reply(
        welcome.demo_ended(),
        row(Button("Record a trade", "pick:trade"), Button("Portfolio", "pick:holdings")),
    )
