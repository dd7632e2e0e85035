"""The frontier, the portfolios and the assets, and how unsure their returns are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import candidates, frontier, theme
from charts.frontier import Curve, Spot
from tests.charts.figures import check_legible, check_picture, lines, patches, words

VOLATILITY = np.linspace(0.11, 0.34, 30)
MEAN = 0.03 + 0.16 * np.sqrt((VOLATILITY - 0.105) / 0.24)
ERROR = 0.35 * VOLATILITY
CURVE = Curve(VOLATILITY, MEAN, MEAN - ERROR, MEAN + ERROR)
NOTHING = Curve((), ())
NOW = Spot("You now", 0.21, 0.09, -0.02, 0.20)
PROPOSAL = Spot("Proposal", 0.15, 0.088, 0.01, 0.166)
KEY = "90% range of the expected return."


def assets(number: int) -> list[Spot]:
    rng = np.random.default_rng(3)
    volatilities, means = rng.uniform(0.13, 0.5, number), rng.normal(0.08, 0.06, number)
    return [
        Spot(f"A{k}", float(volatility), float(mean))
        for k, (volatility, mean) in enumerate(zip(volatilities, means, strict=True))
    ]


def compose(
    curve: Curve = CURVE,
    *,
    now: Spot | None = NOW,
    proposals: tuple[Spot, ...] = (PROPOSAL,),
    assets: list[Spot] | tuple[Spot, ...] = (),
) -> Figure:
    figure = frontier.compose(
        curve, now=now, proposals=proposals, assets=assets, title="The title", subtitle="5 years"
    )
    check_legible(figure)
    return figure


def test_the_portfolios_are_named_in_the_picture_and_told_below() -> None:
    shown = words(compose())
    assert shown.count("You now") == shown.count("Proposal") == 2
    below = shown.index("most return for each risk")
    assert shown[below + 1 :] == [
        "You now",
        "volatility 21% · expected return 9% (−2% to 20%)",
        "Proposal",
        "volatility 15% · expected return 8.8% (1% to 17%)",
        "Blue ground and upright lines:",
        KEY,
    ]


def test_points_intervals_and_band_are_to_scale() -> None:
    figure = compose()
    (curve, *_) = lines(figure, theme.LIKELY)
    x, y = curve.get_xdata(), curve.get_ydata()
    across = (x[-1] - x[0]) / (VOLATILITY[-1] - VOLATILITY[0])
    up = (y[-1] - y[0]) / (MEAN[-1] - MEAN[0])
    diamond = patches(figure, candidates.PROPOSED[0])[0].get_xy()
    assert diamond[1][1] == pytest.approx(y[0] + up * (PROPOSAL.mean - MEAN[0]))
    assert diamond[0][0] == pytest.approx(x[0] + across * (PROPOSAL.volatility - VOLATILITY[0]))
    rising = [
        line for line in lines(figure, theme.INK) if line.get_xdata()[0] == line.get_xdata()[1]
    ]
    heights = [abs(line.get_ydata()[1] - line.get_ydata()[0]) / -up for line in rising]
    assert heights == pytest.approx([0.22, 0.156])
    (band,) = patches(figure, theme.BAND)
    corners = band.get_xy()
    assert corners[0][1] == pytest.approx(y[0] - up * ERROR[0])


def test_a_name_that_has_no_room_beside_its_mark_stands_at_the_end_of_its_line() -> None:
    around = [Spot("", 0.21 + 0.01 * side, 0.09) for side in (-2, -1, 1, 2)]
    figure = compose(proposals=(), assets=around)
    (line, *_) = lines(figure, theme.INK)
    (name,) = (
        text.get_position()
        for text in figure.axes[0].texts
        if text.get_text() == "You now" and text.get_horizontalalignment() == "center"
    )
    assert 0 < min(line.get_ydata()) - name[1] < 60
    assert name[0] == pytest.approx(line.get_xdata()[0])


def test_without_intervals_neither_band_nor_lines() -> None:
    figure = compose(
        Curve(VOLATILITY, MEAN), now=replace(NOW, low=math.nan), proposals=(Spot("P", 0.2, 0.1),)
    )
    assert not patches(figure, theme.BAND)
    assert not lines(figure, theme.INK)
    assert KEY not in " ".join(words(figure))
    only_band = " ".join(words(compose(now=None, proposals=())))
    assert f"Blue ground: {KEY}" in only_band


def test_a_frontier_in_any_order() -> None:
    turned = Curve(VOLATILITY[::-1], MEAN[::-1])
    for curve in (turned, Curve(VOLATILITY, MEAN)):
        (line, *_) = lines(compose(curve), theme.LIKELY)
        assert np.all(np.diff(line.get_xdata()) > 0)


def test_of_sixty_assets_the_first_are_named_first_and_none_on_another() -> None:
    figure = compose(assets=assets(60))
    shown = [word for word in words(figure) if word[0] == "A"]
    assert 5 <= len(shown) <= frontier.LABELLED
    assert {int(word[1:]) for word in shown} <= set(range(frontier.LABELLED))
    dots = [
        one
        for one in figure.axes[0].lines
        if one.get_marker() == "o" and one.get_markerfacecolor() == candidates.NOW
    ]
    assert len(dots) == 60 + 1  # and one in the legend


def test_few_assets_are_all_named() -> None:
    shown = words(compose(assets=assets(6)))
    assert {f"A{k}" for k in range(6)} <= set(shown)


def test_an_asset_far_off_is_left_out_and_named() -> None:
    near = compose(assets=assets(6))
    figure = compose(assets=[*assets(6), Spot("GME", 3.2, -0.4)])
    assert words(figure)[-2:] == ["Off the picture:", "GME (320%,\u00a0−40%)"]
    (line, *_), (other, *_) = lines(near, theme.LIKELY), lines(figure, theme.LIKELY)
    assert line.get_xdata().tolist() == other.get_xdata().tolist()


def test_a_huge_interval_goes_on_outside_the_picture() -> None:
    figure = compose(now=replace(NOW, low=-5.0, high=9.0))
    (line, *_) = lines(figure, theme.LIKELY)
    assert max(line.get_ydata()) - min(line.get_ydata()) > 0.15 * frontier.HEIGHT
    caps = [one for one in lines(figure, theme.INK) if one.get_ydata()[0] == one.get_ydata()[1]]
    assert len(caps) == 2  # of the proposal


def test_what_has_no_numbers_is_left_out() -> None:
    bad = [Spot("B1", math.nan, 0.1), Spot("B2", -0.1, 0.1), Spot("B3", 0.2, math.inf)]
    figure = compose(
        Curve([0.1, math.nan, 0.3], [0.05, 0.1, 0.15]), proposals=tuple(bad), assets=bad
    )
    assert not [word for word in words(figure) if word[0] == "B"]
    (line, *_) = lines(figure, theme.LIKELY)
    assert len(line.get_xdata()) == 2


def test_a_proposal_keeps_its_shape_where_one_before_it_has_no_numbers() -> None:
    figure = compose(proposals=(Spot("Bad", math.nan, math.nan), PROPOSAL))
    assert not patches(figure, candidates.PROPOSED[0])
    assert len(patches(figure, candidates.PROPOSED[1])) == 2


def test_one_asset_and_nothing_else() -> None:
    shown = words(compose(NOTHING, now=None, proposals=(), assets=[Spot("AAPL", 0.2, 0.1)]))
    assert "AAPL" in shown
    assert "20%" in shown


def test_nothing_to_show() -> None:
    shown = words(compose(NOTHING, now=None, proposals=()))
    assert shown[2:] == ["No portfolio to show yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    long = "A proposal with a name that is really much too long for a phone, number"
    spots = [replace(PROPOSAL, name=f"{long} {k}", volatility=0.13 + k / 50) for k in range(5)]
    for number in (0, 1, 60):
        png = frontier.draw(
            CURVE,
            now=replace(NOW, name=long),
            proposals=spots,
            assets=assets(number),
            title="T " * 60,
            subtitle="S " * 99,
        )
        check_picture(png, highest=2500)


numbers = st.floats() | st.floats(0, 0.5) | st.floats(0.1, 0.12)
spots = st.builds(Spot, st.text(max_size=60), numbers, numbers, numbers, numbers)
curves = st.integers(0, 6).flatmap(
    lambda n: st.builds(Curve, *(st.lists(numbers, min_size=n, max_size=n) for _ in range(4)))
)


@settings(max_examples=40, deadline=None)
@given(curves, st.none() | spots, st.lists(spots, max_size=4), st.lists(spots, max_size=9))
def test_anything_can_be_read(
    curve: Curve, now: Spot | None, proposals: list[Spot], many: list[Spot]
) -> None:
    compose(curve, now=now, proposals=tuple(proposals), assets=many)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.builds(
            Spot,
            st.sampled_from(["AAPL", "Vanguard FTSE All-World"]),
            st.floats(0.1, 0.4),
            st.floats(-0.1, 0.3),
        ),
        min_size=20,
        max_size=60,
    )
)
def test_many_assets_can_be_read(many: list[Spot]) -> None:
    compose(assets=many)


def test_the_calmest_portfolio_has_its_name_in_the_picture() -> None:
    """Its upright line stands close beside that of the present one, as in the demo."""
    volatility = np.linspace(0.216, 0.565, 25)
    mean = 0.16 + 0.17 * (volatility - 0.216) ** 0.5
    curve = Curve(volatility, mean, mean - 0.6 * volatility, mean + 0.6 * volatility)
    now = Spot("You now", 0.252, 0.16, 0.019, 0.29)
    calm = Spot("Proposed", 0.216, 0.16, 0.026, 0.29)
    near = [Spot("PFE", 0.265, 0.155), Spot("HD", 0.29, 0.16), Spot("AAPL", 0.336, 0.19)]
    shown = words(compose(curve, now=now, proposals=(calm,), assets=near))
    assert shown.count("Proposed") == shown.count("You now") == 2
