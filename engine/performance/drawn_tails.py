"""The value at risk of every drawn path, exactly, from how often its blocks hold each bad day."""

from __future__ import annotations

from math import ceil

import numpy as np

from engine.arrays import Floats, Ints
from engine.performance.drawing import Draws
from engine.performance.formulas import TAIL, edge_rank

_AT_ONCE = 16  # replications, so that they stay in the processor's cache
_ENOUGH = 4.0 * TAIL  # share of days among which the worst 5 % of nearly every path are


def draw_edge_losses(returns: Floats, draws: Draws) -> Floats:
    """``edge_loss`` (R,) of paths of ``returns`` (D,), as long as they are: the last block is cut.

    Only the worst days are counted, which spares writing out the paths.
    """
    worst = np.argsort(returns, kind="stable")
    rank = edge_rank(draws.days)
    found = np.empty(len(draws.starts))
    for first in range(0, len(found), _AT_ONCE):
        starts = draws.starts[first : first + _AT_ONCE]
        for candidates in (worst[: ceil(_ENOUGH * len(worst))], worst):
            drawn = np.cumsum(_count(starts, candidates, draws), axis=1)
            if (drawn[:, -1] > rank).all():
                break
        found[first : first + _AT_ONCE] = -returns[candidates[np.argmax(drawn > rank, axis=1)]]
    return found


def _count(starts: Ints, days: Ints, draws: Draws) -> Ints:
    """(r, K) how often each of ``days`` (K,) is in the blocks from ``starts`` (r, B)."""
    rest = draws.days - (starts.shape[1] - 1) * draws.block
    return _covered(starts[:, :-1], days, draws.block, draws.days) + _covered(
        starts[:, -1:], days, rest, draws.days
    )


def _covered(starts: Ints, days: Ints, block: int, total: int) -> Ints:
    """The same of whole blocks: starts on the day or fewer than ``block`` days before."""
    rows = np.arange(len(starts))[:, None] * total
    each = np.bincount((rows + starts).ravel(), minlength=len(starts) * total)
    until = np.zeros((len(starts), total + 1), np.int64)
    np.cumsum(each.reshape(len(starts), total), axis=1, out=until[:, 1:])
    before = days + 1 - block  # under 0 where a block goes round the end
    found: Ints = until[:, days + 1] - until[:, before % total]
    found += np.where(before < 0, until[:, -1:], 0)
    return found
