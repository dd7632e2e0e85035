"""The first words, the questions at the start, the demo and the help."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from conversations.wording.figures import count, day, listed
from conversations.wording.risk_profile import FALL
from conversations.wording.settings import full_hours, hours, place


def first_contact() -> str:
    return (
        "I help you see how your own habits affect your returns.\n"
        "Tell me your trades in plain words or send a broker CSV – I check for patterns, test "
        "ideas on history and warn you before you repeat a costly one.\n"
        "I'm a tool for education, not a licensed adviser. I can't place orders. "
        "Your data stays on this server."
    )


def what_is_stored() -> str:
    return (
        "Your trades, notes, settings, and your chat id, with the messages of this chat. "
        "No message is used for training.\nOptional AI wording is off."
    )


def privacy() -> str:
    return "\n".join(
        [
            "What I keep, in the database of this server only:",
            "Trades, notes, reasons, moods, settings, reports, reminders; dropped files for a day.",
            "The messages of this chat and its id on this app; no other contact data.",
            "Who sees it: you, and those you share a portfolio with. Logs hold ids, not words.",
            "What many bought counts only in sums. Whether nudges help is tested: ask "
            '"what is tested on me?".',
            "Not used for training, not sold. Export or delete it here:",
        ]
    )


def welcome_back(positions: int, trades: int, *, demo: bool) -> str:
    where = "You're in the DEMO portfolio" if demo else "Welcome back"
    return f"{where}: {count(positions, 'position')}, {count(trades, 'trade')} recorded."


def ask_currency() -> str:
    return "1/4 · Which currency do you think in?"


def other_currency() -> str:
    return "Which one? Type three letters, such as CHF or SEK."


def ask_zone() -> str:
    return "2/4 · Time zone? This app doesn't tell me."


def other_zone() -> str:
    return "Which one? Type a large city near you, such as Zurich or Singapore."


def zone_label(name: str, now: datetime, *, first: bool) -> str:
    """``Berlin, 16:42 now``, and ``London, 15:42`` after it."""
    label = f"{place(name)}, {now.astimezone(ZoneInfo(name)):%H:%M}"
    return f"{label} now" if first else label


def ask_hours() -> str:
    return "3/4 · When may I message you first? At most one nudge a day, never in quiet hours."


def hours_set(window: Mapping[str, Any], zone: str) -> str:
    """``Nudges Mon–Fri 09:00–20:00 Berlin. OK.``"""
    if window.get("never"):
        return "I never message you first. OK."
    return f"Nudges {full_hours(window)} {place(zone)}. OK."


def ask_fall() -> str:
    return f"4/4 · {FALL}"


def ask_more() -> str:
    return "Two more short questions make it less of a guess (30 s). Continue?"


def not_a_currency(said: str) -> str:
    return f'I don\'t know the currency "{said}". Type three letters such as EUR, CHF or SEK.'


def not_a_zone(said: str) -> str:
    return f'I don\'t know a place called "{said}". Type a large city, such as Zurich or Singapore.'


def not_hours(said: str) -> str:
    return f'I can\'t read "{said}" as hours. Type for example "9 to 20 weekdays", or "never".'


def not_an_answer() -> str:
    return "Please tap one of these, or Skip."


def nudges(window: Mapping[str, Any]) -> str:
    return "no nudges" if window.get("never") else f"nudges {hours(window)}"


def all_set(
    currency: str, zone: str, window: Mapping[str, Any] | None, risk: str, answers: int
) -> str:
    """``✅ Set: EUR · Berlin · nudges Mon–Fri 9–20 · risk: balanced (…).``"""
    parts = [currency, place(zone)]
    parts += [nudges(window)] if window else []
    parts += [f"risk: {risk} (provisional, {answers} of 3 answers)"] if risk else []
    return (
        f"✅ Set: {' · '.join(parts)}.\n"
        'Try: "bought 10 AAPL at 125.70 on 28 Dec 2022" – or drop a CSV here.'
    )


def demo_started(trades: int, first: date, last: date) -> str:
    return (
        f"DEMO · loaded a made-up investor's portfolio on real prices: {count(trades, 'trade')}, "
        f"{day(first)} to {day(last)}.\n"
        f"The demo's today is {day(last)}, the last day of its data. "
        'Nothing here touches your own portfolio; "end demo" removes it.\n'
        'Ask "biases", "portfolio", or tell me a trade: "sold 10 AAPL at 125.70 today".'
    )


def demo_on_already() -> str:
    return 'DEMO · the demo portfolio is open already. "end demo" removes it.'


def demo_unavailable() -> str:
    return (
        "I can't open the demo: its market data is not loaded. "
        'Nothing was changed. The operator can load it with "bpo prices demo".'
    )


def demo_ended() -> str:
    return "The demo portfolio is gone. You're back in your own portfolio."


def no_demo() -> str:
    return "No demo portfolio is open. Nothing was changed."


def start_over(trades: int, *, opened: bool) -> str:
    """Which kind of beginning is meant."""
    kept = (
        f"{count(trades, 'trade is', 'trades are')} recorded" if trades else "Nothing is recorded"
    )
    ways = ["ask the four questions of the start again", "lead you to deletion, which asks again"]
    if opened:
        ways.insert(0, "clear the open question or card")
    asked = f"What shall begin again? {kept}, and nothing was changed."
    return f"{asked}\nI can {listed(ways, 'or')}."


def nothing_cleared() -> str:
    return "OK – everything stays as it is."


HELP = {  # the headings of the help, the everyday ones first
    "trades": "Trades",
    "habits": "Habits",
    "proposals": "Proposals",
    "past": "The past",
    "journal": "Journal",
    "books": "Your books",
    "reminders": "Reminders",
    "team": "Together",
    "settings": "Settings",
    "data": "Your data",
}
FIRST = 5  # headings on the first page
SHOWN, LONGEST = 4, 95  # examples under a heading, and characters of them


def help_text(groups: Mapping[str, list[tuple[str, str]]], *, more: bool) -> str:
    """Each heading with a few examples; ``groups`` holds (summary, example) of each heading.

    ``more``: the second page.
    """
    wanted = list(HELP)[FIRST:] if more else list(HELP)[:FIRST]
    first = "Tell me trades in your own words; nothing is saved without your yes."
    last = "Always: undo, cancel, back, why?, help – and “more” for teams, settings, your data."
    if more:
        first, last = "And this, in your own words too:", "Always: undo, cancel, back, why?, help."
    lines = [f"{HELP[name]}: {_examples(groups[name])}" for name in wanted if groups.get(name)]
    return "\n".join([first, *lines, last])


def _examples(listed_ones: list[tuple[str, str]]) -> str:
    shown: list[str] = []
    for _, example in listed_ones:
        said = [*shown, f"“{example}”"]
        if len(said) <= SHOWN and len(" · ".join(said)) <= LONGEST:
            shown = said
    return " · ".join(shown)


def help_about(name: str, listed_ones: list[tuple[str, str]]) -> str:
    """All of one heading, a line each."""
    return "\n".join([f"{HELP[name]}:", *(f"{what}: “{how}”" for what, how in listed_ones)])
