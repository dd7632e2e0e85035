"""Finding biases in a portfolio: read, compute outside of any transaction, keep the findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import numpy as np

from conversations.actions import pricing
from conversations.actions.pricing import Freshness
from conversations.desk import DEMO, Desk
from conversations.wording import bias as words
from engine.diagnosis import DISCRETIONARY, BiasFinding, Convention, Profile, examine
from engine.ledger import Trade
from engine.prices import Prices
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Review:
    """A profile with its picture, and the state of the books it is about."""

    portfolio: PortfolioRecord
    profile: Profile
    png: bytes
    freshness: Freshness
    prices_until: date | None
    symbols: frozenset[str]  # all that was traded


async def review(desk: Desk, portfolio: UUID, now: datetime) -> Review:
    """Examine all trades of a portfolio; asks the live feeds first where there are any."""
    async with desk.storage.transaction() as work:
        record = await work.portfolios.get(portfolio)
        trades = await work.trades.of(portfolio)
    symbols = frozenset(trade.symbol for trade in trades if trade.symbol)
    freshness = Freshness()
    if not record.demo and desk.live:
        freshness = await pricing.refresh(desk, symbols, now)
    async with desk.storage.transaction() as work:
        sources = (DEMO,) if record.demo else desk.sources
        prices = await work.market.prices(None, sources)
    until = prices.last_day if record.demo and prices.last_day else now.date()
    seed = record.id.int ^ record.version  # the same books give the same figures
    profile, png = await desk.compute(examine_and_draw, trades, prices, until, seed, record)
    return Review(record, profile, png, freshness, prices.until(until).last_day, symbols)


def convention_of(portfolio: PortfolioRecord) -> Convention:
    """How the trades of a portfolio are reconstructed: with short sales where they are allowed."""
    return replace(DISCRETIONARY, short_sales=portfolio.allow_short)


def examine_and_draw(
    trades: Sequence[Trade], prices: Prices, until: date, seed: int, portfolio: PortfolioRecord
) -> tuple[Profile, bytes]:
    """The heavy part, for another process: statistics, intervals and the picture."""
    from charts import bias_profile  # here: matplotlib is slow to import, and others only talk

    profile = examine(
        trades,
        prices,
        until=until,
        rng=np.random.default_rng(seed),
        convention=convention_of(portfolio),
    )
    png = bias_profile.draw(
        profile.findings,
        title=words.chart_title(profile.findings),
        subtitle=words.chart_subtitle(profile.trades, profile.first, profile.last),
        names=words.NAMES,
        currency=portfolio.currency,
    )
    return profile, png


async def keep(work: UnitOfWork, review: Review, now: datetime) -> None:
    """Store the findings, and an event for each bias that was detected."""
    portfolio = review.portfolio
    await work.scores.add(portfolio.id, portfolio.version, review.profile.findings, now)
    for finding in review.profile.findings:
        if finding.detected:
            context = {"theta": finding.theta, "se": finding.se, "n": finding.n}
            await work.events.add(portfolio.id, finding.bias, finding.intensity / 100, context, now)


def draw_evidence(finding: BiasFinding) -> bytes:
    """The picture of the trades behind a finding, for another process."""
    from charts import aftermath

    return aftermath.draw(finding, title=words.evidence_title(finding))
