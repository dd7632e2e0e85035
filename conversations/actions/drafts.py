"""Trades waiting for a yes: how a draft is kept, found again and given up."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from pydantic import TypeAdapter

from conversations.messages import Address
from conversations.reading.meaning import TradeReading
from storage.records import Draft, Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

EXPIRES_AFTER = timedelta(minutes=15)
_readings: TypeAdapter[tuple[TradeReading, ...]] = TypeAdapter(tuple[TradeReading, ...])


@dataclass(frozen=True, slots=True)
class Content:
    """What a draft holds: the trades as understood so far, and what the person waved through."""

    readings: tuple[TradeReading, ...]
    warned: bool = False  # a warning was shown; it is shown once
    planned: bool = False  # the person said the trade follows a plan
    allow_short: bool = False  # the person said they are short
    twins: bool = False  # the person said the look-alike is a second trade
    focus: int = 0  # which of several trades is being edited
    revision: int = 0  # moves with every change; a button of an older one saves nothing
    waits: str = ""  # the trade in words, where the person chose to wait with it
    reason: str = ""  # why, in their own words
    told: str = ""  # the warning that they had read

    def with_reading(self, index: int, reading: TradeReading) -> Content:
        """The draft with one trade changed; what was waved through about another trade is not."""
        old = self.readings[index]
        readings = (*self.readings[:index], reading, *self.readings[index + 1 :])
        changed = replace(self, readings=readings, focus=index, revision=self.revision + 1)
        if _matters(old) == _matters(reading):
            return changed
        return replace(changed, warned=False, planned=False, allow_short=False, twins=False)

    def with_flags(self, **flags: bool) -> Content:
        """The draft with something more waved through."""
        return replace(self, revision=self.revision + 1, **flags)  # type: ignore[arg-type]


def _matters(reading: TradeReading) -> tuple[object, ...]:
    return (reading.side, reading.symbol, reading.quantity, reading.price, reading.on)


def pack(content: Content) -> dict[str, Any]:
    flags = ("warned", "planned", "allow_short", "twins", "focus", "revision")
    waiting = ("waits", "reason", "told") if content.waits else ()
    return {
        "readings": _readings.dump_python(content.readings, mode="json"),
        **{name: getattr(content, name) for name in (*flags, *waiting)},
    }


def unpack(packed: dict[str, Any]) -> Content:
    flags = {name: value for name, value in packed.items() if name != "readings"}
    return Content(_readings.validate_python(packed["readings"]), **flags)


async def add(
    work: UnitOfWork,
    *,
    person: Person,
    portfolio: PortfolioRecord,
    address: Address,
    id: UUID,
    content: Content,
    now: datetime,
) -> None:
    """Keep a draft; an earlier one still open in this chat is replaced by it."""
    here = (address.channel, address.chat, person.id)
    await work.drafts.close_open(*here, "replaced", usual=EXPIRES_AFTER)
    draft = Draft(
        id=id,
        portfolio=portfolio.id,
        person=person.id,
        channel=address.channel,
        chat=address.chat,
        content=pack(content),
        status="open",
        created_at=now,
        expires_at=now + EXPIRES_AFTER,
    )
    await work.drafts.add(draft)


def trade_id(draft: UUID, index: int) -> UUID:
    """The id that the draft's trade number ``index`` will have: made before any button exists."""
    return draft if index == 0 else uuid5(draft, str(index))


def short(id: UUID) -> str:
    """An id in 22 characters, so that it fits into a button."""
    return base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")


def long(text: str) -> UUID | None:
    """The id that ``short`` shortened; nothing when it is not one."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
