"""Prices of assets at moments, found for many questions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Floats, Ints
from engine.disposition_effect.transactions import seconds_of
from engine.prices import Prices


@dataclass(frozen=True, slots=True)
class MarketPrices:
    """K prices sorted by asset and time; of equal ones the last row of the file comes last."""

    assets: dict[str, int]
    times: Floats  # (U,) all moments that occur, increasing
    keys: Ints  # (K,) asset x U + place of the moment in ``times``, never falling
    price: Floats  # (K,)

    @classmethod
    def from_arrays(cls, asset: Sequence[str], time: ArrayLike, price: ArrayLike) -> MarketPrices:
        """Rows of a file, in any order; times are ``datetime64`` or seconds since 1970.

        A price that is not a number is left out: it is missing. Raises ValueError for columns of
        different lengths and for missing times.
        """
        codes: dict[str, int] = {}
        code = np.array([codes.setdefault(name, len(codes)) for name in asset], dtype=np.int64)
        return cls._sorted(codes, code, seconds_of(time), np.asarray(price, dtype=np.float64))

    @classmethod
    def from_series(cls, series: Mapping[str, tuple[Floats, Floats]]) -> MarketPrices:
        """For each asset its times in seconds since 1970 UTC and its prices, (K,) each."""
        lengths = [len(times) for times, _ in series.values()]
        if not lengths:
            return cls.from_arrays([], [], [])
        return cls._sorted(
            {name: number for number, name in enumerate(series)},
            np.repeat(np.arange(len(lengths)), lengths),
            seconds_of(np.concatenate([times for times, _ in series.values()])),
            np.concatenate([prices for _, prices in series.values()]),
        )

    @classmethod
    def from_closes(cls, prices: Prices) -> MarketPrices:
        """Daily closes, each at the first instant of its day, as a file with dates alone is read.

        With trades that have a time of day, an exact match finds nothing.
        """
        row, column = np.nonzero(~np.isnan(prices.close))
        return cls._sorted(
            {name: number for number, name in enumerate(prices.symbols)},
            column,
            seconds_of(prices.days)[row],
            prices.close[row, column],
        )

    @classmethod
    def _sorted(
        cls, assets: dict[str, int], asset: Ints, time: Floats, price: Floats
    ) -> MarketPrices:
        if not asset.shape == time.shape == price.shape:
            raise ValueError("the columns of prices differ in length")
        known = ~np.isnan(price)
        times, place = np.unique(time[known], return_inverse=True)
        keys = asset[known] * len(times) + place
        order = np.argsort(keys, kind="stable")
        return cls(assets, times, keys[order], price[known][order])

    def at(self, assets: Sequence[str], asset: Ints, time: Floats, *, exact: bool) -> Floats:
        """The price of ``assets[asset]`` at ``time``, or the last one before unless ``exact``.

        ``asset`` and ``time``: (n,); NaN where there is none.
        """
        if not self.keys.size:
            return np.full(asset.shape, np.nan)
        moments, which = np.unique(time, return_inverse=True)
        place = np.searchsorted(self.times, moments, side="right") - 1
        usable = place >= 0
        if exact:
            usable &= self.times[place] == moments
        code = np.array([self.assets.get(name, -1) for name in assets], dtype=np.int64)[asset]
        wanted = code * len(self.times) + place[which]  # negative, so not found, if unknown
        found = np.searchsorted(self.keys, wanted, side="right") - 1
        key = self.keys[found]
        same = key == wanted if exact else key // len(self.times) == code
        same &= usable[which] & (found >= 0)
        return np.where(same, self.price[found], np.nan)
