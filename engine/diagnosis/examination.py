"""All biases of one person together: which are there, how strong, and what is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isnan

import numpy as np

from engine.detection.declaration import P_VALUE
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.detection.scoring import FALSE_DISCOVERY_RATE, WEAK_P_VALUE, benjamini_hochberg
from engine.diagnosis.registry import detectors
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context
from engine.record.convention import DISCRETIONARY, Convention
from engine.record.fills import Dropped
from engine.record.quotes import Quotes
from engine.record.record import Record, prepare
from engine.record.signals import Signals

_FAR = 1.6  # a trade this many times off the day's close: other units, or a split left out


@dataclass(frozen=True, slots=True)
class Profile:
    findings: tuple[BiasFinding, ...]  # strongest first
    trades: int  # buys and sells given
    first: date | None  # days of the first and last trade used
    last: date | None
    caveats: tuple[str, ...]
    dropped: tuple[Dropped, ...]


def examine(
    trades: Sequence[Trade],
    prices: Prices,
    *,
    until: date,
    rng: np.random.Generator,
    horizon: int = 63,
    convention: Convention = DISCRETIONARY,
    quotes: Quotes | None = None,
    context: Context = NOTHING_ELSE,
    signals: Signals | None = None,
) -> Profile:
    """Every known bias in ``trades``, with intervals, as it could be known at the end of ``until``.

    ``horizon``: trading days over which costs are measured. ``quotes``: prices within the day,
    where a file has them. ``signals``: those of ``prices``, where they are known already.
    """
    record = prepare(
        trades,
        prices,
        until=until,
        horizon=horizon,
        convention=convention,
        quotes=quotes,
        context=context,
        signals=signals,
    )
    return diagnose(record, rng)


def diagnose(record: Record, rng: np.random.Generator | None) -> Profile:
    """The same for a prepared record; without randomness all intervals of costs are left out."""
    findings = tuple(detector.detect(record, rng) for detector in detectors())
    days = record.history.days
    return Profile(
        findings=tuple(sorted(discover(findings), key=_strength, reverse=True)),
        trades=record.fills.trades,
        first=days[0].item() if len(days) else None,
        last=days[-1].item() if len(days) else None,
        caveats=_caveats(record),
        dropped=record.history.dropped,
    )


def discover(findings: tuple[BiasFinding, ...]) -> tuple[BiasFinding, ...]:
    """The same, with ``detected`` set: Benjamini-Hochberg q <= .10 over those with enough data;
    p <= .01 besides where the calibration is weak."""
    tested = [f for f in findings if f.label not in (Label.INSUFFICIENT, Label.MEASURED)]
    q_values = benjamini_hochberg([f.measures[P_VALUE] for f in tested])
    found = {
        f.bias
        for f, q in zip(tested, q_values, strict=True)
        if q <= FALSE_DISCOVERY_RATE
        and (f.calibration is not Calibration.WEAK or f.measures[P_VALUE] <= WEAK_P_VALUE)
    }
    return tuple(replace(f, detected=f.bias in found) for f in findings)


def composite(findings: Sequence[BiasFinding]) -> float | None:
    """One figure for the whole, 0 to 100: the mean intensity of the tested biases, each counted by
    how sure we are that it is there; None when none could be tested.

    50 would be somebody in whom every tested bias is certain and of average strength. It serves to
    compare a person with themselves over time; no study calibrates it.
    """
    tested = [f for f in findings if f.label not in (Label.INSUFFICIENT, Label.MEASURED)]
    known = [f for f in tested if not isnan(f.intensity) and not isnan(f.p_present)]
    if not known:
        return None
    return sum(f.intensity * f.p_present for f in known) / len(known)


def _strength(finding: BiasFinding) -> tuple[bool, bool, float, float]:
    enough = finding.label is not Label.INSUFFICIENT
    known = 0.0 if isnan(finding.p_present) else finding.p_present
    strong = 0.0 if isnan(finding.intensity) else finding.intensity
    return enough, finding.detected, known, strong


def _caveats(record: Record) -> tuple[str, ...]:
    made, market, names = record.history.decisions, record.market, record.history.symbols
    found = []
    if len(names) == 1:
        found.append("one_asset")
    if any(name not in market.prices for name in names):
        found.append("unpriced_symbols")
    if any(one.reason == "opened_before_file" for one in record.history.dropped):
        found.append("opened_before_file")
    if market.length and len(made.day):
        row = record.row_of(made.day)
        close = np.where(row >= 0, market.close[row, made.symbol], np.nan)
        off = np.abs(np.log(made.price / close))
        if np.any(off > np.log(_FAR)):
            found.append("prices_disagree")
        first, length = record.span()
        breaks = market.breaks[first : first + length]
        if np.any(breaks[-1] > breaks[0]):
            found.append("unsplit_prices")
    if _delisted(record):
        found.append("delisted_symbols")
    return tuple(found)


def _delisted(record: Record) -> bool:
    """Whether the prices of a share end for good while it is held, or within the horizon of a
    decision about it: its returns then go to the last close."""
    made, ended = record.history.decisions, record.market.ended
    row, last = record.row_of(made.day), ended[made.symbol]
    near = (last >= 0) & (row <= last) & (row + record.horizon > last)
    return bool(near.any()) or any(ended[symbol] >= 0 for symbol, *_ in record.history.final)
