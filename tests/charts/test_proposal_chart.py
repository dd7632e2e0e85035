"""What is held against what is proposed: weights and shares of risk, side by side."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import candidates, proposal, theme
from charts.proposal import NOW, PROPOSED, Change
from tests.charts.figures import check_legible, check_picture, patches, words
from tests.charts.test_theme import BLINDNESS, lab, linear

NVDA = Change("NVDA", 0.24, 0.10, 0.52, 0.17)
VWCE = Change("VWCE", 0.22, 0.38, 0.15, 0.45)
CASH = Change("Cash", 0.05, 0.06, 0.0, 0.0)
RISK = "Share of risk: how much of the ups and"


def compose(*changes: Change, cash: Change | None = None) -> Figure:
    figure = proposal.compose(changes, title="The title", subtitle="5 trades", cash=cash)
    check_legible(figure)
    return figure


def bars(figure: Figure, colour: str) -> list[float]:
    """Lengths, without the sign of the legend."""
    return [one.get_width() for one in patches(figure, colour)][1:]


def names(figure: Figure) -> list[str]:
    bold = [text for text in figure.axes[0].texts if text.get_weight() == "bold"]
    return [text.get_text() for text in bold if text.get_color() == theme.INK][1:]


def test_weights_and_shares_of_risk_the_biggest_move_first() -> None:
    assert words(compose(NVDA, VWCE, cash=CASH))[2:17] == [
        "now",
        "proposed",
        "Weight",
        "Share of risk",
        "VWCE",
        *("22%", "15%", "38%", "45%"),
        "NVDA",
        *("24%", "52%", "10%", "17%"),
        "Cash",
    ]


def test_both_columns_have_the_same_scale() -> None:
    figure = compose(NVDA)
    (now, risk_now), (new, risk_new) = bars(figure, NOW), bars(figure, PROPOSED)
    assert [now / risk_now, new / risk_now, risk_new / risk_now] == pytest.approx(
        [24 / 52, 10 / 52, 17 / 52]
    )


def test_without_risks_there_is_one_wide_column() -> None:
    figure = compose(Change("A", 1.0, 0.6), Change("B", 0.0, 0.4))
    shown = words(figure)
    assert "Share of risk" not in shown
    assert RISK not in shown
    assert max(bars(figure, NOW)) > 800


def test_the_rest_is_added_up_but_never_cash() -> None:
    many = [Change(f"M{k}", 0.1, 0.02 * k, 0.1, 0.02) for k in range(5, 13)]
    quiet = [Change(f"Q{k}", 0.01, 0.01, 0.02, 0.03) for k in range(4)]
    figure = compose(*many, *quiet, cash=CASH)
    assert names(figure) == ["M12", "M11", "M10", "M9", "M8", "M7", "Cash", "Rest (6)"]
    after = words(figure)[words(figure).index("Rest (6)") + 1 :]
    assert after[:4] == ["24%", "28%", "26%", "16%"]


def test_of_many_those_that_do_not_change_are_rest() -> None:
    many = [Change("A", 0.5, 0.3), Change("B", 0.1, 0.3)]
    many += [Change(f"Q{k}", 0.02, 0.02001) for k in range(20)]
    assert names(compose(*many)) == ["A", "B", "Q0", "Rest (19)"]


def test_seven_are_shown_rather_than_a_rest_of_one() -> None:
    assert len(names(compose(*(Change(f"A{k}", 0.1, 0.2) for k in range(7))))) == 7
    assert names(compose(*(Change(f"A{k}", 0.1, 0.2) for k in range(8))))[-1] == "Rest (2)"


def test_no_cash_before_and_after_is_not_shown() -> None:
    assert names(compose(NVDA, cash=Change("Cash", 0.0, 0.0))) == ["NVDA"]


def test_a_short_position_goes_to_the_left_of_zero() -> None:
    figure = compose(Change("A", -0.3, 0.1), Change("B", 1.3, 0.9))
    (_, long, short), (_, _, covered) = patches(figure, NOW), patches(figure, PROPOSED)
    assert short.get_x() + short.get_width() == pytest.approx(long.get_x())
    assert covered.get_x() == pytest.approx(long.get_x())
    assert "−30%" in words(figure)


def test_what_is_not_known_is_said_and_does_not_hide_in_the_rest() -> None:
    many = [Change(f"A{k}", 0.1, 0.2, 0.1, 0.1) for k in range(9)]
    figure = compose(*many, Change("Gone", math.nan, 0.0, math.inf, 0.1))
    assert names(figure)[0] == "Gone"
    assert words(figure).count("not known") == 2


def test_nothing_to_change() -> None:
    assert words(compose())[2:] == ["Nothing to change."]


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_candidates_differ_for_everyone(blindness: str) -> None:
    """Their shapes, names and leaders tell them apart as well."""
    see = BLINDNESS[blindness]
    for one, other in combinations((candidates.NOW, *candidates.PROPOSED), 2):
        distance = np.linalg.norm(lab(see @ linear(one)) - lab(see @ linear(other)))
        assert distance >= 15, (one, other, distance)


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    many = [
        Change(f"A long name of a fund that accumulates, number {k}", 0.01, 0.03 * k, 0.2, 0.1)
        for k in range(60)
    ]
    for number in (0, 1, 7, 60):
        png = proposal.draw(many[:number], title="T " * 60, subtitle="S " * 99, cash=CASH)
        check_picture(png, highest=2500)


shares = st.floats() | st.floats(-1.0, 2.0)
changes = st.builds(Change, st.text(max_size=120), shares, shares, shares, shares)


@settings(max_examples=60, deadline=None)
@given(st.lists(changes, max_size=12), st.none() | changes)
def test_anything_can_be_read(many: list[Change], cash: Change | None) -> None:
    compose(*many, cash=cash)
