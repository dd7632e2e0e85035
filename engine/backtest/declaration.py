"""What every strategy and every rebalancing rule declares, and what they are allowed to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Days, Floats, Ints
from engine.backtest.panel import Panel


@dataclass(frozen=True, slots=True)
class View:
    """What is known at the close of row ``row``, the last of the arrays: there are no later rows.

    ``held``: (N,) shares of the value in each asset, drifted, before any trade of this close;
    what is missing to 1 is cash. ``since``: rows since the last rebalancing (-1: none yet).
    """

    symbols: tuple[str, ...]
    days: Days  # (row + 1,)
    close: Floats  # (row + 1, N), NaN where no price
    row: int
    held: Floats
    value: float
    target: Floats  # (N,) the weights last chosen
    since: int


def look(panel: Panel, row: int, held: Floats, value: float, target: Floats, since: int) -> View:
    """A view that ends with ``row``."""
    end = row + 1
    return View(panel.symbols, panel.days[:end], panel.close[:end], row, held, value, target, since)


@dataclass(frozen=True, slots=True)
class Strategy:
    """``choose`` is asked at each rebalancing for (N,) weights, summing to at most 1 (the rest is
    cash), 0 for what has no price; or None to leave everything as it is. ``fixed``: the same
    weights each time, which lets the simulator skip asking.
    """

    name: str
    choose: Callable[[View], Floats | None]
    fixed: Floats | None = None
    facts: Mapping[str, float | str] = field(default_factory=dict)  # parameters, for words and ids


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """When to bring the weights back. ``rows``: the rows of ``days`` on which it is always asked
    for, known beforehand (a calendar), or None where ``due`` decides at each close.
    """

    name: str
    rows: Callable[[Days], Ints] | None
    due: Callable[[View], bool] | None = None
    facts: Mapping[str, float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.rows is None) == (self.due is None):
            raise ValueError(f"{self.name}: either rows or due")


@dataclass(frozen=True, slots=True)
class Flows:
    """Money from outside: ``amounts`` (F,) on ``rows`` (F,) of the panel; negative: taken out.

    It arrives before the close of its row and is invested with that close, in proportion to the
    target weights, unless the row rebalances anyway.
    """

    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    amounts: Floats = field(default_factory=lambda: np.zeros(0))
