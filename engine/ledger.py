"""Trades, and the portfolio they leave behind. Money is always ``Decimal``, and always exact.

Where fees go: the fee of a purchase is part of what the lot cost, the fee of a sale is taken out
of its proceeds; ``FEE`` entries and the fees of all that is neither belong to no share and are
summed in ``Portfolio.fees``. What a short seller pays instead of a dividend is a ``FEE`` with the
symbol. Exactly, for every kind of trade and both lot methods::

    paid - received = cost of what is held - gained
    cash = deposits - withdrawals + dividends + interest - fees - (paid - received)

where *paid* is quantity x price + fee of all purchases and *received* is quantity x price - fee of
all sales. When part of a lot is closed, its share of the cost is cut to 10 decimals; the rest stays
in the lot, so nothing is rounded away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from uuid import UUID

from engine.amounts import EXACT, ZERO, fits, share, split_ratio
from engine.lots import Closure as Closure  # re-exported: users of the ledger need one module
from engine.lots import Lot as Lot
from engine.lots import OpenLots
from engine.lots import Position as Position


class Kind(StrEnum):
    """What happened. The meaning of ``quantity`` and ``price`` of a trade depends on it."""

    BUY = "buy"  # quantity shares at price each
    SELL = "sell"
    DIVIDEND = "dividend"  # price per share on quantity shares, paid in cash
    SPLIT = "split"  # quantity new shares for each old one; price is 0
    FEE = "fee"  # price is the amount, quantity 1; symbol may be empty
    DEPOSIT = "deposit"  # price is the amount, quantity 1, no symbol
    WITHDRAWAL = "withdrawal"
    INTEREST = "interest"  # on cash, or for lending shares: income as dividends are


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
    fee: Decimal = ZERO  # in the currency of the price, never negative
    planned: bool = False  # the person said it followed a plan; bias statistics leave it out
    note: str = ""
    number: int = 0  # as the person sees it (#214); 0 before it is recorded


@dataclass(frozen=True, slots=True)
class Rules:
    """How a portfolio is booked, as its owner chose."""

    lot_method: LotMethod = LotMethod.FIFO
    allow_short: bool = False


USUAL_RULES = Rules()


class Impossible(StrEnum):
    """What is wrong with a trade."""

    QUANTITY = "quantity"  # zero, negative, 10^12 or more, over 10 decimals, NaN; not 1 for cash
    PRICE = "price"  # negative, too large, too fine; zero for cash; not zero for a split
    FEE = "fee"
    SYMBOL = "symbol"  # missing, or given to a deposit or a withdrawal
    MOMENT = "moment"  # without a time zone, off the calendar, or before what is booked
    NOTHING_TO_SPLIT = "nothing to split"
    NEVER_HELD = "never held"  # a dividend of a share that was never owned
    SPLIT_SIZE = "split size"  # it would leave no share at all, or 10^12 and more


class ImpossibleTrade(ValueError):
    """A trade that cannot have happened as told."""

    def __init__(self, trade: Trade, reason: Impossible) -> None:
        super().__init__(trade, reason)  # the arguments, so that it survives pickling
        self.trade, self.reason = trade, reason

    def __str__(self) -> str:
        return f"{self.trade.kind} {self.trade.id}: {self.reason}"


class NotEnoughShares(ValueError):
    """More was sold than was held at that moment.

    ``trade`` is the sale that does not fit. After a back-dated entry or an undo this may be a
    later one than the trade that was added or taken away.
    """

    def __init__(self, trade: Trade, held: Decimal) -> None:
        super().__init__(trade, held)  # the arguments, so that it survives pickling
        self.trade, self.held = trade, held
        self.symbol, self.wanted, self.at = trade.symbol, trade.quantity, trade.at

    def __str__(self) -> str:
        return f"{self.wanted} {self.symbol} sold at {self.at}, {self.held} held"


class NoPrice(LookupError):
    """Something that is held has no known price."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol)
        self.symbol = symbol


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What is held, and what has been sold, after a run of trades.

    ``lots`` come by symbol, then oldest first. ``cash`` is all that
    came in less all that went out: negative where purchases were told but not their deposits.
    """

    lots: tuple[Lot, ...] = ()
    closures: tuple[Closure, ...] = ()
    cash: Decimal = ZERO
    dividends: Decimal = ZERO  # before their fees
    fees: Decimal = ZERO  # those in no lot and no closure
    deposits: Decimal = ZERO
    withdrawals: Decimal = ZERO
    interest: Decimal = ZERO
    until: datetime | None = None  # the moment of the last trade

    def held(self, symbol: str) -> Decimal:
        """Shares of ``symbol``; negative when short."""
        with localcontext(EXACT):
            return sum((lot.quantity for lot in self.lots if lot.symbol == symbol), ZERO)

    def position(self, symbol: str) -> Position | None:
        """What is held of ``symbol``, or nothing."""
        return next((p for p in self.positions() if p.symbol == symbol), None)

    def positions(self) -> tuple[Position, ...]:
        """One for each symbol held, in the order of ``lots``."""
        found: dict[str, Position] = {}
        with localcontext(EXACT):
            for lot in self.lots:
                so_far = found.get(lot.symbol, Position(lot.symbol, ZERO, ZERO))
                quantity, cost = so_far.quantity + lot.quantity, so_far.cost + lot.cost
                found[lot.symbol] = Position(lot.symbol, quantity, cost)
        return tuple(found.values())

    def after(self, trade: Trade, rules: Rules = USUAL_RULES) -> Portfolio:
        """This portfolio once ``trade``, the newest, is booked.

        Raises NotEnoughShares, and ImpossibleTrade, also when the trade is older than what is
        booked: that needs the whole history and ``book``.
        """
        check(trade)
        if self.until is not None and trade.at.astimezone(UTC) < self.until.astimezone(UTC):
            raise ImpossibleTrade(trade, Impossible.MOMENT)
        with localcontext(EXACT):
            books = _Books(rules, self)
            books.enter(trade)
            return books.portfolio()


def check(trade: Trade) -> None:
    """Raise ImpossibleTrade when no portfolio could have had ``trade``."""
    wrong = _what_is_wrong(trade)
    if wrong:
        raise ImpossibleTrade(trade, wrong)


def in_order(trades: Iterable[Trade]) -> list[Trade]:
    """``trades``, checked, by the moment they happened; those of one instant as given.

    Instants are compared, not clock faces: 01:30 comes twice in the night the clocks go back.
    """
    dated = []
    for trade in trades:
        check(trade)
        dated.append((trade.at.astimezone(UTC), trade))
    dated.sort(key=itemgetter(0))
    return [trade for _, trade in dated]


def book(trades: Iterable[Trade], rules: Rules = USUAL_RULES) -> Portfolio:
    """The portfolio that ``trades`` leave behind.

    They may come in any order; those of the same instant are booked in the order given. Raises
    ImpossibleTrade, and NotEnoughShares naming the first sale that does not fit.
    """
    with localcontext(EXACT):
        books = _Books(rules)
        for trade in in_order(trades):
            books.enter(trade)
        return books.portfolio()


def replay(
    trades: Iterable[Trade], rules: Rules = USUAL_RULES
) -> list[tuple[Trade, Decimal, Decimal]]:
    """Each trade in the order of booking, the shares of its symbol it leaves, and the cash.

    Raises what ``book`` raises.
    """
    with localcontext(EXACT):
        books = _Books(rules)
        return [(trade, books.enter(trade), books.cash) for trade in in_order(trades)]


def realised(portfolio: Portfolio) -> Decimal:
    """Gain of all that was sold, after fees; without dividends and stand-alone fees."""
    with localcontext(EXACT):
        return sum((closure.gain for closure in portfolio.closures), ZERO)


def market_value(portfolio: Portfolio, prices: Mapping[str, Decimal]) -> Decimal:
    """Worth of the shares held, without cash. Raises NoPrice."""
    with localcontext(EXACT):
        return sum((lot.quantity * _price(prices, lot.symbol) for lot in portfolio.lots), ZERO)


def unrealised(portfolio: Portfolio, prices: Mapping[str, Decimal]) -> Decimal:
    """Market value less cost, the fees of buying included. Raises NoPrice."""
    value = market_value(portfolio, prices)
    with localcontext(EXACT):
        return value - sum((lot.cost for lot in portfolio.lots), ZERO)


def _price(prices: Mapping[str, Decimal], symbol: str) -> Decimal:
    price = prices.get(symbol)
    if price is None or not price.is_finite():
        raise NoPrice(symbol)
    return price


_CASH = (Kind.FEE, Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.INTEREST)
_BUY, _SELL = Kind.BUY, Kind.SELL


def _what_is_wrong(trade: Trade) -> Impossible | None:
    kind, quantity, price, fee, at = trade.kind, trade.quantity, trade.price, trade.fee, trade.at
    if not fits(quantity) or quantity <= 0:
        return Impossible.QUANTITY
    if not fits(price) or price.is_signed():
        return Impossible.PRICE
    if fee is not ZERO and (not fits(fee) or fee.is_signed()):
        return Impossible.FEE
    # In the first and the last year another time zone may be off the calendar.
    if at.tzinfo is None or not 1 < at.year < 9999:
        return Impossible.MOMENT
    if kind is _BUY or kind is _SELL:
        return None if trade.symbol else Impossible.SYMBOL
    return _what_is_wrong_beside_trading(trade)


def _what_is_wrong_beside_trading(trade: Trade) -> Impossible | None:
    cash = trade.kind in _CASH
    if cash and trade.quantity != 1:
        return Impossible.QUANTITY
    if (trade.price == 0) is not (trade.kind is Kind.SPLIT):
        return Impossible.PRICE
    if trade.kind is not Kind.FEE and bool(trade.symbol) is cash:
        return Impossible.SYMBOL
    return None


class _Books:
    """A portfolio while it is being booked. To be used inside ``EXACT``."""

    def __init__(self, rules: Rules, start: Portfolio = Portfolio()) -> None:
        self._short = rules.allow_short
        self._average = rules.lot_method is LotMethod.AVERAGE
        self._open: dict[str, OpenLots] = {
            closure.symbol: OpenLots(closure.symbol, self._average) for closure in start.closures
        }
        for symbol, lots in groupby(start.lots, key=attrgetter("symbol")):
            self._open[symbol] = OpenLots(symbol, self._average, lots)
        self._closed = list(start.closures)
        self.cash, self._until = start.cash, start.until
        self._dividends, self._fees = start.dividends, start.fees
        self._deposits, self._withdrawals = start.deposits, start.withdrawals
        self._interest = start.interest

    def enter(self, trade: Trade) -> Decimal:
        """Book the newest trade; the shares of its symbol held after it."""
        self._until = trade.at
        if trade.kind is _BUY or trade.kind is _SELL:
            return self._shares(trade)
        self._fees += trade.fee
        self.cash -= trade.fee
        lots = self._open.get(trade.symbol)
        if trade.kind is Kind.SPLIT:
            return self._split(trade, lots)
        self._money(trade, known=lots is not None)
        return lots.held if lots else ZERO

    def _shares(self, trade: Trade) -> Decimal:
        lots = self._open.get(trade.symbol)
        if lots is None:
            lots = self._open[trade.symbol] = OpenLots(trade.symbol, self._average)
        buys, quantity, price, fee = trade.kind is _BUY, trade.quantity, trade.price, trade.fee
        held = lots.held
        if not buys and quantity > held and not self._short:
            raise NotEnoughShares(trade, held if held > 0 else ZERO)

        money = quantity * price
        self.cash += (-money if buys else money) - fee
        closing = min(quantity, -held if buys else held)
        if closing > 0:
            part = share(fee, closing, quantity) if closing < quantity else fee
            self._closed += lots.close(closing, price, part, trade.at, trade.id)
            quantity, fee = quantity - closing, fee - part
        if quantity:
            signed = quantity if buys else -quantity
            lots.open(signed, signed * price, fee, trade.at, trade.id)
        return lots.held

    def _split(self, trade: Trade, lots: OpenLots | None) -> Decimal:
        if lots is None or not lots.held:
            raise ImpossibleTrade(trade, Impossible.NOTHING_TO_SPLIT)
        lots.split(split_ratio(trade.quantity))
        if not lots.held or not fits(lots.held):
            raise ImpossibleTrade(trade, Impossible.SPLIT_SIZE)
        return lots.held

    def _money(self, trade: Trade, known: bool) -> None:
        amount = trade.quantity * trade.price
        if trade.kind is Kind.DIVIDEND:
            if not known:
                raise ImpossibleTrade(trade, Impossible.NEVER_HELD)
            self._dividends += amount
            self.cash += amount
        elif trade.kind is Kind.DEPOSIT:
            self._deposits += amount
            self.cash += amount
        elif trade.kind is Kind.INTEREST:
            self._interest += amount
            self.cash += amount
        elif trade.kind is Kind.WITHDRAWAL:
            self._withdrawals += amount
            self.cash -= amount
        else:
            self._fees += amount
            self.cash -= amount

    def portfolio(self) -> Portfolio:
        return Portfolio(
            tuple(lot for symbol in sorted(self._open) for lot in self._open[symbol].lots()),
            tuple(self._closed),
            self.cash,
            self._dividends,
            self._fees,
            self._deposits,
            self._withdrawals,
            self._interest,
            self._until,
        )
