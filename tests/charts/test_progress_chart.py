"""How strong habits were month after month."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import progress, theme
from charts.progress import ProgressPoint, ProgressSeries
from tests.charts.figures import WASHES, check_legible, check_picture, lines, patches, words


def series(name: str, *values: float, first: int = 2020) -> ProgressSeries:
    """A point for each month from January on."""
    points = [
        ProgressPoint(date(first + k // 12, k % 12 + 1, 28), value, value - 10, value + 10, 20)
        for k, value in enumerate(values)
    ]
    return ProgressSeries(name, points)


def compose(*many: ProgressSeries) -> Figure:
    figure = progress.compose(many, title="The title", subtitle="12 months each")
    check_legible(figure, (*WASHES, theme.TRACK))
    return figure


def test_a_habit_over_a_year() -> None:
    figure = compose(series("Overtrading", *(60.0 - k for k in range(12))))
    assert words(figure)[2:] == [
        "Overtrading",
        "49 in Dec 2020",
        "100",
        "50",
        "0",
        "Jan 2020",
        "Dec 2020",
        "Dashed: 50 = average investor in",
        "the studies. Band: 90% interval.",
    ]


def test_the_line_and_its_band_are_to_scale() -> None:
    figure = compose(series("A", 50.0, 100.0, 25.0))
    (line,) = lines(figure, theme.STRONG)
    (half,) = (one for one in lines(figure, theme.MUTED) if one.is_dashed())
    (band,) = patches(figure, theme.BAND)
    y = [float(value) for value in line.get_ydata()]
    assert y[0] == half.get_ydata()[0]
    assert (y[2] - y[1]) / (y[0] - y[1]) == pytest.approx(75 / 50)
    assert band.get_xy()[0][1] - y[0] == pytest.approx((y[0] - y[1]) / 5)


def test_where_there_was_not_enough_data_it_is_grey_and_says_so() -> None:
    gap = [math.nan] * 12
    figure = compose(series("A", *[60.0] * 12, *gap, 40.0, math.nan))
    assert len(patches(figure, theme.TRACK)) == 2
    assert "not enough data" in words(figure)
    assert words(figure)[-1].endswith("Grey: not enough data.")
    assert [len(line.get_xdata()) for line in lines(figure, theme.STRONG)] == [12, 1]
    assert "40 in Jan 2022" in words(figure)


def test_never_enough_data() -> None:
    figure = compose(series("A", 50.0, 51.0), series("B", math.nan, math.nan))
    assert "not enough data yet" in words(figure)
    assert len(patches(figure, theme.TRACK)) == 1


def test_a_point_without_an_interval_has_no_band() -> None:
    points = [ProgressPoint(date(2020, k, 1), 50.0, math.nan, math.nan, 9) for k in (1, 2)]
    figure = compose(ProgressSeries("A", points))
    assert not patches(figure, theme.BAND)
    assert lines(figure, theme.STRONG)


def test_all_panels_are_over_the_same_days_and_six_at_most() -> None:
    many = [series(f"H{k}", *[50.0] * (10 + 2 * k)) for k in range(8)]
    figure = compose(*many)
    shown = words(figure)
    assert [word for word in shown if word[0] == "H"] == [f"H{k}" for k in range(6)]
    assert shown[-1] == "and 2 more"
    curves = lines(figure, theme.STRONG)
    widths = [max(line.get_xdata()) - min(line.get_xdata()) for line in curves]
    assert widths == sorted(widths)
    assert widths[0] < widths[-1] / 2


def test_points_come_in_any_order() -> None:
    one = series("A", 10.0, 20.0, 90.0)
    turned = ProgressSeries("A", one.points[::-1])
    assert words(compose(one)) == words(compose(turned))


def test_nothing_to_follow() -> None:
    for many in ((), (series("A"),)):
        assert words(compose(*many))[2:] == ["Nothing to follow yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    values = [50 + 40 * math.sin(k) if k % 7 else math.nan for k in range(120)]
    many = [series(f"Quite a long name of a habit {k}", *values) for k in range(6)]
    for number in (0, 1, 3, 4, 6):
        png = progress.draw(many[:number], title="T " * 60, subtitle="S " * 99)
        check_picture(png, highest=2300)


points = st.builds(
    ProgressPoint,
    st.dates(),
    st.floats() | st.floats(0, 100),
    st.floats() | st.floats(0, 50),
    st.floats() | st.floats(50, 100),
    st.integers(0, 10**9),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(ProgressSeries, st.text(max_size=80), st.lists(points, max_size=8)), max_size=7
    )
)
def test_anything_can_be_read(many: list[ProgressSeries]) -> None:
    compose(*many)
