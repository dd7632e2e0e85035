"""Sharing a portfolio: who is in it, what they may do, what needs the yes of two."""

from __future__ import annotations

import re
from uuid import UUID

from conversations.actions.teams import codes
from conversations.messages import Reply, pack
from conversations.turn import Turn
from conversations.wording import teams as words
from storage.records import Access, Member

NAME = re.compile(r"[^\W\d_][\w &'-]{1,29}")


async def choose(turn: Turn, name: str | None) -> Access | Reply:
    """The shared portfolio that is meant: the one named, the one spoken about, or the only one."""
    known = await turn.work.members.shared_with(turn.person.id)
    if turn.message.shared:
        known = [one for one in known if turn.access and one.portfolio == turn.access.portfolio]
    if name:
        wanted = re.sub(r"^the | (portfolio|team)$", "", name.strip(), flags=re.IGNORECASE)
        found = [one for one in known if one.name.casefold() == wanted.casefold()]
        return found[0] if found else Reply(words.no_such(name.strip()[:40]))
    about = [one for one in known if one.portfolio == turn.portfolio.id]
    if about or len(known) == 1:
        return (about or known)[0]
    names = [one.name for one in known]
    return Reply(words.which(names) if names else words.none_shared())


def called(turn: Turn, said: str | None, number: int) -> str:
    """What the others will call somebody: what they said, what their app shows, or a number."""
    for name in (said or "", turn.message.called):
        short = " ".join(name.split())[:30]
        if short:
            return short
    return f"Member {number}"


async def find(turn: Turn, access: Access, name: str) -> Member | Reply:
    """The member whom the others call so."""
    wanted = name.strip().casefold()
    known = await turn.work.members.of(access.portfolio)
    if wanted in ("me", "myself"):
        found = [one for one in known if one.person == turn.person.id]
    else:
        found = [one for one in known if one.name.casefold() == wanted]
    if not found:
        return Reply(words.no_such_member(name.strip()[:40], access.name))
    return found[0] if len(found) == 1 else Reply(words.several_called(name, access.name))


async def others_own(turn: Turn, portfolio: UUID) -> bool:
    """Whether it has an owner besides the one who speaks."""
    known = await turn.work.members.of(portfolio)
    return any(one.role == "owner" and one.person != turn.person.id for one in known)


async def pass_on(turn: Turn, portfolio: UUID, leaving: UUID) -> None:
    """Somebody who goes leaves the portfolio to another owner of it."""
    record = await turn.work.portfolios.get(portfolio)
    if record.person != leaving:
        return
    owners = [
        one.person
        for one in await turn.work.members.of(portfolio)
        if one.role == "owner" and one.person != leaving
    ]
    await turn.work.members.hand_over(portfolio, owners[0])


async def part(turn: Turn, portfolio: UUID, person: UUID) -> None:
    """Take somebody out; where slow work was promised to them, it says that it stopped."""
    stopped = await turn.work.members.remove(portfolio, person, turn.now)
    for promised in stopped or ():
        await turn.work.outbox.edit(promised, pack(Reply(words.no_longer_in())))


async def too_many_tries(turn: Turn) -> bool:
    """Whether this chat has tried too many wrong codes to try another."""
    address = turn.message.address
    tries = await turn.work.links.tries(address.channel, address.chat, turn.now, codes.WINDOW)
    return tries >= codes.TRIES


async def wrong_code(turn: Turn, reason: str) -> Reply:
    """Say why a code is worth nothing; it counts as a guess."""
    address = turn.message.address
    await turn.work.links.tried(address.channel, address.chat, turn.now, codes.WINDOW)
    return Reply(words.bad_code(reason))


async def join(turn: Turn, code: str, name: str | None) -> Reply:
    """Come in with an invitation."""
    if await too_many_tries(turn):
        return Reply(words.bad_code("many"))
    hashed = codes.digest(code)
    found = await turn.work.members.invited(hashed, turn.now)
    if isinstance(found, str):
        return await wrong_code(turn, found)
    portfolio, role = found
    record = await turn.work.portfolios.get(portfolio)
    access = await turn.work.members.access(turn.person.id, portfolio)
    if access is not None:
        return Reply(words.in_already(record.name, access.role))
    number = len(await turn.work.members.of(portfolio)) + 1
    as_ = called(turn, name, number)
    await turn.work.members.join(hashed, turn.person.id, as_, turn.now)
    here = turn.message.address
    await turn.work.links.mask(turn.now, codes.digest, (hashed, (here.channel, here.chat)))
    await turn.work.audit.note(
        portfolio, "joined", turn.now, {"member": str(turn.person.id), "role": role}
    )
    return Reply(words.joined(record.name, role, as_))
