"""By how much one path did better than another on the same days, and how sure that is.

Both are drawn together, so that what moves both cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.arrays import Floats
from engine.performance.block_length import choose_block
from engine.performance.drawing import Draws, draw, middle
from engine.performance.drawn_falls import draw_falls
from engine.performance.drawn_tails import draw_edge_losses
from engine.performance.figures import HEADLINES, Figures, measure
from engine.performance.formulas import daily_rate
from engine.performance.intervals import LEAST_DAYS, Interval, terms_of
from engine.performance.smooth import SHARE, SMOOTH, Terms, apart, list_terms
from engine.performance.studentised import draw_means, half_width
from engine.performance.summary import summarise, summarise_paths

MEASURED = ("earned", "volatility", "worst_drawdown", "tail_loss")


def bound_difference(
    current: Floats,
    proposed: Floats,
    *,
    days_per_year: float,
    risk_free: float,
    benchmark: Floats | None = None,
    target: float | None = None,
    rng: np.random.Generator,
) -> Mapping[str, Interval]:
    """Proposed less current, (D,) returns on the same days: by key of ``HEADLINES``, those that are
    defined for both; none of fewer than 20 days.

    Intervals as in ``bound``, none on a logarithmic scale; the value at risk, like the deepest fall
    and the Calmar ratio, by the 5 % and 95 % points of what was drawn. Raises ValueError as
    ``measure``.
    """
    both = (current, proposed)
    here = [
        measure(
            one,
            days_per_year=days_per_year,
            risk_free=risk_free,
            benchmark=benchmark,
            target=target,
        )
        for one in both
    ]
    if len(current) < LEAST_DAYS:
        return {}
    courses = [one for one in (*both, benchmark) if one is not None]
    draws = draw(len(current), rng, block=choose_block(*courses))
    terms = (terms_of(here[0], current), terms_of(here[1], proposed))
    rows = [list_terms(one, benchmark, told) for one, told in zip(both, terms, strict=True)]
    means = draw_means(np.concatenate(rows), draws)
    found = {}
    for key, value in _values(here).items():
        if key in SMOOTH and key != SHARE:
            half = half_width(means, apart(key, terms))
            found[key] = Interval(value, value - half, value + half)
        else:
            ours, theirs = (_draw_other(key, one, draws, days_per_year) for one in both)
            apart_by = theirs - ours
            found[key] = Interval(value, *middle(apart_by[np.isfinite(apart_by)]))
    return found


def _values(here: list[Figures]) -> dict[str, float]:
    pairs = {key: (here[0].get(key), here[1].get(key)) for key in HEADLINES}
    return {
        key: theirs - ours
        for key, (ours, theirs) in pairs.items()
        if ours is not None and theirs is not None
    }


def _draw_other(key: str, returns: Floats, draws: Draws, days_per_year: float) -> Floats:
    """(R,); NaN where a drawn path never fell and so has no Calmar ratio."""
    if key == SHARE:
        return draw_edge_losses(returns, draws)
    falls, logs = draw_falls(returns, draws)
    if key == "max_drawdown":
        return falls
    growth = np.expm1(logs * (days_per_year / draws.days))
    return np.divide(growth, falls, out=np.full_like(falls, np.nan), where=falls > 0.0)


def compare_paths(
    current: Floats, proposed: Floats, draws: Draws, *, days_per_year: float, risk_free: float
) -> Mapping[str, Interval]:
    """Differences of ``Performance``, by field, from (D,) returns on the same days, for many
    proposals beside one another on the same ``draws``.

    The Sharpe ratio by studentised blocks (Ledoit and Wolf, "Robust performance hypothesis testing
    with the Sharpe ratio", J. of Empirical Finance 2008, 3.2), left out where one of the two never
    moves. All others by the 5 % and 95 % points of what was drawn. Drawn paths have no falls that
    last, so that intervals of the worst drawdown are on the narrow side and may lie beside the
    value.
    """
    both = np.array([current, proposed])
    here = [summarise(one, days_per_year, risk_free) for one in both]
    drawn: dict[str, list[Floats]] = {key: [] for key in MEASURED}
    for paths in draws.paths(both):
        kept = paths[:, :, : draws.days]
        first, second = (summarise_paths(one, days_per_year) for one in kept)
        for key, found in drawn.items():
            found.append(second[key] - first[key])
    answer = {}
    for key, found in drawn.items():
        value = getattr(here[1], key) - getattr(here[0], key)
        answer[key] = Interval(value, *middle(np.concatenate(found)))
    old, new = here[0].sharpe, here[1].sharpe
    if old is not None and new is not None:
        free = daily_rate(risk_free, days_per_year)
        terms = Terms(days_per_year, free, free, 0.0)
        moments = np.array([row for one in both for row in (one, one * one)])
        width = half_width(draw_means(moments, draws), apart("sharpe", (terms, terms)))
        answer["sharpe"] = Interval(new - old, new - old - width, new - old + width)
    return answer
