"""Questions that come later: how a trade went after a month, how somebody feels in the morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from conversations.actions import drafts
from conversations.actions.journal import journaling, learning
from conversations.messages import Address, Button, Reply, pack, row
from conversations.quiet_hours import may_speak, next_moment, window_of
from conversations.wording import formats
from conversations.wording import journal as words
from engine.journal.aftermath import follow
from engine.ledger import Trade
from storage.records import JournalQuestion, Person
from storage.unit_of_work import UnitOfWork

MOOD = "mood"  # of the preferences: whether to ask in the morning
MORNING = time(8, 55)
MOOD_LATE = timedelta(hours=4)  # after which a morning is over
WENT_LATE = timedelta(days=14)  # after which nobody wants to be asked any more
SATURDAY = 5


async def ask_next(work: UnitOfWork, now: datetime, sources: Sequence[str]) -> bool:
    """Settle the question that is due longest: it lies in the outbox, waits for the end of quiet
    hours, or is dropped. False when none is due; all in the transaction of ``work``."""
    question = await work.journal.due(now)
    if question is None:
        return False
    person = await work.users.get(question.person)
    formats.use(person.preferences.get(formats.KEY))
    until = next_moment(now, person.time_zone, window_of(person.preferences))
    late = MOOD_LATE if question.trade is None else WENT_LATE
    if until is None or not _wanted(person, question) or now - question.due_at > late:
        await work.journal.drop(question.id, now)
    elif not may_speak(now, person.time_zone, window_of(person.preferences)):
        await work.journal.put_off(question.id, until)
        return True
    elif (tomorrow := await _tomorrow(work, question, person, now)) is not None:
        await work.journal.put_off(question.id, tomorrow)
        return True
    else:
        reply = await _reply(work, question, person, now, sources)
        if reply is None:
            await work.journal.drop(question.id, now)
        else:
            await work.journal.asked(question.id, now)
            await work.outbox.add(question.channel, question.chat, pack(reply))
    if question.trade is None and _wanted(person, question):
        here = Address(question.channel, question.chat)
        await plan_mood(work, person, question.portfolio, here, now)
    return True


async def _tomorrow(
    work: UnitOfWork, question: JournalQuestion, person: Person, now: datetime
) -> datetime | None:
    """When to ask instead, where they were asked of another trade today; None: now."""
    place = ZoneInfo(person.time_zone)
    today = datetime.combine(now.astimezone(place).date(), time(), place)
    if question.trade is None or not await work.journal.asked_since(person.id, today):
        return None
    morning = datetime.combine(today.date() + timedelta(days=1), journaling.HOUR, place)
    return next_moment(morning, person.time_zone, window_of(person.preferences))


def _wanted(person: Person, question: JournalQuestion) -> bool:
    if question.trade is None:
        return bool(person.preferences.get(MOOD))
    return journaling.asks(person.preferences)


async def plan_mood(
    work: UnitOfWork, person: Person, portfolio: UUID, here: Address, now: datetime
) -> datetime | None:
    """Ask for the mood on the next weekday's morning; when, None where nothing may be asked."""
    place = ZoneInfo(person.time_zone)
    today = now.astimezone(place).date()
    for shift in range(8):
        day = today + timedelta(days=shift)
        morning = datetime.combine(day, MORNING, place)
        if day.weekday() >= SATURDAY or morning <= now:
            continue
        due = next_moment(morning, person.time_zone, window_of(person.preferences))
        if due is not None:
            await work.journal.ask_later(
                JournalQuestion(
                    uuid4(), portfolio, person.id, None, here.channel, here.chat, due, now
                )
            )
        return due
    raise AssertionError("a week has a weekday")


async def _reply(
    work: UnitOfWork,
    question: JournalQuestion,
    person: Person,
    now: datetime,
    sources: Sequence[str],
) -> Reply | None:
    """What is asked; None of a trade that was undone."""
    if question.trade is None:
        buttons = [Button(sign, f"mood:{value}") for value, sign in words.MOODS.items()]
        return Reply(words.ask_mood(), row(*buttons))
    trade = await _standing(work, question.portfolio, question.trade)
    if trade is None:
        return None
    portfolio = await work.portfolios.get(question.portfolio)
    today = now.astimezone(ZoneInfo(person.time_zone)).date()
    prices = await work.market.prices(None, sources)
    market = learning.market_of(prices)
    seen = follow([trade], prices, today, market)
    own, against = float(seen.own[0]), float(seen.market[0])
    work.journal.whose = person.id
    told = await journaling.told_of(work, portfolio.id, [trade])
    entry, notes = told[trade.id]
    instrument = (await work.instruments.universe()).get(trade.symbol)
    text = words.went(
        trade,
        entry,
        notes,
        None if own != own or against != against else (own, against),
        words.market_name(market, len(prices.symbols) - 1),
        instrument.currency if instrument else portfolio.currency,
        (today - trade.at.astimezone(ZoneInfo(person.time_zone)).date()).days,
    )
    short = drafts.short(trade.id)
    answers = {"Yes": "yes", "No": "no", "Skip": "skip"}
    buttons = [Button(label, f"went:{short}:{key}") for label, key in answers.items()]
    return Reply(text, row(*buttons), why=words.why_verdict())


async def _standing(work: UnitOfWork, portfolio: UUID, id: UUID) -> Trade | None:
    found = await work.trades.by_id(portfolio, id)
    return await work.trades.get(portfolio, found.number) if found else None
