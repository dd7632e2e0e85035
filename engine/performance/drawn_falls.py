"""The deepest fall of every drawn path, exactly, from what its blocks do to a running peak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.performance.drawing import Draws, join_days


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Of the block that starts on each day (D,), in logarithms of worth since its start."""

    total: Floats
    highest: Floats
    lowest: Floats
    fall: Floats  # the deepest inside, its own start being a peak

    def later(self, days: int) -> _Blocks:
        """Those that start so many days later, round the end."""
        whole = (self.total, self.highest, self.lowest, self.fall)
        return _Blocks(*(np.roll(one, -days) for one in whole))


def draw_falls(returns: Floats, draws: Draws) -> tuple[Floats, Floats]:
    """Deepest falls (R,), shares, and logarithms of final worth (R,) of paths of ``returns`` (D,)
    over -1. Paths are as long as the returns: the last block is cut.

    Before each block only the worth and the highest worth so far count, which add up over blocks;
    so no drawn path is ever written out day by day.
    """
    logs = np.log1p(returns)
    whole = _blocks(logs, draws.block)
    rest = draws.days - (draws.starts.shape[1] - 1) * draws.block
    cut = whole if rest == draws.block else _blocks(logs, rest)

    def gather(of_whole: Floats, of_cut: Floats) -> Floats:
        drawn: Floats = of_whole[draws.starts]
        drawn[:, -1] = of_cut[draws.starts[:, -1]]
        return drawn

    after = np.cumsum(gather(whole.total, cut.total), axis=1)
    before = np.zeros_like(after)
    before[:, 1:] = after[:, :-1]
    highest = gather(whole.highest, cut.highest)
    highest += before
    peaks = np.zeros_like(after)
    np.maximum.accumulate(highest[:, :-1], axis=1, out=peaks[:, 1:])
    np.maximum(peaks, 0.0, out=peaks)
    peaks -= before
    peaks -= gather(whole.lowest, cut.lowest)
    np.maximum(peaks, gather(whole.fall, cut.fall), out=peaks)
    return np.asarray(-np.expm1(-peaks.max(axis=1))), after[:, -1].copy()


def _blocks(logs: Floats, length: int) -> _Blocks:
    days = _Blocks(logs, logs, logs, np.maximum(-logs, 0.0))
    return join_days(days, length, _join, _Blocks.later)


def _join(one: _Blocks, then: _Blocks) -> _Blocks:
    lowest = one.total + then.lowest
    return _Blocks(
        one.total + then.total,
        np.maximum(one.highest, one.total + then.highest),
        np.minimum(one.lowest, lowest),
        np.maximum(np.maximum(one.fall, then.fall), np.maximum(one.highest, 0.0) - lowest),
    )
