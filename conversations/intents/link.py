"""“link my account”: the same person on another app, proven by a code that works once."""

from __future__ import annotations

from conversations.actions.teams import codes, linking, teaming
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import linking as words

_CODE = rf"({codes.PATTERN}|(?P<short>[a-z2-7]{{4,6}}(-[a-z2-7]{{1,6}}){{1,8}}))"


@intent(
    "link",
    label="Link accounts",
    summary="Use me from another app too",
    group="settings",
    examples=("link my account", "link my telegram", "/link", "connect another app"),
    pattern=(
        r"/?(link|connect)( (my |another |an )?(other )?"
        r"(accounts?|apps?|telegram|slack|web|phone))?"
        r"( (to|with) (telegram|slack|the web|the terminal))?\W*"
    ),
    guess="offer",
)
async def link(turn: Turn, said: Details) -> Reply:
    code = codes.make()
    until = turn.now + codes.LASTS
    here = turn.message.address.channel
    await turn.work.links.issue(codes.digest(code), turn.person.id, here, turn.now, until)
    bot = await turn.work.doors.name("telegram") if here != "telegram" else None
    return Reply(words.code(code, int(codes.LASTS.total_seconds() // 60), bot), leads=bool(bot))


@intent(
    "link_with",
    label="Enter a code",
    summary="Enter a code from another app",
    examples=(
        "link ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ",
        "/link ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ",
        "/start ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ",
    ),
    pattern=rf"/?(link|start) {_CODE}\W*",
    picked=link,
)
async def link_with(turn: Turn, said: Details) -> Reply:
    """A code that was typed, or came with a deep link: it leads to another account of the same
    person, or into a portfolio that others share."""
    code = said.get("code") or said["short"]
    if await turn.work.members.invited(codes.digest(code), turn.now) != "unknown":
        return await teaming.join(turn, code, None)
    return await _ask(turn, code)


async def _ask(turn: Turn, code: str) -> Reply:
    found = await linking.ask(turn, code)
    if isinstance(found, Reply):
        return found
    other, channel = found
    mine = await linking.side(turn, turn.person.id)
    return Reply(
        words.ask(channel, other.trades, other.since, mine.trades),
        row(Button("Yes, link them", "link:yes"), Button("No", "link:no")),
    )


@press("link")
async def answer(turn: Turn, said: Details) -> Reply:
    if said["data"] != "yes":
        turn.state.pop(linking.OFFERED, None)
        return Reply(words.not_linked())
    found = await linking.join(turn)
    if isinstance(found, Reply):
        return found
    return Reply(words.linked(*found), row(Button("Unlink", "unlink:")))


@intent(
    "unlink",
    label="Unlink",
    summary="Take an app off your account",
    examples=("unlink", "unlink telegram"),
    pattern=r"/?(unlink|disconnect)( (my )?(?P<channel>telegram|slack|web|terminal|account))?\W*",
)
async def unlink(turn: Turn, said: Details) -> Reply:
    if await linking.part(turn):
        return Reply(words.unlinked())
    channel = (said.get("channel") or "").lower()
    if channel in ("", "account"):
        return Reply(words.no_link())
    known = await turn.work.links.accounts(turn.person.id)
    found = [one for one in known if one.channel == channel]
    if not found:
        return Reply(words.no_such_door(channel))
    if len(found) == len(known):
        return Reply(words.only_door())
    for one in found:
        await turn.work.links.detach(turn.person.id, one.channel, one.name, turn.now)
    await turn.work.audit.note(turn.person.id, "detached", turn.now, {"doors": [channel]})
    if turn.message.address.channel == channel:
        turn.gone = True  # who speaks here next is somebody new
    return Reply(words.detached(channel))


@press("unlink")
async def unlink_pressed(turn: Turn, said: Details) -> Reply:
    return await unlink(turn, {})


@intent(
    "my_accounts",
    label="My accounts",
    summary="See from which apps you reach me",
    group="settings",
    examples=("my accounts", "linked accounts"),
    pattern=r"/?((show )?(my |linked |connected )+(accounts|apps|doors))\W*",
)
async def my_accounts(turn: Turn, said: Details) -> Reply:
    known = await turn.work.links.accounts(turn.person.id)
    return Reply(words.accounts(known), row(Button("Link another", "pick:link")))
