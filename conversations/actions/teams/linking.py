"""Two accounts of one person become one, and two again if that was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from conversations.actions.teams import codes, teaming
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import linking as words
from conversations.wording import teams

UNDO_WITHIN = timedelta(minutes=10)
OFFERED = "link"  # in the chat's memory: the hash of the code that was typed


@dataclass(frozen=True, slots=True)
class Side:
    """One of two accounts."""

    person: UUID
    trades: int
    since: datetime


async def ask(turn: Turn, code: str) -> tuple[Side, str] | Reply:
    """Whose code it is and where they asked for it, or why it is worth nothing."""
    if await teaming.too_many_tries(turn):
        return Reply(teams.bad_code("many"))
    hashed = codes.digest(code)
    found = await _other(turn, hashed)
    if isinstance(found, Reply):
        return found
    turn.state[OFFERED] = hashed.hex()
    return found


async def _other(turn: Turn, hashed: bytes) -> tuple[Side, str] | Reply:
    found = await turn.work.links.look(hashed, turn.now)
    if isinstance(found, str):
        return await teaming.wrong_code(turn, found)
    person, channel = found
    if person == turn.person.id:
        return Reply(teams.bad_code("own"))
    return await side(turn, person), channel


async def side(turn: Turn, person: UUID) -> Side:
    trades, since = await turn.work.links.size(person)
    return Side(person, trades, since)


async def join(turn: Turn) -> Reply | tuple[list[str], int]:
    """Make one of the account that speaks and the one whose code was typed: the older of those
    with trades stays. Its doors, and how many trades it has now."""
    offered = turn.state.pop(OFFERED, None)
    if offered is None:
        return Reply(words.nothing_offered())
    hashed = bytes.fromhex(offered)
    found = await _other(turn, hashed)
    if isinstance(found, Reply):
        return found
    other, mine = found[0], await side(turn, turn.person.id)
    stays, goes = sorted((other, mine), key=lambda one: (one.trades == 0, one.since))
    await turn.work.links.use(hashed, turn.now)
    here = turn.message.address
    await turn.work.links.mask(turn.now, codes.digest, (hashed, (here.channel, here.chat)))
    await turn.work.links.join(stays.person, goes.person, turn.now)
    turn.person = await turn.work.users.get(stays.person)
    doors = [one.channel for one in await turn.work.links.accounts(stays.person)]
    await turn.work.audit.note(stays.person, "linked", turn.now, {"doors": doors})
    return doors, mine.trades + other.trades


async def part(turn: Turn) -> bool:
    """Undo the last joining. False: there is none that is young enough."""
    links = turn.work.links
    last = await links.last(turn.person.id, turn.now - UNDO_WITHIN)
    if last is None:
        return False
    other = await links.part(last, turn.now)
    await turn.work.audit.note(turn.person.id, "unlinked", turn.now)
    if other is not None:
        here = turn.message
        turn.person = await turn.work.users.known_as(here.address.channel, here.sender)
    return True
