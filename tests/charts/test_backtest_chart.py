"""Growth and falls of portfolios over the same past days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import backtest, candidates, theme
from charts.backtest import Line
from charts.thinning import thin
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2015, 1, 2)


def compose(*tracks: Line, apart: int = 200, capital: float = 10_000.0) -> Figure:
    figure = backtest.compose(
        [FIRST + timedelta(days=apart * k) for k in range(max(len(one.worth) for one in tracks))],
        tracks,
        capital=capital,
        currency="EUR",
        title="Yours grew most and fell furthest",
        subtitle="Jan 2015 to Dec 2022, monthly rebalancing",
    )
    check_legible(figure)
    return figure


def courses(figure: Figure, number: int, points: int) -> list[np.ndarray]:
    """The growth and the fall of a line: heights in pixels, downwards."""
    found = lines(figure, candidates.PROPOSED[number])
    return [np.asarray(one.get_ydata()) for one in found if len(one.get_xdata()) == points]


def test_growth_on_top_and_falls_below() -> None:
    figure = compose(Line("60/40", (1.0, 1.2, 0.9, 1.5)), Line("Yours", (1.0, 1.4, 0.7, 2.0)))
    shown = words(figure)
    assert shown.index("What €10,000 became") < shown.index("Below the highest value so far")
    assert {"60/40", "€15,000", "Yours", "€20,000", "−25%", "−50%"} <= set(shown)
    growth, falls = courses(figure, 1, 4)
    assert (growth[1] - growth[0]) / (growth[3] - growth[0]) == pytest.approx(0.4)
    assert falls[0] == falls[1] == falls[3] < falls[2]
    other = courses(figure, 0, 4)[1]
    assert (other[2] - other[0]) / (falls[2] - falls[0]) == pytest.approx(0.25 / 0.5)


def test_a_wide_span_is_on_a_log_scale_which_is_said() -> None:
    figure = compose(Line("Yours", (1.0, 10.0, 100.0)))
    assert "What €10,000 became (log scale)" in words(figure)
    growth = courses(figure, 0, 3)[0]
    assert growth[0] - growth[1] == pytest.approx(growth[1] - growth[2])
    assert {"€10,000", "€100k", "€1m"} <= set(words(figure))


def test_ruin_cannot_be_on_a_log_scale() -> None:
    figure = compose(Line("Gone", (1.0, 9.0, 0.0, 0.0)))
    assert "What €10,000 became" in words(figure)
    assert {"€0", "−100%"} <= set(words(figure))


def test_falls_of_the_market_are_shaded_where_they_lie_within() -> None:
    figure = compose(Line("A", [1.0 + 0.01 * k for k in range(16)]))
    assert "Grey: the stock market fell, in 2018, 2020, 2022." in " ".join(words(figure))
    assert len(patches(figure, backtest.CRISIS)) == 2 * 3
    calm = compose(Line("A", (1.0, 1.1)))
    assert not patches(calm, backtest.CRISIS)


def test_nothing_known() -> None:
    assert "Nothing was tested yet." in words(compose(Line("A", (math.nan, math.nan))))


def test_weight_of_three_long_lines() -> None:
    rng = np.random.default_rng(1)
    days = [date(1990, 1, 2) + timedelta(days=int(k * 1.45)) for k in range(8313)]
    tracks = [
        Line(name, np.exp(np.cumsum(rng.normal(0.0004, 0.012, 8313))).tolist())
        for name in ("60/40", "Your portfolio as it is", "The market")
    ]
    terms = {"capital": 1e4, "currency": "USD", "title": "T", "subtitle": "S"}
    png = backtest.draw(days, tracks, **terms)  # type: ignore[arg-type]
    check_picture(png, highest=1600)
    assert png == backtest.draw(days, tracks, **terms)  # type: ignore[arg-type]
    figure = backtest.compose(days, tracks, **terms)  # type: ignore[arg-type]
    assert all(len(one.get_xdata()) < 4 * theme.WIDTH for one in figure.axes[0].lines)


def test_thinning_keeps_what_is_seen() -> None:
    x = np.linspace(0.0, 10.0, 2001)
    y = np.sin(40 * x)
    few_x, few_y = thin(x, y)
    assert len(few_x) <= 4 * 11
    for strip in range(10):
        inside, kept = np.floor(x) == strip, np.floor(few_x) == strip
        assert few_y[kept].min() == y[inside].min()
        assert few_y[kept].max() == y[inside].max()
        assert few_x[kept][[0, -1]].tolist() == x[inside][[0, -1]].tolist()


worths = st.lists(
    st.one_of(st.just(math.nan), st.floats(0.0, 1e6), st.floats(0.5, 2.0)), min_size=2, max_size=12
)


@settings(max_examples=25, deadline=None)
@given(st.lists(worths, min_size=1, max_size=3), st.text(max_size=60), st.integers(1, 900))
def test_anything_can_be_drawn(many: Sequence[Sequence[float]], name: str, apart: int) -> None:
    longest = max(len(one) for one in many)
    padded = [[*one, *[math.nan] * (longest - len(one))] for one in many]
    compose(*(Line(f"{name} {k}", one) for k, one in enumerate(padded)), apart=apart)
