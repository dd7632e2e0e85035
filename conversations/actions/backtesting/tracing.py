"""Where a result came from, as parts that are told of it: holdings, decisions, factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import isfinite

import numpy as np

from conversations.actions.backtesting.grounds import Ground
from conversations.actions.backtesting.measuring import Yardstick
from conversations.actions.backtesting.outcomes import Figure, Part, Ran
from engine.arrays import Days, Floats
from engine.backtest.attribution.brinson import Legs, attribute, by_month, compose, gather
from engine.backtest.attribution.decisions import Decision, decide
from engine.backtest.attribution.factors import Unexplained, explain, returns_on
from engine.backtest.attribution.holdings import asset_returns, contribute, earn
from engine.backtest.panel import Panel
from engine.backtest.path import Path
from engine.performance.intervals import Interval
from engine.returns import NoReturn, closes_on


def trace(ran: Ran, path: Path, panel: Panel, ground: Ground, yardstick: Yardstick) -> Ran:
    """``ran`` with its parts; what cannot be said says why."""
    return replace(
        ran,
        holdings=_holdings(path),
        decisions=_decisions(path, panel, ground, yardstick),
        sectors=_sectors(path, panel, ground),
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


def _earned(path: Path, panel: Panel, ground: Ground) -> Floats:
    """(T, N) what one share of each holding of ``path`` earned on each day, held or not."""
    if path.symbols == panel.symbols:
        return asset_returns(panel.mark, panel.dividends, panel.last)
    close, _ = closes_on(path.symbols, ground.prices, path.days)
    return asset_returns(close, np.zeros_like(close))


def _decisions(path: Path, panel: Panel, ground: Ground, yardstick: Yardstick) -> tuple[Part, ...]:
    if yardstick.index is None:
        return (Part("decisions", None, missing="no benchmark"),)
    benchmark = np.concatenate(([0.0], yardstick.index))
    try:
        found = decide(
            path,
            _earned(path, panel, ground),
            benchmark,
            panel.rate,
            rng=np.random.default_rng([yardstick.seed, 7]),
        )
    except (NoReturn, ValueError) as fact:
        return (Part("decisions", None, missing=str(fact)),)
    return tuple(Part(str(one), _figure(found.effects[one].share)) for one in Decision)


def _sectors(path: Path, panel: Panel, ground: Ground) -> tuple[Part, ...]:
    """Brinson and Fachler against the same of every share with a known sector, by month."""
    sectors = {one.symbol: one.sector for one in ground.universe if one.sector}
    market = [symbol for symbol in ground.prices.symbols if symbol in sectors]
    if not any(symbol in sectors for symbol in path.symbols) or not market:
        return (Part("sectors", None, missing="no sectors"),)
    try:
        ours = by_month(gather(path, _earned(path, panel, ground), sectors), path.days)
        theirs = by_month(_market_of(market, sectors, ground, path.days), path.days)
        found = attribute(ours, theirs)
    except (NoReturn, ValueError) as fact:
        return (Part("sectors", None, missing=str(fact)),)
    parts = []
    for n, group in enumerate(found.groups):
        chosen = float(found.selection[n] + found.interaction[n])
        parts += [
            Part(f"{group}: allocation", Figure(float(found.allocation[n]))),
            Part(f"{group}: selection", Figure(chosen)),
        ]
    kept = [one for one in parts if one.share is not None and abs(one.share.value) > _NOTHING]
    rest = found.execution + found.costs
    return (*kept, Part("execution and costs", Figure(float(rest))))


_NOTHING = 1e-9


def _market_of(
    symbols: Sequence[str], sectors: Mapping[str, str], ground: Ground, days: Days
) -> Legs:
    """Equal parts of ``symbols`` every day; the first day only begins."""
    returns = returns_on(ground.prices, days)
    returns = returns[:, [ground.prices.column(symbol) for symbol in symbols]]
    groups = sorted({sectors[symbol] for symbol in symbols})
    member = np.array([[sectors[symbol] == group for group in groups] for symbol in symbols])
    known = ~np.isnan(returns)
    known[0] = True  # nothing is earned on the first day
    count = known.astype(np.float64) @ member
    total = count.sum(axis=1, keepdims=True)
    if not total.all():
        raise ValueError("a day without any price")
    summed = np.nan_to_num(returns) @ member
    mean = np.where(count > 0.0, summed / np.where(count > 0.0, count, 1.0), 0.0)
    return compose(groups, count / total, mean)


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
    begun: date = panel.days[1].item()
    since = found.since if found.since > begun else None
    parts = [Part(one.name, Figure(one.part), since=since) for one in found.loadings]
    alpha = Figure(found.alpha.value, found.alpha.low, found.alpha.high)
    return (*parts, Part("alpha", alpha, since=since))
