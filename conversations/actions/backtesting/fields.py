"""Where and when a trial takes place: the panel of all contenders, and one's own trades on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from conversations.actions.backtesting.entrants import Lineup
from conversations.actions.backtesting.grounds import SHARES, SP500, Ground
from conversations.actions.backtesting.measuring import Yardstick
from conversations.actions.backtesting.outcomes import Stuck
from conversations.reading.contenders import Contest
from conversations.reading.trials import Trial
from engine.arrays import Floats
from engine.backtest.attribution.factors import returns_on
from engine.backtest.history import NoDays, open_panel
from engine.backtest.panel import Panel, Trouble, Unfit, Way
from engine.backtest.path import Path
from engine.backtest.replay import follow
from engine.ledger import ImpossibleTrade, NoPrice, NotEnoughShares
from engine.returns import NoReturn

INDEX = "index"  # as a proxy: whatever index there is
LEAST_DAYS = 21  # trading days: below, nothing is said


@dataclass(frozen=True, slots=True)
class Field:
    """``own``: one's own trades on the days of ``panel``, where they take part."""

    lineup: Lineup
    panel: Panel
    own: Path | None
    yardstick: Yardstick


def open_field(ground: Ground, trial: Trial, lineup: Lineup) -> Field | Stuck:
    """Stuck where prices have troubles that nobody decided about, or there are too few days."""
    own: Path | None = None
    if any(one.contender.kind is Contest.TRADES for one in lineup.entrants):
        followed = follow_own(ground)
        if isinstance(followed, Stuck):
            return followed
        own = followed
    symbols = list(dict.fromkeys(s for one in lineup.entrants for s in one.symbols))
    span = _span(ground, trial, lineup, symbols, own)
    if isinstance(span, Stuck):
        return span
    try:
        panel = _open(trial, lineup, symbols, span)
    except Unfit as fact:
        return Stuck("prices", fact.problems)
    except NoDays as fact:
        unknown = [one for one in symbols if _first_price(lineup, one) is None]
        if unknown and len(unknown) == len(symbols):
            return Stuck("no_prices_of", facts={"symbols": " ".join(unknown)})
        return Stuck("no_days", facts={"since": str(fact.since), "until": str(fact.until)})
    if own is not None:
        own = _within(own, panel)
    if len(panel.days) < LEAST_DAYS:
        return Stuck("too_few_days", facts={"days": len(panel.days), "needed": LEAST_DAYS})
    index = returns_on(ground.index, panel.days)[1:, 0] if ground.index.symbols else None
    if index is not None and np.isnan(index).any():
        index = None
    return Field(lineup, panel, own, Yardstick(panel.days, index, panel.days_per_year, ground.seed))


def _open(trial: Trial, lineup: Lineup, symbols: list[str], span: tuple[date, date]) -> Panel:
    """Raises Unfit and NoDays. One's own trades alone need no prices of what is not yet held."""
    ways = {s: (Way(way), _proxy(lineup, proxy)) for s, (way, proxy) in trial.ways.items()}
    wanted, (since, until) = symbols or list(lineup.prices.symbols), span
    try:
        return open_panel(lineup.prices, wanted, since=since, until=until, ways=ways)
    except Unfit as fact:
        if symbols or any(one.trouble not in _HARMLESS for one in fact.problems):
            raise
        more = {one.symbol: (_HARMLESS[one.trouble], "") for one in fact.problems}
        return open_panel(lineup.prices, wanted, since=since, until=until, ways={**more, **ways})


_HARMLESS = {
    Trouble.STARTS_LATE: Way.ACCEPT,
    Trouble.NO_VOLUME: Way.ACCEPT,
    Trouble.NO_PRICES: Way.LEAVE_OUT,
}


def _proxy(lineup: Lineup, said: str) -> str:
    """The symbol that stands in; the index, or a fund of it, where "index" was said."""
    if said != INDEX:
        return said
    return next((one for one in (SP500, *SHARES) if one in lineup.prices), "")


def _span(
    ground: Ground, trial: Trial, lineup: Lineup, symbols: list[str], own: Path | None
) -> tuple[date, date] | Stuck:
    """As far back as everybody's prices go unless a day was said; never before one's own trades."""
    prices = lineup.prices
    last = prices.last_day
    if last is None or not len(prices.days):
        return Stuck("no_prices")
    until = min(date.fromisoformat(trial.until) if trial.until else last, last)
    first: date = prices.days[0].item()
    if trial.since:
        since = date.fromisoformat(trial.since)
        if since > last:
            return Stuck("after_the_end", facts={"since": str(since), "until": str(last)})
    else:
        replaced = {s for s, (way, _) in trial.ways.items() if way in (Way.LEAVE_OUT, Way.PROXY)}
        starts = [_first_price(lineup, symbol) for symbol in symbols if symbol not in replaced]
        since = max([first, *(one for one in starts if one is not None)])
    if own is not None:
        since = max(since, own.days[0].item())
    if since > until:
        return Stuck("no_days", facts={"since": str(since), "until": str(until)})
    return since, until


def _first_price(lineup: Lineup, symbol: str) -> date | None:
    if symbol not in lineup.prices:
        return None
    rows = np.flatnonzero(~np.isnan(lineup.prices.close[:, lineup.prices.column(symbol)]))
    first: date | None = lineup.prices.days[rows[0]].item() if len(rows) else None
    return first


def follow_own(ground: Ground) -> Path | Stuck:
    """One's own trades from the first of them on."""
    try:
        return follow(ground.trades, ground.prices, ground.until, ground.rules).path
    except NoPrice as fact:
        return Stuck("no_price", facts={"symbol": fact.symbol})
    except NoReturn as fact:
        return Stuck("no_return", facts={"reason": str(fact.reason)})
    except (ImpossibleTrade, NotEnoughShares) as fact:
        return Stuck("no_return", facts={"reason": str(fact)})


def _within(own: Path, panel: Panel) -> Path:
    """The days of ``own`` that the panel has; what was held before counts as put in on the first.

    A day of trades that is no trading day of the panel keeps what it earned in the next one.
    """
    rows = np.searchsorted(own.days, panel.days, side="right") - 1
    assert rows[0] >= 0, "the panel never begins before the first trade"
    grown = np.cumprod(1.0 + np.nan_to_num(own.returns))
    returns = np.concatenate(([0.0], grown[rows[1:]] / grown[rows[:-1]] - 1.0))

    def summed(values: Floats) -> Floats:
        total = np.cumsum(values, axis=0)[rows]
        return np.concatenate((np.zeros_like(total[:1]), np.diff(total, axis=0)))

    flows, traded = summed(own.flows), summed(own.traded)
    flows[0], traded[0] = own.values[rows[0]], own.worth[rows[0]]
    return replace(
        own,
        days=panel.days,
        values=own.values[rows],
        flows=flows,
        returns=returns,
        worth=own.worth[rows],
        traded=traded,
        dividends=summed(own.dividends),
        cash=own.cash[rows],
        interest=summed(own.interest),
        costs=summed(own.costs),
    )
