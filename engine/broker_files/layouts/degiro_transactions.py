"""DEGIRO: Transactions.csv. Shares are named by ISIN; money columns have a nameless one beside.

Fees in the account's currency are put into that of the price by the exchange rate of the same row.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.amounts import ZERO
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_LOCAL = {
    "datum": "date", "tijd": "time", "uhrzeit": "time", "produkt": "product",
    "beurs": "reference exchange", "referenzbörse": "reference exchange",
    "uitvoeringsplaats": "venue", "ausführungsort": "venue", "aantal": "quantity",
    "anzahl": "quantity", "koers": "price", "kurs": "price", "lokale waarde": "local value",
    "wert in lokalwährung": "local value", "waarde": "value", "wert": "value",
    "wisselkoers": "exchange rate", "wechselkurs": "exchange rate", "totaal": "total",
    "gesamt": "total", "order-id": "order id",
}  # fmt: skip


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    quantity, price = row.number("quantity"), row.number("price")
    kind = Kind.BUY if quantity > 0 else Kind.SELL
    currency = row["price+"]
    if value := row["local value"]:
        price = make.checked(kind, quantity, price, row.locale.number(value), ZERO)
    at = row.locale.moment(f"{row['date']} {row['time']}".strip())
    told = {"currency": currency, "note": row["product"], "name": row["product"]}
    return [make.traded(row, kind, at, row["isin"], quantity, price, fee=_fee(row), **told)]


def _fee(row: Row) -> Decimal:
    names = [
        name
        for name in row.columns
        if name.startswith(("autofx fee", "transaction", "transactiekosten", "transaktionsgeb"))
        and not name.endswith("+")
    ]
    fee = abs(row.optional(*names))
    value = next((name for name in row.columns if name.startswith("value ")), "")
    base = value.removeprefix("value ").upper() if value else row["value+"]
    if not fee or not base or base == row["price+"]:
        return fee
    if not row["exchange rate"]:
        raise Unreadable("fee_in_other_currency", f"{base} {fee}")
    return fee * row.number("exchange rate")


LAYOUT = Layout(
    name="degiro_transactions",
    title="DEGIRO",
    menu="Inbox → Transactions → Export, CSV",
    signatures=(
        Signature(
            frozenset({"date", "isin", "venue", "quantity", "order id"}), frozenset({"description"})
        ),
        Signature(
            frozenset({"date", "isin", "reference exchange", "quantity", "order id"}),
            frozenset({"description"}),
        ),
    ),
    read=read,
    locale=Locale(",", Order.DAY_FIRST, ZoneInfo("Europe/Amsterdam")),
    translate=_LOCAL,
    ask_decimal=("price", "local value", "value", "value eur", "exchange rate"),
)
