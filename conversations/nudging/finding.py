"""Looking at a portfolio after the close: which reasons there are to speak of it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from conversations.actions import reviewing
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from conversations.nudging import looks
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.nudging.registry import kind_named, kinds
from conversations.nudging.rescoring import rescore
from engine.detection.finding import BiasFinding
from storage.records import Intention, NudgeRecord, Person
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a portfolio is looked at by; it can travel to another process."""

    person: Person
    case: Case
    findings: tuple[BiasFinding, ...]
    now: datetime
    intentions: tuple[Intention, ...]
    asked: dict[date, int]


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    occasion: Occasion


async def look_at(desk: Desk, portfolio: UUID, now: datetime) -> tuple[Sight, tuple[Found, ...]]:
    """What there is to say about a portfolio; computed outside of any transaction.

    Prices are not asked for: the job of the prices brings them. Habits are looked at anew where
    the findings are old.
    """
    case = await reviewing.open_case(desk, portfolio, now, fresh=False)
    async with desk.storage.transaction() as work:
        person = await work.users.get(case.portfolio.person)
        intentions = await work.intentions.waiting(person.id, portfolio)
        asked = await looks.of(work, person.id)
    findings = await rescore(desk, case, now)
    sight = Sight(person, case, findings, now, tuple(intentions), asked)
    return sight, await desk.compute(examine, sight)


def examine(sight: Sight) -> tuple[Found, ...]:
    """Ask every kind; of one that was not asked for, the heaviest occasion."""
    if not sight.case.trades or not len(sight.case.prices.days):
        return ()
    look = Look(
        sight.person,
        sight.case,
        sight.case.record(),
        sight.findings,
        sight.now,
        sight.intentions,
        sight.asked,
    )
    found: list[Found] = []
    for kind in kinds():
        if kind.scheduled or (kind.needs and not any(look.finding(bias) for bias in kind.needs)):
            continue
        occasions = sorted(kind.find(look), key=lambda one: -one.weight)
        found += [Found(kind.name, one) for one in (occasions if kind.asked_for else occasions[:1])]
    return tuple(found)


async def want(work: UnitOfWork, sight: Sight, found: tuple[Found, ...], now: datetime) -> int:
    """Keep what was not wanted before and is not too soon after the last of its kind; how many.

    An occasion is wanted once, whoever looks and however often.
    """
    last = await work.nudges.last_of_kinds(sight.person.id)
    kept = 0
    for one in found:
        kind = kind_named(one.kind)
        if kind is None or _too_soon(kind, last.get(one.kind), now):
            continue
        new = await work.nudges.want(_record(kind, one.occasion, sight, now))
        if new and (said := one.occasion.facts.get("intention")):
            await work.intentions.met(UUID(said), now)
        kept += new
    return kept


def _too_soon(kind: Kind, last: datetime | None, now: datetime) -> bool:
    return last is not None and now - last < kind.again


def _record(kind: Kind, occasion: Occasion, sight: Sight, now: datetime) -> NudgeRecord:
    return NudgeRecord(
        id=uuid4(),
        portfolio=sight.case.portfolio.id,
        person=sight.person.id,
        kind=kind.name,
        grouped=kind.group,
        key=f"{sight.case.portfolio.id.hex[:8]}:{occasion.key}",
        facts=dict(occasion.facts),
        weight=occasion.weight,
        born_at=now,
        stale_at=now + occasion.lasts,
    )
