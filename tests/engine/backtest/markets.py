"""Panels drawn at random for the tests of the simulator, with everything that can go wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.backtest.panel import Panel
from tests.engine.biases.records import real_prices

LETTERS = "ABCDEFGH"


def complete_panel(rows: int, width: int, seed: int, rate: float = 0.0) -> Panel:
    rng = np.random.default_rng(seed)
    start = np.datetime64("2019-12-16", "D") + int(rng.integers(0, 40))
    days = np.busday_offset(start, np.arange(rows), roll="forward")
    moves = rng.standard_t(4, (rows, width)) * rng.uniform(0.003, 0.04, width)
    close = rng.uniform(5, 200, width) * np.exp(np.cumsum(moves, axis=0))
    interest = np.full(rows, (1 + rate) ** (1 / 252) - 1)
    interest[0] = 0.0
    return Panel(
        symbols=tuple(LETTERS[:width]),
        days=days,
        close=close,
        mark=close,
        tradable=np.ones((rows, width), bool),
        dividends=np.zeros((rows, width)),
        volume=np.full((rows, width), np.nan),
        rate=interest,
        last=(-1,) * width,
        days_per_year=252.0,
    )


def troubled_panel(rows: int, width: int, seed: int, rate: float = 0.01) -> Panel:
    """Gaps, halts, dividends, volumes, a late start, an early end: each of them perhaps."""
    panel, rng = complete_panel(rows, width, seed, rate), np.random.default_rng(seed + 1)
    close, tradable = panel.close.copy(), panel.tradable.copy()
    if rng.random() < 0.6:
        close[rng.random(close.shape) < rng.choice([0.02, 0.3])] = np.nan
    if rng.random() < 0.4:
        tradable[rng.random(close.shape) < 0.2] = False
    dividends = np.zeros(close.shape)
    if rng.random() < 0.6:
        paying = rng.random(close.shape) < 0.05
        dividends[paying] = rng.uniform(0.01, 3.0, int(paying.sum()))
    volume = np.full(close.shape, np.nan)
    if rng.random() < 0.6:
        volume = np.where(rng.random(close.shape) < 0.8, rng.uniform(50, 1e5, close.shape), np.nan)
    last = [-1] * width
    for n in range(width):
        if rng.random() < 0.25:
            close[: int(rng.integers(0, rows)), n] = np.nan
        if rng.random() < 0.25:
            end = int(rng.integers(0, rows))
            close[end + 1 :, n] = np.nan
            known = np.flatnonzero(~np.isnan(close[:, n]))
            last[n] = int(known[-1]) if len(known) else -1
    row = np.arange(rows)[:, None]
    known_at = np.maximum.accumulate(np.where(np.isnan(close), 0, row), axis=0)
    mark = np.take_along_axis(close, known_at, axis=0)
    tradable &= ~np.isnan(close)
    made = replace(panel, close=close, mark=mark, tradable=tradable, dividends=dividends)
    return replace(made, volume=volume, last=tuple(last))


def real_panel() -> Panel:
    """Twenty shares, 8,313 days, complete."""
    prices = real_prices()
    shape = prices.close.shape
    return Panel(
        symbols=prices.symbols,
        days=prices.days,
        close=prices.close,
        mark=prices.close,
        tradable=np.ones(shape, bool),
        dividends=np.zeros(shape),
        volume=np.full(shape, np.nan),
        rate=np.zeros(shape[0]),
        last=(-1,) * shape[1],
        days_per_year=252.0,
    )


def poisoned(panel: Panel, row: int, seed: int) -> Panel:
    """The same up to ``row``; garbage or nothing after it."""
    rng, after = np.random.default_rng(seed), slice(row + 1, None)

    def spoil(values: np.ndarray, holes: bool = True) -> np.ndarray:
        spoiled = values.copy()
        kinds = np.array([np.nan, 0.01, 900.0, 7.0]) if holes else np.array([0.01, 900.0, 7.0])
        spoiled[after] = rng.choice(kinds, spoiled[after].shape)
        return spoiled

    tradable = panel.tradable.copy()
    tradable[after] = rng.random(tradable[after].shape) < 0.5
    rate, dividends = panel.rate.copy(), panel.dividends.copy()
    rate[after] = 0.1
    dividends[after] = 0.01
    last = tuple(end if 0 <= end <= row else -1 for end in panel.last)
    return replace(
        panel,
        close=spoil(panel.close),
        mark=spoil(panel.mark, holes=False),
        dividends=dividends,
        volume=spoil(panel.volume),
        tradable=tradable,
        rate=rate,
        last=last,
    )
