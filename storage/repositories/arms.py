"""Who is spoken to and who is left alone, class by class, and what became of their habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.comparisons import SPOKEN, Comparisons
from storage.nudge_records import Arm, Reading, Readings, Tally
from storage.tables import nudge_arms, nudges, team_voices, user_profiles

_c = nudge_arms.c
_OPEN = _c.measured_at.is_(None) & _c.left_at.is_(None)


class Arms:
    def __init__(self, connection: AsyncConnection, comparisons: Comparisons) -> None:
        self._connection = connection
        self._comparisons = comparisons

    @property
    def share(self) -> float:
        """The probability with which somebody new is left alone; 0: nobody is compared."""
        return self._comparisons.share

    async def assign(
        self, person: UUID, group: str, portfolio: UUID, baseline: dict[str, Any], now: datetime
    ) -> Arm:
        """Draw an arm and keep it; the one that was drawn before stays."""
        await self._connection.execute(
            insert(nudge_arms)
            .values(
                user_id=person,
                grouped=group,
                arm=self._comparisons.arm(person, group),
                assigned_at=now,
                share=self.share,
                portfolio_id=portfolio,
                baseline=baseline,
            )
            .on_conflict_do_nothing()
        )
        found = await self.get(person, group)
        assert found is not None, "it was kept just now, or before"
        return found

    async def get(self, person: UUID, group: str) -> Arm | None:
        rows = await self._connection.execute(
            select(nudge_arms).where(_c.user_id == person, _c.grouped == group)
        )
        row = rows.one_or_none()
        return None if row is None else _arm(row)

    async def of(self, person: UUID) -> list[Arm]:
        """Everything that somebody was ever drawn for, the newest first."""
        rows = await self._connection.execute(
            select(nudge_arms)
            .where(_c.user_id == person)
            .order_by(_c.assigned_at.desc(), _c.grouped)
        )
        return [_arm(row) for row in rows]

    async def leave(self, person: UUID, groups: Sequence[str], now: datetime) -> list[str]:
        """They are compared no more, and never again; the classes that were under way."""
        rows = await self._connection.execute(
            update(nudge_arms)
            .where(_c.user_id == person, _c.grouped.in_(groups), _OPEN)
            .values(left_at=now)
            .returning(_c.grouped)
        )
        return sorted(rows.scalars())

    async def come_back(self, person: UUID, groups: Sequence[str], left_at: datetime) -> list[str]:
        """Undo a leaving of just that moment."""
        rows = await self._connection.execute(
            update(nudge_arms)
            .where(_c.user_id == person, _c.grouped.in_(groups), _c.left_at == left_at)
            .values(left_at=None)
            .returning(_c.grouped)
        )
        return sorted(rows.scalars())

    async def end_all(self, now: datetime) -> int:
        """Nobody is compared any more: all that is under way ends unmeasured. How many."""
        rows = await self._connection.execute(
            update(nudge_arms).where(_OPEN).values(left_at=now).returning(_c.user_id)
        )
        return len(rows.all())

    async def to_measure(
        self, before: datetime, after: tuple[UUID, str] | None, limit: int
    ) -> list[Arm]:
        """Whose comparison began ``before`` and was not measured, from ``after`` on."""
        later = tuple_(_c.user_id, _c.grouped) > tuple_(*after) if after else true()
        rows = await self._connection.execute(
            select(nudge_arms)
            .where(_OPEN, _c.assigned_at <= before, later)
            .order_by(_c.user_id, _c.grouped)
            .limit(limit)
        )
        return [_arm(row) for row in rows]

    async def measured(
        self, person: UUID, group: str, found: dict[str, Any], now: datetime
    ) -> bool:
        """Keep what was measured, once; False where it was, or they left meanwhile."""
        rows = await self._connection.execute(
            update(nudge_arms)
            .where(_c.user_id == person, _c.grouped == group, _OPEN)
            .values(measured=found, measured_at=now)
            .returning(_c.user_id)
        )
        return rows.one_or_none() is not None

    async def readings(self, now: datetime) -> Readings:
        """All that was measured so far, as it was known within the hour."""
        known = self._comparisons.recall(now)
        if known is not None:
            return known
        rows = await self._connection.execute(
            select(_c.grouped, _c.arm, _c.share, _c.measured_at, _c.measured)
            .where(_c.measured_at.is_not(None))
            .order_by(_c.measured_at, _c.user_id)
        )
        found: dict[str, list[Reading]] = {}
        for row in rows:
            theta, cost = (row.measured.get(name) for name in ("theta", "share"))
            one = Reading(row.arm, row.share, row.measured_at.date(), theta, cost)
            found.setdefault(row.grouped, []).append(one)
        known = Readings({group: tuple(of) for group, of in found.items()})
        self._comparisons.remember(known, now)
        return known

    async def tallies(self, window: timedelta, keys: tuple[str, str]) -> list[Tally]:
        """Both arms of each class. ``window``: of a comparison; ``keys``: of the preferences, under
        which the ways of classes and what is snoozed are kept."""
        rows = await self._connection.execute(_tallies(window, *keys))
        return [Tally(row[0], row[1], *map(int, row[2:])) for row in rows]

    async def zone_of(self, listener: UUID) -> str:
        """The time zone of a person, or of a team by the id of its portfolio."""
        person = select(user_profiles.c.time_zone).where(user_profiles.c.id == listener)
        team = select(team_voices.c.time_zone).where(team_voices.c.portfolio_id == listener)
        row = (await self._connection.execute(person.union_all(team))).first()
        return "UTC" if row is None else str(row[0])


def _tallies(window: timedelta, ways: str, snoozed: str) -> Select[Any]:
    """Said and answered are counted person by person first, so that each person counts once."""
    heard = (
        select(
            func.count(nudges.c.message.distinct()).label("said"),
            func.count(nudges.c.message.distinct())
            .filter(nudges.c.answered_at.is_not(None))
            .label("answered"),
        )
        .where(
            nudges.c.user_id == _c.user_id,
            nudges.c.grouped == _c.grouped,
            nudges.c.said_at >= _c.assigned_at,
            nudges.c.said_at < _c.assigned_at + window,
        )
        .lateral("heard")
    )
    asked = (
        select(func.count().label("times"))
        .where(
            nudges.c.user_id == _c.user_id,
            nudges.c.reason == "asked",
            nudges.c.said_at >= _c.assigned_at,
        )
        .lateral("asked")
    )
    kept = user_profiles.c.preferences
    theta = _c.measured["theta"].astext
    return (
        select(
            _c.grouped,
            _c.arm,
            func.count(),
            func.count(_c.left_at),
            func.coalesce(func.sum(heard.c.said), 0),
            func.coalesce(func.sum(heard.c.answered), 0),
            func.count().filter(kept[ways][_c.grouped].astext == "off"),
            func.count().filter(kept[snoozed][_c.grouped].is_not(None)),
            func.count().filter(asked.c.times > 0),
            func.count().filter(_OPEN),
            func.count().filter(_c.measured_at.is_not(None), theta.is_not(None)),
            func.count().filter(_c.measured_at.is_not(None), theta.is_(None)),
        )
        .select_from(nudge_arms)
        .join(user_profiles, user_profiles.c.id == _c.user_id)
        .join(heard, true())
        .join(asked, true())
        .group_by(_c.grouped, _c.arm)
        .order_by(_c.grouped, _c.arm == SPOKEN)
    )


async def end(connection: AsyncConnection, person: UUID, now: datetime) -> None:
    """All that is under way for somebody ends unmeasured."""
    await connection.execute(
        update(nudge_arms).where(_c.user_id == person, _OPEN).values(left_at=now)
    )


async def go_on(connection: AsyncConnection, person: UUID, left_at: datetime) -> None:
    """Undo an ending of just that moment."""
    await connection.execute(
        update(nudge_arms).where(_c.user_id == person, _c.left_at == left_at).values(left_at=None)
    )


async def exchange(
    connection: AsyncConnection, person: UUID, other: UUID, groups: Sequence[str] | None = None
) -> list[str]:
    """Two people become one: of two arms in a class ``person`` gets the one that was left, else the
    earlier, and ``other`` keeps the rest. The classes in which they changed; with ``groups``,
    change just those (again)."""
    theirs = nudge_arms.alias()
    both = and_(theirs.c.grouped == _c.grouped, theirs.c.user_id == other)
    rows = await connection.execute(
        select(nudge_arms, theirs).join(theirs, both).where(_c.user_id == person)
    )
    names = [column.name for column in _c if column.name not in ("user_id", "grouped")]
    width, changed = len(_c), []
    for row in rows.all():
        mine, other_ones = _named(row[:width]), _named(row[width:])
        if not (mine["grouped"] in groups if groups is not None else _before(other_ones, mine)):
            continue
        changed.append(str(mine["grouped"]))
        for whose, values in ((person, other_ones), (other, mine)):
            await connection.execute(
                update(nudge_arms)
                .where(_c.user_id == whose, _c.grouped == mine["grouped"])
                .values({name: values[name] for name in names})
            )
    return changed


def _named(values: Sequence[Any]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(_c, values, strict=True)}


def _before(one: dict[str, Any], two: dict[str, Any]) -> bool:
    def order(arm: dict[str, Any]) -> tuple[bool, datetime]:
        return arm["left_at"] is None, arm["assigned_at"]

    return order(one) < order(two)


def _arm(row: Row[Any]) -> Arm:
    return Arm(
        person=row.user_id,
        grouped=row.grouped,
        arm=row.arm,
        assigned_at=row.assigned_at,
        left_at=row.left_at,
        share=row.share,
        portfolio=row.portfolio_id,
        baseline=row.baseline,
        measured=row.measured,
        measured_at=row.measured_at,
    )
