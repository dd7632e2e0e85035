"""Prices and instruments that this process has read before, and which version of them it was."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.market.instruments import Universe
from engine.prices import Days, Floats, Prices

FIELDS = ("open", "high", "low", "close", "volume")
ASSEMBLED = 32  # sets of symbols kept put together

Versions = Mapping[str, int]  # by source; drawn from a sequence, so a rollback never repeats one


@dataclass(frozen=True, slots=True)
class Series:
    """The daily bars of one symbol from one source: ``days`` (T,), ``bars`` (5, T) as FIELDS."""

    days: Days
    bars: Floats


@dataclass(slots=True)
class MarketCache:
    series: dict[tuple[str, str], tuple[int, Series | None]] = field(default_factory=dict)
    universe: tuple[int, Universe] | None = None
    _whole: OrderedDict[tuple[object, ...], Prices] = field(default_factory=OrderedDict)

    def find(self, key: tuple[object, ...]) -> Prices | None:
        """Prices put together before. The key holds the versions they were made from."""
        found = self._whole.get(key)
        if found is not None:
            self._whole.move_to_end(key)
        return found

    def keep(self, key: tuple[object, ...], prices: Prices) -> None:
        self._whole[key] = prices
        while len(self._whole) > ASSEMBLED:
            self._whole.popitem(last=False)

    def knows(self, source: str, symbol: str, version: int) -> bool:
        """Whether ``symbol`` was looked up in ``source`` at this version, found or not."""
        known = self.series.get((source, symbol))
        return known is not None and known[0] == version


def assemble(chosen: Sequence[tuple[str, Series]]) -> Prices:
    """One table of several series, on the days of any of them."""
    symbols = tuple(symbol for symbol, _ in chosen)
    if not chosen:
        return Prices.from_closes((), np.empty(0, "datetime64[D]"), np.empty((0, 0)))
    first = chosen[0][1].days
    if all(np.array_equal(one.days, first) for _, one in chosen):
        days = first.copy()
        table = np.stack([one.bars for _, one in chosen], axis=2)
    else:
        days = np.unique(np.concatenate([one.days for _, one in chosen]))
        table = np.full((len(FIELDS), len(days), len(chosen)), np.nan)
        for column, (_, one) in enumerate(chosen):
            table[:, np.searchsorted(days, one.days), column] = one.bars
    return Prices(symbols, days, *table)
