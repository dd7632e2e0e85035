"""The disciplined twin against the person, day by day."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import theme, twin
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2020, 3, 2)
KEY = "Above zero the twin has more, below it you do."


def compose(
    values: list[float], ci: tuple[float, float] | None = None, *, apart: int = 30
) -> Figure:
    figure = twin.compose(
        [FIRST + timedelta(days=apart * k) for k in range(len(values))],
        values,
        ci=ci,
        currency="USD",
        title="The title",
        subtitle="3 months",
    )
    check_legible(figure)
    return figure


def test_the_last_difference_with_its_sign_and_its_interval() -> None:
    shown = words(compose([0.0, 300.0, 1630.0], (-300.0, 5200.0)))
    assert {"+$1,630", "−$300", "+$5,200", "2 Mar 2020", "1 May 2020"} <= set(shown)
    assert "Bracket: 90% interval of the last day." in " ".join(shown)
    assert words(compose([-40.0]))[-1] == KEY
    assert "−$40" in words(compose([-40.0]))


def test_above_zero_is_filled_otherwise_than_below_and_both_meet_at_zero() -> None:
    figure = compose([100.0, -100.0])
    above, below = (patches(figure, colour) for colour in (theme.ABOVE, theme.BELOW))
    assert len(above) == len(below) == 1
    (line,) = lines(figure, theme.STRONG)
    middle = float(sum(line.get_xdata())) / 2
    zero = float(sum(line.get_ydata())) / 2
    corners = above[0].get_xy().tolist()
    assert any(corner == pytest.approx([middle, zero]) for corner in corners)


def test_the_line_is_broken_where_nothing_is_known() -> None:
    figure = compose([math.nan, 1.0, 2.0, math.nan, 30.0, math.inf])
    assert [len(line.get_xdata()) for line in lines(figure, theme.STRONG)] == [2, 1]
    assert "+$30" in words(figure)


def test_nothing_to_show() -> None:
    for values in ([], [math.nan]):
        assert words(compose(values))[2:] == ["No difference to show yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [1e4 * math.sin(k / 90) + 1e3 * math.sin(k) for k in range(5000)]
    for values in ([], many[:1], many):
        days = [FIRST + timedelta(days=k) for k in range(len(values))]
        png = twin.draw(
            days, values, ci=(-1e5, 1e5), currency="SEK", title="T " * 60, subtitle="S " * 99
        )
        check_picture(png, highest=1600)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats() | st.floats(-1e4, 1e4), max_size=12),
    st.none() | st.tuples(st.floats(), st.floats()),
    st.sampled_from([0, 1, 30, 400, 9000]),
)
def test_anything_can_be_read(
    values: list[float], ci: tuple[float, float] | None, apart: int
) -> None:
    compose(values, ci, apart=apart)
