"""Months, parts, ranges: the other pictures of a report."""

from __future__ import annotations

import math

import pytest
from matplotlib.patches import Rectangle

from charts import candidates, months, parts, ranges, shades, theme
from charts.parts import Bar, Group
from charts.ranges import Row, Spot
from tests.charts.figures import check_legible, check_picture, lines, patches, words

CELLS = (*months.EARNED, *months.LOST, theme.PAPER)
TITLES = {"title": "Title", "subtitle": "Subtitle"}


def test_a_row_for_each_year_and_a_colour_for_each_month() -> None:
    figure = months.compose([(2020, 3, -0.123), (2021, 12, 0.02), (2020, 4, 0.0)], **TITLES)
    check_legible(figure, CELLS)
    shown = words(figure)
    assert [shown.index(one) for one in ("2020", "−12", "0", "2021")] == sorted(
        shown.index(one) for one in ("2020", "−12", "0", "2021")
    )
    assert len(patches(figure, months.LOST[3])) == 1
    assert len(patches(figure, months.EARNED[0])) == 1


@pytest.mark.parametrize(
    ("value", "strength", "told"),
    [
        (0.0, 0, "0"),
        (-0.0004, 0, "0"),
        (0.01, 1, "1"),
        (0.026, 2, "3"),
        (-0.08, -4, "−8"),
        (30.0, 4, "999"),
    ],
)
def test_shades(value: float, strength: int, told: str) -> None:
    assert shades.shade(value) == strength
    assert shades.points(value) == told


def test_many_years_are_the_latest() -> None:
    many = [(1900 + k, month, 0.05) for k in range(90) for month in range(1, 13)]
    png = months.draw(many, **TITLES)
    check_picture(png, highest=2800)
    assert "1949" not in words(months.compose(many, **TITLES))
    assert "No month was tested yet." in words(months.compose([], **TITLES))


def test_bars_are_to_scale_within_their_group() -> None:
    group = Group("Holdings", [Bar("A", "+4%", 0.04), Bar("B", "−2%", -0.02), Bar("C", "why not")])
    other = Group("Factors", [Bar("D", "+900%", 9.0, 8.0, 9.5)])
    figure = parts.compose([group, other, Group("None", [])], **TITLES)
    check_legible(figure)
    gained, lost = patches(figure, theme.GAIN), patches(figure, theme.LOSS)
    assert gained[0].get_width() / lost[0].get_width() == pytest.approx(2)
    assert "why not" in words(figure)
    assert "None" not in words(figure)
    assert words(figure)[-1] == parts.KEY
    together = parts.compose([group, other], **TITLES, together=True)
    assert patches(together, theme.GAIN)[0].get_width() < 10


def test_long_words_of_a_bar_are_below_its_name() -> None:
    bar = Bar("A name that is rather long", "+331% (+87% to +575%) (+$22,400)", 3.3, 0.8, 5.7)
    figure = parts.compose([Group("", [bar])], **TITLES)
    check_legible(figure)
    assert {bar.name, bar.words} <= set(words(figure))
    assert parts.NOTHING in words(parts.compose([], **TITLES))


def test_ranges_side_by_side() -> None:
    rows = [
        Row("Growth a year", [Spot("5% (−1% to 10%)", 0.05, -0.01, 0.1), Spot("ruin")]),
        Row("Beta", [Spot("0.5", 0.5), Spot("1.0 (0.9 to 1.1)", 1.0, 0.9, 1.1)]),
    ]
    figure = ranges.compose(["60/40", "Yours"], rows, **TITLES)
    check_legible(figure)
    assert {"60/40", "Yours", "5% (−1% to 10%)", "ruin", "Beta"} <= set(words(figure))
    bars = [one for one in patches(figure, candidates.PROPOSED[0]) if isinstance(one, Rectangle)]
    zero = lines(figure, theme.RULE)[0].get_xdata()[0]
    assert len(bars) == 1
    assert (zero - bars[0].get_x()) / bars[0].get_width() == pytest.approx(1 / 11)
    nothing = Row("Beta", [Spot("no", math.nan)])
    check_legible(ranges.compose(["A"], [nothing], **TITLES))
    assert "Nothing was measured yet." in words(ranges.compose([], [], **TITLES))
