"""Proposing, confirming, undoing and restoring trades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from conversations.actions.context import context_of
from conversations.actions.drafts import Content, trade_id
from conversations.actions.twins import looks
from conversations.reading.meaning import Issue, TradeReading
from engine.diagnosis import DISCRETIONARY, BiasFinding, monitor
from engine.ledger import (
    ImpossibleTrade,
    Kind,
    LotMethod,
    NotEnoughShares,
    Portfolio,
    Position,
    Rules,
    Trade,
    book,
)
from engine.prices import Prices
from engine.record.context import Context
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork

CLOSING_TIME = time(16, 0)
EXCHANGE_ZONE = ZoneInfo("America/New_York")
ONE = Decimal(1)
CROWD_BEFORE = timedelta(days=7)  # what others did earlier says nothing of a trade today
CASH = frozenset({Kind.FEE, Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.INTEREST})


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be answered before the draft can be saved; one at a time."""

    index: int  # of the trade in the draft
    issue: Issue | None = None  # something about the words
    oversell: NotEnoughShares | None = None
    twin: Trade | None = None  # an identical trade that is recorded already
    impossible: ImpossibleTrade | None = None  # it cannot have happened as told


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft, looked at from all sides."""

    draft: UUID
    content: Content
    trades: tuple[Trade, ...]  # as they would be booked; empty while a question is open
    question: Question | None = None
    gains: tuple[tuple[Decimal, Decimal] | None, ...] = ()  # per sale: money, share of its cost
    shorted: tuple[Decimal, ...] = ()  # per trade: how many shares it leaves the person short
    warning: monitor.Warning | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Trades that have just been recorded, and what is held of the last one's asset now."""

    trades: tuple[Trade, ...]
    position: Position | None
    weight: float | None  # of the position in the portfolio; None without prices


def moment(reading: TradeReading, today: date, zone: str, now: datetime, *, demo: bool) -> datetime:
    """When the trade happened: the time said, else the close of that day, but never later than now.

    One rule for every day, so that a purchase told today and a sale told tomorrow as "yesterday"
    come in the order in which they were told.
    """
    on = reading.on or today
    if reading.at_time is not None:
        return datetime.combine(on, reading.at_time, ZoneInfo(zone))
    close = datetime.combine(on, CLOSING_TIME, EXCHANGE_ZONE)
    return close if demo else min(close, now)


def as_trade(reading: TradeReading, id: UUID, at: datetime, *, planned: bool) -> Trade:
    """The trade that a reading without open issues describes."""
    assert reading.side is not None, "a reading without a side has an issue"
    if reading.side in CASH or (reading.side is Kind.DIVIDEND and reading.price is None):
        quantity, price = ONE, reading.amount
    else:
        quantity, price = reading.quantity or Decimal(0), reading.price
    if reading.side is Kind.SPLIT:
        price = Decimal(0)
    assert price is not None, "a reading without a price has an issue"
    return Trade(
        id=id,
        at=at,
        kind=reading.side,
        symbol=reading.symbol or "",
        quantity=quantity,
        price=price,
        fee=reading.fee,
        planned=planned,
        note=reading.note,
    )


def rules_of(portfolio: PortfolioRecord, *, allow_short: bool = False) -> Rules:
    return Rules(LotMethod(portfolio.lot_method), portfolio.allow_short or allow_short)


async def weigh(
    work: UnitOfWork,
    *,
    portfolio: PortfolioRecord,
    draft: UUID,
    content: Content,
    zone: str,
    today: date,
    now: datetime,
    prices: Prices,
) -> Proposal:
    """Look at a draft from all sides: what is unclear, what cannot be, what it would feed."""
    for index, reading in enumerate(content.readings):
        if reading.issues:
            return Proposal(draft, content, (), Question(index, issue=reading.issues[0]))
    new = tuple(
        as_trade(
            reading,
            trade_id(draft, index),
            moment(reading, today, zone, now, demo=portfolio.demo),
            planned=content.planned,
        )
        for index, reading in enumerate(content.readings)
    )
    recorded = await work.trades.of(portfolio.id)
    if not content.twins and (question := _twin(recorded, new)) is not None:
        return Proposal(draft, content, (), question)
    rules = rules_of(portfolio, allow_short=content.allow_short)
    try:
        after = book([*recorded, *new], rules)
    except NotEnoughShares as short_of:
        return Proposal(draft, content, (), _oversold(new, short_of))
    except ImpossibleTrade as fact:
        return Proposal(draft, content, (), Question(_place(new, fact.trade), impossible=fact))
    gains = tuple(_gain(after, trade) for trade in new)
    warning = None
    if not content.warned and not content.planned:
        latest = await work.scores.latest(portfolio.id)
        findings = latest[1] if latest and latest[0] == portfolio.version else None
        context = await _context(work, portfolio, [*recorded, *new], whole=findings is None)
        warning = _foresee(recorded, new, prices, findings, portfolio, context)
    shorted = tuple(_shorted(after, trade) for trade in new)
    return Proposal(draft, content, new, gains=gains, shorted=shorted, warning=warning)


async def _context(
    work: UnitOfWork, portfolio: PortfolioRecord, trades: Sequence[Trade], *, whole: bool
) -> Context:
    """What a warning may rest on besides trades; of the crowd only the days before the proposed
    trade, unless the ``whole`` record has to be judged anew."""
    person = await work.users.get(portfolio.person)
    days = [trade.at.date() for trade in trades]
    since = min(days) if whole else days[-1] - CROWD_BEFORE
    return await context_of(work, person, portfolio, trades, crowd_since=since)


def _foresee(
    recorded: Sequence[Trade],
    new: Sequence[Trade],
    prices: Prices,
    findings: Sequence[BiasFinding] | None,
    portfolio: PortfolioRecord,
    context: Context,
) -> monitor.Warning | None:
    """The most trusted warning about any of ``new``."""
    convention = replace(DISCRETIONARY, short_sales=portfolio.allow_short)
    found = [
        monitor.foresee(
            [*recorded, *new[:n]],
            trade,
            prices,
            findings,
            convention=convention,
            context=context,
        )
        for n, trade in enumerate(new)
        if trade.kind in (Kind.BUY, Kind.SELL)
    ]
    return monitor.most_trusted(one for one in found if one is not None)


def _twin(recorded: Sequence[Trade], new: Sequence[Trade]) -> Question | None:
    """The first of ``new`` that looks exactly like something recorded on the same day."""
    known = {looks(trade): trade for trade in recorded}
    for index, trade in enumerate(new):
        if looks(trade) in known:
            return Question(index, twin=known[looks(trade)])
    return None


def _oversold(new: Sequence[Trade], fact: NotEnoughShares) -> Question:
    return Question(_place(new, fact.trade), oversell=fact)


def _place(new: Sequence[Trade], wrong: Trade) -> int:
    """Which of ``new`` it is; the first where it is an older trade that no longer fits."""
    return next((n for n, trade in enumerate(new) if trade.id == wrong.id), 0)


def _shorted(after: Portfolio, trade: Trade) -> Decimal:
    held = after.held(trade.symbol) if trade.kind is Kind.SELL else Decimal(0)
    return min(trade.quantity, -held) if held < 0 else Decimal(0)


def _gain(after: Portfolio, trade: Trade) -> tuple[Decimal, Decimal] | None:
    """What ``trade`` gains, in money and as a share of what was paid; nothing if none closes."""
    closed = [closure for closure in after.closures if closure.trade_id == trade.id]
    cost = sum((closure.cost for closure in closed), Decimal(0))
    if not closed or not cost:
        return None
    gain = sum((closure.gain for closure in closed), Decimal(0))
    return gain, gain / abs(cost)


async def confirm(
    work: UnitOfWork,
    proposal: Proposal,
    portfolio: PortfolioRecord,
    prices: Prices,
    now: datetime,
) -> Saved:
    """Record the trades of a draft that ``drafts.take`` has just handed out.

    The caller holds the portfolio's lock and has weighed the draft under it, so the trades fit.
    """
    if proposal.content.allow_short and not portfolio.allow_short:
        await work.portfolios.change(portfolio.id, allow_short=True)
    numbered = []
    for trade in proposal.trades:
        number = await work.trades.add(portfolio.id, trade, now=now)
        numbered.append(replace(trade, number=number))
    rules = rules_of(portfolio, allow_short=proposal.content.allow_short)
    booked = await settle(work, portfolio, rules)
    position = booked.position(numbered[-1].symbol) if numbered[-1].symbol else None
    weight = weight_of(booked, position, prices) if position else None
    return Saved(tuple(numbered), position, weight)


async def settle(work: UnitOfWork, portfolio: PortfolioRecord, rules: Rules) -> Portfolio:
    """Re-book the whole history and bring the positions up to it. The portfolio is locked."""
    booked = book(await work.trades.of(portfolio.id), rules)
    await work.positions.replace(
        portfolio.id,
        [(one.symbol, one.quantity, one.average_cost) for one in booked.positions()],
    )
    await work.portfolios.bump(portfolio.id)
    return booked


def weight_of(booked: Portfolio, position: Position, prices: Prices) -> float | None:
    """The share of ``position`` in the value of all positions, at the last closes."""
    values = {one.symbol: value_of(booked, one, prices) for one in booked.positions()}
    known = [value for value in values.values() if value is not None]
    own = values.get(position.symbol)
    total = sum(known)
    return own / total if own is not None and len(known) == len(values) and total > 0 else None


def value_of(booked: Portfolio, position: Position, prices: Prices) -> float | None:
    """What a position is worth at the last close; nothing where that close is older than a lot."""
    bar = prices.latest(position.symbol)
    bought = [lot.opened_at for lot in booked.lots if lot.symbol == position.symbol]
    if bar is None or max(bought).astimezone(EXCHANGE_ZONE).date() > bar.day:
        return None
    return float(position.quantity) * bar.close


async def void(
    work: UnitOfWork, portfolio: PortfolioRecord, trade: Trade, now: datetime
) -> Portfolio | None:
    """Take a trade out of the books; nothing when it is out already. The portfolio is locked.

    Raises NotEnoughShares when a later sale needs it; then nothing may be kept.
    """
    if not await work.trades.void(portfolio.id, trade.id, now):
        return None
    return await settle(work, portfolio, rules_of(portfolio))


async def restore(
    work: UnitOfWork, portfolio: PortfolioRecord, trade: UUID, now: datetime
) -> Portfolio | None:
    """Put an undone trade back; nothing when it is back already. The portfolio is locked."""
    if not await work.trades.restore(portfolio.id, trade, now):
        return None
    return await settle(work, portfolio, rules_of(portfolio))
