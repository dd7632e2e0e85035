"""Goals, the chance to miss each, and what their money is in."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import goals, theme
from charts.goals import GoalRow
from tests.charts.figures import check_legible, check_picture, lines, patches, words

PARTS = [("AGGH", 0.2), ("VWCE", 0.62), ("Cash", 0.18), ("Sold", 0.0)]
FLAT = GoalRow("A flat", 30000.0, "in 2029", 0.08, 0.10, 0.25, PARTS)


def compose(*rows: GoalRow, currency: str = "EUR") -> Figure:
    figure = goals.compose(rows, currency=currency, title="The title", subtitle="One goal")
    check_legible(figure)
    return figure


def test_a_goal_its_chance_its_limit_and_its_portfolio() -> None:
    assert words(compose(FLAT))[2:] == [
        "A flat",
        "€30,000 in 2029",
        "chance to miss 8% · at most 10%",
        "25% of your money: VWCE 62%, AGGH 20%, Cash 18%",
        "within the limit",
        "Bar: chance to miss the goal. Upright line:",
        "the most you allow. The bars end at 20%.",
    ]


def test_the_bar_and_its_limit_are_to_scale() -> None:
    figure = compose(FLAT)
    (track,), bar = patches(figure, theme.TRACK), patches(figure, goals.WITHIN)[0]
    assert bar.get_width() / track.get_width() == pytest.approx(0.08 / 0.2)
    (limit,) = lines(figure, theme.INK)
    at = (limit.get_xdata()[0] - track.get_x()) / track.get_width()
    assert at == pytest.approx(0.10 / 0.2)


def test_all_bars_have_the_same_scale() -> None:
    figure = compose(FLAT, replace(FLAT, missed=0.16, limit=0.4))
    first, second, _ = (one.get_width() for one in patches(figure, goals.WITHIN))
    assert second / first == pytest.approx(2)
    assert words(figure)[-1].endswith("The bars end at 46%.")


def test_over_the_limit_is_said_and_has_another_colour() -> None:
    figure = compose(replace(FLAT, missed=0.34))
    assert words(figure).count("over the limit") == 2
    assert patches(figure, goals.BEYOND)
    assert not patches(figure, goals.WITHIN)


def test_what_is_told_as_the_limit_keeps_it() -> None:
    assert "over the limit" not in words(compose(replace(FLAT, missed=0.100001)))


def test_the_chance_as_held_now_and_how_much_of_the_money_it_is() -> None:
    assert "chance to miss 8% · at most 10% · now 12%" in words(compose(replace(FLAT, now=0.12)))
    assert "chance to miss under 1% · at most 10%" in words(compose(replace(FLAT, missed=0.004)))
    over = words(compose(replace(FLAT, missed=0.34, now=0.004)))
    assert "chance to miss 34% · at most 10%" in over, "what does not fit is left out"
    assert "over the limit" in over
    assert any(
        one.startswith("all of your money: ") for one in words(compose(replace(FLAT, share=1)))
    )
    assert any(one.startswith("your savings: ") for one in words(compose(replace(FLAT, share=0))))
    assert "25% of your money, as held now" in words(compose(replace(FLAT, parts=[])))
    assert "no money set aside" in words(compose(replace(FLAT, parts=[], share=0.0)))


def test_a_chance_that_cannot_be_said_is_hatched() -> None:
    figure = compose(replace(FLAT, missed=math.nan, share=math.nan, parts=[], by=""))
    assert words(figure)[3:5] == ["€30,000", "chance to miss cannot be said · at most 10%"]
    assert [one.get_hatch() for one in figure.axes[0].patches] == ["////"]


def test_of_a_long_portfolio_what_fits_on_two_lines_and_how_many_more() -> None:
    parts = [(f"A fund of its own {k}", 0.01 * (20 - k)) for k in range(20)]
    shown = words(compose(replace(FLAT, parts=parts)))
    told = shown[5:7]
    assert told[0].startswith("25% of your money: A fund of its own 0 20%")
    assert told[1].endswith(" more")
    assert shown[7] == "within the limit"
    left = int(told[1].split(", ")[-1].split()[0])
    assert " ".join(told).count("A fund of") + left == 20


def test_of_many_the_first_six_are_shown() -> None:
    shown = words(compose(*(replace(FLAT, name=f"G{k}") for k in range(9))))
    assert [word for word in shown if word[0] == "G"] == [f"G{k}" for k in range(6)]
    assert shown[-1] == "and 3 more"


def test_no_goal() -> None:
    assert words(compose())[2:] == ["No goal yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    long = replace(FLAT, name="A house by the sea with room for many guests " * 3)
    for rows in ([], [FLAT], [long] * 9):
        png = goals.draw(rows, currency="SEK", title="T " * 60, subtitle="S " * 99)
        check_picture(png, highest=2600)


chances = st.floats() | st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            GoalRow,
            st.text(max_size=120),
            st.floats() | st.floats(0, 1e7),
            st.text(max_size=60),
            chances,
            chances,
            chances,
            st.lists(st.tuples(st.text(max_size=60), chances), max_size=9),
            chances,
        ),
        max_size=8,
    ),
    st.sampled_from(["USD", "CHF"]),
)
def test_anything_can_be_read(rows: list[GoalRow], currency: str) -> None:
    compose(*rows, currency=currency)
