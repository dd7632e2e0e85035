"""Working out a portfolio in another process: what is held, what is asked, what is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from math import inf
from typing import Any

import numpy as np

from conversations.actions.allocation import goal_planning, wishes
from conversations.actions.allocation.goal_planning import NothingReached
from conversations.actions.allocation.proposals import (
    ACCOUNTS,
    HABITS,
    SMALLEST,
    VIEWS,
    Answer,
    Correction,
    Impossible,
    Proposed,
    Question,
    Situation,
    Unanswered,
)
from conversations.actions.allocation.wishes import GOAL_WAYS, Asked
from engine.arrays import Floats
from engine.optimization import debiasing
from engine.optimization.constraints import Constraints
from engine.optimization.debiasing import Adjustment
from engine.optimization.declaration import Method
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import estimate
from engine.optimization.estimation.views import View
from engine.optimization.feasible_set import check, held_now
from engine.optimization.goal_plan import Plan
from engine.optimization.limits import build_constraints
from engine.optimization.methods import debiased
from engine.optimization.recommendation import Recommendation, recommend
from engine.optimization.registry import method_named
from engine.optimization.risk_contributions import attribute_risk
from engine.optimization.solution import Infeasible, Solution, Unsolvable
from engine.optimization.whole_shares import Fees, Holdings, Terms
from engine.record.signals import read_today

YEARS = 5.0


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
    bounds: Constraints  # as they were asked; ``constraints`` may be wider for goals
    plan: Plan | None = None


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
    if question.method in GOAL_WAYS:
        bold = question.method == ACCOUNTS
        plan = goal_planning.plan(situation, estimates, constraints, value, bold=bold)
        kept = plan.kept
        return Worked(estimates, kept, asked, plan.solution, (), (), now, value, constraints, plan)
    check(constraints, estimates.symbols)
    solution, effects = solve(situation, question, estimates, constraints)
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
        constraints,
    )


def _told(situation: Situation, question: Question, worked: Worked) -> Proposed:
    estimates, cost_rate = worked.estimates, worked.asked.demands.cost_rate or 0.0
    plan = worked.plan
    needs_mean = plan is not None or (
        question.method != HABITS and method_named(question.method).needs_mean
    )
    said = worked.asked.smallest
    smallest = worked.value * SMALLEST if said is None else said
    recommendation = recommend(
        situation.at,
        estimates,
        worked.constraints,
        worked.solution,
        terms_of(situation, estimates, cost_rate, smallest),
        holdings_of(situation, estimates, worked.constraints),
        believes_means=needs_mean,
        adjustments=worked.adjustments,
        closes_at=closes_at(situation, estimates.symbols),
    )
    after = after_trades(worked, recommendation)
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
        smallest=smallest,
        observations=estimates.observations,
        needs_mean=needs_mean,
        dropped=dict(estimates.dropped),
        corrections=worked.corrections,
        unused=worked.asked.unused,
        views=len(_views(situation, estimates)) if question.method == VIEWS else 0,
        goals=goal_planning.kept(plan, estimates.symbols) if plan else (),
        beyond=goal_planning.beyond(plan) if plan else (),
        apart=plan.apart if plan else 0.0,
        lacking=plan.lacking if plan else 0.0,
    )


def after_trades(worked: Worked, recommendation: Recommendation) -> Floats:
    """(N,) weights once the whole shares are traded."""
    weights = worked.now.copy()
    column = {symbol: n for n, symbol in enumerate(worked.estimates.symbols)}
    for move in recommendation.moves:
        weights[column[move.order.symbol]] = move.after
    return weights


def learn(situation: Situation, question: Question) -> Estimates:
    """Of what is held, and of all that there are prices of where that was asked."""
    symbols = sorted(situation.held)
    if question.everything:
        symbols = sorted({*symbols, *situation.priced})
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


def closes_at(situation: Situation, symbols: Sequence[str]) -> datetime:
    """The end of the newest day of which ``symbols`` have a close, or now if that is earlier."""
    prices = situation.prices.until(situation.until)
    days = [bar.day for symbol in symbols if (bar := prices.latest(symbol)) is not None]
    end = datetime.combine(max(days, default=situation.until), time.max, UTC)
    return min(end, situation.at)


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
