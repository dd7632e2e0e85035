"""What the signs of a picture mean: one after the other, on as many lines as they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from charts import sheet, theme
from charts.sheet import Sheet

SIZE = 30  # of a sign
ASIDE = 14  # between a sign and its words
BETWEEN = 44


@dataclass(frozen=True, slots=True)
class Sign:
    label: str
    paint: Callable[[float, float], None]  # given the middle; fills at most SIZE by SIZE pixels


def draw(page: Sheet, signs: Sequence[Sign]) -> None:
    if not signs:
        return
    x = float(page.left)
    page.y += theme.SMALL * theme.LINE / 2
    for sign in signs:
        room = page.right - page.left - SIZE - ASIDE
        words = sheet.shorten(sign.label, room, theme.SMALL)
        width = SIZE + ASIDE + sheet.width(words, theme.SMALL)
        if x > page.left and x + width > page.right:
            x = float(page.left)
            page.y += theme.SMALL * theme.LINE
        sign.paint(x + SIZE / 2, page.y)
        page.text(x + SIZE + ASIDE, page.y, words, theme.SMALL, colour=theme.MUTED)
        x += width + BETWEEN
    page.y += theme.SMALL * theme.LINE / 2
