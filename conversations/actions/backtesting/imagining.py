"""Answering “what if?” on a portfolio's ground, in another process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np

from conversations.actions.backtesting.entrants import line_up
from conversations.actions.backtesting.grounds import BONDS, Ground
from conversations.actions.backtesting.outcomes import Stuck
from conversations.reading.contenders import BONDS as BOND_LEG
from conversations.reading.contenders import CASH, Contender, Contest
from conversations.reading.what_ifs import Kind, WhatIf
from engine.arrays import Floats
from engine.backtest.attribution.behaviour import Behaviour, attribute
from engine.backtest.change import Question, UnknownName
from engine.backtest.counterfactuals.registry import change_named
from engine.backtest.crises import CRISES, Replay, crisis_named, replay
from engine.backtest.new_money import Mixed, Overdrawn, mix
from engine.backtest.own_benchmark import OwnYear, compare_years
from engine.backtest.shock import Shocked, index_of, shock
from engine.backtest.what_if import Outcome, answer
from engine.ledger import ImpossibleTrade, NoPrice, NotEnoughShares
from engine.ledger import Kind as TradeKind
from engine.optimization.solution import Unsolvable
from engine.returns import NoReturn

LATEST = CRISES[-1].name
_SIDES = {"buy": TradeKind.BUY, "sell": TradeKind.SELL}


@dataclass(frozen=True, slots=True)
class Undone:
    """``outcome`` of ``trades`` left out, on the days of one's own path."""

    outcome: Outcome
    trades: int
    first: date  # of the trades left out
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """``outcome`` of leaving each January's holdings alone; ``years`` against it."""

    outcome: Outcome
    years: tuple[OwnYear, ...]


@dataclass(frozen=True, slots=True)
class Stressed:
    """A shock, with a crisis of the past beside it; ``sector``: of it alone, "" the market."""

    found: Shocked
    sector: str
    beside: Replay | None
    index: str  # what betas are about


@dataclass(frozen=True, slots=True)
class Put:
    """``target``: what the money went into, after stand-ins; ``stands_for``: "bonds" for cash."""

    found: Mixed
    amount: float
    target: str
    stands_for: str
    price: float | None  # of one share of the target


Imagined = Undone | Frozen | Behaviour | Stressed | Replay | Put


def imagine(ground: Ground, what: WhatIf) -> Imagined | Stuck:
    """Stuck where there is nothing to go by, with the reason."""
    match what.kind:
        case Kind.UNDONE | Kind.HABIT | Kind.FROZEN | Kind.BEHAVIOUR:
            return _undo(ground, what)
        case Kind.SHOCK:
            return _shock(ground, what)
        case Kind.REPLAY:
            crisis = crisis_named(what.episode)
            found = replay(ground.prices, ground.held, crisis) if crisis else None
            return found or Stuck("no_crisis", facts={"crisis": what.episode})
        case Kind.MONEY:
            return _put(ground, what)


def _undo(ground: Ground, what: WhatIf) -> Undone | Frozen | Behaviour | Stuck:
    if not ground.trades:
        return Stuck("no_trades")
    record = ground.case().record()
    question = Question(
        trades=ground.trades,
        prices=ground.prices,
        until=ground.until,
        rules=ground.rules,
        findings=ground.findings,
        given=record,
    )
    rng = np.random.default_rng([ground.seed, 9])
    try:
        if what.kind is Kind.HABIT and what.habit:
            known = {one.bias for one in ground.findings}
            if what.habit not in known:
                return Stuck("habit_unknown", facts={"habit": what.habit})
            outcome = answer(change_named("without_bias"), question.asking(what.habit), rng)
        elif what.kind is Kind.FROZEN:
            outcome = answer(change_named("frozen_january"), question, rng)
            return Frozen(outcome, compare_years(outcome.actual, outcome.changed))
        elif what.kind is Kind.BEHAVIOUR:
            behaviour = attribute(question, rng)
            return behaviour if behaviour.parts else Stuck("nothing_undone")
        elif what.kind is Kind.HABIT:
            outcome = answer(change_named("disciplined_twin"), question, rng)
        else:
            ids = _chosen(ground, what)
            if not ids:
                return Stuck("no_such_trades", facts={"symbol": what.symbol, "side": what.side})
            outcome = answer(change_named("without_trades"), replace(question, ids=ids), rng)
    except (NoPrice, UnknownName) as fact:
        return Stuck("no_price", facts={"symbol": str(fact.args[0])})
    except (NoReturn, ImpossibleTrade, NotEnoughShares) as fact:
        return Stuck("no_return", facts={"reason": str(fact)})
    left = set(outcome.rewritten.left_out)
    if not left:
        return Stuck("nothing_undone", facts={"habit": what.habit})
    gone = [trade for trade in ground.trades if trade.id in left]
    first = min(trade.at.date() for trade in gone)
    return Undone(outcome, len(gone), first, tuple(sorted({trade.symbol for trade in gone})))


def _chosen(ground: Ground, what: WhatIf) -> frozenset[UUID]:
    """The purchases or sales that were named, until the day of the books."""
    kinds = {_SIDES[what.side]} if what.side else set(_SIDES.values())
    since = what.period.since or date.min
    until = min(what.period.until or ground.until, ground.until)
    return frozenset(
        trade.id
        for trade in ground.trades
        if trade.kind in kinds
        and (not what.symbol or trade.symbol == what.symbol)
        and since <= trade.at.date() <= until
    )


def _shock(ground: Ground, what: WhatIf) -> Stressed | Stuck:
    if not ground.held:
        return Stuck("nothing_held")
    index, name = _index(ground, what.sector)
    found = None if index is None else shock(ground.prices, ground.held, what.size, index)
    if found is None:
        return Stuck("no_beta", facts={"sector": what.sector})
    crisis = crisis_named(LATEST)
    assert crisis is not None, "the latest of the list"
    beside = None if what.sector or what.size > 0 else replay(ground.prices, ground.held, crisis)
    return Stressed(found, what.sector, beside, name)


def _index(ground: Ground, sector: str) -> tuple[Floats | None, str]:
    """(T,) closes of what is shocked, on the days of the prices, and what it is."""
    prices = ground.prices
    if sector:
        members = [one.symbol for one in ground.universe if one.sector == sector]
        members = [symbol for symbol in members if symbol in prices]
        return (index_of(prices, members), sector) if members else (None, sector)
    lined = line_up(ground, [Contender(Contest.MARKET)], with_index=True)
    if isinstance(lined, Stuck):
        return None, ""
    symbols = list(lined.entrants[0].symbols)
    if len(symbols) == 1:
        return lined.prices.close[:, lined.prices.column(symbols[0])], symbols[0]
    return index_of(prices, symbols), ""


def _put(ground: Ground, what: WhatIf) -> Put | Stuck:
    target, stands_for = what.target, ""
    if target == BOND_LEG:
        fund = next((one for one in BONDS if one in ground.prices), CASH)
        target, stands_for = fund, BOND_LEG
    bar = ground.prices.latest(target) if target and target != CASH else None
    if target and target != CASH and bar is None:
        return Stuck("no_price", facts={"symbol": target})
    amount = what.amount
    if what.shares or what.share:
        assert bar is not None, "only shares of a symbol are counted"
        amount = (
            what.shares * bar.close if what.shares else -what.share * ground.held.get(target, 0)
        )
    if not target and not ground.held:
        return Stuck("nothing_held")
    change = (
        {target: amount}
        if target
        else {symbol: amount * worth / ground.worth for symbol, worth in ground.held.items()}
    )
    rng = np.random.default_rng([ground.seed, 10])
    try:
        found = mix(ground.prices, ground.held, change, until=ground.until, rng=rng)
    except Overdrawn as fact:
        return Stuck("overdrawn", facts={"symbol": fact.symbol, "held": fact.held})
    except Unsolvable as fact:
        return Stuck("no_beta", facts={"reason": fact.reason})
    return Put(found, amount, target, stands_for, None if bar is None else bar.close)
