"""What else is known of a market from delimited text: daily scores by symbol, and countries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from engine.arrays import Floats
from engine.delimited import (
    Problem,
    Unreadable,
    open_table,
    read_number,
    read_symbol,
    read_time,
    uses_decimal_commas,
)
from engine.record.context import Panel

_SCORES = {
    "time": ("time", "datetime", "date", "timestamp", "day"),
    "symbol": ("symbol", "asset", "ticker"),
    "score": ("score", "value", "share", "sentiment", "tone"),
}
_COUNTRIES = {
    "symbol": ("symbol", "asset", "ticker"),
    "country": ("country", "country_code"),
}


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """``panel`` is None where no line could be read."""

    panel: Panel | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CountryFile:
    countries: dict[str, str]  # ISO 3166, two letters, by symbol
    problems: tuple[Problem, ...]


def read_scores(
    text: str, *, lowest: float, highest: float, otherwise: float = float("nan")
) -> ScoreFile:
    """``time,symbol,score`` as a panel of UTC days; several scores of a day are averaged.

    Scores outside ``lowest`` … ``highest`` are problems (``score_out_of_range``), as is whatever
    else is wrong with a line. ``otherwise``: the score of a symbol on a day that other symbols
    have one of; for news that is 0, none.
    """
    table = open_table(text, _SCORES, tuple(_SCORES))
    if table.missing:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return ScoreFile(None, (problem,))
    place = table.columns
    decimal_commas = uses_decimal_commas(
        row[place["score"]] for _, row in table.rows() if place["score"] < len(row)
    )
    scores: dict[tuple[date, str], list[float]] = {}
    problems: list[Problem] = []
    for line, row in table.rows():
        try:
            if len(row) <= max(place.values()):
                raise Unreadable("fields_missing", table.delimiter.join(row))
            day = read_time(row[place["time"]]).date()
            symbol = read_symbol(row[place["symbol"]])
            score = float(read_number(row[place["score"]], decimal_commas))
            if not lowest <= score <= highest:
                raise Unreadable("score_out_of_range", row[place["score"]])
        except Unreadable as wrong:
            problems.append(wrong.at(line))
        else:
            scores.setdefault((day, symbol), []).append(score)
    return ScoreFile(_panel(scores, otherwise) if scores else None, tuple(problems))


def _panel(scores: dict[tuple[date, str], list[float]], otherwise: float) -> Panel:
    days = sorted({day for day, _ in scores})
    symbols = sorted({symbol for _, symbol in scores})
    row = {day: n for n, day in enumerate(days)}
    column = {symbol: n for n, symbol in enumerate(symbols)}
    values: Floats = np.full((len(days), len(symbols)), otherwise)
    for (day, symbol), all_of_day in scores.items():
        values[row[day], column[symbol]] = sum(all_of_day) / len(all_of_day)
    return Panel(tuple(symbols), np.array(days, dtype="datetime64[D]"), values)


def read_countries(text: str) -> CountryFile:
    """``symbol,country``; of several lines about a symbol the last counts, and one that differs
    from an earlier one is a problem (``duplicate_row``)."""
    table = open_table(text, _COUNTRIES, tuple(_COUNTRIES))
    if table.missing:
        problem = Problem(table.header_line, "columns_missing", ", ".join(table.missing))
        return CountryFile({}, (problem,))
    countries: dict[str, str] = {}
    problems: list[Problem] = []
    for line, row in table.rows():
        try:
            if len(row) <= max(table.columns.values()):
                raise Unreadable("fields_missing", table.delimiter.join(row))
            symbol = read_symbol(row[table.columns["symbol"]])
            country = read_country(row[table.columns["country"]])
        except Unreadable as wrong:
            problems.append(wrong.at(line))
            continue
        if countries.get(symbol, country) != country:
            problems.append(Problem(line, "duplicate_row", symbol))
        countries[symbol] = country
    return CountryFile(countries, tuple(problems))


def read_country(value: str) -> str:
    """Two letters (ISO 3166), upper case. Raises Unreadable with ``country_unreadable``."""
    code = value.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        raise Unreadable("country_unreadable", value)
    return code
