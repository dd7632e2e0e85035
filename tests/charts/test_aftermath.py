"""The trades behind a finding: which are shown, what is said of them, and that it can be read."""

from __future__ import annotations

import math
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from PIL import Image

from charts import aftermath, theme
from charts.aftermath import Comparison
from engine.detection.finding import BiasFinding, Calibration, Evidence, Label
from tests.charts.figures import check_legible, words


def sale(
    symbol: str = "NVDA",
    gain: float = 0.11,
    after: float = 0.38,
    *,
    kappa: float | None = 10.0,
    day: date = date(2021, 5, 12),
) -> Evidence:
    return Evidence(symbol, symbol, day, kappa, {"gain": gain, "after": after})


def finding(evidence: list[Evidence], bias: str) -> BiasFinding:
    return BiasFinding(
        bias=bias,
        theta=1.0,
        se=0.3,
        n=64,
        n_min=15,
        unit="sale days",
        intensity=84.0,
        ci90=(66.0, 93.0),
        p_present=0.99,
        label=Label.STRONG,
        detected=True,
        opposite=False,
        cost=None,
        cost_ci=None,
        cost_share=None,
        horizon=63,
        evidence=tuple(evidence),
        calibration=Calibration.PUBLISHED,
    )


LATER = "or lower, {horizon} trading days later"
SOLD = Comparison("gain", 1, "when sold", "higher", LATER)
ADDED = Comparison("loss", -1, "when added to", "higher", LATER)
SWITCHED = Comparison(
    None, 1, "", "the new one did better", "or worse than the old, in a year", " pts"
)


def compose(evidence: list[Evidence], comparison: Comparison = SOLD) -> Figure:
    figure = aftermath.compose(
        finding(evidence, "a bias"), title="The title", subtitle="9 sales", comparison=comparison
    )
    check_legible(figure)
    return figure


def test_a_sale_and_what_came_of_it() -> None:
    assert words(compose([sale()])) == [
        "The title",
        "9 sales",
        "when sold",
        "higher",
        "or lower, 63 trading days later",
        "NVDA",
        "+11%, then +38%",
        "12 May 2021",
        "0%",
    ]


def dots(figure: Figure, colour: str) -> list[float]:
    """Where the dots of a colour are, from the top down; the first is the one in the legend."""
    return [
        float(line.get_xdata()[0])
        for line in figure.axes[0].lines
        if line.get_marker() == "o" and line.get_markerfacecolor() == colour
    ][1:]


def test_the_second_return_counts_on_from_the_first() -> None:
    """10 % up, then down by as much: that is 1 % below the start."""
    figure = compose([sale("A", 0.1, -0.1), sale("B", 0.2, 0.0), sale("C", -0.01, 0.0)])
    (higher, same), (lower,) = dots(figure, theme.GAIN), dots(figure, theme.LOSS)
    assert lower == pytest.approx(same)
    assert higher > lower


def test_adding_to_a_loser_begins_below_zero() -> None:
    one = Evidence("1", "KO", date(2021, 5, 2), None, {"loss": 0.1, "after": -0.05})
    assert words(compose([one], ADDED))[2:] == [
        "when added to",
        "higher",
        "or lower, 63 trading days later",
        "KO",
        "−10%, then −5%",
        "2 May 2021",
        "0%",
    ]


def test_a_switch_is_one_return_from_zero() -> None:
    one = Evidence("1", "MRK>XOM", date(2021, 5, 2), None, {"value": 100.0, "after": -0.43})
    figure = compose([one], SWITCHED)
    assert words(figure)[2:] == [
        "the new one did better",
        "or worse than the old, in a year",
        "MRK → XOM",
        "−43 pts",
        "2 May 2021",
        "0%",
    ]
    hollow = [x for x in figure.axes[0].lines if x.get_markerfacecolor() == theme.PAPER]
    assert not hollow


def test_a_bias_nobody_told_the_chart_about_is_drawn_from_zero() -> None:
    figure = aftermath.compose(finding([sale()], "recency"), title="T")
    assert "+38%" in words(figure)


def test_the_comparison_comes_from_who_calls() -> None:
    comparison = Comparison("to_high", 1, "at the high", "dearer", "cheaper, {horizon} days on")
    one = Evidence("1", "KO", date(2021, 5, 2), None, {"to_high": -0.02, "after": 0.1})
    figure = aftermath.compose(finding([one], "anchoring"), title="T", comparison=comparison)
    check_legible(figure)
    assert words(figure)[2:] == [
        "at the high",
        "dearer",
        "cheaper, 63 days on",
        "KO",
        "−2%, then +10%",
        "2 May 2021",
        "0%",
    ]


def test_the_number_of_trades_is_the_subtitle_unless_there_is_another() -> None:
    figure = aftermath.compose(finding([sale()], "disposition"), title="T")
    assert words(figure)[1] == "1 trade"


def test_rows_are_sorted_and_coloured_by_what_came_of_them() -> None:
    figure = compose([sale("LOW", 0.1, -0.2), sale("TOP", 0.1, 0.9), sale("MID", 0.1, 0.02)])
    assert [word for word in words(figure) if word in ("TOP", "MID", "LOW")] == [
        "TOP",
        "MID",
        "LOW",
    ]
    arms = [
        line.get_color()
        for line in figure.axes[0].lines
        if len(set(line.get_xdata())) == 2 and line.get_linestyle() == "-"
    ]
    assert arms == [theme.GAIN, theme.GAIN, theme.LOSS]


def test_of_many_the_ten_with_most_at_stake_are_shown() -> None:
    many = [sale(f"S{k}", kappa=float((-1) ** k * k)) for k in range(20)]
    many.append(sale("UNKNOWN", kappa=None))
    shown = words(compose(many))
    assert {word for word in shown if word.startswith("S")} == {f"S{k}" for k in range(10, 20)}
    assert shown[-1] == "and 11 more"


def test_trades_that_cannot_be_drawn_are_counted() -> None:
    missing = Evidence("1", "KO", date(2021, 5, 2), None, {"gain": 0.1})
    assert words(compose([sale(), missing]))[-1] == "1 trade too recent or without a price"
    shown = words(compose([missing, sale("KO", math.nan, 0.1)]))
    assert shown[2:] == ["2 trades too recent or without a price"]


def test_no_trades() -> None:
    assert words(compose([])) == ["The title", "9 sales", "No trades to show yet."]


def test_one_that_is_far_off_becomes_an_arrow_and_leaves_room_for_the_rest() -> None:
    figure = compose([*(sale(f"S{k}", 0.1, 0.1) for k in range(5)), sale("FAR", 0.1, 54.0)])
    assert "+10%, then +5,400%" in words(figure)
    assert sum(type(patch) is Polygon for patch in figure.axes[0].patches) == 1
    zero = next(x for x in figure.axes[0].lines if x.get_color() == theme.RULE).get_xdata()[0]
    assert words(figure).count("+10%, then +10%") == 5
    assert len(dots(figure, theme.GAIN)) == 5
    assert min(dots(figure, theme.GAIN)) - zero > 50


def test_long_symbols_and_huge_numbers_leave_room_for_the_picture() -> None:
    figure = compose([sale("W" * 40, 1e9, 1e9), sale("V", -0.5, 0.1)])
    lines = [x.get_xdata() for x in figure.axes[0].lines if x.get_color() == theme.GAIN]
    assert max(max(xs) for xs in lines) - min(min(xs) for xs in lines) >= 200


def test_what_is_within_a_hundred_percent_is_never_cut_off() -> None:
    rows = [*(sale(f"S{k}", -0.01, 0.02) for k in range(5)), sale("LOST", -0.5, -0.6)]
    assert not [patch for patch in compose(rows).axes[0].patches if type(patch) is Polygon]


@pytest.mark.parametrize("number", [0, 1, 12, 200])
def test_the_picture_has_the_size_and_weight_of_a_chat_picture(number: int) -> None:
    png = aftermath.draw(
        finding([sale(f"S{k}", 0.01 * k) for k in range(number)], "disposition"), title="T"
    )
    assert len(png) <= 200_000
    with Image.open(BytesIO(png)) as picture:
        assert picture.width == 1280
        assert 200 <= picture.height <= 1800


sales = st.builds(
    sale,
    st.text(min_size=1, max_size=40),
    st.floats(),
    st.floats(),
    kappa=st.none() | st.floats(),
    day=st.dates(),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(sales, max_size=14), st.sampled_from([SOLD, ADDED, SWITCHED, aftermath.OTHER]))
def test_anything_can_be_read(evidence: list[Evidence], comparison: Comparison) -> None:
    compose(evidence, comparison)
