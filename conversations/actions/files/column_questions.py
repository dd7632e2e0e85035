"""The questions about a file that nobody knows, one after the other, as the chat remembers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.broker_files.locale import Order, date_order
from engine.broker_files.plain_columns import Mapped
from engine.broker_files.unknown import WANTED, Column, Unknown, fitting

MOST_OFFERED = 5  # buttons beside "Cancel"
SIGN = "sign"  # the answer that no column says buy or sell
_ROWS, _SHOWN_COLUMNS, _SHOWN_WIDTH = 3, 7, 14


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer: a column, and what it says of the order of dates or the decimal mark."""

    column: str  # its name; SIGN for none
    shown: str
    order: str = ""
    decimal: str = ""


def begin(file: str, unknown: Unknown, day_first: bool | None) -> dict[str, Any]:
    """What the chat has to remember, as JSON. ``day_first``: how the person writes dates."""
    return {
        "file": file,
        "header": unknown.key,
        "guesses": dict(unknown.guesses),
        "answers": {},
        "decimal": unknown.decimal,
        "signed": unknown.signed,
        "columns": [
            {
                "name": one.name,
                "shown": one.shown,
                "order": _order(one, day_first),
                "fits": [
                    wanted for wanted in WANTED if one in fitting(wanted, unknown.columns, ())
                ],
            }
            for one in unknown.columns
        ],
        "sample": _sample(unknown.columns),
    }


def _order(column: Column, day_first: bool | None) -> str | None:
    """The order of its dates; None where neither they nor the person say it."""
    order, asked = date_order(column.values)
    if asked and day_first is not None:
        return (Order.DAY_FIRST if day_first else Order.MONTH_FIRST).value
    return None if asked or order is None else order.value


def _sample(columns: Sequence[Column]) -> list[str]:
    """The header and the first rows, each on a line that a telephone can show."""
    shown = columns[:_SHOWN_COLUMNS]
    rows = [[one.shown for one in shown]]
    rows += [[one.values[n] for one in shown] for n in range(min(_ROWS, len(columns[0].values)))]
    return [" | ".join(" ".join(cell.split())[:_SHOWN_WIDTH] for cell in row) for row in rows]


def asked(state: Mapping[str, Any]) -> list[str]:
    """What is asked, in order: at most one question for each of the five columns."""
    return [wanted for wanted in WANTED if _is_asked(state, wanted)]


def _is_asked(state: Mapping[str, Any], wanted: str) -> bool:
    guess = _column(state, state["guesses"].get(wanted, ""))
    if guess is None:
        return True
    if wanted == "date":
        return guess["order"] is None
    return wanted == "price" and state["decimal"] is None


def upcoming(state: Mapping[str, Any]) -> str | None:
    """The next question; None when all are answered."""
    return next((one for one in asked(state) if one not in state["answers"]), None)


def choices(state: Mapping[str, Any], wanted: str) -> list[Choice]:
    """The answers to a question, the likely ones first."""
    guess = state["guesses"].get(wanted)
    taken = {one["column"] for one in state["answers"].values()}
    taken |= {name for ours, name in state["guesses"].items() if ours != wanted}
    columns = [
        one
        for one in state["columns"]
        if (one["name"] == guess if guess else wanted in one["fits"] and one["name"] not in taken)
    ]
    found: list[Choice] = []
    for one in columns:
        name, shown = one["name"], one["shown"]
        if wanted == "date" and one["order"] is None:
            found += [
                Choice(name, shown, order=each.value)
                for each in (Order.DAY_FIRST, Order.MONTH_FIRST)
            ]
        elif wanted == "price" and state["decimal"] is None:
            found += [Choice(name, shown, decimal=mark) for mark in (".", ",")]
        else:
            found.append(Choice(name, shown))
    if wanted == "side":
        found.append(Choice(SIGN, ""))
    return found[:MOST_OFFERED]


def answer(state: dict[str, Any], wanted: str, chosen: Choice) -> None:
    state["answers"] = {
        **state["answers"],
        wanted: {"column": chosen.column, "order": chosen.order, "decimal": chosen.decimal},
    }


def complete(state: Mapping[str, Any]) -> Mapped:
    """The mapping that the guesses and the answers come to."""
    columns = dict(state["guesses"])
    order, decimal = None, state["decimal"]
    for wanted, told in state["answers"].items():
        if told["column"] == SIGN:
            columns.pop(wanted, None)
        else:
            columns[wanted] = told["column"]
        order, decimal = told["order"] or order, told["decimal"] or decimal
    dates = _column(state, columns["date"])
    if order is None and dates is not None and dates["order"] != Order.YEAR_FIRST.value:
        order = dates["order"]
    return Mapped(columns, decimal, Order(order) if order else None)


def shown_of(state: Mapping[str, Any], name: str) -> str:
    column = _column(state, name)
    return column["shown"] if column else name


def _column(state: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    return next((one for one in state["columns"] if one["name"] == name), None)
