"""Goals that are a part of the money: a portfolio for each, and the rest left as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Floats
from engine.optimization.accounts import MARGIN, Account, join, keep_accounts, keep_calm
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import HELD, binding, check, finish, held_now, turnover_of
from engine.optimization.goals import MoneyGoal, least_money, yearly
from engine.optimization.linear_form import keep_few
from engine.optimization.methods import mental_accounts
from engine.optimization.solution import Solution, Status, Unsolvable
from engine.optimization.variance import return_of, volatility_of
from engine.optimization.ways_out import WaysOut, find_ways

NAME = "goals"
_ALL = 1.0 - 1e-9  # a share of the portfolio that is all of it
_BOTH = 2.0  # turnover that forbids nothing


@dataclass(frozen=True, slots=True)
class Wanted:
    """A goal; where its money is not said, ``goal.now`` is 0 and it gets what it needs."""

    goal: MoneyGoal
    money_said: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A goal with the money it has in the end: ``share`` of the portfolio.

    ``missed_now``: the chance to miss it with its money held as the whole is today. ``missed`` with
    ``weights`` (N,); where no portfolio keeps the chance these are today's and ``out`` is there.
    """

    goal: MoneyGoal
    share: float
    weights: Floats
    missed: float
    missed_now: float
    out: WaysOut | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``weights`` = Σ share·weights of the parts + what is left·today's weights.

    ``kept``: what the whole has to satisfy; wider than what was asked where the rest, which stays
    as it is, breaks a limit. ``lacking``: money set aside that is not there; each goal's was cut in
    proportion.
    """

    parts: tuple[Part, ...]
    solution: Solution
    kept: Constraints
    lacking: float
    apart: float  # return a year that the goals' money loses because it is kept apart

    @property
    def share(self) -> float:
        """Of the portfolio, for all goals."""
        return float(sum(part.share for part in self.parts))


def plan_goals(
    estimates: Estimates,
    constraints: Constraints,
    wanted: Sequence[Wanted],
    value: float,
    *,
    bold: bool = False,
    explain: bool = True,
    rest: Floats | None = None,
) -> Plan:
    """Each goal has the calmest portfolio that keeps its chance; ``bold``: the one with the highest
    mean, as Das, Markowitz, Scheid and Statman (2010) have it.

    ``value``: of the portfolio, in the currency of the goals. ``rest``: (N,) what is done with the
    money that no goal needs; ``constraints.current``, what is held, without. Every part obeys
    ``constraints``, with turnover and cash that are counted on the whole. A goal out of reach
    leaves its money as it is; ``explain``: what would help, and what keeping apart costs. Raises
    Infeasible, Unsolvable("no_limit_to_risk").
    """
    now = held_now(constraints) if rest is None else rest
    funded, lacking = _fund(estimates, constraints, wanted, value)
    whole = sum(goal.now for goal in funded) / value
    own = _for_parts(constraints, now, whole)
    check(own, estimates.symbols)
    parts: list[Part] = []
    accounts: list[Account] = []
    heuristic = False
    for goal in funded:
        share = goal.now / value
        try:
            account, few = _choose(estimates, own, goal, share, bold)
        except Unsolvable as fact:
            if fact.reason != "goal_out_of_reach":
                raise
            out = find_ways(estimates, own, goal) if explain else WaysOut(1.0)
            missed = _missed(estimates, goal, share, now)
            parts.append(Part(goal, share, now, missed, missed, out))
            continue
        heuristic = heuristic or few
        accounts.append(replace(account, goal=replace(account.goal, share=share)))
        missed_now = _missed(estimates, goal, share, now)
        parts.append(Part(goal, share, account.weights, account.missed, missed_now))
    moved = [part.share * (part.weights - now) for part in parts]
    weights = np.asarray(now + np.sum(moved, axis=0))
    kept = _admit(constraints, weights)
    name = mental_accounts.METHOD.name if bold else NAME
    status = Status.HEURISTIC if heuristic else Status.OPTIMAL

    def earned(chosen: Floats) -> float:
        return return_of(estimates, constraints, chosen)

    solution = finish(name, estimates, kept, weights, earned, status)
    bound = binding(constraints, estimates.symbols, solution.weights)
    apart = _apart(estimates, own, accounts) if explain and len(accounts) > 1 else 0.0
    return Plan(tuple(parts), replace(solution, binding=bound), kept, lacking, apart)


def _apart(estimates: Estimates, constraints: Constraints, accounts: Sequence[Account]) -> float:
    whole = sum(one.goal.share for one in accounts)
    if whole <= 0:
        return 0.0
    shared = [
        replace(one, goal=replace(one.goal, share=one.goal.share / whole)) for one in accounts
    ]
    return join(estimates, constraints, shared).return_lost


def _fund(
    estimates: Estimates, constraints: Constraints, wanted: Sequence[Wanted], value: float
) -> tuple[list[MoneyGoal], float]:
    """Goals with the money that is there for them. Where none is said it is the least with which
    the calmest portfolio keeps the chance, as far as there is so much."""
    said = sum(one.goal.now for one in wanted if one.money_said)
    cut = min(1.0, value / said) if said > 0 else 1.0
    left = value - said * cut
    calmest = keep_calm(estimates, constraints, _ANYTHING) if said < value else None
    funded = []
    for one in wanted:
        money = one.goal.now * cut
        if not one.money_said:
            strict = replace(one.goal, chance=one.goal.chance * (1.0 - MARGIN))
            if calmest is not None:
                money = least_money(strict, calmest.mean, calmest.deviation, left)
            left -= money
        funded.append(replace(one.goal, now=money))
    return funded, max(said - value, 0.0)


# A goal that any portfolio reaches: its calmest portfolio is the calmest of all.
_ANYTHING = yearly(MoneyGoal("", 1e-6, 1.0, 1.0, 0.0, 0.4), 1.0)


def _choose(
    estimates: Estimates, constraints: Constraints, goal: MoneyGoal, share: float, bold: bool
) -> tuple[Account, bool]:
    if goal.now + goal.monthly <= 0.0:
        raise Unsolvable("goal_out_of_reach", goal=goal.name)
    wanted = yearly(goal, share)
    kept: list[Account] = []

    def choose(narrow: Constraints) -> Floats:
        if bold:
            alone = replace(wanted, share=1.0)
            kept.append(keep_accounts(estimates, narrow, [alone]).accounts[0])
        else:
            kept.append(keep_calm(estimates, narrow, wanted))
        return kept[-1].weights

    weights, dropped = keep_few(constraints, choose)
    if weights is None:
        raise Unsolvable("no_solver", method=NAME)
    return kept[-1], dropped


def _missed(estimates: Estimates, goal: MoneyGoal, share: float, weights: Floats) -> float:
    if goal.now + goal.monthly <= 0.0:
        return 1.0
    cash = (1.0 - float(weights.sum())) * estimates.risk_free
    mean = float(estimates.mean @ weights) + cash
    return yearly(goal, share).missed(mean, volatility_of(estimates, weights))


def _for_parts(constraints: Constraints, now: Floats, whole: float) -> Constraints:
    """The same for a part of the money, so that what is asked of the whole is kept by the sum."""
    own = constraints
    if own.turnover is not None and whole > 0:
        own = replace(own, turnover=min(own.turnover / whole, _BOTH))
    if 0 < whole < _ALL:
        low, high = own.cash
        own = replace(own, cash=(min(low / whole, 1.0), min(high / whole, 1.0)))
    if own.names is not None and 0 < whole < _ALL:
        # The rest keeps every name there is: a new one would be one too many.
        own = replace(own, upper=np.where(now > HELD, own.upper, np.minimum(own.upper, 0.0)))
    return own


def _admit(constraints: Constraints, weights: Floats) -> Constraints:
    """Wide enough for ``weights``: what is left as it is may break limits of before."""
    cash = 1.0 - float(weights.sum())
    low, high = constraints.cash
    groups = []
    for group in constraints.groups:
        total = float(weights[group.members].sum())
        groups.append(replace(group, lower=min(group.lower, total), upper=max(group.upper, total)))
    names = constraints.names
    held = int(np.count_nonzero(weights > HELD))
    return replace(
        constraints,
        lower=np.minimum(constraints.lower, weights),
        upper=np.maximum(constraints.upper, weights),
        groups=tuple(groups),
        cash=(min(low, cash), max(high, cash)),
        names=None if names is None else max(names, held),
        turnover=None
        if constraints.turnover is None
        else max(constraints.turnover, turnover_of(constraints, weights)),
    )
