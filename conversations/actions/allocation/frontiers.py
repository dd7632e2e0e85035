"""The efficient frontier with the person's place on it, worked out and drawn in another process."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from conversations.actions.allocation import optimising
from conversations.actions.allocation.proposals import (
    HABITS,
    Impossible,
    Proposed,
    Question,
    Situation,
    Unanswered,
)

POINTS = 25
NEAR = 0.0005  # a year: less is no distance


@dataclass(frozen=True, slots=True)
class Place:
    """A portfolio: volatility and expected return a year, with the 90 % range of the latter."""

    volatility: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Seen:
    """``calmer``: the volatility at which the same return could be had, by these estimates; None
    where today's is as low."""

    line: tuple[Place, ...]
    now: Place
    proposed: Place
    assets: tuple[tuple[str, float, float], ...]
    calmer: float | None


def look(situation: Situation) -> Seen | Impossible | Unanswered:
    """The line, today's portfolio, the default proposal and each share."""
    from conversations.actions.allocation import proposing  # here: its methods are slow to import
    from engine.optimization.methods.efficient_frontier import trace_frontier
    from engine.optimization.outlook import look_ahead

    found = optimising.propose(situation, Question())
    if not isinstance(found, Proposed):
        assert not isinstance(found, tuple), "only goals are told to be out of reach"
        return found
    worked = proposing.work_out(situation, Question(HABITS))
    estimates = worked.estimates

    def place(weights: np.typing.NDArray[np.float64]) -> Place:
        told = look_ahead(estimates, worked.now, weights)[1]
        spread = 1.645 * told.expected_error
        low, high = told.expected - spread, told.expected + spread
        return Place(told.volatility, told.expected, low, high)

    line = tuple(
        place(one.weights) for one in trace_frontier(estimates, worked.constraints, POINTS)
    )
    now = place(worked.now)
    risks = [sqrt(float(v)) for v in np.diag(estimates.covariance)]
    assets = tuple(zip(estimates.symbols, risks, estimates.mean.tolist(), strict=True))
    return Seen(line, now, place(found.after), assets, _calmer(line, now))


def _calmer(line: tuple[Place, ...], now: Place) -> float | None:
    enough = [one.volatility for one in line if one.mean >= now.mean]
    if not enough or now.volatility - min(enough) < NEAR:
        return None
    return min(enough)


def draw(seen: Seen, title: str, subtitle: str) -> bytes:
    from charts import frontier

    def spot(name: str, one: Place) -> frontier.Spot:
        return frontier.Spot(name, one.volatility, one.mean, one.low, one.high)

    curve = frontier.Curve(
        [one.volatility for one in seen.line],
        [one.mean for one in seen.line],
        [one.low for one in seen.line],
        [one.high for one in seen.line],
    )
    return frontier.draw(
        curve,
        now=spot("You now", seen.now),
        proposals=[spot("Proposed", seen.proposed)],
        assets=[frontier.Spot(name, risk, mean) for name, risk, mean in seen.assets],
        title=title,
        subtitle=subtitle,
    )
