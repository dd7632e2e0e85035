"""Beside the ends of lines: names and values, each as near to its line as the others let it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from charts import sheet, theme
from charts.field import Field
from charts.sheet import Sheet

BESIDE = 330  # pixels for a name, at most
APART = 12  # between the names
AWAY = 46  # from the end of a line to its name


@dataclass(frozen=True, slots=True)
class Label:
    """``name`` in two lines at most, and ``value`` below them."""

    name: Sequence[str]
    value: str

    @classmethod
    def of(cls, name: str, value: str) -> Label:
        return cls(sheet.wrap(name, [BESIDE] * 2, theme.SMALL, bold=True), value)

    @property
    def height(self) -> float:
        return theme.SMALL * theme.LINE * (len(self.name) + 1)

    @property
    def width(self) -> float:
        bold = (sheet.width(words, theme.SMALL, bold=True) for words in self.name)
        return max(sheet.width(self.value, theme.SMALL), *bold, 0.0)


@dataclass(frozen=True, slots=True)
class End:
    """The last point of a line, in pixels; ``mark`` paints what stands for it there."""

    label: Label
    x: float
    y: float
    colour: str
    mark: Callable[[float, float], None]


def draw(page: Sheet, plane: Field, ends: Sequence[End]) -> None:
    """To the right of ``plane``, and not below it."""
    order = sorted(ends, key=lambda end: end.y)
    tops: list[float] = []
    y = plane.top
    for end in order:
        tops.append(max(y, end.y - end.label.height / 2))
        y = tops[-1] + end.label.height + APART
    limit = plane.bottom
    for number in reversed(range(len(order))):
        tops[number] = min(tops[number], limit - order[number].label.height)
        limit = tops[number] - APART
    left = plane.right + AWAY
    for end, top in zip(order, tops, strict=True):
        page.line((end.x, left - 10), (end.y, top + end.label.height / 2), end.colour, 3)
        end.mark(end.x, end.y)
        for number, words in enumerate([*end.label.name, end.label.value]):
            page.text(
                left,
                top + theme.SMALL * theme.LINE * (number + 0.5),
                words,
                theme.SMALL,
                bold=number < len(end.label.name),
            )
