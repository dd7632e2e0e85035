"""How well a portfolio did: time-weighted, which leaves the moments of saving and spending out, and
money-weighted, which is what the person earned.

What counts as an external flow: deposits and withdrawals, if the person records any; the cash is
then part of the portfolio. Otherwise the portfolio is the shares alone and every cash movement is
a flow: what purchases and stand-alone fees cost comes in, what sales and dividends bring goes out.

Timing within a day: what comes in counts from its start, what goes out until its end, with a
valuation every day and geometric linking (Bacon, Practical Portfolio Performance Measurement and
Attribution, 2nd ed., ch. 2; one of the conventions that GIPS leaves to the firm). The return of a
day is ``(value at its end + out) / (value at the end of the day before + in) - 1``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.amounts import split_ratio
from engine.arrays import Days, Floats
from engine.ledger import USUAL_RULES, Kind, NoPrice, Rules, Trade, replay
from engine.prices import Prices

_YEAR = 365.0  # days: actual/365, as in the XIRR of spreadsheets
# Yearly log growth at which rates are looked for, denser near 0; float64 ends a little beyond.
_GRID = 700.0 * np.sinh(np.linspace(-10, 10, 801)) / np.sinh(10)
_GRID.flags.writeable = False


class Undefined(StrEnum):
    """Why there is no return."""

    NO_CAPITAL = "no capital"  # a day started with no money or debt, or ended with debt
    ONE_SIGN = "one sign"  # money only went in, or only came out
    ONE_DAY = "one day"  # everything on one day
    NO_RATE = "no rate"  # no rate fits that a number can hold
    SEVERAL = "several"  # more than one rate fits


class NoReturn(ValueError):
    """A return that is not defined."""

    def __init__(self, reason: Undefined) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Flow:
    """Money put into a portfolio on a day; negative: taken out."""

    day: date
    amount: float


@dataclass(frozen=True, slots=True)
class PortfolioReturns:
    """The course of a portfolio, day by day, in the currency of its prices.

    ``days``, ``values`` (at the close), ``inflows``, ``outflows`` (both >= 0) and ``daily``
    (returns, NaN on a day without capital): shape (T,). ``time_weighted`` is over the whole time,
    not annualised; ``money_weighted`` is annualised; each may instead say why there is none.
    ``carried``: the days on which a held share had no close, so that its last one was used.
    """

    days: Days
    values: Floats
    inflows: Floats
    outflows: Floats
    daily: Floats
    time_weighted: float | Undefined
    money_weighted: float | Undefined
    carried: tuple[tuple[str, date], ...]


def daily_returns(values: Floats, inflows: Floats, outflows: Floats) -> Floats:
    """Return of each day (T,) from the values at its end (T,) and what came in and went out (T,).

    Before the first day there is nothing. 0 on a day without any money; NaN on one that starts
    with none or a debt and yet ends with some, or that ends in debt.
    """
    start = np.concatenate(([0.0], values[:-1])) + inflows
    end = values + outflows
    found = np.full(len(end), np.nan)
    found[(start == 0) & (end == 0)] = 0.0
    sound = (start > 0) & (end >= 0)
    found[sound] = end[sound] / start[sound] - 1
    return found


def time_weighted(values: Floats, flows: Floats) -> float:
    """Return over all days, not annualised: daily returns linked geometrically.

    ``values``: at the end of each day (T,), ``flows``: into the portfolio (T,), negative out of
    it; the first day starts with nothing but its flow. Raises NoReturn (NO_CAPITAL).
    """
    return _linked(daily_returns(values, np.maximum(flows, 0), np.maximum(-flows, 0)))


def annualised(total: float, days: int) -> float:
    """Yearly rate of a ``total`` return over ``days`` calendar days, actual/365 (CAGR)."""
    return float((1 + total) ** (_YEAR / days) - 1)


def money_weighted(flows: Sequence[Flow], final_value: float, until: date) -> float:
    """Internal rate of return a year, actual/365: what ``XIRR`` gives.

    The rate r at which the flows, grown at r, are worth ``final_value`` on ``until``:
    ``sum amount (1 + r)^((until - day) / 365) = final_value``. All rates from -1 to e^700 are
    scanned for changes of sign, and each change is bisected to the last bit. Raises NoReturn
    unless exactly one rate fits.
    """
    days = np.array([flow.day.toordinal() for flow in flows], dtype=np.int64)
    amounts = np.array([flow.amount for flow in flows], dtype=np.float64)
    return _internal_rate(days, amounts, final_value, until.toordinal())


def portfolio_returns(
    trades: Iterable[Trade], prices: Prices, until: date, rules: Rules = USUAL_RULES
) -> PortfolioReturns:
    """Values, flows and returns of the portfolio of ``trades`` from its first day to ``until``.

    ``prices`` are in the currency of the trades and adjusted for every split among ``trades``,
    also for those after ``until``; other later trades are left out. A trade belongs to its own
    calendar day; on a day without prices it counts from the next one that has some, or on
    ``until`` where there is none. Raises NoReturn (ONE_SIGN) when nothing has happened, NoPrice
    for what was held while no close of it was known yet, and what ``book`` raises.
    """
    told = list(trades)
    steps = replay((t for t in told if t.at.date() <= until), rules)
    if not steps:
        raise NoReturn(Undefined.ONE_SIGN)

    ordinals = np.array([t.at.toordinal() for t, _, _ in steps])
    dates = (ordinals - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    days = valuation_days(prices, dates, until)
    # Trades of two time zones may have the order of their dates reversed, never that of booking.
    rows = np.maximum.accumulate(np.searchsorted(days, dates))
    values, carried = _share_values(told, steps, rows, prices, days)
    keeps_cash = any(t.kind in (Kind.DEPOSIT, Kind.WITHDRAWAL) for t, _, _ in steps)
    if keeps_cash:
        values = values + _cash_values(steps, rows, len(days))

    moved = _external(steps, keeps_cash)
    inflows, outflows = np.zeros(len(days)), np.zeros(len(days))
    np.add.at(inflows, rows, np.maximum(moved, 0))
    np.add.at(outflows, rows, np.maximum(-moved, 0))
    last: date = days[-1].item()
    daily = daily_returns(values, inflows, outflows)
    return PortfolioReturns(
        days,
        values,
        inflows,
        outflows,
        daily,
        _or_why(lambda: _linked(daily)),
        _or_why(lambda: _internal_rate(ordinals, moved, float(values[-1]), last.toordinal())),
        carried,
    )


Steps = list[tuple[Trade, Decimal, Decimal]]  # what ``replay`` gives
Rows = NDArray[np.intp]
Ordinals = NDArray[np.int64]


def _linked(daily: Floats) -> float:
    if bool(np.isnan(daily).any()):
        raise NoReturn(Undefined.NO_CAPITAL)
    return float(np.prod(1 + daily) - 1)


def _or_why(compute: Callable[[], float]) -> float | Undefined:
    try:
        return compute()
    except NoReturn as fact:
        return fact.reason


def _internal_rate(days: Ordinals, amounts: Floats, final_value: float, until: int) -> float:
    """``money_weighted``, with days counted as ``date.toordinal`` does."""
    amounts = np.append(amounts, -final_value)
    if not bool((amounts > 0).any() and (amounts < 0).any()):
        raise NoReturn(Undefined.ONE_SIGN)
    years, amounts = _net(np.append(days, until), amounts)
    if len(years) < 2:
        raise NoReturn(Undefined.ONE_DAY)
    if not bool((amounts > 0).any() and (amounts < 0).any()):
        raise NoReturn(Undefined.ONE_SIGN)

    signs = np.concatenate(
        [_signs(part, years, amounts) for part in np.array_split(_GRID, 16)]  # memory stays small
    )
    roots = [float(growth) for growth in _GRID[signs == 0]]
    changes = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    roots += [_bisected(_GRID[n], _GRID[n + 1], signs[n], years, amounts) for n in changes]
    if len(roots) != 1:
        raise NoReturn(Undefined.SEVERAL if roots else Undefined.NO_RATE)
    return float(np.expm1(roots[0]))


def _net(days: Ordinals, amounts: Floats) -> tuple[Floats, Floats]:
    """Years since the first day whose flows are not nothing together, and the sum of each."""
    distinct, place = np.unique(days, return_inverse=True)
    sums = np.bincount(place, weights=amounts)
    distinct, sums = distinct[sums != 0], sums[sums != 0]
    return (distinct - distinct[:1]) / _YEAR, sums


def _signs(growth: Floats, years: Floats, amounts: Floats) -> Floats:
    """Whether the flows are worth more or less than nothing at each log growth a year (G,)."""
    powers = -np.outer(growth, years)
    powers -= powers.max(axis=1, keepdims=True)  # a positive factor: nothing can overflow
    signs: Floats = np.sign(np.exp(powers) @ amounts)
    return signs


def _bisected(low: float, high: float, below: float, years: Floats, amounts: Floats) -> float:
    """The log growth at which the sign changes from ``below``, which it has at ``low``.

    The sign at ``low`` is told and not found again: next to a root, rounding may turn it.
    """
    middle = (low + high) / 2
    while low < middle < high:
        if _signs(np.array([middle]), years, amounts)[0] == below:
            low = middle
        else:
            high = middle
        middle = (low + high) / 2
    return float(middle)


def valuation_days(prices: Prices, dates: Days, until: date) -> Days:
    """The days of ``prices`` from the first trade on, and ``until`` if trades come after them."""
    begin = int(np.searchsorted(prices.days, dates.min()))
    days = prices.days[begin : prices.row_at(until) + 1]
    if not len(days) or days[-1] < dates.max():
        days = np.append(days, np.datetime64(until, "D"))
    return days


def _share_values(
    told: Sequence[Trade], steps: Steps, rows: Rows, prices: Prices, days: Days
) -> tuple[Floats, tuple[tuple[str, date], ...]]:
    """Worth of all shares at the end of each day (T,), and where an old close was used."""
    symbols = sorted({t.symbol for t, _, _ in steps if t.kind in (Kind.BUY, Kind.SELL)})
    columns = {symbol: n for n, symbol in enumerate(symbols)}
    held = np.full((len(days), len(symbols)), np.nan)
    for (trade, left, _), row in zip(steps, rows, strict=True):
        if trade.symbol in columns:
            held[row, columns[trade.symbol]] = float(left)
    held = np.nan_to_num(_carried_forward(held))  # before the first trade: nothing

    for trade in told:
        if trade.kind is Kind.SPLIT and trade.symbol in columns:
            before = int(np.searchsorted(days, np.datetime64(trade.at.date(), "D")))
            held[:before, columns[trade.symbol]] *= float(split_ratio(trade.quantity))

    close, fresh = closes_on(symbols, prices, days)
    needed = held != 0
    unpriced = np.flatnonzero((needed & np.isnan(close)).any(axis=0))
    if unpriced.size:
        raise NoPrice(symbols[unpriced[0]])
    values: Floats = np.where(needed, held * close, 0.0).sum(axis=1)
    carried = [(symbols[n], days[row].item()) for row, n in np.argwhere(needed & ~fresh)]
    return values, tuple(carried)


def closes_on(
    symbols: Sequence[str], prices: Prices, days: Days
) -> tuple[Floats, NDArray[np.bool_]]:
    """The last known close of each symbol on each day (T, N), and whether it is of that day."""
    known = prices.until(days[-1].item())
    close = np.full((len(known.days), len(symbols)), np.nan)
    for n, symbol in enumerate(symbols):
        if symbol in known:
            close[:, n] = known.close[:, known.column(symbol)]
    at = np.searchsorted(known.days, days, side="right") - 1
    of_the_day = (at >= 0) & (known.days[at] == days) if len(known.days) else at >= 0
    last = np.vstack((_carried_forward(close), np.full(len(symbols), np.nan)))  # row -1: nothing
    raw = np.vstack((close, np.full(len(symbols), np.nan)))
    return last[at], of_the_day[:, None] & ~np.isnan(raw[at])


def _carried_forward(values: Floats) -> Floats:
    """Each NaN replaced by the last number above it, if any; (T, N)."""
    if not len(values):
        return values
    rows = np.where(np.isnan(values), 0, np.arange(len(values))[:, None])
    return np.take_along_axis(values, np.maximum.accumulate(rows, axis=0), axis=0)


def _cash_values(steps: Steps, rows: Rows, length: int) -> Floats:
    """Cash at the end of each day (T,)."""
    cash = np.full((length, 1), np.nan)
    for (_, _, left), row in zip(steps, rows, strict=True):
        cash[row] = float(left)
    return np.nan_to_num(_carried_forward(cash)[:, 0])


def _external(steps: Steps, keeps_cash: bool) -> Floats:
    """What each step moved into the portfolio, negative out of it."""
    if keeps_cash:
        signs = {Kind.DEPOSIT: 1, Kind.WITHDRAWAL: -1}
        return np.array([float(t.price) * signs.get(t.kind, 0) for t, _, _ in steps])
    cash = [Decimal(0), *(left for _, _, left in steps)]
    return np.array([float(before - left) for before, left in pairwise(cash)])
