"""One option for each of N things: the cheapest choice whose sums stay within bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Floats, Ints

_GAIN = 1e-12  # less is no improvement
_PAIRS = 160  # options that are tried two at a time
_TRIPLES = 40  # and three at a time
_BEAM = 400  # half-made choices that are followed


@dataclass(frozen=True, slots=True)
class Choices:
    """O options of N owners; to minimise: Σ ``cost`` + |Σ ``balance`` - ``goal``| + Σ ``weights`` x
    what the sums of ``rows`` miss their bounds by. ``ideal_balance`` (N,) and ``ideal_rows``
    (R, N): what each owner would add if it could have exactly what is wanted."""

    owner: Ints  # (O,) ascending, 0 … N - 1, each at least once
    cost: Floats  # (O,)
    balance: Floats  # (O,)
    goal: float
    rows: Floats  # (R, O)
    lower: Floats  # (R,)
    upper: Floats  # (R,)
    weights: Floats  # (R,)
    ideal_balance: Floats  # (N,)
    ideal_rows: Floats  # (R, N)


def choose(choices: Choices) -> Ints:
    """(N,) one option of each owner.

    A beam search, owners with the largest steps first, and the first option of each are both
    improved by changes of one, then of two and of three at once, until none helps. A heuristic,
    compared with enumeration and integer programmes in the tests.
    """
    first = np.flatnonzero(np.diff(choices.owner, prepend=-1)).astype(np.int64)
    found = [_descend(choices, start) for start in (_follow(choices, first), first)]
    return min(found, key=lambda one: one[0])[1]


def _follow(choices: Choices, first: Ints) -> Ints:
    """Owner after owner the most promising half-made choices, as if the rest came out ideally.

    What a half-made choice misses a bound by, the rest can still make good: it counts once.
    """
    ends = np.append(first[1:], len(choices.owner))
    spans = [
        float(np.ptp(choices.balance[start:end])) for start, end in zip(first, ends, strict=True)
    ]
    order = np.argsort(spans, kind="stable")[::-1]
    picked = np.zeros((1, len(first)), dtype=np.int64)
    cost = np.zeros(1)
    balance = np.array([float(choices.ideal_balance.sum()) - choices.goal])
    rows = choices.ideal_rows.sum(axis=1)[:, None]
    soft = replace(choices, weights=np.minimum(choices.weights, 1.0))
    for owner in order.tolist():
        own = np.arange(first[owner], ends[owner])
        step = choices.balance[own] - choices.ideal_balance[owner]
        stride = choices.rows[:, own] - choices.ideal_rows[:, owner, None]
        grown_cost = (cost[:, None] + choices.cost[own]).ravel()
        grown_balance = (balance[:, None] + step).ravel()
        grown_rows = (rows[:, :, None] + stride[:, None, :]).reshape(len(rows), -1)
        judge = choices if owner == order[-1] else soft
        value = grown_cost + _charge(judge, grown_balance, grown_rows)
        best = np.argsort(value, kind="stable")[:_BEAM]
        cost, balance, rows = grown_cost[best], grown_balance[best], grown_rows[:, best]
        picked = picked[best // len(own)]
        picked[:, owner] = own[best % len(own)]
    chosen: Ints = picked[0]
    return chosen


def _descend(choices: Choices, picked: Ints) -> tuple[float, Ints]:
    picked = picked.copy()
    while True:
        state = _state(choices, picked)
        found = _alone(choices, state) or _pair(choices, state) or _triple(choices, state)
        if found is None:
            return state.value, picked
        for option in found:
            picked[choices.owner[option]] = option


@dataclass(frozen=True, slots=True)
class _State:
    """The sums as they are, and what each option would change in the place of its owner's."""

    value: float
    base: float  # the cost alone
    at_balance: float  # less the goal
    at_rows: Floats  # (R,)
    cost: Floats  # (O,)
    balance: Floats  # (O,)
    rows: Floats  # (R, O)
    near: Ints  # the options that change something, those least costly by themselves first


def _state(choices: Choices, picked: Ints) -> _State:
    before = picked[choices.owner]
    base = float(choices.cost[picked].sum())
    at_balance = float(choices.balance[picked].sum()) - choices.goal
    at_rows = choices.rows[:, picked].sum(axis=1)
    cost = choices.cost - choices.cost[before]
    others = np.flatnonzero(before != np.arange(len(before)))
    return _State(
        value=base + float(_charge(choices, np.array(at_balance), at_rows)),
        base=base,
        at_balance=at_balance,
        at_rows=at_rows,
        cost=cost,
        balance=choices.balance - choices.balance[before],
        rows=choices.rows - choices.rows[:, before],
        near=others[np.argsort(cost[others], kind="stable")],
    )


def _alone(choices: Choices, state: _State) -> tuple[int, ...] | None:
    rows = state.at_rows[:, None] + state.rows
    after = state.base + state.cost + _charge(choices, state.at_balance + state.balance, rows)
    best = int(np.argmin(after))
    return (best,) if after[best] < state.value - _GAIN else None


def _pair(
    choices: Choices, state: _State, first: int | None = None, most: int = _PAIRS
) -> tuple[int, ...] | None:
    """The best change of two owners, or of two more than that of ``first``."""
    near = state.near[:most]
    base, at_balance, at_rows = state.base, state.at_balance, state.at_rows
    if first is not None:
        near = near[choices.owner[near] != choices.owner[first]]
        base, at_balance = base + state.cost[first], at_balance + state.balance[first]
        at_rows = at_rows + state.rows[:, first]
    one, other = np.triu_indices(len(near), 1)
    apart = choices.owner[near[one]] != choices.owner[near[other]]
    one, other = near[one[apart]], near[other[apart]]
    if not len(one):
        return None
    after = base + state.cost[one] + state.cost[other]
    rows = at_rows[:, None] + state.rows[:, one] + state.rows[:, other]
    after += _charge(choices, at_balance + state.balance[one] + state.balance[other], rows)
    best = int(np.argmin(after))
    return (int(one[best]), int(other[best])) if after[best] < state.value - _GAIN else None


def _triple(choices: Choices, state: _State) -> tuple[int, ...] | None:
    for first in state.near[:_TRIPLES].tolist():
        found = _pair(choices, state, first, _TRIPLES)
        if found is not None:
            return (first, *found)
    return None


def _charge(choices: Choices, balance: Floats, rows: Floats) -> Floats:
    """``balance`` (...,) and ``rows`` (R, ...)."""
    charge: Floats = np.abs(balance)
    for row, low, high, weight in zip(
        rows, choices.lower, choices.upper, choices.weights, strict=True
    ):
        charge = charge + weight * np.maximum(np.maximum(row - high, low - row), 0.0)
    return charge
