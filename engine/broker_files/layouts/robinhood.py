"""Robinhood: account activity report. Amounts are net of fees, which have no column."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale, Order
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADES = {"BUY": Kind.BUY, "SELL": Kind.SELL}
_DIVIDENDS = frozenset({"CDIV", "MDIV", "QDIV", "LDIV", "SDIV"})
_INTEREST = {"INT": "interest", "SLIP": "stock lending"}
_TRANSFERS = {"ACH": "", "WIRE": "", "RTP": "", "MTCH": "match"}
_FEES = frozenset({"GOLD", "AFEE", "DFEE", "DTAX"})
_OPTIONS = frozenset({"BTO", "STO", "BTC", "STC", "OEXP", "OASGN", "OEXCS", "OCA"})
_MOVED = frozenset({"ACATI", "ACATO"})


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    code = row["trans code"].upper()
    if code in _OPTIONS:
        raise LeftOut("option", row["description"])
    if code in _MOVED:
        raise LeftOut("shares_moved", row["instrument"])
    if code in ("MRGS", "SOFF"):
        raise LeftOut("corporate_action", row["description"])
    at, symbol = row.locale.moment(row["activity date"]), row["instrument"]
    if kind := _TRADES.get(code):
        return [_trade(row, kind)]
    if code in ("SPL", "SPR"):
        return [make.split(row, at, symbol, extra=_quantity(row), currency="USD")]
    amount = row.number("amount")
    if code in _DIVIDENDS:
        return [make.paid(row, at, amount, symbol, currency="USD")]
    if code in _INTEREST:
        return [make.interest(row, at, amount, _INTEREST[code], currency="USD")]
    if code in _FEES:
        return [make.charged(row, at, amount, symbol, currency="USD")]
    if code in _TRANSFERS:
        return [make.moved(row, at, amount, note=_TRANSFERS[code], currency="USD")]
    raise Unreadable("code_unknown", row["trans code"])


def _quantity(row: Row) -> Decimal:
    text = row["quantity"]
    if not text:
        raise Unreadable("cell_empty", "quantity")
    return row.locale.number(text.removesuffix("S"))  # short


def _trade(row: Row, kind: Kind) -> Entry:
    at, quantity, price = (
        row.locale.moment(row["activity date"]),
        _quantity(row),
        row.number("price"),
    )
    fee = make.hidden_fee(kind, quantity, price, row.number("amount"))
    return make.traded(row, kind, at, row["instrument"], quantity, price, fee=fee, currency="USD")


LAYOUT = Layout(
    name="robinhood",
    title="Robinhood",
    menu="Account → Reports and statements → Account activity, CSV",
    signatures=(Signature(frozenset({"activity date", "instrument", "trans code"})),),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
