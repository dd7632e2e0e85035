"""What the held-out people see of shares before the open: none of it is the engine's reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d

from engine.arrays import Flags, Floats, Ints
from engine.prices import Prices

_WEEK, _MONTH, _HALF, _YEAR = 5, 21, 126, 252
_DELTA, _BASE = 0.7, 0.1  # salience: weight of each further rank, and of small numbers


@dataclass(frozen=True, slots=True)
class Impressions:
    """(T, N), each row from data up to the day before; NaN or False where too little is known.

    ``surprise``, ``salience``, ``group`` and ``foresight`` in standard deviations of the day.
    """

    surprise: Floats  # the month against what the year before let expect, over the name's noise
    salience: Floats  # what the good days that stand out would pay
    surge: Floats  # log of volume over its usual
    runaway: Flags  # a week of twice what is usual, or a year's high on double volume
    high: Floats  # the highest close of a year
    group: Floats  # half a year's return of the sector
    foresight: Floats  # of a year ahead, which only the informed see
    ready: Flags  # listed long enough to be bought


def impress(prices: Prices, moves: Floats, sector: Ints) -> Impressions:
    """From closes, volumes and log returns ``moves`` (T, N), NaN where not listed."""
    known = ~np.isnan(moves)
    steps = np.where(known, moves, 0.0)
    path = np.vstack([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)])
    listed = np.vstack([np.zeros((1, steps.shape[1])), np.cumsum(known, axis=0)])
    ready = _over(listed, _YEAR) >= _YEAR
    month = _over(path, _MONTH)
    expected = (_over(path, _YEAR) - month) * _MONTH / (_YEAR - _MONTH)
    spread = np.sqrt(np.maximum(_over(_sums(steps**2), 60), 1e-8) / 60)
    volume = np.where(known, prices.volume, 1.0)
    usual = np.maximum(_over(_sums(volume), _YEAR), 1.0) / _YEAR
    latest = np.vstack([np.ones((1, volume.shape[1])), volume[:-1]])
    surge = np.log(np.maximum(latest, 1.0) / usual)
    close = np.where(known, prices.close, 0.0)
    shown = np.vstack([close[:1], close[:-1]])
    high = np.asarray(maximum_filter1d(shown, _YEAR, axis=0, origin=_YEAR // 2 - 1))
    runaway = _over(path, _WEEK) >= 2 * np.sqrt(_WEEK) * spread
    runaway |= (shown >= high) & (surge >= np.log(2))
    groups = np.zeros_like(steps)
    for one in np.unique(sector):
        groups[:, sector == one] = _over(path, _HALF)[:, sector == one].mean(axis=1, keepdims=True)
    ahead = np.full_like(steps, np.nan)
    ahead[:-_YEAR] = path[_YEAR:-1] - path[: -_YEAR - 1]
    return Impressions(
        surprise=_scale((month - 0.5 * expected) / spread, ready),
        salience=_scale(_salience(steps, np.nanmean(moves, axis=1)), ready),
        surge=np.where(ready, surge, np.nan),
        runaway=runaway & ready,
        high=np.where(ready, high, np.nan),
        group=_scale(groups, ready),
        foresight=_scale(ahead, ready & ~np.isnan(ahead)),
        ready=ready & known,
    )


def _sums(values: Floats) -> Floats:
    return np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _over(path: Floats, rows: int) -> Floats:
    """The change of a running sum over the ``rows`` days before each of its T days."""
    found = np.zeros((len(path) - 1, path.shape[1]))
    found[rows:] = path[rows:-1] - path[: -rows - 1]
    return found


def _scale(values: Floats, ready: Flags) -> Floats:
    """Less the mean of the day, over its standard deviation; NaN where not ready."""
    counted = np.maximum(ready.sum(axis=1, keepdims=True), 1)
    inside = np.where(ready, values, 0.0)
    away = np.where(ready, values - inside.sum(axis=1, keepdims=True) / counted, 0.0)
    spread = np.sqrt((away**2).sum(axis=1, keepdims=True) / counted)
    return np.where(ready & (spread > 0), away / np.where(spread > 0, spread, 1.0), np.nan)


def _salience(steps: Floats, index: Floats) -> Floats:
    """What a month's days would pay as a ticket that cannot lose, each weighted by its salience
    (Bordalo, Gennaioli and Shleifer 2013; ranks and constants as Cosemans and Frehen 2021), looked
    at once a week."""
    found = np.zeros_like(steps)
    for row in range(_MONTH, len(steps), _WEEK):
        window, around = steps[row - _MONTH : row], index[row - _MONTH : row, None]
        window = window - window.mean(axis=0)  # the shape of the bet, not what it paid
        apart = np.abs(window - around) / (np.abs(window) + np.abs(around) + _BASE)
        rank = np.argsort(np.argsort(-apart, axis=0), axis=0)
        weight = _DELTA ** rank.astype(np.float64)
        weight /= weight.sum(axis=0)
        found[row : row + _WEEK] = (weight * np.maximum(window, 0.0)).sum(axis=0)
    return found
