"""Where a result came from, as parts that are told of it: holdings, decisions, factors."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np

from conversations.actions.grounds import Ground
from conversations.actions.measuring import Yardstick
from conversations.actions.outcomes import Figure, Part, Ran
from engine.arrays import Floats
from engine.backtest.attribution.decisions import Decision, decide
from engine.backtest.attribution.factors import Unexplained, explain, returns_on
from engine.backtest.attribution.holdings import asset_returns, contribute, earn
from engine.backtest.panel import Panel
from engine.backtest.path import Path
from engine.performance.intervals import Interval
from engine.returns import NoReturn


def trace(ran: Ran, path: Path, panel: Panel, ground: Ground, yardstick: Yardstick) -> Ran:
    """``ran`` with its parts; what cannot be said says why."""
    return replace(
        ran,
        holdings=_holdings(path),
        decisions=_decisions(path, panel, yardstick),
        factors=_factors(path, panel, ground, yardstick),
    )


def _holdings(path: Path) -> tuple[Part, ...]:
    """Contributions to the whole return, largest first; costs and cash at the end."""
    try:
        linked, money = contribute(path), earn(path)
    except (NoReturn, ValueError) as fact:
        return (Part("holdings", None, missing=str(fact)),)
    shares = linked.price + linked.dividends
    gains = money.price + money.dividends
    order = np.argsort(-np.abs(shares), kind="stable")
    found = [
        Part(path.symbols[n], Figure(float(shares[n])), float(gains[n]))
        for n in order.tolist()
        if shares[n] or gains[n]
    ]
    found.append(Part("costs", Figure(linked.costs), money.costs))
    if money.interest:
        found.append(Part("interest", Figure(linked.interest), money.interest))
    return tuple(found)


def _decisions(path: Path, panel: Panel, yardstick: Yardstick) -> tuple[Part, ...]:
    if yardstick.index is None:
        return (Part("decisions", None, missing="no benchmark"),)
    if path.symbols != panel.symbols:  # of one's own trades, the panel may know only some
        return (Part("decisions", None, missing="no prices"),)
    benchmark = np.concatenate(([0.0], yardstick.index))
    try:
        found = decide(
            path,
            asset_returns(panel.mark, panel.dividends, panel.last),
            benchmark,
            panel.rate,
            rng=np.random.default_rng([yardstick.seed, 7]),
        )
    except (NoReturn, ValueError) as fact:
        return (Part("decisions", None, missing=str(fact)),)
    return tuple(Part(str(one), _figure(found.effects[one].share)) for one in Decision)


def _figure(interval: Interval) -> Figure:
    """Without an interval where too few days say nothing about the next."""
    if not (isfinite(interval.low) and isfinite(interval.high)):
        return Figure(interval.value)
    return Figure(interval.value, interval.low, interval.high)


def _factors(path: Path, panel: Panel, ground: Ground, yardstick: Yardstick) -> tuple[Part, ...]:
    """The part of the yearly return that each factor explains; alpha last, with its interval."""
    if yardstick.index is None or not ground.factors.symbols:
        return (Part("factors", None, missing="no factors"),)
    market: Floats = np.concatenate(([np.nan], yardstick.index))
    columns = returns_on(ground.factors, panel.days)
    found = explain(
        panel.days,
        path.returns,
        market,
        {name: columns[:, n] for n, name in enumerate(ground.factors.symbols)},
        panel.rate,
        days_per_year=yardstick.days_per_year,
    )
    if isinstance(found, Unexplained):
        return (Part("factors", None, missing=str(found.reason)),)
    parts = [Part(one.name, Figure(one.part)) for one in found.loadings]
    alpha = Part("alpha", Figure(found.alpha.value, found.alpha.low, found.alpha.high))
    return (*parts, alpha)
