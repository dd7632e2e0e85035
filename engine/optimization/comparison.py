"""The portfolio as it is against what is proposed, on days known beforehand and on unseen ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Group
from engine.optimization.estimates import Estimates
from engine.optimization.solution import Unsolvable
from engine.optimization.walk_forward import (
    Choose,
    Course,
    Learn,
    Plan,
    Progress,
    Walk,
    keep_weights,
    open_course,
    walk,
)
from engine.performance.drawing import Draws, draw
from engine.performance.intervals import Interval
from engine.performance.paired_difference import compare_paths
from engine.performance.summary import Performance, summarise
from engine.prices import Prices

LEAST_SHARE_OF_YEAR = 0.5  # a calendar year counts if at least so much of it was tested
LEAST_DAYS = 63  # tested days below which nothing is said of them
LEAST_YEARS = 3  # tested years below which a count says little
LAGS = -0.3  # correlation from which on a portfolio "falls short when X leads"
_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Proposal:
    """``weights``: (N,) proposed today; ``choose``: how they would have been chosen in the past."""

    name: str
    weights: Floats
    choose: Choose


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year on unseen days, the proposal beside the current portfolio."""

    year: int
    days: int
    current_earned: float
    earned: float
    current_volatility: float
    volatility: float


@dataclass(frozen=True, slots=True)
class Unseen:
    """On days that the choice had not seen, after costs.

    ``differences``: to the current portfolio, by field of ``Performance``; empty for itself.
    ``better``: by "earned" (more) and "volatility" (less), in how many of ``years``. ``kept``:
    windows without a trade because there was no answer. ``lags_with``: the group or asset that
    leads when this portfolio falls behind the current one, and the correlation.
    """

    performance: Performance
    turnover: float  # a year, both directions added
    cost: float  # a year, share of the value
    differences: Mapping[str, Interval]
    years: tuple[Year, ...]
    better: Mapping[str, int]
    kept: int
    lags_with: tuple[str, float] | None
    walk: Walk


@dataclass(frozen=True, slots=True)
class Side:
    """One portfolio. ``turnover`` and ``cost`` of getting there today.

    ``seen``: on the days of the estimates, weights restored every day, no costs; it flatters what
    was chosen from these days. ``unseen``: None where history is too short.
    """

    name: str
    weights: Floats
    turnover: float
    cost: float
    seen: Performance
    differences: Mapping[str, Interval]
    unseen: Unseen | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``caveats``, always: "no_tax" (tax is left aside), "hindsight" (today's weights and names,
    which are what they are because of these very prices, are tested on the past), "flatters" (the
    proposals were chosen from the days they are seen on), "method" (what is tested unseen is the
    method, chosen anew in every window, not these weights). Where it is so: "no_unseen_days",
    "few_years", "absent" (some names were not there in the whole past: ``absent``), "kept".
    """

    symbols: tuple[str, ...]
    current: Side
    proposals: tuple[Side, ...]
    absent: tuple[str, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Test:
    """What all portfolios are tested on, and how the current one did."""

    course: Course
    base: Walk
    draws: Draws
    days_per_year: float


def compare(
    prices: Prices,
    estimates: Estimates,
    current: Floats,
    proposals: Sequence[Proposal],
    *,
    plan: Plan,
    learn: Learn,
    cost_rate: Floats,
    rng: np.random.Generator,
    groups: Sequence[Group] = (),
    progress: Progress | None = None,
) -> Comparison:
    """``current``: (N,) weights today of the assets of ``estimates``; the rest is cash.

    The current portfolio of the past is today's weights, come back to in every window. All begin
    with it and pay ``cost_rate`` (N,) of what they trade. Intervals: see ``compare_paths``; all
    proposals are looked at on the same drawn days. Without 63 days to test on nothing is unseen.
    """
    known = prices if estimates.until is None else prices.until(estimates.until)
    mine = Proposal("current", current, keep_weights(current, estimates.symbols))
    seen = draw(len(estimates.scenarios), rng)
    tested = None
    try:
        course = open_course(known, estimates.symbols, plan, learn, progress)
        base = walk(
            course, mine.choose, start=current, cost_rate=cost_rate, risk_free=estimates.risk_free
        )
        if len(base.days) >= LEAST_DAYS:
            tested = _Test(course, base, draw(len(base.days), rng), _days_per_year(course, base))
    except Unsolvable as fact:
        if fact.reason != "too_few_days":
            raise
    sides = [
        Side(
            name=one.name,
            weights=one.weights,
            turnover=float(np.abs(one.weights - current).sum()),
            cost=float(cost_rate @ np.abs(one.weights - current)),
            **_look_back(one, mine, estimates, seen),
            unseen=None
            if tested is None
            else _look_at_unseen(one, mine, estimates, tested, cost_rate, groups),
        )
        for one in (mine, *proposals)
    ]
    absent = () if tested is None else tested.course.absent
    caveats = _caveats([side.unseen for side in sides], absent)
    return Comparison(estimates.symbols, sides[0], tuple(sides[1:]), absent, caveats)


def _look_back(one: Proposal, mine: Proposal, estimates: Estimates, draws: Draws) -> dict[str, Any]:
    days_per_year, risk_free = estimates.days_per_year, estimates.risk_free

    def returns(weights: Floats) -> Floats:
        interest = (1.0 - float(weights.sum())) * risk_free / days_per_year
        return estimates.scenarios @ weights + interest

    told = {"days_per_year": days_per_year, "risk_free": risk_free}
    found = returns(one.weights)
    differences = {} if one is mine else compare_paths(returns(mine.weights), found, draws, **told)
    return {"seen": summarise(found, **told), "differences": differences}


def _look_at_unseen(
    one: Proposal,
    mine: Proposal,
    estimates: Estimates,
    tested: _Test,
    cost_rate: Floats,
    groups: Sequence[Group],
) -> Unseen:
    told = {"days_per_year": tested.days_per_year, "risk_free": estimates.risk_free}
    base, path = tested.base, tested.base
    differences: Mapping[str, Interval] = {}
    lags = None
    if one is not mine:
        path = walk(
            tested.course,
            one.choose,
            start=mine.weights,
            cost_rate=cost_rate,
            risk_free=estimates.risk_free,
        )
        differences = compare_paths(base.returns, path.returns, tested.draws, **told)
        lags = _leader(tested.course, path.returns - base.returns, groups)
    years = _by_year(base, path, tested.days_per_year)
    length = len(path.days) / tested.days_per_year
    return Unseen(
        performance=summarise(path.returns, **told),
        turnover=path.turnover / length,
        cost=path.cost / length,
        differences=differences,
        years=years,
        better={
            "earned": sum(year.earned > year.current_earned for year in years),
            "volatility": sum(year.volatility < year.current_volatility for year in years),
        },
        kept=sum(window.kept != "" for window in path.windows),
        lags_with=lags,
        walk=path,
    )


def _by_year(base: Walk, path: Walk, days_per_year: float) -> tuple[Year, ...]:
    """Calendar years of which at least half was tested."""
    number = path.days.astype("datetime64[Y]").astype(np.int64) + 1970
    found = []
    for year in np.unique(number).tolist():
        at = number == year
        days = int(at.sum())
        if days < LEAST_SHARE_OF_YEAR * days_per_year:
            continue
        mine, other = base.returns[at], path.returns[at]
        found.append(
            Year(
                year,
                days,
                float(np.prod(1.0 + mine) - 1.0),
                float(np.prod(1.0 + other) - 1.0),
                float(mine.std(ddof=1) * np.sqrt(days_per_year)),
                float(other.std(ddof=1) * np.sqrt(days_per_year)),
            )
        )
    return tuple(found)


def _leader(course: Course, ahead: Floats, groups: Sequence[Group]) -> tuple[str, float] | None:
    """Whose lead over all assets goes most with falling behind; groups before single assets."""
    returns = course.returns[-len(ahead) :]
    leads = returns - returns.mean(axis=1, keepdims=True)
    inside = [group for group in groups if 0 < len(group.members) < leads.shape[1]]
    by_group = {group.name: leads[:, group.members].mean(axis=1) for group in inside}
    by_asset = {symbol: leads[:, n] for n, symbol in enumerate(course.symbols)}
    for candidates in (by_group, by_asset):
        moving = {name: lead for name, lead in candidates.items() if np.ptp(lead) > 0.0}
        if not moving or np.ptp(ahead) == 0.0:
            continue
        found = {name: float(np.corrcoef(lead, ahead)[0, 1]) for name, lead in moving.items()}
        name = min(found, key=lambda one: (found[one], one))
        if found[name] <= LAGS:
            return name, found[name]
    return None


def _days_per_year(course: Course, path: Walk) -> float:
    first = course.days[course.lessons[0].first]
    return len(path.days) * _YEAR / float((path.days[-1] - first).astype(np.int64))


def _caveats(unseen: Sequence[Unseen | None], absent: Sequence[str]) -> tuple[str, ...]:
    known = [one for one in unseen if one is not None]
    so = {
        "no_unseen_days": not known,
        "few_years": bool(known) and len(known[0].years) < LEAST_YEARS,
        "absent": bool(absent),
        "kept": any(one.kept for one in known),
    }
    always = ("no_tax", "hindsight", "flatters", *(("method",) if known else ()))
    return always + tuple(key for key, holds in so.items() if holds)
