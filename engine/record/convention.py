"""Which trades count as decisions, and how their gain is judged (biases.md 0.2)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger import LotMethod


@dataclass(frozen=True, slots=True)
class Convention:
    """The switches of the reconstruction.

    ``dead_band``: returns smaller than this are neither gain nor loss. ``min_fraction``: sales and
    additions smaller than this share of the position are trims. ``only_discretionary``: leave out
    what was planned, fixed-interval equal buys, trims and the sale of everything. ``short_sales``:
    a sale beyond the holding opens a short position; otherwise it is taken for a sale of shares
    bought before the record starts, and left out. ``first_fill``: a sale made in several fills is
    judged by the price of the first, else by their average.
    """

    dead_band: float = 0.002
    min_fraction: float = 0.2
    only_discretionary: bool = True
    short_sales: bool = False
    first_fill: bool = False
    lots: LotMethod = LotMethod.AVERAGE


DISCRETIONARY = Convention()
"""What the product shows to a person about their own decisions."""

EVERY_TRADE = Convention(
    dead_band=0.0, min_fraction=0.0, only_discretionary=False, short_sales=True, first_fill=True
)
"""Every trade of a file counts as it stands. With quotes of the day this reproduces the
Mantel-Haenszel table of the five investors that ship with the R package ``dispositionEffect``:
long positions at the open, running average cost, paper positions at their price at the moment of
the day's first sale, exact equality of price and cost is neither."""
