"""What is kept of why somebody traded: reasons, notes, and the question for a month later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from conversations.actions import drafts
from conversations.actions.files import openings
from conversations.messages import Button, Reply, row
from conversations.quiet_hours import next_moment, window_of
from conversations.turn import Turn
from conversations.wording import journal as words
from engine.journal.aftermath import HORIZON
from engine.ledger import Kind, Trade
from storage.records import JournalEntry, JournalQuestion, Note
from storage.unit_of_work import UnitOfWork

KEY = "journal"  # of the preferences: whether questions are asked
FLOW = "journal"  # while a reason is asked for
HOUR = time(10)  # of the day on which a question is asked
SURE = 5


def asks(preferences: Mapping[str, Any]) -> bool:
    return bool(preferences.get(KEY, True))


async def after_saving(turn: Turn, saved: Sequence[Trade], undo: Sequence[Button]) -> Reply:
    """What is asked below a trade that has just been saved: its last line, and all buttons.

    Once for each trade, of one purchase or sale at a time; an empty text where nothing is asked,
    as where others read along: why somebody trades is theirs alone.
    """
    trade = saved[0]
    one = len(saved) == 1 and trade.kind in (Kind.BUY, Kind.SELL)
    asked = one and not turn.message.shared and trade.note != openings.NOTE
    if not asked:
        return Reply("", row(*undo))
    if not asks(turn.person.preferences):
        return Reply("", row(*undo, Button("Add reason", f"addreason:{drafts.short(trade.id)}")))
    if not await keep(turn, trade, None):
        return Reply("", row(*undo))
    turn.state["flow"] = FLOW
    if trade.planned:
        await turn.work.journal.answer(turn.portfolio.id, trade.id, reason="plan")
        return Reply(words.ask_sure_of_plan(), row(*sure_buttons(trade.id), *undo))
    return Reply(words.ASK_WHY, row(*reason_buttons(trade.id), *undo))


def reason_buttons(trade: UUID) -> list[Button]:
    short = drafts.short(trade)
    buttons = [Button(label, f"reason:{short}:{key}") for key, label in words.REASONS.items()]
    return [*buttons, Button("Skip", f"reason:{short}:skip")]


def sure_buttons(trade: UUID) -> list[Button]:
    short = drafts.short(trade)
    return [Button(str(n), f"sure:{short}:{n}") for n in range(1, SURE + 1)]


async def keep(turn: Turn, trade: Trade, answers: Mapping[str, Any] | None) -> bool:
    """Open the entry of a trade and set ``answers`` in it; whether the entry is new."""
    journal, portfolio = turn.work.journal, turn.portfolio.id
    new = await journal.open(portfolio, turn.person.id, trade.id, turn.now)
    if new:
        day = turn.now.astimezone(ZoneInfo(turn.person.time_zone)).date()
        mood = await journal.mood(turn.person.id, day)
        await journal.answer(portfolio, trade.id, mood=mood)
    if answers:
        await journal.answer(portfolio, trade.id, **answers)
    return new


async def own_trade(turn: Turn, short: str) -> Trade | None:
    """The trade that a button names, if it stands in the portfolio that is spoken about."""
    id = drafts.long(short)
    found = await turn.work.trades.by_id(turn.portfolio.id, id) if id else None
    if found is None:
        return None
    return await turn.work.trades.get(turn.portfolio.id, found.number)


async def set_planned(turn: Turn, trade: Trade, *, planned: bool) -> None:
    """Leave a trade out of the bias scores, or take it in again: they are due anew."""
    await turn.work.portfolios.lock(turn.portfolio.id)
    await turn.work.journal.answer(turn.portfolio.id, trade.id, planned=planned)
    await turn.work.portfolios.bump(turn.portfolio.id)


async def add_note(turn: Turn, trade: Trade, said: str) -> Note:
    await keep(turn, trade, None)
    return await turn.work.journal.add(
        turn.portfolio.id, turn.person.id, trade.id, uuid4(), said, turn.now
    )


async def promise(turn: Turn, trade: Trade) -> int | None:
    """See that it is asked how a trade went; in how many days, None where it is not.

    Not of the demo, where time stands still, of an old trade, or against what somebody chose.
    """
    if turn.portfolio.demo or not asks(turn.person.preferences):
        return None
    waiting = await turn.work.journal.waiting(turn.person.id, trade.id)
    due = waiting.due_at if waiting else due_at(trade, turn)
    if due is None or due <= turn.now:
        return None
    here = turn.message.address
    question = JournalQuestion(
        id=uuid4(),
        portfolio=turn.portfolio.id,
        person=turn.person.id,
        trade=trade.id,
        channel=here.channel,
        chat=here.chat,
        due_at=due,
        at=turn.now,
    )
    if waiting is None and not await turn.work.journal.ask_later(question):
        return None  # asked before
    place = ZoneInfo(turn.person.time_zone)
    return (due.astimezone(place).date() - turn.now.astimezone(place).date()).days


def due_at(trade: Trade, turn: Turn) -> datetime | None:
    """A month after the trade, at ten in the person's zone or when they may next be spoken to."""
    place = ZoneInfo(turn.person.time_zone)
    day = trade.at.astimezone(place).date() + timedelta(days=HORIZON)
    wanted = datetime.combine(day, HOUR, place)
    return next_moment(wanted, turn.person.time_zone, window_of(turn.person.preferences))


async def told_of(
    work: UnitOfWork, portfolio: UUID, trades: Sequence[Trade]
) -> dict[UUID, tuple[JournalEntry | None, list[str]]]:
    """The entry of each trade and what was noted on it, oldest first: what was said when it was
    told comes before notes."""
    ids = [trade.id for trade in trades]
    entries = await work.journal.entries(portfolio)
    noted = await work.journal.notes(portfolio, ids)
    found = {}
    for trade in trades:
        own = [note.words for note in reversed(noted) if note.trade == trade.id]
        found[trade.id] = (entries.get(trade.id), [trade.note, *own] if trade.note else own)
    return found
