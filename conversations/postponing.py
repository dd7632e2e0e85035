"""A trade that is put off: its card is closed, and a reminder speaks of it later."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversations.actions import drafts, reminding
from conversations.cards import show, weigh
from conversations.messages import Button, Reply, row
from conversations.reading.meaning import TradeReading
from conversations.turn import Turn
from conversations.wording import reminders as words
from conversations.wording import trades
from storage.records import Draft, Reminder

MORNING = time(9)
FARTHEST = timedelta(days=730)  # of a reminder


async def put_off(turn: Turn, draft: Draft, until: datetime) -> Reply:
    """Close the card and remind of its trade ``until`` then; nothing is saved."""
    proposal = await weigh(turn, draft.id, drafts.unpack(draft.content))
    if not proposal.trades:
        return await unanswered(turn, draft)
    first = proposal.trades[0]
    name = trades.short(first, await turn.currency_of(first.symbol))
    return await _close_and_remind(turn, draft, until, name)


async def unanswered(turn: Turn, draft: Draft) -> Reply:
    """The question that is open on the card, which has to be answered before one can wait."""
    asked = await show(turn, draft.id, drafts.unpack(draft.content))
    return replace(asked, text=f"{words.no_trade_yet()}\n{asked.text}")


async def plan(turn: Turn, draft: Draft, reading: TradeReading) -> Reply:
    """Close the card of a trade that is still to come, and remind of it on the morning of its
    day; nothing is saved."""
    assert reading.on is not None, "a day that has not come is a day"
    place = ZoneInfo(turn.person.time_zone)
    ahead = reading.on - await turn.today()  # of the demo, whose today lies in the past
    day = turn.now.astimezone(place).date() + min(ahead, FARTHEST)
    currency = await turn.currency_of(reading.symbol or "")
    name = trades.planned(reading, currency)
    return await _close_and_remind(turn, draft, datetime.combine(day, MORNING, place), name)


async def _close_and_remind(turn: Turn, draft: Draft, due: datetime, name: str) -> Reply:
    """``name``: of the trade, as the reminder will call it."""
    wanted = await reminding.note(turn, due, "trade", draft.id, name)
    if wanted is None:
        return noted(None)
    await turn.work.drafts.close(draft.id, turn.person.id, "cancelled")
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(
        words.card_put_off(wanted),
        row(reminding.undo_button(wanted), Button("My reminders", "pick:reminders")),
        replaces=f"draft:{drafts.short(draft.id)}",
    )


def noted(wanted: Reminder | None) -> Reply:
    """That a reminder is kept; None: that too many are."""
    if wanted is None:
        return Reply(words.too_many(reminding.MOST), row(Button("My reminders", "pick:reminders")))
    buttons = row(reminding.undo_button(wanted), Button("My reminders", "pick:reminders"))
    return Reply(words.noted(wanted), buttons)
