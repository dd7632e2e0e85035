"""What rules would have done to one's own trades."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from charts import rules, theme
from charts.rules import RuleRow
from tests.charts.figures import check_legible, check_picture, lines, patches, words

WAIT = RuleRow("Wait a day", 320.0, 60.0, 700.0, 14, 60)


def compose(*rows: RuleRow, currency: str = "USD") -> Figure:
    figure = rules.compose(rows, currency=currency, title="The title", subtitle="60 trades")
    check_legible(figure)
    return figure


def test_a_rule_its_money_its_interval_and_the_trades_it_changed() -> None:
    assert words(compose(WAIT))[2:8] == [
        "Wait a day",
        "+$320/yr",
        "changed 14 of 60 trades",
        "90%: +$60 to +$700",
        "more money",
        "Upright line: no difference. Dot: your past",
    ]
    assert "changed 1 of 1 trade" in words(compose(replace(WAIT, changed=1, of=1)))


def test_the_dot_and_the_interval_are_to_scale_about_zero() -> None:
    figure = compose(WAIT)
    (zero,) = lines(figure, theme.MUTED)
    span, *_ = lines(figure, theme.GAIN)
    dot = next(one for one in figure.axes[0].lines if one.get_linestyle() == "None")
    middle = zero.get_xdata()[0]
    low, high = (x - middle for x in span.get_xdata())
    assert low / high == pytest.approx(60 / 700)
    assert (dot.get_xdata()[0] - middle) / high == pytest.approx(320 / 700)
    loss = compose(replace(WAIT, yearly=-320.0, low=-700.0, high=-60.0))
    span, *_ = lines(loss, theme.LOSS)
    assert [middle - x for x in span.get_xdata()] == pytest.approx([high, low])


def test_what_may_have_been_chance_is_grey() -> None:
    shown = words(compose(replace(WAIT, low=-120.0)))
    assert "could be chance" in shown
    assert "more money" not in shown


def test_the_best_comes_first_and_what_cannot_be_said_last() -> None:
    shown = words(
        compose(
            RuleRow("A", math.nan, math.nan, math.nan, 0, 60),
            RuleRow("B", -5.0, -9.0, -1.0, 3, 60),
            replace(WAIT, name="C"),
        )
    )
    assert [word for word in shown if word in "ABC"] == ["C", "B", "A"]
    assert "cannot be said" in shown
    hatched = compose(replace(WAIT, yearly=math.nan)).axes[0].patches
    assert [one.get_hatch() for one in hatched] == ["////"]


def test_one_that_is_far_off_ends_in_an_arrow_and_leaves_room_for_the_rest() -> None:
    many = [replace(WAIT, name=f"R{k}") for k in range(4)]
    figure = compose(*many, replace(WAIT, low=-8e9, high=8e9))
    arrows = [one for one in patches(figure, theme.MUTED) if type(one) is Polygon]
    assert len(arrows) == 2
    spans = [line.get_xdata() for line in lines(figure, theme.GAIN)]
    assert max(max(xs) - min(xs) for xs in spans) > 50


def test_of_many_the_six_best_are_shown() -> None:
    shown = words(compose(*(replace(WAIT, name=f"R{k}", yearly=100.0 + k) for k in range(11))))
    assert [word for word in shown if word[0] == "R"] == [f"R{k}" for k in range(10, 4, -1)]
    assert shown[-1] == "and 5 more"


def test_no_rules() -> None:
    assert words(compose())[2:] == ["No rule was tested yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [
        replace(WAIT, name=f"A rule with quite a long name to be read, number {k}")
        for k in range(20)
    ]
    for rows in ([], many[:1], many):
        png = rules.draw(rows, currency="SEK", title="T " * 60, subtitle="S " * 99)
        check_picture(png, highest=2300)


amounts = st.floats() | st.floats(-1e4, 1e4)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(
            RuleRow,
            st.text(max_size=120),
            amounts,
            amounts,
            amounts,
            st.integers(0, 10**12),
            st.integers(0, 10**12),
        ),
        max_size=10,
    ),
    st.sampled_from(["USD", "CHF"]),
)
def test_anything_can_be_read(rows: list[RuleRow], currency: str) -> None:
    compose(*rows, currency=currency)
