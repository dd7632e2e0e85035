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
_AT_ONCE = 64  # replications, so that they stay in the processor's cache


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
    """Half the interval of a difference of Sharpe ratios, a day; ``above``: (2, D)."""
    ratio, error = _ratio_of(above, draws.block)
    far = [_distance(paths, draws.block, ratio) for paths in draws.paths(above)]
    return float(np.quantile(np.concatenate(far), COVERAGE)) * error


def _distance(paths: Floats, block: int, centre: float) -> Floats:
    """(r,) how many standard errors drawn differences of Sharpe ratios are from ``centre``."""
    ratio, influence = _linearise(paths)
    error = _error(influence.reshape(*influence.shape[:-1], -1, block))
    far = np.abs(ratio - centre)
    return np.divide(far, error, out=np.zeros_like(far), where=error > 0.0)


def _ratio_of(above: Floats, block: int) -> tuple[float, float]:
    """The difference of the Sharpe ratios of (2, D), a day, and its standard error.

    The variance from all blocks, overlapping and round the end: Bartlett's weights.
    """
    ratio, influence = _linearise(above)
    blocks = sum((np.roll(influence, -shift) for shift in range(block)), np.zeros_like(influence))
    return float(ratio), sqrt(float(np.mean(blocks**2)) / block / len(influence))


def _error(blocks: Floats) -> Floats:
    """(..., l, b) influence in the blocks as they were drawn: their natural variance."""
    size = blocks.shape[-1] * blocks.shape[-2]
    found: Floats = np.sqrt(np.mean(blocks.sum(axis=-1) ** 2, axis=-1) / blocks.shape[-1] / size)
    return found


def _linearise(above: Floats) -> tuple[Floats, Floats]:
    """(...) differences of Sharpe ratios of (2, ..., D), and (..., D) what each day adds to them.

    The gradient of μ/√(γ - μ²) in the mean μ and the mean square γ.
    """
    mean = above.mean(axis=-1, keepdims=True)
    square = (above**2).mean(axis=-1, keepdims=True)
    variance = np.maximum(square - mean**2, _STILL)
    by_mean, by_square = square / variance**1.5, -0.5 * mean / variance**1.5
    influence = by_mean * (above - mean) + by_square * (above**2 - square)
    ratio = (mean / np.sqrt(variance))[..., 0]
    return ratio[1] - ratio[0], influence[1] - influence[0]
