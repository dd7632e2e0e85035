"""What every strategy and every rebalancing rule declares, and what they are allowed to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.backtest.panel import Panel

ROUNDING = 1e-9  # weights that add up to 1 but for this are taken to do so


class BadWeights(ValueError):
    """Weights that cannot be held. ``reason``: "shape", "not a number", "negative", "sum" or
    "no price"; ``symbols``: those concerned, ``total``: of all weights."""

    def __init__(self, reason: str, symbols: tuple[str, ...], total: float) -> None:
        super().__init__(reason, symbols, total)
        self.reason = reason
        self.symbols = symbols
        self.total = total


@dataclass(frozen=True, slots=True)
class View:
    """What is known at the close of row ``row``, the last of the arrays: there are no later rows.

    ``held``: (N,) shares of the value in each asset, drifted, before any trade of this close;
    what is missing to 1 is cash. ``since``: rows since the last rebalancing (-1: none yet).
    ``listed``: (N,) has had its first price and has not been paid out. ``past_days`` (P,) and
    ``past_close`` (P, N): before row 0.
    """

    symbols: tuple[str, ...]
    days: Days  # (row + 1,)
    close: Floats  # (row + 1, N), NaN where no price
    row: int
    held: Floats
    value: float
    target: Floats  # (N,) the weights last chosen
    since: int
    listed: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    past_days: Days = field(default_factory=lambda: np.zeros(0, "datetime64[D]"))
    past_close: Floats | None = None

    def last_closes(self, count: int) -> tuple[Days, Floats]:
        """The last ``count`` days and closes, at most (count,) and (count, N), into the past."""
        missing = count - len(self.days)
        if missing <= 0:
            return self.days[-count:], self.close[-count:]
        if self.past_close is None:
            return self.days, self.close
        days = np.concatenate((self.past_days[-missing:], self.days))
        return days, np.vstack((self.past_close[-missing:], self.close))


def look(
    panel: Panel,
    row: int,
    held: Floats,
    value: float,
    target: Floats,
    since: int,
    listed: Flags | None = None,
) -> View:
    """A view that ends with ``row``; ``listed`` is found where it is not known."""
    end = row + 1
    return View(
        panel.symbols,
        panel.days[:end],
        panel.close[:end],
        row,
        held,
        value,
        target,
        since,
        find_listed(panel, row) if listed is None else listed,
        panel.past_days,
        panel.past_close,
    )


def find_listed(panel: Panel, row: int) -> Flags:
    """(N,) what has had its first price by ``row`` and is not paid out by then."""
    last = np.array(panel.last, np.int64)
    listed: Flags = ~np.isnan(panel.mark[row]) & ((last < 0) | (last > row))
    return listed


def check_weights(weights: Floats, symbols: tuple[str, ...]) -> Floats:
    """``weights`` (N,), scaled down to 1 where they exceed it by a rounding error.

    Raises BadWeights.
    """
    if weights.shape != (len(symbols),):
        raise BadWeights("shape", symbols, float(weights.sum()))
    total = float(weights.sum())
    for reason, wrong in (("not a number", ~np.isfinite(weights)), ("negative", weights < 0.0)):
        if wrong.any():
            named = tuple(symbols[n] for n in np.flatnonzero(wrong).tolist())
            raise BadWeights(reason, named, total)
    if total > 1.0 + ROUNDING:
        raise BadWeights("sum", symbols, total)
    return weights / total if total > 1.0 else weights


def spread(weights: Floats, listed: Flags) -> Floats:
    """``weights`` (N,) with those of what is not ``listed`` given to the others in proportion; to
    cash where there are none."""
    if bool(listed.all()):
        return weights
    kept = np.where(listed, weights, 0.0)
    there = float(kept.sum())
    return kept * (float(weights.sum()) / there) if there > 0.0 else kept


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a strategy leaves everything as it is: ``what`` is the key of a sentence."""

    what: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Strategy:
    """``choose`` is asked at each rebalancing for (N,) weights, summing to at most 1 (the rest is
    cash), none below zero, 0 for what is not listed; or None, or Kept with a reason, to leave
    everything as it is. ``fixed``: the same weights each time (``spread`` over what is listed),
    which lets the simulator skip asking.
    """

    name: str
    choose: Callable[[View], Floats | Kept | None]
    fixed: Floats | None = None
    facts: Mapping[str, float | str] = field(default_factory=dict)  # parameters, for words and ids


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """When to bring the weights back. ``rows``: the rows of ``days`` on which it is always asked
    for, known beforehand (a calendar), or None where ``due`` decides at each close. ``aim``: (N,)
    weights to trade to, from what is held and the target; the target itself without.
    """

    name: str
    rows: Callable[[Days], Ints] | None
    due: Callable[[View], bool] | None = None
    aim: Callable[[View, Floats], Floats] | None = None
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
