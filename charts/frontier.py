"""Return against risk: what can be had, where the person is, what is proposed, and how unsure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from charts import candidates, field, legend, numbers, sheet, theme
from charts.labelling import NEAR, WIDEST, Point, label
from charts.legend import Sign
from charts.placing import Box, Room
from charts.render import render
from charts.sheet import Sheet
from engine.arrays import Floats

HEIGHT = 760
LABELLED = 14  # assets with their name, at most
DOT = 18  # of an asset
CAP = 11
TICK = 10
LARGEST = 10.0  # 1,000 %: what is beyond is a fault in the data
FAR = 1.5  # times the span of the portfolios: an asset further off is left out, an interval cut
AXIS = 130  # pixels that the numbers of the upright axis take, at most
LEAST = 0.04  # the span of the portfolios, at least
AIR = 0.08  # around everything, of the width and of the height
UP = "Expected return a year"
ACROSS = "Volatility: the usual swing of a year"
KEY = "90% range of the expected return."


@dataclass(frozen=True, slots=True)
class Spot:
    """A portfolio or an asset; .21 is 21 %. ``low`` and ``high``: the 90 % interval of ``mean``."""

    name: str
    volatility: float  # a year
    mean: float  # expected return a year
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Curve:
    """The efficient frontier, point by point, in any order."""

    volatilities: Sequence[float]
    means: Sequence[float]
    lows: Sequence[float] = ()  # of the 90 % interval of each mean; empty where there is none
    highs: Sequence[float] = ()


def draw(
    curve: Curve,
    *,
    now: Spot | None,
    proposals: Sequence[Spot],
    assets: Sequence[Spot],
    title: str,
    subtitle: str,
) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(
        compose(curve, now=now, proposals=proposals, assets=assets, title=title, subtitle=subtitle)
    )


def compose(
    curve: Curve,
    *,
    now: Spot | None,
    proposals: Sequence[Spot],
    assets: Sequence[Spot],
    title: str,
    subtitle: str,
) -> Figure:
    """The frontier with its band, a ring for ``now``, a shape per proposal (three), grey assets.

    Names stand where nothing is drawn, those of portfolios first, then of the assets in the given
    order, fourteen at most. The figures of the portfolios are told below. An asset far off the
    portfolios is left out and named; what has no numbers is left out.
    """
    page = Sheet(title, subtitle)
    drawing = _Drawing.of(curve, now, proposals[: candidates.MOST], assets)
    if drawing is None:
        page.paragraph("No portfolio to show yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    drawing.draw(page)
    legend.draw(page, drawing.signs(page))
    drawing.tell(page)
    return page.finish()


@dataclass(frozen=True, slots=True)
class _Plane:
    """A rectangle of the page, and the volatilities and returns at its edges."""

    box: Box
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, volatility: Floats | float) -> Floats:
        low, high = self.x_range
        share = (np.clip(volatility, low, high) - low) / (high - low)
        return np.asarray(self.box.left + (self.box.right - self.box.left) * share)

    def y(self, mean: Floats | float) -> Floats:
        """Beyond the edges it ends up on them."""
        low, high = self.y_range
        share = (np.clip(mean, low, high) - low) / (high - low)
        return np.asarray(self.box.bottom - (self.box.bottom - self.box.top) * share)

    def at(self, spot: Spot) -> tuple[float, float]:
        return float(self.x(spot.volatility)), float(self.y(spot.mean))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What can be drawn, and between which volatilities and returns."""

    curve: Floats  # (K, 4) volatility, mean, low, high by rising volatility
    now: Spot | None
    proposals: Sequence[tuple[int, Spot]]  # with their numbers
    assets: Sequence[Spot]
    beyond: Sequence[Spot]  # assets too far off
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    @classmethod
    def of(
        cls, curve: Curve, now: Spot | None, proposals: Sequence[Spot], assets: Sequence[Spot]
    ) -> _Drawing | None:
        """None where there is nothing to draw."""
        points = _points(curve)
        now = now if now is not None and _is_sane(now) else None
        shown = [(number, spot) for number, spot in enumerate(proposals) if _is_sane(spot)]
        sane = [spot for spot in assets if _is_sane(spot)]
        main = [spot for _, spot in shown] + ([now] if now else [])
        around = np.concatenate((points, _rows(main))) if len(points) or main else _rows(sane)
        if not len(around):
            return None
        x_far, y_far = (_widened(_span(around[:, k]), FAR) for k in (0, 1))
        near = [
            spot
            for spot in sane
            if x_far[0] <= spot.volatility <= x_far[1] and y_far[0] <= spot.mean <= y_far[1]
        ]
        drawn = np.concatenate((around, _rows(near)))
        ends = np.clip(around[:, 2:], *y_far).ravel()
        heights = np.concatenate((drawn[:, 1], ends[np.isfinite(ends)]))
        x_range, y_range = (_widened(_span(values), AIR) for values in (drawn[:, 0], heights))
        beyond = [spot for spot in sane if spot not in near]
        return cls(points, now, shown, near, beyond, (max(x_range[0], 0.0), x_range[1]), y_range)

    def draw(self, page: Sheet) -> None:
        """The field with its labels."""
        plane = _lay(page, self._with_room(page), self.y_range)
        ground = Room(plane.box)
        self._frontier(page, plane, ground)
        for spot in self.assets:
            x, y = plane.at(spot)
            page.dot(x, y, DOT, candidates.NOW)
            ground.take(_about(x, y, DOT / 2 + 3))
        main = self._portfolios()
        ends = [_cross(page, plane, ground, spot) for spot in main]
        for number, spot in self.proposals:
            candidates.mark_proposal(page, *plane.at(spot), number)
        if self.now:
            candidates.mark_now(page, *plane.at(self.now))
        for spot in main:
            ground.take(_about(*plane.at(spot), candidates.SIZE * 0.7))
        for spot, (top, bottom) in zip(main, ends, strict=True):
            point = Point(*plane.at(spot), candidates.SIZE * 0.7, top, bottom)
            label(page, ground, point, spot.name, bold=True)
        for spot in self.assets[:LABELLED]:
            label(page, ground, Point(*plane.at(spot), DOT / 2 + 3), spot.name, bold=False)

    def _with_room(self, page: Sheet) -> tuple[float, float]:
        """The volatilities shown, with room for a name on the left of the calmest portfolio: on its
        right are the others, with their upright lines."""
        low, high = self.x_range
        main = self._portfolios()
        if not main:
            return low, high
        calmest = min(main, key=lambda spot: spot.volatility)
        name = sheet.shorten(calmest.name.strip(), WIDEST, theme.SMALL, bold=True)
        wide = sheet.width(name, theme.SMALL, bold=True) + candidates.SIZE + 4 * NEAR
        share = min(wide / (page.right - page.left - AXIS), 0.5)
        return max(min(low, (calmest.volatility - share * high) / (1.0 - share)), 0.0), high

    def _portfolios(self) -> list[Spot]:
        """The present one first."""
        return [*([self.now] if self.now else []), *(spot for _, spot in self.proposals)]

    def _frontier(self, page: Sheet, plane: _Plane, ground: Room) -> None:
        if not len(self.curve):
            return
        known = np.isfinite(self.curve[:, 2])
        x, y = plane.x(self.curve[:, 0]), plane.y(self.curve[:, 1])
        if _has_band(self.curve):
            low, high = (plane.y(self.curve[known, column]) for column in (2, 3))
            across = np.append(x[known], x[known][::-1])
            page.shape(np.column_stack((across, np.append(low, high[::-1]))), theme.BAND)
        _zero(page, plane, ground)
        if len(x) == 1:
            page.dot(float(x[0]), float(y[0]), 10, theme.LIKELY)
            ground.take(_about(float(x[0]), float(y[0]), 10))
        else:
            page.line(x, y, theme.LIKELY, 7)
            ground.draw(x, y - 5)
            ground.draw(x, y + 5)

    def signs(self, page: Sheet) -> list[Sign]:
        half = legend.SIZE / 2
        signs = []
        if len(self.curve) > 1:
            signs.append(
                Sign(
                    "most return for each risk",
                    lambda x, y: page.line((x - half, x + half), (y, y), theme.LIKELY, 7),
                )
            )
        if self.assets:
            signs.append(Sign("one asset", lambda x, y: page.dot(x, y, DOT, candidates.NOW)))
        return signs

    def tell(self, page: Sheet) -> None:
        """The figures of the portfolios, what the ranges are, and what is not in the picture."""
        if self.now:
            _figures(page, self.now, None)
        for number, spot in self.proposals:
            _figures(page, spot, number)
        page.y += 10
        crosses = np.isfinite(_rows(self._portfolios())[:, 2]).any()
        signs = ["blue ground"] * _has_band(self.curve) + ["upright lines"] * bool(crosses)
        if signs:
            words = f"{' and '.join(signs).capitalize()}: {KEY}"
            page.paragraph(words, theme.SMALL, colour=theme.MUTED, most=2)
        if self.beyond:
            names = [
                f"{sheet.shorten(spot.name, 400, theme.SMALL)} "
                f"({numbers.percent(spot.volatility)}, {numbers.percent(spot.mean)})"
                for spot in self.beyond[:3]
            ]
            if len(self.beyond) > len(names):
                names.append(f"{len(self.beyond) - len(names):,} more")
            page.listing("Off the picture:", names)


def _is_sane(spot: Spot) -> bool:
    return 0 <= spot.volatility <= LARGEST and abs(spot.mean) <= LARGEST


def _row(spot: Spot) -> tuple[float, float, float, float]:
    low, high = min(spot.low, spot.high), max(spot.low, spot.high)
    if not (math.isfinite(spot.low) and math.isfinite(spot.high)):
        low, high = math.nan, math.nan
    return spot.volatility, spot.mean, low, high


def _rows(spots: Sequence[Spot]) -> Floats:
    return np.asarray([_row(spot) for spot in spots], dtype=np.float64).reshape(-1, 4)


def _points(curve: Curve) -> Floats:
    nothing = [math.nan] * len(curve.means)
    spots = [
        Spot("", volatility, mean, low, high)
        for volatility, mean, low, high in zip(
            curve.volatilities,
            curve.means,
            curve.lows if len(curve.lows) else nothing,
            curve.highs if len(curve.highs) else nothing,
            strict=True,
        )
    ]
    rows = _rows([spot for spot in spots if _is_sane(spot)])
    return rows[np.lexsort((rows[:, 1], rows[:, 0]))]


def _span(values: Floats) -> tuple[float, float]:
    """From the lowest to the highest, or as much about the middle that something can be seen."""
    low, high = float(values.min()), float(values.max())
    lacking = max(LEAST - (high - low), 0.0)
    return low - lacking / 2, high + lacking / 2


def _widened(span: tuple[float, float], by: float) -> tuple[float, float]:
    low, high = span
    return low - by * (high - low), high + by * (high - low)


def _about(x: float, y: float, by: float) -> Box:
    return Box(x - by, y - by, x + by, y + by)


def _lay(page: Sheet, x_range: tuple[float, float], y_range: tuple[float, float]) -> _Plane:
    """Names and round numbers of both axes; ``page.y`` is below them afterwards."""
    marks = {tick: numbers.percent(tick) for tick in field.ticks(*y_range, 5)}
    room = max((sheet.width(words, theme.SMALL) for words in marks.values()), default=0.0)
    page.y += theme.SMALL * theme.LINE / 2
    page.text(page.left, page.y, UP, theme.SMALL, colour=theme.MUTED)
    page.y += theme.SMALL * (theme.LINE + 1) / 2
    box = Box(page.left + room + 24, page.y, float(page.right), page.y + HEIGHT)
    plane = _Plane(box, x_range, y_range)
    page.line((box.left, box.left, box.right), (box.top, box.bottom, box.bottom), theme.RULE, 3)
    for tick, words in marks.items():
        y = float(plane.y(tick))
        page.line((box.left - TICK, box.left), (y, y), theme.RULE, 3)
        page.text(box.left - 20, y, words, theme.SMALL, colour=theme.MUTED, side="right")
    page.y = box.bottom + TICK + theme.SMALL * theme.LINE / 2
    for tick in field.ticks(*x_range, 6):
        x, words = float(plane.x(tick)), numbers.percent(tick)
        half = sheet.width(words, theme.SMALL) / 2
        if box.left - 12 <= x - half and x + half <= page.right:  # clear of the other axis
            page.line((x, x), (box.bottom, box.bottom + TICK), theme.RULE, 3)
            page.text(x, page.y, words, theme.SMALL, colour=theme.MUTED, side="center")
    page.y += theme.SMALL * theme.LINE
    page.text(page.right, page.y, ACROSS, theme.SMALL, colour=theme.MUTED, side="right")
    page.y += theme.SMALL * theme.LINE / 2 + 20
    return plane


def _zero(page: Sheet, plane: _Plane, ground: Room) -> None:
    """A dashed line where nothing is earned."""
    if plane.y_range[0] < 0 < plane.y_range[1]:
        y = float(plane.y(0.0))
        page.line((plane.box.left, plane.box.right), (y, y), theme.RULE, 3, dashed=True)
        ground.take(Box(plane.box.left, y - 3, plane.box.right, y + 3))


def _has_band(curve: Floats) -> bool:
    return int(np.count_nonzero(np.isfinite(curve[:, 2]))) > 1


def _cross(page: Sheet, plane: _Plane, ground: Room, spot: Spot) -> tuple[float, float]:
    """The interval of its return; without a cap where it goes on outside the picture.

    Says where it ends, above and below.
    """
    _, _, low, high = _row(spot)
    x, y = plane.at(spot)
    if math.isnan(low):
        return y, y
    bottom, top = float(plane.y(low)), float(plane.y(high))
    page.line((x, x), (top, bottom), theme.INK, 4)
    ground.take(Box(x - 5, top - 4, x + 5, bottom + 4))
    for end, y in ((low, bottom), (high, top)):
        if plane.y_range[0] <= end <= plane.y_range[1]:
            page.line((x - CAP, x + CAP), (y, y), theme.INK, 4)
            ground.take(Box(x - CAP - 3, y - 4, x + CAP + 3, y + 4))
    return top, bottom


def _figures(page: Sheet, spot: Spot, number: int | None) -> None:
    """Its mark and name, and below them volatility and return."""
    _, _, low, high = _row(spot)
    told = [numbers.percent(value) for value in (spot.volatility, spot.mean)]
    words = "volatility {} · expected return {}".format(*told)
    if not math.isnan(low):
        words += f" ({numbers.percent(low)} to {numbers.percent(high)})"
    x, room = page.left + legend.SIZE + legend.ASIDE, page.right - page.left - legend.SIZE - 14
    page.y += 12
    for line, name in enumerate(sheet.wrap(spot.name, [room] * 2, theme.BODY, bold=True) or [""]):
        page.y += theme.BODY * theme.LINE / 2
        if line == 0 and number is None:
            candidates.mark_now(page, page.left + legend.SIZE / 2, page.y)
        elif line == 0 and number is not None:
            candidates.mark_proposal(page, page.left + legend.SIZE / 2, page.y, number)
        page.text(x, page.y, name, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    page.y += theme.SMALL * theme.LINE / 2
    page.text(x, page.y, sheet.shorten(words, room, theme.SMALL), theme.SMALL, colour=theme.MUTED)
    page.y += theme.SMALL * theme.LINE / 2
