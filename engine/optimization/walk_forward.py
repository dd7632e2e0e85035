"""Portfolios tested on days that the choice of them has not seen.

A window: learn from ``train_days`` days, leave out ``embargo_days``, trade at a close, keep what
was bought for ``test_days``, and again (Pardo, "Design, Testing and Optimization of Trading
Systems", 1992; embargo: López de Prado, "Advances in Financial Machine Learning", 2018, ch. 7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from engine.arrays import Days, Floats, Ints
from engine.optimization.constraints import Constraints, Group
from engine.optimization.declaration import Solve
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import estimate
from engine.optimization.solution import Infeasible, Unsolvable
from engine.prices import Prices
from engine.record.market import find_breaks

_YEAR = 365.25
Learn = Callable[[Prices], Estimates]  # is given the training days and nothing else
Choose = Callable[[Estimates, Floats], Floats]  # (N',) weights from what is learned and held
Progress = Callable[[int, int], None]  # windows learned, of how many; may raise to cancel


@dataclass(frozen=True, slots=True)
class Plan:
    """Days are rows of prices. ``most_days``: at most so many of the last are tested on."""

    train_days: int
    test_days: int
    embargo_days: int
    most_days: int

    def __post_init__(self) -> None:
        if min(self.train_days - 1, self.test_days, self.embargo_days + 1, self.most_days) < 1:
            raise ValueError(f"a plan of {self}")


USUAL = Plan(train_days=756, test_days=63, embargo_days=5, most_days=1260)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was known before a window. Traded at the close of ``first``, kept to that of ``last``.

    ``columns``: of the N assets, those that ``estimates`` are about. Without estimates ``problem``
    says why.
    """

    trained_since: date
    trained_until: date
    first: int
    last: int
    columns: Ints
    estimates: Estimates | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that portfolios are tested on, learned once for all of them."""

    symbols: tuple[str, ...]
    days: Days  # (T,)
    returns: Floats  # (T, N) of the day; 0 where no price is known or a jump looks like a split
    lessons: tuple[Lesson, ...]
    absent: tuple[str, ...]  # not among what was learned in at least one window


@dataclass(frozen=True, slots=True)
class Window:
    """Shares of the value just before the trade. ``kept``: why nothing was traded, else ""."""

    since: date  # of the trade
    until: date
    trained_since: date
    trained_until: date
    weights: Floats  # (N,) after the trade
    turnover: float  # Σ|traded|, both directions added
    cost: float
    kept: str


@dataclass(frozen=True, slots=True)
class Walk:
    """``returns``: (D,) of the tested ``days``, after costs, which fall on the day after a trade.

    ``turnover`` and ``cost`` are sums over all windows.
    """

    days: Days  # (D,)
    returns: Floats
    turnover: float
    cost: float
    windows: tuple[Window, ...]


def learn_with(**options: float | str | int) -> Learn:
    """``estimate`` of all training days, with its ``options`` ("returns", "covariance", ...)."""

    def learn(seen: Prices) -> Estimates:
        first, last = _day(seen.days[0]), _day(seen.days[-1])
        years = ((last - first).days + 1) / _YEAR
        return estimate(seen, seen.symbols, until=last, years=years, **options)  # type: ignore[arg-type]

    return learn


def open_course(
    prices: Prices,
    symbols: Sequence[str],
    plan: Plan,
    learn: Learn,
    progress: Progress | None = None,
) -> Course:
    """Cut ``prices`` into windows and learn from each what was known by then.

    ``learn`` never sees a row of the embargo or later; where it raises Unsolvable the window has no
    estimates. Raises Unsolvable("too_few_days", days, needed) where not one day is left to test.
    """
    close = prices.close[:, [prices.column(symbol) for symbol in symbols]]
    close = np.where(close > 0.0, close, np.nan)
    some = np.flatnonzero(~np.isnan(close).all(axis=1))
    days, close = prices.days[some], close[some]
    start = plan.train_days + plan.embargo_days
    if len(days) < start + 2:
        raise Unsolvable("too_few_days", days=max(len(days) - 1, 0), needed=start + 1)
    firsts = range(max(start, len(days) - 1 - plan.most_days), len(days) - 1, plan.test_days)
    lessons = []
    for number, first in enumerate(firsts, start=1):
        end = first - plan.embargo_days + 1
        rows = slice(end - 1 - plan.train_days, end)
        seen = Prices.from_closes(symbols, days[rows].copy(), close[rows].copy())
        lessons.append(_lesson(seen, first, min(first + plan.test_days, len(days) - 1), learn))
        if progress is not None:
            progress(number, len(firsts))
    known = np.zeros(len(symbols), np.int64)
    for lesson in lessons:
        known[lesson.columns] += 1
    absent = tuple(symbols[n] for n in np.flatnonzero(known < len(lessons)).tolist())
    return Course(tuple(symbols), days, _returns(close), tuple(lessons), absent)


def walk(
    course: Course, choose: Choose, *, start: Floats, cost_rate: Floats, risk_free: float
) -> Walk:
    """What ``choose`` would have earned from ``start``, the (N,) weights held before.

    ``choose`` is told the estimates and the weights that its assets have drifted to; what it does
    not know about is sold. Where it raises Infeasible or Unsolvable, or nothing was learned, it
    keeps what is held. ``cost_rate``: (N,) of the money traded; ``risk_free``: of cash, a year.
    Raises Unsolvable("lost_everything", day) for a portfolio that is worth nothing or less, which
    one that is long only cannot be.
    """
    held = np.asarray(start, np.float64)
    pieces, windows = [], []
    for lesson in course.lessons:
        weights, kept = _decide(course, lesson, choose, held)
        traded = np.abs(weights - held)
        cost = float(cost_rate @ traded)
        values, worth = _grow(course, lesson, weights, risk_free)
        if min(float(values.min()), 1.0 - cost) <= 0.0:
            raise Unsolvable("lost_everything", day=str(course.days[lesson.last]))
        held = worth / values[-1]
        earned = values / np.concatenate([[1.0], values[:-1]]) - 1.0
        earned[0] = values[0] * (1.0 - cost) - 1.0
        pieces.append(earned)
        windows.append(
            Window(
                _day(course.days[lesson.first]),
                _day(course.days[lesson.last]),
                lesson.trained_since,
                lesson.trained_until,
                weights,
                float(traded.sum()),
                cost,
                kept,
            )
        )
    return Walk(
        days=course.days[course.lessons[0].first + 1 :],
        returns=np.concatenate(pieces),
        turnover=sum(window.turnover for window in windows),
        cost=sum(window.cost for window in windows),
        windows=tuple(windows),
    )


def by_method(
    solve: Solve, constraints: Constraints, symbols: Sequence[str], **parameters: float
) -> Choose:
    """Choose as a method does, under ``constraints`` of ``symbols``.

    What is held then takes the place of ``current``; bounds that follow from what is held today
    ("never sell") stay as they are.
    """
    column = {symbol: n for n, symbol in enumerate(symbols)}

    def choose(estimates: Estimates, held: Floats) -> Floats:
        columns = np.array([column[symbol] for symbol in estimates.symbols], dtype=np.int64)
        return solve(estimates, _narrow(constraints, columns, held), **parameters).weights

    return choose


def keep_weights(weights: Floats, symbols: Sequence[str]) -> Choose:
    """Come back to ``weights`` (N,) in every window, scaled up for what was not there yet."""
    column = {symbol: n for n, symbol in enumerate(symbols)}

    def choose(estimates: Estimates, held: Floats) -> Floats:
        there = weights[[column[symbol] for symbol in estimates.symbols]]
        part = float(there.sum())
        return there * (float(weights.sum()) / part) if part > 0.0 else there

    return choose


def _lesson(seen: Prices, first: int, last: int, learn: Learn) -> Lesson:
    since, until = _day(seen.days[0]), _day(seen.days[-1])
    try:
        estimates = learn(seen)
    except Unsolvable as fact:
        return Lesson(since, until, first, last, np.zeros(0, np.int64), None, fact.reason)
    columns = np.array([seen.column(symbol) for symbol in estimates.symbols], dtype=np.int64)
    return Lesson(since, until, first, last, columns, estimates)


def _decide(course: Course, lesson: Lesson, choose: Choose, held: Floats) -> tuple[Floats, str]:
    if lesson.estimates is None:
        return held, lesson.problem
    try:
        chosen = choose(lesson.estimates, held[lesson.columns])
    except Infeasible:
        return held, "infeasible"
    except Unsolvable as fact:
        return held, fact.reason
    if chosen.shape != lesson.columns.shape or not np.all(np.isfinite(chosen)):
        raise ValueError(f"weights {chosen}")
    weights = np.zeros(len(course.symbols))
    weights[lesson.columns] = chosen
    return weights, ""


def _grow(
    course: Course, lesson: Lesson, weights: Floats, risk_free: float
) -> tuple[Floats, Floats]:
    """(d,) value at the end of each day of a window, 1 before it; (N,) worth of each at the end."""
    rows = slice(lesson.first + 1, lesson.last + 1)
    growth = np.cumprod(1.0 + course.returns[rows], axis=0)
    passed = (course.days[rows] - course.days[lesson.first]).astype(np.float64)
    cash = (1.0 - float(weights.sum())) * (1.0 + risk_free) ** (passed / _YEAR)
    return growth @ weights + cash, growth[-1] * weights


def _returns(close: Floats) -> Floats:
    """(T, N) of the last known close before; a gap is made good on the day it ends."""
    row = np.arange(len(close))[:, None]
    known = np.maximum.accumulate(np.where(np.isnan(close), 0, row), axis=0)
    filled = np.take_along_axis(close, known, axis=0)
    returns = np.zeros(close.shape)
    returns[1:] = filled[1:] / filled[:-1] - 1.0
    returns[1:][np.diff(find_breaks(close), axis=0) > 0.0] = 0.0
    return np.nan_to_num(returns)


def _narrow(constraints: Constraints, columns: Ints, held: Floats) -> Constraints:
    """``constraints`` of the assets in ``columns``; groups keep their bounds."""
    place = {column: n for n, column in enumerate(columns.tolist())}
    groups = []
    for group in constraints.groups:
        members = [place[n] for n in group.members.tolist() if n in place]
        groups.append(Group(group.name, np.array(members, np.int64), group.lower, group.upper))
    rate = constraints.cost_rate
    return replace(
        constraints,
        lower=constraints.lower[columns],
        upper=constraints.upper[columns],
        groups=tuple(groups),
        current=None if constraints.current is None else held,
        cost_rate=None if rate is None else rate[columns],
    )


def _day(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").item()
    return made
