"""Working out a portfolio in another process: what is held, what is asked, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import inf
from typing import Any

import numpy as np

from conversations.actions import wishes
from conversations.actions.proposals import (
    GOALS,
    HABITS,
    SMALLEST,
    VIEWS,
    Answer,
    Beyond,
    Correction,
    GoalKept,
    Impossible,
    Proposed,
    Question,
    Situation,
    Unanswered,
)
from conversations.actions.wishes import Asked
from engine.arrays import Floats
from engine.optimization import debiasing
from engine.optimization.accounts import keep_accounts
from engine.optimization.constraints import Constraints
from engine.optimization.debiasing import Adjustment
from engine.optimization.declaration import Method
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import estimate
from engine.optimization.estimation.views import View
from engine.optimization.feasible_set import check, held_now
from engine.optimization.goals import MoneyGoal, goals_of, reachable
from engine.optimization.limits import build_constraints
from engine.optimization.methods import debiased
from engine.optimization.recommendation import Recommendation, recommend
from engine.optimization.registry import method_named
from engine.optimization.risk_contributions import attribute_risk
from engine.optimization.solution import Infeasible, Solution, Unsolvable
from engine.optimization.whole_shares import Fees, Holdings, Terms
from engine.record.signals import read_today

YEARS = 5.0
LEAST = 1e-9  # a smaller weight is none


@dataclass(frozen=True, slots=True)
class Worked:
    """Everything that a proposal was worked out with."""

    estimates: Estimates
    constraints: Constraints
    asked: Asked
    solution: Solution
    corrections: tuple[Correction, ...]
    adjustments: tuple[Adjustment, ...]
    now: Floats
    value: float
    reachable: tuple[MoneyGoal, ...] = ()
    beyond: tuple[Beyond, ...] = ()


class NothingReached(Exception):
    """Every goal is out of reach; there may be none."""

    def __init__(self, goals: tuple[Beyond, ...]) -> None:
        super().__init__(", ".join(one.name for one in goals))
        self.goals = goals


def propose(situation: Situation, question: Question) -> Answer:
    """The whole way from prices to orders; why not where there is none.

    Exceptions with data do not travel between processes, so facts are handed back.
    """
    estimates: list[Estimates] = []
    try:
        return _told(situation, question, work_out(situation, question, estimates))
    except Infeasible as fact:
        assets = len(estimates[0].symbols) if estimates else len(situation.held)
        gives = tuple((one.key, one.bound, one.needed) for one in fact.relaxations)
        return Impossible(fact.clashing, gives, assets)
    except NothingReached as fact:
        return fact.goals
    except Unsolvable as fact:
        return Unanswered(fact.reason, dict(fact.facts))


def work_out(
    situation: Situation, question: Question, learned: list[Estimates] | None = None
) -> Worked:
    """Learn, bound and solve; ``learned`` gets what was learned, for who wants it after a failure.

    Raises Infeasible, Unsolvable.
    """
    estimates = learn(situation, question)
    if learned is not None:
        learned.append(estimates)
    now, value = weights_now(situation, estimates)
    held = dict(zip(estimates.symbols, now.tolist(), strict=True))
    limits = situation.wishes.limits
    asked = wishes.demands_of(limits, estimates.symbols, held, situation.universe)
    demands = asked.demands
    if question.turnover is not None:
        demands = replace(demands, turnover=2.0 * question.turnover)
    constraints = build_constraints(estimates.symbols, demands, current=held, members=asked.members)
    check(constraints, estimates.symbols)
    money: tuple[MoneyGoal, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    if question.method == GOALS:
        money, beyond = _sort_goals(situation, estimates, constraints)
        if not money:
            raise NothingReached(beyond)
    solution, effects = solve(situation, question, estimates, constraints, money)
    corrections = tuple(
        Correction(
            one.adjustment.bias, one.adjustment.kind.value, dict(one.adjustment.facts), one.moved
        )
        for one in effects
    )
    adjustments = tuple(one.adjustment for one in effects)
    return Worked(
        estimates,
        constraints,
        asked,
        solution,
        corrections,
        adjustments,
        now,
        value,
        money,
        beyond,
    )


def _told(situation: Situation, question: Question, worked: Worked) -> Proposed:
    estimates, cost_rate = worked.estimates, worked.asked.demands.cost_rate or 0.0
    needs_mean = question.method != HABITS and method_named(question.method).needs_mean
    recommendation = recommend(
        situation.at,
        estimates,
        worked.constraints,
        worked.solution,
        terms_of(situation, estimates, cost_rate, worked.value * SMALLEST),
        holdings_of(situation, estimates, worked.constraints),
        believes_means=needs_mean,
        adjustments=worked.adjustments,
    )
    after = after_trades(worked, recommendation)
    goals = question.method == GOALS
    return Proposed(
        question=question,
        recommendation=recommendation,
        symbols=estimates.symbols,
        now=worked.now,
        after=after,
        risk_now=attribute_risk(worked.now, estimates.covariance).share,
        risk_after=attribute_risk(after, estimates.covariance).share,
        value=worked.value,
        cost_rate=cost_rate,
        observations=estimates.observations,
        needs_mean=needs_mean,
        dropped=dict(estimates.dropped),
        corrections=worked.corrections,
        unused=worked.asked.unused,
        views=len(_views(situation, estimates)) if question.method == VIEWS else 0,
        goals=_goals(worked) if goals else (),
        beyond=worked.beyond,
        apart=worked.solution.measures.get("return_lost", 0.0) if goals else 0.0,
    )


def after_trades(worked: Worked, recommendation: Recommendation) -> Floats:
    """(N,) weights once the whole shares are traded."""
    weights = worked.now.copy()
    column = {symbol: n for n, symbol in enumerate(worked.estimates.symbols)}
    for move in recommendation.moves:
        weights[column[move.order.symbol]] = move.after
    return weights


def _sort_goals(
    situation: Situation, estimates: Estimates, constraints: Constraints
) -> tuple[tuple[MoneyGoal, ...], tuple[Beyond, ...]]:
    """Goals that some portfolio reaches, and those that none does. Raises Unsolvable for others."""
    reached, beyond = [], []
    for goal in wishes.money_goals(situation.wishes.goals, situation.until):
        try:
            keep_accounts(estimates, constraints, goals_of([goal]))
        except Unsolvable as fact:
            if fact.reason != "goal_out_of_reach":
                raise
            wanted, best, highest = (float(fact.facts[k]) for k in ("wanted", "best", "highest"))
            amount = reachable(goal, highest) if highest > -1.0 else None
            beyond.append(Beyond(goal.name, wanted, best, amount))
        else:
            reached.append(goal)
    return tuple(reached), tuple(beyond)


def _goals(worked: Worked) -> tuple[GoalKept, ...]:
    """What each goal's own portfolio is, and its chance to be missed."""
    money = worked.reachable
    if not money:
        return ()
    kept = keep_accounts(worked.estimates, worked.constraints, goals_of(money))
    found = []
    for goal, account in zip(money, kept.accounts, strict=True):
        order = np.argsort(-account.weights)
        parts = [
            (worked.estimates.symbols[n], float(account.weights[n]))
            for n in order.tolist()
            if account.weights[n] > LEAST
        ]
        found.append(GoalKept(goal.name, account.goal.share, account.missed, tuple(parts)))
    return tuple(found)


def learn(situation: Situation, question: Question) -> Estimates:
    """Of what is held, and of all that there are prices of where that was asked."""
    symbols = sorted(situation.held)
    if question.everything:
        allowed = (
            one
            for one in situation.prices.symbols
            if (known := situation.universe.get(one)) is None
            or known.currency == situation.currency
        )
        symbols = sorted({*symbols, *allowed})
    return estimate(situation.prices, symbols, until=situation.until, years=YEARS)


def weights_now(situation: Situation, estimates: Estimates) -> tuple[Floats, float]:
    """(N,) weights, and the value that they are parts of."""
    held = [float(situation.held.get(symbol, 0)) for symbol in estimates.symbols]
    closes = [price_of(situation, symbol) for symbol in estimates.symbols]
    values = np.array(held) * np.array(closes)
    whole = float(values.sum())
    if whole <= 0.0:
        raise Unsolvable("nothing_held")
    return values / whole, whole


def price_of(situation: Situation, symbol: str) -> float:
    bar = situation.prices.until(situation.until).latest(symbol)
    assert bar is not None, "what is estimated has prices"
    return bar.close


def terms_of(
    situation: Situation, estimates: Estimates, cost_rate: float, smallest: float
) -> Terms:
    """Last closes, whole shares, fees as a part of what is traded, orders worth placing."""
    prices = tuple(Decimal(repr(round(price_of(situation, s), 6))) for s in estimates.symbols)
    fees = Fees(rate=Decimal(repr(cost_rate)))
    return Terms(estimates.symbols, prices, fees=fees, ticket=Decimal(repr(round(smallest, 2))))


def holdings_of(situation: Situation, estimates: Estimates, constraints: Constraints) -> Holdings:
    """What is there; bounds that begin or end at what is held forbid to sell or to buy."""
    shares = tuple(situation.held.get(symbol, Decimal(0)) for symbol in estimates.symbols)
    current = held_now(constraints)
    kept = (constraints.lower >= current) & (current > 0.0)
    enough = constraints.upper <= current
    names = np.array(estimates.symbols)
    return Holdings(
        shares, Decimal(0), frozenset(names[kept].tolist()), frozenset(names[enough].tolist())
    )


def solve(
    situation: Situation,
    question: Question,
    estimates: Estimates,
    constraints: Constraints,
    money: Sequence[MoneyGoal] = (),
) -> tuple[Solution, tuple[debiased.Effect, ...]]:
    """By the method asked for, with what it needs to know besides numbers."""
    if question.method in (HABITS, debiased.METHOD.name):
        found = debiased.choose(
            estimates,
            constraints,
            risk_aversion=question.parameters.get("risk_aversion", inf),
            findings=situation.findings,
            signals=signals_of(situation, estimates),
        )
        return found.solution, found.effects
    method = method_named(question.method)
    special = _special(method, situation, question, estimates)
    if money:
        special["goals"] = goals_of(money)
    return method.solve(estimates, constraints, **special), ()


def _special(
    method: Method, situation: Situation, question: Question, estimates: Estimates
) -> dict[str, Any]:
    given: dict[str, Any] = dict(question.parameters)
    if method.name == VIEWS:
        given["views"] = _views(situation, estimates)
    return given


def _views(situation: Situation, estimates: Estimates) -> tuple[View, ...]:
    return wishes.views_of(situation.wishes.beliefs, estimates.symbols)


def signals_of(situation: Situation, estimates: Estimates) -> debiasing.Signals:
    """What the person's habits point at today."""
    columns = [situation.prices.column(symbol) for symbol in estimates.symbols]
    seen = read_today(situation.prices, date.fromordinal(situation.until.toordinal() + 1))
    results = [situation.results.get(symbol, np.nan) for symbol in estimates.symbols]
    return debiasing.Signals(
        best_day=seen.zmax[0, columns],
        month=seen.z21[0, columns],
        volume=seen.zvol[0, columns],
        hot=seen.hot[0, columns],
        result=np.array(results),
    )
