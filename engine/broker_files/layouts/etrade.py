"""E*TRADE since 2025: all transactions; "--" is an empty cell."""

from __future__ import annotations

from collections.abc import Sequence

from engine.broker_files.etrade_actions import entries_of
from engine.broker_files.layout import Entry, Layout, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row

_NAMES = {
    "date": "activity/trade date", "type": "activity type", "quantity": "quantity #",
    "price": "price $", "amount": "amount $",
}  # fmt: skip


def read(rows: Sequence[Row]) -> list[Entry]:
    return entries_of(rows, _NAMES)


LAYOUT = Layout(
    name="etrade",
    title="E*TRADE",
    menu="Accounts → Transactions → Download, CSV",
    signatures=(Signature(frozenset({"activity/trade date", "quantity #", "price $"})),),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
