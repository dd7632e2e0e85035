"""What trading costs in a simulation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """``rate`` and ``half_spread``: shares of the money traded, on either side. ``fixed`` and
    ``minimum``: money per order. ``impact``: the price moves against an order by
    ``impact * daily volatility * sqrt(shares ordered / shares traded that day)`` of itself
    (Almgren, Thum, Hauptmann and Li 2005; the square-root law), where the volume is known.

    Raises ValueError for negative or not finite figures, and rates of 100 % and more.
    """

    rate: float = 0.0
    fixed: float = 0.0
    minimum: float = 0.0
    half_spread: float = 0.0
    impact: float = 0.0

    def __post_init__(self) -> None:
        figures = (self.rate, self.fixed, self.minimum, self.half_spread, self.impact)
        if not all(0.0 <= one < float("inf") for one in figures):
            raise ValueError(f"costs of {figures}")
        if self.rate + self.half_spread >= 1.0:
            raise ValueError(f"costs of {self.rate + self.half_spread} of the money traded")

    @property
    def proportional(self) -> bool:
        """Whether twice the money costs twice as much."""
        return self.fixed == self.minimum == self.impact == 0.0


NOTHING = Costs()
