"""Coinbase: transaction history. A coin is called by its pair: BTC-EUR is Bitcoin in euros."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from engine.amounts import ZERO
from engine.broker_files import coins
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADES = {
    "buy": Kind.BUY, "advanced trade buy": Kind.BUY, "advance trade buy": Kind.BUY,
    "sell": Kind.SELL, "advanced trade sell": Kind.SELL, "advance trade sell": Kind.SELL,
}  # fmt: skip
_INCOME = frozenset(
    {
        "staking income", "reward income", "rewards income", "learning reward", "coinbase earn",
        "inflation reward", "interest",
    }
)  # fmt: skip
_OWN = frozenset(
    {"retail staking transfer", "retail unstaking transfer", "pro deposit", "pro withdrawal"}
)
_CONVERTED = re.compile(
    r"converted [\d.,]+ \S+ to (?P<quantity>[\d.,]+) (?P<coin>\S+)", re.IGNORECASE
)


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    what, asset = row["transaction type"].lower(), row["asset"].upper()
    currency = row.first("price currency", "spot price currency").upper()
    at, quantity = (
        row.locale.moment(row["timestamp"]),
        row.number("quantity transacted", "quantity"),
    )
    told: dict[str, Any] = {"currency": currency, "key": row["id"]}
    if what in _OWN:
        raise LeftOut("own_transfer", row["transaction type"])
    if asset in coins.MONEY and what in ("deposit", "withdrawal"):
        out = what == "withdrawal"
        amount = -abs(quantity) if out else quantity
        return [make.moved(row, at, amount, **{**told, "currency": asset})]
    if what in ("send", "receive", "deposit", "withdrawal"):
        raise LeftOut("shares_moved", f"{row['transaction type']} {quantity} {asset}")
    price = row.locale.number(row.like("price at") or row.like("spot price at"))
    symbol = f"{asset}-{currency}"
    fee = row.locale.number(row.like("fees") or "0")
    if kind := _TRADES.get(what):
        if subtotal := row["subtotal"]:
            price = make.checked(kind, quantity, price, row.locale.number(subtotal), ZERO)
        return [make.traded(row, kind, at, symbol, quantity, price, fee=fee, **told)]
    if what == "convert":
        return _converted(row, symbol, quantity, price, fee)
    if what in _INCOME:
        note = row["transaction type"].lower()
        bought = make.traded(
            row, Kind.BUY, at, symbol, quantity, price, note=note, planned=True, **told
        )
        worth = bought.trade.quantity * bought.trade.price
        return [bought, make.paid(row, at, worth, symbol, note=note, **told)]
    raise Unreadable("code_unknown", row["transaction type"])


def _converted(
    row: Row, symbol: str, quantity: Decimal, price: Decimal, fee: Decimal
) -> list[Entry]:
    """A sale and a purchase for what it brought; the coin that was bought is only in the notes."""
    found = _CONVERTED.match(row["notes"])
    if found is None:
        raise Unreadable("pair_unknown", row["notes"])
    at, currency = row.locale.moment(row["timestamp"]), symbol.rpartition("-")[2]
    told: dict[str, Any] = {"currency": currency, "note": "converted"}
    sold = make.traded(row, Kind.SELL, at, symbol, quantity, price, fee=fee, **told)
    brought = sold.trade.quantity * sold.trade.price - sold.trade.fee
    into = row.locale.number(found["quantity"])
    bought = make.traded(
        row, Kind.BUY, at, f"{found['coin'].upper()}-{currency}", into,
        make.per_share(brought, into), **told,
    )  # fmt: skip
    return [sold, bought]


LAYOUT = Layout(
    name="coinbase",
    title="Coinbase",
    menu="Profile → Taxes or Statements → Transaction history → Generate, CSV",
    signatures=(Signature(frozenset({"timestamp", "transaction type", "quantity transacted"})),),
    read=read,
)
