"""The word before a trade: does this very decision feed a habit that the record shows?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from math import isnan

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
    """The strongest warning about ``proposed``, or none.

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
    strongest: Warning | None = None
    for detector in detectors():
        if detector.feeds is None or detector.facts is None or not detector.feeds(record, proposed):
            continue
        if known is None:
            finding = detector.detect(record, None)
        elif detector.bias.name in known:
            finding = known[detector.bias.name]
        else:
            continue
        if not _shows(finding):
            continue
        if strongest is None or finding.p_present > strongest.finding.p_present:
            facts = detector.facts(record, proposed, finding)
            strongest = Warning(detector.bias.name, facts, finding)
    return strongest


def _shows(finding: BiasFinding) -> bool:
    return (
        finding.label is not Label.INSUFFICIENT
        and not isnan(finding.p_present)
        and finding.p_present
        >= (WEAK_THRESHOLD if finding.calibration is Calibration.WEAK else THRESHOLD)
    )
