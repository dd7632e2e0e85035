"""Trading 212: history. Prices are in the share's currency, totals and fees in the account's.

Its times name no zone and are taken as UTC. Fees in the account's currency are put into that of the
price by the exchange rate of the same row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.amounts import ZERO
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADE = re.compile(r"(market|limit|stop|stop limit) (buy|sell)")
_FEES = (
    "currency conversion fee", "french transaction tax", "stamp duty reserve tax", "stamp duty",
    "transaction fee", "finra fee", "ptm levy",
)  # fmt: skip
_PENCE = Decimal(100)


def pair_splits(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    """A split is two rows: the old shares go, the new ones come."""
    halves: dict[tuple[str, str], Row] = {}
    for row in rows:
        if not row["action"].lower().startswith("stock split"):
            yield [row]
            continue
        which = (row["isin"] or row["ticker"], row["time"][:10])
        if which in halves:
            yield [halves.pop(which), row]
        else:
            halves[which] = row
    for row in halves.values():
        yield [row]


def read(rows: Sequence[Row]) -> list[Entry]:
    row, action = rows[0], rows[0]["action"].lower()
    at = row.locale.moment(row["time"])
    told = {"key": row["id"]}
    if action.startswith("stock split"):
        return [_split(rows)]
    if action == "currency conversion":
        raise LeftOut("exchange", row["notes"])
    if action in ("stock distribution", "spin-off", "merger"):
        raise LeftOut("corporate_action", f"{row['action']} {row['ticker']}")
    if (found := _TRADE.fullmatch(action)) is not None:
        kind = Kind.BUY if found[2] == "buy" else Kind.SELL
        price, currency, unit = _price(row)
        quantity = row.number("no. of shares", "quantity")
        fee = _fees(row) / unit
        return [
            make.traded(
                row, kind, at, row["ticker"], quantity, price, fee=fee, currency=currency, **told
            )
        ]
    if action.startswith("dividend"):
        price, currency, _ = _price(row)
        amount = row.number("no. of shares", "quantity") * price
        return [make.paid(row, at, amount, row["ticker"], currency=currency, **told)]
    total, currency = row.number("total"), row["currency (total)"]
    if "interest" in action or action == "share lending":
        return [make.interest(row, at, total, currency=currency, **told)]
    if action in ("deposit", "withdrawal", "card debit", "card credit", "spending cashback"):
        out = action in ("withdrawal", "card debit")
        return [make.moved(row, at, -abs(total) if out else total, currency=currency, **told)]
    raise Unreadable("code_unknown", row["action"])


def _price(row: Row) -> tuple[Decimal, str, Decimal]:
    """The price in pounds where it is told in pence, its currency, and what it was divided by."""
    price, currency = row.number("price / share", "price"), row["currency (price / share)"]
    if currency in ("GBX", "GBp"):
        return price / _PENCE, "GBP", _PENCE
    return price, currency, make.ONE


def _fees(row: Row) -> Decimal:
    """All fees in the unit that the price is told in. Raises Unreadable where no rate is known."""
    unit, total = row["currency (price / share)"], ZERO
    for name in _FEES:
        if not row[name]:
            continue
        amount, currency = row.number(name), row[f"currency ({name})"] or row["currency (total)"]
        if currency == unit or not amount:
            total += abs(amount)
        elif currency == row["currency (total)"] and row["exchange rate"]:
            total += abs(amount) * row.number("exchange rate")
        else:
            raise Unreadable("fee_in_other_currency", f"{currency} {amount}")
    return total


def _split(rows: Sequence[Row]) -> Entry:
    if len(rows) != 2:
        raise Unreadable("half_of_a_split", rows[0]["ticker"])
    closed = next((one for one in rows if one["action"].lower().endswith("close")), rows[0])
    opened = next(one for one in rows if one is not closed)
    old, new = (one.number("no. of shares", "quantity") for one in (closed, opened))
    at = opened.locale.moment(opened["time"])
    return make.split(opened, at, opened["ticker"], ratio=make.per_share(new, old))


LAYOUT = Layout(
    name="trading212",
    title="Trading 212",
    menu="Menu → History → Export history, CSV",
    signatures=(
        Signature(frozenset({"action", "isin", "no. of shares", "currency (price / share)"})),
    ),
    read=read,
    group=pair_splits,
)
