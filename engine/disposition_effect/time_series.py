"""The disposition effect as it stood after each transaction, by count and by value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.disposition_effect.evaluations import Evaluations
from engine.disposition_effect.ratios import disposition_effect
from engine.disposition_effect.table import Method

METHODS = (Method.COUNT, Method.VALUE)  # the columns of a series


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """After each of n transactions (n, 2), by count and by value; NaN where there is nothing."""

    so_far: Floats  # DETs: mean over assets of the effect of all sums so far
    alone: Floats  # DEts: mean over the assets looked at of the effect of this transaction


def series_of(evaluations: Evaluations, count: int) -> TimeSeries:
    """The investor's series (``update_timeseries_DE``)."""
    running, single, previous, order = _effects(evaluations)
    row = evaluations.transaction[order]
    looked = np.bincount(row, minlength=count)
    known = np.cumsum(np.bincount(row[previous < 0], minlength=count))
    before = np.where(previous[:, None] < 0, 0.0, running[previous])
    so_far, alone = np.full((2, count, len(METHODS)), np.nan)
    for column in range(len(METHODS)):
        added = np.bincount(row, weights=(running - before)[:, column], minlength=count)
        sums = np.bincount(row, weights=single[:, column], minlength=count)
        np.divide(np.cumsum(added), known, out=so_far[:, column], where=known > 0)
        np.divide(sums, looked, out=alone[:, column], where=looked > 0)
    return TimeSeries(so_far, alone)


def series_of_asset(evaluations: Evaluations, count: int, asset: int) -> TimeSeries:
    """The series of one asset; the second is NaN at transactions that did not look at it."""
    running, single, _, order = _effects(evaluations)
    mine = evaluations.asset[order] == asset
    row = evaluations.transaction[order][mine]
    so_far, alone = np.full((2, count, len(METHODS)), np.nan)
    alone[row] = single[mine]
    latest = np.searchsorted(row, np.arange(count), side="right") - 1
    known = latest >= 0
    so_far[known] = running[mine][latest[known]]
    return TimeSeries(so_far, alone)


def _effects(evaluations: Evaluations) -> tuple[Floats, Floats, Ints, Ints]:
    """Rows by asset, then time: effect so far, effect alone (m, 2), row before or -1, order."""
    order = np.argsort(evaluations.asset, kind="stable")
    asset, loss = evaluations.asset[order], evaluations.outcomes.loss[order]
    first = np.ones(len(asset), dtype=np.bool_)
    first[1:] = asset[1:] != asset[:-1]
    starts = np.flatnonzero(first)
    columns = [
        np.where(kind[:, None], outcome[order][:, METHODS], 0.0)
        for outcome in (evaluations.outcomes.realised, evaluations.outcomes.paper)
        for kind in (~loss, loss)
    ]
    cells = np.stack(columns)  # RG, RL, PG, PL: (4, m, 2)
    running = np.empty_like(cells)
    parts = (np.split(both, starts[1:], axis=1) for both in (cells, running))
    for given, summed in zip(*parts, strict=True):
        # Added up asset by asset: with one long sum, rounding would hide where a sum is 0.
        np.cumsum(given, axis=1, out=summed)
    previous = np.where(first, -1, np.arange(len(asset)) - 1)
    return _effect(running), _effect(cells), previous, order


def _effect(cells: Floats) -> Floats:
    rg, rl, pg, pl = cells
    return disposition_effect(rg, pg, rl, pl)
