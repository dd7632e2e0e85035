"""Year by year: how much more or less a proposal brought than the present portfolio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from charts import candidates, field, legend, sheet, theme
from charts.legend import Sign
from charts.sheet import Sheet

HEIGHTS = (250, 210, 180)  # of a panel, where there are one, two, three
GAP = 34
MOST = 30  # years, the latest
FARTHEST = 6  # times the median size: beyond, a bar or an interval is cut
LEAST = 0.01  # the largest difference that is drawn, at least
FULL = 0.7  # of its year, the width of a bar
WIDEST = 90
NARROW = 44
APART = 24
CAP = 11
LARGEST = 9.99  # told in points: beyond, "over +999"
KEY = "Bars: return of a year minus that of what you hold, in points. Line: 90% range."


@dataclass(frozen=True, slots=True)
class Difference:
    """Return of a proposal minus that of the present portfolio: .031 is 3.1 points.

    One for each year.
    """

    year: int  # 0 where it is that of all years, a year
    value: float
    low: float = math.nan  # of the 90 % interval
    high: float = math.nan


Panel = tuple[int, str, Sequence[Difference], Difference | None]  # the first: its number


def draw(page: Sheet, panels: Sequence[Panel]) -> None:
    """A panel for each proposal, all over the same years and to the same scale."""
    known = [
        [one for one in differences if math.isfinite(one.value)] for _, _, differences, _ in panels
    ]
    last = max((one.year for differences in known for one in differences), default=0)
    shown = [[one for one in differences if one.year > last - MOST] for differences in known]
    first = min((one.year for differences in shown for one in differences), default=last)
    years = range(first, last + 1)
    reach = _reach([one for differences in shown for one in differences])
    for (number, name, _, overall), differences in zip(panels, shown, strict=True):
        _heading(page, number, name, overall)
        if differences:
            scale = _Scale(*reach, page.y, HEIGHTS[len(panels) - 1])
            _bars(page, years, differences, scale)
        page.y += GAP
    colours = {_colour(one) for differences in shown for one in differences}
    labels = {theme.GAIN: "better", theme.LOSS: "worse", theme.NOTHING: "could be chance"}
    signs = [
        Sign(words, candidates.square(page, colour))
        for colour, words in labels.items()
        if colour in colours
    ]
    legend.draw(page, signs)
    if signs:
        page.paragraph(KEY, theme.SMALL, colour=theme.MUTED, most=3)


def _has_interval(one: Difference) -> bool:
    return math.isfinite(one.low) and math.isfinite(one.high)


def _colour(one: Difference) -> str:
    """Grey without an interval, too: nobody knows."""
    low, high = sorted((one.low, one.high))
    if not _has_interval(one) or one.value == 0 or low < 0 < high:
        return theme.NOTHING
    return theme.GAIN if one.value > 0 else theme.LOSS


def _words(value: float) -> str:
    """In points, with its sign: "+3.1", "−12"."""
    points = abs(value) * 100
    if abs(value) > LARGEST:
        return "over +999" if value > 0 else "below −999"
    text = f"{points:.0f}" if points >= 9.95 else f"{points:.1f}"
    if float(text) == 0:
        return "0"
    return f"+{text}" if value > 0 else f"−{text}"


def _reach(differences: Sequence[Difference]) -> tuple[float, float]:
    """Lowest and highest value of all panels; a few far away do not squeeze the rest."""
    values = [one.value for one in differences]
    values += [end for one in differences if _has_interval(one) for end in (one.low, one.high)]
    if not values:
        return -LEAST, LEAST
    widest = FARTHEST * max(median(abs(value) for value in values), LEAST)
    low, high = max(min([0.0, *values]), -widest), min(max([0.0, *values]), widest)
    if high - low < LEAST:
        return -LEAST, LEAST
    return low, high


def _heading(page: Sheet, number: int, name: str, overall: Difference | None) -> None:
    """Mark and name of the proposal, and below them its difference over all years."""
    x = page.left + legend.SIZE + legend.ASIDE
    lines = sheet.wrap(name, [page.right - x] * 2, theme.BODY, bold=True) or [""]
    for line, words in enumerate(lines):
        page.y += theme.BODY * theme.LINE / 2
        if line == 0:
            candidates.mark_proposal(page, page.left + legend.SIZE / 2, page.y, number)
        page.text(x, page.y, words, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    if overall is not None and math.isfinite(overall.value):
        text = f"{_words(overall.value)} points a year"
        if _has_interval(overall):
            low, high = sorted((overall.low, overall.high))
            text += f", 90% range {_words(low)} to {_words(high)}"
        page.y += theme.SMALL * theme.LINE / 2
        text = sheet.shorten(text, page.right - x, theme.SMALL)
        page.text(x, page.y, text, theme.SMALL, colour=theme.MUTED)
        page.y += theme.SMALL * theme.LINE / 2
    page.y += 20


@dataclass(frozen=True, slots=True)
class _Scale:
    """Values and where they stand on the page, cut at ``low`` and ``high``."""

    low: float
    high: float
    top: float
    height: float

    def at(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.top + self.height * (1 - share)


def _bars(
    page: Sheet, years: Sequence[int], differences: Sequence[Difference], scale: _Scale
) -> None:
    """Up for better and down for worse, and below them the years, with the points if they fit."""
    marks = {
        tick: _words(tick)
        for tick in field.ticks(scale.low, scale.high, 4 if scale.height > 200 else 3)
    }
    room = max((sheet.width(words, theme.SMALL) for words in marks.values()), default=0.0) + 20
    left = page.left + room
    for tick, words in marks.items():
        y = scale.at(tick)
        page.line((left, page.right), (y, y), theme.TRACK, 3)
        page.text(left - 16, y, words, theme.SMALL, colour=theme.MUTED, side="right")
    pitch = (page.right - left) / len(years)
    wide = min(pitch * FULL, WIDEST)
    middles = {year: left + pitch * (number + 0.5) for number, year in enumerate(years)}
    zero = scale.at(0)
    for one in differences:
        ends = sorted((zero, scale.at(one.value)))
        page.box(
            middles[one.year] - wide / 2, ends[0], wide, max(ends[1] - ends[0], 2), _colour(one)
        )
    page.line((left, page.right), (zero, zero), theme.MUTED, 3)
    for one in differences:
        if _has_interval(one):
            _whisker(page, middles[one.year], one, scale, wide)
    page.y += scale.height + theme.SMALL / 2
    _label(page, middles, pitch, {one.year: _words(one.value) for one in differences})


def _whisker(page: Sheet, x: float, one: Difference, scale: _Scale, wide: float) -> None:
    """Without a cap where it goes on outside the picture; a mere line on a narrow bar."""
    low, high = sorted((one.low, one.high))
    top, bottom = scale.at(high), scale.at(low)
    narrow, cap = wide < NARROW, min(CAP, wide / 3)
    for colour, width in ((theme.INK, 4),) if narrow else ((theme.PAPER, 10), (theme.INK, 4)):
        extra = (width - 4) / 2
        page.line((x, x), (top - extra, bottom + extra), colour, width)
        for end, y in ((low, bottom), (high, top)):
            if scale.low <= end <= scale.high and not narrow:
                page.line((x - cap - extra, x + cap + extra), (y, y), colour, width)


def _label(page: Sheet, middles: dict[int, float], pitch: float, points: dict[int, str]) -> None:
    """Every year, or every second, fifth ...: those that fit; the points only under every year."""
    widest = max(sheet.width(str(year), theme.SMALL) for year in middles)
    step = next(step for step in (1, 2, 5, 10, 20, 50) if step * pitch >= widest + APART)
    rows = [{year: str(year) for year in middles if year % step == 0}]
    told = max((sheet.width(words, theme.SMALL) for words in points.values()), default=0.0)
    if step == 1 and told + APART <= pitch:
        rows.append(points)
    for number, row in enumerate(rows):
        page.y += theme.SMALL * theme.LINE / 2
        for year, words in row.items():
            half = sheet.width(words, theme.SMALL) / 2
            x = min(max(middles[year], page.left + half), page.right - half)
            colour = theme.INK if number else theme.MUTED
            page.text(x, page.y, words, theme.SMALL, colour=colour, side="center")
        page.y += theme.SMALL * theme.LINE / 2
