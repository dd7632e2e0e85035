"""“and mine?” in a group: one's own portfolio is told to nobody else."""

from __future__ import annotations

from dataclasses import replace

from conversations.actions.teams import rooms
from conversations.intents import Details, intent, known
from conversations.messages import OPEN_DM, Button, Reply, pack, row
from conversations.turn import Turn
from conversations.wording import doors
from conversations.wording import teams as words


@intent(
    "mine",
    label="And mine?",
    summary="Ask about your own portfolio",
    group="team",
    examples=("and mine?", "what about mine?"),
    pattern=r"/?((and|what about|how about) (mine|my own( portfolio)?)|mine)\W*",
)
async def mine(turn: Turn, said: Details) -> Reply:
    shared = await turn.work.members.shared_with(turn.person.id)
    portfolio = await rooms.home(turn.work, turn.person, shared)
    of_others = {one.portfolio for one in shared}
    if portfolio.id in of_others:  # "use Club" was said: theirs is still the one they keep alone
        alone = [
            one
            for one in await turn.work.portfolios.of(turn.person.id)
            if not one.demo and one.id not in of_others
        ]
        portfolio = alone[0] if alone else await rooms.open_first(turn.work, turn.person)
    own = replace(turn, portfolio=portfolio, access=rooms.access_of(turn.person, portfolio, shared))
    holdings = next(one for one in known() if one.name == "holdings")
    answer = await holdings.handler(own, {})
    if not turn.message.shared:
        return answer
    here = turn.message.address.channel
    chats = await turn.work.dialogs.private_chats(turn.person.id)
    private = next((chat for channel, chat in chats if channel == here), None)
    if private is None:
        button = row(Button(doors.OPEN, OPEN_DM))
        return Reply(words.mine_is_private(sent=False), button, private=True)
    await turn.work.outbox.add(here, private, pack(answer))
    return Reply(words.mine_is_private(sent=True), private=True)
