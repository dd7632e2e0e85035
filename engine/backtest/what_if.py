"""What would have been: the person's own path beside that of a rewritten ledger.

So that both can be compared they have the same external flows: what the person put in and took out,
day by day (where no deposits are recorded: what their trades really cost and brought). What the
rewritten ledger has in cash beyond that is kept as cash. What it lacks (``Financing``) is either

- ``CASH``: negative cash. Everything else is as it was, and the difference of several changes adds
  up; but who undoes hundreds of sales owes more than they have. For a few trades.
- ``SHARES``: not lent. What is lacking at a close beyond what the person owed then is raised by
  selling the same part of everything held, and bought back when there is cash again, without fees.
  For habits. Of somebody whose only share is the one that was kept it says that there is no
  difference: the money that was taken out could have come from nothing else.

What cash is more or less than it was earns or costs ``rate`` a year, nothing unless it is told. The
answer is the difference in wealth at the end: every cent of it has a trade, a dividend, a fee or
interest that it came from.

Volatility and the largest name are those of the shares held, so that a debt does not change them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import nan, sqrt

import numpy as np

from engine.arrays import Floats
from engine.backtest.change import Change, Financing, Question
from engine.backtest.financing import fund_by_shares, keep_flows, on_days
from engine.backtest.path import Path
from engine.backtest.replay import follow
from engine.backtest.undoing import Rewritten, Undo, rewrite
from engine.inference.bootstrap import resample_days
from engine.prices import Prices
from engine.record.record import DAYS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Hindsight:
    """Of ``known`` trades like those left out, ``worse`` would have lost money if they had not been
    made; of ``unknown`` ones no later price is known."""

    known: int
    worse: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Money in the currency of the trades; positive: there would be more."""

    change: str
    financing: Financing
    actual: Path
    changed: Path
    difference: Floats  # (T,) of the values at each close
    total: float  # at the end
    yearly: float
    share: float | None  # of what the person has at the end; None where that is nothing
    interval: tuple[float, float] | None  # 90 % of the total; None without randomness
    volatility: tuple[float, float]  # a year, of the shares held: actual, changed; NaN: not known
    largest: tuple[tuple[str, float], tuple[str, float]]  # name and share of the shares at the end
    borrowed: float  # the most that cash was below what it really was
    rewritten: Rewritten
    hindsight: Hindsight
    carried: tuple[tuple[str, date], ...]  # held without a close on a day, so that its last counts


def answer(
    change: Change,
    question: Question,
    rng: np.random.Generator | None = None,
    *,
    financing: Financing | None = None,
    rate: float = 0.0,
    days_per_year: float = 252.0,
) -> Outcome:
    """The person's path, the changed one, and the difference.

    The interval resamples blocks of 21 days of the daily differences; which trades are changed is
    held fixed. ``financing``: that of the change unless told. ``rate``: yearly interest on what
    cash is more or less than it was. Raises what ``follow`` and the change raise.
    """
    undos = change.undo(question)
    market = any(one.market for one in undos)
    closes = question.closes if market else question.prices
    symbol = question.market if market else ""
    rewritten = rewrite(question.trades, undos, closes, question.until, question.rules, symbol)
    actual = question.actual
    followed, carried = _changed(question, rewritten, closes)
    path = keep_flows(actual, followed, rate)
    financing = financing or change.financing
    if financing is Financing.SHARES:
        path = fund_by_shares(actual, path)
    difference = path.values - actual.path.values
    years = max(_years(actual.path), 1 / 12)
    final = float(actual.path.values[-1])
    total = float(difference[-1])
    such = undos if change.such is None else change.such(question)
    return Outcome(
        change=change.name,
        financing=financing,
        actual=actual.path,
        changed=path,
        difference=difference,
        total=total,
        yearly=total / years,
        share=total / final if final > 0 else None,
        interval=_interval(difference, rng),
        volatility=(
            volatility(actual.path, days_per_year),
            volatility(path, days_per_year),
        ),
        largest=(largest(actual.path), largest(path)),
        borrowed=float(np.maximum(actual.path.cash - path.cash, 0.0).max(initial=0.0)),
        rewritten=rewritten,
        hindsight=look_back(question, such),
        carried=carried,
    )


def volatility(path: Path, days_per_year: float) -> float:
    """Yearly standard deviation of the daily returns of the shares held; NaN of fewer than two."""
    before = np.concatenate(([0.0], path.worth.sum(axis=1)[:-1]))
    base = before + np.maximum(path.traded, 0.0).sum(axis=1)
    held = base > 0
    if held.sum() < 2:
        return nan
    daily = path.gains().sum(axis=1)[held] / base[held]
    return float(daily.std(ddof=1)) * sqrt(days_per_year)


def largest(path: Path) -> tuple[str, float]:
    """The name with the most money in it at the end, and its share of all shares held."""
    worth = path.worth[-1]
    whole = float(worth.sum())
    if whole <= 0:
        return "", 0.0
    first = int(np.argmax(worth))
    return path.symbols[first], float(worth[first]) / whole


def look_back(question: Question, undos: Sequence[Undo]) -> Hindsight:
    """How often it would have been worse not to make each of these trades: a sale after which the
    price fell, a purchase after which it rose by more than the market where the money goes there,
    until the undoing ends or until the last close."""
    actual = question.actual
    place = {trade.id: n for n, trade in enumerate(actual.journal.trades)}
    known = worse = unknown = 0
    for undo in undos:
        gain = [_gain(question, place[id], undo) * part for id, part in undo.parts if id in place]
        if not gain or np.isnan(gain).any():
            unknown += 1
            continue
        known += 1
        worse += sum(gain) < 0
    return Hindsight(known, worse, unknown)


def _gain(question: Question, entry: int, undo: Undo) -> float:
    """What one trade left out would have brought by itself; NaN: not known."""
    made = question.actual.journal
    end = min(undo.until or question.until, question.until)
    close = _last_close(question, made.symbols[made.column[entry]], end)
    then = made.price[entry] / made.ratio[entry]  # in today's shares
    shares = made.quantity[entry] * made.ratio[entry]
    gain = -made.sign[entry] * shares * (close - then)
    if undo.market and made.sign[entry] > 0:
        start = _last_close(question, question.market, made.days[entry].item())
        index = _last_close(question, question.market, end) / start - 1.0
        gain += shares * then * (0.0 if np.isnan(index) else index)
    return float(gain)


def _last_close(question: Question, symbol: str, day: date) -> float:
    closes = question.prices if symbol in question.prices else question.closes
    if symbol not in closes:
        return nan
    end = int(np.searchsorted(closes.days, np.datetime64(day, "D"), side="right"))
    column = closes.close[:end, closes.column(symbol)]
    known = np.flatnonzero(~np.isnan(column))
    return float(column[known[-1]]) if len(known) else nan


def _years(path: Path) -> float:
    return float((path.days[-1] - path.days[0]).astype(np.int64) + 1) / DAYS_PER_YEAR


def _interval(difference: Floats, rng: np.random.Generator | None) -> tuple[float, float] | None:
    if rng is None:
        return None
    daily = np.diff(difference, prepend=0.0)
    drawn = resample_days(np.arange(len(daily)), daily[:, None], len(daily), rng)[:, 0]
    low, high = np.quantile(drawn, [0.05, 0.95])
    return float(low), float(high)


def _changed(
    question: Question, rewritten: Rewritten, closes: Prices
) -> tuple[Path, tuple[tuple[str, date], ...]]:
    """The rewritten ledger on the days of the actual one."""
    days = question.actual.path.days
    if not rewritten.trades:
        none, nothing = np.zeros((len(days), 0)), np.zeros(len(days))
        path = Path(
            (), days, nothing, nothing, nothing, none, none, none, nothing, nothing, nothing
        )
        return path, ()
    followed = follow(
        rewritten.trades, closes, question.until, question.rules, splits=rewritten.splits
    )
    return on_days(followed.path, days), followed.carried
