"""Which constraints clash where no portfolio exists, and the least that each must give way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from engine.arrays import Flags, Floats, Ints
from engine.optimization.constraints import Constraints
from engine.optimization.solution import Infeasible, Relaxation

EXACT = 1e-10  # tolerance of the linear programmes


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing demanded, by its key: rows a·x <= bound (``up``) or a·x >= bound (not ``up``)."""

    key: str
    rows: Ints  # rows of the system, each of the form a·x <= limit
    bound: float  # as the person knows it
    sign: float  # +1: giving way raises the bound; -1: it lowers it


@dataclass(frozen=True, slots=True)
class System:
    """``matrix @ x <= limit``; rows of no demand always hold. ``whole``: 1 where x is integer."""

    matrix: sparse.csr_array  # (M, V)
    limit: Floats  # (M,)
    demands: tuple[tuple[Demand, ...], ...]  # those of one key together
    whole: Ints  # (V,)
    always: Ints  # rows


def explain(constraints: Constraints, symbols: Sequence[str]) -> Infeasible | None:
    """A smallest set of clashing constraints and the least change of each; None if none clash.

    The set by QuickXplain (Junker, "QuickXplain: preferred explanations and relaxations for
    over-constrained problems", AAAI 2004): without any one of it the rest of it can be met. The
    changes by elastic linear programmes, integer where ``names`` counts. Where several sets clash
    no change of one constraint helps, and none is offered. Being long only (a lower bound of 0)
    is taken for granted and never named. A bound that more than half of the assets share is one
    constraint, "upper:*".
    """
    system = _system(constraints, symbols)
    everything = list(range(len(system.demands)))
    if _possible(system, everything):
        return None
    clashing = sorted(_smallest(system, [], everything, False))
    relaxations = [
        relaxed for at in clashing for relaxed in [_relax(system, everything, at)] if relaxed
    ]
    keys = tuple(system.demands[at][0].key for at in clashing)
    return Infeasible(keys, tuple(relaxations))


def choose_names(constraints: Constraints, scores: Floats) -> Flags:
    """(N,) at most ``names`` assets that can meet the constraints together, of most score in sum.

    A mixed-integer programme. Raises Infeasible, unexplained, if there are none.
    """
    n = len(scores)
    system = _system(constraints, [str(i) for i in range(n)])
    cost = np.zeros(system.matrix.shape[1])
    cost[len(cost) - n :] = -scores
    free = np.full(len(cost), np.inf)
    x = _optimum(cost, system.matrix, system.limit, -free, free, system.whole)
    if x is None:
        raise Infeasible(("names",), ())
    return np.asarray(x[len(cost) - n :] > 0.5)


def _smallest(system: System, given: list[int], among: list[int], added: bool) -> list[int]:
    if added and not _possible(system, given):
        return []
    if len(among) == 1:
        return among
    half = len(among) // 2
    first, second = among[:half], among[half:]
    later = _smallest(system, given + first, second, True)
    earlier = _smallest(system, given + later, first, bool(later))
    return earlier + later


def _possible(system: System, demands: Sequence[int]) -> bool:
    return _solve(system, demands, None) is not None


def _relax(system: System, everything: list[int], at: int) -> Relaxation | None:
    """The least step of any side of one constraint that makes the whole possible."""
    others = [one for one in everything if one != at]
    found: list[tuple[float, Demand]] = []
    for side in system.demands[at]:
        kept = [one for one in system.demands[at] if one is not side]
        step = _solve(system, others, side, kept)
        if step is not None:
            found.append((step, side))
    if not found:
        return None
    step, side = min(found, key=lambda one: one[0])
    return Relaxation(side.key, side.bound, side.bound + side.sign * step)


def _solve(
    system: System,
    demands: Sequence[int],
    elastic: Demand | None,
    kept: Sequence[Demand] = (),
) -> float | None:
    """The least step that ``elastic`` gives way (0 without one); None if that is not enough."""
    sides = [side for at in demands for side in system.demands[at]] + list(kept)
    rows = np.concatenate([system.always, *(side.rows for side in sides)]).astype(np.int64)
    matrix, limit, whole = system.matrix[rows], system.limit[rows], system.whole
    cost = np.zeros(matrix.shape[1])
    least, most = np.full(len(cost), -np.inf), np.full(len(cost), np.inf)
    if elastic is not None:
        own = system.matrix[elastic.rows]
        above = sparse.csr_array((matrix.shape[0], 1))
        below = sparse.csr_array(-np.ones((len(elastic.rows), 1)))
        matrix = sparse.vstack(
            [sparse.hstack([matrix, above]), sparse.hstack([own, below])], format="csr"
        )
        limit = np.concatenate([limit, system.limit[elastic.rows]])
        cost, least, most = np.append(cost, 1.0), np.append(least, 0.0), np.append(most, np.inf)
        whole = np.append(whole, 1 if elastic.key == "names" else 0)
    x = _optimum(cost, matrix, limit, least, most, whole)
    if x is not None and whole.any():
        fixed = whole > 0
        least[fixed] = most[fixed] = np.round(x[fixed])
        x = _optimum(cost, matrix, limit, least, most, np.zeros_like(whole))
    return None if x is None else float(cost @ x)


def _optimum(
    cost: Floats,
    matrix: sparse.csr_array,
    limit: Floats,
    least: Floats,
    most: Floats,
    whole: Ints,
) -> Floats | None:
    """Where cost·x is least; None if nowhere. Whole numbers are only whole to 1e-6."""
    answer: Any = linprog(  # type: ignore[call-overload]
        cost,
        A_ub=matrix,
        b_ub=limit,
        bounds=np.column_stack([least, most]),
        method="highs",
        integrality=whole if whole.any() else None,
        options={"primal_feasibility_tolerance": EXACT, "dual_feasibility_tolerance": EXACT},
    )
    return None if answer.status != 0 else np.asarray(answer.x)


def _system(constraints: Constraints, symbols: Sequence[str]) -> System:
    """Rows of everything demanded; variables: weights, then what is bought, then who is held.

    The first demands are the ones preferred in an explanation.
    """
    n = len(constraints.lower)
    counted = constraints.names is not None and constraints.names < n
    width = n * (1 + (constraints.turnover is not None) + counted)
    made = _Rows(width)
    weights = _padded(sparse.eye_array(n, format="csr"), width, 0)
    total = _picked(np.arange(n), width)
    low_cash, high_cash = constraints.cash
    least, most = made.add(-total, [high_cash - 1.0]), made.add(total, [1.0 - low_cash])
    made.demand(Demand("cash", least, high_cash, 1.0), Demand("cash", most, low_cash, -1.0))
    uppers = _bounds_of(constraints.upper, symbols, "upper")
    lowers = [one for one in _bounds_of(constraints.lower, symbols, "lower") if one[1] != 0.0]
    made.bound(weights, uppers, 1.0, shared=True)
    for group in constraints.groups:
        row, key = _picked(group.members, width), f"group:{group.name}"
        least, most = made.add(-row, [-group.lower]), made.add(row, [group.upper])
        made.demand(Demand(key, least, group.lower, -1.0), Demand(key, most, group.upper, 1.0))
    if constraints.turnover is not None:
        _add_turnover(made, constraints, weights, constraints.turnover)
    whole = np.zeros(width, np.int64)
    if constraints.names is not None and counted:
        whole[width - n :] = 1
        _add_count(made, constraints, weights, constraints.names)
    made.bound(weights, uppers, 1.0, shared=False)
    made.bound(weights, lowers, -1.0, shared=True)
    made.bound(weights, lowers, -1.0, shared=False)
    zero = np.flatnonzero(constraints.lower == 0.0)
    made.always(-weights[zero], np.zeros(len(zero)))
    return made.system(whole)


def _add_turnover(
    made: _Rows, constraints: Constraints, weights: sparse.csr_array, most: float
) -> None:
    """Bought >= max(0, w - current); 2·Σ bought - Σ(w - current) <= most."""
    n, width = weights.shape
    current = np.zeros(n) if constraints.current is None else constraints.current
    bought = _padded(sparse.eye_array(n, format="csr"), width, n)
    made.always(weights - bought, current)
    made.always(-bought, np.zeros(n))
    row = 2.0 * _picked(np.arange(n, 2 * n), width) - _picked(np.arange(n), width)
    made.demand(Demand("turnover", made.add(row, [most - float(current.sum())]), most, 1.0))


def _add_count(
    made: _Rows, constraints: Constraints, weights: sparse.csr_array, names: int
) -> None:
    """Who is held (0 or 1) at least where a weight is above zero; at most ``names`` of them."""
    n, width = weights.shape
    held = _padded(sparse.eye_array(n, format="csr"), width, width - n)
    most = 2.0 * max(1.0, float(constraints.upper.max()))
    made.always(weights - most * held, np.zeros(n))
    made.always(held, np.ones(n))
    made.always(-held, np.zeros(n))
    row = _picked(np.arange(width - n, width), width)
    made.demand(Demand("names", made.add(row, [names]), names, 1.0))


class _Rows:
    """Collects rows ``a·x <= limit`` and the demands that they belong to."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.blocks: list[sparse.csr_array] = []
        self.limits: list[Floats] = []
        self.count = 0
        self.demands: list[tuple[Demand, ...]] = []
        self.fixed: list[Ints] = []

    def add(self, block: sparse.csr_array, limit: Sequence[float] | Floats) -> Ints:
        self.blocks.append(block)
        self.limits.append(np.asarray(limit, float))
        self.count += block.shape[0]
        return np.arange(self.count - block.shape[0], self.count)

    def always(self, block: sparse.csr_array, limit: Floats) -> None:
        self.fixed.append(self.add(block, limit))

    def demand(self, *sides: Demand) -> None:
        self.demands.append(sides)

    def bound(
        self,
        weights: sparse.csr_array,
        bounds: Sequence[tuple[str, float, Ints]],
        sign: float,
        *,
        shared: bool,
    ) -> None:
        for key, value, members in bounds:
            if key.endswith(":*") == shared:
                rows = self.add(sign * weights[members], np.full(len(members), sign * value))
                self.demand(Demand(key, rows, value, sign))

    def system(self, whole: Ints) -> System:
        matrix = sparse.csr_array(sparse.vstack(self.blocks, format="csr"))
        limits = np.concatenate(self.limits)
        always = np.concatenate([np.zeros(0, np.int64), *self.fixed])
        return System(matrix, limits, tuple(self.demands), whole, always)


def _picked(columns: Ints, width: int) -> sparse.csr_array:
    """One row with ones in the columns."""
    row = np.zeros((1, width))
    row[0, columns] = 1.0
    return sparse.csr_array(row)


def _padded(block: sparse.csr_array, width: int, first: int) -> sparse.csr_array:
    """The block with columns from ``first`` on, among ``width``."""
    rows, columns = block.shape
    parts = [
        sparse.csr_array((rows, first)),
        block,
        sparse.csr_array((rows, width - first - columns)),
    ]
    return sparse.csr_array(sparse.hstack(parts, format="csr"))


def _bounds_of(values: Floats, symbols: Sequence[str], side: str) -> list[tuple[str, float, Ints]]:
    """Key, value and members: one for what more than half share, one each for the others."""
    kinds, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    shared = np.full(len(values), False)
    bounds: list[tuple[str, float, Ints]] = []
    if counts.max() > len(values) / 2 and len(values) > 1:
        shared = inverse == int(np.argmax(counts))
        members = np.flatnonzero(shared).astype(np.int64)
        bounds.append((f"{side}:*", float(kinds[np.argmax(counts)]), members))
    bounds += [
        (f"{side}:{symbols[i]}", float(values[i]), np.array([i]))
        for i in np.flatnonzero(~shared).tolist()
    ]
    return [one for one in bounds if np.isfinite(one[1])]
