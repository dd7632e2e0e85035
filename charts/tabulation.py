"""A table on paper: how wide its columns are, where its words are broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charts import sheet, theme
from charts.blocks import Table
from charts.paper import Paper

SIZES = (9.0, 8.0, 7.0)  # of words, in points: the largest in which all columns fit
REMARK = 0.82  # size of a remark, of the words
APART = 12.0  # between columns
LEADING = 1.3
AIR = 3.0  # above and below a row
OTHERS = 0.55  # of the room, for all but the widest column of prose
LINES = 8  # of one cell, at most

Line = tuple[str, bool]  # words, and whether they are a remark


@dataclass(frozen=True, slots=True)
class Grid:
    """``rows``: lines of each cell; the first row is the head where it is ``headed``."""

    rows: Sequence[Sequence[Sequence[Line]]]
    widths: Sequence[float]
    size: float
    prose: bool
    headed: bool

    @classmethod
    def of(cls, table: Table, room: float) -> Grid:
        cells = [list(table.head)] if any(table.head) else []
        cells += [list(row) for row in table.rows]
        for size in SIZES[1:] if table.prose else SIZES:
            widths = _natural(cells, size)
            left = room - APART * (len(widths) - 1)
            if table.prose:
                widths = _shared(widths, left)
            if sum(widths) <= left:
                break
        else:
            widths = _narrowed(widths, left)
        rows = [
            [_broken(cell, width, size) for cell, width in zip(row, widths, strict=True)]
            for row in cells
        ]
        return cls(rows, widths, size, table.prose, any(table.head))

    @property
    def width(self) -> float:
        return sum(self.widths) + APART * (len(self.widths) - 1)

    def height(self, row: int) -> float:
        if not self.rows:
            return 0.0
        return max(sum(self._step(line) for line in cell) for cell in self.rows[row]) + 2 * AIR

    def draw(self, page: Paper, row: int, left: float, top: float) -> None:
        for number, (cell, width) in enumerate(zip(self.rows[row], self.widths, strict=True)):
            y = top + AIR
            right = number > 0 and not self.prose
            head = self.headed and row == 0
            for words, remark in cell:
                step = self._step((words, remark))
                page.text(
                    left + width if right else left,
                    y + step / 2,
                    words,
                    self.size * (REMARK if remark else 1.0),
                    bold=head,
                    colour=theme.MUTED if remark else theme.INK,
                    right=right,
                )
                y += step
            left += width + APART

    def _step(self, line: Line) -> float:
        return self.size * LEADING * (REMARK if line[1] else 1.0)


def _natural(cells: Sequence[Sequence[str]], size: float) -> list[float]:
    """As wide as the widest cell, unbroken."""

    def wide(cell: str) -> float:
        words, _, remark = cell.partition("\n")
        return max(
            sheet.width(words, size, bold=True),
            sheet.width(remark, size * REMARK) if remark else 0.0,
        )

    return [max(wide(cell) for cell in column) for column in zip(*cells, strict=True)]


def _shared(widths: Sequence[float], room: float) -> list[float]:
    """The widest column takes what the others, cut to an equal part of most of it, leave."""
    widest = max(range(len(widths)), key=lambda number: widths[number])
    limit = OTHERS * room / max(len(widths) - 1, 1)
    shared = [min(width, limit) for width in widths]
    shared[widest] = 0.0
    shared[widest] = min(widths[widest], room - sum(shared))
    return shared


def _narrowed(widths: Sequence[float], room: float) -> list[float]:
    """The widest columns are cut to one width, so that all fit."""
    limit = max(widths)
    while sum(min(width, limit) for width in widths) > room:
        limit -= 2.0
    return [min(width, limit) for width in widths]


def _broken(cell: str, width: float, size: float) -> list[Line]:
    words, _, remark = cell.partition("\n")
    room = [width + 1.0] * LINES
    lines = [(line, False) for line in sheet.wrap(words, room, size)]
    return lines + [(line, True) for line in sheet.wrap(remark, room, size * REMARK)]
