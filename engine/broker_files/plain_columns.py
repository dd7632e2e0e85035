"""Files with one trade a line and a column for each of its parts, whatever these are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row, places
from engine.delimited import Unreadable, unescape_formula
from engine.ledger import Kind

NAMES: Mapping[str, tuple[str, ...]] = {
    "date": (
        "time", "datetime", "date", "timestamp", "trade date", "date/time", "datum", "fecha",
        "data", "buchungstag", "handelsdatum", "ausführungsdatum", "trade_date", "tradedate",
    ),
    "symbol": (
        "symbol", "ticker", "ticker symbol", "ticker-symbol", "asset", "code", "instrument", "isin",
        "wertpapier", "security", "security name", "wkn", "aktie", "product",
    ),
    "side": (
        "side", "type", "action", "activitytype", "activity type", "transaction type", "trade_type",
        "typ", "transaktionsart", "buy/sell", "kauf/verkauf", "art",
    ),
    "quantity": (
        "quantity", "qty", "shares", "units", "no. of shares", "stück", "stueck", "anzahl",
        "aantal", "cantidad", "nominale",
    ),
    "price": (
        "price", "unitprice", "unit price", "price per share", "share price", "kurs", "koers",
        "precio", "ausführungskurs",
    ),
    "fee": ("fee", "fees", "commission", "gebühren", "gebühr", "kosten", "provision"),
    "tax": ("tax", "taxes", "steuern"),
    "amount": ("amount", "gross amount", "value", "total", "betrag", "bruttobetrag", "wert"),
    "currency": (
        "currency", "transaction currency", "currency gross amount", "währung", "buchungswährung",
    ),
    "note": ("note", "notes", "comment", "notiz"),
    "account": ("account", "konto"),
    "key": ("external_id", "trade_id", "order id", "id"),
    "planned": ("planned",),
    "investor": ("investor",),
}  # fmt: skip
_SIDES = {
    "buy": Kind.BUY, "b": Kind.BUY, "bought": Kind.BUY, "purchase": Kind.BUY, "kauf": Kind.BUY,
    "koop": Kind.BUY, "compra": Kind.BUY, "k": Kind.BUY,
    "sell": Kind.SELL, "s": Kind.SELL, "sold": Kind.SELL, "sale": Kind.SELL,
    "verkauf": Kind.SELL, "verkoop": Kind.SELL, "venta": Kind.SELL, "v": Kind.SELL,
    "dividend": Kind.DIVIDEND, "dividende": Kind.DIVIDEND, "split": Kind.SPLIT,
    "fee": Kind.FEE, "fees": Kind.FEE, "gebühren": Kind.FEE, "tax": Kind.FEE, "taxes": Kind.FEE,
    "steuern": Kind.FEE, "interest charge": Kind.FEE,
    "deposit": Kind.DEPOSIT, "einlage": Kind.DEPOSIT,
    "interest": Kind.INTEREST, "zinsen": Kind.INTEREST,
    "withdrawal": Kind.WITHDRAWAL, "removal": Kind.WITHDRAWAL, "entnahme": Kind.WITHDRAWAL,
}  # fmt: skip
INVESTOR = "investor "  # before the account, where the file holds more than one person's
SIDE_WORDS = frozenset(_SIDES)
_INTEREST = frozenset({"interest", "zinsen"})
_MOVED = frozenset({"delivery (inbound)", "delivery (outbound)", "item", "liability"})
_CASH = (Kind.FEE, Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.INTEREST)


def columns_of(names: Sequence[str]) -> dict[str, int] | None:
    """Where our columns stand; None where one that is needed has no name that we know."""
    standing = places(names)
    found = {
        wanted: standing[name]
        for wanted, allowed in NAMES.items()
        if (name := next((one for one in allowed if one in standing), None)) is not None
    }
    needed = {"date", "symbol", "side", "quantity"} <= found.keys()
    return found if needed and ("price" in found or "amount" in found) else None


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    told, kind = _side(row)
    at, quantity = row.locale.moment(row["date"]), row["quantity"]
    symbol, currency = unescape_formula(row["symbol"]), row["currency"].upper()
    note = unescape_formula(row["note"]) or ("interest" if told in _INTEREST else "")
    rest: dict[str, Any] = {
        "note": note, "currency": currency, "key": row["key"],
        "account": f"{INVESTOR}{row['investor']}" if row["investor"] else row["account"],
        "planned": row["planned"].lower() in ("yes", "true", "1"),
    }  # fmt: skip
    if kind in _CASH:
        entry = make.money(row, kind, at, _amount(row), symbol if kind is Kind.FEE else "", **rest)
        return [make.with_fee(entry, abs(row.optional("fee")))]
    if kind is Kind.SPLIT:
        entry = make.split(row, at, symbol, ratio=row.number("quantity"), **rest)
        return [make.with_fee(entry, abs(row.optional("fee")))]
    if kind is Kind.DIVIDEND and not (quantity and row["price"]):
        return [make.paid(row, at, _amount(row), symbol, **rest)]
    size = row.number("quantity")
    if size < 0 and kind is not Kind.SELL:
        raise Unreadable("quantity_negative", quantity)
    fee = row.optional("fee", "tax")
    price = row.number("price") if row["price"] else make.per_share(_amount(row), size)
    ours = "planned" in row.columns
    return [make.traded(row, kind, at, symbol, size, price, fee=fee, free=ours, **rest)]


def _side(row: Row) -> tuple[str, Kind]:
    """What the row says it is. Without such a column the sign of the quantity says it."""
    told = row["side"].lower()
    if told in _MOVED:
        raise LeftOut("shares_moved", row["symbol"])
    if "side" not in row.columns:
        return "", Kind.BUY if row.number("quantity") > 0 else Kind.SELL
    if told not in _SIDES:
        raise Unreadable("side_unknown" if told else "cell_empty", row["side"] or "side")
    return told, _SIDES[told]


def _amount(row: Row) -> Decimal:
    """Of money that moved: the price times the quantity, or the amount where there is no price."""
    if not row["price"] or ("amount" in row.columns and not row.optional("price")):
        return row.number("amount")
    return row.number("price") * (row.number("quantity") if row["quantity"] else make.ONE)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Which header name is which of our columns, as a person said it.

    ``decimal`` and ``order`` are None where the file says it by itself.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: str | None = None
    order: Order | None = None


def mapped(mapping: Mapped, title: str = "") -> Layout:
    """The layout that a person described."""

    def columns(names: Sequence[str]) -> dict[str, int] | None:
        standing = places(names)
        if not all(name in standing for name in mapping.columns.values()):
            return None
        return {ours: standing[name] for ours, name in mapping.columns.items()}

    return Layout(
        name="mapped",
        title=title,
        menu="",
        signatures=(),
        read=read,
        locale=Locale(mapping.decimal, mapping.order),
        columns=columns,
        ask_decimal=() if mapping.decimal else ("quantity", "price", "fee", "amount"),
        ask_order="" if mapping.order else "date",
    )
