"""A plan for goals, in another process: what each of them gets, and what would help the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from conversations.actions.allocation.proposals import Beyond, GoalKept, Situation
from conversations.actions.allocation.wishes import Goal
from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.goal_plan import Part, Plan, Wanted, plan_goals
from engine.optimization.goals import MoneyGoal
from engine.optimization.solution import Solution
from engine.optimization.walk_forward import Choose, by_method, keep_weights

LEAST = 0.0005  # a smaller weight is none


class NothingReached(Exception):
    """Every goal is out of reach; there may be none."""

    def __init__(self, goals: tuple[Beyond, ...]) -> None:
        super().__init__(", ".join(one.name for one in goals))
        self.goals = goals


def wanted_of(goals: Sequence[Goal], today: date) -> tuple[Wanted, ...]:
    """Those that are still ahead."""
    return tuple(
        Wanted(
            MoneyGoal(
                name=one.name,
                amount=one.amount,
                years=one.years(today),
                now=one.now or 0.0,
                monthly=one.monthly,
                chance=one.chance,
            ),
            money_said=one.now is not None,
        )
        for one in goals
        if one.due > today
    )


def plan(
    situation: Situation,
    estimates: Estimates,
    constraints: Constraints,
    value: float,
    *,
    bold: bool,
) -> Plan:
    """Raises NothingReached, Infeasible, Unsolvable."""
    wanted = wanted_of(situation.wishes.goals, situation.until)
    if not wanted:
        raise NothingReached(())
    found = plan_goals(estimates, constraints, wanted, value, bold=bold)
    if all(part.out is not None for part in found.parts):
        raise NothingReached(beyond(found))
    return found


def kept(found: Plan, symbols: Sequence[str]) -> tuple[GoalKept, ...]:
    """The goals that are reached, and what their money would be in."""
    return tuple(_kept(part, symbols) for part in found.parts if part.out is None)


def _kept(part: Part, symbols: Sequence[str]) -> GoalKept:
    order = np.argsort(-part.weights, kind="stable")
    parts = [
        (symbols[n], float(part.weights[n])) for n in order.tolist() if part.weights[n] > LEAST
    ]
    cash = 1.0 - float(part.weights.sum())
    if cash > LEAST:
        parts.append(("cash", cash))
    return GoalKept(
        part.goal.name,
        part.share,
        part.missed,
        tuple(sorted(parts, key=lambda one: -one[1])),
        part.goal.now,
        part.missed_now,
    )


def beyond(found: Plan) -> tuple[Beyond, ...]:
    return tuple(
        Beyond(
            part.goal.name,
            1.0 - part.goal.chance,
            1.0 - part.out.best,
            part.out.amount,
            part.out.years,
            part.out.monthly,
            part.out.now,
            part.goal.now,
            part.missed_now,
        )
        for part in found.parts
        if part.out is not None
    )


def choose_again(
    found: Plan,
    constraints: Constraints,
    symbols: Sequence[str],
    now: Floats,
    value: float,
    *,
    bold: bool,
) -> Choose:
    """The same goals and shares of the money with what was known at another time; the money that no
    goal needs comes back to today's weights."""
    wanted = [Wanted(part.goal) for part in found.parts if part.out is None]
    come_back = keep_weights(now, symbols)

    def solve(estimates: Estimates, narrow: Constraints) -> Solution:
        held = np.zeros(0) if narrow.current is None else narrow.current
        rest = come_back(estimates, held)
        planned = plan_goals(estimates, narrow, wanted, value, bold=bold, explain=False, rest=rest)
        return planned.solution

    return by_method(solve, constraints, symbols)
