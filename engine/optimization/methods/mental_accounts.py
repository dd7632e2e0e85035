"""One portfolio for each goal, added up (Das, Markowitz, Scheid and Statman 2010)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.arrays import Floats
from engine.optimization.accounts import Accounts, keep_accounts
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, finish
from engine.optimization.goals import Goal
from engine.optimization.linear_form import keep_few
from engine.optimization.solution import Solution, Status, Unsolvable
from engine.optimization.variance import return_of


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    threshold: float = -0.1,
    chance: float = 0.05,
    goals: Sequence[Goal] | None = None,
) -> Solution:
    """The highest mean of each account whose return falls below its threshold seldom enough.

    Without ``goals`` the whole portfolio has one: a return a year below ``threshold`` with
    probability ``chance`` at most. The objective is the mean of all together, a year, after costs.
    Measures: ``mean``, ``deviation``, ``aversion`` (implied γ), ``return_lost`` and ``worth_lost``
    (the cost of keeping accounts apart), and of each goal ``share:NAME``, ``mean:NAME``,
    ``deviation:NAME``, ``aversion:NAME``, ``missed:NAME``. Its weights: ``accounts.keep_accounts``.
    Raises Infeasible, Unsolvable("goal_out_of_reach" | "no_limit_to_risk").
    """
    check(constraints, estimates.symbols)
    wanted = tuple(goals) if goals else (Goal("all", 1.0, threshold, chance),)
    kept: list[Accounts] = []

    def add_up(narrow: Constraints) -> Floats:
        kept.append(keep_accounts(estimates, narrow, wanted))
        return kept[-1].weights

    weights, dropped = keep_few(constraints, add_up)
    if weights is None:
        raise Unsolvable("no_solver", method=METHOD.name)
    accounts = kept[-1]
    measures = {
        "mean": accounts.mean,
        "deviation": accounts.deviation,
        "aversion": accounts.aversion,
        "return_lost": accounts.return_lost,
        "worth_lost": accounts.worth_lost,
    }
    for one in accounts.accounts:
        name = one.goal.name
        measures |= {
            f"share:{name}": one.goal.share,
            f"mean:{name}": one.mean,
            f"deviation:{name}": one.deviation,
            f"aversion:{name}": one.aversion,
            f"missed:{name}": one.missed,
        }
    return finish(
        METHOD.name,
        estimates,
        constraints,
        weights,
        lambda chosen: return_of(estimates, constraints, chosen),
        Status.HEURISTIC if dropped else Status.OPTIMAL,
        measures=measures,
    )


METHOD = Method(
    name="mental_accounts",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=True,
    needs_mean=True,
    parameters={
        "threshold": Parameter(-0.1, -0.99, 1.0),
        "chance": Parameter(0.05, 0.0001, 0.4999),
    },
)
