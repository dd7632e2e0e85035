"""What is said instead of a prediction: what came after such days, and after one's purchases."""

from __future__ import annotations

from conversations.actions.likening import After, Record
from conversations.wording.figures import count, percent, short_day, signed_percent
from conversations.wording.trades import demo_mark
from engine.market.instruments import Instrument
from engine.prices import Bar
from engine.record.likeness import AFTER, BEFORE, Rises

FEW = 10  # spells below which a share of them says next to nothing


def cannot_know(symbol: str) -> str:
    what = symbol or "a share"
    return (
        f"I can't know that. I can show how {what} moved after days like today, "
        "or how you did after such guesses."
    )


def no_advice(symbol: str) -> str:
    """To “should I buy?”: neither yes nor no."""
    what = symbol or "a share"
    return (
        "I don't advise buying or selling, and nobody knows what comes. What I can do: show how "
        f"{what} moved after days like today, how you did after such purchases, or try it out: "
        f"“what if I put 1,000 into {symbol or 'AAPL'}”."
    )


def which_share() -> str:
    return "Of which share? For example: “how did AAPL move after days like today?”"


def no_history(symbol: str) -> str:
    return f"I have too few prices of {symbol} to look for days like today."


def history(found: After, *, demo: bool) -> str:
    like, alike = found.likeness, found.likeness.alike
    week = f"the last {BEFORE} trading days: {signed_percent(like.move, 1)}"
    first = f"{demo_mark(demo=demo)}After days like today ({week}), {found.symbol} "
    if not alike.n:
        return f"{first}has no earlier day of that kind in my prices."
    return "\n".join(
        [
            f"{first}stood higher a month later {_times(alike)}.",
            f"{_interval(alike)}; middle half of the moves {_half(alike)}.",
            f"On any day: {percent(like.usual.share)} of {count(like.usual.n, 'month')}. "
            f"{_verdict(found)}",
            f"Prices {short_day(found.since)} to {short_day(found.until)}. Not a forecast.",
        ]
    )


def _verdict(found: After) -> str:
    alike, usual = found.likeness.alike, found.likeness.usual
    if alike.n < FEW:
        return "So few cases say next to nothing."
    if alike.low <= usual.share <= alike.high:
        return "That is no clear difference."
    return "That differs, and such differences rarely last."


def record(found: Record, *, demo: bool) -> str:
    what = f"{found.symbol} " if found.symbol else ""
    bought = count(found.purchases, f"{what}purchase".strip())
    mark = demo_mark(demo=demo)
    if not found.purchases:
        return f"{mark}You have recorded no purchases yet, so there is nothing to count."
    if not found.rises.n:
        return f"{mark}None of your {bought} has prices a month later yet."
    left = found.purchases - found.rises.n
    lines = [
        f"{mark}A month after your purchases {'of ' + found.symbol + ' ' if found.symbol else ''}"
        f"the share stood higher {_times(found.rises)}.",
        f"{_interval(found.rises)}; the median move was {signed_percent(found.rises.median, 1)}, "
        f"the middle half {_half(found.rises)}.",
        "The market's own rises are in it. It says how it went, not what comes next."
        if found.rises.n >= FEW
        else "So few cases say next to nothing.",
    ]
    if left > 0:
        lines.append(f"Left out: {count(left, 'purchase')} too recent, or without prices.")
    return "\n".join(lines)


def _times(found: Rises) -> str:
    return f"{found.up} of {count(found.n, 'time')} ({percent(found.share)})"


def _interval(found: Rises) -> str:
    return f"90% range of that share: {percent(found.low)}–{percent(found.high)}"


def _half(found: Rises) -> str:
    low, high = found.spread
    return f"{signed_percent(low, 1)} to {signed_percent(high, 1)}"


def why_history() -> str:
    return (
        f"A day counts as alike when the {BEFORE} trading days before it moved much as the last "
        "ones did (within a tenth of all days by rank). Months are counted once, without overlap: "
        f"{AFTER} trading days each. The range is Wilson's for a share of cases."
    )


def why_record() -> str:
    return (
        f"Each share you bought on a day is followed for {AFTER} trading days, by its closes, "
        "without fees and dividends. The range is Wilson's for a share of cases; purchases of "
        "one week share their market, so it is rather too narrow."
    )


def quote(
    instrument: Instrument | None,
    symbol: str,
    bar: Bar,
    before: Bar | None,
    said: str,
    *,
    demo: bool,
) -> str:
    """``said``: the close in words, with its currency."""
    name = f"{instrument.name} ({symbol})" if instrument and instrument.name != symbol else symbol
    first = f"{demo_mark(demo=demo)}{name} closed at {said} on {short_day(bar.day)}"
    if before is None:
        return f"{first}."
    return f"{first}, {signed_percent(bar.close / before.close - 1, 1)} on the day before."


def no_quote(symbol: str) -> str:
    return f"I have no prices of {symbol}." if symbol else "Of which share? A ticker or a name."


def why_quote() -> str:
    return "The last daily close of your price sources; I have no prices within the day."
