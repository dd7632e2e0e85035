"""Binance: transaction records, a list of changes. Those of one second and account are one trade:
fills of the same second cannot be told apart, so they are added up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.amounts import ZERO
from engine.broker_files import coins
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_FEES = frozenset({"transaction fee", "fee", "commission fee shared with you"})
_TRADES = frozenset(
    {
        "transaction buy", "transaction spend", "transaction sold", "transaction revenue", "buy",
        "sell", "transaction related", "binance convert", "large otc trading",
        "small assets exchange bnb", "buy crypto with fiat", *_FEES,
    }
)  # fmt: skip
_MOVES = frozenset({"deposit", "withdraw", "fiat deposit", "fiat withdraw", "fiat withdrawal"})


def by_second(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    """The parts of each trade together; all other rows by themselves."""
    trades: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["operation"].lower() in _TRADES:
            trades.setdefault((row["utc_time"], row["account"]), []).append(row)
        else:
            yield [row]
    yield from trades.values()


def read(rows: Sequence[Row]) -> list[Entry]:
    first, what = rows[0], rows[0]["operation"].lower()
    if what in _TRADES:
        return [_trade(rows)]
    amount, coin = first.number("change", "amount"), first["coin"].upper()
    at = first.locale.moment(first["utc_time"])
    if what in _MOVES:
        if coin not in coins.MONEY:
            raise LeftOut("shares_moved", f"{amount} {coin}")
        return [make.moved(first, at, amount, currency=coin)]
    if "transfer" in what or "subscription" in what or "redemption" in what:
        raise LeftOut("own_transfer", first["operation"])
    if any(word in what for word in ("interest", "reward", "distribution", "airdrop", "cashback")):
        raise LeftOut("income_without_price", f"{amount} {coin}")
    raise Unreadable("code_unknown", first["operation"])


def _trade(rows: Sequence[Row]) -> Entry:
    changes: dict[str, Decimal] = defaultdict(Decimal)
    fees: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        into = fees if row["operation"].lower() in _FEES else changes
        into[row["coin"].upper()] += row.number("change", "amount")
    moved = {coin: change for coin, change in changes.items() if change}
    if len(moved) != 2 or len({change > 0 for change in moved.values()}) != 2:
        raise Unreadable("not_a_pair", " ".join(f"{one} {coin}" for coin, one in moved.items()))
    quote = coins.quote_of(*moved)
    (base,) = moved.keys() - {quote}
    kind = Kind.BUY if moved[base] > 0 else Kind.SELL
    quantity, price = abs(moved[base]), make.per_share(moved[quote], moved[base])
    fee, remark = abs(fees.pop(quote, ZERO)), ""
    if taken := abs(fees.pop(base, ZERO)):
        quantity, fee = make.in_coins(quantity, taken, kind), fee + taken * price
    if any(fees.values()):
        remark = "fee_in_other_coin"
    row = rows[0]
    return make.traded(
        row, kind, row.locale.moment(row["utc_time"]), f"{base}-{quote}", quantity, price,
        fee=fee, currency=quote, remark=remark,
    )  # fmt: skip


LAYOUT = Layout(
    name="binance_statement",
    title="Binance",
    menu="Assets → Transaction history → Export transaction records; unzip it",
    signatures=(Signature(frozenset({"utc_time", "operation", "coin", "change"})),),
    read=read,
    group=by_second,
)
