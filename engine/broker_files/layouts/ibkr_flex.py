"""Interactive Brokers: Flex query of trades. The columns are whatever the person ticked."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from engine.amounts import ZERO
from engine.broker_files import entries as make
from engine.broker_files.layout import Entry, Layout, LeftOut, Signature
from engine.broker_files.locale import Locale
from engine.broker_files.sheet import Row
from engine.delimited import Unreadable
from engine.ledger import Kind

_FRAMES = frozenset({"BOF", "BOA", "BOS", "EOS", "EOA", "EOF", "MSG", "HEADER", "CLIENTACCOUNTID"})
_SIDES = {"BUY": Kind.BUY, "SELL": Kind.SELL}
_OPTIONS = frozenset({"OPT", "FUT", "FOP", "WAR", "CFD"})


def read(rows: Sequence[Row]) -> list[Entry]:
    row = make.single(rows)
    if str(row.cells[0]).strip().upper() in _FRAMES:
        raise LeftOut("text_only", str(row.cells[0]))
    level, category = row["levelofdetail"].upper(), row["assetclass"].upper()
    if level and level != "EXECUTION":
        raise LeftOut("detail", level)  # orders would count their executions twice
    if category == "CASH":
        raise LeftOut("exchange", row["symbol"])
    if category in _OPTIONS:
        raise LeftOut("option", row["symbol"])
    kind = _SIDES.get(row["buy/sell"].upper())
    if kind is None:
        raise Unreadable("code_unknown", row["buy/sell"])
    quantity, price = row.number("quantity"), row.number("tradeprice", "price")
    if money := row["trademoney"]:
        price = make.checked(kind, quantity, price, row.locale.number(money), ZERO)
    currency = row["currencyprimary"]
    commission, paid_in = row.optional("ibcommission"), row["ibcommissioncurrency"]
    if commission and paid_in and paid_in != currency:
        raise Unreadable("fee_in_other_currency", f"{paid_in} {commission}")
    at = row.locale.moment(row.first("datetime", "tradedate"))
    fee = abs(min(commission, ZERO)) + abs(row.optional("taxes"))
    entry = make.traded(
        row, kind, at, row.first("symbol", "isin").replace(" ", "-"), quantity, price, fee=fee,
        currency=currency, key=row.first("ibexecid", "tradeid"), account=row["clientaccountid"],
    )  # fmt: skip
    return [entry, *make.rebate(row, at, commission, currency)]


LAYOUT = Layout(
    name="ibkr_flex",
    title="Interactive Brokers Flex",
    menu="Performance & Reports → Flex Queries → Trades, CSV",
    signatures=(
        Signature(frozenset({"clientaccountid", "buy/sell", "tradeprice"})),
        Signature(frozenset({"buy/sell", "tradedate", "tradeprice", "ibcommission"})),
    ),
    read=read,
    locale=Locale(zone=ZoneInfo("America/New_York")),
)
