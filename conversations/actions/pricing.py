"""Asking the price feeds, outside of any transaction, and keeping what they said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from conversations.actions import drafts
from conversations.desk import Desk
from conversations.reading.meaning import TradeReading
from conversations.turn import Turn
from engine.prices import Bar, Prices
from storage.feeds import BadPriceFile, Feed, FeedUnreachable

log = structlog.get_logger(__name__)

HISTORY = timedelta(days=366 * 10)  # how far back a first request goes
MOVED = 0.005  # of a close: rounding is less, any split is more
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
        had, answered = await _ask(desk, feed, wanted, now.date())
        loaded += had
        if not answered:
            unreachable.append(feed.name)
        wanted = [symbol for symbol in wanted if symbol not in had]
    return Freshness(tuple(loaded), tuple(wanted), tuple(unreachable))


async def _ask(
    desk: Desk, feed: Feed, symbols: Sequence[str], today: date
) -> tuple[list[str], bool]:
    """The symbols that a feed had bars of, now stored, and whether it answered to the end.

    Each is asked about from its last settled day on. If the close of that day is another one by
    now, there was a split and all that was before it has changed: then it is asked for as a whole.
    """
    async with desk.storage.transaction() as work:
        known = await work.market.prices(symbols, (feed.name,))
    settled = {symbol: _settled(known, symbol) for symbol in symbols}
    whole = today - HISTORY
    asking: deque[tuple[date, list[str]]] = deque(_by_day(settled, whole).items())
    loaded: list[str] = []
    while asking:
        since, those = asking.popleft()
        bars, answered = await _bars(feed, those, since, today)
        split = [one for one in those if since != whole and _moved(settled[one], bars.get(one))]
        new = {one: told for one, told in bars.items() if told and one not in split}
        async with desk.storage.transaction() as work:
            for symbol, told in new.items():
                await work.market.load(feed.name, symbol, told, whole=since == whole)
        loaded += list(new)
        if not answered:
            return loaded, False
        if split:
            asking.append((whole, split))
    return loaded, True


def _by_day(settled: Mapping[str, Bar | None], whole: date) -> dict[date, list[str]]:
    """From when each symbol has to be asked about: one request for those of the same day."""
    found: dict[date, list[str]] = {}
    for symbol, bar in settled.items():
        found.setdefault(bar.day if bar else whole, []).append(symbol)
    return found


def _settled(known: Prices, symbol: str) -> Bar | None:
    """The newest bar but one: the newest may be of a session that had not ended."""
    last = known.latest(symbol)
    if last is None:
        return None
    return known.until(last.day - timedelta(days=1)).latest(symbol) or last


def _moved(ours: Bar | None, told: Sequence[Bar] | None) -> bool:
    """Whether a day that was settled has another close now."""
    now = next((bar.close for bar in told or () if ours and bar.day == ours.day), None)
    return ours is not None and now is not None and abs(now / ours.close - 1) > MOVED


async def _bars(
    feed: Feed, symbols: Sequence[str], since: date, until: date
) -> tuple[Mapping[str, Sequence[Bar]], bool]:
    """What a feed says of ``symbols``, and whether it answered about all of them."""
    try:
        result = await feed.bars(symbols, since, until)
    except (FeedUnreachable, BadPriceFile) as fact:
        log.warning("a price feed failed", feed=feed.name, reason=str(fact))
        return {}, False
    return result.bars, set(symbols) <= {*result.bars, *result.missing}


async def wanting(turn: Turn, readings: Iterable[TradeReading]) -> bool:
    """Whether a live feed should be asked before these trades can be checked."""
    if turn.portfolio.demo or not turn.desk.live:
        return False
    prices, today = await turn.prices(), await turn.today()
    for reading in readings:
        on = reading.on or today
        if not reading.symbol or on > today or prices.bar(reading.symbol, on) is not None:
            continue
        here = turn.message.address  # what was asked for elsewhere may not have come yet
        key = f"asked:{here.channel}:{here.chat}:{reading.symbol}:{on}"
        if await turn.desk.cache.allow(key, 1, ASK_AGAIN_AFTER):
            return True
    return False


def symbols_of(content: drafts.Content) -> list[str]:
    return [reading.symbol for reading in content.readings if reading.symbol]
