"""Allocation, selection and interaction by sector (Brinson and Fachler 1985), linked over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Days, Floats
from engine.backtest.attribution.decisions import held_part, start_weights
from engine.backtest.attribution.holdings import ALL, split
from engine.backtest.attribution.linking import Linking, carino, compound
from engine.backtest.path import Path

CASH = "cash"
UNKNOWN = "unknown sector"
_NOTHING = 1e-12  # weights below it have no return of their own
_WHOLE = 1e-9


@dataclass(frozen=True, slots=True)
class Legs:
    """One side of the comparison: weights and contributions of G groups in T periods.

    Weights are those of the start of the period and add up to 1; a contribution is weight times
    return. ``execution`` and ``costs`` (T,) come on top; costs are negative.
    """

    groups: tuple[str, ...]
    weights: Floats  # (T, G)
    contributed: Floats  # (T, G)
    execution: Floats
    costs: Floats

    def __post_init__(self) -> None:
        if float(np.abs(self.weights.sum(axis=1) - 1.0).max(initial=0.0)) > _WHOLE:
            raise ValueError("weights that do not add up to 1")

    @property
    def returns(self) -> Floats:
        """(T,) of the whole."""
        total: Floats = self.contributed.sum(axis=1) + self.execution + self.costs
        return total


@dataclass(frozen=True, slots=True)
class Brinson:
    """``portfolio - benchmark`` is the sum of all effects of all groups, execution and costs.

    Effects and returns are over all periods, not annualised; weights are means over them.
    """

    groups: tuple[str, ...]
    weights: Floats  # (G,)
    benchmark_weights: Floats
    allocation: Floats
    selection: Floats
    interaction: Floats
    execution: float
    costs: float
    portfolio: float
    benchmark: float


def gather(path: Path, earned: Floats, sectors: Mapping[str, str], rows: slice = ALL) -> Legs:
    """The days ``rows`` of ``path`` by sector; a symbol without one is of "unknown sector".

    ``earned``: (T, N) as for ``decide``. Cash is a group: what is not in holdings at the start of
    the day, money on its way included; a day on which nothing was there is all cash. What trades
    of the day earned until its close is ``execution``. Raises as ``split`` does.
    """
    daily = split(path, rows)
    names = tuple(sectors.get(symbol) or UNKNOWN for symbol in path.symbols)
    groups = (*_sorted(names), CASH)
    member = np.array([[name == group for group in groups] for name in names], np.float64)
    member = member.reshape(len(names), len(groups))
    weights = start_weights(path, daily, rows) @ member
    parts = held_part(path, daily, earned[rows], rows)
    contributed = parts @ member
    weights[:, -1] += 1.0 - weights.sum(axis=1)
    contributed[:, -1] += daily.interest
    # What is left is the execution, so that the parts add up to the return as it was measured.
    execution = daily.returns - parts.sum(axis=1) - daily.interest - daily.costs
    return Legs(groups, weights, contributed, execution, daily.costs)


def compose(groups: Sequence[str], weights: Floats, returns: Floats) -> Legs:
    """A benchmark from the weights and returns (T, G) of its groups, free of costs.

    A return counts as 0 where the weight is 0. Raises ValueError where weights do not add up to 1.
    """
    contributed = np.where(weights == 0.0, 0.0, weights * np.nan_to_num(returns))
    nothing = np.zeros(len(weights))
    return Legs(tuple(groups), weights, contributed, nothing, nothing)


def by_month(legs: Legs, days: Days) -> Legs:
    """Days (T,) put together into calendar months.

    The weight of a month is the mean of its days; contributions are linked within the month
    (Carino with a benchmark of 0), so that they add up to its compounded return.
    """
    months = days.astype("datetime64[M]")
    starts = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1])))
    returns = legs.returns
    ends = np.append(starts[1:], len(days))
    factors = np.concatenate(
        [
            carino(returns[a:b], np.zeros(b - a))
            for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
    )
    counts = (ends - starts)[:, None]
    return Legs(
        legs.groups,
        np.add.reduceat(legs.weights, starts, axis=0) / counts,
        np.add.reduceat(legs.contributed * factors[:, None], starts, axis=0),
        np.add.reduceat(legs.execution * factors, starts),
        np.add.reduceat(legs.costs * factors, starts),
    )


def attribute(portfolio: Legs, benchmark: Legs, linking: Linking = carino) -> Brinson:
    """Effects of each group, linked over the periods of both sides.

    In a period, with weights w and returns r of a group and b of the whole benchmark (before its
    costs): allocation ``(w - w_b)(r_b - b)``, selection ``w_b (r - r_b)``, interaction
    ``(w - w_b)(r - r_b)``. A group that the benchmark does not have is all allocation (r_b = r),
    one that the portfolio does not have has no selection (r = r_b). Raises ValueError for sides of
    different lengths and returns that ``linking`` refuses.
    """
    if len(portfolio.weights) != len(benchmark.weights):
        raise ValueError(f"{len(portfolio.weights)} periods against {len(benchmark.weights)}")
    groups = _sorted((*portfolio.groups, *benchmark.groups))
    ours, contributed = _aligned(portfolio, groups)
    theirs, passive = _aligned(benchmark, groups)
    effects = _effects(ours, contributed, theirs, passive)
    factors = linking(portfolio.returns, benchmark.returns)
    linked = np.einsum("ktg,t->kg", effects, factors)
    return Brinson(
        groups,
        ours.mean(axis=0),
        theirs.mean(axis=0),
        linked[0],
        linked[1],
        linked[2],
        float(factors @ (portfolio.execution - benchmark.execution)),
        float(factors @ (portfolio.costs - benchmark.costs)),
        compound(portfolio.returns),
        compound(benchmark.returns),
    )


def _effects(ours: Floats, contributed: Floats, theirs: Floats, passive: Floats) -> Floats:
    """(3, T, G) from weights and contributions (T, G) of both sides."""
    held, listed = np.abs(ours) > _NOTHING, np.abs(theirs) > _NOTHING
    own = contributed / np.where(held, ours, np.inf)
    usual = passive / np.where(listed, theirs, np.inf)
    usual = np.where(listed, usual, own)
    own = np.where(held, own, usual)
    whole = passive.sum(axis=1, keepdims=True)
    active = ours - theirs
    allocation = active * (usual - whole)
    interaction = active * (own - usual)
    # Selection is the rest of the group's active contribution, and so also keeps what was earned
    # on no weight; otherwise it is theirs * (own - usual).
    selection = contributed - passive - active * whole - allocation - interaction
    return np.stack((allocation, selection, interaction))


def _aligned(legs: Legs, groups: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Weights and contributions (T, G) in the order of ``groups``, 0 where there is none."""
    place = [groups.index(group) for group in legs.groups]
    weights = np.zeros((len(legs.weights), len(groups)))
    contributed = np.zeros_like(weights)
    weights[:, place] = legs.weights
    contributed[:, place] = legs.contributed
    return weights, contributed


def _sorted(names: Sequence[str]) -> tuple[str, ...]:
    """Each once, by name, what is unknown and the cash at the end."""
    return tuple(sorted(set(names), key=lambda name: (name == CASH, name == UNKNOWN, name)))
