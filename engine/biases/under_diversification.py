"""Under-diversification: risk that the market does not pay for (Goetzmann and Kumar 2008; Calvet,
Campbell and Sodini 2007; biases.md 2)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isnan, nan, sqrt

import numpy as np

from engine.arrays import Floats, Ints
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, describe
from engine.detection.finding import BiasFinding, Calibration
from engine.detection.scoring import Z90
from engine.inference.bootstrap import BLOCK, resample_days
from engine.record.daily import value_days
from engine.record.record import Record

BIAS = Bias("under_diversification", "days", 126, 0.40, Calibration.WEAK)

_WINDOW = 252  # trading days
_FEWEST_NAMES = 10  # in the mean of all prices; with fewer it is the portfolio itself
_FEWEST_RETURNS = 63  # of a holding, for its own variance

# Yearly excess return of shares over bills that the cost is counted with. About what a century of
# world markets gave (Dimson, Marsh and Staunton; from memory, 4 to 5 % as arithmetic means), and
# not the mean of the year at hand, which is noise and may be negative. The cost is in proportion.
EQUITY_PREMIUM = 0.05


@dataclass(frozen=True, slots=True)
class _Year:
    """The last 252 days on which something was held: (D,) arrays."""

    row: Ints  # of the market
    returns: Floats
    benchmark: Floats
    value: Floats


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """x = 1 - R² of the portfolio on the benchmark: the share of its variance that holding the
    benchmark would have avoided."""
    year = _last_year(record)
    names = len(record.market.prices.symbols)
    own_benchmark = record.context.benchmark in record.market.prices
    n = len(year.row)
    sums = _sums(year)
    x, loss = unpaid_risk(sums.sum(axis=0))
    usable = own_benchmark or names >= _FEWEST_NAMES
    worth = float(year.value.mean()) if n else nan
    cost, ci = Cost(), (nan, nan)
    if usable and n >= BIAS.n_min and not isnan(x):
        cost = Cost(worth * float(loss), None, float(loss))
        if rng is not None:
            drawn, losses = unpaid_risk(resample_days(np.arange(n), sums, n, rng))
            low, high = _interval(_log_odds(x), _log_odds(drawn), n)
            ci = (1 / (1 + exp(-low)), 1 / (1 + exp(-high)))
            low, high = _interval(_log(loss), _log(losses), n)
            cost = Cost(worth * float(loss), (worth * exp(low), worth * exp(high)), float(loss))
    return describe(
        BIAS,
        value=float(x) if usable else nan,
        ci=ci,
        n=n,
        cost=cost,
        horizon=_WINDOW,
        measures={
            "idiosyncratic": float(x) if usable else nan,
            "r_squared": 1.0 - float(x) if usable else nan,
        }
        | _concentration(record, year),
        caveats=_caveats(own_benchmark, usable),
    )


def _caveats(own_benchmark: bool, usable: bool) -> tuple[str, ...]:
    if own_benchmark:
        return ()
    return ("benchmark_is_mean",) if usable else ("too_few_for_benchmark",)


def _last_year(record: Record) -> _Year:
    daily = value_days(record)
    known = ~np.isnan(daily.returns) & ~np.isnan(daily.benchmark)
    place = np.flatnonzero(known)[-_WINDOW:]
    return _Year(
        daily.first + place, daily.returns[place], daily.benchmark[place], daily.value[place]
    )


def _sums(year: _Year) -> Floats:
    """What each day adds to the sums of the regression: (D, 6)."""
    r, b = year.returns, year.benchmark
    return np.stack([np.ones(len(r)), r, b, r * r, b * b, r * b], axis=1)


def unpaid_risk(sums: Floats) -> tuple[Floats, Floats]:
    """1 - R² and the yearly loss of return, as a share of the portfolio.

    ``sums``: (..., 6) of 1, r, b, r², b², r·b over days. The loss is S_B σ_r - β ERP with
    S_B = ERP / σ_B, which is ERP (σ_r / σ_B) (1 - ρ): what the same risk would have earned in the
    benchmark, less what the portfolio earns for the part of it that is the market's. NaN where
    nothing varies.
    """
    n = np.maximum(sums[..., 0], 1.0)
    r, b = sums[..., 1] / n, sums[..., 2] / n
    own, market = sums[..., 3] / n - r * r, sums[..., 4] / n - b * b
    fit = (own > 1e-18) & (market > 1e-18)
    scale = np.sqrt(np.where(fit, own * market, 1.0))
    correlation = np.clip((sums[..., 5] / n - r * b) / scale, -1.0, 1.0)
    ratio = np.sqrt(np.where(fit, own, 1.0) / np.where(fit, market, 1.0))
    loss = EQUITY_PREMIUM * ratio * (1.0 - correlation)
    return np.where(fit, 1.0 - correlation**2, nan), np.where(fit, loss, nan)


def _log(values: Floats) -> Floats:
    """The portfolio may be the benchmark itself: of nothing there is no logarithm."""
    found: Floats = np.log(np.maximum(values, 1e-9))
    return found


def _log_odds(values: Floats) -> Floats:
    return _log(values) - _log(1.0 - values)


def _interval(point: Floats, drawn: Floats, days: int) -> tuple[float, float]:
    """90 % interval on a scale without ends. A year has only 12 blocks of days, whose spread is
    too small by √((m - 1)/m) and Student's rather than normal; both are made good (the quantile by
    its expansion, Fisher and Cornish 1960)."""
    blocks = max(days / BLOCK, 2.0)
    student = Z90 + (Z90**3 + Z90) / (4 * (blocks - 1))
    wider = student / Z90 * sqrt(blocks / (blocks - 1))
    known = drawn[np.isfinite(drawn)]
    low, high = (np.quantile(known, [0.05, 0.95]) - point) * wider + point
    return float(low), float(high)


def _concentration(record: Record, year: _Year) -> dict[str, float]:
    """Of what was held at the open of the last of these days; nothing where there is none."""
    if len(year.row) < 2:
        return {}
    market = record.market
    eve = int(year.row[-1]) - 1
    held = record.quantities(market.prices.days[eve : eve + 1].astype(np.int64))[0]
    worth = np.nan_to_num(np.maximum(held, 0.0) * market.close[eve])
    names = np.flatnonzero(worth > 0)
    weight = worth[names] / worth[names].sum()
    first = int(year.row[0])
    close = market.close[first - 1 : eve + 2, names]
    change = close[1:] / close[:-1] - 1.0
    breaks = market.breaks[first - 1 : eve + 2, names]
    change = np.where(breaks[1:] == breaks[:-1], change, nan)
    measured = (~np.isnan(change)).sum(axis=0) >= _FEWEST_RETURNS
    found = {
        "holdings": float(len(names)),
        "effective_holdings": 1.0 / float(np.square(weight).sum()),
        "largest_weight": float(weight.max()),
    }
    if measured.all():
        mean = float(np.nanvar(change, axis=0).mean())
        if mean > 0:
            found["normalised_variance"] = float(year.returns.var()) / mean
    return found
