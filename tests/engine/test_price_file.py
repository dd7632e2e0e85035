"""Price files: daily bars, bars out of prices within the day, and every bad line named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.price_file import read_prices
from engine.prices import Bar

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "data"


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.reason, one.text) for one in read_prices(text).problems]


def test_daily_bars() -> None:
    file = read_prices(
        "time,symbol,open,high,low,close,volume\n"
        "2024-03-06,AAPL,171,173,170,172,1000\n"
        "2024-03-05,AAPL,170,172,169,171,900\n"
        "2024-03-06,MSFT,,,,400,\n"
    )
    assert file.problems == ()
    assert file.quotes is None
    assert file.prices.bar("AAPL", date(2024, 3, 6)) == Bar(
        date(2024, 3, 6), 172, 171, 173, 170, 1000
    )
    assert file.prices.bar("MSFT", date(2024, 3, 6)) == Bar(date(2024, 3, 6), 400)
    assert file.prices.bar("MSFT", date(2024, 3, 5)) is None


def test_closes_alone_say_nothing_about_the_range() -> None:
    file = read_prices("date,ticker,close\n2024-03-05,AAPL,171\n")
    assert file.prices.bar("AAPL", date(2024, 3, 5)) == Bar(date(2024, 3, 5), 171)


def test_prices_within_the_day_become_bars_and_quotes() -> None:
    file = read_prices(
        "asset,datetime,price\n"
        "A,2024-03-05 10:00:00,5\n"
        "A,2024-03-05 09:00:00,4\n"
        "A,2024-03-05 17:00:00,4.5\n"
        "A,2024-03-06 09:00:00,9\n"
    )
    assert file.prices.bar("A", date(2024, 3, 5)) == Bar(date(2024, 3, 5), 4.5, 4, 5, 4)
    assert file.quotes is not None
    moments = np.array(
        [
            datetime(2024, 3, day, hour, tzinfo=UTC).timestamp()
            for day, hour in ((5, 8), (5, 9), (5, 12), (5, 23), (6, 8), (6, 10))
        ]
    )
    got = file.quotes.at("A", moments)
    assert np.array_equal(got, [np.nan, 4, 5, 4.5, np.nan, 9], equal_nan=True)
    early = file.quotes.until(date(2024, 3, 5)).at("A", moments)
    assert np.isnan(early[-1])
    assert np.isnan(file.quotes.at("B", moments)).all()
    assert np.isnan(file.quotes.until(date(2024, 3, 1)).at("A", moments)).all()


@pytest.mark.parametrize(
    ("line", "reason", "shown"),
    [
        ("2024-03-05,A,0", "price_not_positive", "0"),
        ("2024-03-05,A,-1", "price_not_positive", "-1"),
        ("2024-03-05,A,nan", "number_unreadable", "nan"),
        ("2024-03-05,A,inf", "number_unreadable", "inf"),
        ("2024-03-05,A,1e400", "number_out_of_range", "1e400"),
        ("2024-03-05,A,1e308", "number_out_of_range", "1e308"),
        ("2024-03-05,A,1e-320", "number_out_of_range", "1e-320"),
        ("2024-03-05,A,1_0", "number_unreadable", "1_0"),
        ("2024-03-05,A,", "number_missing", ""),
        ('2024-03-05,A,"1,234"', "number_ambiguous", "1,234"),
        ("2024-03-05,A", "fields_missing", "2024-03-05,A"),
        ("5.3.2024,A,1", "time_unreadable", "5.3.2024"),
        ("2024-03-05,,1", "symbol_missing", ""),
        ("2024-03-05,A\0,1", "symbol_unreadable", "A\\x00"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(line: str, reason: str, shown: str) -> None:
    text = f"time,symbol,close\n2024-03-04,A,1\n{line}\n2024-03-06,A,2\n"
    assert problems(text) == [(3, reason, shown)]
    assert read_prices(text).prices.close[:, 0].tolist() == [1, 2]


def test_of_two_rows_of_the_same_time_the_later_counts() -> None:
    text = "time,symbol,close\n2024-03-04,A,1\n2024-03-05,A,2\n2024-03-04,A,3\n"
    assert problems(text) == [(2, "duplicate_row", "A")]
    assert read_prices(text).prices.close[:, 0].tolist() == [3, 2]


def test_missing_columns_and_empty_files() -> None:
    assert problems("time,close\n2024-03-05,1\n") == [(1, "columns_missing", "symbol")]
    assert problems("") == [(1, "columns_missing", "time, symbol, close")]
    assert read_prices("time,symbol,close\n").prices.symbols == ()
    assert len(read_prices("time,symbol,close\nx,y,z\n").problems) == 1


def test_decimal_commas() -> None:
    file = read_prices("time;symbol;close\n2024-03-05;A;17,5\n2024-03-06;A;1.234\n")
    assert file.prices.close[:, 0].tolist() == [17.5]
    assert [(p.line, p.reason) for p in file.problems] == [(3, "number_ambiguous")]


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    read_prices(text)
    read_prices("time,symbol,close\n" + text)


def test_the_real_prices() -> None:
    if not SHARED.is_dir():
        pytest.skip("the data of the five real investors is not at hand")
    file = read_prices((SHARED / "investors_marketprices.csv").read_text(encoding="utf-8"))
    assert file.problems == ()
    assert len(file.prices.symbols) == 209
    bar = file.prices.bar("3BAL", date(2017, 10, 25))
    assert bar is not None
    assert bar.open == 42.75
