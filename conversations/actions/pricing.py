"""Asking the price feeds, outside of any transaction, and keeping what they said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from conversations.actions import drafts
from conversations.desk import Desk
from conversations.reading.meaning import TradeReading
from conversations.turn import Turn
from storage.feeds import BadPriceFile, FeedUnreachable

log = structlog.get_logger(__name__)

HISTORY = timedelta(days=366 * 10)  # how far back a first request goes
ASK_AGAIN_AFTER = 3600  # seconds before a feed is asked about the same thing again


@dataclass(frozen=True, slots=True)
class Freshness:
    """What became of a request for prices."""

    loaded: tuple[str, ...] = ()  # symbols that got new bars
    missing: tuple[str, ...] = ()  # symbols that no feed knows
    unreachable: tuple[str, ...] = ()  # feeds that did not answer


async def refresh(desk: Desk, symbols: Iterable[str], now: datetime) -> Freshness:
    """Ask each live feed, best first, for what is not known yet; store what it says.

    No transaction is open while a feed is asked. A feed that fails is left out and named.
    """
    wanted = sorted(set(symbols))
    loaded: list[str] = []
    unreachable: list[str] = []
    for feed in desk.live:
        if not wanted:
            break
        since = await _since(desk, feed.name, wanted, now.date())
        try:
            result = await feed.bars(wanted, since, now.date())
        except (FeedUnreachable, BadPriceFile) as fact:
            log.warning("a price feed failed", feed=feed.name, reason=str(fact))
            unreachable.append(feed.name)
            continue
        async with desk.storage.transaction() as work:
            for symbol, bars in result.bars.items():
                await work.market.load(feed.name, symbol, bars)
        loaded += list(result.bars)
        wanted = [symbol for symbol in wanted if symbol not in result.bars]
    return Freshness(tuple(loaded), tuple(wanted), tuple(unreachable))


async def _since(desk: Desk, source: str, symbols: list[str], today: date) -> date:
    """From when bars are missing: the earliest last day known among ``symbols``."""
    async with desk.storage.transaction() as work:
        known = await work.market.prices(symbols, (source,))
    last = [bar.day for symbol in symbols if (bar := known.latest(symbol)) is not None]
    return min(last) if len(last) == len(symbols) and last else today - HISTORY


async def wanting(turn: Turn, readings: Iterable[TradeReading]) -> bool:
    """Whether a live feed should be asked before these trades can be checked."""
    if turn.portfolio.demo or not turn.desk.live:
        return False
    prices, today = await turn.prices(), await turn.today()
    for reading in readings:
        on = reading.on or today
        if not reading.symbol or on > today or prices.bar(reading.symbol, on) is not None:
            continue
        key = f"asked:{reading.symbol}:{on}"
        if await turn.desk.cache.allow(key, 1, ASK_AGAIN_AFTER):
            return True
    return False


def symbols_of(content: drafts.Content) -> list[str]:
    return [reading.symbol for reading in content.readings if reading.symbol]
