"""What E*TRADE's activity types mean: shared by its two layouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, LeftOut
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_TRADES = {
    "bought": Kind.BUY, "sold": Kind.SELL, "sold short": Kind.SELL,
    "bought to cover": Kind.BUY, "dividend reinvestment": Kind.BUY,
}  # fmt: skip
_MONEY = frozenset(
    {"online transfer", "transfer", "wire", "deposit", "withdrawal", "check", "direct deposit"}
)
_OPTIONS = frozenset(
    {
        "bought to open", "sold to open", "bought to close", "sold to close", "option expired",
        "option expiration", "option assigned", "option exercised",
    }
)  # fmt: skip
_FEES = frozenset({"fee", "service fee", "misc fee", "foreign tax", "tax", "margin interest"})


def entries_of(rows: Sequence[Row], names: Mapping[str, str]) -> list[Entry]:
    """The entries of one row; ``names``: the columns of date, type, quantity, price and amount."""
    row = make.single(rows)
    what, symbol = row[names["type"]].lower(), row["symbol"]
    if what in _OPTIONS:
        raise LeftOut("option", row["description"])
    if what in ("reorganization", "name change", "spin off"):
        raise LeftOut("corporate_action", row["description"])
    at = row.locale.moment(row[names["date"]])
    if kind := _TRADES.get(what):
        fee = row.optional("commission", "fees")
        quantity = row.number(names["quantity"], "quantity")
        amount = row.number(names["amount"], "amount")
        price = row.number(names["price"], "price")
        price = make.checked(kind, quantity, price, amount, fee)
        return [make.traded(row, kind, at, symbol, quantity, price, fee=fee, currency="USD")]
    if what in ("stock split", "split"):
        extra = row.number(names["quantity"], "quantity")
        return [make.split(row, at, symbol, extra=extra, currency="USD")]
    amount = row.number(names["amount"], "amount")
    if "dividend" in what or what.startswith("capital gain"):
        return [make.paid(row, at, amount, symbol, currency="USD")]
    if what.startswith("interest"):
        return [make.interest(row, at, amount, currency="USD")]
    if what in _FEES:
        return [make.charged(row, at, amount, symbol, currency="USD")]
    if what in _MONEY:
        return [make.moved(row, at, amount, currency="USD")]
    raise Unreadable("code_unknown", row[names["type"]])
