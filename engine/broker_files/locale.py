"""How a file writes numbers and moments: decided once per file, never per cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum

from engine.delimited import Unreadable, bounded, read_number


class Order(StrEnum):
    """Of day, month and year in a date without month names."""

    YEAR_FIRST = "ymd"
    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


_MARKS = str.maketrans("", "", "$€£¥₹ \u00a0\u202f\u2009")
_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_POINT = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)?(,\d*)?([eE][+-]?\d{1,3})?", re.ASCII)
_BOTH = re.compile(r"\d(?P<group>[.,])\d{3}(?!(?P=group))(?P<decimal>[.,])\d+", re.ASCII)
_ONE = re.compile(r"(?P<whole>\d+)(?P<mark>[.,])(?P<rest>\d+)", re.ASCII)
_LONGEST = 40

_TIME = r"(?:[ T,;]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?(?: ?(?:UTC|Z))?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_TIME}", re.ASCII)
_COMPACT = re.compile(rf"(\d{{4}})(\d\d)(\d\d){_TIME}", re.ASCII)
_SHORT_YEAR = re.compile(rf"(\d\d)-(\d\d)-(\d\d){_TIME}", re.ASCII)
_MARKED = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Locale:
    """``decimal`` is "." or ","; None reads only what means one thing in both. ``order`` is None
    where nothing says it; then only dates that begin with the year are read."""

    decimal: str | None = "."
    order: Order | None = Order.YEAR_FIRST
    zone: tzinfo = UTC  # of times that name none

    def number(self, value: str) -> Decimal:
        """``value`` without currency signs; parentheses mean minus. Raises Unreadable."""
        text = value.translate(_MARKS)
        if self.decimal == "." and len(text) <= _LONGEST and _PLAIN.fullmatch(text):
            return bounded(text, value)
        text = text.replace("\u2212", "-")
        if text[:1] == "(" and text[-1:] == ")":
            text = f"-{text[1:-1]}"
        if len(text) > _LONGEST or not text.isascii() or not any(c.isdigit() for c in text):
            raise Unreadable("number_unreadable", value)
        if self.decimal is None:
            return read_number(text, decimal_commas=True)
        comma = self.decimal == ","
        if not (_COMMA if comma else _POINT).fullmatch(text):
            raise Unreadable("number_unreadable", value)
        plain = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
        return bounded(plain, value)

    def moment(self, value: str) -> datetime:
        """``value`` in UTC; midnight where it names only a day. Raises Unreadable."""
        text = value.strip()
        if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            year, month, day, *clock = found.groups()
        elif short := self._short(text):
            year, month, day, *clock = short
        else:
            return _with_offset(text, value)
        full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
        try:
            on = datetime(full, int(month), int(day), tzinfo=UTC)
            if clock[0] is not None:
                hour, minute, second = (int(one or 0) for one in clock)
                at = on.replace(hour=hour, minute=minute, second=second)
                fixed = text.endswith(("UTC", "Z"))
                on = at if fixed else at.replace(tzinfo=self.zone).astimezone(UTC)
        except ValueError:
            raise Unreadable("time_unreadable", value) from None
        if not 1900 <= on.year <= 2200:
            raise Unreadable("time_implausible", value)
        return on

    def _short(self, text: str) -> list[str] | None:
        """Year, month, day and the clock of a date that does not begin with a long year."""
        if self.order is Order.YEAR_FIRST:
            found = _SHORT_YEAR.fullmatch(text)
            return list(found.groups()) if found else None
        found = _MARKED.fullmatch(text)
        if found is None:
            return None
        first, _, second, year, *clock = found.groups()
        if self.order is None:
            raise Unreadable("time_ambiguous", text)
        month, day = (first, second) if self.order is Order.MONTH_FIRST else (second, first)
        return [year, month, day, *clock]


def _with_offset(text: str, value: str) -> datetime:
    """ISO 8601 with microseconds or a zone, as we write it ourselves."""
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


def decimal_mark(values: Iterable[str]) -> tuple[str | None, bool]:
    """The mark that some value can only mean as decimal, and whether any value needs one.

    None where no value decides, or where they contradict each other. "1,000" decides nothing, and
    neither does "1.000": it may be a thousand where commas are decimal.
    """
    seen: set[str] = set()
    unclear = False
    for value in values:
        text = value.translate(_MARKS).strip("()+-")
        if "," not in text and "." not in text:
            continue
        if both := _BOTH.search(text):
            seen.add(both["decimal"])
        elif text.count(",") > 1 or text.count(".") > 1:
            seen.add("." if text.count(",") > 1 else ",")
        elif (one := _ONE.fullmatch(text)) is not None:
            whole, rest = one["whole"], one["rest"]
            if len(rest) != 3 or len(whole) > 3 or whole[0] == "0":
                seen.add(one["mark"])
            else:
                unclear = True
    return (seen.pop(), False) if len(seen) == 1 else (None, unclear or len(seen) > 1)


def date_order(values: Iterable[str]) -> tuple[Order | None, bool]:
    """The order that some date can only mean, and whether any date needs one.

    None where no date decides, or where they contradict each other.
    """
    seen: set[Order] = set()
    needed = False
    for value in values:
        found = _MARKED.fullmatch(value.strip())
        if found is None:
            continue
        needed = True
        if int(found[1]) > 12:
            seen.add(Order.DAY_FIRST)
        elif int(found[3]) > 12:
            seen.add(Order.MONTH_FIRST)
    if not needed:
        return Order.YEAR_FIRST, False
    return (seen.pop(), False) if len(seen) == 1 else (None, True)
