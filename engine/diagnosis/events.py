"""Moments in which a habit showed, and days on which a habit began or ended to be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite

import numpy as np

from engine.arrays import Floats
from engine.detection.finding import BiasFinding, Evidence, Label
from engine.record.daily import value_days
from engine.record.record import Record

BEGAN, ENDED = ":began", ":ended"
_SURE = (Label.LIKELY, Label.STRONG)


@dataclass(frozen=True, slots=True)
class Event:
    """``kind``: the name of a bias, alone for a trade that shows it, or with ``:began`` or
    ``:ended``. No two events have the same kind, trade and day."""

    kind: str
    day: date
    symbol: str  # "" where it is about no trade; "A>B" for a switch
    trade_id: str
    severity: float  # 0 ... 1
    context: dict[str, float] = field(default_factory=dict)  # finite numbers only


def find_events(record: Record, findings: Sequence[BiasFinding]) -> tuple[Event, ...]:
    """The evidence of every finding that is detected, or at least likely; oldest first.

    Panic selling, hot purchases, averaging down, winners sold early and the like are all evidence
    of their finding. How grave one is, is measured by the size of the deed and not by its luck: the
    share of the portfolio that was sold where the evidence says so, else the money of the trade as
    a share of the holdings, at the close of that day or the one before, whichever is more (at most
    1; 1 where nothing else was held at a known price). What it cost is in ``context``, with the
    facts and how sure the finding is: ``kappa``, and ``kappa_share`` of the same holdings.
    """
    worth = _Worth(record)
    found: dict[tuple[str, str, date], Event] = {}
    for finding in findings:
        if not (finding.detected or finding.label in _SURE):
            continue
        for evidence in finding.evidence:
            event = _event(finding, evidence, worth.around(evidence.day))
            found[event.kind, event.trade_id, event.day] = event
    return tuple(sorted(found.values(), key=lambda one: (one.day, one.kind, one.trade_id)))


def transitions(
    before: Sequence[BiasFinding], now: Sequence[BiasFinding], day: date
) -> tuple[Event, ...]:
    """The biases that are detected now and were not at the look before, and the other way round.

    ``before`` is empty at the first look. A bias that one of both looks does not know, or has not
    enough data for, has not ended. Severity is the intensity, of which 1 is the most there is.
    """
    earlier = {one.bias for one in before if one.detected}
    found = []
    for one in now:
        if one.detected and one.bias not in earlier:
            found.append(_turn(one, BEGAN, day))
        elif one.bias in earlier and not one.detected and one.label is not Label.INSUFFICIENT:
            found.append(_turn(one, ENDED, day))
    return tuple(sorted(found, key=lambda event: event.kind))


def _turn(finding: BiasFinding, kind: str, day: date) -> Event:
    facts = {"theta": finding.theta, "se": finding.se, "n": float(finding.n)}
    facts |= {"intensity": finding.intensity, "p_present": finding.p_present}
    severity = finding.intensity / 100 if isfinite(finding.intensity) else 0.0
    return Event(finding.bias + kind, day, "", "", severity, _finite(facts))


def _event(finding: BiasFinding, evidence: Evidence, worth: float) -> Event:
    facts = dict(evidence.facts) | {"p_present": finding.p_present}
    size = max(worth, abs(facts.get("value", 0.0)))
    if evidence.kappa is not None:
        facts["kappa"] = evidence.kappa
        if size > 0:
            facts["kappa_share"] = evidence.kappa / size
    severity = facts.get("share_sold", abs(facts.get("value", 0.0)) / size if size > 0 else 0.0)
    return Event(
        kind=finding.bias,
        day=evidence.day,
        symbol=evidence.symbol,
        trade_id=evidence.trade_id,
        severity=min(max(severity, 0.0), 1.0) if isfinite(severity) else 0.0,
        context=_finite(facts),
    )


def _finite(facts: dict[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in facts.items() if isfinite(value)}


class _Worth:
    """What the holdings were worth around a day; 0 where no price is known."""

    def __init__(self, record: Record) -> None:
        daily = value_days(record)
        self._days = record.market.prices.days[daily.first :]
        self._value: Floats = daily.value

    def around(self, day: date) -> float:
        row = int(np.searchsorted(self._days, np.datetime64(day, "D"), side="right")) - 1
        if row < 0:
            return 0.0
        return float(self._value[max(row - 1, 0) : row + 1].max())
