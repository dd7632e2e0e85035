"""The rows of a delimited file, whatever stands before, between and after them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.amounts import ZERO
from engine.broker_files.locale import Locale
from engine.delimited import Unreadable

DELIMITERS = (",", ";", "\t", "|")
HEADER_WITHIN = 60  # lines
_LONGEST_RECORD = 20  # lines that a quoted field may run over; a stray quote ends there
_LONGEST_HEADER = 20_000  # characters
_MOST_CELLS = 1_000  # of one record; what comes after stays in the last
_EMPTY = frozenset({"", "-", "--", "Not available"})
_MONEY_CUT = re.compile(r"-?\(?-?[$€£]\d{1,3}(,\d{3})*"), re.compile(r"\d{3}(\.\d+)?\)?")


def lines_of(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def split(line: str, delimiter: str) -> list[str]:
    """The fields of one record, which may hold newlines inside quotes."""
    if '"' not in line:
        return line.split(delimiter, _MOST_CELLS)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a field longer than csv's limit
        return line.split(delimiter, _MOST_CELLS)


def records(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The number of its first line (1 is the first of the file) and the fields of each record."""
    place = start
    while place < len(lines):
        first, line = place, lines[place]
        place += 1
        if not line or line.isspace():
            continue
        if line.count('"') % 2:
            end = next(
                (
                    n
                    for n in range(place, min(place + _LONGEST_RECORD, len(lines)))
                    if lines[n].count('"') % 2
                ),
                None,
            )
            if end is not None:
                line, place = "\n".join(lines[first : end + 1]), end + 1
        yield first + 1, split(line, delimiter)


def headers(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """What might be the header: place of its line, delimiter, names. One for each delimiter."""
    for place, line in enumerate(lines[:HEADER_WITHIN]):
        if not line or line.isspace() or len(line) > _LONGEST_HEADER:
            continue
        for delimiter in DELIMITERS:
            if delimiter in line:
                yield place, delimiter, named(split(line, delimiter))


def named(cells: Sequence[str]) -> list[str]:
    """Names in lower case; a column without one is called after that before it: "price+"."""
    names: list[str] = []
    for cell in cells:
        name = " ".join(cell.replace("\ufeff", "").lower().split())
        names.append(name or (f"{names[-1]}+" if names else ""))
    return names


def places(names: Sequence[str]) -> dict[str, int]:
    """Where each name stands first."""
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        found.setdefault(name, place)
    return found


def mend(cells: list[str], width: int) -> list[str]:
    """Put together amounts that lost their quotes: ``$1,574.95`` split at its comma."""
    before, after = _MONEY_CUT
    place = 0
    while len(cells) > width and place + 1 < len(cells):
        if before.fullmatch(cells[place]) and after.fullmatch(cells[place + 1]):
            cells = [*cells[:place], f"{cells[place]},{cells[place + 1]}", *cells[place + 2 :]]
        else:
            place += 1
    return cells


@dataclass(slots=True)
class Row:
    """One record under its header. ``row["price"]`` is the stripped text, "" where there is none
    and where the file marks an empty cell with a dash."""

    line: int
    columns: Mapping[str, int]
    cells: Sequence[str]
    locale: Locale

    def __getitem__(self, name: str) -> str:
        place = self.columns.get(name)
        if place is None or place >= len(self.cells):
            return ""
        text = self.cells[place].strip()
        return "" if text in _EMPTY else text

    def first(self, *names: str) -> str:
        """The first of the columns that says something."""
        return next((text for name in names if (text := self[name])), "")

    def like(self, start: str) -> str:
        """The first column whose name begins with ``start`` and that says something."""
        return next(
            (self[name] for name in self.columns if name.startswith(start) and self[name]), ""
        )

    def number(self, name: str, what: str = "") -> Decimal:
        """Raises Unreadable: ``cell_empty`` with the word for it, or what is wrong with it."""
        text = self[name]
        if not text:
            raise Unreadable("cell_empty", what or name)
        return self.locale.number(text)

    def optional(self, *names: str) -> Decimal:
        """The sum of the columns that say something; 0 where none does."""
        total = ZERO
        for name in names:
            if text := self[name]:
                total += self.locale.number(text)
        return total
