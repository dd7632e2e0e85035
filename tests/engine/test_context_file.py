"""Scores and countries from text: what cannot be read is named, the rest is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.context_file import read_countries, read_scores


def test_scores_become_a_panel_of_days() -> None:
    read = read_scores(
        "date;ticker;score\n2024-01-03T23:30;b;0,5\n2024-01-02;a;1\n2024-01-03T01:00;B;0,25\n",
        lowest=-1,
        highest=1,
    )
    assert read.problems == ()
    assert read.panel is not None
    assert read.panel.symbols == ("A", "B")
    assert [str(day) for day in read.panel.days] == ["2024-01-02", "2024-01-03"]
    np.testing.assert_array_equal(read.panel.values, [[1, np.nan], [np.nan, 0.375]])


def test_days_without_news_had_none() -> None:
    text = "time,symbol,score\n2024-01-02,A,-2\n2024-01-03,B,3\n"
    read = read_scores(text, lowest=-np.inf, highest=np.inf, otherwise=0.0)
    assert read.panel is not None
    assert read.panel.values.tolist() == [[-2, 0], [0, 3]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2024-01-02,A,1.5", "score_out_of_range"),
        ("2024-01-02,A,-0.1", "score_out_of_range"),
        ("2024-01-02,A,", "number_missing"),
        ("2024-01-02,A", "fields_missing"),
        ("soon,A,1", "time_unreadable"),
        ("2024-01-02,,1", "symbol_missing"),
        ("2024-01-02,A,nan", "number_unreadable"),
    ],
)
def test_lines_that_cannot_be_read_are_named(line: str, reason: str) -> None:
    read = read_scores(f"time,symbol,score\n2024-01-02,A,1\n{line}\n", lowest=0, highest=1)
    assert read.panel is not None
    assert [(one.line, one.reason) for one in read.problems] == [(3, reason)]


def test_a_file_without_the_columns_is_no_panel() -> None:
    read = read_scores("a,b\n1,2\n", lowest=0, highest=1)
    assert read.panel is None
    assert read.problems[0].reason == "columns_missing"
    assert read_countries("a,b\n1,2\n").problems[0].reason == "columns_missing"


def test_countries_by_symbol() -> None:
    read = read_countries("symbol,country\nsap,de\nKO,US\nko,US\nKO,DE\nX,Germany\nY\n")
    assert read.countries == {"SAP": "DE", "KO": "DE"}
    assert [(one.line, one.reason) for one in read.problems] == [
        (5, "duplicate_row"),
        (6, "country_unreadable"),
        (7, "fields_missing"),
    ]


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    read_scores(text, lowest=0, highest=1)
    read_countries(text)
    read_scores(f"time,symbol,score\n{text}", lowest=0, highest=1)
    read_countries(f"symbol,country\n{text}")
