"""Prices from a CSV file: ``time,symbol,open,high,low,close,volume``, in any order of columns."""

from __future__ import annotations

import asyncio
import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np

from engine.prices import Bar, Prices
from storage.feeds import BadPriceFile, FeedResult, FeedUnreachable
from storage.market_cache import FIELDS, Series, assemble

NAME = "csv_file"
REQUIRED = ("time", "symbol", "close")
OPTIONAL = ("open", "high", "low", "volume")


@dataclass(frozen=True, slots=True)
class CsvFile:
    path: Path
    name: str = NAME

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        """What the file says. Raises FeedUnreachable, BadPriceFile."""
        found = await asyncio.to_thread(read, self.path)
        wanted = {
            symbol: tuple(
                bar
                for bar in found[symbol]
                if (since is None or since <= bar.day) and bar.day <= until
            )
            for symbol in symbols
            if symbol in found
        }
        missing = tuple(symbol for symbol in symbols if symbol not in found)
        newest = max((bars[-1].day for bars in found.values()), default=None)
        return FeedResult(wanted, missing, newest)


def feed(where: str) -> CsvFile:
    return CsvFile(Path(where))


def read(path: Path) -> dict[str, tuple[Bar, ...]]:
    """The bars of each symbol, oldest first. Raises FeedUnreachable, BadPriceFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return parse(lines)
    except OSError as unreadable:
        raise FeedUnreachable(NAME, f"{path.name}: {unreadable.strerror}") from unreadable


def parse(lines: Iterable[str]) -> dict[str, tuple[Bar, ...]]:
    """As ``read``, of lines. Other columns are left alone; a day may come once per symbol."""
    rows = csv.reader(lines)
    found: dict[str, dict[date, Bar]] = {}
    try:
        columns = _columns(next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            symbol, bar = _bar(row, columns, rows.line_num)
            days = found.setdefault(symbol, {})
            if bar.day in days:
                raise BadPriceFile(rows.line_num, f"{symbol} has {bar.day} twice")
            days[bar.day] = bar
    except csv.Error as broken:
        raise BadPriceFile(rows.line_num, str(broken)) from broken
    except UnicodeDecodeError as broken:
        raise BadPriceFile(rows.line_num + 1, "it is not UTF-8 text") from broken
    return {symbol: tuple(days[day] for day in sorted(days)) for symbol, days in found.items()}


def to_prices(bars: Mapping[str, Sequence[Bar]]) -> Prices:
    """The bars as one table on the days of any of them; NaN where nothing is known."""
    return assemble([(symbol, _series(those)) for symbol, those in bars.items() if those])


def _series(bars: Sequence[Bar]) -> Series:
    days = np.array([bar.day for bar in bars], dtype="datetime64[D]")
    table = [[getattr(bar, name) for bar in bars] for name in FIELDS]
    return Series(days, np.array(table, dtype=np.float64))


def _columns(heading: Sequence[str]) -> dict[str, int]:
    columns = {name.strip().lower(): number for number, name in enumerate(heading)}
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise BadPriceFile(1, f"no column {', '.join(missing)}")
    return columns


def _bar(row: Sequence[str], columns: Mapping[str, int], line: int) -> tuple[str, Bar]:
    def cell(name: str) -> str:
        at = columns.get(name, len(row))
        return row[at].strip() if at < len(row) else ""

    symbol = cell("symbol")
    if not symbol:
        raise BadPriceFile(line, "no symbol")
    close = _number(cell("close"), "close", line)
    if close is None or close <= 0:
        raise BadPriceFile(line, f"a close of {cell('close') or 'nothing'}")
    rest = {name: _number(cell(name), name, line) for name in OPTIONAL}
    return symbol, Bar(_day(cell("time"), line), close, **rest)


def _day(text: str, line: int) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise BadPriceFile(line, f"the time {text!r} is not like 2024-03-28") from None


def _number(text: str, name: str, line: int) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0 or "_" in text:
        raise BadPriceFile(line, f"{name} is {text!r}")
    return number
