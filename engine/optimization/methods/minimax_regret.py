"""The smallest worst regret: Savage's rule (1951) over periods of the market."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.kernels.losses import ScenarioLosses
from engine.optimization.least_loss import Question, solve_question
from engine.optimization.solution import Solution
from engine.optimization.worlds import worlds_of

MONTH = 21.0


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    days: float = MONTH,
    reachable: float = 0.0,
    worlds: Floats | None = None,
) -> Solution:
    """The weights whose largest regret over all worlds is least.

    A world is a period of ``days`` days, held without trading, of the scenarios; or a row of
    ``worlds`` (S, N): returns over such a period, for example of block-bootstrapped years.
    Regret: what the best single asset that may be held earned more than the portfolio; with
    ``reachable`` 1 the best portfolio that the constraints allow. Objective: that largest regret,
    a share of the value. Measures: ``mean_regret``, ``worlds``. Raises Infeasible,
    Unsolvable("too_few_days").
    """
    found = worlds_of(
        estimates, constraints, days=int(days), reachable=reachable >= 0.5, given=worlds
    )
    programme = ScenarioLosses.plain(found.gains, found.best - found.interest, 1.0, threshold=True)

    def measure(weights: Floats) -> dict[str, float]:
        regrets = found.regrets(weights)
        return {"mean_regret": float(regrets.mean()), "worlds": float(len(regrets))}

    question = Question(METHOD.name, programme, lambda w: float(np.max(found.regrets(w))))
    return solve_question(estimates, constraints, question, measure)


METHOD = Method(
    name="minimax_regret",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=False,
    needs_mean=False,
    parameters={"days": Parameter(MONTH, 1.0, 365.0), "reachable": Parameter(0.0, 0.0, 1.0)},
)
