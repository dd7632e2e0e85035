"""From what is held after each event to the path day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.backtest.panel import Panel
from engine.backtest.path import Note, Path
from engine.returns import daily_returns


@dataclass(frozen=True, slots=True)
class Booked:
    """K events on ``rows`` (K,), increasing, the first of them 0; nothing happens between them.

    ``shares`` (K, N) and ``cash`` (K,): after the event. ``traded`` and ``dividends`` (K, N),
    ``costs`` and ``flows`` (K,): of the event, as in ``Path``.
    """

    rows: Ints
    shares: Floats
    cash: Floats
    traded: Floats
    dividends: Floats
    costs: Floats
    flows: Floats


def write_path(panel: Panel, booked: Booked, notes: tuple[Note, ...] = ()) -> Path:
    """The T days of ``panel``: shares rest, cash earns its interest from day to day."""
    count = len(panel.days)
    lengths = np.diff(np.append(booked.rows, count))
    mark = np.nan_to_num(panel.mark) if bool(np.isnan(panel.mark[0]).any()) else panel.mark
    worth = np.repeat(booked.shares, lengths, axis=0)
    worth *= mark
    index = interest_index(panel)
    cash = np.repeat(booked.cash / index[booked.rows], lengths) * index
    interest = np.zeros(count)
    interest[1:] = cash[:-1] * panel.rate[1:]
    traded, dividends = np.zeros(worth.shape), np.zeros(worth.shape)
    costs, flows = np.zeros(count), np.zeros(count)
    traded[booked.rows] = booked.traded
    if bool(booked.dividends.any()):  # what is never written needs no memory
        dividends[booked.rows] = booked.dividends
    costs[booked.rows] = booked.costs
    flows[booked.rows] = booked.flows
    values = worth.sum(axis=1) + cash
    return Path(
        symbols=panel.symbols,
        days=panel.days,
        values=values,
        flows=flows,
        returns=daily_returns(values, np.maximum(flows, 0.0), np.maximum(-flows, 0.0)),
        worth=worth,
        traded=traded,
        dividends=dividends,
        cash=cash,
        interest=interest,
        costs=costs,
        notes=notes,
    )


def interest_index(panel: Panel) -> Floats:
    """(T,) what 1 in cash on the first day has grown to."""
    growth = 1.0 + panel.rate
    growth[0] = 1.0
    index: Floats = np.cumprod(growth, dtype=np.float64)
    return index
