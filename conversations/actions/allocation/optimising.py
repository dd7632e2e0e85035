"""Reading what a proposal is made of, outside of the computing process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from conversations.actions import pricing, trading
from conversations.actions.allocation import proposals, wishes
from conversations.actions.allocation.proposals import (
    Answer,
    Question,
    Situation,
    Tested,
)
from conversations.actions.books import overview
from conversations.actions.pricing import Freshness
from conversations.desk import DEMO, Desk
from conversations.messages import Reply, pack
from conversations.tasks import Job
from conversations.turn import Turn
from engine.ledger import Portfolio, book
from storage.records import Person, PortfolioRecord

KEY = "proposal"  # of the chat's memory
NOON = time(12, 0)  # of a day of the demo: its trades are made at the close


@dataclass(frozen=True, slots=True)
class Opened:
    """A situation and whose it is."""

    person: Person
    portfolio: PortfolioRecord
    situation: Situation
    freshness: Freshness


async def open_situation(desk: Desk, portfolio: UUID, now: datetime) -> Opened:
    """Read a portfolio with its market; asks the live feeds first, if there are any."""
    async with desk.storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
        booked = book(await work.trades.of(portfolio), trading.rules_of(record))
    held = frozenset(one.symbol for one in booked.positions())
    freshness = Freshness()
    if not record.demo and desk.live:
        freshness = await pricing.refresh(desk, held, now)
    async with desk.storage.transaction() as work:
        sources = (DEMO,) if record.demo else desk.sources
        prices = await work.market.prices(None, sources)
        person = await work.users.get(record.person)
        universe = await work.instruments.universe()
        latest = await work.scores.latest(portfolio)
    until = prices.last_day if record.demo and prices.last_day else now.date()

    def currency_of(symbol: str) -> str:
        found = universe.get(symbol)
        return found.currency if found else record.currency

    seen = overview(booked, prices.until(until), currency_of, {})
    currency = seen.totals[0].currency if seen.totals else record.currency
    inside, elsewhere = _sort(booked, seen.unpriced, {s: currency_of(s) for s in held}, currency)
    return Opened(
        person,
        record,
        Situation(
            prices=prices,
            until=until,
            at=datetime.combine(until, NOON, UTC) if record.demo else now,
            held=inside,
            currency=currency,
            universe=universe,
            wishes=wishes.kept(person, record),
            findings=latest[1] if latest else (),
            results={
                one.symbol: one.gain / abs(float(one.cost))
                for one in seen.holdings
                if one.gain is not None and one.cost
            },
            elsewhere=elsewhere,
        ),
        freshness,
    )


def _sort(
    booked: Portfolio, unpriced: tuple[str, ...], currencies: Mapping[str, str], currency: str
) -> tuple[dict[str, Decimal], dict[str, str]]:
    """What can be worked with, and what cannot and why: there are no exchange rates."""
    inside: dict[str, Decimal] = {}
    elsewhere: dict[str, str] = {}
    for one in booked.positions():
        if one.quantity < 0:
            elsewhere[one.symbol] = "short"
        elif currencies[one.symbol] != currency:
            elsewhere[one.symbol] = "currency"
        elif one.symbol in unpriced:
            elsewhere[one.symbol] = "no_price"
        else:
            inside[one.symbol] = one.quantity
    return inside, elsewhere


def choosable(situation: Situation, question: Question) -> bool:
    """Whether there are shares to choose from besides those that are looked at already."""
    return not question.everything and not set(situation.priced) <= set(situation.held)


def closes_of(situation: Situation) -> date | None:
    """The newest day of which something that is held has a close."""
    prices = situation.prices.until(situation.until)
    days = [bar.day for symbol in situation.held if (bar := prices.latest(symbol)) is not None]
    return max(days, default=None)


def last(turn: Turn) -> dict[str, Any]:
    """The last question about this portfolio, with the turnover that its answer took."""
    found: dict[str, Any] = turn.state.get(KEY, {})
    return found if found.get("portfolio") == str(turn.portfolio.id) else {}


def last_question(turn: Turn) -> Question | None:
    """None where nothing was asked about this portfolio."""
    packed = last(turn).get("question")
    return proposals.unpack(packed) if packed else None


def propose(situation: Situation, question: Question) -> Answer:
    """See ``proposing.propose``; for another process."""
    from conversations.actions.allocation import proposing  # here: its methods are slow to import

    return proposing.propose(situation, question)


def look_at_unseen(situation: Situation, question: Question) -> Tested | None:
    """See ``unseen.look_at_unseen``; for another process."""
    from conversations.actions.allocation import unseen

    return unseen.look_at_unseen(situation, question)


async def show(job: Job, text: str) -> None:
    """Say how far a task is, in the message that promised it, unless it was called off."""
    promised = job.task
    async with job.desk.storage.transaction() as work:
        going = await work.tasks.is_open(
            promised.kind, promised.channel, promised.chat, promised.person, promised.details
        )
        if going and promised.reply_to is not None:
            await work.outbox.edit(promised.reply_to, pack(Reply(text)))
    await job.desk.storage.bell.ring("outbox")
