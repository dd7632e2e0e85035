"""The end of a time that somebody gave themselves before a trade (Ariely and Wertenbroch 2002,
"Procrastination, deadlines, and performance"; Loewenstein 1996 on what waiting does)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.actions import drafts
from conversations.messages import Button
from conversations.nudging.kind import Facts, Kind, Look, Occasion
from conversations.wording import cooling as words
from conversations.wording.reminders import moment
from engine.prices import Bar, Prices
from storage.records import Reminder
from storage.unit_of_work import UnitOfWork

LATE = timedelta(hours=24)  # so long after its moment somebody should know that nobody was on watch
LASTS = timedelta(days=7)  # asked for: a few days of quiet hours are no reason to drop it


def find(look: Look) -> Sequence[Occasion]:
    """Its job wants it at the moment that was chosen."""
    return ()


async def over(
    work: UnitOfWork, wanted: Reminder, sources: Sequence[str], now: datetime
) -> Occasion:
    """What is to be said of a trade somebody waited with; also where its draft is gone."""
    draft = await work.drafts.get(wanted.subject, wanted.person) if wanted.subject else None
    content = drafts.unpack(draft.content) if draft else None
    symbol = (content.readings[0].symbol or "") if content else ""
    place = ZoneInfo(wanted.time_zone)
    asked = wanted.created_at.astimezone(place).date()
    prices = await work.market.prices(None, sources)
    before, after = _closes(prices, symbol, asked, now.astimezone(place).date())
    instrument = (await work.instruments.universe()).get(symbol)
    portfolio = await work.portfolios.get(wanted.portfolio)
    facts = {
        "draft": drafts.short(draft.id) if draft else "",
        "trade": wanted.words,
        "asked": asked.isoformat(),
        "reason": content.reason if content else "",
        "told": content.told if content else "",
        "late": moment(wanted.due_at, wanted.time_zone) if now - wanted.due_at > LATE else "",
        "symbol": symbol,
        "currency": instrument.currency if instrument else portfolio.currency,
        "before": before,
        "after": after,
    }
    return Occasion(str(wanted.id), facts, 5.0, LASTS)


Close = tuple[str, float]  # ISO day, price


def _closes(
    prices: Prices, symbol: str, asked: date, today: date
) -> tuple[Close | None, Close | None]:
    """The closes that were known when they decided to wait and now; None where none is newer."""
    if symbol not in prices:
        return None, None
    before, after = prices.until(asked).latest(symbol), prices.until(today).latest(symbol)
    if before is None or after is None or after.day <= before.day:
        return None, None
    return _told(before), _told(after)


def _told(bar: Bar) -> Close:
    return bar.day.isoformat(), bar.close


def answers(facts: Facts) -> Sequence[Button]:
    draft = facts["draft"]
    if not draft:
        return ()
    return [
        Button("Record it", f"cooled:{draft}:record"),
        Button("Drop it", f"cooled:{draft}:drop"),
        Button("Wait another day", f"cooled:{draft}:again"),
    ]


KIND = Kind(
    name="cool_off",
    group="fomo",
    source="Ariely and Wertenbroch 2002",
    find=find,
    told=words.told,
    why=words.why,
    again=timedelta(0),
    asked_for=True,
    answers=answers,
    scheduled=True,
)
