"""Charles Schwab: transactions. The side is in the action, the date may be "as of" another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADES = {
    "buy": Kind.BUY,
    "reinvest shares": Kind.BUY,
    "sell": Kind.SELL,
    "sell short": Kind.SELL,
    "buy to cover": Kind.BUY,
}
_DIVIDENDS = re.compile(
    r"(qualified|cash|special|pr yr( cash| special)?|non-qualified|reinvest) div(idend)?"
    r"|(long|short) term cap gain( reinvest)?|cash in lieu|substitute payment"
)
_OPTIONS = re.compile(r"(buy|sell) to (open|close)|expired|assigned|exchange or exercise")
_MOVED = frozenset({"journaled shares", "internal transfer", "security transfer"})
_ACTIONS = frozenset(
    {"spin-off", "stock merger", "name change", "reverse split", "mandatory reorg exc"}
)
_FEES = re.compile(
    r"nra tax adj|foreign tax( paid)?|adr mgmt fee|margin interest|service fee|misc .*fee.*"
)
_INTEREST = re.compile(r"(bank|credit|bond|security lending) interest.*")
_TRANSFERS = re.compile(r"moneylink .*|wire .*|journal|funds (received|paid)|misc cash entry")


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    if row["date"].lower().startswith("transactions total"):
        raise LeftOut("total", row["date"])
    action, symbol = row["action"].lower(), row["symbol"]
    if _OPTIONS.fullmatch(action):
        raise LeftOut("option", symbol)
    if action in _MOVED:
        raise LeftOut("shares_moved", symbol)
    if action in _ACTIONS:
        raise LeftOut("corporate_action", f"{row['action']} {symbol}")
    _, _, as_of = row["date"].partition(" as of ")
    at = row.locale.moment(as_of or row["date"])
    if kind := _TRADES.get(action):
        fee, price = row.optional("fees & comm"), row.number("price")
        quantity, amount = row.number("quantity"), row.number("amount")
        price = make.checked(kind, quantity, price, amount, fee)
        return [make.traded(row, kind, at, symbol, quantity, price, fee=fee, currency="USD")]
    if action == "stock split":
        return [make.split(row, at, symbol, extra=row.number("quantity"), currency="USD")]
    amount = row.number("amount")
    if _DIVIDENDS.fullmatch(action):
        return [make.paid(row, at, amount, symbol, currency="USD")]
    if _INTEREST.fullmatch(action):
        return [make.interest(row, at, amount, currency="USD")]
    if _FEES.fullmatch(action):
        return [make.charged(row, at, amount, symbol, currency="USD")]
    if _TRANSFERS.fullmatch(action):
        return [make.moved(row, at, amount, currency="USD")]
    raise Unreadable("code_unknown", row["action"])


LAYOUT = Layout(
    name="schwab",
    title="Charles Schwab",
    menu="Accounts → History → Export, CSV",
    signatures=(Signature(frozenset({"date", "action", "symbol", "fees & comm", "amount"})),),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
