"""eToro: account activity, a sheet of a workbook saved as CSV. Amounts are in dollars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_RATIO = re.compile(r"(?P<new>\d+(\.\d+)?):(?P<old>\d+(\.\d+)?)")
_TRADES = {
    "open position": Kind.BUY, "position opened": Kind.BUY, "position closed": Kind.SELL,
    "profit/loss of trade": Kind.SELL,
}  # fmt: skip
_FEES = frozenset(
    {"overnight fee", "rollover fee", "sdrt", "withdraw fee", "conversion fee", "commission"}
)


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    what, at = row["type"].lower(), row.locale.moment(row["date"])
    symbol, _, currency = row["details"].partition("/")
    if row["asset type"].upper() == "CFD":
        raise LeftOut("cfd", row["details"])
    if row["asset type"].lower() == "crypto":
        symbol = f"{symbol}-{currency or 'USD'}"
    if what.startswith("corp action"):
        return [_split(row, symbol)]
    amount, key = row.number("amount"), row["position id"]
    told: dict[str, Any] = {"currency": "USD"}
    if kind := _TRADES.get(what):
        quantity = row.number("units", "quantity")
        price = make.per_share(amount, quantity)
        key = f"{what}:{key}" if key else ""  # a position is opened and closed under one id
        return [make.traded(row, kind, at, symbol, quantity, price, key=key, **told)]
    if what == "dividend":
        return [make.paid(row, at, amount, symbol, **told)]
    if what.startswith("interest"):
        return [make.interest(row, at, amount, **told)]
    if what in _FEES:
        return [make.charged(row, at, -abs(amount), **told)]
    if what == "deposit":
        return [make.moved(row, at, amount, **told)]
    if what.startswith("withdraw"):
        return [make.moved(row, at, -abs(amount), **told)]
    raise Unreadable("code_unknown", row["type"])


def _split(row: Row, symbol: str) -> Entry:
    found = _RATIO.search(f"{row['details']} {row['type']}")
    if found is None or "split" not in row["type"].lower():
        raise LeftOut("corporate_action", f"{row['type']} {row['details']}")
    new, old = (row.locale.number(found[name]) for name in ("new", "old"))
    at = row.locale.moment(row["date"])
    return make.split(row, at, symbol, ratio=make.per_share(new, old), currency="USD")


LAYOUT = Layout(
    name="etoro",
    title="eToro",
    menu="Settings → Account → Account statement; save its sheet Account Activity as CSV",
    signatures=(Signature(frozenset({"date", "type", "details", "position id", "nwa"})),),
    read=read,
    locale=Locale(order=Order.DAY_FIRST),
    ask_decimal=("amount", "units", "realized equity", "balance"),
)
