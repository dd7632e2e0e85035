"""From what a row says to checked entries: amounts that agree, signs taken off, cents kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

from engine.amounts import EXACT, STEP, ZERO, fits
from engine.broker_files.layout import NO_ID, Entry
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable, read_symbol
from engine.ledger import Kind, Trade

ONE = Decimal(1)
CENT, PART = Decimal("0.01"), Decimal("0.001")  # how far amounts may be apart: the larger of both
HALF_CENT = Decimal("0.005")
_ROUND = Context(prec=60, rounding=ROUND_HALF_EVEN)
_DEAREST = Decimal("0.05")  # a fee that no column names is at most this part of the trade
_DEAREST_FLAT = Decimal(10)
_HUNDRED = Decimal(100)


def traded(
    row: Row,
    kind: Kind,
    at: datetime,
    symbol: str,
    quantity: Decimal,
    price: Decimal,
    *,
    fee: Decimal = ZERO,
    **told: Any,
) -> Entry:
    """A purchase or sale, which only in what we wrote ourselves may be ``free``.

    Signs of ``quantity`` and ``fee`` are the broker's way to say the side. Raises Unreadable.
    """
    size, cost = abs(quantity), abs(fee)
    if not size:
        raise Unreadable("zero_quantity", str(quantity))
    free = told.pop("free", False)
    if price < 0 or (not price and not free):
        raise Unreadable("price_not_positive", str(price))
    exact = size, price, cost
    size, price, cost = ten(size), ten(price), ten(cost) if cost else ZERO
    remark = told.pop("remark", "") or ("rounded" if exact != (size, price, cost) else "")
    if not size:
        raise Unreadable("number_out_of_range", str(quantity))
    note, planned = told.pop("note", ""), told.pop("planned", False)
    trade = Trade(NO_ID, at, kind, read_symbol(symbol), size, price, cost, planned, note)
    return Entry(row.line, trade, remark=remark, **told)


def money(
    row: Row, kind: Kind, at: datetime, amount: Decimal, symbol: str = "", **told: Any
) -> Entry:
    """A dividend told as one sum, a fee, a deposit or a withdrawal. Raises Unreadable."""
    size = ten(abs(amount))
    if not size:
        raise Unreadable("zero_amount", str(amount))
    note, planned = told.pop("note", ""), told.pop("planned", False)
    whose = read_symbol(symbol) if symbol else ""
    trade = Trade(NO_ID, at, kind, whose, ONE, size, planned=planned, note=note)
    return Entry(row.line, trade, remark="" if size == abs(amount) else "rounded", **told)


def moved(row: Row, at: datetime, amount: Decimal, **told: Any) -> Entry:
    """Money that came in, or went out where ``amount`` is below zero."""
    return money(row, Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL, at, amount, **told)


def paid(row: Row, at: datetime, amount: Decimal, symbol: str = "", **told: Any) -> Entry:
    """A dividend, or what it costs: one below zero is paid by who is short, or was taken back."""
    if amount > 0:
        return money(row, Kind.DIVIDEND, at, amount, symbol, **told)
    return money(row, Kind.FEE, at, amount, symbol, **told)


def interest(row: Row, at: datetime, amount: Decimal, note: str = "interest", **told: Any) -> Entry:
    """Interest that came in; what was paid for a loan is a fee."""
    return money(row, Kind.INTEREST if amount > 0 else Kind.FEE, at, amount, note=note, **told)


def charged(row: Row, at: datetime, amount: Decimal, symbol: str = "", **told: Any) -> Entry:
    """A fee or tax, told as what it took; a refund is a deposit."""
    if amount < 0:
        return money(row, Kind.FEE, at, amount, symbol, **told)
    return money(row, Kind.DEPOSIT, at, amount, **{"note": "refund", **told})


def with_fee(entry: Entry, fee: Decimal) -> Entry:
    return replace(entry, trade=replace(entry.trade, fee=ten(fee))) if fee else entry


def split(row: Row, at: datetime, symbol: str, **told: Any) -> Entry:
    """``ratio``: new shares for each old one; or ``extra``: how many shares it added."""
    ratio = told.pop("ratio", ONE)
    if ratio <= 0:
        raise Unreadable("zero_quantity", str(ratio))
    note, planned = told.pop("note", ""), told.pop("planned", False)
    whose = read_symbol(symbol)
    trade = Trade(NO_ID, at, Kind.SPLIT, whose, ten(ratio), ZERO, planned=planned, note=note)
    return Entry(row.line, trade, **told)


def ten(value: Decimal) -> Decimal:
    """``value`` to ten decimals, which is what is kept. Raises Unreadable for what has no place."""
    if fits(value):
        return value
    rounded = _ROUND.quantize(value, STEP)
    if not fits(rounded):
        raise Unreadable("number_out_of_range", str(value))
    return rounded


def near(one: Decimal, other: Decimal) -> bool:
    """Within a cent or 0.1 %."""
    return abs(one - other) <= max(CENT, PART * abs(other))


def checked(
    kind: Kind, quantity: Decimal, price: Decimal, amount: Decimal, fee: Decimal
) -> Decimal:
    """The price, where it agrees with what was paid; bonds are quoted in % of par.

    Raises Unreadable ``amount_differs``.
    """
    with localcontext(EXACT):
        for each in (price, price / _HUNDRED):
            gross = abs(quantity) * each
            net = gross + abs(fee) if kind is Kind.BUY else gross - abs(fee)
            if near(abs(amount), net) or near(abs(amount), gross):
                return each
    raise Unreadable("amount_differs", str(amount))


def hidden_fee(kind: Kind, quantity: Decimal, price: Decimal, amount: Decimal) -> Decimal:
    """What ``amount`` holds beside quantity x price, in files without a column for fees.

    Raises Unreadable ``amount_differs``.
    """
    with localcontext(EXACT):
        gross, size = abs(quantity) * price, abs(amount)
        fee = size - gross if kind is Kind.BUY else gross - size
        if abs(fee) < HALF_CENT or (fee < 0 and near(size, gross)):
            return ZERO
        if 0 < fee <= max(_DEAREST_FLAT, _DEAREST * gross):
            return fee
    raise Unreadable("amount_differs", str(amount))


def rebate(row: Row, at: datetime, commission: Decimal, currency: str) -> list[Entry]:
    """A commission above zero was paid to the person, which no fee of the ledger can say."""
    if commission <= 0:
        return []
    return [money(row, Kind.DEPOSIT, at, commission, note="rebate", currency=currency)]


def in_coins(quantity: Decimal, fee: Decimal, kind: Kind) -> Decimal:
    """The coins that came in or went out, where the fee was taken in the same coin."""
    return quantity - fee if kind is Kind.BUY else quantity + fee


def per_share(total: Decimal, quantity: Decimal) -> Decimal:
    """The price that ``total`` comes to. Raises Unreadable for no shares."""
    if not quantity:
        raise Unreadable("zero_quantity", str(quantity))
    return ten(_ROUND.divide(abs(total), abs(quantity)))


def single(rows: Sequence[Row]) -> Row:
    (row,) = rows
    return row
