"""Scenario programmes by the interior point, with a bound that is proved apart from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.optimization.kernels.barrier import descend
from engine.optimization.kernels.hinges import Falls, Hinges, Moves
from engine.optimization.kernels.linear import LinearStatus, solve_linear
from engine.optimization.kernels.losses import DrawdownLosses, ScenarioLosses
from engine.optimization.kernels.scenario_program import (
    VIOLATED,
    Losses,
    ScenarioAnswer,
    Structure,
)

DUST = 1e-9  # a smaller move is none
SOME = 1e-6  # of the mean price: a scenario with less does not count


def minimise_inside(structure: Structure, losses: Losses) -> ScenarioAnswer | None:
    """As ``minimise_losses``, with all scenarios and moves at once; None where it fails.

    ``bound``: of the prices that were found, moved into their limits, the least that any weights
    can lose; a linear programme over the structure alone. Drawdowns with a tolerance are not
    served. An answer farther than ``VIOLATED`` from its bound is none.
    """
    able = structure.upper > 0.0
    open_ = replace(
        structure,
        asset=structure.asset[able],
        sign=structure.sign[able],
        upper=structure.upper[able],
        rows=structure.rows[:, able],
        cost=structure.cost[able],
    )
    count = len(open_.asset)
    programme = _inequalities(open_, losses) if count else None
    if programme is None:
        return None
    begin = np.minimum(1.0 / count, open_.upper / 2.0)
    found = descend(programme, *programme.begin(begin))
    if found is None:
        return None
    slope, constant, prices = programme.certify(found.prices)
    least = solve_linear(
        slope, open_.rows, open_.row_lower, open_.row_upper, np.zeros(count), open_.upper
    )
    bound = least.objective + constant
    if least.status is not LinearStatus.OPTIMAL:
        return None
    if float(programme.cost @ found.v) - bound > VIOLATED:
        return None
    moves = np.where(found.v[:count] > DUST, found.v[:count], 0.0)
    return ScenarioAnswer(
        LinearStatus.OPTIMAL,
        open_.weights(moves),
        float(found.v[count : count + programme.free].sum()) * losses.scale,
        structure.constant + bound * losses.scale,
        found.steps,
        found.steps,
        int(np.count_nonzero(moves)),
        int(np.count_nonzero(prices > SOME * prices.mean())),
    )


def _inequalities(structure: Structure, losses: Losses) -> Hinges | Falls | None:
    moves, cost = Moves.of(structure), structure.cost / losses.scale
    if isinstance(losses, ScenarioLosses):
        gains = losses.returns / losses.scale
        loss = losses.offset / losses.scale - (gains @ structure.base)[losses.scenario]
        return Hinges(
            moves,
            cost,
            gains[:, structure.asset] * structure.sign,
            losses.scenario,
            loss,
            losses.cap,
            losses.threshold,
        )
    if isinstance(losses, DrawdownLosses) and losses.tolerance is None:
        gains = np.diff(losses.paths, axis=0) / losses.scale
        drift = gains @ structure.base + losses.drift / losses.scale
        return Falls(moves, cost, gains[:, structure.asset] * structure.sign, drift, losses.cap)
    return None
