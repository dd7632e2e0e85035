"""Trades, and the lots they open and close. Money is always ``Decimal``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What happened. The meaning of ``quantity`` and ``price`` of a trade depends on it."""

    BUY = "buy"  # quantity shares at price each
    SELL = "sell"
    DIVIDEND = "dividend"  # price per share on quantity shares, paid in cash
    SPLIT = "split"  # quantity new shares for each old one; price is 0
    FEE = "fee"  # price is the amount, quantity 1; symbol may be empty
    DEPOSIT = "deposit"  # price is the amount, quantity 1, no symbol
    WITHDRAWAL = "withdrawal"


class LotMethod(StrEnum):
    FIFO = "fifo"
    AVERAGE = "average"


@dataclass(frozen=True, slots=True)
class Trade:
    """Something that has happened in a portfolio."""

    id: UUID
    at: datetime  # aware
    kind: Kind
    symbol: str
    quantity: Decimal
    price: Decimal
    fee: Decimal = Decimal(0)  # in the currency of the price, never negative
    planned: bool = False  # the person said it followed a plan; bias statistics leave it out
    note: str = ""
    number: int = 0  # as the person sees it (#214); 0 before it is recorded
