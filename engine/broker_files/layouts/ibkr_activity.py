"""Interactive Brokers: activity statement. Many tables in one file, each row naming its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from engine.amounts import ZERO
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale
from engine.broker_files.sheet import Row, named, places, records
from engine.delimited import Unreadable
from engine.ledger import Kind

_TABLES = frozenset(
    {
        "trades", "dividends", "withholding tax", "deposits & withdrawals", "fees", "interest",
        "corporate actions", "payment in lieu of dividends",
    }
)  # fmt: skip
_SYMBOL = re.compile(r"(?P<symbol>[A-Z0-9. ]+?) ?\([A-Z]{2}[A-Z0-9]{9}\d\)")
_SPLIT = re.compile(r"split (?P<new>\d+) for (?P<old>\d+)", re.IGNORECASE)


def open_tables(lines: Sequence[str], start: int, delimiter: str, locale: Locale) -> Iterator[Row]:
    """The data rows of the tables that say what happened, each under the header before it."""
    columns: dict[str, int] = {}
    for line, cells in records(lines, 0, delimiter):
        table = cells[0].replace("\ufeff", "").strip().lower()
        what = cells[1].strip().lower() if len(cells) > 1 else ""
        if what == "header":
            columns = places(["table", "row", *named(cells[2:])])
        elif what == "data" and table in _TABLES:
            yield Row(line, columns, cells, locale)


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    table = row["table"].lower()
    if row["currency"].lower().startswith("total") or row["asset category"].lower() == "total":
        raise LeftOut("total", table)
    if table == "trades":
        return _trade(row)
    if table == "corporate actions":
        return [_split(row)]
    told = {"currency": row["currency"]}
    at = row.locale.moment(row.first("date", "settle date"))
    amount, about = row.number("amount"), row["description"]
    found = _SYMBOL.match(about)
    symbol = _plain(found["symbol"]) if found else ""
    if table in ("dividends", "payment in lieu of dividends"):
        if not symbol:
            raise Unreadable("symbol_missing", about)
        return [make.paid(row, at, amount, symbol, **told)]
    if table == "withholding tax":
        return [make.charged(row, at, amount, symbol, **told)]
    if table == "fees":
        return [make.charged(row, at, amount, **told)]
    if table == "interest":
        return [make.interest(row, at, amount, **told)]
    return [make.moved(row, at, amount, **told)]


def _trade(row: Row) -> list[Entry]:
    if row["datadiscriminator"].lower() not in ("order", "trade"):
        raise LeftOut("detail", row["datadiscriminator"])
    category = row["asset category"].lower()
    if "option" in category or "future" in category:
        raise LeftOut("option", row["symbol"])
    if "forex" in category:
        raise LeftOut("exchange", row["symbol"])
    quantity = row.number("quantity")
    kind = Kind.BUY if quantity > 0 else Kind.SELL
    price = row.number("t. price", "price")
    commission = row.locale.number(row.first("comm/fee") or row.like("comm in ") or "0")
    price = make.checked(kind, quantity, price, row.number("proceeds"), ZERO)
    at, currency = row.locale.moment(row["date/time"]), row["currency"]
    entry = make.traded(
        row, kind, at, _plain(row["symbol"]), quantity, price,
        fee=min(commission, ZERO), currency=currency,
    )  # fmt: skip
    return [entry, *make.rebate(row, at, commission, currency)]


def _split(row: Row) -> Entry:
    about = row["description"]
    symbol, ratio = _SYMBOL.match(about), _SPLIT.search(about)
    if symbol is None or ratio is None or not int(ratio["old"]):
        raise LeftOut("corporate_action", about)
    new = Fraction(int(ratio["new"]), int(ratio["old"]))
    at = row.locale.moment(row.first("date/time", "report date"))
    told = make.ten(make.per_share(make.ONE * new.numerator, make.ONE * new.denominator))
    return make.split(row, at, _plain(symbol["symbol"]), ratio=told, currency=row["currency"])


def _plain(symbol: str) -> str:
    """ "BRK B" is BRK-B elsewhere."""
    return symbol.strip().replace(" ", "-")


LAYOUT = Layout(
    name="ibkr_activity",
    title="Interactive Brokers",
    menu="Performance & Reports → Statements → Activity, CSV",
    signatures=(
        Signature(frozenset({"statement", "header", "field name"})),
        Signature(frozenset({"trades", "header", "datadiscriminator"})),
    ),
    read=read,
    locale=Locale(zone=ZoneInfo("America/New_York")),
    open=open_tables,
)
