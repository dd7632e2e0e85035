"""What a person believes about returns, as data: "AAPL beats MSFT by 3 % a year"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from engine.arrays import Floats


class ViewKind(StrEnum):
    ABSOLUTE = "absolute"  # ``long`` earns ``value``
    RELATIVE = "relative"  # ``long`` earns ``value`` more than ``short``


class UnknownAsset(ValueError):
    """A belief or a demand about something that is not among the assets."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol)
        self.symbol = symbol


@dataclass(frozen=True, slots=True)
class View:
    """``long`` and ``short``: symbols, several stand for their plain average. ``value``: simple
    return a year. ``confidence``: above 0 to 1; 0.5 is as sure as the market's own opinion (the
    choice of He and Litterman), 1 is certain (Idzorek).
    """

    kind: ViewKind
    long: tuple[str, ...]
    short: tuple[str, ...]
    value: float
    confidence: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.confidence <= 1.0:
            raise ValueError(f"a confidence of {self.confidence}, expected above 0 and at most 1")
        if not np.isfinite(self.value):
            raise ValueError(f"a view of {self.value}")
        if not self.long or bool(self.short) != (self.kind is ViewKind.RELATIVE):
            raise ValueError(f"a view about {self.long} against {self.short}, {self.kind}")
        if set(self.long) & set(self.short):
            raise ValueError(f"a view of {self.long} against itself")


def believe(symbol: str, value: float, confidence: float = 0.5) -> View:
    """``symbol`` earns ``value`` a year."""
    return View(ViewKind.ABSOLUTE, (symbol,), (), value, confidence)


def prefer(better: str, worse: str, by: float, confidence: float = 0.5) -> View:
    """``better`` earns ``by`` a year more than ``worse``."""
    return View(ViewKind.RELATIVE, (better,), (worse,), by, confidence)


def pick(views: Sequence[View], symbols: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """(V, N) portfolios the V views are about, (V,) what they earn, (V,) confidences.

    Raises UnknownAsset.
    """
    column = {symbol: n for n, symbol in enumerate(symbols)}
    about = np.zeros((len(views), len(symbols)))
    for row, view in enumerate(views):
        for names, sign in ((view.long, 1.0), (view.short, -1.0)):
            for symbol in names:
                if symbol not in column:
                    raise UnknownAsset(symbol)
                about[row, column[symbol]] += sign / len(names)
    values = np.array([view.value for view in views], dtype=np.float64)
    return about, values, np.array([view.confidence for view in views], dtype=np.float64)
