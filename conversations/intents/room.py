"""“use Club here”: which portfolio a chat, or what I say next, is about."""

from __future__ import annotations

from conversations.actions.privacy import ASKED
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import teams as words
from storage.records import Access


@intent(
    "use_here",
    label="Use here",
    summary="Have a group speak about one shared portfolio",
    examples=("use Club here", "stop using it here"),
    pattern=(
        r"/?(use (?P<name>[^\W\d_][\w &'-]{1,40}?) here|"
        r"(?P<stop>stop using|don't use) (it|.{2,40}) here)\W*"
    ),
)
async def use_here(turn: Turn, said: Details) -> Reply:
    if not turn.message.shared:
        return Reply(words.not_here())
    work = turn.work
    if said.get("stop"):
        if turn.access is None:
            return Reply(words.not_bound())
        if turn.access.role != "owner":
            return Reply(words.owner_only(turn.access.name))
        await work.members.unbind(*_here(turn))
        await work.audit.note(turn.portfolio.id, "chat left", turn.now)
        return Reply(words.unbound(turn.access.name))
    access = await _own(turn, said["name"])
    if isinstance(access, Reply):
        return access
    if outsiders := await _outsiders(turn, access):
        turn.state[ASKED] = str(access.portfolio)
        buttons = row(Button(words.USE_IT, "usehere:yes"), Button("No", "usehere:no"))
        return Reply(words.ask_bound(access.name, outsiders), buttons)
    return await _bind(turn, access)


async def _bind(turn: Turn, access: Access) -> Reply:
    await turn.work.members.bind(*_here(turn), access.portfolio, turn.now)
    await turn.work.audit.note(access.portfolio, "chat chosen", turn.now)
    return Reply(words.bound(access.name))


@press("usehere")
async def answer(turn: Turn, said: Details) -> Reply:
    """A yes or a no to people reading along who share nothing."""
    asked = turn.state.pop(ASKED, None)
    if asked is None or said["data"] != "yes" or not turn.message.shared:
        return Reply(words.stays_unbound())
    known = await turn.work.members.shared_with(turn.person.id)
    name = next((one.name for one in known if str(one.portfolio) == asked), "")
    access = await _own(turn, name)
    return access if isinstance(access, Reply) else await _bind(turn, access)


def _here(turn: Turn) -> tuple[str, str]:
    return (turn.message.address.channel, turn.message.room or turn.message.address.chat)


async def _outsiders(turn: Turn, access: Access) -> int:
    """How many wrote to us here who do not share the portfolio. Who only reads is not known."""
    here = await turn.work.dialogs.speakers(*_here(turn))
    known = {one.person for one in await turn.work.members.of(access.portfolio)}
    return len(here - known)


async def _own(turn: Turn, name: str) -> Access | Reply:
    known = await turn.work.members.shared_with(turn.person.id)
    found = [one for one in known if one.name.casefold() == name.strip().casefold()]
    if not found:
        return Reply(words.no_such(name[:40] or "that"), private=True)
    if found[0].role != "owner":
        return Reply(words.owner_only(found[0].name), private=True)
    bound = turn.access is not None and turn.access.portfolio != found[0].portfolio
    if bound and turn.access is not None and turn.access.role != "owner":
        return Reply(words.owner_only(turn.access.name), private=True)
    return found[0]
