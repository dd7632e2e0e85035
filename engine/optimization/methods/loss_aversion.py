"""The highest expected wealth, less what falling short of a reference hurts
(Fortin and Hlouskova, "Optimal asset allocation under linear loss aversion", JBF 2011)."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import cost_of
from engine.optimization.horizons import look_ahead
from engine.optimization.kernels.losses import ScenarioLosses
from engine.optimization.least_loss import Question, solve_question
from engine.optimization.solution import Solution

MONTH = 21.0  # trading days
USUAL = 2.25  # Tversky and Kahneman 1992


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    loss_aversion: float = USUAL,
    reference: float = 0.0,
    horizon: float = MONTH,
) -> Solution:
    """Maximises E[r] - (λ - 1) E[(reference - r)⁺] of the return r over ``horizon`` trading days.

    ``reference``: the return at which wealth is where it feels right: 0 is the wealth of today,
    more is a wealth still to be reached. λ = 1 asks for the highest mean alone. Solved to proved
    optimality as a linear programme over all windows of the past, moved to the expected means;
    cash earns the risk-free rate; costs are taken off the mean. Measures: ``mean``, ``shortfall``
    (E[(reference - r)⁺]), ``missed`` (share of windows below the reference), ``windows``. Raises
    Infeasible, Unsolvable("too_few_days").
    """
    outlook = look_ahead(estimates, round(horizon))
    cash = 0.0 if constraints.cash == (0.0, 0.0) else outlook.interest
    gains = outlook.outcomes - cash
    short = np.full(len(gains), reference - cash)
    expected = estimates.mean * (outlook.days / estimates.days_per_year) - cash

    def measures_of(weights: Floats) -> dict[str, float]:
        missing = short - gains @ weights
        return {
            "mean": float(expected @ weights) + cash - cost_of(constraints, weights),
            "shortfall": float(np.maximum(missing, 0.0).mean()),
            "missed": float(np.mean(missing > 0.0)),
            "windows": float(len(gains)),
        }

    def objective(weights: Floats) -> float:
        found = measures_of(weights)
        return (loss_aversion - 1.0) * found["shortfall"] - found["mean"]

    question = Question(
        METHOD.name,
        ScenarioLosses.plain(gains, short, (loss_aversion - 1.0) / len(gains), threshold=False),
        objective,
        worth=expected,
        constant=-cash,
        sense=-1.0,
    )
    return solve_question(estimates, constraints, question, measures_of)


METHOD = Method(
    name="loss_aversion",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={
        "loss_aversion": Parameter(USUAL, 1.0, 10.0),
        "reference": Parameter(0.0, -0.9, 10.0),
        "horizon": Parameter(MONTH, 1.0, 252.0),
    },
)
