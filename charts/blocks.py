"""What a report is made of, before it is a page to scroll or pages to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    words: str
    within: bool = False  # of the section before


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: str
    lead: bool = False  # the conclusion


@dataclass(frozen=True, slots=True)
class Points:
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of a row is its header. What follows a line break in a cell is a remark.

    ``prose``: words rather than numbers, set to the left.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    prose: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """``words``: the same for those who cannot see it."""

    png: bytes
    words: str


@dataclass(frozen=True, slots=True)
class Months:
    """Year, month from 1, earned."""

    caption: str
    months: Sequence[tuple[int, int, float]]


Block = Heading | Paragraph | Points | Table | Picture | Months


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    subtitle: str
    blocks: Sequence[Block]
    foot: str
