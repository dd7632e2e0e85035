"""Zerodha: Console tradebook, one row per fill. Charges are not in it."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_SUFFIX = {"NSE": ".NS", "BSE": ".BO"}
_SIDES = {"buy": Kind.BUY, "sell": Kind.SELL}


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    if row["expiry_date"] or row["segment"].upper() not in ("EQ", "MF", ""):
        raise LeftOut("option", row["symbol"])
    side = row["trade_type"]
    if side.lower() not in _SIDES:
        raise Unreadable("code_unknown", side)
    return [
        make.traded(
            row,
            _SIDES[side.lower()],
            row.locale.moment(row.first("order_execution_time", "trade_date")),
            row["symbol"] + _SUFFIX.get(row["exchange"].upper(), ""),
            row.number("quantity"),
            row.number("price"),
            currency="INR",
            key=row["trade_id"],
        )
    ]


LAYOUT = Layout(
    name="zerodha",
    title="Zerodha",
    menu="Console → Reports → Tradebook → CSV",
    signatures=(
        Signature(frozenset({"symbol", "trade_date", "trade_type", "order_execution_time"})),
    ),
    read=read,
    locale=Locale(zone=ZoneInfo("Asia/Kolkata")),
)
