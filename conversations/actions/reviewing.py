"""Finding biases in a portfolio: read, compute outside of any transaction, keep the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import numpy as np

from conversations.actions import pricing
from conversations.actions.context import context_of
from conversations.actions.pricing import Freshness
from conversations.desk import DEMO, Desk
from conversations.wording import bias as words
from conversations.wording import bias_pictures as pictures
from engine.diagnosis import DISCRETIONARY, BiasFinding, Convention, Profile
from engine.diagnosis.events import Event, find_events, transitions
from engine.diagnosis.examination import diagnose
from engine.diagnosis.twin import Twin, replay
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import Context
from engine.record.record import Record, prepare
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Case:
    """All that a portfolio is judged by, as it was read; it can travel to another process."""

    portfolio: PortfolioRecord
    trades: tuple[Trade, ...]
    prices: Prices
    until: date
    context: Context
    freshness: Freshness

    @property
    def seed(self) -> int:
        """The same books give the same figures."""
        return self.portfolio.id.int ^ self.portfolio.version

    @property
    def symbols(self) -> frozenset[str]:
        return symbols_of(self.trades)

    def record(self) -> Record:
        return prepare(
            self.trades,
            self.prices,
            until=self.until,
            convention=convention_of(self.portfolio),
            context=self.context,
        )


@dataclass(frozen=True, slots=True)
class Examined:
    """What the heavy part of a review finds."""

    profile: Profile
    twin: Twin | None  # where a bias was detected
    events: tuple[Event, ...]
    png: bytes


@dataclass(frozen=True, slots=True)
class Review:
    """A profile with its picture, and the state of the books it is about."""

    portfolio: PortfolioRecord
    profile: Profile
    twin: Twin | None
    events: tuple[Event, ...]
    png: bytes
    freshness: Freshness
    until: date
    prices_until: date | None
    symbols: frozenset[str]  # all that was traded


async def open_case(desk: Desk, portfolio: UUID, now: datetime, *, fresh: bool = True) -> Case:
    """Read a portfolio with its market; ``fresh`` asks the live feeds first, if there are any."""
    async with desk.storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
        trades = await work.trades.of(portfolio)
    freshness = Freshness()
    if fresh and not record.demo and desk.live:
        freshness = await pricing.refresh(desk, symbols_of(trades), now)
    async with desk.storage.transaction() as work:
        sources = (DEMO,) if record.demo else desk.sources
        prices = await work.market.prices(None, sources)
        person = await work.users.get(record.person)
        first = min((trade.at.date() for trade in trades), default=None)
        context = await context_of(work, person, record, trades, crowd_since=first)
    until = prices.last_day if record.demo and prices.last_day else now.date()
    return Case(record, tuple(trades), prices, until, context, freshness)


def symbols_of(trades: Sequence[Trade]) -> frozenset[str]:
    return frozenset(trade.symbol for trade in trades if trade.symbol)


async def review(desk: Desk, portfolio: UUID, now: datetime) -> Review:
    """Examine all trades of a portfolio; asks the live feeds first where there are any."""
    case = await open_case(desk, portfolio, now)
    found = await desk.compute(examine_and_draw, case)
    return Review(
        portfolio=case.portfolio,
        profile=found.profile,
        twin=found.twin,
        events=found.events,
        png=found.png,
        freshness=case.freshness,
        until=case.until,
        prices_until=case.prices.until(case.until).last_day,
        symbols=case.symbols,
    )


def convention_of(portfolio: PortfolioRecord) -> Convention:
    """How the trades of a portfolio are reconstructed: with short sales where they are allowed."""
    return replace(DISCRETIONARY, short_sales=portfolio.allow_short)


def examine_and_draw(case: Case) -> Examined:
    """The heavy part, for another process: statistics, intervals, the twin and the picture."""
    from charts import bias_profile  # here: matplotlib is slow to import, and others only talk

    profile, twin, events = examine(case)
    png = bias_profile.draw(
        [one for one in profile.findings if words.is_scored(one)],
        title=pictures.chart_title(profile.findings),
        subtitle=pictures.chart_subtitle(profile.trades, profile.first, profile.last),
        names=words.names(),
        currency=case.portfolio.currency,
    )
    return Examined(profile, twin, events, png)


def examine(case: Case) -> tuple[Profile, Twin | None, tuple[Event, ...]]:
    """The same without the picture; the twin where a bias was detected."""
    record = case.record()
    profile = diagnose(record, np.random.default_rng(case.seed))
    twin = None
    if any(one.detected for one in profile.findings):
        twin = replay(record, profile.findings, np.random.default_rng([case.seed, 1]))
    return profile, twin, find_events(record, profile.findings)


async def keep(work: UnitOfWork, review: Review, now: datetime) -> None:
    """Store the findings, the trades that show a habit, and what began or ended to be seen."""
    found = review.profile.findings
    await keep_findings(work, review.portfolio, found, review.events, review.until, now)


async def keep_findings(
    work: UnitOfWork,
    portfolio: PortfolioRecord,
    findings: Sequence[BiasFinding],
    events: Sequence[Event],
    until: date,
    now: datetime,
) -> None:
    """The same of a look that nobody asked for."""
    before = await work.scores.latest(portfolio.id)
    await work.scores.add(portfolio.id, portfolio.version, findings, now)
    turned = transitions(before[1] if before else (), findings, until)
    await work.events.add_all(portfolio.id, [*events, *turned], now)


async def known_finding(
    desk: Desk, portfolio: UUID, bias: str
) -> tuple[PortfolioRecord, BiasFinding | None]:
    """The latest finding of ``bias``; None where the trades have changed since, or were never
    looked at."""
    async with desk.storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
        latest = await work.scores.latest(portfolio)
    if latest is None or latest[0] != record.version:
        return record, None
    return record, next((one for one in latest[1] if one.bias == bias), None)
