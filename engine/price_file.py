"""Prices from delimited text: ``time,symbol,open,high,low,close,volume``, daily or intraday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import nan

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.delimited import (
    Problem,
    Table,
    Unreadable,
    open_table,
    read_number,
    read_symbol,
    read_time,
    uses_decimal_commas,
)
from engine.prices import Prices
from engine.record.quotes import Quotes

__all__ = ["PriceFile", "Problem", "read_prices"]

_SYNONYMS = {
    "time": ("time", "datetime", "date", "timestamp"),
    "symbol": ("symbol", "asset", "ticker"),
    "open": ("open",),
    "high": ("high",),
    "low": ("low",),
    "close": ("close", "price"),
    "volume": ("volume",),
}
_REQUIRED = ("time", "symbol", "close")
_NUMBERS = ("open", "high", "low", "close", "volume")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
_TINY, _HUGE = 1e-9, 1e15

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PriceFile:
    """Daily bars, and the prices within the day where times of day were given."""

    prices: Prices
    quotes: Quotes | None
    problems: tuple[Problem, ...]


def read_prices(text: str) -> PriceFile:
    """Read ``text``; only time, symbol and close are required.

    Several rows of a symbol and day become one bar: first open, highest high, lowest low, last
    close, volumes added. Of two rows of the very same time the later counts, and the earlier is a
    problem (``duplicate_row``).
    """
    table = open_table(text, _SYNONYMS, _REQUIRED)
    if table.missing:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return PriceFile(_no_prices(), None, (problem,))
    rows = _Rows(table)
    rows.read()
    if not rows.lines:
        return PriceFile(_no_prices(), None, tuple(rows.problems))
    return rows.assemble()


def _no_prices() -> Prices:
    return Prices.from_closes((), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 0)))


class _Rows:
    """The rows of a file as columns of numbers, while they are read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self.symbols: dict[str, int] = {}
        self.lines: list[int] = []
        self.symbol: list[int] = []
        self.second: list[float] = []
        self.numbers: dict[str, list[float]] = {n: [] for n in _NUMBERS if n in table.columns}
        self._seconds: dict[str, float] = {}
        self._known_symbols: dict[str, int] = {}
        # Only an exotic file needs the slow look for decimal commas.
        self._decimal_commas = (
            any("," in line for line in table.lines)
            and (table.delimiter != "," or any('"' in line for line in table.lines))
            and uses_decimal_commas(
                row[table.columns[name]]
                for _, row in table.rows()
                for name in self.numbers
                if table.columns[name] < len(row)
            )
        )

    def read(self) -> None:
        time, symbol = self.table.columns["time"], self.table.columns["symbol"]
        places = [(self.table.columns[name], name, kept) for name, kept in self.numbers.items()]
        widest = max(self.table.columns.values())
        for line, row in self.table.rows():
            try:
                if len(row) <= widest:
                    raise Unreadable("fields_missing", self.table.delimiter.join(row))
                second = self._seconds.get(row[time])
                if second is None:
                    second = self._second(row[time])
                number = self._known_symbols.get(row[symbol])
                if number is None:
                    number = self._number(row[symbol])
                values = [self._value(row[place], name) for place, name, _ in places]
            except Unreadable as wrong:
                self.problems.append(wrong.at(line))
                continue
            self.lines.append(line)
            self.second.append(second)
            self.symbol.append(number)
            for (_, _, kept), value in zip(places, values, strict=True):
                kept.append(value)

    def _second(self, text: str) -> float:
        seconds = (read_time(text) - _EPOCH).total_seconds()
        self._seconds[text] = seconds
        return seconds

    def _number(self, text: str) -> int:
        number = self.symbols.setdefault(read_symbol(text), len(self.symbols))
        self._known_symbols[text] = number
        return number

    def _value(self, text: str, name: str) -> float:
        try:
            value = nan if self._decimal_commas or "_" in text else float(text)
        except ValueError:
            value = nan
        if not _TINY <= value <= _HUGE:  # rarely: the slow way knows what is wrong
            value = self._slow(text, name)
        if value < 0 or (value == 0 and name != "volume"):
            raise Unreadable("price_not_positive", text)
        return value

    def _slow(self, text: str, name: str) -> float:
        if name != "close" and not text.strip():
            return nan  # an optional column may be empty
        return float(read_number(text, self._decimal_commas))

    def assemble(self) -> PriceFile:
        symbol = np.array(self.symbol, dtype=np.int64)
        second = np.array(self.second, dtype=np.float64)
        order = np.lexsort((second, symbol))  # stable: of equal times the later line comes last
        order = order[self._latest(symbol[order], second[order], order)]
        symbol, second = symbol[order], second[order]
        columns = {name: np.array(kept)[order] for name, kept in self.numbers.items()}
        day = np.floor_divide(second, _DAY).astype(np.int64)
        names = tuple(self.symbols)
        quotes = None
        if np.any(second % _DAY != 0):
            bounds = np.searchsorted(symbol, np.arange(len(names) + 1))
            quotes = Quotes(
                {
                    name: (second[a:b], columns["close"][a:b])
                    for name, a, b in zip(names, bounds[:-1], bounds[1:], strict=True)
                }
            )
        prices = _daily(names, symbol, day, columns, within_day=quotes is not None)
        return PriceFile(prices, quotes, tuple(sorted(self.problems, key=lambda one: one.line)))

    def _latest(self, symbol: Ints, second: Floats, order: Ints) -> NDArray[np.bool_]:
        repeated = np.zeros(len(symbol), dtype=np.bool_)
        repeated[:-1] = (symbol[1:] == symbol[:-1]) & (second[1:] == second[:-1])
        names = list(self.symbols)
        for place in np.flatnonzero(repeated):
            self.problems.append(
                Problem(self.lines[order[place]], "duplicate_row", names[symbol[place]])
            )
        return ~repeated


def _daily(
    names: tuple[str, ...],
    symbol: Ints,
    day: Ints,
    columns: dict[str, Floats],
    *,
    within_day: bool,
) -> Prices:
    """One bar for each symbol and day; the rows come sorted by symbol and time."""
    days, row = np.unique(day, return_inverse=True)
    starts = np.flatnonzero(np.r_[True, (symbol[1:] != symbol[:-1]) | (day[1:] != day[:-1])])
    ends = np.r_[starts[1:], len(symbol)] - 1
    at = (row[starts], symbol[starts])

    def bars(values: Floats | None) -> Floats:
        table = np.full((len(days), len(names)), np.nan)
        if values is not None:
            table[at] = values
        return table

    close = columns["close"]
    opening = columns.get("open", close if within_day else None)
    high = columns.get("high", close if within_day else None)
    low = columns.get("low", close if within_day else None)
    volume = columns.get("volume")
    return Prices(
        symbols=names,
        days=days.astype("datetime64[D]"),
        open=bars(None if opening is None else opening[starts]),
        high=bars(None if high is None else np.fmax.reduceat(high, starts)),
        low=bars(None if low is None else np.fmin.reduceat(low, starts)),
        close=bars(close[ends]),
        volume=bars(None if volume is None else np.add.reduceat(volume, starts)),
    )
