"""What each contender of a trial holds, in symbols that have prices, and what stands for the legs
that nobody named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from conversations.actions.backtesting.grounds import BONDS, SHARES, Ground
from conversations.actions.backtesting.outcomes import Stuck
from conversations.reading.contenders import BONDS as BOND_LEG
from conversations.reading.contenders import CASH, Contender, Contest
from conversations.reading.contenders import STOCKS as STOCK_LEG
from engine.prices import Prices

ALL = "all shares"  # stands for stocks where there is neither a fund nor an index


@dataclass(frozen=True, slots=True)
class Entrant:
    """``weights`` by symbol, cash left out; none of a method, which chooses from
    ``symbols``, and of dated weights, which change."""

    contender: Contender
    symbols: tuple[str, ...]
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lineup:
    """``prices`` hold every symbol of the entrants, the index among them where one needs it."""

    entrants: tuple[Entrant, ...]
    prices: Prices
    stands_for: Mapping[str, str]


def line_up(
    ground: Ground, contenders: Sequence[Contender], *, with_index: bool = False
) -> Lineup | Stuck:
    """Stuck where somebody holds nothing. ``with_index``: also where nobody holds it."""
    stands_for: dict[str, str] = {}
    entrants = []
    for one in contenders:
        made = _enter(ground, one, stands_for)
        if isinstance(made, Stuck):
            return made
        entrants.append(made)
    needed = {symbol for one in entrants for symbol in one.symbols}
    needed |= set(ground.index.symbols) if with_index else set()
    return Lineup(tuple(entrants), _with_index(ground, needed), stands_for)


def _enter(ground: Ground, one: Contender, stands_for: dict[str, str]) -> Entrant | Stuck:
    if one.kind is Contest.TRADES:
        return Entrant(one, ()) if ground.trades else Stuck("no_trades")
    if one.kind is Contest.NOW:
        return _weighted(one, ground.held) if ground.held else Stuck("nothing_held")
    if one.kind is Contest.PROPOSAL:
        return _weighted(one, ground.proposed) if ground.proposed else Stuck("no_proposal")
    if one.kind is Contest.METHOD:
        symbols = tuple(_tradable(ground) if one.everything or not ground.held else ground.held)
        return Entrant(one, symbols) if symbols else Stuck("nothing_held")
    if one.kind is Contest.DATED:
        held = dict.fromkeys(s for weights in one.schedule.values() for s in weights)
        return Entrant(one, tuple(held)) if held else Stuck("nothing_held")
    legs = {STOCK_LEG: 1.0} if one.kind is Contest.MARKET else one.weights
    weights: dict[str, float] = {}
    for leg, weight in legs.items():
        for symbol, share in _spread(ground, leg, stands_for).items():
            weights[symbol] = weights.get(symbol, 0.0) + weight * share
    return Entrant(one, tuple(weights), weights)


def _weighted(one: Contender, worth: Mapping[str, float]) -> Entrant:
    total = sum(worth.values())
    return Entrant(one, tuple(worth), {symbol: money / total for symbol, money in worth.items()})


def _spread(ground: Ground, leg: str, stands_for: dict[str, str]) -> dict[str, float]:
    """What a leg is made of; nothing for cash."""
    if leg == CASH:
        return {}
    if leg == BOND_LEG:
        fund = next((one for one in BONDS if one in ground.prices), CASH)
        stands_for[leg] = fund
        return {} if fund == CASH else {fund: 1.0}
    if leg != STOCK_LEG:
        return {leg: 1.0}
    fund = next((one for one in SHARES if one in ground.prices), "")
    found = [fund] if fund else list(ground.index.symbols[:1]) or _tradable(ground)
    stands_for[leg] = found[0] if len(found) == 1 else ALL
    return {symbol: 1.0 / len(found) for symbol in found}


def _tradable(ground: Ground) -> list[str]:
    """All shares with prices in the currency of the portfolio."""
    return [
        symbol
        for symbol in ground.prices.symbols
        if (known := ground.universe.get(symbol)) is None or known.currency == ground.currency
    ]


def _with_index(ground: Ground, needed: set[str]) -> Prices:
    """The market, and beside it the index on the market's days where somebody holds it."""
    wanted = [one for one in ground.index.symbols if one in needed and one not in ground.prices]
    if not wanted:
        return ground.prices
    close = np.full((len(ground.prices.days), len(wanted)), np.nan)
    days, of_index = ground.prices.days, ground.index.days
    at = np.searchsorted(of_index, days)
    known = np.flatnonzero(at < len(of_index))
    known = known[of_index[at[known]] == days[known]]
    for n, symbol in enumerate(wanted):
        close[known, n] = ground.index.close[at[known], ground.index.column(symbol)]
    return Prices.from_closes(
        (*ground.prices.symbols, *wanted), days.copy(), np.hstack((ground.prices.close, close))
    )
