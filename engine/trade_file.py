"""Trades from delimited text: ``time,symbol,side,quantity,price[,fee][,investor]``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5

from engine.delimited import (
    Problem,
    Table,
    Unreadable,
    open_table,
    read_number,
    read_symbol,
    read_time,
    uses_decimal_commas,
)
from engine.ledger import Kind, Trade

__all__ = ["Problem", "TradeFile", "read_trades"]

_SYNONYMS = {
    "time": ("time", "datetime", "date", "timestamp"),
    "symbol": ("symbol", "asset", "ticker"),
    "side": ("side", "type", "action"),
    "quantity": ("quantity", "qty", "shares"),
    "price": ("price",),
    "fee": ("fee", "fees", "commission"),
    "investor": ("investor",),
}
_REQUIRED = ("time", "symbol", "side", "quantity", "price")
_SIDES = {"buy": Kind.BUY, "b": Kind.BUY, "sell": Kind.SELL, "s": Kind.SELL}
_TRADES = UUID("5b0c1c1e-6a55-5c0e-9a37-2f3a7a0f6c11")  # namespace of the ids


@dataclass(frozen=True, slots=True)
class TradeFile:
    """What a file says. Without a column ``investor`` everything is under ``""``."""

    by_investor: dict[str, tuple[Trade, ...]]  # each in time order; ties as in the file
    problems: tuple[Problem, ...]


def read_trades(text: str, *, zero_quantity: bool = False) -> TradeFile:
    """Read ``text``; whatever is wrong with a line is a problem, and the other lines are kept.

    Side is buy, sell, B or S in any case. Times are ISO 8601, UTC where no zone is named. Lines of
    quantity 0 are problems (``zero_quantity``) unless they are asked for. The same content always
    gives the same ids.
    """
    table = open_table(text, _SYNONYMS, _REQUIRED)
    if table.missing:
        return TradeFile(
            {}, (Problem(table.header_line, "columns_missing", ", ".join(table.missing)),)
        )
    decimal_commas = uses_decimal_commas(
        row[table.columns[name]]
        for _, row in table.rows()
        for name in ("quantity", "price", "fee")
        if name in table.columns and table.columns[name] < len(row)
    )
    by_investor: dict[str, list[Trade]] = {}
    problems: list[Problem] = []
    seen: Counter[str] = Counter()
    for line, row in table.rows():
        try:
            investor, trade = _trade(table, row, decimal_commas, seen, zero_quantity)
        except Unreadable as wrong:
            problems.append(wrong.at(line))
        else:
            by_investor.setdefault(investor, []).append(trade)
    return TradeFile(
        {who: tuple(sorted(made, key=lambda one: one.at)) for who, made in by_investor.items()},
        tuple(problems),
    )


def _trade(
    table: Table,
    row: list[str],
    decimal_commas: bool,
    seen: Counter[str],
    zero_quantity: bool,
) -> tuple[str, Trade]:
    def field(name: str) -> str:
        place = table.columns.get(name)
        if place is None:
            return ""
        if place >= len(row):
            if name in _REQUIRED:
                raise Unreadable("fields_missing", table.delimiter.join(row))
            return ""
        if "\0" in row[place]:
            raise Unreadable("nul_byte", row[place])
        return row[place]

    at, symbol = read_time(field("time")), read_symbol(field("symbol"))
    kind = _SIDES.get(field("side").strip().lower())
    if kind is None:
        raise Unreadable("side_unknown", field("side"))
    quantity = read_number(field("quantity"), decimal_commas)
    if quantity < 0 or (quantity == 0 and not zero_quantity):
        raise Unreadable("quantity_negative" if quantity else "zero_quantity", field("quantity"))
    price = read_number(field("price"), decimal_commas)
    if price <= 0:
        raise Unreadable("price_not_positive", field("price"))
    fee = read_number(field("fee"), decimal_commas) if field("fee").strip() else Decimal(0)
    if fee < 0:
        raise Unreadable("fee_negative", field("fee"))
    investor = field("investor").strip()
    id = _identify(seen, investor, at, symbol, kind, quantity, price, fee)
    return investor, Trade(id, at, kind, symbol, quantity, price, fee)


def _identify(
    seen: Counter[str],
    investor: str,
    at: datetime,
    symbol: str,
    kind: Kind,
    quantity: Decimal,
    price: Decimal,
    fee: Decimal,
) -> UUID:
    """From the content, and how often the same content came before."""
    numbers = "|".join(format(number.normalize(), "f") for number in (quantity, price, fee))
    content = f"{investor}|{at.isoformat()}|{symbol}|{kind}|{numbers}"
    seen[content] += 1
    return uuid5(_TRADES, f"{content}#{seen[content]}")
