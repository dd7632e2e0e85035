"""Weights as text: with symbols in rows or in columns, of one day or of many."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.weights_file import read_weights


def test_symbols_in_rows() -> None:
    read = read_weights("Symbol;Weight\naapl;0,5\nMSFT;25%\n\nCASH;0,25\n")
    assert read.fixed == {"AAPL": 0.5, "MSFT": 0.25, "CASH": 0.25}
    assert not read.dated
    assert not read.problems


def test_symbols_in_columns_and_days_in_rows_are_put_in_order() -> None:
    read = read_weights("date,AAPL,msft\n2020-01-02,0.2,0.8\n2015-06-01,100%,0\n")
    assert list(read.dated.items()) == [
        (date(2015, 6, 1), {"AAPL": 1.0, "MSFT": 0.0}),
        (date(2020, 1, 2), {"AAPL": 0.2, "MSFT": 0.8}),
    ]
    assert not read.fixed


def test_days_and_symbols_in_rows() -> None:
    text = "symbol,since,weight\nAAPL,2015-06-01,1\nAAPL,2020-01-02,0.2\nMSFT,2020-01-02,0.8\n"
    assert read_weights(text).dated == {
        date(2015, 6, 1): {"AAPL": 1.0},
        date(2020, 1, 2): {"AAPL": 0.2, "MSFT": 0.8},
    }


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", [(1, "columns_missing")]),
        ("symbol,size\nAAPL,1\n", [(1, "columns_missing")]),
        ("date\n2020-01-01\n", [(1, "columns_missing")]),
        ("symbol,weight\nAAPL,-0.1\nMSFT,\n", [(2, "weight_negative"), (3, "number_missing")]),
        ("symbol,weight\nAAPL,0.1\n,1\n", [(3, "symbol_missing")]),
        ("symbol,weight\nAAPL,.5\naapl,.5\nKO\n", [(3, "duplicate_row"), (4, "fields_missing")]),
        ("date,AAPL\nsoon,1\n2020-01-01\n", [(2, "time_unreadable"), (3, "fields_missing")]),
        ("date,AAPL,MSFT\n2020-01-01,1,\n", [(2, "number_missing")]),
        ("date,AAPL\n2020-01-01,1\n2020-01-01,1\n", [(3, "duplicate_row")]),
    ],
)  # fmt: skip
def test_problems_name_their_lines(text: str, wrong: list[tuple[int, str]]) -> None:
    assert [(one.line, one.reason) for one in read_weights(text).problems] == wrong


@given(st.text(max_size=200))
def test_any_text_is_read_or_has_problems(text: str) -> None:
    read = read_weights("date,AAPL,KO\n" + text)
    assert all(weight >= 0.0 for row in read.dated.values() for weight in row.values())
    read_weights(text)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.floats(0.0, 1.0), min_size=1))
def test_what_is_written_is_read(weights: dict[str, float]) -> None:
    rows = [f"{symbol},{weight:.9f}" for symbol, weight in weights.items()]
    read = read_weights("\n".join(["ticker,allocation", *rows]))
    assert read.fixed == pytest.approx(weights, abs=1e-9)
    assert not read.problems
