"""What was beside what would have been, and what a fall would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import candidates, theme, what_if
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2021, 1, 4)


def compose(was: Sequence[float], would: Sequence[float], *marks: date) -> Figure:
    figure = what_if.compose(
        [FIRST + timedelta(days=90 * k) for k in range(len(was))],
        was,
        would,
        currency="EUR",
        title="Without the sale: +€1,910 today",
        subtitle="Hindsight",
        marks=marks,
    )
    check_legible(figure)
    return figure


def test_two_paths_and_what_lies_between() -> None:
    figure = compose((100.0, 110.0, 90.0, 120.0), (100.0, 110.0, 130.0, 100.0), date(2021, 4, 6))
    assert {"As it was", "€120", "What if", "€100", "6 Apr 2021"} <= set(words(figure))
    real, imagined = (
        next(one for one in lines(figure, colour) if len(one.get_xdata()) == 4).get_ydata()
        for colour in (candidates.NOW, candidates.PROPOSED[0])
    )
    assert real[0] == imagined[0]
    assert (real[2] - imagined[2]) / (imagined[3] - real[3]) == pytest.approx(2.0)
    above, below = (
        patches(figure, colour)[0].get_path().vertices[:, 1]
        for colour in (theme.ABOVE, theme.BELOW)
    )
    assert (above.min(), above.max()) == pytest.approx((imagined[2], real[2]))
    assert (below.min(), below.max()) == pytest.approx((real[3], real[2]))
    same = compose((1.0, 2.0), (1.0, 2.0))
    assert not patches(same, theme.ABOVE)
    assert not patches(same, theme.BELOW)


def test_a_mark_outside_of_the_days_is_left_out() -> None:
    assert "1 Jan 2020" not in words(compose((1.0, 2.0), (1.0, 3.0), date(2020, 1, 1)))
    assert "Nothing to compare yet." in words(compose((1.0, math.nan), (math.nan, 1.0)))


def test_a_shock_is_to_one_scale() -> None:
    losses = [("AAPL", -1700.0), ("NVDA", -3900.0), *((f"S{k}", -10.0) for k in range(20))]
    figure = what_if.compose_shock(
        losses, -5800.0, (-7000.0, -4600.0), currency="EUR", title="T", subtitle="S"
    )
    check_legible(figure)
    shown = words(figure)
    assert "−€5,800 (−€7,000 to −€4,600)" in shown
    assert shown.index("NVDA") < shown.index("AAPL")
    assert {"12 others", "−€120"} <= set(shown)
    whole, largest, *_ = patches(figure, theme.LOSS)
    assert whole.get_width() / largest.get_width() == pytest.approx(58 / 39)
    png = what_if.draw_shock(losses, -5800.0, None, currency="EUR", title="T", subtitle="S")
    check_picture(png, highest=1800)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-1e9, 1e9), st.one_of(st.just(math.nan), st.floats(-1e9, 1e9))),
        min_size=1,
        max_size=8,
    )
)
def test_anything_can_be_drawn(pairs: list[tuple[float, float]]) -> None:
    was, would = zip(*pairs, strict=True)
    compose(was, would, FIRST)
