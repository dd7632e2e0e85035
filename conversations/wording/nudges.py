"""What is said around the nudges: their buttons, what becomes of them, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from conversations.wording import cooling
from conversations.wording.figures import count, listed, short_day
from conversations.wording.reminders import moment
from conversations.wording.trades import demo_mark
from storage.nudge_records import Intention, NudgeRecord

SNOOZE, WHY, STOP = "Snooze 7 days", "Why this?", "Stop these"


def joined(told: Sequence[str], more: int) -> str:
    """Several reasons in one message, the heaviest first."""
    lines = [told[0], *(f"Also: {one}" for one in told[1:])]
    if more:
        lines.append(f'And {count(more, "other")}: say "my nudges".')
    return "\n".join(lines)


def of_team(name: str, lines: str) -> str:
    return lines if lines.startswith(name) else f"{name} · {lines}"


def elsewhere(name: str) -> str:
    return f'It is about your portfolio "{name}", which is not open now.'


def overdue(due: datetime, zone: str) -> str:
    return cooling.overdue(moment(due, zone))


def asked_for() -> str:
    return "You asked for that one, so it came once. There is nothing to stop; nothing was changed."


def keep_sending() -> str:
    return "You left the last three unanswered. Keep sending? Without a yes I stop."


def sent_once(days: int | None) -> str:
    if days is None:
        return "Sent once, inside your hours."
    when = "now" if days == 0 else f"in {count(days, 'day')}"
    return f"Sent once, inside your hours. Next possible {when}."


def snoozed(labels: Sequence[str], until: datetime, zone: str) -> str:
    day = short_day(until.astimezone(ZoneInfo(zone)).date())
    return f"✅ No {_named(labels)} nudges until {day}."


def stopped(labels: Sequence[str], others: Sequence[str]) -> str:
    stay = f" Others stay: {', '.join(map(plain, others))}." if others else ""
    named = _named(labels)
    return f"✅ {named[:1].upper()}{named[1:]} nudges off.{stay}"


def gone_on() -> str:
    return "✅ I go on: at most one a day and three a week."


def all_off() -> str:
    return "✅ No more nudges. Reminders you ask for and your intentions still come."


def unknown() -> str:
    return 'I no longer know which message that was. Say "my nudges" for the last ones.'


def fine() -> str:
    return "OK."


def no_limit() -> str:
    return "There is no limit to change here."


def ask_limit(label: str, now: str) -> str:
    return f"{label}: I speak from {now} on. From when shall I?"


def limit_set(label: str, chosen: str) -> str:
    return f"✅ {label}: I speak from {chosen} on."


def overview(
    said: Sequence[tuple[date, str]],
    waiting: Sequence[NudgeRecord],
    labels: Sequence[str],
    zone: str,
    *,
    demo: bool,
    silent: bool,
) -> str:
    """What was said last and what waits; ``silent``: they were asked and said nothing."""
    lines = [f"{short_day(day)}: {text}" for day, text in said]
    head = "Your last nudges:" if lines else "No nudges so far. They come seldom."
    lines = [demo_mark(demo=demo) + head, *lines]
    if waiting:
        first = min(one.decide_at for one in waiting if one.decide_at is not None)
        told = ", ".join(map(plain, labels))
        lines.append(f"Waiting: {told}; not before {moment(first, zone)}.")
    if silent:
        lines.append("I stopped after three without an answer.")
    if demo:
        lines.append("About the demo none come: its market stands still.")
    return "\n".join(lines)


def intention_kept(said: Intention, day: date) -> str:
    return (
        f"✅ Kept: “{said.words}”\nI'll quote it to you once {_subject(said)} has "
        f"{_moved(said.change)} since {short_day(day)}, by the closing price."
    )


def intention_now(said: Intention) -> str:
    return f"{_subject(said)}, {_moved(said.change)}: “{said.words}”"


def intentions(waiting: Sequence[Intention]) -> str:
    if not waiting:
        return 'No intentions yet. Say one: "if AAPL falls 20% I will read my plan first".'
    lines = [
        f"{n}) “{one.words}” (since {short_day(one.made_at.date())})"
        for n, one in enumerate(waiting, 1)
    ]
    return "\n".join(["Your intentions, quoted back when their moment comes:", *lines])


def intention_gone(said: Intention) -> str:
    return f"↩️ Forgotten: “{said.words}”"


def no_such_intention() -> str:
    return "There is no such intention. Nothing was changed."


def too_many_intentions(most: int) -> str:
    return f'You have {count(most, "intention")} waiting, the most I keep. Say "my intentions".'


def nothing_to_watch(name: str) -> str:
    if not name:
        return "You hold nothing with a price yet, so there is nothing for me to watch."
    return f"I know no prices of {name}, so I could not tell when that happens. Nothing was kept."


def too_small() -> str:
    return "Say a fall of 1 to 99% or a rise of 1 to 1,000%. Nothing was kept."


def demo_stands_still() -> str:
    return "The demo's market stands still, so that moment would never come. Nothing was kept."


def _subject(said: Intention) -> str:
    return {"": "your portfolio", "*": "the market"}.get(said.symbol, said.symbol)


def _moved(change: float) -> str:
    return f"{'fallen' if change < 0 else 'risen'} {abs(change) * 100:g}%"


def plain(label: str) -> str:
    """``pace``, ``FOMO``: a class within a sentence."""
    return label if label.isupper() else label.lower()


def _named(labels: Sequence[str]) -> str:
    return listed(list(map(plain, labels)))
