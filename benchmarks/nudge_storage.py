"""One made-up person or team with what they keep: a storage of plain lists, as far as the delivery
of nudges asks, in which a transaction may die at its last step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from conversations.nudging import delivery
from engine.ledger import LotMethod
from storage.nudge_records import NudgeRecord, Readings, TeamVoice
from storage.records import Person, PortfolioRecord

START = datetime(2026, 2, 15, tzinfo=UTC)
ROOM, NOTHING_MEASURED = "-100", Readings({})
BOOK = PortfolioRecord(UUID(int=7), UUID(int=8), "Main", False, "USD", LotMethod.FIFO, False, 1)


@dataclass
class Heard:
    at: datetime
    message: UUID
    body: dict[str, Any]


@dataclass
class Somebody:
    """One person or team with what they keep, and a storage that knows only them."""

    person: Person
    zone: ZoneInfo
    hours: tuple[int, int, bool]
    wrote: list[datetime]
    nudges: dict[UUID, NudgeRecord] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    team: bool = False
    dies: bool = False  # the next transaction does, after its last step
    now: datetime = START


class Died(Exception):
    """A transaction that never came to its end."""


class FakeNudges:
    """``work.nudges`` of one person, as far as the delivery asks."""

    def __init__(self, one: Somebody) -> None:
        self._one = one

    def _waiting(self) -> list[NudgeRecord]:
        return [one for one in self._one.nudges.values() if one.status == "waiting"]

    def _set(self, ids: Sequence[UUID], **values: Any) -> None:
        for id in ids:
            self._one.nudges[id] = replace(self._one.nudges[id], **values)

    async def due(self, now: datetime) -> UUID | None:
        due = [one for one in self._waiting() if one.decide_at is None or one.decide_at <= now]
        return due[0].listener if due else None

    async def mark_late(
        self, listener: UUID, before: datetime, kinds: Sequence[str], until: datetime
    ) -> None:
        for one in self._waiting():
            if one.kind in kinds and not one.reason and one.decide_at and one.decide_at < before:
                self._set([one.id], reason="late", stale_at=max(one.stale_at, until))

    async def drop_late(self, person: UUID, before: datetime) -> int:
        late = [
            one.id
            for one in self._waiting()
            if one.decide_at and one.decide_at < before and one.reason != "late"
        ]
        self._set(late, status="dropped", reason="late")
        return len(late)

    async def waiting(self, person: UUID) -> list[NudgeRecord]:
        return self._waiting()

    async def spoken(self, person: UUID) -> list[tuple[str, str, datetime]]:
        before = [at for at in self._one.wrote if at <= self._one.now]
        return [("telegram", "7", before[-1])] if before else []

    async def spoken_in_room(self, portfolio: UUID) -> datetime | None:
        before = [at for at in self._one.wrote if at <= self._one.now]
        return before[-1] if before else None

    async def seize(self, channel: str, chat: str, person: UUID) -> bool:
        return True

    async def mark_answered(self, person: UUID, since: datetime, *, team: bool = False) -> None:
        for one in list(self._one.nudges.values()):
            if one.said_at is not None and one.answered_at is None:
                later = [at for at in self._one.wrote if one.said_at < at <= self._one.now]
                if later:
                    self._set([one.id], answered_at=later[0])

    async def said_since(self, person: UUID, since: datetime) -> list[NudgeRecord]:
        said = [one for one in self._one.nudges.values() if one.said_at and one.said_at >= since]
        return sorted(said, key=lambda one: (one.said_at or START, one.id))

    async def asked_at(self, person: UUID) -> datetime | None:
        asked = [one.said_at for one in self._one.nudges.values() if one.reason == "asked"]
        return max((at for at in asked if at), default=None)

    async def drop(self, id: UUID, reason: str) -> None:
        self._set([id], status="dropped", reason=reason)

    async def keep_for_digest(self, ids: Sequence[UUID]) -> None:
        self._set(ids, status="digest")

    async def said(
        self, ids: Sequence[UUID], message: UUID, now: datetime, *, asked: bool = False
    ) -> None:
        reason = "asked" if asked else ""
        self._set(ids, status="said", message=message, said_at=now, reason=reason)
        self._one.heard.append(Heard(now, message, {}))

    async def put_off(self, person: UUID, until: datetime) -> None:
        self._set([one.id for one in self._waiting()], decide_at=until)


def work_of(one: Somebody) -> Any:
    """A unit of work, of the parts that the delivery touches."""

    async def get_person(id: UUID) -> Person:
        return one.person

    async def get_portfolio(id: UUID) -> PortfolioRecord:
        return BOOK

    async def get_state(channel: str, chat: str, person: UUID) -> dict[str, Any]:
        return dict(one.state)

    async def put_state(channel: str, chat: str, person: UUID, state: dict[str, Any]) -> None:
        one.state = state

    async def add(channel: str, chat: str, body: dict[str, Any], picture: Any = None) -> int:
        one.heard[-1].body = {**body, "chat": chat}
        return len(one.heard)

    async def get_voice(portfolio: UUID) -> TeamVoice | None:
        kept = one.person.preferences
        return TeamVoice(portfolio, "telegram", ROOM, one.zone.key, START, preferences=kept)

    async def bound(channel: str, chat: str) -> UUID | None:
        return BOOK.id

    async def access(person: UUID, portfolio: UUID) -> PortfolioRecord:
        return BOOK  # everybody may see their own

    async def address(channel: str, chat: str) -> tuple[str, str]:
        return chat, ""

    async def readings(now: datetime) -> Readings:
        return NOTHING_MEASURED

    @asynccontextmanager
    async def savepoint() -> AsyncIterator[None]:
        yield

    return SimpleNamespace(
        nudges=FakeNudges(one),
        users=SimpleNamespace(get=get_person),
        portfolios=SimpleNamespace(get=get_portfolio),
        dialogs=SimpleNamespace(get=get_state, put=put_state),
        outbox=SimpleNamespace(add=add),
        voices=SimpleNamespace(of=get_voice),
        members=SimpleNamespace(bound=bound, access=access),
        doors=SimpleNamespace(address=address),
        arms=SimpleNamespace(readings=readings),
        savepoint=savepoint,
    )


async def transact(one: Somebody, now: datetime) -> delivery.Settled | None:
    """All of it, or nothing: as the database does it."""
    before = (dict(one.nudges), list(one.heard), dict(one.state))
    one.now = now
    settled = await delivery.settle_next(work_of(one), now)
    if one.dies and settled is not None:
        one.dies = False
        one.nudges, one.heard, one.state = before
        raise Died
    return settled
