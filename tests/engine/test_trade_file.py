"""Trade files: good lines kept, every bad one named with its line, nothing guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.delimited import Unreadable, read_number
from engine.ledger import Kind
from engine.trade_file import TradeFile, read_trades

HEADER = "time,symbol,side,quantity,price\n"
SHARED = Path(__file__).parents[3] / "shared" / "domain" / "data"


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.reason, one.text) for one in read_trades(text).problems]


def only(file: TradeFile) -> list[tuple[str, str, str, str]]:
    (trades,) = file.by_investor.values()
    return [(t.kind.value, str(t.quantity), t.symbol, str(t.price)) for t in trades]


def test_a_plain_file() -> None:
    file = read_trades(
        "time,symbol,side,quantity,price,fee,note\n"
        "2024-03-05 15:30:00,AAPL,buy,10,170.25,1.5,hello\n"
        "2024-03-06T15:30:00+02:00,msft,S,2.5,400,,\n"
    )
    assert file.problems == ()
    bought, sold = file.by_investor[""]
    assert bought.at == datetime(2024, 3, 5, 15, 30, tzinfo=UTC)
    assert (bought.kind, bought.symbol, bought.quantity) == (Kind.BUY, "AAPL", Decimal(10))
    assert (bought.price, bought.fee) == (Decimal("170.25"), Decimal("1.5"))
    assert sold.at == datetime(2024, 3, 6, 13, 30, tzinfo=UTC)
    assert (sold.kind, sold.symbol, sold.quantity) == (Kind.SELL, "MSFT", Decimal("2.5"))
    assert sold.fee == 0


def test_synonyms_and_investors() -> None:
    file = read_trades(
        "investor,type,asset,quantity,price,datetime\n"
        "anna,B,3NGL,15000,0.254,2017-10-25 14:16:00\n"
        "bert,S,3NGL,1,0.3,2017-10-24\n"
        "anna,S,3NGL,5,0.3,2017-10-24 10:00\n"
    )
    assert set(file.by_investor) == {"anna", "bert"}
    assert [t.kind for t in file.by_investor["anna"]] == [Kind.SELL, Kind.BUY]  # in time order


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_delimiters_endings_and_byte_order_marks(delimiter: str, ending: str) -> None:
    lines = ["time,symbol,side,quantity,price", "2024-03-05,AAPL,buy,10,170.25", ""]
    text = "\ufeff" + ending.join(line.replace(",", delimiter) for line in lines)
    file = read_trades(text)
    assert file.problems == ()
    assert only(file) == [("buy", "10", "AAPL", "170.25")]


@pytest.mark.parametrize(
    ("line", "reason", "shown"),
    [
        ("2024-03-05,AAPL,buy,0,1", "zero_quantity", "0"),
        ("2024-03-05,AAPL,buy,-1,1", "quantity_negative", "-1"),
        ("2024-03-05,AAPL,buy,,1", "number_missing", ""),
        ("2024-03-05,AAPL,buy,NaN,1", "number_unreadable", "NaN"),
        ("2024-03-05,AAPL,buy,Infinity,1", "number_unreadable", "Infinity"),
        ("2024-03-05,AAPL,buy,1e400,1", "number_out_of_range", "1e400"),
        ("2024-03-05,AAPL,buy,1_0,1", "number_unreadable", "1_0"),
        ("2024-03-05,AAPL,buy,٣,1", "number_unreadable", "٣"),
        ("2024-03-05,AAPL,buy,1,0", "price_not_positive", "0"),
        ("2024-03-05,AAPL,buy,1,-3", "price_not_positive", "-3"),
        ("2024-03-05,AAPL,hold,1,3", "side_unknown", "hold"),
        ("2024-03-05,,buy,1,3", "symbol_missing", ""),
        (",AAPL,buy,1,3", "time_missing", ""),
        ("03/05/2024,AAPL,buy,1,3", "time_unreadable", "03/05/2024"),
        ("2024-02-30,AAPL,buy,1,3", "time_unreadable", "2024-02-30"),
        ("0001-01-01,AAPL,buy,1,3", "time_implausible", "0001-01-01"),
        ("9999-12-31T23:59:59-10:00,AAPL,buy,1,3", "time_unreadable", "9999-12-31T23:59:59-10:00"),
        ("2024-03-05,AAPL,buy,1", "fields_missing", "2024-03-05,AAPL,buy,1"),
        ("2024-03-05,AA\0PL,buy,1,3", "nul_byte", "AA\\x00PL"),
        ('2024-03-05,AAPL,buy,1,"1,234"', "number_ambiguous", "1,234"),
        ('2024-03-05,"AAPL,buy,1,3', "fields_missing", "2024-03-05,AAPL,buy,1,3"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(line: str, reason: str, shown: str) -> None:
    good = "2024-03-05,AAPL,buy,10,170.25\n"
    text = HEADER + good + line + "\n" + good
    assert problems(text) == [(3, reason, shown)]
    assert len(only(read_trades(text))) == 2


def test_missing_columns_and_empty_files() -> None:
    assert problems("time,symbol,price\n2024-03-05,A,1\n") == [
        (1, "columns_missing", "side, quantity")
    ]
    for empty in ("", "\n\n", "\ufeff", "\0", "no table at all"):
        assert [reason for _, reason, _ in problems(empty)] == ["columns_missing"]
        assert read_trades(empty).by_investor == {}
    assert read_trades(HEADER) == TradeFile({}, ())


def test_long_values_are_quoted_by_their_beginning() -> None:
    ((_, _, shown),) = problems(HEADER + f"{'9' * 500},A,buy,1,1\n")
    assert shown == "9" * 40 + "…"
    ((_, reason, _),) = problems(HEADER + f"2024-01-01,A,buy,{'9' * 500},1\n")
    assert reason == "number_unreadable"
    ((_, reason, _),) = problems(HEADER + f'2024-01-01,A,buy,"{"9" * 200_000},1\n')
    assert reason == "number_unreadable"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" 1.5 ", "1.5"),
        (".5", "0.5"),
        ("1,5", "1.5"),
        ("0,254", "0.254"),
        ("1234,5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234,567", "1234567"),
        ("2e-3", "0.002"),
    ],
)
def test_numbers_that_mean_one_thing(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,234", "12,345", "-1,000"])
def test_numbers_that_could_mean_two_things(text: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        read_number(text)
    assert wrong.value.reason == "number_ambiguous"


def test_a_dot_may_group_where_commas_are_decimal() -> None:
    text = (
        "time;symbol;side;quantity;price\n2024-03-05;A;buy;1.000;17,5\n2024-03-05;A;buy;3;17.25\n"
    )
    assert problems(text) == [(2, "number_ambiguous", "1.000")]
    assert only(read_trades(text)) == [("buy", "3", "A", "17.25")]
    plain = "time;symbol;side;quantity;price\n2024-03-05;A;buy;1.000;17.5\n"
    assert only(read_trades(plain)) == [("buy", "1.000", "A", "17.5")]


def test_the_same_content_gives_the_same_ids() -> None:
    line = "2024-03-05,AAPL,buy,10,170.25\n"
    first = [t.id for t in read_trades(HEADER + line + line).by_investor[""]]
    assert len(set(first)) == 2
    assert first == [t.id for t in read_trades(HEADER + line + line).by_investor[""]]
    other = read_trades(HEADER + "2024-03-05T00:00Z,aapl,B,10.0,170.250\n" + line)
    assert [t.id for t in other.by_investor[""]] == first  # the same trades, written otherwise
    assert read_trades(HEADER + line.replace("10", "11")).by_investor[""][0].id not in first


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    read_trades(text)
    file = read_trades(HEADER + text)
    lines = {one.line for one in file.problems}
    assert all(line >= 2 for line in lines)


def test_the_real_investors() -> None:
    if not SHARED.is_dir():
        pytest.skip("the data of the five real investors is not at hand")
    file = read_trades((SHARED / "investors_transactions.csv").read_text(encoding="utf-8"))
    assert {who: len(trades) for who, trades in file.by_investor.items()} == {
        "44382": 490,
        "46Z68": 482,
        "4Q17Z": 495,
        "62NQ8": 496,
        "743Q1": 490,
    }
    assert [p.reason for p in file.problems] == ["zero_quantity"] * 3
