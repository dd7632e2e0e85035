"""Weights from delimited text: ``symbol,weight``, or tables of weights that change over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.delimited import (
    Problem,
    Table,
    Unreadable,
    open_table,
    read_number,
    read_symbol,
    read_time,
    split_line,
    uses_decimal_commas,
)

_DATE = ("date", "time", "day", "since")
_LONG = {
    "symbol": ("symbol", "asset", "ticker"),
    "weight": ("weight", "share", "allocation"),
    "date": _DATE,
}
_WIDE = {"date": _DATE}
CASH = "CASH"

Cell = tuple[str, str, str]  # day or "", symbol, weight


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """``fixed``: by symbol, CASH among them. ``dated``: the same, in force from each day on, in
    order. One of the two is empty; how much the weights add up to is not looked at."""

    fixed: dict[str, float]
    dated: dict[date, dict[str, float]]
    problems: tuple[Problem, ...]


def read_weights(text: str) -> WeightsFile:
    """``symbol,weight``; with a column ``date`` also ``date,symbol,weight``; or a row for each
    date and a column for each symbol (``date,AAPL,MSFT``).

    ``60%`` is 0.6. Problems beside those of numbers, symbols and dates: ``weight_negative``,
    ``duplicate_row`` (a symbol that was given a weight before, of the same date) and
    ``columns_missing``. A date has all of its weights or none: a problem with one of them leaves
    out only that one, so that whoever asks should not use weights with problems.
    """
    table = open_table(text, _LONG, ("symbol", "weight"))
    if not table.missing:
        return _collect(table, None)
    wide = open_table(text, _WIDE, ("date",))
    header = split_line(wide.lines[wide.header_line - 1], wide.delimiter)
    if wide.missing or len(header) < 2 or len(table.missing) < 2:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return WeightsFile({}, {}, (problem,))
    return _collect(wide, header)


def _collect(table: Table, header: list[str] | None) -> WeightsFile:
    """``header``: of a table with a column for each symbol."""
    found: dict[date | None, dict[str, float]] = {}
    problems: list[Problem] = []
    rows = list(table.rows())
    commas = table.delimiter != "," and uses_decimal_commas(
        weight.rstrip("% ") for _, row in rows for _, _, weight in _cells(table, row, header)
    )
    for line, row in rows:
        try:
            widest = max(table.columns.values()) if header is None else len(header) - 1
            if len(row) <= widest:
                raise Unreadable("fields_missing", table.delimiter.join(row))
            for said, name, weight in _cells(table, row, header):
                day = read_time(said).date() if "date" in table.columns else None
                symbol, size = read_symbol(name), _read_weight(weight, commas)
                if symbol in found.setdefault(day, {}):
                    raise Unreadable("duplicate_row", table.delimiter.join(row))
                found[day][symbol] = size
        except Unreadable as wrong:
            problems.append(wrong.at(line))
    dated = {day: found[day] for day in sorted(one for one in found if one is not None)}
    return WeightsFile(found.get(None, {}), dated, tuple(problems))


def _cells(table: Table, row: list[str], header: list[str] | None) -> Iterator[Cell]:
    """Of a row that is long enough; of others as many as there are."""
    place = table.columns
    said = row[place["date"]] if place.get("date", len(row)) < len(row) else ""
    if header is not None:
        for n, (name, weight) in enumerate(zip(header, row, strict=False)):
            if n != place["date"]:
                yield said, name, weight
    elif max(place.values()) < len(row):
        yield said, row[place["symbol"]], row[place["weight"]]


def _read_weight(value: str, commas: bool) -> float:
    text = value.strip()
    percent = text.endswith("%")
    number = float(read_number(text.removesuffix("%").rstrip(), commas))
    if number < 0.0:
        raise Unreadable("weight_negative", value)
    return number / 100.0 if percent else number
