"""Lots of shares: what is open, and what was closed at which gain.

One rule holds for both directions: a lot sold short has a negative quantity and a negative cost,
which is what was received for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from engine.amounts import EXACT, ZERO, each, scaled, share


@dataclass(frozen=True, slots=True)
class Lot:
    """Shares bought together and not yet sold; a negative quantity was sold short.

    ``cost`` includes ``fee``. A symbol booked at average cost has one lot, which keeps the moment
    and the trade of its first purchase.
    """

    symbol: str
    quantity: Decimal
    cost: Decimal
    fee: Decimal
    opened_at: datetime
    trade_id: UUID

    @property
    def price(self) -> Decimal:
        """Per share, in today's shares, without fees; 28 significant digits."""
        return each(EXACT.subtract(self.cost, self.fee), self.quantity)


@dataclass(frozen=True, slots=True)
class Closure:
    """Shares of one lot, sold by one trade; a negative quantity was a short lot bought back.

    ``cost`` and ``proceeds`` are after fees, of which ``fees`` is the sum. ``trade_id`` closed
    what ``opened_by`` had opened.
    """

    symbol: str
    quantity: Decimal
    opened_at: datetime
    closed_at: datetime
    cost: Decimal
    proceeds: Decimal
    fees: Decimal
    trade_id: UUID
    opened_by: UUID

    @property
    def gain(self) -> Decimal:
        """Proceeds less cost, exactly."""
        return EXACT.subtract(self.proceeds, self.cost)


@dataclass(frozen=True, slots=True)
class Position:
    """All lots of one symbol together; ``cost`` includes fees."""

    symbol: str
    quantity: Decimal
    cost: Decimal

    @property
    def average_cost(self) -> Decimal:
        """Per share, fees included; 28 significant digits."""
        return each(self.cost, self.quantity)


class _Open:
    """A lot while it changes. ``paid`` is without fees and has the sign of ``quantity``."""

    __slots__ = ("fee", "opened_at", "paid", "quantity", "trade_id")

    def __init__(
        self, quantity: Decimal, paid: Decimal, fee: Decimal, opened_at: datetime, trade_id: UUID
    ) -> None:
        self.quantity, self.paid, self.fee = quantity, paid, fee
        self.opened_at, self.trade_id = opened_at, trade_id

    def add(self, quantity: Decimal, paid: Decimal, fee: Decimal) -> None:
        self.quantity += quantity
        self.paid += paid
        self.fee += fee

    def take(self, size: Decimal) -> tuple[Decimal, Decimal]:
        """Take the paid and the fee of ``size`` shares, fewer than there are, out of the lot."""
        held = abs(self.quantity)
        paid, fee = share(self.paid, size, held), share(self.fee, size, held)
        self.quantity -= size if self.quantity > 0 else -size
        self.paid -= paid
        self.fee -= fee
        return paid, fee


class OpenLots:
    """The open lots of one symbol, all in one direction. To be used inside ``EXACT``."""

    __slots__ = ("_average", "_lots", "held", "symbol")

    def __init__(self, symbol: str, average: bool, lots: Iterable[Lot] = ()) -> None:
        self.symbol, self._average = symbol, average
        self.held = ZERO
        self._lots: deque[_Open] = deque()
        for lot in lots:
            paid = lot.cost - lot.fee
            self.open(lot.quantity, paid, lot.fee, lot.opened_at, lot.trade_id)

    def open(
        self, quantity: Decimal, paid: Decimal, fee: Decimal, at: datetime, trade_id: UUID
    ) -> None:
        """Add shares; ``quantity`` and ``paid`` have one sign, that of what is held."""
        self.held += quantity
        if self._average and self._lots:
            self._lots[0].add(quantity, paid, fee)
        else:
            self._lots.append(_Open(quantity, paid, fee, at, trade_id))

    def close(
        self, size: Decimal, price: Decimal, fee: Decimal, at: datetime, trade_id: UUID
    ) -> list[Closure]:
        """Close ``size`` > 0 shares, at most what is held, oldest first."""
        closed: list[Closure] = []
        symbol, lots, short = self.symbol, self._lots, self.held < 0
        left, fee_left = size, fee
        self.held += size if short else -size
        while left:
            lot = lots[0]
            taken = abs(lot.quantity)
            if taken <= left:
                lots.popleft()
                paid, lot_fee = lot.paid, lot.fee
            else:
                taken = left
                paid, lot_fee = lot.take(taken)
            left -= taken
            own_fee = share(fee, taken, size) if left else fee_left
            fee_left -= own_fee
            signed = -taken if short else taken
            cost, proceeds, fees = paid + lot_fee, signed * price - own_fee, lot_fee + own_fee
            opened_at, opened_by = lot.opened_at, lot.trade_id
            closed.append(
                Closure(symbol, signed, opened_at, at, cost, proceeds, fees, trade_id, opened_by)
            )
        return closed

    def split(self, ratio: Fraction) -> None:
        """Scale the shares, leave the money.

        The total is rounded to 10^-10 and the lots share it out, so that they still add up; a lot
        of which nothing remains leaves its cost to its neighbour. Leaves nothing open when the
        total rounds to nothing.
        """
        kept: deque[_Open] = deque()
        old = new = spare_paid = spare_fee = ZERO
        for lot in self._lots:
            old += lot.quantity
            upto = scaled(old, ratio)
            lot.quantity, new = upto - new, upto
            if lot.quantity:
                lot.add(ZERO, spare_paid, spare_fee)
                spare_paid = spare_fee = ZERO
                kept.append(lot)
            else:
                spare_paid += lot.paid
                spare_fee += lot.fee
        if kept:
            kept[-1].add(ZERO, spare_paid, spare_fee)
        self._lots, self.held = kept, new

    def lots(self) -> list[Lot]:
        """What is open, oldest first."""
        return [
            Lot(self.symbol, lot.quantity, lot.paid + lot.fee, lot.fee, lot.opened_at, lot.trade_id)
            for lot in self._lots
        ]
