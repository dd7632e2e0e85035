"""Looking at a portfolio after the close: which reasons there are to speak of it first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from conversations.actions import reviewing
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from conversations.nudging import looks
from conversations.nudging.experiments.assignment import held
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.nudging.registry import kind_named, kinds
from conversations.nudging.rescoring import rescore
from engine.detection.finding import BiasFinding
from storage.nudge_records import Intention, NudgeRecord
from storage.records import Person
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
    listener: UUID | None = None  # the portfolio's id where it is that of a team


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    occasion: Occasion


async def look_at(desk: Desk, portfolio: UUID, now: datetime) -> tuple[Sight, tuple[Found, ...]]:
    """What there is to say about a portfolio; computed outside of any transaction.

    Prices are not asked for: the job of the prices brings them. Habits are looked at anew where
    the findings are old. Of a portfolio that is shared it is only what makes sense for a team, and
    nothing where the team chose no channel to be spoken to in.
    """
    case = await reviewing.open_case(desk, portfolio, now, fresh=False)
    async with desk.storage.transaction() as work:
        person = await work.users.get(case.portfolio.person)
        access = await work.members.access(person.id, portfolio)
        voice = await work.voices.of(portfolio)
        intentions = await work.intentions.waiting(person.id, portfolio)
        asked = await looks.of(work, person.id)
    if access is not None and not access.shared:
        findings = await rescore(desk, case, now)
        sight = Sight(person, case, findings, now, tuple(intentions), asked)
    elif voice is not None:
        # Nothing of the owner's own: neither what they want nor what they do.
        team = Person(person.id, time_zone=voice.time_zone, preferences=voice.preferences)
        sight = Sight(team, case, (), now, (), {}, portfolio)
    else:
        return Sight(person, case, (), now, (), {}, portfolio), ()
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
        if kind.scheduled or (sight.listener is not None and not kind.for_teams):
            continue
        if kind.needs and not any(look.finding(bias) for bias in kind.needs):
            continue
        occasions = sorted(kind.find(look), key=lambda one: -one.weight)
        found += [Found(kind.name, one) for one in (occasions if kind.asked_for else occasions[:1])]
    return tuple(found)


async def want(work: UnitOfWork, sight: Sight, found: tuple[Found, ...], now: datetime) -> int:
    """Keep what was not wanted before and is not too soon after the last of its kind; how many.

    An occasion is wanted once, whoever looks and however often.
    """
    portfolio = sight.case.portfolio.id
    kept = 0
    for one in found:
        kind = kind_named(one.kind)
        if kind is None:
            continue
        new = await want_one(work, sight.person, portfolio, kind, one.occasion, now, sight.listener)
        if new and (said := one.occasion.facts.get("intention")):
            await work.intentions.met(UUID(said), now)
        kept += new
    return kept


async def want_one(
    work: UnitOfWork,
    person: Person,
    portfolio: UUID,
    kind: Kind,
    occasion: Occasion,
    now: datetime,
    listener: UUID | None = None,
) -> bool:
    """Keep an occasion of ``kind``, to be said to ``person``, or in the channel of the team whose
    portfolio's id ``listener`` is; False where it was wanted before or comes too soon.

    A kind that is scheduled has moments of its own, so that ``Kind.again`` is not asked. What was
    not asked for may be held back, for the comparison that shows whether it helps.
    """
    counts = listener or person.id
    if not kind.scheduled:
        last = (await work.nudges.last_of_kinds(counts)).get(kind.name)
        if last is not None and now - last < kind.again:
            return False
    wanted = _record(person, portfolio, kind, occasion, now, counts)
    compared = listener is None and not kind.asked_for
    if compared and await held(work, person, portfolio, kind.group, now):
        wanted = replace(wanted, status="held", image=None)
    return await work.nudges.want(wanted)


def _record(
    person: Person, portfolio: UUID, kind: Kind, occasion: Occasion, now: datetime, listener: UUID
) -> NudgeRecord:
    return NudgeRecord(
        id=uuid4(),
        portfolio=portfolio,
        person=person.id,
        kind=kind.name,
        grouped=kind.group,
        key=f"{portfolio.hex[:8]}:{occasion.key}",
        facts=dict(occasion.facts),
        weight=occasion.weight,
        born_at=now,
        stale_at=now + occasion.lasts,
        listener=listener,
        image=occasion.image,
    )
