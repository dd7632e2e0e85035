"""What Fidelity's actions say, which are sentences: shared by its two layouts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, LeftOut
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_OPTION = re.compile(r"-[A-Z]{1,6}\d{6}[CP][\d.]+")
_SWEEPS = frozenset({"SPAXX", "FDRXX", "FCASH", "CORE", "FZFXX"})
_TRANSFERS = (
    "electronic funds transfer", "direct deposit", "direct debit", "wire transfer",
    "check received", "cash contribution", "partic contr", "contribution", "distribution",
    "check paid",    "transfer of assets cash",
)  # fmt: skip
_FEES = (
    "foreign tax paid",
    "fee charged",
    "advisory fee",
    "margin interest",
    "adjust fee",
    "wire fee",
)


def read(rows: Sequence[Row]) -> list[Entry]:
    """The entries of one row; ``like`` finds amounts with and without "($)" in their names."""
    row = make.single(rows)
    if row["run date"].lower().startswith("date downloaded"):
        raise LeftOut("text_only", row["run date"])
    action, symbol = row["action"].lower(), row["symbol"].removeprefix("'")
    _refuse(row, action, symbol)
    at, currency = row.locale.moment(row["run date"]), row["currency"] or "USD"
    told = {"currency": currency, "account": row["account number"]}
    if action.startswith(("you bought", "you sold", "reinvestment")):
        return [_trade(row, Kind.SELL if "sold" in action[:9] else Kind.BUY)]
    amount = row.locale.number(_amount(row))
    if action.startswith(
        ("dividend received", "long-term cap gain", "short-term cap gain", "in lieu")
    ):
        return [make.paid(row, at, amount, symbol, **told)]
    if action.startswith("interest"):
        return [make.interest(row, at, amount, **told)]
    if action.startswith(_FEES):
        return [make.charged(row, at, amount, symbol, **told)]
    if action.startswith(_TRANSFERS):
        return [make.moved(row, at, amount, **told)]
    raise Unreadable("code_unknown", row["action"])


def _amount(row: Row) -> str:
    text = row.first("amount", "amount ($)")
    if not text:
        raise Unreadable("cell_empty", "amount")
    return text


def _refuse(row: Row, action: str, symbol: str) -> None:
    """Raise LeftOut for what is nothing for the books."""
    if (
        _OPTION.fullmatch(symbol)
        or action.startswith(("expired", "assigned"))
        or (" opening transaction" in action or " closing transaction" in action)
    ):
        raise LeftOut("option", symbol or row["action"])
    if action.startswith(("you bought", "reinvestment", "you sold", "redemption from core")) and (
        symbol in _SWEEPS or "core account" in action
    ):
        raise LeftOut("sweep", symbol)
    if action.startswith(("merger", "spin", "name chang", "reverse split", "exchanged to")):
        raise LeftOut("corporate_action", row["action"])
    if (
        action.startswith(("transferred from", "transferred to", "transfer of assets acat"))
        and symbol
    ):
        raise LeftOut("shares_moved", symbol)


def _trade(row: Row, kind: Kind) -> Entry:
    at = row.locale.moment(row["run date"])
    price = row.number("price ($)" if "price ($)" in row.columns else "price", "price")
    fee = row.optional("commission", "fees", "commission ($)", "fees ($)")
    quantity, amount = row.number("quantity"), row.locale.number(_amount(row))
    price = make.checked(kind, quantity, price, amount, fee)
    return make.traded(
        row, kind, at, row["symbol"], quantity, price,
        fee=fee, currency=row["currency"] or "USD", account=row["account number"],
    )  # fmt: skip
