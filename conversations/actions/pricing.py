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

    No transaction is open while a feed is asked. A feed that fails is left out and named; what it
    said before that is kept.
    """
    wanted = sorted(set(symbols))
    loaded: list[str] = []
    unreachable: list[str] = []
    for feed in desk.live:
        if not wanted:
            break
        try:
            loaded += await _ask(desk, feed, wanted, now.date())
        except _Silent as fact:
            log.warning("a price feed failed", feed=feed.name, reason=fact.reason)
            loaded += fact.loaded
            unreachable.append(feed.name)
        wanted = [symbol for symbol in wanted if symbol not in loaded]
    return Freshness(tuple(loaded), tuple(wanted), tuple(unreachable))


class _Silent(Exception):
    """A feed did not answer, or not any more."""

    def __init__(self, reason: str, loaded: list[str]) -> None:
        super().__init__(reason)
        self.reason, self.loaded = reason, loaded


async def _ask(desk: Desk, feed: Feed, symbols: list[str], today: date) -> list[str]:
    """Ask one feed, and store as it answers; the symbols it had bars of. Raises _Silent."""
    async with desk.storage.transaction() as work:
        known = await work.market.prices(symbols, (feed.name,))
    settled = {symbol: _settled(known, symbol) for symbol in symbols}
    loaded: list[str] = []
    since: dict[date, list[str]] = {}
    for symbol, bar in settled.items():
        since.setdefault(bar.day if bar else today - HISTORY, []).append(symbol)
    split: list[str] = []
    for first, those in since.items():
        for symbol, bars in (await _bars(feed, those, first, today, loaded)).items():
            if _moved(settled[symbol], bars):
                split.append(symbol)
            else:
                await _keep(desk, feed, symbol, bars, loaded)
    if split:  # all that was before the split has changed
        for symbol, bars in (await _bars(feed, split, today - HISTORY, today, loaded)).items():
            await _keep(desk, feed, symbol, bars, loaded, whole=True)
    return loaded


async def _bars(
    feed: Feed, symbols: list[str], since: date, today: date, loaded: list[str]
) -> Mapping[str, tuple[Bar, ...]]:
    """What a feed says of ``symbols``. Raises _Silent, with what was ``loaded`` before."""
    for symbol in symbols:
        yield_ = symbol
    return {}


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
