"""A result by decision: which names, when, how much of each, at what prices, at what cost.

Reference portfolios stand between the benchmark and the actual one, as the notional portfolios of
Brinson, Hood and Beebower (1986) do; each decision is worth what taking it changes. The references
are rebalanced daily, so that the effect of a day depends on that day only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from math import inf, sqrt

import numpy as np
from scipy.special import ndtri, stdtrit

from engine.arrays import Flags, Floats
from engine.backtest.attribution.holdings import ALL, Daily, split
from engine.backtest.attribution.linking import Linking, carino, compound
from engine.backtest.path import Path
from engine.inference.bootstrap import BLOCK, resample_days
from engine.performance.intervals import Interval

FEWEST_DAYS = 3 * BLOCK  # for an interval
_LEAST = 1e-9  # of the capital: less than that is not held
_TAILS = (0.05, 0.95)


class Decision(StrEnum):
    """In the order of the chain."""

    SELECTION = "selection"  # these names rather than the benchmark
    TIMING = "timing"  # in and out rather than always in
    SIZING = "sizing"  # these weights, cash included, rather than equal ones
    EXECUTION = "execution"  # the prices of the trades rather than the closes
    COSTS = "costs"


@dataclass(frozen=True, slots=True)
class Effect:
    """Part of the active return, with the middle 90 % of what resampled days give for it.

    ``chain``: the decisions taken in the order of ``Decision``. ``share``: the mean over all orders
    of the first three (Shapley 1953), ``lowest`` and ``highest`` those of a single order. Fewer
    than 63 days say nothing about the next: the intervals are without end.
    """

    chain: Interval
    share: Interval
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Decisions:
    """``portfolio - benchmark`` is the sum of the effects, by chain and by share alike."""

    portfolio: float  # return over all days, not annualised
    benchmark: float
    effects: Mapping[Decision, Effect]
    names: int  # ever held at the start of a day
    days: int


def decide(
    path: Path,
    earned: Floats,
    benchmark: Floats,
    rate: Floats,
    *,
    rng: np.random.Generator,
    rows: slice = ALL,
    linking: Linking = carino,
) -> Decisions:
    """The active return of ``path`` over ``rows`` by decision.

    ``earned``: (T, N) daily returns of the path's symbols whether held or not, NaN where unknown
    (``asset_returns``), ``benchmark``: (T,) daily returns, those of cash for a comparison with
    cash, ``rate``: (T,) what cash earned. On the first row of the path its money has only come in,
    and all references start with the close. Intervals: moving blocks of 21 days (Künsch 1989) of
    the linked daily effects, the factors of the linking kept.

    Raises ValueError for a benchmark with gaps and as ``split`` does.
    """
    daily = split(path, rows)
    passive = _without_first(benchmark, rows)
    references, actual = _references(path, daily, _without_first(earned, rows), passive, rows, rate)
    apart = np.stack((daily.returns - actual - daily.costs, daily.costs))
    orders = np.stack([_steps(references, order) for order in permutations(range(3))])
    factors = linking(daily.returns, passive)
    linked = np.concatenate((orders[0], orders.mean(axis=0), apart)) * factors
    bounds = _bound(linked, rng)
    in_chain, in_share = (0, 1, 2, 6, 7), (3, 4, 5, 6, 7)
    fixed = np.tile([bounds[6].value, bounds[7].value], (len(orders), 1))
    by_order = np.column_stack((orders @ factors, fixed))
    effects = {
        decision: Effect(bounds[one], bounds[other], float(each.min()), float(each.max()))
        for decision, one, other, each in zip(Decision, in_chain, in_share, by_order.T, strict=True)
    }
    names = int(_held(path, daily, rows).any(axis=0).sum())
    return Decisions(compound(daily.returns), compound(passive), effects, names, len(daily.returns))


def held_part(path: Path, daily: Daily, earned: Floats, rows: slice) -> Floats:
    """(T, N) what the holdings of the start of each day contributed; the rest is execution.

    Without a trade that is all the holding gained; on the day of a trade, what its earlier shares
    earned from close to close.
    """
    gained = daily.price + daily.dividends
    weights = start_weights(path, daily, rows)
    kept = np.where(weights == 0.0, 0.0, weights * earned)
    part: Floats = np.where((path.traded[rows] == 0.0) | np.isnan(kept), gained, kept)
    return part


def start_weights(path: Path, daily: Daily, rows: slice) -> Floats:
    """(T, N) of what was held from the day before, in the capital of the day."""
    before = np.vstack((np.zeros((1, len(path.symbols))), path.worth[:-1]))[rows]
    weights: Floats = before / np.where(daily.capital > 0.0, daily.capital, np.inf)[:, None]
    return weights


def _held(path: Path, daily: Daily, rows: slice) -> Flags:
    held: Flags = start_weights(path, daily, rows) > _LEAST
    return held


def _without_first(returns: Floats, rows: slice) -> Floats:
    """Of ``rows``, with nothing earned on the first row of the path."""
    whole = returns.copy()
    whole[:1] = 0.0
    part = whole[rows]
    if part.ndim == 1 and not bool(np.isfinite(part).all()):
        raise ValueError(f"{int((~np.isfinite(part)).sum())} days without a return")
    return part


def _references(
    path: Path, daily: Daily, earned: Floats, benchmark: Floats, rows: slice, rate: Floats
) -> tuple[Floats, Floats]:
    """(8, T) returns with each set of decisions taken, by the bits 1 selection, 2 timing, 4 sizing;
    and (T,) of the actual holdings, the last of them."""
    cash = _without_first(rate, rows)
    weights, held = start_weights(path, daily, rows), _held(path, daily, rows)
    known = ~np.isnan(earned)
    moved = np.where(known, earned, 0.0)
    inside = held.any(axis=1)
    invested = weights.sum(axis=1)
    possible = weights[1:] if rows.indices(len(path.days))[0] == 0 else weights
    mean = possible.sum(axis=0) / max(len(possible), 1)
    usual = float(mean.sum())
    priced = known @ mean
    static = usual * _ratio(moved @ mean, priced, cash) + (1.0 - usual) * cash
    actual = held_part(path, daily, earned, rows).sum(axis=1) + daily.interest
    rows_of = (
        benchmark,
        _equal(moved, known & held.any(axis=0), cash),
        np.where(inside, benchmark, cash),
        _equal(moved, known & held, cash),
        usual * benchmark + (1.0 - usual) * cash,
        static,
        invested * benchmark + (1.0 - invested) * cash,
        actual,
    )
    return np.stack(rows_of), actual


def _equal(moved: Floats, chosen: Flags, cash: Floats) -> Floats:
    """(T,) of equal weights in what is ``chosen`` (T, N); cash where that is nothing."""
    return _ratio(np.einsum("ij,ij->i", moved, chosen), chosen.sum(axis=1), cash)


def _ratio(above: Floats, below: Floats, otherwise: Floats) -> Floats:
    sound = below > _LEAST
    ratio: Floats = np.where(sound, above / np.where(sound, below, 1.0), otherwise)
    return ratio


def _steps(references: Floats, order: tuple[int, ...]) -> Floats:
    """(3, T) what selection, timing and sizing change when taken in ``order``."""
    changes = np.empty((3, references.shape[1]))
    taken = 0
    for one in order:
        changes[one] = references[taken | 1 << one] - references[taken]
        taken |= 1 << one
    return changes


def _bound(linked: Floats, rng: np.random.Generator) -> tuple[Interval, ...]:
    """The sums of ``linked`` (K, T), with percentiles of those over resampled days.

    These are widened about the sum by Student's t over the normal with one degree of freedom less
    than there are blocks, and by sqrt(n / (n - block)) for what blocks of one sample have in
    common: without it 84 of 100 such intervals of a year held the truth.
    """
    sums = linked.sum(axis=1)
    length = linked.shape[1]
    if length < FEWEST_DAYS:
        return tuple(Interval(one, -inf, inf) for one in sums.tolist())
    drawn = resample_days(np.arange(length), linked.T, length, rng)
    wider = float(stdtrit(length / BLOCK - 1.0, _TAILS[1]) / ndtri(_TAILS[1]))
    wider *= sqrt(length / (length - BLOCK))
    low, high = sums + wider * (np.quantile(drawn, _TAILS, axis=0) - sums)
    return tuple(map(Interval, sums.tolist(), low.tolist(), high.tolist()))
