"""What is said of a trade that somebody waits with, and when the time is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from conversations.wording.figures import day, money, short_day, signed_percent
from conversations.wording.reminders import moment
from storage.records import Reminder

Facts = Mapping[str, Any]


def waits(wanted: Reminder, reason: str) -> str:
    at = moment(wanted.due_at, wanted.time_zone)
    said = f" Your reason: “{reason}”" if reason else ""
    return f"✅ Not saved. You wait with {wanted.words} until {at}.{said}"


def told(facts: Facts, currency: str) -> str:
    asked = day(date.fromisoformat(facts["asked"]))
    lines = [f"The time you gave yourself is over: {facts['trade']}, since {asked}."]
    if facts["reason"]:
        lines.append(f"You wanted to wait because: “{facts['reason']}”")
    elif facts["told"]:
        lines.append(f"You had read: {facts['told']}")
    lines.append(_meanwhile(facts))
    lines.append("Nothing was saved of it.")
    if facts.get("late"):
        lines.append(overdue(facts["late"]))
    return "\n".join(lines)


def overdue(due: str) -> str:
    return f"It comes late: it was due on {due}, and I was not running."


def _meanwhile(facts: Facts) -> str:
    before, after = facts["before"], facts["after"]
    if not facts["symbol"]:
        return "I no longer have that trade, so I can't say what its price did."
    if before is None or after is None:
        return f"I have no newer close of {facts['symbol']} than when you decided to wait."
    moved = signed_percent(after[1] / before[1] - 1.0, 1)
    closes = [
        f"{money(one[1], facts['currency'])} ({short_day(date.fromisoformat(one[0]))})"
        for one in (before, after)
    ]
    return f"{facts['symbol']} meanwhile, by closes: {closes[0]} → {closes[1]}, {moved}."


def why(facts: Facts) -> str:
    return (
        "You chose to wait with this trade, so it comes after the time you chose, inside your "
        "hours. What the price did is a fact of one share, no judgement of your decision; time "
        "between an impulse and an act is what waiting is for (Ariely and Wertenbroch 2002)."
    )


def nothing_open() -> str:
    return (
        "There is no open trade to wait with. Tell me the trade first, then say "
        '"cool off 48 hours".'
    )


def too_long(days: int) -> str:
    return f"I keep a trade for {days} days at most. Say a shorter time, or set a reminder."


def dropped() -> str:
    return "Dropped. Nothing was saved."


def gone() -> str:
    return "I no longer have that trade. Nothing was saved; tell me the trade again."
