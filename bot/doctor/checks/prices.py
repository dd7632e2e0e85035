"""Sources of prices: does each of them answer, and how new is what it has?"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from bot.doctor.verdict import PATIENCE, State, Verdict
from bot.settings import BadSettings, Settings
from bot.sources import open_feeds
from storage.feeds import BadPriceFile, Feed, FeedUnreachable, demo

ASKED = "SPY"  # of every source
LATE = timedelta(days=7)  # a weekend and a few holidays are no sign of anything


async def look(settings: Settings) -> list[Verdict]:
    try:
        feeds = open_feeds(settings)
    except BadSettings as fact:
        return [Verdict("Prices", State.BAD, str(fact), "Mend BPO_SOURCES in .env")]
    today = datetime.now(UTC).date()
    return [await _look_at(name, one, today) for name, one in feeds.items()]


async def _look_at(name: str, feed: Feed, today: date) -> Verdict:
    thing = f"Prices ({name})"
    if name == demo.NAME:
        try:
            found = await asyncio.to_thread(demo.read)
        except FeedUnreachable as fact:
            return Verdict(thing, State.BAD, fact.reason, "Run make setup again")
        return Verdict(thing, State.GOOD, f"{len(found.symbols)} shares to {found.last_day}")
    try:
        asked = feed.bars([ASKED], today - 2 * LATE, today)
        result = await asyncio.wait_for(asked, PATIENCE)
    except (FeedUnreachable, BadPriceFile, TimeoutError) as fact:
        told = f"no answer ({fact or 'too slow'}); what is stored, and the demo, go on working"
        return Verdict(thing, State.WEAK, told, "Look at the network, or set BPO_PRICES_CSV")
    bars = result.bars.get(ASKED, ())
    newest = bars[-1].day if bars else result.as_of
    if newest is None:
        told = f"it answers, and knows nothing of {ASKED} in the last two weeks"
        return Verdict(thing, State.WEAK, told, "Use another source, or a newer file")
    if today - newest > LATE:
        return Verdict(thing, State.WEAK, f"its newest close is of {newest}", "Use a newer one")
    return Verdict(thing, State.GOOD, f"answers; newest close {newest}")
