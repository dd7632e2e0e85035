"""Which way the others leant on each day: their trades, or sentiment where those are not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Days, Flags, Floats, Ints
from engine.record.context import Panel
from engine.record.record import Record

LEANING = 0.10  # this far from the mean of all names, the crowd says something about one


@dataclass(frozen=True, slots=True)
class Crowd:
    """N symbols on D days. ``share``: (D, N) of buys among the trades of the others; ``lean``:
    the same less the mean of all names that day. NaN where nothing is known."""

    symbols: tuple[str, ...]
    days: Days
    share: Floats
    lean: Floats
    proxy: bool  # (1 + sentiment) / 2 stands in for the share

    @property
    def says(self) -> Flags:
        """Where it leant clearly."""
        clear: Flags = np.abs(np.nan_to_num(self.lean)) >= LEANING
        return clear

    def columns(self, symbols: tuple[str, ...]) -> Ints:
        """The column of each symbol; -1 for those that are not here."""
        place = {symbol: n for n, symbol in enumerate(self.symbols)}
        return np.array([place.get(symbol, -1) for symbol in symbols], dtype=np.int64)

    def rows(self, days: Days) -> Ints:
        """The row of exactly each day; -1 where nothing is known of it."""
        if not len(self.days):
            return np.full(len(days), -1, dtype=np.int64)
        row = np.minimum(np.searchsorted(self.days, days), len(self.days) - 1)
        return np.where(self.days[row] == days, row, -1).astype(np.int64)


def read_crowd(record: Record) -> Crowd | None:
    """The crowd around ``record``; None where neither trades of others nor sentiment are known.

    Sentiment that follows the price is no crowd: what last month's return explains of it is taken
    out (biases.md 1.5). Without that return it is not used.
    """
    flows, sentiment = record.context.crowd, record.context.sentiment
    if flows is not None and flows.values.size:
        return _leaning(flows, flows.values, proxy=False)
    if sentiment is not None and sentiment.values.size:
        return _leaning(sentiment, (1.0 + _own_part(record, sentiment)) / 2.0, proxy=True)
    return None


def _leaning(panel: Panel, share: Floats, *, proxy: bool) -> Crowd:
    known = ~np.isnan(share)
    count = known.sum(axis=1)
    mean = np.where(known, share, 0.0).sum(axis=1) / np.maximum(count, 1)
    lean = share - mean[:, None]
    return Crowd(panel.symbols, panel.days, np.clip(share, 0.0, 1.0), lean, proxy)


def _own_part(record: Record, sentiment: Panel) -> Floats:
    """Sentiment less its regression on the month's return: (D, N)."""
    signals = record.signals
    place = {symbol: n for n, symbol in enumerate(signals.symbols)}
    column = np.array([place.get(symbol, -1) for symbol in sentiment.symbols], dtype=np.int64)
    row = np.searchsorted(signals.days, sentiment.days, side="right") - 1
    month = np.full(sentiment.values.shape, np.nan)
    priced = np.flatnonzero(column >= 0)
    dated = np.flatnonzero(row >= 0)
    if len(priced) and len(dated):
        month[np.ix_(dated, priced)] = signals.z21[np.ix_(row[dated], column[priced])]
    both = ~np.isnan(month) & ~np.isnan(sentiment.values)
    if not both.any():
        return np.full_like(month, np.nan)
    x, y = month[both], sentiment.values[both]
    spread = float(np.square(x - x.mean()).sum())
    slope = float(((x - x.mean()) * y).sum()) / spread if spread > 0 else 0.0
    return sentiment.values - slope * month
