"""A report as a PDF: A4 pages with words that can be selected and searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

from charts import months, sheet, theme
from charts.blocks import Block, Heading, Months, Paragraph, Picture, Points, Report, Table
from charts.paper import HEIGHT, LEFT, RIGHT, TOP, Paper
from charts.render import bind
from charts.tabulation import Grid

BODY, LEAD, SECTION, PART, TITLE, FOOT = 9.0, 10.5, 14.0, 11.0, 20.0, 7.5  # points
GAP = 7.0
COLUMNS = 2  # of pictures
GUTTER = 15.0
BULLET = 12.0
TALLEST = 560.0  # a picture
WIDE = (RIGHT - LEFT - GUTTER * (COLUMNS - 1)) / COLUMNS
FEW = 90.0  # of what follows a heading, on the same page


def render(report: Report) -> bytes:
    """Equal reports give equal bytes."""
    pages = _Pages(report)
    units = _units(report.blocks)
    for number, unit in enumerate(units):
        if isinstance(unit, _Row):
            pages.place(unit)
        else:
            pages.set(unit, _pictured(units[number + 1 :]) if isinstance(unit, Heading) else 0.0)
    return bind(pages.finish(), report.title)


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """Pictures side by side: their pixels, and their sizes on paper."""

    pixels: Sequence[NDArray[Any]]
    sizes: Sequence[tuple[float, float]]

    @classmethod
    def of(cls, pictures: Sequence[Picture]) -> _Row:
        drawn = []
        for one in pictures:
            with Image.open(BytesIO(one.png)) as opened:
                drawn.append(np.asarray(opened.convert("RGB")))
        scales = [min(WIDE / one.shape[1], TALLEST / one.shape[0]) for one in drawn]
        sizes = [
            (one.shape[1] * scale, one.shape[0] * scale)
            for one, scale in zip(drawn, scales, strict=True)
        ]
        return cls(drawn, sizes)

    @property
    def height(self) -> float:
        return max(height for _, height in self.sizes)


def _units(blocks: Sequence[Block]) -> list[Block | _Row]:
    """Pictures that follow each other in rows."""
    units: list[Block | _Row] = []
    waiting: list[Picture] = []
    for block in blocks:
        shown = _picture(block)
        if waiting and (shown is None or len(waiting) == COLUMNS):
            units.append(_Row.of(waiting))
            waiting = []
        if shown is None:
            units.append(block)
        else:
            waiting.append(shown)
    return [*units, _Row.of(waiting)] if waiting else units


def _pictured(units: Sequence[Block | _Row]) -> float:
    """How high the pictures below a heading are, with the words between."""
    height = 0.0
    for unit in units:
        if isinstance(unit, _Row):
            return height + unit.height
        if not isinstance(unit, Paragraph):
            break
        height += BODY * 4.5
    return 0.0


def _picture(block: Block) -> Picture | None:
    if isinstance(block, Months):
        png = months.draw(block.months, title=block.caption, subtitle="Month by month")
        return Picture(png, block.caption)
    return block if isinstance(block, Picture) else None


class _Pages:
    """Filled from the top; what does not fit goes on the next page."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.pages = [Paper()]
        self.y = TOP
        self._words(report.title, TITLE, bold=True)
        self._words(report.subtitle, BODY, colour=theme.MUTED)
        self.y += GAP

    @property
    def page(self) -> Paper:
        return self.pages[-1]

    def set(self, block: Block, below: float = 0.0) -> None:
        """``below``: the height of what must stand on the same page."""
        match block:
            case Heading():
                self._heading(block, below)
            case Paragraph():
                self._words(block.words, LEAD if block.lead else BODY, bold=block.lead)
                self.y += GAP
            case Points():
                self._points(block.items)
            case Table():
                self._table(block)

    def place(self, row: _Row) -> None:
        self._need(row.height)
        left = LEFT
        for pixels, (width, height) in zip(row.pixels, row.sizes, strict=True):
            self.page.picture(pixels, left, self.y, width, height)
            left += WIDE + GUTTER
        self.y += row.height + GAP

    def finish(self) -> list[Figure]:
        for number, page in enumerate(self.pages, start=1):
            y = HEIGHT - 30.0
            page.text(LEFT, y, self.report.foot, FOOT, colour=theme.MUTED)
            side = f"{number} / {len(self.pages)}"
            page.text(RIGHT, y, side, FOOT, colour=theme.MUTED, right=True)
        return [page.figure for page in self.pages]

    def _need(self, height: float) -> None:
        """A new page where ``height`` is not left on this one."""
        if self.y + height > HEIGHT - TOP and self.y > TOP:
            self.pages.append(Paper())
            self.y = TOP

    def _words(
        self,
        words: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = theme.INK,
        left: float = LEFT,
    ) -> None:
        for line in sheet.wrap(words, [RIGHT - left] * 40, size, bold=bold):
            step = size * 1.4
            self._need(step)
            self.page.text(left, self.y + step / 2, line, size, bold=bold, colour=colour)
            self.y += step

    def _heading(self, one: Heading, below: float) -> None:
        size = PART if one.within else SECTION
        self._need(size * 3.0 + max(below, FEW))
        self.y += GAP if self.y > TOP else 0.0
        if not one.within and self.y > TOP:
            self.page.line(LEFT, RIGHT, self.y, theme.HATCH)
            self.y += GAP
        self._words(one.words, size, bold=True)
        self.y += 3.0

    def _points(self, items: Sequence[str]) -> None:
        for item in items:
            self._need(BODY * 2.8)
            self.page.text(LEFT + 2.0, self.y + BODY * 0.7, "•", BODY, colour=theme.MUTED)
            self._words(item, BODY, left=LEFT + BULLET)
            self.y += 2.0
        self.y += GAP - 2.0

    def _table(self, one: Table) -> None:
        grid = Grid.of(one, RIGHT - LEFT)
        if one.caption:
            self._need(BODY * 1.4 + 3 * grid.height(0))
            self._words(one.caption, BODY, colour=theme.MUTED)
        for number in range(len(grid.rows)):
            if self.y + grid.height(number) > HEIGHT - TOP:
                self._need(HEIGHT)
                if grid.headed and number:
                    self._row(grid, 0)
            self._row(grid, number)
        self.y += GAP

    def _row(self, grid: Grid, number: int) -> None:
        height = grid.height(number)
        grid.draw(self.page, number, LEFT, self.y)
        self.page.line(LEFT, LEFT + grid.width, self.y + height, theme.TRACK)
        self.y += height
