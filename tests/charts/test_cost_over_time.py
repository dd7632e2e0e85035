"""What a habit has cost up to each day: the steps, the sum and its interval, and the years."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import cost_over_time, course, theme
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2020, 3, 2)


def compose(
    costs: list[tuple[date, float]],
    total_ci: tuple[float, float] | None = None,
    currency: str = "USD",
) -> Figure:
    figure = cost_over_time.compose(
        [day for day, _ in costs],
        [cost for _, cost in costs],
        total_ci=total_ci,
        currency=currency,
        title="The title",
        subtitle="a subtitle that goes on to the end of the line",
    )
    check_legible(figure)
    return figure


def monthly(*costs: float) -> list[tuple[date, float]]:
    return [(FIRST + timedelta(days=30 * k), cost) for k, cost in enumerate(costs)]


def test_the_line_rises_by_each_cost_in_the_order_of_the_days() -> None:
    figure = compose(monthly(100.0, 300.0, -200.0)[::-1])
    (curve,) = lines(figure, theme.STRONG)
    y = list(curve.get_ydata())
    zero, total = y[0], y[-1]
    heights = [(zero - one) / (zero - total) * 200 for one in y]
    assert heights == pytest.approx([0, 0, 100, 100, 400, 400, 200, 200])


def test_the_sum_stands_at_the_end_between_the_ends_of_its_interval() -> None:
    shown = words(compose(monthly(400.0, 240.0), (90.0, 1250.0)))
    ends = [shown.index(word) for word in ("$1,250", "$640", "$90")]
    assert ends == sorted(ends)
    assert "Bracket: 90% interval of the sum." in " ".join(shown)
    assert "Bracket" not in " ".join(words(compose(monthly(400.0))))


def test_words_that_would_touch_are_set_apart_but_stay_in_the_field() -> None:
    figure = compose(monthly(1e6, 1.0), (1e6, 1e6 + 1))
    bracket = [float(y) for line in lines(figure, theme.MUTED) for y in line.get_ydata()]
    heights = [
        text.get_position()[1]
        for text in figure.axes[0].texts
        if text.get_text() == "$1m" and text.get_horizontalalignment() == "left"
    ]
    assert len(heights) == 3
    assert min(heights) == pytest.approx(min(bracket), abs=1)


def test_a_cost_is_filled_in_another_colour_than_a_gain() -> None:
    assert patches(compose(monthly(10.0, 20.0)), theme.BELOW)
    assert not patches(compose(monthly(10.0, 20.0)), theme.ABOVE)
    assert patches(compose(monthly(-10.0, -20.0)), theme.ABOVE)


def test_each_year_and_what_it_cost() -> None:
    costs = [(date(year, 6, 1), 100.0 * k) for k, year in enumerate(range(2019, 2024), start=1)]
    shown = words(compose(costs))
    assert [word for word in shown if word.startswith("20")] == ["2020", "2021", "2022"]
    under = shown[shown.index("2022") + 1 :]
    assert under[:3] == ["$200", "$300", "$400"]
    assert "Under a year: its cost." in " ".join(under)


def test_of_many_years_some_are_told() -> None:
    shown = words(compose([(date(year, 6, 1), 1e9) for year in range(1990, 2024)]))
    assert [word for word in shown if word.startswith(("19", "20"))] == ["2000", "2010", "2020"]
    assert "Under a year" not in " ".join(shown)


def test_a_short_time_is_told_by_its_ends_and_one_day_by_itself() -> None:
    assert {"2 Mar 2020", "1 Apr 2020"} <= set(words(compose(monthly(1.0, 2.0))))
    assert "2 Mar 2020" in words(compose(monthly(640.0)))


def test_a_trade_without_a_cost_is_left_out_and_counted() -> None:
    shown = words(compose(monthly(640.0, math.nan, math.inf)))
    assert shown[-1] == "2 trades too recent or without a price"
    assert "$640" in shown


def test_nothing_to_show() -> None:
    assert words(compose([]))[2:] == ["No cost to show yet."]
    shown = words(compose(monthly(math.nan)))
    assert shown[2:] == ["No cost to show yet.", "1 trade too recent or without a price"]


def test_an_interval_that_is_none_is_not_drawn() -> None:
    for ci in ((math.nan, math.nan), (-math.inf, 1.0), None):
        assert not lines(compose(monthly(1.0, 2.0), ci), theme.MUTED)
    assert len(lines(compose(monthly(1.0, 2.0), (0.0, 5.0)), theme.MUTED)) == 3


def test_less_than_some_money_is_a_flat_line() -> None:
    (curve,) = lines(compose(monthly(0.01, 0.01)), theme.STRONG)
    assert max(curve.get_ydata()) - min(curve.get_ydata()) < course.HEIGHT / 100


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [(FIRST + timedelta(days=k), math.sin(k) * 50 + 5) for k in range(5000)]
    for costs in ([], many[:1], many):
        png = cost_over_time.draw(
            [day for day, _ in costs],
            [cost for _, cost in costs],
            total_ci=(-1e6, 1e6),
            currency="SEK",
            title="T " * 60,
            subtitle="S " * 99,
        )
        check_picture(png, highest=1600)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.dates(), st.floats() | st.floats(-1e4, 1e4)), max_size=12),
    st.none() | st.tuples(st.floats(), st.floats()) | st.just((-20.0, 900.0)),
    st.sampled_from(["USD", "CHF"]),
)
def test_anything_can_be_read(
    costs: list[tuple[date, float]], ci: tuple[float, float] | None, currency: str
) -> None:
    compose(costs, ci, currency)
