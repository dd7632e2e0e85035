"""You against your disciplined twin, once a month: what the habits came to, and how sure that is
(Barber and Odean 2000; told over long stretches, as Benartzi and Thaler 1995 would have it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from conversations.actions import picturing, reviewing
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from conversations.messages import Button
from conversations.nudging.kind import Facts, Kind, Look, Occasion
from conversations.nudging.rounds import Moment
from conversations.wording import twin as words
from engine.diagnosis import Profile
from engine.diagnosis.events import Event
from engine.diagnosis.twin import Difference, Twin
from storage.records import Person, PortfolioRecord

LASTS = timedelta(days=3)  # it is about a month: a day of quiet hours or of another nudge is none
_NONE = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Seen:
    profile: Profile
    twin: Twin | None
    events: tuple[Event, ...]
    png: bytes


def find(look: Look) -> Sequence[Occasion]:
    """Its job wants it at the beginning of a month."""
    return ()


def examine_and_draw(case: Case) -> Seen:
    """The heavy part, for another process: the figures of the report, and the picture."""
    profile, twin, events = reviewing.examine(case)
    png = b""
    if twin is not None and twin.replaced:
        png = picturing.draw_twin(twin, case.portfolio.currency)
    return Seen(profile, twin, events, png)


async def compare(
    desk: Desk, person: Person, portfolio: PortfolioRecord, moment: Moment, now: datetime
) -> Occasion | None:
    """None where no habit stands out: then the twin would have done the same. The findings are
    kept, so that a report says the same."""
    case = await reviewing.open_case(desk, portfolio.id, now, fresh=False)
    if not case.trades or not len(case.prices.days):
        return None
    seen = await desk.compute(examine_and_draw, case)
    async with desk.storage.transaction() as work:
        current = await work.portfolios.get(portfolio.id)
        if current.version == case.portfolio.version:  # else the next look is about more
            found = seen.profile.findings
            await reviewing.keep_findings(work, current, found, seen.events, case.until, now)
    if seen.twin is None or not seen.twin.replaced:
        return None
    facts = pack(seen.twin) | {"month": moment.key}
    return Occasion(moment.key, facts, 2.0, moment.at + LASTS - now, seen.png or None)


def pack(twin: Twin) -> dict[str, Any]:
    """The figures that are told, without the path."""
    of = twin.attributable
    return {
        "total": of.total,
        "yearly": of.yearly,
        "interval": list(of.interval) if of.interval else None,
        "share": of.share,
        "fully": twin.fully.yearly,
        "biases": list(twin.biases),
        "replaced": twin.replaced,
        "overlapping": twin.overlapping,
        "left_out": twin.left_out,
    }


def unpack(facts: Facts) -> Twin:
    """The twin that was packed, its path left out."""
    low_high = facts["interval"]
    interval = (low_high[0], low_high[1]) if low_high else None
    of = Difference(_NONE, facts["total"], facts["yearly"], interval, facts["share"])
    fully = Difference(_NONE, 0.0, facts["fully"], None, None)
    days = np.zeros(0, dtype="datetime64[D]")
    counts = facts["replaced"], facts["overlapping"], facts["left_out"]
    return Twin(days, fully, of, tuple(facts["biases"]), *counts)


def told(facts: Facts, currency: str) -> str:
    month = date.fromisoformat(f"{facts['month']}-01")
    return words.monthly(unpack(facts), month, currency)


def why(facts: Facts) -> str:
    return words.why_monthly(unpack(facts))


KIND = Kind(
    name="monthly_twin",
    group="twin",
    source="Barber and Odean 2000",
    find=find,
    told=told,
    why=why,
    shows=Button("What could I do?", "pick:rules"),
    again=timedelta(days=28),
    scheduled=True,
)
