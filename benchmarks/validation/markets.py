"""Three kinds of market to live on: real days drawn in blocks, GARCH with fat tails, regimes."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.validation.holes import damage
from benchmarks.validation.surroundings import crowd_panel, news_panel
from engine.arrays import Days, Floats, Ints
from engine.prices import Prices
from engine.record.context import Panel
from engine.record.signals import Signals, read_signals

WARM_UP = 504  # rows before anybody trades
LIFE = 5 * 252  # rows on which somebody may trade
AFTER = 255  # rows that show what came of the last trades
_FIRST_DAY = np.datetime64("2012-01-03", "D")
_BLOCK = 63  # trading days drawn together: keeps momentum, reversal and clustered risk
_DAYS_A_YEAR = 252


@dataclass(frozen=True, slots=True)
class Setting:
    """A market of N names on T days, and what surrounds its prices.

    People live on ``prices``. The engine is shown ``shown``, which may have holes and splits that
    were left out (``splits``: name to row and factor); ``signals`` are the engine's own of these,
    worked out once for all who live here. The people themselves never look at them.
    """

    name: str
    prices: Prices
    shown: Prices
    splits: Mapping[int, tuple[int, int]]
    signals: Signals
    crowd: Panel
    news: Panel

    @property
    def first(self) -> int:
        return WARM_UP

    @property
    def last(self) -> int:
        """The last row on which somebody may trade."""
        return len(self.prices.days) - AFTER - 1


def settle(
    kind: str,
    seed: int,
    names: int | None = None,
    rows: int | None = None,
    *,
    flawed: bool = False,
) -> Setting:
    """A market of ``kind`` ("real", "garch", "regimes") with 60 to 200 names, shown to the engine
    as it is, or ``flawed``. Raises KeyError for another kind.
    """
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    count = int(rng.integers(60, 201)) if names is None else names
    length = WARM_UP + LIFE + AFTER if rows is None else rows
    returns = KINDS[kind](rng, length, count)
    prices = quote(rng, returns)
    crowd, news = crowd_panel(rng, prices), news_panel(rng, prices)
    shown, splits = damage(rng, prices) if flawed else (prices, {})
    return Setting(f"{kind}-{seed}", prices, shown, splits, read_signals(shown), crowd, news)


def quote(rng: np.random.Generator, returns: Floats) -> Prices:
    """Bars from daily log returns (T, N): ranges and volumes grow with the size of the move."""
    length, count = returns.shape
    days = weekdays(length)
    close = np.exp(np.log(rng.uniform(12, 180, count)) + np.cumsum(returns, axis=0))
    close = np.clip(close, 0.05, 1e6)
    risk = returns.std(axis=0) + 1e-12
    gap = rng.normal(0, 0.25, returns.shape) * risk
    before = np.vstack([close[:1], close[:-1]])
    opened = before * np.exp(gap)
    reach = np.abs(rng.normal(0, 0.4, (2, *returns.shape))) * risk
    high = np.maximum(opened, close) * np.exp(reach[0])
    low = np.minimum(opened, close) * np.exp(-reach[1])
    return Prices(
        tuple(f"S{n:03d}" for n in range(count)),
        days,
        opened,
        high,
        low,
        close,
        _volumes(rng, np.abs(returns) / risk),
    )


def weekdays(length: int) -> Days:
    return np.asarray(
        np.busday_offset(_FIRST_DAY, np.arange(length), roll="forward"), dtype="datetime64[D]"
    )


def _volumes(rng: np.random.Generator, size: Floats) -> Floats:
    """Log volume: its own level, slow waves, and more on days with large moves."""
    length, count = size.shape
    noise = rng.normal(0, 0.25, size.shape)
    wave = np.empty_like(noise)
    wave[0] = noise[0]
    for t in range(1, length):
        wave[t] = 0.85 * wave[t - 1] + noise[t]
    level = rng.normal(13, 1.0, count)
    return np.asarray(np.round(np.exp(level + wave + 0.45 * np.minimum(size, 6.0))))


@cache
def real_returns() -> Floats:
    """Daily log returns of twenty shares, 1990-2022, from the skfolio wheel: (8312, 20)."""
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "datasets" / "data" / "sp500_dataset.csv.gz"
    table = pd.read_csv(file, index_col=0)
    return np.asarray(np.diff(np.log(table.to_numpy(np.float64)), axis=0))


def _blocks(rng: np.random.Generator, length: int, source: int) -> Ints:
    starts = rng.integers(0, source - _BLOCK, size=-(-length // _BLOCK))
    rows = (starts[:, None] + np.arange(_BLOCK)).ravel()[:length]
    return rows.astype(np.int64)


def draw_real(rng: np.random.Generator, length: int, count: int) -> Floats:
    """The common part of real days in one run of blocks for all; each name the rest of a real share
    in blocks of its own."""
    real = real_returns()
    common = real.mean(axis=1)
    beta = np.array([np.cov(real[:, k], common)[0, 1] for k in range(real.shape[1])])
    beta /= common.var()
    rest = real - np.outer(common, beta)
    shared = common[_blocks(rng, length, len(common))]
    whose = rng.integers(0, real.shape[1], size=count)
    drawn = np.stack([rest[_blocks(rng, length, len(rest)), k] for k in whose], axis=1)
    return np.asarray(np.outer(shared, beta[whose]) + drawn)


def draw_garch(rng: np.random.Generator, length: int, count: int) -> Floats:
    """One factor and the rests of the names, each GARCH(1,1) with Student t shocks (5 degrees)."""
    yearly = np.concatenate([[0.16], rng.uniform(0.2, 0.5, count)])
    target = yearly**2 / _DAYS_A_YEAR
    shocks = rng.standard_t(5, size=(length, count + 1)) * np.sqrt(3 / 5)
    moves = np.empty_like(shocks)
    variance = target.copy()
    for t in range(length):
        moves[t] = np.sqrt(variance) * shocks[t]
        variance = 0.03 * target + 0.08 * moves[t] ** 2 + 0.89 * variance
    beta = rng.normal(1.0, 0.3, count)
    drift = 0.07 / _DAYS_A_YEAR - moves[:, 1:].var(axis=0) / 2
    return np.asarray(drift + moves[:, :1] * beta + moves[:, 1:])


def draw_regimes(rng: np.random.Generator, length: int, count: int) -> Floats:
    """Calm and stormy times in turn; storms fall and shake everything."""
    storm = np.zeros(length, dtype=np.bool_)
    for t in range(1, length):
        storm[t] = rng.random() < (0.985 if storm[t - 1] else 0.006)
    factor = np.where(storm, -0.0009, 0.0007) + np.where(storm, 0.018, 0.007) * rng.normal(
        size=length
    )
    risk = rng.uniform(0.18, 0.42, count) / np.sqrt(_DAYS_A_YEAR)
    rest = rng.normal(size=(length, count)) * risk * np.where(storm, 1.4, 1.0)[:, None]
    return np.asarray(np.outer(factor, rng.normal(1.0, 0.3, count)) + rest - risk**2 / 2)


KINDS: dict[str, Callable[[np.random.Generator, int, int], Floats]] = {
    "real": draw_real,
    "garch": draw_garch,
    "regimes": draw_regimes,
}
