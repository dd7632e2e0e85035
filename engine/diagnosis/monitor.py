"""The word before a trade: does this very decision feed a habit that the record shows?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from math import isnan

from engine.detection.declaration import Bias
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.diagnosis.registry import detectors
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context
from engine.record.convention import DISCRETIONARY, Convention
from engine.record.record import Record, prepare

THRESHOLD = 0.80  # of P(present)
WEAK_THRESHOLD = 0.95  # of what the definitions call weak or experimental


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 -- the word for it; never imported beside the built-in
    """A bias that the proposed trade would feed. It informs, it never blocks."""

    bias: str
    facts: Mapping[str, float | str]  # of the person's own record
    finding: BiasFinding


def foresee(
    trades: Sequence[Trade],
    proposed: Trade,
    prices: Prices,
    findings: Sequence[BiasFinding] | None = None,
    *,
    convention: Convention = DISCRETIONARY,
    context: Context = NOTHING_ELSE,
) -> Warning | None:
    """The most trusted warning about ``proposed``, or none.

    Only trades before ``proposed`` and prices up to its day are looked at. ``findings``: those of
    ``examine`` where they are at hand; otherwise what is needed is computed, without intervals.
    """
    if proposed.planned:
        return None
    earlier = [trade for trade in trades if trade.at <= proposed.at and trade.id != proposed.id]
    today = proposed.at.astimezone(UTC).date()  # days are UTC days throughout
    record = prepare(earlier, prices, until=today, convention=convention, context=context)
    return foresee_from(record, proposed, findings)


def foresee_from(
    record: Record, proposed: Trade, findings: Sequence[BiasFinding] | None = None
) -> Warning | None:
    """The same from a prepared record, which must end with the day of ``proposed``."""
    known = None if findings is None else {finding.bias: finding for finding in findings}
    found = []
    for detector in detectors():
        if detector.feeds is None or detector.facts is None:
            continue
        if known is None and not _can_suffice(record, detector.bias):
            continue
        if not detector.feeds(record, proposed):
            continue
        if known is None:
            finding = detector.detect(record, None)
        elif detector.bias.name in known:
            finding = known[detector.bias.name]
        else:
            continue
        if _shows(finding):
            found.append((detector, finding))
    if not found:
        return None
    detector, finding = max(found, key=lambda one: trust(one[1]))
    assert detector.facts is not None, "only what can be told was kept"
    return Warning(detector.bias.name, detector.facts(record, proposed, finding), finding)


_OF_THE_CALENDAR = {"stress days", "news windows", "days"}  # units that no decision is needed for


def _can_suffice(record: Record, bias: Bias) -> bool:
    """Whether there could be enough data: nobody sold on more days than they decided things.

    Beginners are spared the work on the market that could not lead to a warning.
    """
    return bias.unit in _OF_THE_CALENDAR or len(record.history.decisions.day) >= bias.n_min


def trust(finding: BiasFinding) -> tuple[bool, float]:
    """By which of several warnings one is chosen: published calibrations before weak ones, however
    sure those look; then the surest."""
    return finding.calibration is not Calibration.WEAK, finding.p_present


def most_trusted(warnings: Iterable[Warning]) -> Warning | None:
    """The one to tell of several, or none: a person is warned of one thing at a time."""
    return max(warnings, key=lambda one: trust(one.finding), default=None)


def _shows(finding: BiasFinding) -> bool:
    return (
        finding.label is not Label.INSUFFICIENT
        and not isnan(finding.p_present)
        and finding.p_present
        >= (WEAK_THRESHOLD if finding.calibration is Calibration.WEAK else THRESHOLD)
    )
