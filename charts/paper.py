"""A printed page under construction: points (1/72 inch) counted from the top left of A4."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray

from charts import sheet, theme

WIDTH: Final = 595.0
HEIGHT: Final = 842.0
LEFT: Final = 48.0
RIGHT: Final = WIDTH - LEFT
TOP: Final = 48.0
INCH: Final = 72.0


class Paper:
    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH / INCH, HEIGHT / INCH), dpi=INCH)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(HEIGHT, 0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = theme.INK,
        right: bool = False,
    ) -> None:
        """One line, its middle at height ``y``; ``right``: it ends at ``x``."""
        made = Text(
            x,
            y,
            sheet.legible(words),
            fontsize=size,
            fontfamily=theme.FONT,
            fontweight="bold" if bold else "normal",
            color=colour,
            horizontalalignment="right" if right else "left",
            verticalalignment="center_baseline",
            parse_math=False,
            fontfeatures=("-liga", "-clig"),  # so that "figure" is found by its letters
        )
        self._axes.add_artist(made)

    def line(self, left: float, right: float, y: float, colour: str) -> None:
        self._axes.add_artist(Line2D((left, right), (y, y), color=colour, linewidth=0.6))

    def picture(
        self, pixels: NDArray[Any], left: float, top: float, width: float, height: float
    ) -> None:
        self._axes.imshow(
            pixels,
            extent=(left, left + width, top + height, top),
            interpolation="none",  # as it is, not drawn anew
            aspect="auto",
        )
        self._axes.set_xlim(0, WIDTH)
        self._axes.set_ylim(HEIGHT, 0)
