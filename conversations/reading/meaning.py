"""What a sentence about a trade is understood to mean, and what has to be asked about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from engine.ledger import Kind
from engine.market.instruments import Universe

KEEP = "keep"  # the value of the choice that leaves everything as it was said


@dataclass(frozen=True, slots=True)
class DayRange:
    """What one share cost on one day, in the currency that it is quoted in."""

    low: Decimal
    high: Decimal
    close: Decimal
    exact: bool = True  # False: only closes are known, low and high span the previous and this one


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside of a sentence that its meaning depends on."""

    today: date
    universe: Universe
    holdings: Mapping[str, Decimal]
    quote: Callable[[str, date], DayRange | None]  # of exactly that day
    currency: str = "USD"
    day_first: bool | None = None  # 3/4 is the 3rd of April; None: they have not told us
    last_symbol: str | None = None  # the last one that was talked about


class IssueKind(StrEnum):
    """Why a reading cannot be saved as it is."""

    SIDE = "side"  # bought or sold?
    SHORT = "short"  # a short sale, or the covering of one
    HAPPENED = "happened"  # a trade of theirs that has taken place?
    NOT_SHARES = "not_shares"  # calls, puts, futures
    SYMBOL_MISSING = "symbol_missing"
    SYMBOL_UNKNOWN = "symbol_unknown"
    SYMBOL_AMBIGUOUS = "symbol_ambiguous"
    QUANTITY_MISSING = "quantity_missing"
    PRICE_MISSING = "price_missing"
    AMOUNT_MISSING = "amount_missing"  # a dividend, fee, deposit or withdrawal without its sum
    NUMBER_UNCLEAR = "number_unclear"  # "one eighty five", or a number with no role
    TOTAL_OR_EACH = "total_or_each"
    FEE_UNCLEAR = "fee_unclear"
    DATE_UNCLEAR = "date_unclear"
    DATE_VAGUE = "date_vague"  # "last week"
    DATE_FUTURE = "date_future"
    DATE_HOLIDAY = "date_holiday"
    PRICE_ODD = "price_odd"
    CURRENCY = "currency"
    ABSURD = "absurd"  # zero, negative, above a milliard, finer than a milliardth


class Slot(StrEnum):
    """The part of a reading that a choice would change."""

    SIDE = "side"
    SYMBOL = "symbol"
    QUANTITY = "quantity"
    PRICE = "price"
    FEE = "fee"
    DATE = "date"
    AMOUNT = "amount"
    FORM = "form"  # "total" or "each"
    CURRENCY = "currency"
    NONE = "none"  # with the value "keep"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: the value that ``slot`` would take, as text ("AAPL", "2026-11-25")."""

    slot: Slot
    value: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One question; ``said`` is the part of the sentence that it is about."""

    kind: IssueKind
    said: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class TradeReading:
    """A trade as far as it is understood. It may be saved when ``issues`` is empty.

    ``amount`` is money: what a dividend, fee, deposit or withdrawal comes to, or what a trade came
    to in total. While a trade has an ``amount`` and no ``price`` its price waits for ``quantity``,
    or for the answer to TOTAL_OR_EACH.
    """

    side: Kind | None = None
    symbol: str | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    fee: Decimal = Decimal(0)
    on: date | None = None
    at_time: time | None = None
    currency: str | None = None  # as they said it, ISO 4217; None: the one it is quoted in
    note: str = ""
    amount: Decimal | None = None
    issues: tuple[Issue, ...] = ()
    source: str = ""  # the words it was read from
    kept: frozenset[str] = frozenset()  # kinds of issues that the person has waved through
    assumed: tuple[str, ...] = ()  # readings chosen because only they fit: "total", "pence", ...
    unchecked: bool = False  # no price of that day is known to compare with
    short: bool = False  # said to be a short sale, or the covering of one

    def issue(self, kind: IssueKind) -> Issue | None:
        """The open issue of that kind, or nothing."""
        return next((one for one in self.issues if one.kind is kind), None)
