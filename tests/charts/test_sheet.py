"""Text is measured before it is set: it fits, on one line or on several, whatever it is."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from charts import theme
from charts.sheet import Sheet, legible, shorten, width, wrap
from tests.charts.figures import check_legible, words


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
    assert shorten("General Electric Company", 480, theme.BODY) == "General Electric…"
    assert shorten("GeneralElectricCompany", 360, theme.BODY).startswith("GeneralEl")
    assert shorten("short", 400, theme.BODY) == "short"


def test_lines_may_have_different_room() -> None:
    lines = wrap("one two three four five six", [720, 200], theme.BODY)
    assert lines == ["one two three four five six"]
    lines = wrap("one two three four five six", [360, 200], theme.BODY)
    assert lines[0] == "one two three"
    assert lines[1].endswith("…")


def test_a_title_leaves_no_lonely_word_behind() -> None:
    first, second = words(Sheet("Switching without an edge: what came of it", "").finish())
    assert len(second) > len(first) / 2


def test_a_list_is_broken_between_words_but_not_within_brackets() -> None:
    page = Sheet("", "")
    page.listing("Not enough data:", [f"item {k} (12 of {k})" for k in range(12)])
    figure = page.finish()
    check_legible(figure)
    lead, *lines = words(figure)
    assert lead == "Not enough data:"
    starts = [text.get_position()[0] for text in figure.axes[0].texts[-len(lines) :]]
    assert starts[0] > page.left
    assert set(starts[1:]) == {page.left}
    assert len(lines) > 3
    assert all(line.count("(") == line.count(")") for line in lines)
    assert " ".join(lines).replace("\u00a0", " ").endswith("item 11 (12 of 11)")


@given(st.lists(st.text(max_size=60), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_any_list_stays_on_the_page(items: list[str]) -> None:
    page = Sheet("T", "S")
    page.listing("Not seen:", items)
    check_legible(page.finish())


@given(st.text(max_size=200), st.floats(60, 1200), st.booleans())
def test_no_line_is_wider_than_its_room(text: str, room: float, bold: bool) -> None:
    lines = wrap(text, [room, room / 2 + 30], theme.SMALL, bold=bold)
    assert len(lines) <= 2
    for line, most in zip(lines, [room, room / 2 + 30], strict=False):
        assert width(line, theme.SMALL, bold=bold) <= most
