"""Text is measured before it is set: it fits, on one line or on several, whatever it is."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from charts import theme
from charts.sheet import Sheet, legible, shorten, width, wrap
from tests.charts.figures import words


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["Wij", "Selling winners early", "1,234 → −5% · “fi” fl AV"])
def test_the_measured_width_is_the_drawn_one(text: str, bold: bool) -> None:
    page = Sheet("", "")
    page.text(page.left, 100, text, theme.BODY, bold=bold)
    figure = page.finish()
    drawn = figure.axes[0].texts[-1].get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert width(text, theme.BODY, bold=bold) >= drawn.width - 1
    assert width(text, theme.BODY, bold=bold) <= drawn.width * 1.06 + 3


def test_dollar_signs_are_prices_and_not_a_formula() -> None:
    page = Sheet("from $640 to $1,250_a^b", "")
    assert words(page.finish())[0] == "from $640 to $1,250_a^b"
    assert not page.figure.axes[0].texts[0].get_parse_math()


def test_what_the_font_lacks_is_replaced_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert legible("a\u65e5\u672c\nb\x00\ud800c\t€→−…") == "a\ufffd b  c €→−…"


def test_it_is_cut_between_words_where_there_are_any() -> None:
    assert shorten("General Electric Company", 400, theme.BODY) == "General Electric…"
    assert shorten("GeneralElectricCompany", 300, theme.BODY).startswith("GeneralEl")
    assert shorten("short", 400, theme.BODY) == "short"


def test_lines_may_have_different_room() -> None:
    lines = wrap("one two three four five six", [600, 180], theme.BODY)
    assert lines == ["one two three four five six"]
    lines = wrap("one two three four five six", [300, 180], theme.BODY)
    assert lines[0] == "one two three"
    assert lines[1].endswith("…")


def test_a_title_leaves_no_lonely_word_behind() -> None:
    first, second = words(Sheet("Switching without an edge: what came of it", "").finish())
    assert len(second) > len(first) / 2


@given(st.text(max_size=200), st.floats(60, 1200), st.booleans())
def test_no_line_is_wider_than_its_room(text: str, room: float, bold: bool) -> None:
    lines = wrap(text, [room, room / 2 + 30], theme.SMALL, bold=bold)
    assert len(lines) <= 2
    for line, most in zip(lines, [room, room / 2 + 30], strict=False):
        assert width(line, theme.SMALL, bold=bold) <= most
