"""What became of a habit after a day: the trades of a window after it against those before.

Everything is measured so that those who were treated and those who were not can be compared: what
turns a change into a number (what was held, what switching costs, which habits there were) is taken
from before the day, where nothing can have influenced it yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import isfinite, nan, sqrt

import numpy as np

from engine.arrays import Floats, Ints
from engine.biases.under_diversification import unpaid_risk
from engine.detection.finding import BiasFinding
from engine.diagnosis.examination import discover
from engine.diagnosis.registry import Detector, detectors
from engine.diagnosis.retrospect import known_by
from engine.record.daily import benchmark_returns, value_days
from engine.record.record import DAYS_PER_YEAR, Record
from engine.record.switches import followed, purchases, speculative_sales

HORIZON = 21  # trading days over which trades of both windows are priced
YEAR, FEWEST_RETURNS = 252, 63
WEEK = 7
SETTING_UP = timedelta(days=31)


class TooLittle(ValueError):
    """It cannot be measured; the message is one of a few short reasons."""


@dataclass(frozen=True, slots=True)
class Windows:
    """``first`` … the day before ``start`` against ``start`` … ``last``, with the prices known
    ``settle`` days after the end of each."""

    first: date
    start: date
    last: date
    settle: timedelta

    @property
    def before(self) -> tuple[date, date]:
        return self.first, self.start - timedelta(days=1)

    @property
    def after(self) -> tuple[date, date]:
        return self.start, self.last


@dataclass(frozen=True, slots=True)
class Shift:
    """After minus before. ``se``: NaN where it is counted, not estimated; ``cost``: money a year,
    ``share`` the same by what was held before; None: cannot be said."""

    theta: float
    se: float
    before: int  # what was counted
    after: int
    cost: float | None = None
    share: float | None = None


def bias_shift(record: Record, windows: Windows, *, name: str) -> Shift:
    """The change of a bias's θ, and of its cost with trades priced over 21 trading days.

    Raises TooLittle where θ or its standard error cannot be computed in either window.
    """
    detector = next(one for one in detectors() if one.bias.name == name)
    before = _found(record, detector, windows.before, "before")
    after = _found(record, detector, windows.after, "after")
    costs = [_cost(record, detector, span, windows.settle) for span in _spans(windows)]
    cost = None if costs[0] is None or costs[1] is None else costs[1] - costs[0]
    held = _worth(record, windows)
    share = cost / held if cost is not None and held > 0 else None
    se = sqrt(before.se**2 + after.se**2)
    return Shift(after.theta - before.theta, se, before.n, after.n, cost, share)


def pace_shift(record: Record, windows: Windows) -> Shift:
    """Overconfidence: yearly speculative turnover × P(no edge), both by what was known before.

    The gap between bought and sold needs a year of prices, so that of a window of weeks it is never
    known: P(no edge), and what a switch loses, are those of the record at the start (1, and the
    round-trip cost, where there are too few switches), and what changes is the turnover. Raises
    TooLittle where nothing was held before.
    """
    held = _held(record, windows)
    detector = next(one for one in detectors() if one.bias.name == "overconfidence")
    measures = detector.detect(known_by(record, windows.before[1]), None).measures
    chance, gap = measures["p_no_edge"], measures["mean_gap"]
    known = known_by(record, windows.last + windows.settle)
    sales, buys = speculative_sales(known), purchases(known)
    sold, bought = followed(known, sales, buys)
    counted = np.sort(np.concatenate([sales[sold], buys[bought]]))
    value = known.history.decisions.value[counted] / (2.0 * held)
    rates = _rates(known, counted, value, windows)
    chance = chance if isfinite(chance) else 1.0
    lost = measures["cost_rate"] - (gap if isfinite(gap) else 0.0)
    shift = rates.theta * lost
    return replace(
        rates, theta=rates.theta * chance, se=rates.se * chance, cost=shift * held, share=shift
    )


def saving_shift(record: Record, windows: Windows) -> Shift:
    """Purchases less sales a year, by what was held before: what came in, whatever markets did.

    Raises TooLittle where nothing was held before.
    """
    held = _held(record, windows)
    known = known_by(record, windows.last)
    made = known.history.decisions
    long = np.where(made.side > 0, made.held >= 0, made.held > 0)
    counted = np.flatnonzero(long)
    return _rates(known, counted, made.side[counted] * made.value[counted] / held, windows)


def weight_shift(record: Record, windows: Windows) -> Shift:
    """The change of the largest holding's share; its cost is the unpaid risk (Goetzmann and Kumar
    2008) of both sets of weights on the same returns, those of the year before.

    Raises TooLittle where less than something with a price was held at either end.
    """
    before = _weights(known_by(record, windows.before[1]))
    after = _weights(known_by(record, windows.last))
    if before is None or after is None:
        raise TooLittle("nothing held before" if before is None else "nothing held after")
    losses = [_unpaid(record, windows.before[1], one) for one in (before, after)]
    share = losses[1] - losses[0] if all(isfinite(one) for one in losses) else None
    worth = _worth(record, windows)
    cost = share * worth if share is not None and worth > 0 else None
    counts = int((before > 0).sum()), int((after > 0).sum())
    return Shift(float(after.max() - before.max()), nan, *counts, cost, share)


def habits_shift(record: Record, windows: Windows) -> Shift:
    """The mean change of the habits that were detected before, each in units of θ of the average
    investor. No cost: costs of several biases overlap and must not be added (biases.md 0.6).

    Raises TooLittle where none was detected before, or none of them can be measured after.
    """
    seen = known_by(record, windows.before[1]).within(*windows.before)
    found = discover(tuple(one.detect(seen, None) for one in detectors()))
    known = {one.bias: one for one in found if one.detected and _sound(one)}
    if not known:
        raise TooLittle("no habit before")
    later = known_by(record, windows.last).within(*windows.after)
    changes, variances, counts = [], [], [0, 0]
    for detector in detectors():
        before = known.get(detector.bias.name)
        after = detector.detect(later, None) if before is not None else None
        if before is None or after is None or not _sound(after):
            continue
        unit = detector.bias.theta50
        changes.append((after.theta - before.theta) / unit)
        variances.append((before.se**2 + after.se**2) / unit**2)
        counts = [counts[0] + before.n, counts[1] + after.n]
    if not changes:
        raise TooLittle("too few trades after")
    return Shift(float(np.mean(changes)), sqrt(sum(variances)) / len(changes), counts[0], counts[1])


def _spans(windows: Windows) -> tuple[tuple[date, date], tuple[date, date]]:
    return windows.before, windows.after


def _sound(finding: BiasFinding) -> bool:
    return isfinite(finding.theta) and isfinite(finding.se) and finding.se > 0


def _found(record: Record, detector: Detector, span: tuple[date, date], when: str) -> BiasFinding:
    found = detector.detect(known_by(record, span[1]).within(*span), None)
    if not _sound(found):
        raise TooLittle(f"too few trades {when}")
    return found


def _cost(
    record: Record, detector: Detector, span: tuple[date, date], settle: timedelta
) -> float | None:
    """What the trades of a window cost, in money a year; None where most cannot be priced yet."""
    known = replace(known_by(record, span[1] + settle), horizon=HORIZON)
    found = detector.detect(known.within(*span), None)
    shown = [one for one in found.evidence if span[0] <= one.day <= span[1]]
    priced = sum(one.kappa is not None for one in shown)
    if 2 * priced < len(shown):
        return None
    years = ((span[1] - span[0]).days + 1) / DAYS_PER_YEAR
    # The detector divides by the years of the whole record: here it is the window's that count.
    return (found.cost or 0.0) * known.years(found.horizon) / years


def _worth(record: Record, windows: Windows) -> float:
    """The mean worth of what was held on the days before the start on which something was."""
    before = known_by(record, windows.before[1]).within(*windows.before)
    value = value_days(before).value
    return float(value[value > 0].mean()) if np.any(value > 0) else 0.0


def _held(record: Record, windows: Windows) -> float:
    worth = _worth(record, windows)
    if worth <= 0:
        raise TooLittle("nothing held before")
    return worth


def _rates(record: Record, decisions: Ints, value: Floats, windows: Windows) -> Shift:
    """Sums of ``value`` a year in both windows; the error from the spread between weeks."""
    days = record.history.days[record.history.decisions.day[decisions]]
    began = record.history.days[0].item() if len(record.history.days) else windows.start
    # In its first month a portfolio is set up: that is no pace, and no saving.
    first = max(windows.before[0], began + SETTING_UP)
    spans = [(first, windows.before[1]), windows.after]
    means, variances, counts = [], [], []
    for begin, last in spans:
        length = (last - begin).days + 1
        if length < 2 * WEEK:
            raise TooLittle("too short a record before")
        inside = (days >= np.datetime64(begin, "D")) & (days <= np.datetime64(last, "D"))
        week = (days[inside] - np.datetime64(begin, "D")).astype(np.int64) // WEEK
        full = length // WEEK
        sums = np.bincount(np.minimum(week, full - 1), weights=value[inside], minlength=full)
        yearly = DAYS_PER_YEAR / length
        means.append(float(sums.sum()) * yearly)
        variances.append(float(sums.var(ddof=1)) * full * yearly**2)
        counts.append(int(inside.sum()))
    return Shift(means[1] - means[0], sqrt(sum(variances)), counts[0], counts[1])


def _weights(record: Record) -> Floats | None:
    """The share of each symbol in the worth of what is held long: (N,)."""
    if not record.market.length:
        return None
    worth = np.zeros(len(record.history.symbols))
    for symbol, quantity, _, _ in record.history.final:
        price = float(record.market.close[-1, symbol])
        worth[symbol] = max(quantity, 0.0) * price if isfinite(price) else 0.0
    total = float(worth.sum())
    return worth / total if total > 0 else None


def _unpaid(record: Record, day: date, weights: Floats) -> float:
    """What the risk of ``weights`` that the market does not pay for loses a year, as a share."""
    known = known_by(record, day)
    close = known.market.close[-YEAR - 1 :]
    own = (close[1:] / close[:-1] - 1.0)[:, weights > 0] @ weights[weights > 0]
    market = benchmark_returns(known)[-len(own) :] if len(own) else own
    fit = np.isfinite(own) & np.isfinite(market)
    if fit.sum() < FEWEST_RETURNS:
        return nan
    r, b = own[fit], market[fit]
    sums = np.stack([np.ones(len(r)), r, b, r * r, b * b, r * b], axis=1).sum(axis=0)
    return float(unpaid_risk(sums)[1])
