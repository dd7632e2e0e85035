"""Running a trial: everybody over the same days, and what came out. For another process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from conversations.actions.backtesting.entrants import Entrant, line_up
from conversations.actions.backtesting.fields import LEAST_DAYS, Field, follow_own, open_field
from conversations.actions.backtesting.grounds import Ground
from conversations.actions.backtesting.identity import identify
from conversations.actions.backtesting.measuring import Yardstick, measure_run, returns_of
from conversations.actions.backtesting.outcomes import Figure, Outcome, Ran, Stuck
from conversations.actions.backtesting.tracing import trace
from conversations.reading.contenders import Contest
from conversations.reading.trials import Pace, Trial
from engine.arrays import Floats
from engine.backtest.costs import Costs
from engine.backtest.declaration import Rebalancing, Strategy
from engine.backtest.flows import pay_monthly
from engine.backtest.history import share_out
from engine.backtest.panel import Panel, Way
from engine.backtest.path import Path
from engine.backtest.rebalancing import bands, calendar, never, on_dates
from engine.backtest.simulation import simulate
from engine.backtest.strategies import dated_weights, fixed_weights, optimised
from engine.optimization.constraints import Constraints
from engine.performance.intervals import bound
from engine.performance.paired_difference import bound_difference
from engine.performance.sharpe import find_deflated
from engine.performance.undefined import known

OTHER_COSTS = (0.0, 0.001, 0.0025, 0.005, 0.01)
_NOTES = 20  # of what went otherwise than planned


def run(ground: Ground, trial: Trial) -> Outcome | Stuck:
    """Everybody over the same days, at the same costs; Stuck where something has to be decided."""
    proxied = any(way == Way.PROXY for way, _ in trial.ways.values())
    lineup = line_up(ground, trial.contenders, with_index=proxied)
    if isinstance(lineup, Stuck):
        return lineup
    field = open_field(ground, trial, lineup)
    if isinstance(field, Stuck):
        return field
    runs = tuple(_run(ground, trial, field, entrant) for entrant in lineup.entrants)
    returns = [np.diff(one.course) / np.array(one.course[:-1]) for one in runs]
    return Outcome(
        id=identify(ground, trial),
        trial=trial,
        currency=ground.currency,
        days=tuple(field.yardstick.days.tolist()),
        runs=runs,
        apart=_apart(returns, field.yardstick),
        benchmark=" ".join(ground.index.symbols),
        stands_for=lineup.stands_for,
        tried=ground.tried,
        luck=_luck(returns[0], field.yardstick, ground.tried),
        really=_really(ground, trial, field.yardstick),
        demo=ground.portfolio.demo,
        personal=any(one.kind in _PERSONAL for one in trial.contenders),
    )


_PERSONAL = (Contest.NOW, Contest.TRADES, Contest.PROPOSAL)


def _run(ground: Ground, trial: Trial, field: Field, entrant: Entrant) -> Ran:
    panel = field.panel
    at_costs: tuple[tuple[float, float], ...] = ()
    if entrant.contender.kind is Contest.TRADES:
        assert field.own is not None, "opened with the field"
        path = field.own
    else:
        path = _simulate(trial, panel, entrant, trial.rate)
        at_costs = _at_costs(trial, field, entrant)
    returns = returns_of(path)
    ran = measure_run(
        entrant.contender,
        path,
        returns,
        field.yardstick,
        at_costs=at_costs,
        notes=(*panel.doubts, *((note.day, note.what) for note in path.notes[:_NOTES])),
    )
    return trace(ran, path, panel, ground, field.yardstick)


def _simulate(trial: Trial, panel: Panel, entrant: Entrant, rate: float) -> Path:
    costs = Costs(rate=rate, fixed=trial.fixed)
    flows = pay_monthly(panel.days, trial.monthly) if trial.monthly else None
    return simulate(
        panel,
        _strategy(panel, entrant),
        _rebalancing(trial, entrant),
        costs,
        capital=trial.capital,
        flows=flows,
        lag=trial.lag,
    )


def _strategy(panel: Panel, entrant: Entrant) -> Strategy:
    one = entrant.contender
    if one.kind is Contest.METHOD:
        chosen = tuple(symbol for symbol in panel.symbols if symbol in entrant.symbols)
        return optimised.build(
            panel.symbols, one.method, _only(panel, chosen), None, one.parameters
        )
    if one.kind is Contest.DATED:
        schedule = {day: share_out(kept, panel.symbols) for day, kept in one.schedule.items()}
        return dated_weights.build(panel.symbols, schedule)
    return fixed_weights.build(panel.symbols, share_out(entrant.weights, panel.symbols))


def _rebalancing(trial: Trial, entrant: Entrant) -> Rebalancing:
    schedule = tuple(entrant.contender.schedule)
    return on_dates.build(schedule, _regular(trial)) if schedule else _regular(trial)


def _regular(trial: Trial) -> Rebalancing:
    if trial.pace is Pace.NEVER:
        return never.build()
    if trial.pace is Pace.BANDS:
        return bands.build(trial.band)
    return calendar.build(trial.pace.value)


def _only(panel: Panel, chosen: tuple[str, ...]) -> Constraints:
    """Long only, fully invested, in ``chosen`` and nothing else."""
    upper = np.array([1.0 if symbol in chosen else 0.0 for symbol in panel.symbols])
    return Constraints(lower=np.zeros(len(upper)), upper=upper)


def _at_costs(trial: Trial, field: Field, entrant: Entrant) -> tuple[tuple[float, float], ...]:
    """Growth a year at other costs; a method's weights do not depend on them, but its estimates
    take their time, so that it is not asked again."""
    if entrant.contender.kind is Contest.METHOD:
        return ()
    found = []
    for rate in sorted({*OTHER_COSTS, trial.rate}):
        returns = returns_of(_simulate(trial, field.panel, entrant, rate))
        grown = float(np.prod(1.0 + returns))
        years = len(returns) / field.yardstick.days_per_year
        if grown > 0.0:
            found.append((rate, grown ** (1.0 / years) - 1.0))
    return tuple(found)


def _apart(returns: Sequence[Floats], yardstick: Yardstick) -> Figure | None:
    """Growth a year of the first less that of the second."""
    if len(returns) < 2:
        return None
    found = bound_difference(
        returns[1],
        returns[0],
        days_per_year=yardstick.days_per_year,
        risk_free=0.0,
        rng=np.random.default_rng([yardstick.seed, 6]),
    ).get("cagr")
    return None if found is None else Figure(found.value, found.low, found.high)


def _really(ground: Ground, trial: Trial, yardstick: Yardstick) -> tuple[date, Figure] | None:
    """What the person really earned a year, beside weights that know the winners; from the first
    trade, or the day asked for, on."""
    kinds = {one.kind for one in trial.contenders}
    if Contest.NOW not in kinds or Contest.TRADES in kinds or not ground.trades:
        return None
    own = follow_own(ground)
    if isinstance(own, Stuck):
        return None
    rows = own.days >= yardstick.days[0]
    returns = own.returns[rows][1:]
    if len(returns) < LEAST_DAYS or not np.isfinite(returns).all():
        return None
    found = bound(
        returns,
        days_per_year=yardstick.days_per_year,
        risk_free=0.0,
        rng=np.random.default_rng([yardstick.seed, 8]),
    ).get("cagr")
    since: date = own.days[rows][0].item()
    return None if found is None else (since, Figure(found.value, found.low, found.high))


def _luck(returns: Floats, yardstick: Yardstick, tried: int) -> float | None:
    found = find_deflated(
        returns, days_per_year=yardstick.days_per_year, risk_free=0.0, tried=tried
    )
    return found if known(found) else None
