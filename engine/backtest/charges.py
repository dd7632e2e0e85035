"""What orders cost, and how much is left of a portfolio once they are paid for out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.backtest.costs import Costs

DUST = 1e-12  # of the value: orders below it are rounding errors and not placed
_STEPS = 200  # Newton's steps; a handful are enough


@dataclass(frozen=True, slots=True)
class Charges:
    """The costs of orders for N assets at one close: of ``m`` money each, for m > 0::

        max(fixed + rate m, minimum) + half_spread m + pressure m^1.5

    ``pressure`` (N,): ``impact * volatility / sqrt(price * volume)``, 0 where it is not known.
    """

    costs: Costs
    pressure: Floats

    def of(self, money: Floats) -> Floats:
        """(N,) cost of orders of ``money`` (N,) >= 0; an order of nothing still pays the fees."""
        costs = self.costs
        asked = np.maximum(costs.fixed + costs.rate * money, costs.minimum)
        charged: Floats = asked + costs.half_spread * money + self.pressure * money**1.5
        return charged

    def slope(self, money: Floats) -> Floats:
        """(N,) cost of one more unit of money."""
        costs = self.costs
        above = costs.fixed + costs.rate * money >= costs.minimum
        steepness: Floats = np.where(above, costs.rate, 0.0) + costs.half_spread
        return steepness + 1.5 * self.pressure * np.sqrt(money)

    def only(self, chosen: Flags | Ints) -> Charges:
        """Of some of the assets: ``chosen`` flags or indices."""
        return Charges(self.costs, self.pressure[chosen])


def settle(value: float, weights: Floats, held: Floats, charges: Charges) -> float | None:
    """What is left of ``value`` after bringing ``held`` (N,) money to ``weights * left`` (N,).

    The exact budget: ``left + cost(|weights left - held|) = value``. Its left side is convex, so
    Newton's method from above comes down to the root without passing it, and ends on it where
    costs are piecewise linear. None where the costs are more than there is.
    """

    def excess(left: float) -> tuple[float, Floats]:
        moved = weights * left - held
        return left + float(charges.of(np.abs(moved)).sum()) - value, moved

    if excess(0.0)[0] > 0.0:
        return None
    left = value
    for _ in range(_STEPS):
        over, moved = excess(left)
        steepness = 1.0 + float((charges.slope(np.abs(moved)) * np.sign(moved) * weights).sum())
        lower = left - over / steepness
        if not lower < left:
            break
        left = lower
    return max(left, 0.0)


def part_to_sell(wanted: float, cash: float, held: Floats, charges: Charges) -> float | None:
    """The part of ``held`` (N,) and of ``cash`` that pays out ``wanted`` after costs; None where
    all of it does not."""
    whole = cash + float(held.sum())
    part = wanted / whole if whole > 0.0 else 2.0
    for _ in range(_STEPS):
        if not part <= 1.0:
            return None
        missing = wanted + float(charges.of(part * held).sum()) - part * whole
        steepness = whole - float((charges.slope(part * held) * held).sum())
        if missing > 0.0 and steepness <= 0.0:
            return None
        higher = part + missing / steepness if missing > 0.0 else part
        if not higher > part:
            break
        part = higher
    return part


def spendable(money: float, charges: Charges) -> float:
    """The order that costs ``money`` with its charges (of one asset); 0 where the fees are more."""
    left = settle(money, np.ones(1), np.zeros(1), charges)
    return 0.0 if left is None else left


def round_down(
    wanted: Floats, prices: Floats, owned: Floats, cash: float, floor: float, charges: Charges
) -> tuple[Floats, float]:
    """Whole shares (N,) nearest below ``wanted`` (N,) money, and the costs of getting there.

    What is left over buys one more share of each asset, those first whose fraction was cut off the
    most, while ``cash`` (before any order) ends at ``floor`` or more. Cash never ends below zero.
    """

    def cost(shares: Floats) -> float:
        moved = np.abs(shares - owned) * prices
        ordered = moved > 0.0
        return float(charges.of(moved)[ordered].sum())

    def left(shares: Floats) -> float:
        return cash - float(((shares - owned) * prices).sum()) - cost(shares)

    exact = wanted / prices
    shares = np.floor(exact + 1e-9)
    for n in np.argsort(shares - exact, kind="stable").tolist():
        more = shares.copy()
        more[n] += 1.0
        if exact[n] > shares[n] and left(more) >= max(floor, 0.0):
            shares = more
    while left(shares) < 0.0 and bool((shares > owned).any()):
        shares[int(np.argmax(np.where(shares > owned, prices, 0.0)))] -= 1.0
    if left(shares) < 0.0:
        return owned, 0.0
    return shares, cost(shares)
