"""DEGIRO: Account.csv, a list of bookings. Those of one order share its id and become one trade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.amounts import ZERO
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_LOCAL = {
    "datum": "date", "tijd": "time", "uhrzeit": "time", "uhrze.": "time",
    "valutadatum": "value date", "produkt": "product", "omschrijving": "description",
    "beschreibung": "description", "mutatie": "change", "änderung": "change", "saldo": "balance",
    "order-id": "order id",
}  # fmt: skip
_TRADE = re.compile(
    r"(?P<side>buy|sell|koop|verkoop|kauf|verkauf) (?P<quantity>[\d.,]+) (?P<name>.+?)"
    r"@(?P<price>[\d.,]+) (?P<currency>[A-Z]{3})( \([A-Z0-9]{12}\))?",
    re.IGNORECASE | re.DOTALL,
)
_BUYS = frozenset({"buy", "koop", "kauf"})
_FEE = re.compile(r"fee|kosten|gebühr|tax|belasting|steuer|stamp duty", re.IGNORECASE)
_EXCHANGE = re.compile(r"(fx|valuta) (credit|debit).*|währungswechsel.*", re.IGNORECASE)
_SWEEP = re.compile(r".*(cash sweep|money market).*|überweisung (auf|von) ihr.*", re.IGNORECASE)
_TRANSFER = re.compile(
    r".*(deposit|withdrawal|storting|terugstorting|einzahlung|auszahlung|reservation ideal).*",
    re.IGNORECASE,
)
_CHANGE = re.compile(r".*(split|product change|merger|spin-?off|delisting).*", re.IGNORECASE)


def by_order(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    """Rows that share an order id; all others by themselves."""
    orders: dict[str, list[Row]] = {}
    for row in rows:
        if id := row["order id"]:
            orders.setdefault(id, []).append(row)
        else:
            yield [row]
    yield from orders.values()


def read(rows: Sequence[Row]) -> list[Entry]:
    trades = [row for row in rows if _TRADE.fullmatch(row["description"])]
    if not trades:
        return [entry for row in rows for entry in _booking(row)]
    first = trades[0]
    own = _TRADE.fullmatch(first["description"])
    assert own is not None, "it was found by this pattern"
    rates = [row.number("fx") for row in rows if row["fx"]]
    fee, apart = ZERO, []
    for row in rows:
        if row in trades or not _FEE.search(row["description"]):
            continue
        amount, currency = _change(row)
        if currency == own["currency"]:
            fee += abs(amount)
        elif rates:
            fee += abs(amount) * rates[0]
        else:
            apart.append(make.charged(row, _at(row), amount, currency=currency))
    made = [_trade(row, fee if row is first else ZERO) for row in trades]
    return [*made, *apart]


def _trade(row: Row, fee: Decimal) -> Entry:
    found = _TRADE.fullmatch(row["description"])
    assert found is not None, "only trades are asked about"
    kind = Kind.BUY if found["side"].lower() in _BUYS else Kind.SELL
    quantity, price = (row.locale.number(found[name]) for name in ("quantity", "price"))
    price = make.checked(kind, quantity, price, _change(row)[0], ZERO)
    return make.traded(
        row, kind, _at(row), row["isin"], quantity, price,
        fee=fee, currency=found["currency"], note=row["product"], name=row["product"],
    )  # fmt: skip


def _booking(row: Row) -> list[Entry]:
    about = row["description"]
    if _EXCHANGE.fullmatch(about):
        raise LeftOut("exchange", about)
    if _SWEEP.fullmatch(about):
        raise LeftOut("sweep", about)
    if _CHANGE.fullmatch(about):
        raise LeftOut("corporate_action", about)
    at, (amount, currency) = _at(row), _change(row)
    told = {"currency": currency}
    if _FEE.search(about):
        return [make.charged(row, at, amount, row["isin"], **told)]
    if "dividend" in about.lower() or about.lower() == "coupon":
        return [make.paid(row, at, amount, row["isin"], name=row["product"], **told)]
    if re.search(r"interest|rente|zins", about, re.IGNORECASE):
        return [make.interest(row, at, amount, **told)]
    if _TRANSFER.fullmatch(about):
        return [make.moved(row, at, amount, **told)]
    raise Unreadable("code_unknown", about)


def _at(row: Row) -> datetime:
    return row.locale.moment(f"{row['date']} {row['time']}".strip())


def _change(row: Row) -> tuple[Decimal, str]:
    """The amount and its currency, which stand in two columns of which one has no name."""
    one, other = row["change"], row["change+"]
    if not one or not other:
        raise Unreadable("cell_empty", "amount")
    return (row.locale.number(other), one) if one.isalpha() else (row.locale.number(one), other)


LAYOUT = Layout(
    name="degiro_account",
    title="DEGIRO",
    menu="Inbox → Account statement → Export, CSV",
    signatures=(Signature(frozenset({"value date", "isin", "description", "change", "balance"})),),
    read=read,
    locale=Locale(",", Order.DAY_FIRST, ZoneInfo("Europe/Amsterdam")),
    group=by_order,
    translate=_LOCAL,
    ask_decimal=("change", "change+", "balance", "balance+", "fx"),
)
