"""A file whose layout nobody knows: what can be said of its columns, and what has to be asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.broker_files.locale import Order, date_order, decimal_mark
from engine.broker_files.plain_columns import NAMES, SIDE_WORDS
from engine.broker_files.sheet import headers, records, split
from engine.delimited import Unreadable, quote, read_time

WANTED = ("date", "symbol", "side", "quantity", "price")
_LOOKED_AT = 200  # rows
_MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class Column:
    name: str  # as it is compared: lower case, one kind of space
    shown: str  # as it stands in the file
    values: tuple[str, ...]  # of the first rows


@dataclass(frozen=True, slots=True)
class Unknown:
    """``guesses``: our columns that one name says beyond doubt."""

    key: str  # the same for every file with this header
    first_line: str
    lines: int
    columns: tuple[Column, ...]
    guesses: Mapping[str, str]
    order: Order | None = None  # None: dates need one, and the cells do not say it
    decimal: str | None = None  # None: numbers need one, and the cells do not say it
    signed: bool = False  # there are numbers below zero


def header_key(names: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:32]


def likely_header(lines: Sequence[str]) -> tuple[int, str, list[str]] | None:
    """The line with the most names of which none is a number, and its delimiter."""
    best: tuple[int, str, list[str]] | None = None
    for line, delimiter, names in headers(lines):
        full = [name for name in names if name and not name.endswith("+")]
        wordy = all(not name[:1].isdigit() for name in full)
        if wordy and 3 <= len(full) <= _MOST_COLUMNS and (best is None or len(full) > len(best[2])):
            best = line, delimiter, names
    return best


def keys_of(lines: Sequence[str]) -> set[str]:
    """The keys of every line that might be a header."""
    return {header_key(names) for _, _, names in headers(lines) if len(names) <= _MOST_COLUMNS}


def describe(lines: Sequence[str]) -> Unknown | None:
    """None where no line looks like a header."""
    found = likely_header(lines)
    if found is None:
        return None
    place, delimiter, names = found
    shown = [cell.strip() for cell in split(lines[place], delimiter)]
    rows = [cells for _, cells in islice(records(lines, place + 1, delimiter), _LOOKED_AT)]
    columns = tuple(
        Column(name, quote(shown[n] if n < len(shown) else name), _values(rows, n))
        for n, name in enumerate(names)
    )
    guesses = _guess(columns)
    dates = next((one.values for one in columns if one.name == guesses.get("date")), ())
    order, asked = date_order(dates)
    numbers = [value for one in columns if one.name != guesses.get("date") for value in one.values]
    mark, unclear = decimal_mark(value for value in numbers if _is_number(value))
    return Unknown(
        key=header_key(names),
        first_line=lines[place],
        lines=len(rows)
        if len(rows) < _LOOKED_AT
        else sum(1 for one in lines[place + 1 :] if one.strip()),
        columns=columns,
        guesses=guesses,
        order=order if not asked else None,
        decimal=mark or (None if unclear else "."),
        signed=any(value.startswith("-") for value in numbers if _is_number(value)),
    )


def _values(rows: Sequence[list[str]], place: int) -> tuple[str, ...]:
    return tuple(row[place].strip() if place < len(row) else "" for row in rows)


def _guess(columns: Sequence[Column]) -> dict[str, str]:
    """By its name where the values agree, else by its values where they leave no other choice."""
    found: dict[str, str] = {}
    for wanted in (*WANTED, "fee", "currency", "note"):
        fitting = [
            one for one in columns if one.name not in found.values() and _may_be(wanted, one)
        ]
        by_name = [one for one in fitting if one.name in NAMES[wanted]]
        if by_name:
            found[wanted] = by_name[0].name
        elif wanted in ("date", "side") and len(fitting) == 1:
            found[wanted] = fitting[0].name
    return found


def _may_be(wanted: str, column: Column) -> bool:
    values = [value for value in column.values if value]
    if not values:
        return wanted in ("fee", "note")
    if wanted == "date":
        return all(_is_date(value) for value in values[:20])
    if wanted == "side":
        return all(value.lower() in SIDE_WORDS for value in values)
    if wanted in ("quantity", "price", "fee"):
        return sum(_is_number(value) for value in values) >= 0.8 * len(values)
    if wanted == "currency":
        return all(len(value) == 3 and value.isalpha() for value in values)
    return not all(_is_number(value) or _is_date(value) for value in values)


def _is_number(value: str) -> bool:
    plain = value.strip("$€£¥()+- \u00a0")
    return any(c.isdigit() for c in plain) and all(c.isdigit() or c in ".,' \u00a0" for c in plain)


def _is_date(value: str) -> bool:
    if date_order([value.split(" ")[0]])[0] is not Order.YEAR_FIRST or "/" in value:
        return True
    try:
        read_time(value)
    except Unreadable:
        return False
    return True


def fitting(wanted: str, columns: Sequence[Column], taken: Sequence[str]) -> list[Column]:
    """The columns that may be meant, best first."""
    free = [one for one in columns if one.name not in taken and _may_be(wanted, one)]
    return sorted(free, key=lambda one: one.name not in NAMES[wanted])
