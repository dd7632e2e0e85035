"""A picture under construction: pixels counted from the top left, text measured before it is set.

matplotlib draws it, but its axes, ticks and automatic layout are left aside: where a word may stand
is decided here, from its measured width, so that nothing is cut off or covers something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from charts import theme
from engine.arrays import Floats

Side = Literal["left", "center", "right"]
SLACK = 1.03  # hinted text comes out a little wider than it was measured


class Sheet:
    """A white page of ``theme.WIDTH`` pixels, filled from the top; ``y`` is where it goes on."""

    def __init__(self, title: str, subtitle: str) -> None:
        self.figure = Figure(figsize=(theme.WIDTH / theme.DPI, 1), dpi=theme.DPI)
        self.figure.set_facecolor(theme.PAPER)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._drawn = 0
        self.left = theme.MARGIN
        self.right = theme.WIDTH - theme.MARGIN
        self.y = float(theme.MARGIN)
        self.paragraph(title, theme.TITLE, bold=True, most=3)
        self.y += 6
        self.paragraph(subtitle, theme.SMALL, colour=theme.MUTED, most=3)
        self.y += 30

    def paragraph(
        self, text: str, size: float, *, bold: bool = False, colour: str = theme.INK, most: int
    ) -> None:
        """``text`` over the whole width in at most ``most`` lines of about equal length."""
        room = self.right - self.left
        lines = wrap(text, [room] * most, size, bold=bold)
        while len(lines) > 1 and not lines[-1].endswith("…"):
            room -= 20
            narrower = wrap(text, [room] * most, size, bold=bold)
            if len(narrower) > len(lines) or any(line.endswith("…") for line in narrower):
                break
            lines = narrower
        for line in lines:
            self.y += size * theme.LINE / 2
            self.text(self.left, self.y, line, size, bold=bold, colour=colour)
            self.y += size * theme.LINE / 2

    def listing(self, lead: str, items: Sequence[str]) -> None:
        """``lead`` in bold, then the items with commas; what is in brackets stays on one line."""
        words = re.sub(
            r"\([^()]*\)", lambda piece: piece[0].replace(" ", "\u00a0"), ", ".join(items)
        )
        x = self.left + width(lead, theme.SMALL, bold=True) + 12
        self.y += theme.SMALL * theme.LINE / 2
        self.text(self.left, self.y, lead, theme.SMALL, bold=True, colour=theme.MUTED)
        line = ""
        for word in words.split(" "):
            longer = f"{line} {word}".lstrip()
            if width(longer, theme.SMALL) > self.right - x:
                self.text(x, self.y, line, theme.SMALL, colour=theme.MUTED)
                self.y += theme.SMALL * theme.LINE
                x, longer = float(self.left), word
            line = shorten(longer, self.right - x, theme.SMALL)
        self.text(x, self.y, line, theme.SMALL, colour=theme.MUTED)
        self.y += theme.SMALL * theme.LINE / 2

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = theme.INK,
        side: Side = "left",
    ) -> None:
        """One line, its middle at height ``y``; ``side`` says which end of it is at ``x``."""
        made = Text(
            x,
            y,
            legible(text),
            fontproperties=_font(size, bold),
            color=colour,
            horizontalalignment=side,
            verticalalignment="center_baseline",
            parse_math=False,  # two dollar signs are two prices, not a formula
        )
        self._add(made)

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, *, hatched: bool = False
    ) -> None:
        if hatched:
            face, edge, hatch = theme.PAPER, colour, "////"
        else:
            face, edge, hatch = colour, "none", None
        self._add(
            Rectangle((x, y), width, height, facecolor=face, edgecolor=edge, hatch=hatch, lw=0.5)
        )

    def line(
        self,
        xs: Sequence[float] | Floats,
        ys: Sequence[float] | Floats,
        colour: str,
        width: float = 2.0,
        *,
        dashed: bool = False,
    ) -> None:
        """Through all the points; broken where one is not a number."""
        made = Line2D(
            xs,
            ys,
            color=colour,
            linewidth=_points(width),
            solid_capstyle="butt",
            solid_joinstyle="round",
        )
        if dashed:
            made.set_linestyle((0, (3.5, 2.5)))  # in line widths
        self._add(made)

    def dot(
        self, x: float, y: float, diameter: float, colour: str, *, hollow: bool = False
    ) -> None:
        self._add(
            Line2D(
                [x],
                [y],
                linestyle="none",
                marker="o",
                markersize=_points(diameter),
                markerfacecolor=theme.PAPER if hollow else colour,
                markeredgecolor=colour,
                markeredgewidth=_points(4),
            )
        )

    def shape(
        self, corners: Sequence[tuple[float, float]] | Floats, colour: str, *, edge: str = "none"
    ) -> None:
        self._add(
            Polygon(corners, closed=True, facecolor=colour, edgecolor=edge, linewidth=_points(4))
        )

    def _add(self, artist: Artist) -> None:
        self._drawn += 1
        artist.set_zorder(self._drawn)  # what comes later lies on top
        self._axes.add_artist(artist)

    def finish(self) -> Figure:
        """Cut the page off below what was drawn."""
        height = round(self.y + theme.MARGIN)
        self.figure.set_size_inches(theme.WIDTH / theme.DPI, height / theme.DPI)
        self._axes.set_xlim(0, theme.WIDTH)
        self._axes.set_ylim(height, 0)
        return self.figure


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels ``text`` takes."""
    return _width(legible(text), size, bold)


def shorten(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """``text``, or as much of it as fits into ``room`` pixels and an ellipsis."""
    text = legible(text)
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    cut = text[:low]
    blank = cut.rfind(" ")
    if text[low : low + 1] != " " and blank > low / 2:  # rather between words than within one
        cut = cut[:blank]
    return cut.rstrip(" ,;·") + "…"


def wrap(text: str, rooms: Sequence[float], size: float, *, bold: bool = False) -> list[str]:
    """``text`` in lines, the n-th within ``rooms[n]`` pixels; what is left over is cut off."""
    lines: list[str] = []
    words = legible(text).split()
    for number, room in enumerate(rooms):
        if not words:
            break
        if number == len(rooms) - 1:
            lines.append(shorten(" ".join(words), room, size, bold=bold))
            break
        fitting = 1
        while fitting < len(words) and (
            width(" ".join(words[: fitting + 1]), size, bold=bold) <= room
        ):
            fitting += 1
        lines.append(shorten(" ".join(words[:fitting]), room, size, bold=bold))
        words = words[fitting:]
    return lines


def legible(text: str) -> str:
    """``text`` on one line, with a mark in place of what the font has no sign for."""
    shown = "".join(
        sign if ord(sign) in _signs() else (" " if _is_blank(sign) else "\ufffd") for sign in text
    )
    return re.sub("\ufffd+", "\ufffd", shown)


def _is_blank(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign).startswith("C")


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    regular, bold = (get_font(findfont(_font(theme.BODY, heavy))) for heavy in (False, True))
    common = regular.get_charmap().keys() & bold.get_charmap().keys()
    return frozenset(code for code in common if not _is_blank(chr(code)) or chr(code) in " \u00a0")


@lru_cache(maxsize=16)
def _font(size: float, bold: bool) -> FontProperties:
    return FontProperties(
        family=theme.FONT, size=_points(size), weight="bold" if bold else "normal"
    )


@lru_cache(maxsize=4096)
def _width(text: str, size: float, bold: bool) -> float:
    points, _, _ = text_to_path.get_text_width_height_descent(text, _font(size, bold), ismath=False)
    return float(points) * theme.DPI / 72 * SLACK


def _points(pixels: float) -> float:
    return pixels * 72 / theme.DPI
