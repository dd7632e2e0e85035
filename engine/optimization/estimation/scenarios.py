"""Days and horizons that could happen, drawn from those that did."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats, Ints
from engine.inference.bootstrap import BLOCK


def historical(returns: Floats, days: int) -> Floats:
    """The returns over each ``days`` days in a row: (T - days + 1, N), overlapping.

    Raises ValueError when there are fewer than ``days``.
    """
    if not 1 <= days <= len(returns):
        raise ValueError(f"{days} days of {len(returns)}")
    running = _grow(returns)
    return np.expm1(running[days:] - running[:-days])


def resample(returns: Floats, days: int, rng: np.random.Generator, block: int = BLOCK) -> Floats:
    """``days`` days drawn in blocks of ``block`` days in a row: (days, N).

    Moving blocks that wrap round the end (Künsch 1989; Politis and Romano 1992): all assets of a
    day stay together, and so do calm and wild weeks.
    """
    rows = _rows(len(returns), days, 1, rng, block)[0]
    drawn: Floats = returns[rows]
    return drawn


def simulate(
    returns: Floats, days: int, paths: int, rng: np.random.Generator, block: int = BLOCK
) -> Floats:
    """Returns over ``days`` days on ``paths`` paths of resampled blocks: (paths, N)."""
    total = len(returns)
    block = min(block, total)
    whole, rest = divmod(days, block)
    running = _grow(np.concatenate([returns, returns[:block]]))
    starts = rng.integers(0, total, size=(paths, whole + (rest > 0)))
    earned = np.zeros((paths, returns.shape[1]))
    for number in range(starts.shape[1]):
        start = starts[:, number]
        earned += running[start + (block if number < whole else rest)] - running[start]
    return np.expm1(earned)


def _grow(returns: Floats) -> Floats:
    """(T + 1, N) logarithm of what 1 became; a total loss is as good as one."""
    growth = np.log(np.maximum(1.0 + returns, np.finfo(np.float64).tiny))
    return np.concatenate([np.zeros((1, returns.shape[1])), np.cumsum(growth, axis=0)])


def _rows(total: int, days: int, paths: int, rng: np.random.Generator, block: int) -> Ints:
    block = min(block, total)
    starts = rng.integers(0, total, size=(paths, -(-days // block)))
    rows = (starts[:, :, None] + np.arange(block)) % total
    return rows.reshape(paths, -1)[:, :days]
