"""What surrounds prices: a crowd of extrapolators with its own moods, and sparse news."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats
from engine.prices import Prices
from engine.record.context import Panel

_MEMORY = 0.8  # share of a month's return that is remembered a month later (Barberis et al. 2015)
_NEWS_RATE = 0.06  # of name-days with news


def remembered(returns: Floats, per_month: float) -> Floats:
    """S of day t from the returns up to t-1: (1-φ) Σ φ^k r(t-1-k), φ by day: (T, N)."""
    keep = per_month ** (1 / 21)
    found = np.zeros_like(returns)
    for t in range(1, len(returns)):
        found[t] = keep * found[t - 1] + (1 - keep) * returns[t - 1]
    return found


def standardise(values: Floats) -> Floats:
    """Across the names of each day."""
    spread = values.std(axis=1, keepdims=True)
    return np.asarray((values - values.mean(axis=1, keepdims=True)) / np.where(spread, spread, 1.0))


def log_returns(prices: Prices) -> Floats:
    """(T, N), 0 on the first day."""
    close = prices.close
    return np.vstack([np.zeros((1, close.shape[1])), np.diff(np.log(close), axis=0)])


def crowd_panel(rng: np.random.Generator, prices: Prices) -> Panel:
    """Share of buys among the trades of the others: what they remember of returns, a mood of each
    name that lasts some days, and a mood of the day."""
    taste = standardise(remembered(log_returns(prices), _MEMORY))
    mood = np.empty_like(taste)
    noise = rng.normal(0, 0.5, taste.shape)
    mood[0] = noise[0]
    for t in range(1, len(mood)):
        mood[t] = 0.7 * mood[t - 1] + noise[t]
    day = rng.normal(0, 0.15, (len(mood), 1))
    return Panel(prices.symbols, prices.days, 1 / (1 + np.exp(-(0.2 * taste + mood + day))))


def news_panel(rng: np.random.Generator, prices: Prices) -> Panel:
    """Tone of the news of a day, 0 without any; slightly of the same sign as the day's return."""
    returns = log_returns(prices)
    moved = returns / (returns.std(axis=0) + 1e-12)
    tone = 0.3 * np.clip(moved, -3, 3) + rng.normal(0, 1.3, returns.shape)
    there = rng.random(returns.shape) < _NEWS_RATE
    return Panel(prices.symbols, prices.days, np.where(there, tone, 0.0))
