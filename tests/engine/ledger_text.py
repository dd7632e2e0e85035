"""Trades written as people would write them in a table, for tests.

One trade a line, ``#`` starts a comment, times are UTC (12:00 when only the day is given)::

    2025-01-02        deposit 5000
    2025-03-01        buy 20 AAPL 150 fee 1
    2025-03-01 14:30  sell 5 AAPL 160.25
    2025-05-01        dividend 15 AAPL 0.25
    2025-06-10        split 4 AAPL
    2025-06-11        fee 3 AAPL              # the symbol may be left out
    2025-07-01        withdrawal 100

The n-th trade (from 1) has ``id`` UUID(int=n) and ``number`` n.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from engine.ledger import Kind, Trade

_LINE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)(?:\s+(?P<time>\d\d:\d\d(?::\d\d)?))?\s+(?P<kind>[a-z]+)"
    r"\s+(?P<rest>.*?)(?:\s+fee\s+(?P<fee>\S+))?"
)


def trades(text: str) -> list[Trade]:
    """The trades of a table, in its order. Raises ValueError for a line it cannot read."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [_trade(n, line) for n, line in enumerate(filter(None, lines), start=1)]


def one(line: str, number: int = 99) -> Trade:
    """The trade of one line."""
    return _trade(number, line.strip())


def _trade(number: int, line: str) -> Trade:
    found = _LINE.fullmatch(line)
    if not found:
        raise ValueError(line)
    at = datetime.fromisoformat(f"{found['day']}T{found['time'] or '12:00'}").replace(tzinfo=UTC)
    kind, words = Kind(found["kind"]), found["rest"].split()
    quantity, price, symbol = "1", "0", ""
    if kind in (Kind.BUY, Kind.SELL, Kind.DIVIDEND):
        quantity, symbol, price = words
    elif kind is Kind.SPLIT:
        quantity, symbol = words
    else:
        price, symbol = (*words, "")[:2]
    fee = Decimal(found["fee"] or 0)
    shares, each = Decimal(quantity), Decimal(price)
    return Trade(UUID(int=number), at, kind, symbol, shares, each, fee, number=number)
