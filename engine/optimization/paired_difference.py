"""By how much one portfolio did better than another on the same days, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Floats, Ints
from engine.inference.bootstrap import BLOCK, REPLICATIONS
from engine.optimization.performance import measure, measure_paths

COVERAGE = 0.90
MEASURED = ("earned", "volatility", "worst_drawdown", "tail_loss")
_STILL = 1e-24  # daily variance below which there is none
_AT_ONCE = 16  # replications, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Difference:
    """Proposed less current, with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Days to look at both portfolios on: (R, B) starts of blocks of ``block`` days in a row."""

    starts: Ints
    block: int
    days: int

    def paths(self, returns: Floats) -> Iterator[Floats]:
        """``returns`` (2, days) on the drawn days, (2, r, B·block), some replications at a time."""
        for first in range(0, len(self.starts), _AT_ONCE):
            starts = self.starts[first : first + _AT_ONCE]
            rows = (starts[:, :, None] + np.arange(self.block)) % self.days
            yield returns[:, rows.reshape(len(starts), -1)]


def draw(days: int, rng: np.random.Generator, replications: int = REPLICATIONS) -> Draws:
    """Blocks of 21 days that wrap round the end (Politis and Romano 1992); shorter of few days."""
    block = max(1, min(BLOCK, days // 10))
    starts = rng.integers(0, days, size=(replications, -(-days // block)))
    return Draws(starts, block, days)


def compare_paths(
    current: Floats, proposed: Floats, draws: Draws, *, days_per_year: float, risk_free: float
) -> Mapping[str, Difference]:
    """Differences of ``Performance``, by field, from (D,) returns on the same days.

    Both are drawn together, so that what moves both cancels out. The Sharpe ratio by studentised
    blocks (Ledoit and Wolf, "Robust performance hypothesis testing with the Sharpe ratio", J. of
    Empirical Finance 2008, 3.2), left out where one of the two never moves. All others by the 5 %
    and 95 % points of what was drawn. Drawn paths have no falls that last, so that intervals of the
    worst drawdown are on the narrow side and may lie beside the value.
    """
    both = np.array([current, proposed])
    here = [measure(one, days_per_year, risk_free) for one in both]
    drawn: dict[str, list[Floats]] = {key: [] for key in MEASURED}
    for paths in draws.paths(both):
        kept = paths[:, :, : draws.days]
        first, second = (measure_paths(one, days_per_year) for one in kept)
        for key, found in drawn.items():
            found.append(second[key] - first[key])
    tail = (1.0 - COVERAGE) / 2.0
    answer = {}
    for key, found in drawn.items():
        low, high = np.quantile(np.concatenate(found), [tail, 1.0 - tail])
        value = getattr(here[1], key) - getattr(here[0], key)
        answer[key] = Difference(value, float(low), float(high))
    old, new = here[0].sharpe, here[1].sharpe
    if old is not None and new is not None:
        width = sqrt(days_per_year) * _sharpe_width(both - risk_free / days_per_year, draws)
        answer["sharpe"] = Difference(new - old, new - old - width, new - old + width)
    return answer


def _sharpe_width(above: Floats, draws: Draws) -> float:
    """Half the interval of a difference of Sharpe ratios, a day; ``above``: (2, D).

    The error of the difference from all blocks, overlapping and round the end (Bartlett's weights);
    those of the drawn ones from their own blocks.
    """
    moments = np.stack([above, above**2])
    ratio, influence = _linearise(moments, 1)
    error = _error(_blocks(influence, draws.block), draws.block, draws.days)
    drawn = _blocks(moments, draws.block)[:, :, draws.starts]
    ratios, pieces = _linearise(drawn, draws.block)
    errors = _error(pieces, draws.block, draws.starts.shape[1] * draws.block)
    far = np.abs(ratios - ratio)
    far = np.divide(far, errors, out=np.zeros_like(far), where=errors > 0.0)
    return float(np.quantile(far, COVERAGE) * error)


def _blocks(values: Floats, block: int) -> Floats:
    """(..., D) sums over the ``block`` days from each day on, round the end."""
    total = np.zeros_like(values)
    for shift in range(block):
        total += np.roll(values, -shift, axis=-1)
    return total


def _error(pieces: Floats, block: int, days: int) -> Floats:
    """(...) standard error from (..., P) sums of influence over blocks."""
    found: Floats = np.sqrt(np.mean(pieces**2, axis=-1) / block / days)
    return found


def _linearise(sums: Floats, size: int) -> tuple[Floats, Floats]:
    """Differences of Sharpe ratios (...), and what each piece of time adds to them (..., P).

    ``sums``: (2, 2, ..., P) of the returns and of their squares, by portfolio, over pieces of
    ``size`` days. The gradient of μ/√(γ - μ²) in the mean μ and the mean square γ.
    """
    mean, square = sums.mean(axis=-1, keepdims=True) / size
    variance = np.maximum(square - mean**2, _STILL)
    by_mean, by_square = square / variance**1.5, -0.5 * mean / variance**1.5
    influence = by_mean * (sums[0] - size * mean) + by_square * (sums[1] - size * square)
    ratio = (mean / np.sqrt(variance))[..., 0]
    return ratio[1] - ratio[0], influence[1] - influence[0]
