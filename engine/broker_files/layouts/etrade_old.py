"""E*TRADE before 2025."""

from __future__ import annotations

from collections.abc import Sequence

from engine.broker_files.etrade_actions import entries_of
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row

_NAMES = {
    "date": "transactiondate", "type": "transactiontype", "quantity": "quantity", "price": "price",
    "amount": "amount",
}  # fmt: skip


def read(rows: Sequence[Row]) -> list[Entry]:
    if rows[0]["securitytype"].upper() == "OPTN":
        raise LeftOut("option", rows[0]["description"])
    return entries_of(rows, _NAMES)


LAYOUT = Layout(
    name="etrade_old",
    title="E*TRADE",
    menu="Accounts → Transactions → Download, CSV",
    signatures=(Signature(frozenset({"transactiondate", "transactiontype", "securitytype"})),),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
