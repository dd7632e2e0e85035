"""What is asked about the columns of a file that nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conversations.wording.figures import count, listed

WANTED = {
    "date": "Which column is the date?",
    "symbol": "Which column names the share?",
    "side": "Which column says buy or sell?",
    "quantity": "Which column is the number of shares?",
    "price": "Which column is the price per share?",
}
NAMES = {
    "date": "date",
    "symbol": "share",
    "side": "buy or sell",
    "quantity": "quantity",
    "price": "price",
    "fee": "fee",
    "currency": "currency",
    "note": "note",
}
DAY_FIRST, MONTH_FIRST = "day first", "month first"
COMMA, POINT = "comma is decimal", "point is decimal"
BY_SIGN = "The sign of the quantity"


def ask(question: str, place: int, total: int, sample: Sequence[str]) -> str:
    rows = "\n".join(sample)
    return f"{place}/{total} · {question}\n{rows}"


def ask_order(column: str) -> str:
    return f"Is 03/04 in “{column}” the 3rd of April or March 4th?"


def ask_decimal() -> str:
    return "Is 1,234 more than a thousand, or a little more than one?"


def no_column(wanted: str) -> str:
    return (
        f"No column of that file can be the {NAMES[wanted]}, and without it I can't import it. "
        "Nothing was saved."
    )


def mapped(columns: Mapping[str, str]) -> str:
    told = listed([f"{NAMES[ours]} = {theirs}" for ours, theirs in columns.items()])
    return (
        f"Noted: {told}. The next file with this header needs no questions "
        '("forget that layout" undoes it). Reading…'
    )


def forgotten(layouts: int) -> str:
    return f"Forgot {count(layouts, 'layout')}. I'll ask again when such a file comes."


def none_known() -> str:
    return "I remember no layout that you described. Nothing was changed."


def choose() -> str:
    return "Please press one of the buttons, or type the column's name."
