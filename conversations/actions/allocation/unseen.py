"""A proposal's way of choosing, tested on days that it had not seen, in another process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from conversations.actions.allocation import goal_planning
from conversations.actions.allocation.proposals import ACCOUNTS, HABITS, Question, Situation, Tested
from conversations.actions.allocation.proposing import Worked, work_out
from engine.arrays import Floats
from engine.market.instruments import Universe
from engine.optimization.comparison import Proposal, compare
from engine.optimization.constraints import Group
from engine.optimization.methods import debiased
from engine.optimization.registry import method_named
from engine.optimization.walk_forward import USUAL, Choose, by_method, learn_with


def look_at_unseen(situation: Situation, question: Question) -> Tested | None:
    """The same way of choosing on days that it had not seen, against today's weights.

    None where history is too short. Raises what ``work_out`` raises.
    """
    worked = work_out(situation, question)
    estimates, constraints = worked.estimates, worked.constraints
    rates = constraints.cost_rate
    assert rates is not None, "costs always have a rate"
    found = compare(
        situation.prices,
        estimates,
        worked.now,
        [Proposal("proposed", worked.solution.weights, _chooser(situation, question, worked))],
        plan=USUAL,
        learn=learn_with(),
        cost_rate=rates,
        rng=np.random.default_rng(0),
        groups=sectors_of(situation.universe, estimates.symbols),
    )
    mine, unseen = found.current.unseen, found.proposals[0].unseen
    if mine is None or unseen is None or not unseen.years:
        return None
    spread = {
        key: (one.value, one.low, one.high)
        for key in ("volatility", "earned")
        if (one := unseen.differences.get(key)) is not None
    }
    nothing = (0.0, 0.0, 0.0)
    return Tested(
        first=unseen.years[0].year,
        last=unseen.years[-1].year,
        years=len(unseen.years),
        calmer=unseen.better["volatility"],
        ahead=unseen.better["earned"],
        volatility=spread.get("volatility", nothing),
        earned=spread.get("earned", nothing),
        lags_with=unseen.lags_with[0] if unseen.lags_with else None,
        absent=found.absent,
        days=tuple(unseen.walk.days.tolist()),
        growth_now=_grown(worked.value, mine.walk.returns),
        growth=_grown(worked.value, unseen.walk.returns),
        yearly=tuple((one.year, one.current_earned, one.earned) for one in unseen.years),
    )


def _grown(value: float, returns: Floats) -> Floats:
    grown: Floats = value * np.cumprod(1.0 + returns, dtype=np.float64)
    return grown


def _chooser(situation: Situation, question: Question, worked: Worked) -> Choose:
    """In the past nobody knew today's signals and views: without them. Goals are what is asked, not
    what is known: they are the same, as if they had been set at the beginning."""
    name, symbols, constraints = question.method, worked.estimates.symbols, worked.bounds
    if worked.plan is not None:
        bold = name == ACCOUNTS
        return goal_planning.choose_again(
            worked.plan, constraints, symbols, worked.now, worked.value, bold=bold
        )
    if name in (HABITS, debiased.METHOD.name):
        way: Any = partial(debiased.solve, findings=situation.findings)
        return by_method(way, constraints, symbols)
    return by_method(method_named(name).solve, constraints, symbols, **question.parameters)


def sectors_of(universe: Universe, symbols: Sequence[str]) -> tuple[Group, ...]:
    """Sectors with two shares or more, as groups without bounds."""
    places: dict[str, list[int]] = {}
    for n, symbol in enumerate(symbols):
        known = universe.get(symbol)
        if known is not None and known.sector:
            places.setdefault(known.sector, []).append(n)
    return tuple(
        Group(name, np.array(members)) for name, members in places.items() if len(members) > 1
    )
