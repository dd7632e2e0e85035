"""Daily prices as they were known at a moment; the future cannot be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from engine.arrays import Days, Floats


@dataclass(frozen=True, slots=True)
class Bar:
    """One asset on one day, in the currency it is quoted in. Only ``close`` is always known."""

    day: date
    close: float
    open: float | None = None
    high: float | None = None
    low: float | None = None
    volume: float | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """Daily bars of N assets on T days, split-adjusted, read-only.

    ``days``: shape (T,), ``datetime64[D]``, strictly increasing. ``open``, ``high``, ``low``,
    ``close``, ``volume``: shape (T, N), NaN where nothing is known. An object made by ``until`` is
    a view that ends there: it has no way to later rows, so what is computed from it cannot look
    ahead.
    """

    symbols: tuple[str, ...]
    days: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    _columns: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shape = (len(self.days), len(self.symbols))
        for values in (self.open, self.high, self.low, self.close, self.volume):
            if values.shape != shape:
                raise ValueError(f"prices of shape {values.shape}, expected {shape}")
            values.flags.writeable = False
        if len(self.days) > 1 and not bool(np.all(self.days[1:] > self.days[:-1])):
            raise ValueError("the days of prices must increase")
        self.days.flags.writeable = False
        object.__setattr__(self, "_columns", {s: n for n, s in enumerate(self.symbols)})

    @classmethod
    def from_closes(cls, symbols: Sequence[str], days: Days, close: Floats) -> Prices:
        """Prices of which only the closes are known (T, N)."""
        nothing = np.full(close.shape, np.nan)
        return cls(
            tuple(symbols), days, nothing, nothing.copy(), nothing.copy(), close, nothing.copy()
        )

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._columns

    def column(self, symbol: str) -> int:
        """The column of ``symbol``. Raises KeyError when it is not among ``symbols``."""
        return self._columns[symbol]

    @property
    def last_day(self) -> date | None:
        return _as_date(self.days[-1]) if len(self.days) else None

    def row_at(self, day: date) -> int:
        """The last row on or before ``day``; -1 when there is none."""
        return int(np.searchsorted(self.days, np.datetime64(day, "D"), side="right")) - 1

    def until(self, day: date) -> Prices:
        """What was known after the close of ``day``: a view of the rows up to and including it."""
        end = self.row_at(day) + 1
        return Prices(
            self.symbols,
            self.days[:end],
            self.open[:end],
            self.high[:end],
            self.low[:end],
            self.close[:end],
            self.volume[:end],
        )

    def bar(self, symbol: str, day: date) -> Bar | None:
        """The bar of exactly ``day``, or nothing."""
        row = self.row_at(day)
        if row < 0 or symbol not in self._columns or self.days[row] != np.datetime64(day, "D"):
            return None
        return self._bar(row, self._columns[symbol])

    def latest(self, symbol: str) -> Bar | None:
        """The newest bar of ``symbol``, or nothing."""
        if symbol not in self._columns:
            return None
        column = self._columns[symbol]
        known = np.flatnonzero(~np.isnan(self.close[:, column]))
        return self._bar(int(known[-1]), column) if known.size else None

    def _bar(self, row: int, column: int) -> Bar | None:
        close = float(self.close[row, column])
        if np.isnan(close):
            return None

        def at(values: Floats) -> float | None:
            value = float(values[row, column])
            return None if np.isnan(value) else value

        return Bar(
            _as_date(self.days[row]),
            close,
            at(self.open),
            at(self.high),
            at(self.low),
            at(self.volume),
        )


def _as_date(day: np.datetime64) -> date:
    made: date = day.astype("datetime64[D]").item()
    return made
