"""What a layout is, and the entries that its rows become."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from engine.amounts import ZERO
from engine.broker_files.locale import Locale
from engine.broker_files.sheet import Row
from engine.delimited import Problem, quote
from engine.ledger import Trade

__all__ = ["Entry", "Layout", "LeftOut", "Problem", "Signature", "Trade"]

USUAL = Locale()  # points, and dates that begin with the year
NO_ID = UUID(int=0)  # entries are numbered when they are recorded


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that goes into the books.

    ``currency`` is that of the row, "" where it names none. ``extra``: of a split told by the
    shares it added (``trade.quantity`` is then 1 until somebody knows how many were held).
    """

    line: int
    trade: Trade
    currency: str = ""
    key: str = ""  # the broker's own id, if it has one: the same in every download
    account: str = ""
    name: str = ""  # of the share, as the file has it
    extra: Decimal = ZERO
    twin: Trade | None = None  # what was told in words and looks like the same
    remark: str = ""  # key of words about what was taken otherwise than it stands there


class LeftOut(Exception):
    """A line that is understood and is nothing for the books; ``reason`` is the key of words."""

    def __init__(self, reason: str, text: str = "") -> None:
        super().__init__(reason)
        self.reason, self.text = reason, text

    def at(self, line: int) -> Problem:
        return Problem(line, self.reason, quote(self.text))


@dataclass(frozen=True, slots=True)
class Signature:
    """Names that a header has, and names that it does not have."""

    needs: frozenset[str]
    lacks: frozenset[str] = frozenset()

    def fits(self, names: Iterable[str]) -> bool:
        found = set(names)
        return self.needs <= found and not self.lacks & found


class Reads(Protocol):
    """From the rows of one event (mostly one row) to its entries.

    Raises Unreadable for what is wrong, LeftOut for what is nothing for the books.
    """

    def __call__(self, rows: Sequence[Row], /) -> list[Entry]: ...


Columns = Callable[[Sequence[str]], Mapping[str, int] | None]
Grouping = Callable[[Iterator[Row]], Iterator[Sequence[Row]]]
Opening = Callable[[Sequence[str], int, str, Locale], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which a broker writes its files.

    ``menu``: where people find the download. ``ask_decimal``: the decimal mark is read from the
    cells, and ``locale.decimal`` is what it is where they do not say. ``ask_order``: the same of
    dates, where ``locale.order`` may be None.
    """

    name: str
    title: str
    menu: str
    signatures: tuple[Signature, ...]
    read: Reads
    locale: Locale = USUAL
    group: Grouping | None = None
    open: Opening | None = None  # for files that are no plain table
    columns: Columns | None = None  # where names have to be looked for; None: not this layout
    translate: Mapping[str, str] = field(default_factory=dict)  # local header names to ours
    ask_decimal: tuple[str, ...] = ()  # columns that are looked at
    ask_order: str = ""
    fallback: bool = False  # matched only where no other layout is

    def ours(self, names: Sequence[str]) -> list[str]:
        """``names`` as they are called in English; "koers+" stands beside "koers"."""
        plain = ((name.rstrip("+"), name[len(name.rstrip("+")) :]) for name in names)
        return [self.translate.get(name, name) + mark for name, mark in plain]
