"""Herding: trading the way the crowd does that day (Lakonishok, Shleifer and Vishny 1992;
Grinblatt, Titman and Wermers 1995; biases.md 1.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC
from math import isnan, log, nan, sqrt

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.cost import Cost, cost_of
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.inference.bootstrap import resample_days
from engine.ledger import Kind, Trade
from engine.record.crowd import LEANING, Crowd, read_crowd
from engine.record.record import Record

# F = .6 for sentiment; with the trades of others it is what their average member does.
BIAS = Bias("herding", "signal trades", 30, 0.41, Calibration.WEAK, Instead.MARKET)

_LARGEST_LEAN = 0.45  # of the mean; the log odds have no end at one half
_OLD = 4  # calendar days, a long weekend, after which the last known crowd says nothing of today


@dataclass(frozen=True, slots=True)
class _Trades:
    """The person's n trades on days on which the crowd leant clearly: (n,) arrays."""

    decision: Ints
    along: Flags  # in the direction of the crowd
    expected: Floats  # share of the days with a clear crowd on which this would have been along
    lean: Floats  # size
    share: Floats  # of buys in the crowd


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Odds of trading with the crowd, against the same trades on other days of the crowd."""
    crowd = read_crowd(record)
    trades = _on_clear_days(record, crowd)
    bias = _calibrated(trades, crowd)
    estimate = _estimate(record, trades)
    after, kappa = _consequences(record, trades)
    known = ~np.isnan(kappa)
    share = float(_attributable(np.array(estimate.share)))
    total = share * float(np.where(known, kappa, 0.0).sum())
    replications = None if rng is None else _replicate(record, trades, kappa, rng)
    n = len(trades.decision)
    return conclude(
        bias,
        theta=estimate.theta,
        se=estimate.se,
        n=n,
        cost=cost_of(record, total, replications, known, record.horizon) if n else Cost(),
        horizon=record.horizon,
        evidence=_evidence(record, trades, after, kappa),
        measures={
            "with_crowd": float(trades.along.sum()),
            "signals": float(n),
            "share": estimate.share,
            "expected_share": estimate.expected,
            "theta50": bias.theta50,
            "attributable": share,
            "incomplete": float((trades.along & ~known).sum()),
        },
        caveats=_caveats(crowd),
    )


def _caveats(crowd: Crowd | None) -> tuple[str, ...]:
    if crowd is None:
        return ("no_crowd_data",)
    return ("sentiment_proxy",) if crowd.proxy else ()


def _on_clear_days(record: Record, crowd: Crowd | None) -> _Trades:
    """Decisions on days on which the crowd leant clearly about the name. Names about which it
    always leant the same way are left out: no day of trading would have been another answer."""
    made, days = record.history.decisions, record.history.days
    counted = np.flatnonzero(record.discretionary)
    if crowd is None or not len(counted):
        none = np.zeros(0)
        return _Trades(none.astype(np.int64), none.astype(np.bool_), none, none, none)
    day = days[made.day[counted]]
    column = crowd.columns(record.history.symbols)[made.symbol[counted]]
    row = crowd.rows(day)
    watched = ((crowd.days >= day.min()) & (crowd.days <= day.max()))[:, None]
    says = crowd.says & watched
    bought = (says & (crowd.lean > 0)).sum(axis=0) / np.maximum(says.sum(axis=0), 1)
    clear = (row >= 0) & (column >= 0)
    clear &= says[row, column] & (bought[column] > 0) & (bought[column] < 1)
    counted, row, column = counted[clear], row[clear], column[clear]
    lean, side = crowd.lean[row, column], made.side[counted]
    return _Trades(
        decision=counted,
        along=np.sign(lean) == side,
        expected=np.where(side > 0, bought[column], 1.0 - bought[column]),
        lean=np.abs(lean),
        share=crowd.share[row, column],
    )


def _calibrated(trades: _Trades, crowd: Crowd | None) -> Bias:
    """With the trades of others, 50 is what their average member does: he leans as far as all of
    them do. Sentiment has no members, so its scale is a judgement."""
    if crowd is None or crowd.proxy or not len(trades.lean):
        return BIAS
    lean = min(float(trades.lean.mean()), _LARGEST_LEAN)
    scale = log((0.5 + lean) / (0.5 - lean))
    return replace(BIAS, theta50=scale, calibration=Calibration.PUBLISHED)


@dataclass(frozen=True, slots=True)
class _Estimate:
    theta: float
    se: float
    share: float  # with the crowd
    expected: float  # the same on a random day


def _estimate(record: Record, trades: _Trades) -> _Estimate:
    """θ = ln(F / (1 - F)) - ln(F0 / (1 - F0)).

    F0 is what redrawing the day of each trade among the days of the crowd, asset and side kept,
    gives on average; the average is computed exactly instead of from 999 draws. (Exchanging the
    days of a person's own trades of one asset and side would change nothing at all.)

    s² = 1 / (n F (1 - F)), times what trades of the same day have in common, times the share of
    the variance that is left within assets and sides.
    """
    n = len(trades.decision)
    if not n:
        return _Estimate(nan, nan, nan, nan)
    along, expected = trades.along.astype(np.float64), trades.expected
    share, chance = float(along.mean()), float(expected.mean())
    inner = (along.sum() + 0.5) / (n + 1) if share in (0.0, 1.0) else share
    theta = log(inner / (1 - inner)) - log(chance / (1 - chance))
    within = float((expected * (1 - expected)).mean()) / (chance * (1 - chance))
    rest = along - expected
    rest -= rest.mean()
    day = record.history.decisions.day[trades.decision]
    by_day = np.bincount(day, rest)
    days = len(np.unique(day))
    single = float(np.square(rest).sum())
    common = float(np.square(by_day).sum()) / single if single > 1e-12 else 1.0
    common *= days / (days - 1) if days > 1 else 1.0
    se = sqrt(max(common, 1.0 / n) * within / (n * inner * (1 - inner)))
    return _Estimate(theta, se, share, chance)


def _attributable(share: Floats) -> Floats:
    """(2F - 1) / F: what is along with the crowd beyond as many that are against it."""
    known = np.nan_to_num(share)
    return np.maximum((2 * known - 1) / np.where(known > 0, known, 1.0), 0.0)


def _consequences(record: Record, trades: _Trades) -> tuple[Floats, Floats]:
    """Return after each trade, and κ = v·(R_benchmark - R) of a purchase with the crowd, the
    opposite of a sale with it; NaN of trades against it."""
    made = record.history.decisions
    row = record.row_of(made.day[trades.decision])
    after = record.market.forward(row, made.symbol[trades.decision], record.horizon)
    missed = record.benchmark(row, record.horizon) - after
    if len(record.market.prices.symbols) < 2:
        missed = np.full_like(after, nan)
    kappa = made.side[trades.decision] * made.value[trades.decision] * missed
    return after, np.where(trades.along, kappa, nan)


def _replicate(record: Record, trades: _Trades, kappa: Floats, rng: np.random.Generator) -> Floats:
    first, length = record.span()
    row = record.row_of(record.history.decisions.day[trades.decision]) - first
    ones = np.ones(len(kappa))
    values = np.stack([ones, trades.along.astype(np.float64), np.nan_to_num(kappa)], axis=1)
    sums = resample_days(np.clip(row, 0, length - 1), values, length, rng)
    share = sums[:, 1] / np.where(sums[:, 0] > 0, sums[:, 0], 1.0)
    return _attributable(share) * sums[:, 2]


def _evidence(
    record: Record, trades: _Trades, after: Floats, kappa: Floats
) -> tuple[Evidence, ...]:
    made, found = record.history.decisions, []
    for n in np.flatnonzero(trades.along).tolist():
        decision = int(trades.decision[n])
        facts = {
            "crowd_share": float(trades.share[n]),
            "value": float(made.value[decision]),
            "side": float(made.side[decision]),  # 1 bought, -1 sold
        }
        if not isnan(after[n]):
            facts["after"] = float(after[n])
        found.append(
            Evidence(
                made.ids[decision],
                record.history.symbols[made.symbol[decision]],
                record.history.days[made.day[decision]].item(),
                None if isnan(kappa[n]) else float(kappa[n]),
                facts,
            )
        )
    return tuple(found)


def feeds(record: Record, proposed: Trade) -> bool:
    """The others leant the same way the day before, which can be known before the trade."""
    if proposed.planned or proposed.kind not in (Kind.BUY, Kind.SELL):
        return False
    share, lean = _day_before(record, proposed)
    side = 1 if proposed.kind is Kind.BUY else -1
    return not isnan(share) and side * lean >= LEANING


def _day_before(record: Record, proposed: Trade) -> tuple[float, float]:
    """Share and lean of the crowd on the last day before the trade; NaN where it is too old."""
    crowd = read_crowd(record)
    today = np.datetime64(proposed.at.astimezone(UTC).date(), "D")
    if crowd is None or proposed.symbol not in crowd.symbols:
        return nan, nan
    row = int(np.searchsorted(crowd.days, today)) - 1
    if row < 0 or int((today - crowd.days[row]).astype(np.int64)) > _OLD:
        return nan, nan
    column = crowd.symbols.index(proposed.symbol)
    return float(crowd.share[row, column]), float(crowd.lean[row, column])


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How often the person went with the crowd, and what the shares did afterwards."""
    side = 1.0 if proposed.kind is Kind.BUY else -1.0
    alike = [e.facts for e in finding.evidence if e.facts["side"] == side]
    after = [one["after"] for one in alike if "after" in one]
    shown = ("with_crowd", "signals", "share", "expected_share")
    found: dict[str, float | str] = {
        "symbol": proposed.symbol,
        "side": side,
        "crowd_share": _day_before(record, proposed)[0],
        "n": float(len(after)),
        "horizon": float(finding.horizon),
    }
    found |= {key: finding.measures[key] for key in shown if key in finding.measures}
    return found | ({"median_after": float(np.median(after))} if after else {})
