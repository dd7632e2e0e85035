"""Constraints as the columns and rows of a linear programme over moves from a base portfolio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from engine.arrays import Flags, Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, held_now, shortlist
from engine.optimization.kernels.linear import LinearStatus, solve_linear
from engine.optimization.kernels.scenario_program import Structure
from engine.optimization.solution import Unsolvable

KEPT_A_ROUND = 0.7  # share of the names that stay in each round of dropping


def structure_of(
    constraints: Constraints, *, mean: Floats | None = None, least: float = -np.inf
) -> Structure:
    """Moves from the lower bounds; with turnover, costs or short sales, buys and sells from what
    is held, or from nothing.

    ``mean``, ``least``: Σ mean·w must reach ``least``. Costs are left at zero: see ``charged``.
    """
    count = len(constraints.lower)
    current = held_now(constraints)
    traded = constraints.turnover is not None or constraints.cost_rate is not None
    two_way = traded or bool(np.any(constraints.lower < 0.0))
    center = current if traded else np.zeros(count)
    base = np.clip(center, constraints.lower, constraints.upper) if two_way else constraints.lower
    asset, sign = np.arange(count), np.ones(count)
    upper = _upper(constraints, base)
    if two_way:
        sold = np.flatnonzero(base > constraints.lower)
        asset = np.concatenate([asset, sold])
        sign = np.concatenate([sign, np.full(len(sold), -1.0)])
        upper = np.concatenate([upper, (base - constraints.lower)[sold]])
    low_cash, high_cash = constraints.cash
    blocks = [(np.ones(count), 1.0 - high_cash, 1.0 - low_cash)]
    for group in constraints.groups:
        members = np.zeros(count)
        members[group.members] = 1.0
        blocks.append((members, group.lower, group.upper))
    if mean is not None and np.isfinite(least):
        size = float(np.max(np.abs(mean))) or 1.0
        blocks.append((mean / size, least / size, np.inf))
    rows = [row[asset] * sign for row, _, _ in blocks]
    lower = [low - float(row @ base) for row, low, _ in blocks]
    above = [high - float(row @ base) for row, _, high in blocks]
    if constraints.turnover is not None:
        rows.append(np.ones(len(asset)))
        lower.append(-np.inf)
        above.append(constraints.turnover - float(np.abs(base - current).sum()))
    return Structure(
        base,
        asset.astype(np.int64),
        sign,
        upper,
        np.array(rows),
        np.array(lower),
        np.array(above),
        np.zeros(len(asset)),
    )


def _upper(constraints: Constraints, base: Floats) -> Floats:
    """Room to buy; infinite where the money at hand bounds it already."""
    room = constraints.upper - base
    money = 1.0 - constraints.cash[0] - float(constraints.lower.sum())
    implied = (room >= money) & (base <= constraints.lower)
    return np.where(implied, np.inf, np.maximum(room, 0.0))


def charged(
    structure: Structure, worth: Floats, rates: Floats | None, current: Floats | None = None
) -> Structure:
    """With its cost: minus ``worth`` (N,) of the weights, plus ``rates`` (N,) of what is traded
    from ``current`` (N,)."""
    cost = -worth[structure.asset] * structure.sign
    constant = -float(worth @ structure.base)
    if rates is not None:
        cost = cost + rates[structure.asset]
        center = np.zeros(len(worth)) if current is None else current
        constant += float(rates @ np.abs(structure.base - center))
    return replace(structure, cost=cost, constant=constant)


def highest_mean(constraints: Constraints, mean: Floats) -> float | None:
    """The largest Σ mean·w that the constraints allow (``names`` aside); None if nothing is."""
    structure = charged(structure_of(constraints), mean, None)
    answer = solve_linear(
        structure.cost,
        structure.rows,
        structure.row_lower,
        structure.row_upper,
        np.zeros(len(structure.cost)),
        structure.upper,
    )
    if answer.status is not LinearStatus.OPTIMAL:
        return None
    return float(mean @ structure.weights(answer.values))


def refuse_target(constraints: Constraints, estimates: Estimates, least: float) -> None:
    """Raises Unsolvable if no portfolio is expected to earn ``least`` a year, cash at the risk-free
    rate included."""
    excess = estimates.mean - estimates.risk_free
    highest = highest_mean(constraints, excess)
    if highest is not None and highest + estimates.risk_free < least - 1e-12:
        found = highest + estimates.risk_free
        raise Unsolvable("target_out_of_reach", target=least, highest=found)


def keep_few(
    constraints: Constraints, solve: Callable[[Constraints], Floats | None]
) -> tuple[Floats | None, bool]:
    """Weights of at most ``names`` assets: the smallest are dropped by rounds, each solved anew.

    ``solve`` gives weights, or None where nothing is feasible. Where dropping the smallest leads
    nowhere, the assets of a mixed-integer programme are kept that holds most of what they held.
    The flag says whether anything had to be dropped: the answer is then a heuristic's.
    """
    weights = whole = solve(constraints)
    if weights is None or whole is None or constraints.names is None:
        return weights, False
    narrow, dropped = constraints, False
    while (held := int(np.count_nonzero(weights > HELD))) > constraints.names:
        target = max(constraints.names, min(held - 1, int(KEPT_A_ROUND * held)))
        narrow = closed(narrow, shortlist(replace(narrow, names=target), weights))
        found, dropped = solve(narrow), True
        if found is None:
            keep = possible_names(constraints, whole)
            return (None if keep is None else solve(closed(constraints, keep))), True
        weights = found
    return weights, dropped


def possible_names(constraints: Constraints, scores: Floats) -> Flags | None:
    """(N,) at most ``names`` assets that some portfolio can hold, with the largest Σ scores·w.

    None where there are none. By HiGHS' branch and bound.
    """
    assert constraints.names is not None
    form = structure_of(constraints)
    count, moves = len(form.base), len(form.asset)
    # base + moves <= upper·held, for assets that may be above zero
    added = np.zeros((count, moves))
    added[form.asset, np.arange(moves)] = form.sign
    linked = np.hstack([added, -np.diag(np.maximum(constraints.upper, 0.0))])
    rows = np.hstack([form.rows, np.zeros((len(form.rows), count))])
    counted = np.concatenate([np.zeros(moves), np.ones(count)])[None, :]
    answer = milp(
        np.concatenate([-scores[form.asset] * form.sign, np.zeros(count)]),
        integrality=np.concatenate([np.zeros(moves), np.ones(count)]),
        bounds=Bounds(np.zeros(moves + count), np.concatenate([form.upper, np.ones(count)])),
        constraints=[
            LinearConstraint(rows, form.row_lower, form.row_upper),
            LinearConstraint(linked, -np.inf, -form.base),
            LinearConstraint(counted, -np.inf, constraints.names),
        ],
    )
    return None if answer.x is None else np.asarray(answer.x[moves:] > 0.5)


def closed(constraints: Constraints, keep: Flags) -> Constraints:
    """Nothing may be held of the assets that are not kept."""
    return replace(constraints, upper=np.where(keep, constraints.upper, 0.0))
