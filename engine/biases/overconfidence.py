"""Overconfidence: much trading, no edge (Barber and Odean 2000, Odean 1999; biases.md 1.3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np

from engine.arrays import Floats, Ints
from engine.detection.cost import cost_of
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.detection.scoring import normal_cdf
from engine.inference.bootstrap import REPLICATIONS, resample_days
from engine.ledger import Kind, Trade
from engine.record.fills import SECONDS_PER_DAY
from engine.record.record import Record
from engine.record.switches import (
    HORIZON,
    WINDOW,
    Switches,
    followed,
    pair,
    purchases,
    speculative_sales,
)
from engine.record.valuation import Months, value_months

BIAS = Bias("overconfidence", "switches", 20, 0.75, Calibration.PUBLISHED, Instead.SWITCH)

MONTHS_MIN = 6
TURNOVER_MIN = 0.20  # per year; below it nobody trades too much
TURNOVER_CAP = 50.0
UNKNOWN_COST_RATE = 0.002  # round trip, liquid equity


def no_edge(mean_gap: float, se: float, cost_rate: float) -> float:
    """P(the mean gap does not pay the round trip) = Φ((c - ḡ) / se)."""
    if isnan(mean_gap) or isnan(se):
        return nan
    if se == 0.0:
        return float(mean_gap < cost_rate)
    return normal_cdf((cost_rate - mean_gap) / se)


def yearly_turnover(traded: Floats, value: Floats) -> float:
    """12 times the mean of ½(buys + sells) / value over the months that began with holdings.

    ``traded``: (M,) speculative buys + sells, money; ``value``: (M,) at the beginning. At most 50.
    """
    invested = value > 0
    if not invested.any():
        return nan
    monthly = float(np.mean(traded[invested] / (2 * value[invested])))
    return min(12 * monthly, TURNOVER_CAP)


@dataclass(frozen=True, slots=True)
class _Estimate:
    theta: float
    se: float
    turnover: float
    no_edge: float
    mean_gap: float
    gap_se: float


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """θ = turnover × P(no edge), per year."""
    months, switches = value_months(record), pair(record)
    rate = _cost_rate(record)
    traded = _speculative_volume(record, months)
    estimate = _estimate(record, months, switches, traded, rate, rng)
    known = ~np.isnan(switches.gap)
    kappa = switches.value * (rate - switches.gap)
    total = float(np.where(known, kappa, 0.0).sum())
    active = int((months.value > 0).sum())
    enough = active >= MONTHS_MIN and not isnan(estimate.theta)
    calm = estimate.turnover < TURNOVER_MIN
    return conclude(
        BIAS,
        theta=estimate.theta,
        se=estimate.se,
        n=int(known.sum()),
        cost=cost_of(record, total, _replicated_cost(record, switches, kappa, rng), known, HORIZON),
        horizon=HORIZON,
        evidence=_evidence(record, switches, kappa),
        measures={
            "turnover": estimate.turnover,
            "p_no_edge": estimate.no_edge,
            "mean_gap": estimate.mean_gap,
            "gap_se": estimate.gap_se,
            "cost_rate": rate,
            "months": float(active),
            "months_min": float(MONTHS_MIN),
            "incomplete": float((~known).sum()),
        }
        | _own_benchmark(months),
        caveats=(("low_turnover",) if calm else ())
        + (("cost_rate_assumed",) if rate == UNKNOWN_COST_RATE else ()),
        p_present=0.0 if calm else estimate.no_edge,
        enough=enough,
    )


def _cost_rate(record: Record) -> float:
    """Own fees of a purchase and a sale together; an assumption where no fee is recorded."""
    made = record.history.decisions
    traded = float(made.value.sum())
    fees = float(made.fee.sum())
    return 2 * fees / traded if fees > 0 and traded > 0 else UNKNOWN_COST_RATE


def _speculative_volume(record: Record, months: Months) -> Floats:
    sales, buys = speculative_sales(record), purchases(record)
    sold, bought = followed(record, sales, buys)
    counted = np.concatenate([sales[sold], buys[bought]])
    place = _month_of(record, counted) - (months.month[0] if len(months.month) else 0)
    inside = (place >= 0) & (place < len(months.month))
    value = record.history.decisions.value[counted]
    return np.bincount(place[inside], weights=value[inside], minlength=len(months.month)).astype(
        np.float64
    )


def _month_of(record: Record, decisions: Ints) -> Ints:
    day = record.history.days[record.history.decisions.day[decisions]]
    return day.astype("datetime64[M]").astype(np.int64)


def _estimate(
    record: Record,
    months: Months,
    switches: Switches,
    traded: Floats,
    rate: float,
    rng: np.random.Generator | None,
) -> _Estimate:
    """With randomness the standard errors come from resampled months; without, the one of the mean
    gap from sums by month, and the one of θ from leaving out a month at a time."""
    turnover = yearly_turnover(traded, months.value)
    known = np.flatnonzero(~np.isnan(switches.gap))
    gap = switches.gap[known]
    if len(gap) < 2 or not len(months.month):
        return _Estimate(nan, nan, turnover, nan, float(gap.mean()) if len(gap) else nan, nan)
    count = len(months.month)
    place = _month_of(record, switches.bought[known]) - months.month[0]
    place = np.clip(place, 0, count - 1)
    mean = float(gap.mean())
    if rng is None:
        by_month = np.bincount(place, weights=gap - mean)
        gap_se = float(np.sqrt(np.square(by_month).sum())) / len(gap)
        weights = 1.0 - np.eye(count)
    else:
        even = np.full(count, 1 / count)
        weights = rng.multinomial(count, even, size=REPLICATIONS).astype(np.float64)
        gap_se = nan
    counts = weights @ np.bincount(place, minlength=count)
    weights, counts = weights[counts > 0], counts[counts > 0]
    means = weights @ np.bincount(place, weights=gap, minlength=count) / counts
    if rng is not None and len(means) > 1:
        gap_se = float(means.std(ddof=1))
    turnovers = _turnovers(months, traded, weights)
    products = turnovers * np.array([no_edge(one, gap_se, rate) for one in means.tolist()])
    # Without randomness the spread over months left out one at a time (jackknife).
    scale = 1.0 if rng is not None else (len(products) - 1) / sqrt(max(len(products), 1))
    se = scale * float(products.std(ddof=1)) if len(products) > 1 else nan
    chance = no_edge(mean, gap_se, rate)
    return _Estimate(turnover * chance, se, turnover, chance, mean, gap_se)


def _turnovers(months: Months, traded: Floats, weights: Floats) -> Floats:
    """Yearly turnover where each month counts ``weights`` (B, M) times: (B,)."""
    invested = months.value > 0
    share = np.where(invested, traded / np.where(invested, 2 * months.value, 1.0), 0.0)
    yearly = 12 * (weights @ share) / np.maximum(weights @ invested, 1)
    return np.minimum(yearly, TURNOVER_CAP)


def _replicated_cost(
    record: Record, switches: Switches, kappa: Floats, rng: np.random.Generator | None
) -> Floats | None:
    if rng is None:
        return None
    known = np.flatnonzero(~np.isnan(kappa))
    first, length = record.span()
    row = record.row_of(record.history.decisions.day[switches.bought[known]]) - first
    return resample_days(np.clip(row, 0, length - 1), kappa[known, None], length, rng)[:, 0]


def _own_benchmark(months: Months) -> dict[str, float]:
    """Yearly return of the month-beginning holdings, and of those of each 1 January left alone."""
    actual, frozen = [], []
    january = months.holdings[:0]
    returns, value = np.nan_to_num(months.returns), months.value
    for n in range(len(months.month)):
        if months.month[n] % 12 == 0:
            january = months.holdings[n]
        if not january.size or january.sum() <= 0:
            continue
        earned = returns[n]
        if value[n] > 0:
            actual.append(float(months.holdings[n] @ earned / value[n]))
            frozen.append(float(january @ earned / january.sum()))
        january = january * (1 + earned)
    if not actual:
        return {}
    return {"own_return": 12 * float(np.mean(actual)), "frozen_return": 12 * float(np.mean(frozen))}


def _evidence(record: Record, switches: Switches, kappa: Floats) -> tuple[Evidence, ...]:
    made, names = record.history.decisions, record.history.symbols
    found = []
    for n, (sold, bought) in enumerate(zip(switches.sold, switches.bought, strict=True)):
        facts = {"value": float(switches.value[n])}
        if not isnan(switches.gap[n]):
            facts["after"] = float(switches.gap[n])
        found.append(
            Evidence(
                made.ids[bought],
                f"{names[made.symbol[sold]]}>{names[made.symbol[bought]]}",
                record.history.days[made.day[bought]].item(),
                None if isnan(kappa[n]) else float(kappa[n]),
                facts,
            )
        )
    return tuple(found)


def feeds(record: Record, proposed: Trade) -> bool:
    """Something else is bought within three weeks of a complete sale."""
    if proposed.kind is not Kind.BUY or proposed.planned:
        return False
    return bool(_just_sold(record, proposed))


def _just_sold(record: Record, proposed: Trade) -> list[int]:
    made = record.history.decisions
    today = int(proposed.at.timestamp() // SECONDS_PER_DAY)
    age = today - record.history.days.astype(np.int64)[made.day]
    return [
        int(sale)
        for sale in speculative_sales(record)
        if 0 <= age[sale] <= WINDOW and record.history.symbols[made.symbol[sale]] != proposed.symbol
    ]


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How the earlier switches turned out."""
    made, names = record.history.decisions, record.history.symbols
    gaps = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    last = _just_sold(record, proposed)[-1]
    shown = ("turnover", "mean_gap", "p_no_edge")
    found: dict[str, float | str] = {
        "symbol": proposed.symbol,
        "sold": names[made.symbol[last]],
        "n": float(len(gaps)),
        "horizon": float(HORIZON),
    }
    found |= {key: finding.measures[key] for key in shown}
    return found | ({"median_after": float(np.median(gaps))} if gaps else {})
