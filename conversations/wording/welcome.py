"""The first words, the questions at the start, the demo and the help."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from conversations.wording.figures import count, day


def first_contact() -> str:
    return (
        "I help you see how your own habits affect your returns.\n"
        "Tell me your trades in plain words or drop a CSV file – I keep an exact ledger, look for "
        "costly patterns, and warn you before you repeat one.\n"
        "I'm a tool for education, not a licensed adviser. I can't place orders. "
        "Your data stays on this server."
    )


def what_is_stored() -> str:
    return (
        "Your trades, the messages of this chat, your settings, and the id of this chat. "
        "They stay in this server's database. No message is used for training, and nothing is "
        "sent to a language model."
    )


def welcome_back(positions: int, trades: int, *, demo: bool) -> str:
    where = "You're in the DEMO portfolio" if demo else "Welcome back"
    return f"{where}: {count(positions, 'position')}, {count(trades, 'trade')} recorded."


def ask_currency() -> str:
    return "1/4 · Which currency do you think in?"


def ask_zone() -> str:
    return "2/4 · Which time zone are you in? A city will do."


def zone_label(name: str, now: datetime) -> str:
    """``Berlin, 16:42 now``."""
    city = name.rpartition("/")[2].replace("_", " ")
    return f"{city}, {now.astimezone(ZoneInfo(name)):%H:%M} now"


def ask_hours() -> str:
    return (
        "3/4 · When may I message you first? At most one nudge a day, never in quiet hours. "
        'You can type hours too: "9 to 20 weekdays".'
    )


def ask_risk() -> str:
    return "4/4 · Your portfolio falls 20% in a month. What do you most likely do?"


def not_a_currency(said: str) -> str:
    return f'I don\'t know the currency "{said}". Type three letters such as EUR, CHF or SEK.'


def not_a_zone(said: str) -> str:
    return f'I don\'t know a place called "{said}". Type a large city, such as Zurich or Singapore.'


def not_hours(said: str) -> str:
    return f'I can\'t read "{said}" as hours. Type for example "9 to 20 weekdays", or "never".'


def hours(window: dict[str, object]) -> str:
    if window.get("never"):
        return "no nudges"
    days = "Mon–Fri" if window.get("weekdays") else "every day"
    return f"nudges {days} {window['from']:02d}–{window['to']:02d}"


def all_set(currency: str, zone: str, window: dict[str, object] | None, risk: str | None) -> str:
    parts = [currency, zone.rpartition("/")[2].replace("_", " ")]
    parts += [hours(window)] if window else []
    parts += [f"risk: {risk} (provisional, 1 answer)"] if risk else []
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


def help_text(intents: list[tuple[str, str]]) -> str:
    lines = [f"{summary}: “{example}”" for summary, example in intents]
    return "\n".join(
        [
            "Tell me trades in your own words; nothing is saved without your yes.",
            *lines,
            "Always: undo, cancel, why?",
        ]
    )


def settings(
    currency: str, zone: str, lots: str, *, short: bool, day_first: bool | None, demo: bool
) -> str:
    dates = {True: "day first (4/3 = 4 March)", False: "month first (4/3 = April 3)"}
    return "\n".join(
        [
            f"{'DEMO · ' if demo else ''}Your settings",
            f"Currency: {currency} · time zone: {zone}",
            f"Dates: {dates[day_first] if day_first is not None else 'I ask when in doubt'}",
            f"Gains counted: {'first in, first out' if lots == 'fifo' else 'average cost'}",
            f"Short positions: {'allowed' if short else 'not allowed'}",
        ]
    )


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
