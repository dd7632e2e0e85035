"""The drafts of a shared portfolio that wait for a second yes, in the order they were written."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from conversations.actions import drafts
from conversations.actions.teams import approving, retracting, rooms
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import waiting as words
from storage.records import Access, Draft
from storage.unit_of_work import UnitOfWork

SHOWN = "drafts"  # of the chat's memory: the list that numbers refer to
MOST = 3  # that have a button of their own


async def listed(turn: Turn) -> Reply:
    """All of them, numbered; the numbers are remembered as they were shown."""
    found = await _waiting(turn)
    if not found:
        turn.state.pop(SHOWN, None)
        return Reply(words.none_wait(turn.portfolio.name if _shared(turn) else ""))
    known = await turn.work.members.of(turn.portfolio.id)
    zone = turn.person.time_zone
    told = []
    for one in found:
        author = approving.named(known, one.person)
        what = await _what(turn, one)
        told.append(words.line(what, author, one.created_at, zone, own=_own(turn, one)))
    names = [_data(one) for one in found]
    turn.state[SHOWN] = {"portfolio": str(turn.portfolio.id), "drafts": names}
    theirs = [n for n, one in enumerate(found) if not _own(turn, one)]
    buttons = [Button(f"Approve {n + 1}", f"waiting:{names[n]}") for n in theirs[:MOST]]
    if len(theirs) > 1:
        buttons.append(Button("Approve all", "waiting:all"))
    return Reply(words.waiting(turn.portfolio.name, told), row(*buttons))


async def several(turn: Turn) -> Reply | None:
    """The list, where "approve" alone could mean more than one."""
    found = await _waiting(turn)
    return await listed(turn) if len(found) > 1 else None


async def named(turn: Turn, number: int | None) -> list[str] | None:
    """The button data of the draft of that number in the list that was shown last, of all without
    a number; None where no such list was shown, or it has no such line."""
    shown: dict[str, Any] = turn.state.get(SHOWN) or {}
    await _waiting(turn)
    if shown.get("portfolio") != str(turn.portfolio.id):
        return None
    data: list[str] = shown["drafts"]
    if number is None:
        return data
    return [data[number - 1]] if 1 <= number <= len(data) else None


async def come_to(turn: Turn) -> None:
    """Speak about the portfolio whose drafts wait."""
    await _waiting(turn)


def _shared(turn: Turn) -> bool:
    return turn.access is not None and turn.access.shared


async def _waiting(turn: Turn) -> list[Draft]:
    """Of the portfolio that is spoken about; where none was named, of the one where any wait."""
    if _shared(turn):
        return await _of(turn, turn.access)
    for one in await turn.work.members.shared_with(turn.person.id):
        if one.shared and (found := await _of(turn, one)):
            turn.portfolio, turn.access = await turn.work.portfolios.get(one.portfolio), one
            rooms.keep_to(turn.work, one)
            return found
    return []


async def _of(turn: Turn, access: Access | None) -> list[Draft]:
    return await sent(turn.work, access.portfolio, turn.now) if access is not None else []


async def sent(work: UnitOfWork, portfolio: UUID, now: datetime) -> list[Draft]:
    """Those that wait for a second yes, the oldest first. A card that its author has not sent to
    the others yet waits for nobody but them."""
    found = await work.drafts.all_open_shared(portfolio, now)
    return [one for one in found if one.expires_at - one.created_at > drafts.EXPIRES_AFTER]


def _own(turn: Turn, draft: Draft) -> bool:
    return draft.person == turn.person.id


async def _what(turn: Turn, draft: Draft) -> str:
    wanted = retracting.unpack(draft.content)
    if wanted is not None:
        return words.change(str(wanted.change))
    content = drafts.unpack(draft.content)
    first = content.readings[0].symbol or ""
    return words.trades_of(content.readings, await turn.currency_of(first))


def _data(draft: Draft) -> str:
    """As the buttons of its card name it."""
    if retracting.unpack(draft.content) is not None:
        return f"{drafts.short(draft.id)}:0"
    return f"{drafts.short(draft.id)}:{drafts.unpack(draft.content).revision}"
