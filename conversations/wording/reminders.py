"""What is said of reminders: noted, listed, sent, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.wording.figures import count, day, listed, shares
from conversations.wording.trades import demo_mark
from engine.optimization.recommendation import Recommendation
from storage.records import Reminder

MOST = 10  # reminders listed
FEW = 2  # trades named in a reminder
HOW = 'Say when and of what: "remind me tomorrow at 10 to look at AAPL", "remind me in 7 days".'


def moment(at: datetime, zone: str) -> str:
    """``Thu 19 Nov 2026, 10:00 (Berlin)``."""
    here = at.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    return f"{day(here.date())}, {here:%H:%M} ({place})"


def subject(wanted: Reminder) -> str:
    """``the trades of your proposal``, ``“call the broker”``."""
    match wanted.about:
        case "proposal":
            return "the trades of your proposal"
        case "plan":
            return f"{wanted.words}, which you wait with"
        case "trade":
            return f"{wanted.words}, which you did not save"
    return f"“{wanted.words}”"


def noted(wanted: Reminder) -> str:
    said = f"✅ Reminder: {moment(wanted.due_at, wanted.time_zone)}, about {subject(wanted)}."
    if wanted.time_zone == "UTC":
        said += '\nYour time zone is UTC; say "time zone Berlin" first if that is wrong.'
    return said


def card_put_off(wanted: Reminder) -> str:
    """Of a trade that was not saved after a warning."""
    at = moment(wanted.due_at, wanted.time_zone)
    return f"✅ Not saved. I'll remind you of {wanted.words} on {at}."


def which_moment() -> str:
    return f"When? {HOW}"


def no_such_moment() -> str:
    return f"I can't remind you then: that is past, years away, or on no calendar. {HOW}"


def which_subject() -> str:
    return f"There is no open proposal to remind you of. {HOW}"


def no_trade_yet() -> str:
    return (
        "Nothing is saved, so waiting costs nothing. To remind you of this trade I need its "
        "answer first; “cancel” drops it."
    )


def too_many(most: int) -> str:
    return f'You have {count(most, "reminder")} waiting, the most I keep. Say "my reminders".'


def list_of(waiting: Sequence[Reminder]) -> str:
    if not waiting:
        return f"No reminders. {HOW}"
    lines = [
        f"{n}) {moment(one.due_at, one.time_zone)}: {subject(one)}"
        for n, one in enumerate(waiting[:MOST], 1)
    ]
    if len(waiting) > MOST:
        lines.append(f"and {len(waiting) - MOST} more")
    return "\n".join(["Your reminders:", *lines])


def forgotten(gone: Sequence[Reminder]) -> str:
    if not gone:
        return "There is no such reminder. Nothing was changed."
    if len(gone) > 1:
        return f"↩️ Forgotten: {count(len(gone), 'reminder')}."
    return f"↩️ Forgotten: {moment(gone[0].due_at, gone[0].time_zone)}, {subject(gone[0])}."


def which_one(waiting: Sequence[Reminder]) -> str:
    return f"Which one?\n{list_of(waiting)}"


def back(wanted: Reminder) -> str:
    return noted(wanted)


def cannot_come_back() -> str:
    return "That reminder can't come back: it was sent, or never forgotten."


def of_proposal(told: Recommendation, told_day: datetime, *, demo: bool) -> str:
    """A reminder of trades that are open."""
    orders = [
        f"{'BUY' if one.order.shares > 0 else 'SELL'} {shares(abs(one.order.shares))} "
        f"{one.order.symbol}"
        for one in told.moves
    ]
    shown = orders[:FEW] if len(orders) > FEW + 1 else orders
    more = len(orders) - len(shown)
    named = listed([*shown, f"{more} more"] if more else shown)
    return (
        f"{demo_mark(demo=demo)}Reminder, as you asked: {named}, of your proposal of "
        f"{day(told_day.date())}.\nWhat is recorded of it, I count. I can't place orders."
    )


def of_ended_proposal(status: str, *, demo: bool) -> str:
    """A reminder of a proposal whose trades are not to be made any more."""
    why = {
        "replaced": "a newer one or a new limit has taken its place",
        "done": "your recorded trades follow it already",
        "dismissed": "you dismissed it",
    }.get(status, "it is out of date by now")
    return f"{demo_mark(demo=demo)}Reminder, as you asked, of your proposal: {why}."


def of_trade(wanted: Reminder, *, demo: bool) -> str:
    asked = day(wanted.created_at.astimezone(ZoneInfo(wanted.time_zone)).date())
    return (
        f"{demo_mark(demo=demo)}Reminder, as you asked on {asked}: {wanted.words}.\n"
        "Nothing was saved of it. Has anything changed since? If you traded, tell me the trade."
    )


def of_words(wanted: Reminder) -> str:
    asked = day(wanted.created_at.astimezone(ZoneInfo(wanted.time_zone)).date())
    return f"Reminder, as you asked on {asked}: {wanted.words}"


def elsewhere(*, demo: bool) -> str:
    """It is about a portfolio that is not open now."""
    if demo:
        return 'It is about the demo portfolio: say "demo" to get there.'
    return 'It is about your own portfolio: say "end demo" to get there.'
