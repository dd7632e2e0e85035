"""What is held, from delimited text: ``symbol,quantity``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.delimited import (
    Problem,
    Unreadable,
    open_table,
    read_number,
    read_symbol,
    uses_decimal_commas,
)

_SYNONYMS = {
    "symbol": ("symbol", "asset", "ticker"),
    "quantity": ("quantity", "shares", "qty", "units"),
}
_GROUPS = {"symbol": ("symbol", "asset", "ticker"), "group": ("group", "sector")}
CASH = "CASH"


@dataclass(frozen=True, slots=True)
class HoldingsFile:
    """``cash`` is the quantity of the symbol CASH."""

    shares: dict[str, Decimal]
    cash: Decimal
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class GroupFile:
    groups: dict[str, str]  # by symbol
    problems: tuple[Problem, ...]


def read_holdings(text: str) -> HoldingsFile:
    """Lines about the same symbol are added up; a quantity below zero is a problem
    (``quantity_negative``), as is whatever else is wrong with a line."""
    table = open_table(text, _SYNONYMS, tuple(_SYNONYMS))
    if table.missing:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return HoldingsFile({}, Decimal(0), (problem,))
    place = table.columns
    commas = uses_decimal_commas(
        row[place["quantity"]] for _, row in table.rows() if place["quantity"] < len(row)
    )
    shares: dict[str, Decimal] = {}
    problems: list[Problem] = []
    for line, row in table.rows():
        try:
            if len(row) <= max(place.values()):
                raise Unreadable("fields_missing", table.delimiter.join(row))
            symbol = read_symbol(row[place["symbol"]])
            quantity = read_number(row[place["quantity"]], commas)
            if quantity < 0:
                raise Unreadable("quantity_negative", row[place["quantity"]])
        except Unreadable as wrong:
            problems.append(wrong.at(line))
        else:
            shares[symbol] = shares.get(symbol, Decimal(0)) + quantity
    cash = shares.pop(CASH, Decimal(0))
    return HoldingsFile(shares, cash, tuple(problems))


def read_groups(text: str) -> GroupFile:
    """``symbol,group``; of several lines about a symbol the last counts."""
    table = open_table(text, _GROUPS, tuple(_GROUPS))
    if table.missing:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return GroupFile({}, (problem,))
    groups: dict[str, str] = {}
    problems: list[Problem] = []
    for line, row in table.rows():
        try:
            if len(row) <= max(table.columns.values()):
                raise Unreadable("fields_missing", table.delimiter.join(row))
            symbol, name = read_symbol(row[table.columns["symbol"]]), row[table.columns["group"]]
        except Unreadable as wrong:
            problems.append(wrong.at(line))
        else:
            groups[symbol] = name.strip()
    return GroupFile(groups, tuple(problems))
