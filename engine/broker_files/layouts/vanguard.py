"""Vanguard (US): ofxdownload.csv, where the transactions follow a table of holdings."""

from __future__ import annotations

from collections.abc import Sequence

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADES = {
    "buy": Kind.BUY, "reinvestment": Kind.BUY, "sell": Kind.SELL, "buy (exchange)": Kind.BUY,
    "sell (exchange)": Kind.SELL,
}  # fmt: skip
_MONEY = frozenset({"funds received", "contribution", "withdrawal", "distribution", "transfer"})
_FEES = frozenset({"fee", "account fee", "foreign tax", "withholding"})


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    what, symbol = row["transaction type"].lower(), row["symbol"]
    if what.startswith("sweep"):
        raise LeftOut("sweep", symbol)
    at = row.locale.moment(row["trade date"])
    told = {"currency": "USD", "account": row["account number"]}
    if kind := _TRADES.get(what):
        quantity, price = row.number("shares", "quantity"), row.number("share price", "price")
        fee = row.optional("commissions and fees", "commission fees")
        price = make.checked(kind, quantity, price, row.number("net amount", "amount"), fee)
        return [make.traded(row, kind, at, symbol, quantity, price, fee=fee, **told)]
    if what == "stock split":
        return [make.split(row, at, symbol, extra=row.number("shares", "quantity"), **told)]
    if what == "transfer" and row.optional("shares"):
        raise LeftOut("shares_moved", symbol)
    amount = row.number("net amount", "amount")
    if what.startswith(("dividend", "capital gain")):
        return [make.paid(row, at, amount, symbol, **told)]
    if what == "interest":
        return [make.interest(row, at, amount, **told)]
    if what in _FEES:
        return [make.charged(row, at, amount, symbol, **told)]
    if what in _MONEY:
        return [make.moved(row, at, amount, **told)]
    raise Unreadable("code_unknown", row["transaction type"])


LAYOUT = Layout(
    name="vanguard",
    title="Vanguard",
    menu="Activity → Transaction history → Download, CSV",
    signatures=(
        Signature(frozenset({"trade date", "transaction type", "share price", "principal amount"})),
    ),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),  # of older files; newer ones begin with the year
)
