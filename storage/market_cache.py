"""Prices and instruments that this process has read before, and which version of them it was."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Days, Floats
from engine.market.instruments import Universe
from engine.prices import Prices

FIELDS = ("open", "high", "low", "close", "volume")
ASSEMBLED = 32  # sets of symbols kept put together

Versions = Mapping[str, int]  # by source; drawn from a sequence, so a rollback never repeats one


@dataclass(frozen=True, slots=True)
class Series:
    """The daily bars of one symbol from one source: ``days`` (T,), ``bars`` (5, T) as FIELDS."""

    days: Days
    bars: Floats


@dataclass(slots=True)
class _Source:
    """What was read of one source at one version; None: looked up, and not there."""

    version: int
    series: dict[str, Series | None] = field(default_factory=dict)
    whole: bool = False  # all there is was read


@dataclass(slots=True)
class MarketCache:
    universe: tuple[int, Universe] | None = None
    _sources: dict[str, _Source] = field(default_factory=dict)
    _whole: OrderedDict[tuple[object, object], tuple[object, Prices]] = field(
        default_factory=OrderedDict
    )

    def find(self, asked: tuple[object, object], versions: tuple[object, ...]) -> Prices | None:
        """Prices put together before for the same question, from the same versions."""
        made, prices = self._whole.get(asked, (None, None))
        if prices is None or made != versions:
            return None
        self._whole.move_to_end(asked)
        return prices

    def keep(
        self, asked: tuple[object, object], versions: tuple[object, ...], prices: Prices
    ) -> None:
        """Keep ``prices`` in the place of those of other versions: nobody asks for them again."""
        self._whole[asked] = (versions, prices)
        self._whole.move_to_end(asked)
        while len(self._whole) > ASSEMBLED:
            self._whole.popitem(last=False)

    def known(self, source: str, version: int) -> tuple[dict[str, Series | None], bool]:
        """A copy of what was read of ``source`` at this version, and whether that is all of it."""
        there = self._sources.get(source)
        if there is None or there.version != version:
            return {}, False
        return dict(there.series), there.whole

    def add(
        self, source: str, version: int, series: Mapping[str, Series | None], *, whole: bool
    ) -> None:
        """Remember what was read, unless something newer is known already."""
        there = self._sources.get(source)
        if there is None or there.version < version:
            there = self._sources[source] = _Source(version)
        if there.version == version:
            there.series |= series
            there.whole = there.whole or whole


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
