"""Trades on the line of the price, their words, and what came after."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from charts import theme, trades_on_price
from charts.placing import Box, Room
from charts.trades_on_price import Mark, PricePanel
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2020, 3, 2)
DAYS = [FIRST + timedelta(days=k) for k in range(400)]
CLOSES = [100.0 + k / 4 for k in range(400)]


def sale(k: int = 100, *, label: str = "sold +11%", days: int = 63) -> Mark:
    return Mark(DAYS[k], CLOSES[k], "sell", label, True, DAYS[k] + timedelta(days=days))


def panel(*marks: Mark, symbol: str = "NVDA") -> PricePanel:
    return PricePanel(symbol, DAYS, CLOSES, marks)


def compose(*panels: PricePanel) -> Figure:
    figure = trades_on_price.compose(panels, title="The title", subtitle="2 sales")
    check_legible(figure)
    return figure


def test_a_purchase_a_sale_and_what_came_after() -> None:
    figure = compose(panel(Mark(DAYS[10], CLOSES[10], "buy"), sale()))
    assert words(figure)[2:] == [
        "NVDA",
        "150",
        "sold +11%",
        "100",
        "2020",
        "2021",
        "bought",
        "sold",
        "shows the habit",
        "higher after",
        "lower after",
    ]


def triangles(figure: Figure, colour: str) -> list[list[list[float]]]:
    shapes = [one for one in patches(figure, colour) if type(one) is Polygon]
    return [one.get_xy().tolist()[:3] for one in shapes]


def test_the_tip_of_a_triangle_is_at_its_price() -> None:
    figure = compose(panel(Mark(DAYS[10], CLOSES[10], "buy"), sale()))
    (line,) = (one for one in lines(figure, theme.MUTED) if len(one.get_xdata()) == 400)
    bought, sold = triangles(figure, theme.MUTED)[0], triangles(figure, theme.STRONG)[0]
    assert bought[0] == pytest.approx([line.get_xdata()[10], line.get_ydata()[10]])
    assert sold[0] == pytest.approx([line.get_xdata()[100], line.get_ydata()[100]])
    assert bought[1][1] > bought[0][1]  # below the price, pointing up
    assert sold[1][1] < sold[0][1]


def test_what_came_after_is_filled_up_to_its_day() -> None:
    figure = compose(panel(sale(100, days=50)))
    (after,) = patches(figure, theme.ABOVE)[:1]
    (line,) = (one for one in lines(figure, theme.MUTED) if len(one.get_xdata()) == 400)
    xs = after.get_xy()[:, 0]
    assert [min(xs), max(xs)] == pytest.approx([line.get_xdata()[100], line.get_xdata()[150]])
    without = compose(panel(replace(sale(), until=None)))
    assert not patches(without, theme.ABOVE)


def test_rather_fewer_words_than_words_on_words() -> None:
    close = [sale(100 + k, label=f"sold +{k}%") for k in range(6)]
    shown = [word for word in words(compose(panel(*close))) if word.startswith("sold +")]
    assert shown
    assert len(shown) < 6
    apart = [sale(10 + 60 * k, label=f"sold +{k}%") for k in range(6)]
    shown = [word for word in words(compose(panel(*apart))) if word.startswith("sold +")]
    assert len(shown) >= 5


def test_a_long_label_takes_some_lines_and_one_that_is_too_long_is_left_out() -> None:
    shown = words(compose(panel(sale(label="bought back at +12% from where you sold"))))
    first = shown.index("bought back at")
    assert [word for word in shown[first:] if "2" not in word or "%" in word][:2] == [
        "bought back at",
        "+12% from where",
    ]
    shown = words(compose(panel(sale(label="far too many words for a picture " * 5))))
    assert not [word for word in shown if "words" in word]


def test_the_average_cost_is_a_line_of_steps_with_gaps() -> None:
    cost = [math.nan] * 10 + [90.0] * 20 + [math.nan] * 10 + [95.0] * 30 + [97.0] * 30
    whole = PricePanel("A", DAYS[:100], CLOSES[:100], (), cost)
    figure = compose(whole)
    assert "average cost" in words(figure)
    first, second, *_ = lines(figure, theme.MEASURED)
    assert len(set(first.get_ydata())) == 1
    assert len(set(second.get_ydata())) == 2


def test_a_weekend_is_no_gap_but_a_month_is() -> None:
    closes = list(CLOSES)
    closes[10:12] = [math.nan] * 2
    closes[50:80] = [math.nan] * 30
    figure = compose(PricePanel("A", DAYS, closes))
    assert sum(len(one.get_xdata()) > 1 for one in lines(figure, theme.MUTED)) == 2


def test_trades_without_a_price_or_in_other_units_are_counted() -> None:
    lost = [replace(sale(), price=math.nan), replace(sale(), price=90_000.0)]
    figure = compose(panel(sale(), *lost))
    assert words(figure)[-1] == "2 trades not drawn: no price"
    assert len(triangles(figure, theme.STRONG)) == 2  # one of them in the legend


def test_nothing_or_hardly_anything() -> None:
    assert words(compose())[2:] == ["No trades to show yet."]
    assert words(compose(PricePanel("A", [], [])))[2:] == ["A", "No prices."]
    one = PricePanel("A", DAYS[:1], [12.5], [Mark(DAYS[0], 12.5, "buy", "bought", True)])
    assert {"2 Mar 2020", "bought", "12.500"} <= set(words(compose(one)))
    marks = PricePanel("A", [], [], [Mark(DAYS[0], 12.5, "buy"), Mark(DAYS[9], 14.0, "sell")])
    assert len(triangles(compose(marks), theme.MUTED)) == 4


def test_three_panels_at_most() -> None:
    shown = words(compose(*(panel(symbol=f"S{k}") for k in range(5))))
    assert [word for word in shown if word[0] == "S"] == ["S0", "S1", "S2"]
    assert shown[-1] == "and 2 shares more"


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    days = [FIRST + timedelta(days=k) for k in range(5000)]
    closes = [100 * math.exp(math.sin(k / 200) + math.sin(k) / 9) for k in range(5000)]
    marks = [
        Mark(days[k], closes[k], "sell", "sold", True, days[k + 60]) for k in range(0, 4900, 25)
    ]
    many = PricePanel("W" * 60, days, closes, marks, closes)
    for panels in ([], [panel(sale())], [many] * 3):
        png = trades_on_price.draw(panels, title="T " * 60, subtitle="S " * 99)
        check_picture(png, highest=2300)


def test_room_is_where_no_line_and_no_box_is() -> None:
    room = Room(Box(0, 0, 300, 100))
    room.draw(np.array([0.0, 150.0, 150.0, 300.0]), np.array([90.0, 90.0, 10.0, 10.0]))
    assert room.is_free(Box(10, 20, 140, 60))
    assert not room.is_free(Box(10, 60, 140, 95))
    assert not room.is_free(Box(140, 40, 160, 60))  # across the upright part
    assert not room.is_free(Box(-5, 20, 140, 60))
    room.take(Box(50, 30, 60, 40))
    assert not room.is_free(Box(10, 20, 140, 60))
    assert room.is_free(Box(70, 20, 140, 60))


prices = st.floats() | st.floats(0.5, 200)
marks = st.builds(
    Mark,
    st.sampled_from(DAYS),
    prices,
    st.sampled_from(["buy", "sell"]),
    st.text(max_size=60),
    st.booleans(),
    st.none() | st.sampled_from(DAYS),
)


@st.composite
def panels(draw: st.DrawFn) -> PricePanel:
    days = sorted(draw(st.sets(st.sampled_from(DAYS), max_size=12)))
    closes = draw(st.lists(prices, min_size=len(days), max_size=len(days)))
    cost = draw(st.just([]) | st.lists(prices, min_size=len(days), max_size=len(days)))
    return PricePanel(
        draw(st.text(max_size=60)), days, closes, draw(st.lists(marks, max_size=8)), cost
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(panels(), max_size=4))
def test_anything_can_be_read(many: list[PricePanel]) -> None:
    compose(*many)
