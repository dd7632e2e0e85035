"""Binance: spot trade history. Units are glued to numbers, pairs are not split."""

from __future__ import annotations

from collections.abc import Sequence

from engine.amounts import ZERO
from engine.broker_files import coins
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, Signature
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_SIDES = {"BUY": Kind.BUY, "SELL": Kind.SELL}


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    side = row.first("side", "type").upper()
    if side not in _SIDES:
        raise Unreadable("code_unknown", side)
    kind = _SIDES[side]
    executed = row.first("executed", "amount")
    total = row["amount"] if row["executed"] else row["total"]
    if not executed or not total:
        raise Unreadable("cell_empty", "quantity" if not executed else "amount")
    quantity, base = coins.glued(executed, row.locale)
    paid, quote = coins.glued(total, row.locale)
    base, quote = coins.split_pair(row.first("pair", "market"), base, quote)
    price = make.checked(kind, quantity, row.number("price"), paid, ZERO)
    fee, coin = coins.glued(row["fee"] or "0", row.locale)
    coin, remark = coin or row["fee coin"].upper(), ""
    if coin == base:
        quantity, fee = make.in_coins(quantity, fee, kind), fee * price
    elif fee and coin != quote:
        fee, remark = ZERO, "fee_in_other_coin"
    return [
        make.traded(
            row, kind, row.locale.moment(row["date(utc)"]), f"{base}-{quote}", quantity, price,
            fee=fee, currency=quote, remark=remark,
        )
    ]  # fmt: skip


LAYOUT = Layout(
    name="binance_spot",
    title="Binance",
    menu="Orders → Spot order → Trade history → Export; unzip it",
    signatures=(
        Signature(frozenset({"date(utc)", "pair", "executed"})),
        Signature(frozenset({"date(utc)", "market", "type", "total"})),
    ),
    read=read,
)
