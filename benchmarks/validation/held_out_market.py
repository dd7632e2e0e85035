"""The held-out market: jumps, stochastic volatility, sectors, listings and delistings, a crowd."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from benchmarks.validation.held_out_impressions import Impressions, impress
from engine.arrays import Days, Flags, Floats, Ints
from engine.prices import Prices
from engine.record.context import Panel
from engine.record.signals import Signals, read_signals

WARM_UP, LIFE, AFTER = 504, 1260, 260  # rows before, of and after the longest life
_ROWS = WARM_UP + LIFE + AFTER
_SECTORS = 8
_FIRST_DAY = np.datetime64("2009-05-04", "D")
_NEVER = 1 << 30


@dataclass(frozen=True, slots=True)
class Place:
    """N names in sectors on T days, what people see of them, and what others do with them.

    ``index``: (T,) the mean log return of what was listed. ``ends``: (N,) the last row of a name,
    2^30 where it stays. ``buying``, ``selling``: (T, N) orders of the crowd. ``calls``: row to the
    names of which something weighty was written that day, by whether it speaks for them.
    """

    name: str
    prices: Prices
    signals: Signals
    sector: Ints
    sigma: Floats  # (N,) of daily log returns
    index: Floats
    ends: Ints
    buying: Ints
    selling: Ints
    crowd: Panel
    news: Panel
    calls: dict[int, tuple[tuple[int, bool], ...]]
    seen: Impressions


def found_place(seed: int, names: int | None = None) -> Place:
    """A market of 80 to 150 names, all of it drawn from ``seed``.

    Returns have no momentum and no reversal: drift, jumps (Merton 1976) and volatility that is the
    exponential of an AR(1) (Taylor 1986), with a market, a sector and a part of its own.
    """
    rng = np.random.default_rng([seed, 0x9E1D])
    count = names or int(rng.integers(80, 151))
    sector = rng.integers(0, _SECTORS, count).astype(np.int64)
    moves = _draw_returns(rng, sector)
    close = 100 * np.exp(rng.normal(-0.7, 0.7, count) + np.cumsum(moves, axis=0))
    listed, ends = _listings(rng, close, moves)
    days = np.busday_offset(_FIRST_DAY, np.arange(_ROWS), roll="forward")
    symbols = tuple(f"H{n:03d}" for n in range(count))
    prices = _bars(rng, symbols, days, close, moves, listed)
    news, calls = _draw_news(rng, symbols, days, listed)
    known = rng.gamma(4.0, 1.2, count)  # how many a day think of it on their own
    buying, selling = _draw_crowd(rng, listed, known), _draw_crowd(rng, listed, known)
    total = buying + selling
    share = np.where(total > 0, buying / np.maximum(total, 1), np.nan)
    index = np.where(listed, moves, 0.0).sum(axis=1) / listed.sum(axis=1)
    return Place(
        name=f"held-out-{seed}",
        prices=prices,
        signals=read_signals(prices),
        sector=sector,
        sigma=np.asarray(moves.std(axis=0)),
        index=index,
        ends=ends,
        buying=buying,
        selling=selling,
        crowd=Panel(symbols, days, share),
        news=news,
        calls=calls,
        seen=impress(prices, np.where(listed, moves, np.nan), sector),
    )


def _persist(shocks: Floats, memory: float) -> Floats:
    """AR(1) of unit variance along the first axis, begun at its first shock."""
    scaled = np.asarray(shocks) * np.sqrt(1 - memory**2)
    scaled[0] = shocks[0]
    made: Floats = lfilter([1.0], [1.0, -memory], scaled, axis=0)
    return made


def _draw_returns(rng: np.random.Generator, sector: Ints) -> Floats:
    """Daily log returns (T, N)."""
    count = len(sector)
    blow = rng.standard_normal(_ROWS)
    fear = _persist(-0.6 * blow + 0.8 * rng.standard_normal(_ROWS), 0.985)
    market = 0.0085 * np.exp(0.45 * fear - 0.1) * np.roll(blow, -1)
    jumps = rng.random(_ROWS) < 1.0 / 252
    market += np.where(jumps, rng.normal(-0.035, 0.025, _ROWS), 0.0)
    groups = 0.006 * rng.standard_normal((_ROWS, _SECTORS))
    level = np.exp(rng.normal(np.log(0.30), 0.35, count)) / np.sqrt(252)
    mood = _persist(rng.standard_normal((_ROWS, count)), 0.95)
    own = np.exp(0.3 * mood - 0.045) * rng.standard_normal((_ROWS, count))
    own += np.where(rng.random((_ROWS, count)) < 2.5 / 252, rng.laplace(0, 3.0, own.shape), 0.0)
    beta = np.maximum(rng.normal(1.0, 0.3, count), 0.2)
    moves = beta * market[:, None] + groups[:, sector] + level * own
    drift = rng.normal(0.08, 0.03, count) / 252
    made: Floats = moves - moves.mean(axis=0) + drift - 0.5 * level**2
    return made


def _listings(rng: np.random.Generator, close: Floats, moves: Floats) -> tuple[Flags, Ints]:
    """Who is quoted when: one in seven comes late, one in eight goes, half of them by a fall and
    half by an offer. Changes ``close`` and ``moves``."""
    count = close.shape[1]
    row = np.arange(_ROWS)[:, None]
    late = rng.random(count) < 1 / 7
    start = np.where(late, rng.integers(100, WARM_UP + LIFE, count), 0)
    leaves = (rng.random(count) < 1 / 8) & ~late
    ends = np.where(leaves, rng.integers(WARM_UP, _ROWS - 30, count), _NEVER).astype(np.int64)
    jump = np.where(rng.random(count) < 0.5, -0.9, 0.22)
    for name in np.flatnonzero(leaves):
        at = int(ends[name]) - 4
        moves[at, name] += jump[name]
        close[at:, name] *= np.exp(jump[name])
    return (row >= start) & (row <= ends), ends


def _bars(
    rng: np.random.Generator,
    symbols: tuple[str, ...],
    days: Days,
    close: Floats,
    moves: Floats,
    listed: Flags,
) -> Prices:
    """Open, high, low and volume around the closes; volume persists and grows with the move."""
    shape, sigma = close.shape, moves.std(axis=0)
    before = np.vstack([close[:1], close[:-1]])
    start = before * np.exp(0.3 * moves + 0.2 * sigma * rng.standard_normal(shape))
    reach = np.abs(rng.standard_normal((2, *shape))) * 0.35 * sigma
    high, low = np.maximum(start, close) * np.exp(reach[0]), np.minimum(start, close)
    low = low * np.exp(-reach[1])
    busy = 0.35 * _persist(rng.standard_normal(shape), 0.8)
    volume = np.exp(rng.normal(12, 1, shape[1]) + busy + 0.35 * np.abs(moves) / sigma)
    shown = [np.where(listed, values, np.nan) for values in (start, high, low, close)]
    opened, top, bottom, last = (
        np.asarray(np.round(values, 4), dtype=np.float64) for values in shown
    )
    amount = np.where(listed, np.round(volume), np.nan)
    return Prices(symbols, days, opened, top, bottom, last, amount)


def _draw_news(
    rng: np.random.Generator,
    symbols: tuple[str, ...],
    days: Days,
    listed: Flags,
) -> tuple[Panel, dict[int, tuple[tuple[int, bool], ...]]]:
    """Something is written of each name about every twelve days; its tone is of the text alone and
    does not follow the price, or plain readers would chase prices."""
    there = (rng.random(listed.shape) < 1 / 12) & listed
    tone = rng.normal(0, 1.1, listed.shape)
    tone = np.where(there, tone, 0.0)
    calls: dict[int, list[tuple[int, bool]]] = {}
    for row, name in np.argwhere(np.abs(tone) >= 1).tolist():
        calls.setdefault(row, []).append((name, bool(tone[row, name] > 0)))
    return Panel(symbols, days, tone), {row: tuple(found) for row, found in calls.items()}


def _draw_crowd(rng: np.random.Generator, listed: Flags, fresh: Floats) -> Ints:
    """Orders of one side: each of yesterday's buyers (sellers) infects 0.86 others (Shive 2010)."""
    found = np.zeros(listed.shape, dtype=np.int64)
    before = np.round(fresh / 0.14)
    for row in range(len(listed)):
        heard = np.minimum(before, 600.0)
        before = np.where(listed[row], rng.poisson(fresh + 0.86 * heard), fresh / 0.14)
        found[row] = np.where(listed[row], before, 0)
    return found
