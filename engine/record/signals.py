"""What each share looked like before the open: the market's side of a decision to buy."""

from __future__ import annotations

from dataclasses import dataclass

from engine.arrays import Days, Flags, Floats
from engine.prices import Prices


@dataclass(frozen=True, slots=True)
class Signals:
    """Of J symbols on T days, each row from data up to the day before (biases.md 2).

    All arrays are (T, J). The z-scores are cross-sectional over what was tradable that day; NaN
    where there is not enough history.
    """

    symbols: tuple[str, ...]
    days: Days
    tradable: Flags  # a close on the day before, and at most five days old
    month: Floats  # return over rows t-22 ... t-1
    z21: Floats  # its z-score
    z252: Floats  # z of the log return over rows t-253 ... t-22
    best: Floats  # the largest daily return of the last 21 days
    zmax: Floats  # its z-score
    week: Floats  # return over the last 5 days
    hot: Flags  # FOMO (biases.md 1.10)
    high: Floats  # price over the highest close of the last 252 days, 1 at the high
    zvol: Floats  # z of volume over its 252-day mean; NaN throughout without volumes


def read_signals(prices: Prices) -> Signals:
    """The signals of all symbols on all days of ``prices``; no row looks at its own day."""
    raise NotImplementedError(prices)
