"""What is held: weights, gains, shorts, missing prices."""

from __future__ import annotations

import math
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from charts import holdings, theme
from charts.holdings import Holding
from tests.charts.figures import check_legible, words


def compose(*rows: Holding, currency: str = "USD") -> Figure:
    figure = holdings.compose(rows, title="The title", subtitle="2 positions", currency=currency)
    check_legible(figure)
    return figure


def test_weights_values_and_gains_the_largest_first() -> None:
    figure = compose(
        Holding("Exxon", 2500.0, -0.06),
        Holding("Apple", 7000.0, 0.42),
        Holding("Cash", 500.0, None),
    )
    assert words(figure)[2:] == [
        "Apple",
        "70% · $7,000 · +42%",
        "Exxon",
        "25% · $2,500 · −6%",
        "Cash",
        "5% · $500",
        "in gain",
        "in loss",
        "neither or unknown",
    ]
    bars = [p for p in figure.axes[0].patches if isinstance(p, Rectangle)]
    found = {
        to_hex(bar.get_facecolor()): bar.get_width()
        for bar in bars
        if bar.get_width() > holdings.BAR
    }
    assert found[theme.LOSS] / found[theme.GAIN] == pytest.approx(2500 / 7000)


def test_a_holding_without_a_price_has_no_weight_and_comes_last() -> None:
    shown = words(compose(Holding("Gone", math.nan, 0.1), Holding("Apple", 10.0, 0.1)))
    assert shown[2:6] == ["Apple", "100% · $10 · +10%", "Gone", "no price"]


def test_a_short_position_goes_to_the_left_of_zero() -> None:
    figure = compose(Holding("Apple", 12000.0, 0.42), Holding("Exxon", -4000.0, -0.06))
    assert words(figure)[5] == "−50% · −$4,000 · −6%"
    bars = {to_hex(p.get_facecolor()): p for p in figure.axes[0].patches[:4]}
    short, long = bars[theme.LOSS], bars[theme.GAIN]
    assert short.get_x() + short.get_width() == pytest.approx(long.get_x())


def test_without_a_positive_total_there_are_no_weights() -> None:
    assert words(compose(Holding("Short", -50.0, 0.1)))[3] == "−$50 · +10%"


def test_of_many_the_fifteen_largest_are_shown() -> None:
    shown = words(compose(*(Holding(f"S{k}", 10.0 + k, 0.1) for k in range(25))))
    assert shown[2] == "S24"
    assert shown[-1] == "and 10 more"


def test_nothing_held() -> None:
    assert words(compose())[2:] == ["Nothing is held."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [Holding(f"A long enough name {k}", 10.0**k, 0.1) for k in range(25)]
    for rows in ([], many[:1], many):
        png = holdings.draw(rows, title="T", subtitle="S", currency="SEK")
        assert len(png) <= 200_000
        with Image.open(BytesIO(png)) as picture:
            assert picture.width == 1280


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            Holding,
            st.text(max_size=80),
            st.floats(-1e18, 1e18) | st.just(math.nan),
            st.none() | st.floats(),
        ),
        max_size=8,
    )
)
def test_anything_can_be_read(rows: list[Holding]) -> None:
    compose(*rows, currency="CHF")
