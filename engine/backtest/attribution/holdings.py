"""What each holding contributed to a result: in money, and to the time-weighted return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Floats
from engine.backtest.attribution.linking import Linking, carino, compound
from engine.backtest.path import Path
from engine.returns import NoReturn, Undefined

_SAME = 1e-9  # of the capital: as far as rounding may put two ways to the same figure apart
ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Contributions:
    """Parts of ``total``, which they add up to: all in money, or all in return (0.01: 1 %).

    ``price``: (N,) gains of the holdings without dividends, each trade from its own price on.
    ``costs`` is negative where something was paid.
    """

    symbols: tuple[str, ...]
    price: Floats
    dividends: Floats  # (N,)
    interest: float
    costs: float
    total: float

    @property
    def holdings(self) -> Floats:
        """(N,) price gains and dividends together."""
        return self.price + self.dividends


@dataclass(frozen=True, slots=True)
class Daily:
    """The parts of the return of each of T days; each is a share of the day's ``capital``."""

    capital: Floats  # (T,) what the day started with, inflows included; 0: nothing was there
    price: Floats  # (T, N)
    dividends: Floats  # (T, N)
    interest: Floats  # (T,)
    costs: Floats  # (T,) negative
    returns: Floats  # (T,)


def during(path: Path, since: date | None, until: date | None) -> slice:
    """The rows of ``path`` from ``since`` to ``until``, both included."""
    first = 0 if since is None else int(np.searchsorted(path.days, np.datetime64(since, "D")))
    if until is None:
        return slice(first, len(path.days))
    return slice(first, int(np.searchsorted(path.days, np.datetime64(until, "D"), side="right")))


def asset_returns(mark: Floats, dividends: Floats, last: Sequence[int] = ()) -> Floats:
    """(T, N) what one share of each asset earned on each day, dividends included; NaN where
    unknown: on the first row, before the first price, and after the rows ``last`` (-1: none).

    ``mark``: (T, N) last known closes, ``dividends``: (T, N) money per share, as in ``Panel``.
    """
    found = np.full(mark.shape, np.nan)
    found[1:] = (mark[1:] + dividends[1:]) / mark[:-1] - 1.0
    for column, row in enumerate(last):
        if row >= 0:
            found[row + 1 :, column] = np.nan
    return found


def split(path: Path, rows: slice = ALL) -> Daily:
    """The return of each day of ``rows`` by where it came from; the parts add up to it.

    Raises NoReturn (NO_CAPITAL) for a day that earned something on nothing or on a debt, and
    ValueError where a return of the path is not its gain over any capital.
    """
    gains = path.gains()[rows]
    paid = path.dividends[rows]
    interest, costs = path.interest[rows], path.costs[rows]
    earned = gains.sum(axis=1) + interest - costs
    before = np.concatenate(([0.0], path.values[:-1])) + np.maximum(path.flows, 0.0)
    capital, returns = _capital(path, rows, before[rows], earned)
    scale = 1.0 / np.where(capital > 0.0, capital, np.inf)
    return Daily(
        capital,
        (gains - paid) * scale[:, None],
        paid * scale[:, None],
        interest * scale,
        -costs * scale,
        returns,
    )


def contribute(path: Path, rows: slice = ALL, linking: Linking = carino) -> Contributions:
    """Contributions to the time-weighted return over ``rows``, not annualised.

    Of each day: gain over the capital that the day started with; over time linked against a
    benchmark of 0 (Carino 1999, section on contributions). Raises as ``split`` does, and
    ValueError for returns that ``linking`` refuses.
    """
    daily = split(path, rows)
    factors = linking(daily.returns, np.zeros(len(daily.returns)))
    return Contributions(
        path.symbols,
        factors @ daily.price,
        factors @ daily.dividends,
        float(factors @ daily.interest),
        float(factors @ daily.costs),
        compound(daily.returns),
    )


def earn(path: Path, rows: slice = ALL) -> Contributions:
    """The gain in money over ``rows`` by where it came from: what the value changed by, without
    what came in and went out."""
    gains, paid = path.gains()[rows].sum(axis=0), path.dividends[rows].sum(axis=0)
    interest, costs = float(path.interest[rows].sum()), float(path.costs[rows].sum())
    total = float(gains.sum()) + interest - costs
    return Contributions(path.symbols, gains - paid, paid, interest, -costs, total)


def _capital(path: Path, rows: slice, start: Floats, earned: Floats) -> tuple[Floats, Floats]:
    """What each day started with (T,), and its return (T,), 0 where nothing was there.

    A path made of gross flows (money in and out on one day) has started with more than its net
    flow tells; its return says how much.
    """
    returns = path.returns[rows].copy()
    size = _SAME * max(float(np.abs(path.values).max(initial=0.0)), 1e-300)
    empty = (np.abs(start) <= size) & (np.abs(earned) <= size)
    unknown = np.isnan(returns)
    if bool((unknown & ~empty).any()):
        raise NoReturn(Undefined.NO_CAPITAL)
    returns[unknown] = 0.0
    empty &= returns == 0.0
    differ = np.abs(returns * start - earned) > _SAME * np.maximum(np.abs(start), size)
    differ &= ~empty
    capital = np.where(empty, 0.0, start)
    if differ.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            capital[differ] = (earned / returns)[differ]
        wrong = differ & ~(np.isfinite(capital) & (capital > 0.0))
        if wrong.any():
            day = path.days[rows][wrong][0]
            raise ValueError(f"the return of {day} is not its gain over a capital")
    return capital, returns
