"""House money: more risk after gains than after losses (Thaler and Johnson 1990; biases.md 2).

The reverse within a day of a loss is revenge trading.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, nan

import numpy as np

from engine.arrays import Days, Floats, Ints
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration
from engine.detection.scoring import Z90
from engine.inference.regression import Regression, regress
from engine.ledger import Kind, Trade
from engine.record.daily import value_days
from engine.record.fills import SECONDS_PER_DAY
from engine.record.record import Record
from engine.record.switches import purchases

BIAS = Bias("house_money", "purchases", 30, 0.20, Calibration.WEAK)

STATE_MIN = 8  # purchases after gains, and after losses
WINDOW = 21  # rows over which what was realised still counts
_SPREAD = 63  # daily returns from which the risk of a share is taken
_SPREAD_LEAST = 42  # of them, without which it is not known
_JUMP = 0.9  # a move beyond it is a split left out or another unit, not a return
_FLAT = 1e-9  # a control that varies less is none


@dataclass(frozen=True, slots=True)
class _Purchases:
    """The P purchases whose risk is known, in order of time: (P,) arrays."""

    moment: Floats  # seconds since 1970
    row: Ints  # of the market
    risk: Floats  # ln of money × daily volatility
    market: Floats  # ln of the median volatility of all shares at the time
    size: Floats  # ln of what the portfolio was worth
    proceeds: Floats  # ln of the money that sales of the last 21 rows brought in


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """θ = mean log risk of purchases after realised gains, less that after realised losses."""
    bought = _purchases(record)
    recent = _realised_before(record, bought.moment, bought.row, WINDOW)
    yesterday = _realised_within_a_day(record, bought.moment)
    fits = _fit(bought, recent)
    theta, se = _difference(fits)
    revenge, revenge_se = _difference(_fit(bought, yesterday))
    large = bought.risk > (np.median(bought.risk) if len(bought.risk) else nan)
    gains, losses = int((recent > 0).sum()), int((recent < 0).sum())
    measures = {
        "gains": float(gains),
        "losses": float(losses),
        "revenge_theta": -revenge,
        "revenge_se": revenge_se,
        "revenge_trades": float((large & (yesterday < 0)).sum()),
        "unpriced": float(len(purchases(record)) - len(bought.risk)),
    }
    if fits:
        usual = float(bought.risk.mean())
        measures |= {
            "after_gain": exp(float(fits[0].beta[0]) - usual),
            "after_loss": exp(float(fits[0].beta[1]) - usual),
        }
    return conclude(
        BIAS,
        theta=theta,
        se=se,
        n=len(bought.risk),
        cost=Cost(),
        horizon=record.horizon,
        evidence=(),
        measures=measures,
        caveats=(),
        enough=min(gains, losses) >= STATE_MIN,
    )


def _purchases(record: Record) -> _Purchases:
    made, prices = record.history.decisions, record.market.prices
    own = purchases(record)
    # Of one moment by size: an order that does not hang on names.
    own = own[np.lexsort((made.value[own], made.moment[own]))]
    eve = record.market.rows(record.history.days[made.day[own]] - 1)
    spread = trailing_volatility(prices.close)
    names = record.history.symbols
    column = np.array([prices.column(s) if s in prices else -1 for s in names], dtype=np.int64)
    place = column[made.symbol[own]]
    priced = (eve >= 0) & (place >= 0)
    own, eve, place = own[priced], eve[priced], place[priced]
    known = ~np.isnan(spread[eve, place])
    own, eve, place = own[known], eve[known], place[known]
    rows, back = np.unique(eve, return_inverse=True)
    return _Purchases(
        made.moment[own],
        record.row_of(made.day[own]),
        np.log(made.value[own] * spread[eve, place]),
        np.log(np.nanmedian(spread[rows], axis=1))[back] if len(rows) else np.zeros(0),
        _size(record, eve),
        _proceeds(record, made.moment[own], record.row_of(made.day[own])),
    )


def trailing_volatility(close: Floats) -> Floats:
    """Standard deviation of the last 63 daily returns up to each row: (T, N).

    NaN where fewer than 42 are known, or the price never moved.
    """
    priced = np.where(close > 0.0, close, np.nan)
    change = np.full(close.shape, np.nan)
    change[1:] = priced[1:] / priced[:-1] - 1.0
    known = np.abs(change) <= _JUMP
    filled = np.where(known, change, 0.0)
    count = _trailing(known.astype(np.float64))
    mean = _trailing(filled) / np.maximum(count, 1.0)
    squares = np.maximum(_trailing(np.square(filled)) - count * np.square(mean), 0.0)
    # Prices that never moved leave the dust of the running sums.
    known = (count >= _SPREAD_LEAST) & (squares > 1e-12)
    spread = np.sqrt(squares / np.maximum(count - 1.0, 1.0))
    return np.where(known, spread, np.nan)


def _trailing(values: Floats) -> Floats:
    running = np.cumsum(values, axis=0)
    found = running.copy()
    found[_SPREAD:] -= running[:-_SPREAD]
    return found


def _size(record: Record, eve: Ints) -> Floats:
    """ln of what the portfolio was last worth at each close, as far as anything was held: (P,).

    The mean of the others before the first trade; 0 where nothing is known.
    """
    daily = value_days(record)
    held = np.maximum.accumulate(np.where(daily.value > 0.0, np.arange(len(daily.value)), -1))
    last = np.where(eve >= daily.first, held[np.maximum(eve - daily.first, 0)], -1)
    size = np.log(np.where(last >= 0, daily.value[last], np.nan))
    some = ~np.isnan(size)
    return np.where(some, size, size[some].mean() if some.any() else 0.0)


def _proceeds(record: Record, moment: Floats, row: Ints) -> Floats:
    """ln of the money from sales in the 21 rows before each moment, their mean where none was."""
    made = record.history.decisions
    sales = _sales(record)
    money = _between(
        made.value[sales],
        np.searchsorted(record.row_of(made.day[sales]), row - WINDOW, side="left"),
        np.searchsorted(made.moment[sales], moment, side="left"),
    )
    some = money > 0.0
    found = np.log(np.where(some, money, 1.0))
    return np.where(some, found, found[some].mean() if some.any() else 0.0)


def _sales(record: Record) -> Ints:
    """Every long sale, in order of time."""
    made = record.history.decisions
    sales = np.flatnonzero((made.side < 0) & (made.held > 0))
    return sales[np.argsort(made.moment[sales], kind="stable")]


def _closed(record: Record) -> tuple[Floats, Ints, Floats]:
    """Moment, row and result in money of every long sale, in order of time."""
    made = record.history.decisions
    sales = _sales(record)
    result = made.value[sales] - made.fee[sales] - made.cost[sales] * made.quantity[sales]
    # A sale at cost leaves only the dust of the arithmetic, which is neither gain nor loss.
    result = np.where(np.abs(result) > 1e-9 * made.value[sales], result, 0.0)
    return made.moment[sales], record.row_of(made.day[sales]), result


def _realised_before(record: Record, moment: Floats, row: Ints, window: int) -> Floats:
    """Money realised by sales before each moment, in the last ``window`` rows: (P,)."""
    sold, sold_row, result = _closed(record)
    return _between(
        result,
        np.searchsorted(sold_row, row - window, side="left"),
        np.searchsorted(sold, moment, side="left"),
    )


def _realised_within_a_day(record: Record, moment: Floats) -> Floats:
    """Money realised in the 24 hours before each moment: (P,)."""
    sold, _, result = _closed(record)
    return _between(
        result,
        np.searchsorted(sold, moment - SECONDS_PER_DAY, side="right"),
        np.searchsorted(sold, moment, side="left"),
    )


def _between(result: Floats, first: Ints, end: Ints) -> Floats:
    running = np.concatenate([[0.0], np.cumsum(result)])
    total: Floats = running[np.maximum(end, first)] - running[first]
    # What cancels in the running sum leaves dust as well.
    return np.where(np.abs(total) > 1e-9 * np.abs(running).max(), total, 0.0)


def _fit(bought: _Purchases, realised: Floats) -> tuple[Regression, ...]:
    """Log risk by state, with the market's volatility, the portfolio's size and the money that
    sales brought in held equal; with and without lags in the standard errors. Nothing where the
    states cannot be told apart.

    Losses come when markets are restless and portfolios small, and a sale at a gain leaves more to
    be spent: without the three, people who always risk the same would be found to do otherwise.
    """
    states = [realised > 0.0, realised < 0.0, realised == 0.0]
    if min(int(states[0].sum()), int(states[1].sum())) < 2:
        return ()
    columns = [state.astype(np.float64) for state in states if state.any()]
    for control in (bought.market, bought.size, bought.proceeds):
        centred = control - control.mean()
        wider = [*columns, centred]
        # One that the states themselves tell would leave nothing to compare.
        if np.abs(centred).max() > _FLAT and np.linalg.matrix_rank(np.stack(wider, 1)) == len(
            wider
        ):
            columns = wider
    table = np.stack(columns, axis=1)
    fits = (regress(bought.risk, table), regress(bought.risk, table, lag=0))
    return tuple(fit for fit in fits if fit is not None)


def _difference(fits: tuple[Regression, ...]) -> tuple[float, float]:
    """After gains less after losses, with the larger of the standard errors.

    In some tens of purchases the error with lags is too small more often than too large: alone it
    finds 10 of 100 people without the bias at the 5 % level, with this rule 5 to 8.
    """
    if not fits:
        return nan, nan
    weights = np.array([1.0, -1.0] + [0.0] * (len(fits[0].beta) - 2))
    contrasts = [fit.contrast(weights) for fit in fits]
    return contrasts[0][0], max(se for _, se in contrasts)


def _just_realised(record: Record, proposed: Trade) -> tuple[float, float]:
    """Money realised in the 21 rows and in the day before ``proposed``."""
    moment = np.array([proposed.at.timestamp()])
    month = _realised_before(record, moment, record.market.rows(_day_of(proposed)), WINDOW)
    return float(month[0]), float(_realised_within_a_day(record, moment)[0])


def _day_of(proposed: Trade) -> Days:
    day = np.array([proposed.at.timestamp() // SECONDS_PER_DAY], dtype=np.int64)
    return day.astype("datetime64[D]")


def _times_usual(record: Record, proposed: Trade) -> float:
    """Risk of ``proposed`` over the median of the record; NaN where it is not known."""
    prices, bought = record.market.prices, _purchases(record)
    eve = int(record.market.rows(_day_of(proposed) - 1)[0])
    if proposed.symbol not in prices or eve < 0 or not len(bought.risk):
        return nan
    close = prices.close[max(eve - _SPREAD, 0) : eve + 1, [prices.column(proposed.symbol)]]
    money = float(proposed.quantity) * float(proposed.price)
    spread = float(trailing_volatility(close)[-1, 0])
    return money * spread / exp(float(np.median(bought.risk)))


def feeds(record: Record, proposed: Trade) -> bool:
    """More than usual is put at risk after a realised gain, or within a day of a realised loss by
    somebody whose own record shows that they do so then."""
    if proposed.kind is not Kind.BUY or proposed.planned:
        return False
    month, day = _just_realised(record, proposed)
    if month <= 0.0 and day >= 0.0:
        return False
    larger = _times_usual(record, proposed) > 1.0
    return larger and (month > 0.0 or _takes_revenge(record))


def _takes_revenge(record: Record) -> bool:
    bought = _purchases(record)
    theta, se = _difference(_fit(bought, _realised_within_a_day(record, bought.moment)))
    return theta + Z90 * se < 0.0


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How much more than usual it is, and what was realised just before."""
    month, day = _just_realised(record, proposed)
    shown = ("after_gain", "after_loss", "gains", "losses", "revenge_trades")
    found: dict[str, float | str] = {
        key: finding.measures[key] for key in shown if key in finding.measures
    }
    return found | {
        "symbol": proposed.symbol,
        "risk": _times_usual(record, proposed),  # times the usual
        "realised": month,
        "realised_today": day,
        "revenge": float(day < 0.0),
    }
