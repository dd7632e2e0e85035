"""What comes to everybody at an hour of their own: Sunday evening, the beginning of a month."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import structlog

from conversations.desk import Desk
from conversations.nudge_classes import way_of
from conversations.nudging.finding import want_one
from conversations.nudging.kind import Kind, Occasion
from conversations.nudging.policy import Way
from conversations.pausing import paused
from storage.nudge_records import NudgeRecord
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

EVENING = time(18)
LATE = timedelta(hours=24)  # after its moment, it is not wanted any more
BATCH = 100
HANDS = 8  # visited at once: all computing processes are busy, and the database is not crowded
SATURDAY, SUNDAY = 5, 6
NOTHING = "nothing to say"


@dataclass(frozen=True, slots=True)
class Moment:
    """``day``: on the calendar of the place; ``key``: names the occasion ("2026-W47")."""

    at: datetime
    day: date
    key: str

    @property
    def stale(self) -> datetime:
        return self.at + LATE


MomentOf = Callable[[str, datetime], Moment | None]
Find = Callable[[Desk, Person, PortfolioRecord, Moment, datetime], Awaitable[Occasion | None]]


def evening_of_week(zone: str, now: datetime) -> Moment | None:
    """Sunday's evening, from then on until it is too late."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    day = today - timedelta(days=(today.weekday() - SUNDAY) % 7)
    year, week, _ = day.isocalendar()
    return _moment(day, place, f"{year}-W{week:02d}", now)


def evening_of_month(zone: str, now: datetime) -> Moment | None:
    """The evening of a month's first weekday; its key is the month before: "2026-10"."""
    place = ZoneInfo(zone)
    today = now.astimezone(place).date()
    day = today.replace(day=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    before = today.replace(day=1) - timedelta(days=1)
    return _moment(day, place, f"{before:%Y-%m}", now)


def _moment(day: date, place: ZoneInfo, key: str, now: datetime) -> Moment | None:
    at = datetime.combine(day, EVENING, place).astimezone(UTC)
    return Moment(at, day, key) if at <= now < at + LATE else None


async def go(desk: Desk, kind: Kind, moment_of: MomentOf, find: Find, now: datetime) -> None:
    """Want an occasion of ``kind`` for every own portfolio whose person's moment has come, once.

    ``find`` computes it outside of any transaction; None: there is nothing to say, which is
    remembered, too. One that fails is tried again at the next tick, and keeps no other waiting.
    """
    async with desk.storage.transaction() as work:
        zones = await work.rounds.zones()
    due: dict[str, list[str]] = {}
    for zone in zones:
        if (moment := moment_of(zone, now)) is not None:
            due.setdefault(moment.key, []).append(zone)
    for key, places in due.items():
        after: UUID | None = None
        while True:
            async with desk.storage.transaction() as work:
                batch = await work.rounds.unsaid(kind.name, key, places, after, BATCH)
            if not batch:
                break
            for n in range(0, len(batch), HANDS):
                some = batch[n : n + HANDS]
                await asyncio.gather(
                    *(_visit(desk, kind, moment_of, find, one, now) for one in some)
                )
            after = batch[-1]


async def _visit(
    desk: Desk, kind: Kind, moment_of: MomentOf, find: Find, portfolio: UUID, now: datetime
) -> None:
    try:
        async with desk.storage.transaction() as work:
            record = await work.portfolios.get(portfolio)
            person = await work.users.get(record.person)
        moment = moment_of(person.time_zone, now)
        if moment is None:
            return  # they have moved since
        off = way_of(person.preferences, kind.group) == Way.OFF or paused(person.preferences)
        found = None if off else await find(desk, person, record, moment, now)
        async with desk.storage.transaction() as work:
            if found is None:
                await pass_over(work, person.id, portfolio, kind, moment, now)
            else:
                await want_one(work, person, portfolio, kind, found, now)
    except Exception:
        log.exception("an evening's message failed", kind=kind.name, portfolio=str(portfolio))


async def pass_over(
    work: UnitOfWork,
    person: UUID,
    portfolio: UUID,
    kind: Kind,
    moment: Moment,
    now: datetime,
    listener: UUID | None = None,
) -> None:
    """Remember that there was nothing to say, so that nobody looks again. ``listener``: the
    portfolio's id where it is that of a team."""
    nothing = NudgeRecord(
        id=uuid4(),
        portfolio=portfolio,
        person=person,
        kind=kind.name,
        grouped=kind.group,
        key=f"{portfolio.hex[:8]}:{moment.key}",
        facts={},
        weight=0.0,
        born_at=now,
        stale_at=now,
        status="dropped",
        listener=listener,
    )
    if await work.nudges.want(nothing):
        await work.nudges.drop(nothing.id, NOTHING)
