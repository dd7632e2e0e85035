"""One position as fills change it: quantity and cost per share, by average cost or FIFO."""

from __future__ import annotations

from collections import deque

from engine.ledger import LotMethod

# Float sums of fractional shares leave dust; relative to the largest holding it is nothing.
_DUST = 1e-9


class Position:
    """A signed holding. ``cost`` is per share, buying fees included, 0 when nothing is held."""

    __slots__ = ("_peak", "cost", "opened", "quantity")

    def __init__(self) -> None:
        self.quantity = 0.0
        self.cost = 0.0
        self.opened = -1  # day index
        self._peak = 0.0

    def extend(self, quantity: float, price: float, day: int) -> None:
        """More of the same direction; ``quantity`` is signed."""
        if self.quantity == 0.0:
            self.cost = price  # exactly: q·p/q would leave dust in comparisons with the price
            self.opened = day
        else:
            held = abs(self.quantity)
            added = abs(quantity)
            self.cost = (held * self.cost + added * price) / (held + added)
        self.quantity += quantity
        self._peak = max(self._peak, abs(self.quantity))

    def reduce(self, quantity: float) -> float:
        """Close up to ``quantity`` (positive). Returns how much of it was beyond the holding."""
        held = abs(self.quantity)
        rest = held - quantity
        if rest <= _DUST * self._peak:
            surplus = max(-rest, 0.0)
            self.quantity = self.cost = self._peak = 0.0
            return surplus if surplus > _DUST * held else 0.0
        self.quantity = rest if self.quantity > 0 else -rest
        return 0.0

    def cost_of(self, quantity: float) -> float:
        """Cost per share of the next ``quantity`` shares that would be sold."""
        return self.cost


class FifoPosition(Position):
    """The same by first in, first out: ``cost`` is that of the lots that remain."""

    __slots__ = ("_lots",)

    def __init__(self) -> None:
        super().__init__()
        self._lots: deque[list[float]] = deque()

    def extend(self, quantity: float, price: float, day: int) -> None:
        super().extend(quantity, price, day)
        self._lots.append([abs(quantity), price])

    def reduce(self, quantity: float) -> float:
        surplus = super().reduce(quantity)
        if self.quantity == 0.0:
            self._lots.clear()
            return surplus
        left = quantity
        while self._lots and left >= self._lots[0][0]:
            left -= self._lots.popleft()[0]
        if self._lots:
            self._lots[0][0] -= left
            shares = sum(lot[0] for lot in self._lots)
            self.cost = sum(lot[0] * lot[1] for lot in self._lots) / shares
        return surplus

    def cost_of(self, quantity: float) -> float:
        left, money, taken = quantity, 0.0, 0.0
        for shares, price in self._lots:
            part = min(left, shares)
            money += part * price
            taken += part
            left -= part
            if left <= 0:
                break
        return money / taken if taken else self.cost


def new_position(lots: LotMethod) -> Position:
    return FifoPosition() if lots is LotMethod.FIFO else Position()
