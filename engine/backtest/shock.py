"""What a sudden move of the market, or of a part of it, would do to what is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from engine.arrays import Flags, Floats
from engine.detection.scoring import Z90
from engine.inference.regression import regress
from engine.prices import Prices
from engine.record.market import find_breaks

WINDOW = 756  # trading days that betas are estimated from: three years
LEAST = 126  # days without which there is no beta
MONTH = 21  # trading days over which the move is thought to happen


@dataclass(frozen=True, slots=True)
class Exposure:
    """How one holding moves with the market: beta with its standard error (HAC), over ``days``."""

    symbol: str
    money: float
    beta: float
    error: float
    days: int


@dataclass(frozen=True, slots=True)
class Shocked:
    """``change``: of the money in ``covered``, as a share, with its 90 % range, which holds the
    error of beta and what the holdings do on their own within a month.

    ``beta``, its error and the range are None where the holdings have too few days in common.
    ``parts``: change in money by holding, largest loss first. ``missing``: without enough prices.
    """

    size: float
    beta: float | None
    beta_error: float | None
    change: float
    interval: tuple[float, float] | None
    parts: tuple[tuple[str, float], ...]
    exposures: tuple[Exposure, ...]
    covered: float
    missing: tuple[str, ...]
    days: int  # of the shortest window


def shock(prices: Prices, money: Mapping[str, float], size: float, index: Floats) -> Shocked | None:
    """A move of ``size`` (-0.3: a fall of 30 %) of ``index``, (T,) closes on the days of
    ``prices``, NaN where unknown; ``money``: worth of each holding, positive.

    Each holding is taken to move by its beta: daily returns of the last three years regressed on
    those of the index, Newey and West's error. A straight line through calm days says little about
    a crash, in which betas tend to 1 and spreads widen; the range does not hold that. No holding
    falls by more than all of it. None where nothing has enough prices.
    """
    market = _returns(index[-WINDOW - 1 :, None])[:, 0]
    known = [symbol for symbol in money if symbol in prices and money[symbol] > 0.0]
    close = prices.close[-WINDOW - 1 :, [prices.column(symbol) for symbol in known]]
    returns = _returns(close)
    usable = ~np.isnan(returns) & ~np.isnan(market)[:, None]
    found = [
        _expose(symbol, money[symbol], returns[:, n], market, usable[:, n])
        for n, symbol in enumerate(known)
    ]
    exposures = tuple(one for one in found if one is not None)
    if not exposures:
        return None
    kept = [known.index(one.symbol) for one in exposures]
    put = np.array([one.money for one in exposures])
    share = put / put.sum()
    moves = np.maximum(np.array([one.beta for one in exposures]) * size, -1.0)
    common: Flags = np.logical_and.reduce(usable[:, kept], axis=1)
    whole = _line((returns[:, kept] @ share)[common], market[common])
    change = float(share @ moves)
    interval = None
    if whole is not None:
        width = Z90 * sqrt((whole[1] * size) ** 2 + whole[2] ** 2 * MONTH)
        interval = max(change - width, -1.0), change + width
    parts = sorted(
        ((one.symbol, float(one.money * move)) for one, move in zip(exposures, moves, strict=True)),
        key=lambda part: part[1],
    )
    covered = {one.symbol for one in exposures}
    return Shocked(
        size=size,
        beta=None if whole is None else whole[0],
        beta_error=None if whole is None else whole[1],
        change=change,
        interval=interval,
        parts=tuple(parts),
        exposures=exposures,
        covered=float(put.sum()),
        missing=tuple(symbol for symbol in money if symbol not in covered),
        days=min(one.days for one in exposures),
    )


def index_of(prices: Prices, symbols: Sequence[str]) -> Floats:
    """(T,) an index that holds the same of each of ``symbols`` every day; 1 on the first day, kept
    on days without any return. For a sector, or a market that has no index of its own."""
    close = prices.close[:, [prices.column(symbol) for symbol in symbols if symbol in prices]]
    grown = np.ones(len(close))
    if close.shape[1] and len(close) > 1:
        returns = _returns(close)
        count = (~np.isnan(returns)).sum(axis=1)
        total = np.nan_to_num(returns).sum(axis=1)
        grown[1:] = np.cumprod(1.0 + np.where(count > 0, total / np.maximum(count, 1), 0.0))
    return grown


def _expose(
    symbol: str, money: float, returns: Floats, market: Floats, usable: Flags
) -> Exposure | None:
    fit = _line(returns[usable], market[usable])
    return None if fit is None else Exposure(symbol, money, fit[0], fit[1], int(usable.sum()))


def _line(y: Floats, x: Floats) -> tuple[float, float, float] | None:
    """Slope, its error, and the daily spread around the line; None of too few days."""
    found = None if len(y) < LEAST else regress(y, np.column_stack((np.ones(len(x)), x)))
    if found is None:
        return None
    slope, error = found.contrast(np.array([0.0, 1.0]))
    rest = y - found.beta[0] - slope * x
    return slope, error, float(rest.std(ddof=2))


def _returns(close: Floats) -> Floats:
    """(T - 1, N) of two trading days in a row, NaN where unknown or as if by a split."""
    returns = close[1:] / close[:-1] - 1.0
    returns[np.diff(find_breaks(close), axis=0) > 0.0] = np.nan
    return returns
