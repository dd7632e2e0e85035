"""The portfolios that the constraints allow: as linear rows, checked, and explained if none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from engine.arrays import Flags, Floats, Ints
from engine.optimization.clash import explain
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.solution import Solution, Status, Unsolvable

FEASIBLE = 1e-9  # a weight or a row may miss its bound by so much
HELD = 1e-9  # a smaller weight counts as none
CLEANED = 1e-5  # of one weight; more is no cleaning but another portfolio
BINDING = 1e-8  # this near to a bound is at it
ROUNDED = 1e-13  # missed by no more: nothing but rounding
ROUNDS = 8  # of giving Σw its due

Measure = Callable[[Floats], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Polyhedron:
    """``lower <= rows @ x <= upper`` and ``floor <= x <= ceiling``; the first N of x are weights.

    Where turnover is capped or trading costs, ``split`` names the assets that may be both bought
    and sold; each has one variable more, at least what is bought of it: x[N + j] >= max(0,
    w - current) of asset split[j]. All others can only be traded one way and need none.
    """

    assets: int
    rows: sparse.csc_array  # (M, V)
    lower: Floats  # (M,)
    upper: Floats  # (M,)
    floor: Floats  # (V,)
    ceiling: Floats  # (V,)
    keys: tuple[str, ...]  # (M,) "cash", "group:tech", "turnover", "bought" (definition of a split)
    split: Ints
    current: Floats  # (N,)

    def trading(self, rates: Floats) -> tuple[Floats, float]:
        """(V,) coefficients and a constant: ``coefficients @ x + constant`` is Σ rates·|w-current|.

        At least that for any x of the set; equal where the split variables are as small as can be.
        """
        return _trading(self.assets, self.split, self.current, self.floor, rates)


def held_now(constraints: Constraints) -> Floats:
    """(N,) current weights; zeros where nothing is held."""
    if constraints.current is None:
        return np.zeros(len(constraints.lower))
    return constraints.current


def polyhedron(constraints: Constraints, n: int) -> Polyhedron:
    """Rows and bounds for a solver. Whether a portfolio exists is not looked at: see ``check``."""
    current = held_now(constraints)
    traded = constraints.turnover is not None or constraints.cost_rate is not None
    two_way = (constraints.lower < current) & (current < constraints.upper)
    split = np.flatnonzero(two_way & traded).astype(np.int64)
    extra = len(split)
    low_cash, high_cash = constraints.cash
    blocks = [sparse.csc_array(np.concatenate([np.ones(n), np.zeros(extra)])[None, :])]
    lower, upper, keys = [1.0 - high_cash], [1.0 - low_cash], ["cash"]
    for group in constraints.groups:
        row = np.zeros(n + extra)
        row[group.members] = 1.0
        blocks.append(sparse.csc_array(row[None, :]))
        lower.append(group.lower)
        upper.append(group.upper)
        keys.append(f"group:{group.name}")
    if constraints.turnover is not None:
        row, constant = _trading(n, split, current, constraints.lower, np.ones(n))
        blocks.append(sparse.csc_array(row[None, :]))
        lower.append(-np.inf)
        upper.append(constraints.turnover - constant)
        keys.append("turnover")
    if extra:
        at = np.arange(extra)
        picked = sparse.csc_array((np.ones(extra), (at, split)), shape=(extra, n))
        blocks.append(sparse.hstack([-picked, sparse.eye_array(extra)], format="csc"))
        lower += (-current[split]).tolist()
        upper += [np.inf] * extra
        keys += ["bought"] * extra
    return Polyhedron(
        assets=n,
        rows=sparse.csc_array(sparse.vstack(blocks)),
        lower=np.array(lower),
        upper=np.array(upper),
        floor=np.concatenate([constraints.lower, np.zeros(extra)]),
        ceiling=np.concatenate([constraints.upper, (constraints.upper - current)[split]]),
        keys=tuple(keys),
        split=split,
        current=current,
    )


def _trading(
    n: int, split: Ints, current: Floats, floor: Floats, rates: Floats
) -> tuple[Floats, float]:
    """Bought only: w - c. Sold only: c - w. Both: 2·bought - (w - c)."""
    only_bought = current <= floor[:n]
    sign = np.where(only_bought, 1.0, -1.0)
    coefficients = np.concatenate([sign * rates, 2.0 * rates[split]])
    return coefficients, -float(np.sum(sign * rates * current))


def turnover_of(constraints: Constraints, weights: Floats) -> float:
    """Σ|w - current|, both directions added."""
    return float(np.abs(weights - held_now(constraints)).sum())


def cost_of(constraints: Constraints, weights: Floats) -> float:
    """Share of the value that the trades to ``weights`` cost; 0 without cost rates."""
    if constraints.cost_rate is None:
        return 0.0
    return float(constraints.cost_rate @ np.abs(weights - held_now(constraints)))


def violation(constraints: Constraints, weights: Floats) -> float:
    """By how much the worst-kept constraint is missed; 0 where all hold. ``names`` counts whole."""
    low_cash, high_cash = constraints.cash
    cash = 1.0 - float(weights.sum())
    missed = [
        float(np.max(constraints.lower - weights)),
        float(np.max(weights - constraints.upper)),
        low_cash - cash,
        cash - high_cash,
    ]
    for group in constraints.groups:
        share = float(weights[group.members].sum())
        missed += [group.lower - share, share - group.upper]
    if constraints.turnover is not None:
        missed.append(turnover_of(constraints, weights) - constraints.turnover)
    if constraints.names is not None:
        missed.append(float(np.count_nonzero(weights > HELD) - constraints.names))
    return max(0.0, *missed)


def plain(constraints: Constraints) -> bool:
    """Long only, fully invested, no cap below 1 and nothing else: the fast kernels serve it."""
    return (
        constraints.cash == (0.0, 0.0)
        and not constraints.groups
        and constraints.turnover is None
        and constraints.cost_rate is None
        and (constraints.names is None or constraints.names >= len(constraints.lower))
        and bool(np.all(constraints.lower == 0.0) and np.all(constraints.upper >= 1.0))
    )


def check(constraints: Constraints, symbols: Sequence[str]) -> None:
    """Raises Infeasible, explained, if no portfolio satisfies the constraints.

    Mostly a few sums; a linear programme only where groups overlap, turnover forces a search or
    both groups and ``names`` are there.
    """
    if _surely_feasible(constraints):
        return
    clash = explain(constraints, symbols)
    if clash is not None:
        raise clash


def _surely_feasible(constraints: Constraints) -> bool:
    """Exact for bounds, cash and disjoint groups without ``names`` and turnover; else cautious."""
    if np.any(constraints.lower > constraints.upper):
        return False
    if constraints.current is not None and violation(constraints, constraints.current) <= 0.0:
        return True
    if constraints.turnover is not None:
        return False
    lower, upper = constraints.lower, constraints.upper
    if constraints.names is not None and constraints.names < len(lower):
        if constraints.groups or np.any(lower != 0.0):
            return False
        upper = np.sort(upper)[::-1][: constraints.names]
        lower = np.zeros(len(upper))
    reach = _reach(constraints, lower, upper)
    if reach is None:
        return False
    least, most = reach
    low_cash, high_cash = constraints.cash
    slack = 1e-12
    return low_cash <= high_cash and least <= 1 - low_cash + slack and most >= 1 - high_cash - slack


def _reach(constraints: Constraints, lower: Floats, upper: Floats) -> tuple[float, float] | None:
    """The least and the largest Σw within bounds and disjoint groups; None if there is none."""
    if not constraints.groups:
        return float(lower.sum()), float(upper.sum())
    alone = np.ones(len(lower), bool)
    least = most = 0.0
    for group in constraints.groups:
        if not alone[group.members].all():
            return None
        alone[group.members] = False
        low = max(group.lower, float(lower[group.members].sum()))
        high = min(group.upper, float(upper[group.members].sum()))
        if low > high:
            return None
        least, most = least + low, most + high
    return least + float(lower[alone].sum()), most + float(upper[alone].sum())


def finish(
    method: str,
    estimates: Estimates,
    constraints: Constraints,
    weights: Floats,
    objective: Callable[[Floats], float],
    status: Status = Status.OPTIMAL,
    fallback: tuple[str, ...] = (),
    measures: Mapping[str, float] | Measure | None = None,
) -> Solution:
    """Clean weights, verified, with what binds. ``objective`` is asked at the cleaned weights.

    ``measures``: known already, or a function of the cleaned weights.

    Raises Unsolvable("inaccurate", violation) where the weights miss a constraint by more than
    1e-9 even after cleaning, or cleaning would change one by more than 1e-5: the caller then goes
    on to its next solver.
    """
    clean = tidy(constraints, weights)
    changed = float(np.abs(clean - weights).max())
    missed = violation(constraints, clean) if changed <= CLEANED else changed
    value = float(objective(clean)) if np.all(np.isfinite(clean)) else np.nan
    if not (missed <= FEASIBLE and np.isfinite(value)):
        raise Unsolvable("inaccurate", method=method, violation=float(missed))
    cash = 1.0 - float(clean.sum())
    return Solution(
        method=method,
        symbols=estimates.symbols,
        weights=clean,
        cash=cash if abs(cash) > 1e-12 else 0.0,
        objective=value,
        status=status,
        binding=binding(constraints, estimates.symbols, clean),
        fallback=fallback,
        measures=dict(measures(clean) if callable(measures) else measures or {}),
    )


def tidy(constraints: Constraints, weights: Floats) -> Floats:
    """Clips to the bounds, drops dust and gives Σw its due, spread over what has room.

    Hundreds of grains together may be more than a tight limit of turnover bears: then those of
    trades are dropped instead, or none, whichever keeps the constraints best. No constraint is
    missed by more than before (but for rounding), except where only Σw can be right or the others.
    """
    dust = np.abs(weights) < HELD
    clean = _balanced(constraints, np.where(dust, 0.0, weights))
    if constraints.turnover is None and not constraints.groups:
        return clean
    missed = violation(constraints, clean)
    if missed <= ROUNDED:
        return clean
    traded = np.abs(weights - held_now(constraints)) < HELD
    untraded = np.where(traded, held_now(constraints), weights)
    for other in (np.where(dust & ~traded, 0.0, untraded), untraded, weights):
        rival = _balanced(constraints, other)
        worse = violation(constraints, rival)
        if worse < missed:
            clean, missed = rival, worse
        if missed <= ROUNDED:
            break
    return clean


def _balanced(constraints: Constraints, weights: Floats) -> Floats:
    """Within the bounds, with the cash that is allowed: what lacks goes where it harms least."""
    lower, upper = constraints.lower, constraints.upper
    clean = np.clip(weights, lower, upper)
    low_cash, high_cash = constraints.cash
    for _ in range(ROUNDS):
        total = float(clean.sum())
        missing = min(max(total, 1.0 - high_cash), 1.0 - low_cash) - total
        if abs(missing) <= 1e-15:
            break
        room = _room(constraints, clean, missing)
        whole = float(room.sum())
        if whole <= 0.0:
            break
        clean = np.clip(
            clean + np.sign(missing) * room * min(1.0, abs(missing) / whole), lower, upper
        )
    return clean


def _room(constraints: Constraints, weights: Floats, missing: float) -> Floats:
    """Where Σw can be corrected: held assets away from their bounds and their groups' bounds.

    Where turnover is limited, first by what undoes a trade.
    """
    gap = constraints.upper - weights if missing > 0 else weights - constraints.lower
    inside = (weights != 0.0) & (gap > BINDING)
    free = inside & _ungrouped(constraints, weights, missing)
    choices = [(free, gap), (inside, gap), (gap > 0.0, gap)]
    if constraints.turnover is not None:
        traded = np.sign(missing) * (held_now(constraints) - weights)
        undone = np.minimum(gap, np.maximum(traded, 0.0))
        back = undone > 0.0
        choices = [(free & back, undone), (inside & back, undone), (back, undone), *choices]
    for candidates, room in choices:
        if candidates.any():
            return np.where(candidates, room, 0.0)
    return np.zeros(len(weights))


def _ungrouped(constraints: Constraints, weights: Floats, missing: float) -> Flags:
    """(N,) whether no group that is full, or as empty as may be, is in the way."""
    free = np.ones(len(weights), bool)
    for group in constraints.groups:
        share = float(weights[group.members].sum())
        gap = group.upper - share if missing > 0 else share - group.lower
        if gap <= BINDING:
            free[group.members] = False
    return free


def binding(constraints: Constraints, symbols: Sequence[str], weights: Floats) -> tuple[str, ...]:
    """Keys of the constraints at their limit.

    Left out, since they say nothing: a lower bound of 0 (long only), a cap that being long only
    and invested implies, a group's bound of 0 or 1, and being fully invested where cash is (0, 0).
    """
    low_cash, high_cash = constraints.cash
    most = 1.0 - low_cash if np.all(constraints.lower >= 0.0) else np.inf
    at_upper = (weights >= constraints.upper - BINDING) & (constraints.upper < most)
    at_lower = (weights <= constraints.lower + BINDING) & (constraints.lower != 0.0)
    keys = [f"upper:{symbols[i]}" for i in np.flatnonzero(at_upper).tolist()]
    keys += [f"lower:{symbols[i]}" for i in np.flatnonzero(at_lower).tolist()]
    for group in constraints.groups:
        share = float(weights[group.members].sum())
        full = share >= group.upper - BINDING and group.upper < most
        if full or (share <= group.lower + BINDING and group.lower > 0.0):
            keys.append(f"group:{group.name}")
    if constraints.turnover is not None:
        left = constraints.turnover - turnover_of(constraints, weights)
        keys += ["turnover"] if left <= BINDING else []
    cash = 1.0 - float(weights.sum())
    at_end = cash <= low_cash + BINDING or cash >= high_cash - BINDING
    keys += ["cash"] if at_end and constraints.cash != (0.0, 0.0) else []
    if constraints.names is not None:
        keys += ["names"] if np.count_nonzero(weights > HELD) >= constraints.names else []
    return tuple(keys)


def shortlist(constraints: Constraints, scores: Floats) -> Flags:
    """(N,) which assets to keep so that at most ``names`` are above zero: the best scores.

    Assets that must be held come first. It is a heuristic: the constraints may still clash.
    """
    keep = np.ones(len(scores), bool)
    if constraints.names is None or constraints.names >= len(scores):
        return keep
    forced = constraints.lower > 0.0
    order = np.lexsort((-scores, ~forced))
    keep[order[constraints.names :]] = False
    return keep
