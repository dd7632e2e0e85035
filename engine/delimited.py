"""Delimited text as people export it: columns by name, numbers and times read without guessing."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

_DELIMITERS = (",", ";", "\t", "|")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_DOT_GROUPS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_COMMA_GROUPS_AND_DOT = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+")
_COMMA_DECIMAL = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
_LARGEST = Decimal(10) ** 15
_SMALLEST = Decimal(10) ** -15
_LONGEST_NUMBER = 40
FORMULA = frozenset("=+-@\t\r\n\0")  # what begins so, spreadsheets take for a formula
_QUOTED = FORMULA | {"'"}
_SHOWN = 40  # characters of a bad value that are quoted back


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used: ``reason`` is the key of a sentence, ``text`` the value."""

    line: int  # 1 is the first line of the file
    reason: str
    text: str


class Unreadable(Exception):
    """A value that means nothing, or could mean two things."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.text = text

    def at(self, line: int) -> Problem:
        return Problem(line, self.reason, quote(self.text))


def quote(text: str) -> str:
    """The beginning of ``text``, on one line and printable."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:_SHOWN]
    )
    return shown + ("…" if len(text) > _SHOWN else "")


@dataclass(frozen=True, slots=True)
class Table:
    """The lines under a header. ``columns`` maps the wanted names to places."""

    columns: Mapping[str, int]
    missing: tuple[str, ...]  # required columns that the header lacks
    delimiter: str
    lines: Sequence[str]
    header_line: int

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and fields of each line that is not blank."""
        for number, line in enumerate(self.lines[self.header_line :], start=self.header_line + 1):
            if line and not line.isspace():
                yield number, split_line(line, self.delimiter)


def split_line(line: str, delimiter: str) -> list[str]:
    """One line at a time: a stray quote cannot swallow the rest of the file."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a field longer than csv's limit
        return line.split(delimiter)


def open_table(
    text: str, synonyms: Mapping[str, tuple[str, ...]], required: Sequence[str]
) -> Table:
    """Find the header in the first line that is not blank, and its delimiter.

    ``synonyms``: for each wanted column the header names it may have, lower case.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = next((n for n, line in enumerate(lines) if line and not line.isspace()), 0)
    best: dict[str, int] = {}
    chosen = ","
    for delimiter in _DELIMITERS:
        names = [name.strip().lower() for name in split_line(lines[at], delimiter)]
        found = {
            wanted: place
            for wanted, allowed in synonyms.items()
            if (place := next((names.index(one) for one in allowed if one in names), None))
            is not None
        }
        if len(found) > len(best):
            best, chosen = found, delimiter
    missing = tuple(name for name in required if name not in best)
    return Table(best, missing, chosen, lines, at + 1)


def uses_decimal_commas(values: Iterator[str]) -> bool:
    """Whether some number can only be meant with a decimal comma (``12,5``)."""
    return any("," in value and _is_comma_decimal(value.strip()) for value in values)


def _is_comma_decimal(value: str) -> bool:
    return bool(_COMMA_DECIMAL.fullmatch(value)) and not _COMMA_GROUPS.fullmatch(value)


def read_number(value: str, decimal_commas: bool = False) -> Decimal:
    """An exact number. Raises Unreadable with ``number_missing``, ``number_ambiguous`` ("1,234",
    and "1.234" in a file with decimal commas), ``number_unreadable`` or ``number_out_of_range``.
    """
    text = value.strip()
    if not text:
        raise Unreadable("number_missing", value)
    if len(text) > _LONGEST_NUMBER or not text.isascii():
        raise Unreadable("number_unreadable", value)
    if _PLAIN.fullmatch(text):
        if decimal_commas and _DOT_GROUPS.fullmatch(text):
            raise Unreadable("number_ambiguous", value)
        return bounded(text, value)
    if _COMMA_GROUPS_AND_DOT.fullmatch(text):
        return bounded(text.replace(",", ""), value)
    if _COMMA_GROUPS.fullmatch(text):
        if text.count(",") == 1:
            raise Unreadable("number_ambiguous", value)
        return bounded(text.replace(",", ""), value)
    if _is_comma_decimal(text):
        return bounded(text.replace(".", "").replace(",", "."), value)
    raise Unreadable("number_unreadable", value)


def bounded(text: str, value: str) -> Decimal:
    """``text`` as a number of a size that amounts have. Raises Unreadable quoting ``value``."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unreadable("number_unreadable", value) from None
    if number and not _SMALLEST <= abs(number) <= _LARGEST:
        raise Unreadable("number_out_of_range", value)
    return number


def read_time(value: str) -> datetime:
    """An ISO 8601 date or time; UTC where it names no zone. Raises Unreadable with
    ``time_missing``, ``time_unreadable`` or ``time_implausible`` (before 1900, after 2200)."""
    text = value.strip()
    if not text:
        raise Unreadable("time_missing", value)
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable("time_unreadable", value) from None
    if not 1900 <= moment.year <= 2200:
        raise Unreadable("time_implausible", value)
    return moment


def escape_formula(text: str) -> str:
    """``text`` so that no spreadsheet runs it: an apostrophe before what begins a formula.

    ``unescape_formula`` gives back exactly ``text`` (OWASP ASVS 5.0, 1.2.10).
    """
    risky = text[:1] in FORMULA or (text[:1] == "'" and text[1:2] in _QUOTED)
    return f"'{text}" if risky else text


def unescape_formula(text: str) -> str:
    """``text`` without the apostrophe that ``escape_formula`` put before it."""
    return text[1:] if text[:1] == "'" and text[1:2] in _QUOTED else text


def read_symbol(value: str) -> str:
    """Upper case. Raises Unreadable with ``symbol_missing`` or ``symbol_unreadable``.

    An apostrophe that keeps a spreadsheet from taking what follows for a formula is dropped.
    """
    symbol = unescape_formula(value.strip()).upper()
    if not symbol:
        raise Unreadable("symbol_missing", value)
    if len(symbol) > 32 or not symbol.isprintable():
        raise Unreadable("symbol_unreadable", value)
    return symbol
