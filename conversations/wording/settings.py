"""What is said of settings: shown, changed, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.nudge_classes import CLASSES, WAYS, NudgeClass, way_of
from conversations.wording.figures import percent
from conversations.wording.formats import FORMATS, Format


def place(zone: str) -> str:
    """``Berlin``."""
    return zone.rpartition("/")[2].replace("_", " ")


def hours(window: Mapping[str, Any]) -> str:
    """``Mon–Fri 9–20``, ``every day 8–22``, ``never``."""
    if window.get("never"):
        return "never"
    days = "Mon–Fri" if window.get("weekdays") else "every day"
    return f"{days} {window['from']}–{window['to']}"


def full_hours(window: Mapping[str, Any]) -> str:
    """``Mon–Fri 09:00–20:00``."""
    days = "Mon–Fri" if window.get("weekdays") else "every day"
    return f"{days} {window['from']:02d}:00–{window['to']:02d}:00"


def settings(
    currency: str,
    zone: str,
    lots: str,
    *,
    short: bool,
    day_first: bool | None,
    demo: bool,
    window: Mapping[str, Any],
    preferences: Mapping[str, Any],
    risk: str,
    style: Format,
    journal: bool,
) -> str:
    dates = {True: "day first (4/3 = 4 March)", False: "month first (4/3 = April 3)"}
    read = dates[day_first] if day_first is not None else "I ask when in doubt"
    return "\n".join(
        [
            f"{'DEMO · ' if demo else ''}Your settings",
            f"Currency: {currency} · time zone: {zone}",
            f"I may message you: {hours(window)} · nudges: {nudges_in_short(preferences)} · "
            f"journal questions: {'on' if journal else 'off'}",
            f"Dates: {read} · written as in {style.country}",
            f"Gains counted: {'first in, first out' if lots == 'fifo' else 'average cost'}",
            f"Short positions: {'allowed' if short else 'not allowed'} · risk: {risk}",
        ]
    )


def nudges_in_short(preferences: Mapping[str, Any]) -> str:
    ways = {way_of(preferences, one.name) for one in CLASSES}
    return f"all {ways.pop()}" if len(ways) == 1 else "mixed"


def lots_changed(lots: str) -> str:
    how = "first in, first out" if lots == "fifo" else "average cost"
    return f"✅ Gains are now counted by {how}, for all trades of this portfolio."


def short_changed(*, allowed: bool) -> str:
    return "✅ Short positions are allowed now." if allowed else "✅ Short positions are off now."


def short_needed(symbol: str) -> str:
    return f"You are short {symbol} at some time, so I can't turn that off. Nothing was changed."


def currency_changed(code: str) -> str:
    return (
        f"✅ Your currency is now {code}, for cash and for shares I don't know. "
        "Shares I know stay in the currency they are quoted in: I have no exchange rates yet."
    )


def changed(what: str, value: str) -> str:
    return f"✅ {what} is now {value}."


def ask_currency() -> str:
    return 'Which currency? Type three letters: "currency EUR".'


def hours_set(window: Mapping[str, Any], zone: str) -> str:
    if window.get("never"):
        return "✅ I never message you first now. Reminders you ask for still come."
    return (
        f"✅ I may message you {full_hours(window)}, {place(zone)} time. All other hours are quiet."
    )


def ask_hours(window: Mapping[str, Any], zone: str) -> str:
    known = "never" if window.get("never") else f"{full_hours(window)}, {place(zone)} time"
    return f'I may message you first: {known}. Change it with "quiet hours 22 to 8" or "never".'


def hours_unread(said: str) -> str:
    return f'I can\'t read "{said}" as hours; I keep whole ones. Try "quiet hours 22 to 8".'


def nudges(preferences: Mapping[str, Any]) -> str:
    told: dict[str, list[str]] = {way: [] for way in WAYS}
    for one in CLASSES:
        told[way_of(preferences, one.name)].append(one.label)
    lines = [f"{way.capitalize()}: {', '.join(names)}" for way, names in told.items() if names]
    return "\n".join(
        ["Nudges, at most one a day:", *lines, 'Change one with "pace nudges silent".']
    )


def nudge(one: NudgeClass, way: str) -> str:
    return f"{one.label} nudges: {one.about}. Now {way}: {WAYS[way]}."


def nudge_set(one: NudgeClass, way: str) -> str:
    return f"✅ {one.label} nudges: {way}, {WAYS[way]}."


def nudges_set(way: str) -> str:
    return f"✅ All nudges: {way}, {WAYS[way]}."


def no_such_nudge(said: str) -> str:
    names = ", ".join(one.name for one in CLASSES)
    return f'I have no nudges called "{said[:40]}". There are: {names}.'


def format_set(style: Format, number: str, day: str) -> str:
    return (
        f"✅ Numbers and dates are now as in {style.country}: {number}, {day}. Words stay English."
    )


def ask_format() -> str:
    names = ", ".join(one.country for one in FORMATS.values())
    return f'How shall I write numbers and dates? As in {names}: "format Germany".'


def no_such_format(said: str) -> str:
    return f'I don\'t know how "{said[:40]}" is written. {ask_format()}'


def confirm_reset() -> str:
    return (
        "Reset all settings to how they were at the start? "
        "Trades, notes, limits, goals and the quiz stay."
    )


def reset() -> str:
    return (
        "↩️ All settings are as at the start: USD, UTC, messages every day 8–22, nudges on, "
        "gains first in, first out."
    )


def taken_back() -> str:
    return "↩️ That setting is as it was before."


def not_remembered() -> str:
    return "I no longer know what that was before. Nothing was changed."


def more() -> str:
    return "More settings: what shall it be?"


def tolerance(share: float) -> str:
    return f"a fall of {percent(share)} is bearable"


def own_already(code: str) -> str:
    return f"Your portfolio is in {code} already."


def no_rate(code: str, own: str) -> str:
    return (
        f"I know no exchange rate from {own} to {code}, and I invent none: figures stay in the "
        f"currency that your shares are quoted in. Nothing was changed.\n"
        f"“currency {code}” only says what new amounts are in."
    )
