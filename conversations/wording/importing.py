"""What is said about a dropped file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from conversations.wording.figures import count, listed, shares, short_day
from conversations.wording.trades import demo_mark
from engine.trade_file import Problem

REASONS = {
    # a line of a file that cannot be read
    "columns_missing": "these columns are missing",
    "fields_missing": "too few columns",
    "nul_byte": "it holds a character that is no text",
    "side_unknown": "the side is neither buy nor sell",
    "zero_quantity": "the quantity is 0",
    "quantity_negative": "the quantity is below 0",
    "price_not_positive": "the price is not above 0",
    "fee_negative": "the fee is below 0",
    "number_missing": "a number is missing",
    "number_unreadable": "this is not a number",
    "number_ambiguous": "this number can be read in two ways",
    "number_out_of_range": "this number is too large or too small",
    "time_missing": "the time is missing",
    "time_unreadable": "the time cannot be read",
    "time_implausible": "the time is too long ago or too far ahead",
    "symbol_missing": "the symbol is missing",
    "symbol_unreadable": "the symbol cannot be read",
    "score_out_of_range": "the score is outside of the range it can have",
    "country_unreadable": "the country is not a code of two letters",
    "duplicate_row": "another line says it already",
    # a trade that could be read, and that no statistic uses
    "no_price": "it has no price",
    "after_until": "it is later than the last day looked at",
    "opened_before_file": "it sells what was bought before the first trade",
}
MOST_SHOWN = 5


def preview(
    name: str,
    new: int,
    known: int,
    problems: Sequence[Problem],
    span: tuple[date, date] | None,
    *,
    demo: bool,
) -> str:
    """What was read, what is known already, and every line that failed with its number."""
    when = f", {short_day(span[0])} to {short_day(span[1])}" if span else ""
    lines = [f"{demo_mark(demo=demo)}{name}: {count(new, 'new trade')}{when}."]
    if known:
        lines.append(f"{count(known, 'trade')} in it I know already; left out.")
    if problems:
        lines.append(failed(problems))
    return "\n".join(lines)


def failed(problems: Sequence[Problem]) -> str:
    shown = [
        f"line {one.line}: {REASONS.get(one.reason, one.reason.replace('_', ' '))}"
        + (f' – "{one.text[:40]}"' if one.text else "")
        for one in problems[:MOST_SHOWN]
    ]
    more = f"\nand {len(problems) - MOST_SHOWN} more." if len(problems) > MOST_SHOWN else ""
    verb = "couldn't be read"
    return f"{count(len(problems), 'line')} {verb}:\n" + "\n".join(shown) + more


def nothing_in_it(name: str, problems: Sequence[Problem], first_line: str) -> str:
    lines = [f"I found no trades in {name}, so nothing was saved."]
    lines += [failed(problems)] if problems else []
    lines.append(
        "I read CSV files with the columns time, symbol, side, quantity, price and, if you have "
        f'it, fee. First line of yours: "{first_line[:80]}"'
    )
    return "\n".join(lines)


def several_investors(names: Sequence[str]) -> str:
    return (
        f"That file holds {count(len(names), 'investor')} ({listed(list(names)[:5])}), and this is "
        'one portfolio. Nothing was saved. "bpo report FILE" reports on each of them.'
    )


def not_text(name: str) -> str:
    return f"{name} is not a text file I can read. I read CSV up to 5 MB. Nothing was saved."


def too_big(name: str) -> str:
    return f"{name} is too big for me: I read CSV up to 5 MB and 50,000 lines. Nothing was saved."


def does_not_fit(symbol: str, wanted: Decimal, held: Decimal, on: date) -> str:
    return (
        f"Those trades don't fit together: on {short_day(on)} {shares(wanted)} {symbol} are sold, "
        f"but only {shares(held)} are held. An earlier purchase seems to be missing. "
        "Nothing was saved."
    )


def reading(name: str) -> str:
    return f"Reading {name}…"


def importing() -> str:
    return "Importing…"


def moved_on() -> str:
    return "Your trades changed while I was importing. Nothing was saved; please drop it again."


def all_known(name: str, known: int) -> str:
    all_of = "the" if known == 1 else "all"
    return f"I know {all_of} {count(known, 'trade')} in {name} already. Nothing was added."


def pressed_before() -> str:
    return "That was pressed before. To import the file again, please drop it here again."


def imported(trades: int, *, demo: bool) -> str:
    return f"✅ {demo_mark(demo=demo)}Imported {count(trades, 'trade')}, as one step."


def gone() -> str:
    return "That file is no longer here. Please drop it again. Nothing was saved."


def dropped() -> str:
    return "OK, the file was not imported. Nothing was saved."


def ask_undo(trades: int, when: str, *, demo: bool) -> str:
    return f"{demo_mark(demo=demo)}Undo the import of {count(trades, 'trade')} ({when})?"


def removed(trades: int, *, demo: bool) -> str:
    return f"↩️ {demo_mark(demo=demo)}The import was undone: {count(trades, 'trade')} removed."


def restored(trades: int, *, demo: bool) -> str:
    return f"✅ {demo_mark(demo=demo)}The import was restored: {count(trades, 'trade')}."


def not_undone() -> str:
    return "There is no undone import to restore. Nothing was changed."


def no_longer_fits(symbol: str, held: Decimal, wanted: Decimal) -> str:
    return (
        f"I can't restore that import: {shares(wanted)} {symbol} would be sold while only "
        f"{shares(held)} are held. Nothing was changed."
    )


def needed_later(number: int) -> str:
    return (
        f"I can't undo that import: trade #{number} needs its shares. "
        f"Undo #{number} first. Nothing was changed."
    )
