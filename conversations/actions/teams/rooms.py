"""Which portfolio a message is about: the chat's own, the one it names, or the person's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from conversations.actions import drafts
from conversations.messages import IncomingMessage
from storage.records import Access, Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

FIRST_PORTFOLIO = "Main"
_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Room:
    """Where somebody speaks: about ``portfolio``, as ``access`` lets them (None: not at all)."""

    portfolio: PortfolioRecord
    access: Access | None
    message: IncomingMessage  # without the name of the portfolio
    bound: bool = False  # all that is said in this chat is about one shared portfolio
    carried: bool = False  # it was neither named nor chosen: an open card is about it


async def enter(
    work: UnitOfWork, person: Person, message: IncomingMessage, state: dict[str, Any]
) -> Room:
    """Open the portfolio that is spoken about, if this person may see it.

    The one way from a person to a portfolio: whatever a turn or a task shows or changes goes
    through here. Of those who may only look on, nothing is changed whatever they ask for.
    """
    work.audit.actor = work.journal.whose = person.id
    if message.shared:
        state |= {"shared": True, "room": message.room}
    known = await work.members.shared_with(person.id)
    room = await _room(work, person, message, state, known)
    keep_to(work, room.access)
    return room


def keep_to(work: UnitOfWork, access: Access | None) -> None:
    """Whenever a portfolio comes to be spoken about: who may only look on changes nothing of it."""
    if access is not None and not access.writes:
        work.rights.only_look_at(access.portfolio)


async def _room(
    work: UnitOfWork,
    person: Person,
    message: IncomingMessage,
    state: dict[str, Any],
    known: list[Access],
) -> Room:
    address = message.address
    if state.get("shared"):
        bound = await work.members.bound(address.channel, state.get("room") or address.chat)
        access = next((one for one in known if one.portfolio == bound), None)
        if access is None:
            return Room(await home(work, person, known), None, message, bound=bound is not None)
        message = replace(message, text=_said(message.text, [access])[1])
        return Room(await work.portfolios.get(access.portfolio), access, message, bound=True)
    if known:
        named, text = _said(message.text, known)
        carried = None if named else await _carried(work, message, state, known)
        if (chosen := named or carried) is not None:
            portfolio = await work.portfolios.get(chosen.portfolio)
            return Room(portfolio, chosen, replace(message, text=text), carried=carried is not None)
    portfolio = await home(work, person, known)
    return Room(portfolio, access_of(person, portfolio, known), message)


async def open_first(work: UnitOfWork, person: Person) -> PortfolioRecord:
    """A portfolio for who has none of their own."""
    return await work.portfolios.open(person.id, FIRST_PORTFOLIO, currency=person.currency)


async def home(work: UnitOfWork, person: Person, known: list[Access]) -> PortfolioRecord:
    """The portfolio a person is about when they name none: what they chose, else their own."""
    if person.portfolio is not None:
        portfolio = await work.portfolios.get(person.portfolio)
        seen = access_of(person, portfolio, known) is not None
        if seen and not await work.members.barred(person.id, portfolio.id):
            return portfolio
    own = [one for one in await work.portfolios.of(person.id) if not one.demo]
    portfolio = own[0] if own else await open_first(work, person)
    await work.users.change(person.id, portfolio=portfolio.id)
    return portfolio


def access_of(person: Person, portfolio: PortfolioRecord, known: list[Access]) -> Access | None:
    """What a person may do with a portfolio that was opened for them."""
    shared = next((one for one in known if one.portfolio == portfolio.id), None)
    if shared is not None or portfolio.person != person.id:
        return shared
    return Access(portfolio.id, portfolio.name, "owner")


def _said(text: str, known: list[Access]) -> tuple[Access | None, str]:
    """The shared portfolio that ``text`` names, and what it says of it: "for club" goes, "the club
    portfolio" is "my portfolio" from here on."""
    for one in known:
        name = re.escape(one.name)
        for pattern, instead in (
            (rf"\s+(?:for|in|into|of|on) (?:the )?{name}(?: portfolio| team)?\s*([.?!]*)$", r"\1"),
            (rf"\b(?:the )?{name} portfolio\b", "my portfolio"),
            (rf"^{name}\s*:\s*(?=\S)", ""),
        ):
            stripped, found = re.subn(pattern, instead, text, flags=re.IGNORECASE)
            if found and stripped.strip():
                return one, stripped
    return None, text


async def _carried(
    work: UnitOfWork, message: IncomingMessage, state: dict[str, Any], known: list[Access]
) -> Access | None:
    """The shared portfolio that a pressed button or an open card is about."""
    ids: list[UUID | None] = []
    if message.pressed is not None:
        ids = [_id(found) for found in _IDS.findall(message.pressed)]
    elif state.get("flow") == "trade":
        ids = [drafts.long(state.get("draft") or "")]
    for id in ids:
        about = await work.members.portfolio_of(id) if id is not None else None
        for one in known:
            if one.portfolio == about:
                return one
    return None


def _id(text: str) -> UUID | None:
    return UUID(text) if len(text) == 36 else drafts.long(text)
