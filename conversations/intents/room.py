"""“use Club here”: which portfolio a chat, or what I say next, is about."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Reply
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
    here = (turn.message.address.channel, turn.message.room or turn.message.address.chat)
    if said.get("stop"):
        if turn.access is None:
            return Reply(words.not_bound())
        if turn.access.role != "owner":
            return Reply(words.owner_only(turn.access.name))
        await work.members.unbind(*here)
        await work.audit.note(turn.portfolio.id, "chat left", turn.now)
        return Reply(words.unbound(turn.access.name))
    access = await _own(turn, said["name"])
    if isinstance(access, Reply):
        return access
    await work.members.bind(*here, access.portfolio, turn.now)
    await work.audit.note(access.portfolio, "chat chosen", turn.now)
    return Reply(words.bound(access.name))


async def _own(turn: Turn, name: str) -> Access | Reply:
    known = await turn.work.members.shared_with(turn.person.id)
    found = [one for one in known if one.name.casefold() == name.strip().casefold()]
    if not found:
        return Reply(words.no_such(name[:40]), private=True)
    if found[0].role != "owner":
        return Reply(words.owner_only(found[0].name), private=True)
    bound = turn.access is not None and turn.access.portfolio != found[0].portfolio
    if bound and turn.access is not None and turn.access.role != "owner":
        return Reply(words.owner_only(turn.access.name), private=True)
    return found[0]
