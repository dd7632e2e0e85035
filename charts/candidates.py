"""How portfolios that are compared are told apart: the present one is grey, proposals are not.

Each proposal has a colour and a shape of its own, so that it is known without its colour.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from charts import theme
from charts.sheet import Sheet

NOW: Final = theme.NOTHING
PROPOSED: Final = (theme.STRONG, theme.MEASURED, theme.OPPOSITE)
MOST: Final = len(PROPOSED)
SIZE: Final = 30  # of a mark

_SHAPES: Final = (
    ((0.0, -0.62), (0.62, 0.0), (0.0, 0.62), (-0.62, 0.0)),  # diamond
    ((-0.45, -0.45), (0.45, -0.45), (0.45, 0.45), (-0.45, 0.45)),  # square
    ((0.0, -0.55), (0.55, 0.45), (-0.55, 0.45)),  # triangle
)


def mark_now(page: Sheet, x: float, y: float) -> None:
    """A ring: where the person is."""
    page.dot(x, y, SIZE - 4, theme.PAPER)
    page.dot(x, y, SIZE - 8, theme.INK, hollow=True)
    page.dot(x, y, 8, theme.INK)


def mark_proposal(page: Sheet, x: float, y: float, number: int) -> None:
    """The shape of proposal ``number``, from 0."""
    corners = [(x + SIZE * across, y + SIZE * down) for across, down in _SHAPES[number]]
    page.shape(corners, PROPOSED[number], edge=theme.PAPER)


def square(page: Sheet, colour: str, size: float = SIZE) -> Callable[[float, float], None]:
    """Paints a square of that colour about a point, for a legend."""
    return lambda x, y: page.box(x - size / 2, y - size / 2, size, size, colour)
