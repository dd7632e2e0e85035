"""Panic selling: selling more while prices fall hard (Elkind et al. 2022; biases.md 1.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, isnan, log, nan, sqrt

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.cost import cost_of
from engine.detection.declaration import P_VALUE, Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.inference.blocks import jackknife_error, leave_out_blocks
from engine.inference.bootstrap import resample_days
from engine.ledger import Kind, Trade
from engine.record.daily import Daily, value_days
from engine.record.exits import OUT_AT_MOST, Exit, find_exits
from engine.record.held import held_now
from engine.record.record import Record
from engine.record.stress import MONTH, Stress, find_stress

BIAS = Bias("panic_selling", "stress days", 20, log(3.0), Calibration.PUBLISHED, Instead.KEEP)

MONTHS_MIN = 6
EVENT = 0.5  # of what was at risk sold within 21 days
LARGE = 0.2  # of the portfolio sold in one day


@dataclass(frozen=True, slots=True)
class _Sales:
    """The S long sales that were not planned, sales of everything among them: (S,) arrays."""

    decision: Ints
    day: Ints  # index into Daily
    value: Floats


@dataclass(frozen=True, slots=True)
class _Days:
    """The days that began with holdings: (A,) arrays."""

    day: Ints  # index into Daily
    fraction: Floats  # sold that day, of what was held the evening before
    stressed: Flags
    half: float  # half the median fraction of a sale; NaN without sales


@dataclass(frozen=True, slots=True)
class _Case:
    """A sale that belongs to an exit."""

    sale: int  # index into the sales
    exit: Exit
    after: float  # return of the share from the sale to the end of the exit; NaN: not known


def rate_ratio(sums: Floats, half: float) -> Floats:
    """θ = ln[(Σ_stress f + ε) / N_stress] - ln[(Σ_calm f + ε) / N_calm].

    ``sums``: (..., 4) Σ_stress f, N_stress, Σ_calm f, N_calm; ``half``: ε, half the median share
    of a sale. NaN where either kind of day is missing.
    """
    # A block left out may leave less than nothing behind, by rounding.
    stressed, calm = np.maximum(sums[..., 0], 0.0) + half, np.maximum(sums[..., 2], 0.0) + half
    both = (sums[..., 1] > 0.5) & (sums[..., 3] > 0.5)
    days = np.where(both, sums[..., 1], np.nan) / np.where(both, sums[..., 3], np.nan)
    found: Floats = np.log(stressed / calm) - np.log(days)
    return found


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """The share of the portfolio sold a day, days of stress against calm ones, and the events."""
    daily = value_days(record)
    stress = find_stress(record, daily)
    sales = _sales(record, daily)
    sold = np.bincount(sales.day, sales.value, len(daily.value)).astype(np.float64)
    days = _days(daily, stress, sales, sold)
    exits = find_exits(daily, stress, sold, EVENT, LARGE)
    cases = _cases(record, daily, exits, sales)
    made = np.array([case.sale for case in cases], dtype=np.int64)
    after = np.array([case.after for case in cases], dtype=np.float64)
    kappa = sales.value[made] * after  # cash is taken to earn nothing
    known = ~np.isnan(kappa)
    theta = float(rate_ratio(_table(days).sum(axis=0), days.half))
    se, costs = _spread(days, len(daily.value), sales.day[made[known]], kappa[known], rng)
    se = float(np.fmax(np.maximum(se, _least_error(days)), _error_of_episodes(days)))
    months = len(days.day) / MONTH
    finding = conclude(
        BIAS,
        theta=theta,
        se=se,
        n=int(days.stressed.sum()),
        cost=cost_of(record, float(kappa[known].sum()), costs, known, OUT_AT_MOST),
        horizon=OUT_AT_MOST,
        evidence=_evidence(record, stress, sales, cases, kappa),
        measures=_measures(days, theta, exits)
        | {"months": months, "incomplete": float((~known).sum())},
        caveats=_caveats(days, sales, known),
        enough=months >= MONTHS_MIN,
    )
    worst = finding.measures["event_intensity"]
    # An event counts whatever the number of days; without one the statistic stands alone.
    return replace(
        finding,
        intensity=float(np.fmax(finding.intensity, worst if worst else nan)),
        measures=finding.measures | {P_VALUE: _chance(days)},
    )


def _sales(record: Record, daily: Daily) -> _Sales:
    made = record.history.decisions
    own = np.flatnonzero((made.side < 0) & (made.held > 0) & ~made.planned)
    day = record.row_of(made.day[own]) - daily.first
    inside = (day >= 0) & (day < len(daily.value))
    return _Sales(own[inside], day[inside], made.value[own[inside]])


def _days(daily: Daily, stress: Stress, sales: _Sales, sold: Floats) -> _Days:
    day = np.flatnonzero(daily.value[:-1] > 0.0) + 1
    eve = daily.value[np.maximum(sales.day - 1, 0)]
    own = (sales.day > 0) & (eve > 0.0)
    fractions = np.minimum(sales.value[own] / eve[own], 1.0)
    return _Days(
        day,
        np.minimum(sold[day] / daily.value[day - 1], 1.0),
        stress.stressed[day],
        float(np.median(fractions)) / 2 if len(fractions) else nan,
    )


def _table(days: _Days) -> Floats:
    """What each day adds to the sums of ``rate_ratio``: (A, 4)."""
    under, calm = days.stressed.astype(np.float64), (~days.stressed).astype(np.float64)
    return np.stack([under * days.fraction, under, calm * days.fraction, calm], axis=1)


def _spread(
    days: _Days, length: int, day: Ints, kappa: Floats, rng: np.random.Generator | None
) -> tuple[float, Floats | None]:
    """Standard error of θ, and the money in each replication. Without randomness the error of
    the statistic without each block of days in turn."""
    table = _table(days)
    sums = table.sum(axis=0)
    if isnan(days.half) or sums[1] == 0 or sums[3] == 0:
        return nan, None
    if rng is None:
        by_day = np.zeros((length, 4))
        by_day[days.day] = table
        return jackknife_error(rate_ratio(leave_out_blocks(by_day), days.half)), None
    values = np.zeros((len(table) + len(kappa), 5))
    values[: len(table), :4] = table
    values[len(table) :, 4] = kappa
    drawn = resample_days(np.concatenate([days.day, day]), values, length, rng)
    theta = rate_ratio(drawn[:, :4], days.half)
    theta = theta[~np.isnan(theta)]
    return (float(theta.std(ddof=1)) if len(theta) > 1 else nan), drawn[:, 4]


def _least_error(days: _Days) -> float:
    """√(1/x_stress + 1/x_calm) of the days with a sale: the error of a ratio of two Poisson rates.

    A few sales, or none, on days of stress cannot be resampled into more than they are; the error
    of θ is never taken to be smaller than this.
    """
    sold = days.fraction > 0.0
    stressed, calm = (sold & days.stressed).sum(), (sold & ~days.stressed).sum()
    return sqrt(1.0 / max(float(stressed), 0.5) + 1.0 / max(float(calm), 0.5))


def _error_of_episodes(days: _Days) -> float:
    """Standard error of θ from leaving out an episode at a time, a time of calm and the stress that
    ends it (jackknife); NaN with fewer than three.

    Weeks of one fall are one experience: blocks of 21 days would count them as several.
    """
    if not len(days.day):
        return nan
    begins = days.stressed[:-1] & ~days.stressed[1:]
    episode = np.concatenate([[0], np.cumsum(begins)])
    table, count = _table(days), int(episode[-1]) + 1
    sums = np.stack([np.bincount(episode, table[:, k], count) for k in range(4)], axis=1)
    without = rate_ratio(sums.sum(axis=0) - sums, days.half)
    without = without[np.isfinite(without)]
    if len(without) < 3:
        return nan
    return sqrt((len(without) - 1) * float(np.var(without)))


def _chance(days: _Days) -> float:
    """One-sided p of θ: the share of all shifts of the calendar of stress, round and round against
    the sales, under which at least as much would have been sold in stress; ties count half.

    Stress and selling both come in spells. A shift keeps the spells of each and breaks only what
    ties them together, where the ratio of a few sales is far from normal.
    """
    stressed = days.stressed.astype(np.float64)
    if isnan(days.half) or not 0 < stressed.sum() < len(stressed):
        return nan
    spectrum = np.conj(np.fft.rfft(days.fraction)) * np.fft.rfft(stressed)
    shifted = np.fft.irfft(spectrum, len(stressed))
    equal = np.isclose(shifted, shifted[0], rtol=1e-9, atol=1e-9)
    above = (shifted > shifted[0]) & ~equal
    return float(above.mean() + equal.mean() / 2)


def _measures(days: _Days, theta: float, exits: tuple[Exit, ...]) -> dict[str, float]:
    stressed, calm = int(days.stressed.sum()), int((~days.stressed).sum())
    events = [one for one in exits if one.is_event]
    worst = max((one.share for one in events), default=0.0)
    return {
        "stress_days": float(stressed),
        "calm_days": float(calm),
        "stress_rate": float(days.fraction[days.stressed].mean()) if stressed else nan,
        "calm_rate": float(days.fraction[~days.stressed].mean()) if calm else nan,
        "ratio": exp(theta) if not isnan(theta) else nan,
        "events": float(len(events)),
        "severe_events": float(sum(one.severe for one in events)),
        "worst_share": worst,
        "event_intensity": 50.0 + 50.0 * (worst - EVENT) / EVENT if events else 0.0,
    }


def _caveats(days: _Days, sales: _Sales, known: Flags) -> tuple[str, ...]:
    found = []
    if len(days.day) and not len(sales.day):
        found.append("never_sold")
    if known.any():
        found.append("cash_earns_nothing")
    return tuple(found)


def _cases(
    record: Record, daily: Daily, exits: tuple[Exit, ...], sales: _Sales
) -> tuple[_Case, ...]:
    """The sales of each exit, with what the shares did until the money was back at work."""
    symbol = record.history.decisions.symbol[sales.decision]
    found = []
    for one in exits:
        for n in np.flatnonzero((sales.day >= one.first) & (sales.day <= one.last)).tolist():
            after = nan
            if one.end >= 0:
                row = sales.day[n : n + 1] + daily.first
                span = one.end - int(sales.day[n])
                after = float(record.market.forward(row, symbol[n : n + 1], span)[0])
            found.append(_Case(n, one, after))
    return tuple(found)


def _evidence(
    record: Record, stress: Stress, sales: _Sales, cases: tuple[_Case, ...], kappa: Floats
) -> tuple[Evidence, ...]:
    made, days = record.history.decisions, record.history.days
    found = []
    for case, cost in zip(cases, kappa.tolist(), strict=True):
        decision, month = int(sales.decision[case.sale]), stress.market[sales.day[case.sale]]
        facts = {
            "share_sold": case.exit.share,
            "value": float(sales.value[case.sale]),
            "event": float(case.exit.is_event),
            "severe": float(case.exit.severe),
        }
        if not isnan(month):
            facts["market"] = float(month)
        if not isnan(case.after):
            facts["after"] = case.after
            facts["days_out"] = float(case.exit.end - case.exit.last)
        found.append(
            Evidence(
                made.ids[decision],
                record.history.symbols[made.symbol[decision]],
                days[made.day[decision]].item(),
                None if isnan(cost) else cost,
                facts,
            )
        )
    return tuple(found)


def _share_of(record: Record, daily: Daily, proposed: Trade) -> float:
    """What ``proposed`` would sell, of all that is held at the last close; 0 without holdings."""
    own = held_now(record).get(proposed.symbol)
    if own is None or not len(daily.value) or daily.value[-1] <= 0.0:
        return 0.0
    quantity = min(float(proposed.quantity), own.quantity)
    return min(quantity * float(proposed.price) / float(daily.value[-1]), 1.0)


def _eve(record: Record, daily: Daily) -> int:
    """The index of ``Stress`` for the day on which the record ends."""
    eve = record.market.rows(np.array([record.until], dtype="datetime64[D]") - 1)[0]
    return int(eve) - daily.first + 1


def feeds(record: Record, proposed: Trade) -> bool:
    """A fifth of the portfolio or more is to be sold on a day of stress."""
    if proposed.kind is not Kind.SELL or proposed.planned:
        return False
    daily = value_days(record)
    if _share_of(record, daily, proposed) < LARGE:
        return False
    at = _eve(record, daily)
    return at >= 0 and bool(find_stress(record, daily).stressed[at])


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How much would go, how the market stands, and what came of the earlier exits."""
    daily = value_days(record)
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    shown = ("stress_days", "calm_days", "stress_rate", "calm_rate", "ratio", "events")
    found: dict[str, float | str] = {key: finding.measures[key] for key in shown}
    found |= {
        "symbol": proposed.symbol,
        "share_sold": _share_of(record, daily, proposed),
        "n": float(len(after)),
        "horizon": float(finding.horizon),
    }
    month = find_stress(record, daily).market[_eve(record, daily)]
    if not isnan(month):
        found["market"] = float(month)
    return found | ({"median_after": float(np.median(after))} if after else {})
