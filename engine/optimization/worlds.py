"""Periods of history as worlds, what the best choice would have earned, and how much was missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.linear import GrowingProgramme, LinearStatus
from engine.optimization.linear_form import charged, structure_of
from engine.optimization.solution import Unsolvable

LEAST_WORLDS = 2


@dataclass(frozen=True, slots=True)
class Worlds:
    """S equally probable worlds. Regret of w there: ``best`` - interest - gains·w, at least 0."""

    gains: Floats  # (S, N) returns over the period less ``interest``
    best: Floats  # (S,) what the best choice returned
    interest: float  # what all cash would return over the period

    def regrets(self, weights: Floats) -> Floats:
        """(S,) what the best choice earned more, as a share of the value."""
        return self.best - self.interest - self.gains @ weights


def hold_periods(scenarios: Floats, days: int) -> Floats:
    """(S, N) simple returns of holding each asset for ``days`` days, periods counted from the end.

    ``scenarios``: (T, N) daily simple returns; T mod ``days`` of the first are left out.
    """
    count = len(scenarios) // days
    kept = scenarios[len(scenarios) - count * days :]
    grown = (1.0 + kept).reshape(count, days, scenarios.shape[1]).prod(axis=1)
    return np.asarray(grown - 1.0)


def worlds_of(
    estimates: Estimates,
    constraints: Constraints,
    *,
    days: int,
    reachable: bool,
    given: Floats | None,
) -> Worlds:
    """``given``: (S, N) returns over ``days`` days, for example of bootstrapped years; else the
    periods of the scenarios. The best choice is the best single asset that may be held (cash too,
    where it may), or with ``reachable`` the best portfolio that the constraints allow.

    Raises Unsolvable("too_few_days", days, needed) with fewer than two periods.
    """
    needed = LEAST_WORLDS * days
    if given is None and len(estimates.scenarios) < needed:
        raise Unsolvable("too_few_days", days=len(estimates.scenarios), needed=needed)
    outcomes = hold_periods(estimates.scenarios, days) if given is None else given
    cash = constraints.cash[1] > 0.0
    interest = estimates.risk_free * days / estimates.days_per_year if cash else 0.0
    gains = outcomes - interest
    if reachable:
        best = _best_portfolios(gains, constraints) + interest
    else:
        best = _best_assets(outcomes, constraints.upper > 0.0)
        best = np.maximum(best, interest) if cash else best
    return Worlds(gains, best, interest)


def _best_assets(outcomes: Floats, allowed: Flags) -> Floats:
    if not allowed.any():
        return np.zeros(len(outcomes))
    return np.asarray(outcomes[:, allowed].max(axis=1))


def _best_portfolios(gains: Floats, constraints: Constraints) -> Floats:
    """(S,) the largest gain of each world; ``names`` aside. Each solve starts where the last ended.

    Zeros where there is no portfolio at all, which ``check`` explains.
    """
    structure = structure_of(constraints)
    programme = GrowingProgramme()
    count = len(structure.asset)
    programme.add_columns(np.zeros(count), np.zeros(count), structure.upper)
    programme.add_rows(structure.row_lower, structure.row_upper, structure.rows)
    best = np.zeros(len(gains))
    for world, gain in enumerate(gains):
        programme.change_cost(charged(structure, gain, None).cost)
        answer = programme.run()
        if answer.status is not LinearStatus.OPTIMAL:
            return np.zeros(len(gains))
        best[world] = float(gain @ structure.weights(answer.values))
    return best
