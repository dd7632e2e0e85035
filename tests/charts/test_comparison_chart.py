"""Proposals against the present portfolio, out of sample: growth, and year by year."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from charts import candidates, comparison, theme
from charts.comparison import Track
from charts.yearly import Difference
from tests.charts.figures import check_legible, check_picture, lines, patches, words

FIRST = date(2022, 1, 3)
YEARS = (
    Difference(2022, 0.061, 0.012, 0.11),
    Difference(2023, -0.034, -0.08, 0.012),
    Difference(2024, -0.092, -0.15, -0.03),
)
NOW = Track("You now", (10000.0, 9000.0, 12000.0))
NEW = Track("Proposal", (10000.0, 9500.0, 11000.0), YEARS, Difference(0, -0.004, -0.021, 0.013))


def compose(now: Track, *proposals: Track, apart: int = 300, currency: str = "EUR") -> Figure:
    many = max(len(one.values) for one in (now, *proposals))
    figure = comparison.compose(
        [FIRST + timedelta(days=apart * k) for k in range(many)],
        now,
        proposals,
        currency=currency,
        title="The title",
        subtitle="Unseen years",
    )
    check_legible(figure)
    return figure


def test_growth_and_every_year() -> None:
    shown = words(compose(NOW, NEW))
    assert [shown.index(one) for one in ("You now", "€12,000")] < [shown.index("Proposal")] * 2
    below = len(shown) - shown[::-1].index("Proposal") - 1
    assert shown[below:] == [
        "Proposal",
        "−0.4 points a year, 90% range −2.1 to +1.3",
        *("+10", "0", "−10"),
        *("2022", "2023", "2024"),
        *("+6.1", "−3.4", "−9.2"),
        *("better", "worse", "could be chance"),
        "Bars: return of a year minus that of what",
        "you hold, in points. Line: 90% range.",
    ]


def test_lines_and_bars_are_to_scale() -> None:
    figure = compose(NOW, NEW)
    now, new = (
        next(one for one in lines(figure, colour) if len(one.get_xdata()) == 3)
        for colour in (candidates.NOW, candidates.PROPOSED[0])
    )
    first, down, up = now.get_ydata()
    assert (down - first) / (up - first) == pytest.approx(-1 / 2)
    assert new.get_ydata()[0] == pytest.approx(first)
    better, worse = patches(figure, theme.GAIN)[0], patches(figure, theme.LOSS)[0]
    assert better.get_height() / worse.get_height() == pytest.approx(61 / 92)
    assert better.get_y() + better.get_height() == pytest.approx(worse.get_y())
    whiskers = [one for one in lines(figure, theme.INK) if one.get_xdata()[0] == one.get_xdata()[1]]
    lengths = [abs(one.get_ydata()[1] - one.get_ydata()[0]) for one in whiskers]
    assert lengths[0] / better.get_height() == pytest.approx(98 / 61)


def test_a_year_whose_interval_holds_zero_or_is_missing_is_grey() -> None:
    one = replace(NEW, yearly=[Difference(2022, 0.5), Difference(2023, 0.5, 0.6, -0.1)])
    figure = compose(NOW, one)
    assert not patches(figure, theme.GAIN)
    assert "better" not in words(figure)
    assert "could be chance" in words(figure)


def test_ends_that_meet_are_named_one_below_the_other() -> None:
    same = [replace(NOW, name=f"Proposal {k}") for k in range(3)]
    shown = words(compose(NOW, *same))
    assert shown.count("€12,000") == 4 + 1  # and at the left
    assert {"Proposal 0", "Proposal 1", "Proposal 2", "You now"} <= set(shown)


def heights(figure: Figure, *names: str) -> list[float]:
    found = {text.get_text(): text.get_position()[1] for text in figure.axes[0].texts}
    return [found[name] for name in names]


def test_names_stand_at_the_ends_of_their_lines_and_never_below_the_field() -> None:
    figure = compose(NOW, Track("Alone", (10000.0, 11000.0, 20000.0)))
    (line, *_) = (one for one in lines(figure, candidates.NOW) if len(one.get_xdata()) == 3)
    name, value = heights(figure, "You now", "€12,000")
    assert (name + value) / 2 == pytest.approx(line.get_ydata()[-1], abs=1)
    low = [Track(f"P{k}", (10000.0, 11000.0, 5000.0 - k)) for k in range(3)]
    figure = compose(replace(NOW, values=low[0].values), *low)
    down = heights(figure, "2022", "P2", "P1", "P0")
    assert down == sorted(down, reverse=True)


def test_a_narrow_bar_is_not_hidden_by_its_interval() -> None:
    many = [Difference(1995 + k, 0.03, 0.01, 0.05) for k in range(30)]
    figure = compose(NOW, replace(NEW, yearly=many))
    assert not lines(figure, theme.PAPER)
    assert lines(compose(NOW, NEW), theme.PAPER)


def test_three_proposals_each_with_its_panel_to_one_scale() -> None:
    wide = replace(NEW, name="Wide", yearly=[replace(YEARS[0], value=0.122)])
    figure = compose(NOW, NEW, wide, replace(NEW, name="Third"), replace(NEW, name="Fourth"))
    one, two, three, _ = patches(figure, theme.GAIN)
    assert two.get_height() / one.get_height() == pytest.approx(2)
    assert three.get_height() == pytest.approx(one.get_height())
    shown = words(figure)
    assert "Fourth" not in shown
    assert shown[-1] == "and 1 proposal more"


def test_of_many_years_some_are_told_and_the_latest_thirty_drawn() -> None:
    many = [Difference(1980 + k, 0.03, 0.01, 0.05) for k in range(45)]
    figure = compose(NOW, replace(NEW, yearly=many))
    assert len(patches(figure, theme.GAIN)) == 30 + 1  # and one in the legend
    below = [word for word in words(figure) if word in {str(1980 + k) for k in range(45)}]
    assert below[-5:] == ["2000", "2005", "2010", "2015", "2020"]


def test_a_year_that_is_missing_leaves_its_place_empty() -> None:
    figure = compose(NOW, replace(NEW, yearly=[YEARS[0], YEARS[2]]))
    assert "2023" in words(figure)
    assert "−3.4" not in words(figure)


def test_a_year_far_off_leaves_room_for_the_rest() -> None:
    many = [replace(YEARS[0], year=2010 + k) for k in range(5)]
    figure = compose(NOW, replace(NEW, yearly=[*many, Difference(2015, -50.0, -90.0, -9.0)]))
    heights = [one.get_height() for one in patches(figure, theme.GAIN)]
    assert min(heights[:-1]) > 15
    assert patches(figure, theme.LOSS)[0].get_height() < comparison.HEIGHT / 2
    far = compose(NOW, replace(NEW, difference=Difference(0, -50.0, math.nan, 9.0)))
    assert "below −999 points a year" in words(far)


def test_a_line_is_broken_where_nothing_is_known() -> None:
    holes = replace(NEW, values=(1.0, math.nan, 2.0, 3.0, math.inf), yearly=(), difference=None)
    figure = compose(replace(NOW, values=(1.0,) * 5), holes)
    drawn = [len(one.get_xdata()) for one in lines(figure, candidates.PROPOSED[0])]
    assert drawn == [1, 2, 2]  # the last leads to the name
    assert "€3" in words(figure)


def test_one_without_values_is_said() -> None:
    figure = compose(NOW, Track("Gone", (math.nan,) * 3))
    assert words(figure)[-2:] == ["Without values:", "Gone"]


def test_nothing_tested() -> None:
    assert words(compose(Track("You now", ())))[2:] == ["Nothing was tested yet."]


def test_the_picture_has_the_size_and_weight_of_a_chat_picture() -> None:
    values = [1e4 * math.exp(0.3 * math.sin(k / 90) + 0.03 * math.sin(k)) for k in range(8000)]
    years = [Difference(1994 + k, 0.05 * math.sin(k), -0.04, 0.06) for k in range(30)]
    long = "A proposal with a name that is really much too long for a phone, number"
    tracks = [Track(f"{long} {k}", values[k:] + values[:k], years, years[0]) for k in range(5)]
    days = [FIRST + timedelta(days=k) for k in range(8000)]
    for number in (0, 1, 5):
        png = comparison.draw(
            days,
            replace(tracks[0], name=long),
            tracks[:number],
            currency="SEK",
            title="T " * 60,
            subtitle="S " * 99,
        )
        check_picture(png, highest=2900)


values = st.floats() | st.floats(0, 1e5)
points = st.floats() | st.floats(-0.3, 0.3)
differences = st.builds(Difference, st.integers(1900, 2100), points, points, points)
yearly = st.lists(differences, max_size=40, unique_by=lambda one: one.year)


def tracks(length: int) -> st.SearchStrategy[Track]:
    money = st.lists(values, min_size=length, max_size=length)
    return st.builds(Track, st.text(max_size=80), money, yearly, st.none() | differences)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 8).flatmap(lambda n: st.tuples(tracks(n), st.lists(tracks(n), max_size=4))),
    st.sampled_from([0, 1, 30, 400, 9000]),
)
def test_anything_can_be_read(many: tuple[Track, list[Track]], apart: int) -> None:
    compose(many[0], *many[1], apart=apart, currency="CHF")
