"""What of a file goes into the books: once, in its currency, whole lines, and nothing unbought."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.actions.backtesting import sheets
from conversations.actions.files.admitting import Quotes
from conversations.actions.files.file_kinds import LARGEST, NotText, TooBig, decode, read_text
from conversations.actions.files.importing import Preview, Reader, preview
from engine.delimited import FORMULA, escape_formula, unescape_formula
from engine.ledger import Kind, LotMethod, Trade, book
from storage.records import PortfolioRecord
from tests.engine.broker_files.excerpts import EXCERPTS

NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)
MINE = PortfolioRecord(UUID(int=1), UUID(int=2), "mine", False, "USD", LotMethod.FIFO, False, 0)
LISTED = {"AAPL": "USD", "KO": "USD", "SAP.DE": "EUR", "BRK-B": "USD", "VOD.L": "GBP"}
HEAD = "time,symbol,side,quantity,price,fee,currency\n"


def read(text: str, recorded: list[Trade] | None = None, *, home: str = "USD") -> Preview:
    reader = Reader(Quotes(LISTED, {}, home))
    return preview(text.encode(), recorded or [], MINE, reader, NOW)


def content(trades: list[Trade]) -> list[tuple[object, ...]]:
    return [(t.at, t.kind, t.symbol, t.quantity, t.price, t.fee, t.planned, t.note) for t in trades]


moments = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants it plain
    max_value=datetime(2020, 1, 9),  # noqa: DTZ001
    timezones=st.just(UTC),
)
lines = st.tuples(
    moments.map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(["AAPL", "KO"]),
    st.integers(min_value=1, max_value=3),
    st.sampled_from(["10", "10.25"]),
)


def file_of(rows: list[tuple[datetime, str, int, str]]) -> str:
    return HEAD + "".join(
        f"{at.isoformat()},{symbol},buy,{quantity},{price},0,USD\n"
        for at, symbol, quantity, price in rows
    )


@settings(max_examples=100)
@given(st.lists(lines, max_size=12), st.lists(lines, max_size=6), st.randoms(use_true_random=False))
def test_importing_is_idempotent(
    first: list[tuple[datetime, str, int, str]],
    more: list[tuple[datetime, str, int, str]],
    chance: random.Random,
) -> None:
    """M10: the same file, a shuffled one and an overlapping one add only what is new."""
    recorded = list(read(file_of(first)).new)
    assert len(recorded) == len(first)  # true twins are kept
    assert read(file_of(first), recorded).new == ()
    shuffled = [*first]
    chance.shuffle(shuffled)
    assert read(file_of(shuffled), recorded).new == ()
    both = [*first, *more]
    chance.shuffle(both)
    seen = read(file_of(both), recorded)
    assert (len(seen.new), seen.known) == (len(more), len(first))
    half = [*first[len(first) // 2 :], *more]
    seen = read(file_of(half), recorded)
    fresh = [*recorded, *seen.new]
    assert read(file_of(both), fresh).known == len(fresh)


def test_twins_of_one_day_are_kept_and_known_by_their_number() -> None:
    twin = "2020-01-02,AAPL,buy,1,10,0,USD\n"
    two = list(read(HEAD + twin * 2).new)
    assert len(two) == 2
    third = read(HEAD + twin * 3, two)
    assert (len(third.new), third.known) == (1, 2)


def test_a_sale_of_what_nobody_bought_is_left_out_and_the_rest_goes_in() -> None:
    seen = read(HEAD + "2020-01-02,AAPL,buy,1,10,0,\n2020-01-03,KO,sell,5,60,0,\n")
    assert [one.symbol for one in seen.new] == ["AAPL"]
    assert [(one.line, one.reason, one.text) for one in seen.unfit] == [
        (3, "sold_unbought", "5 KO, 0 held")
    ]


def test_on_one_day_a_purchase_may_stand_below_the_sale_of_it() -> None:
    seen = read(HEAD + "2020-01-02,AAPL,sell,1,11,0,\n2020-01-02,AAPL,buy,1,10,0,\n")
    assert [one.kind for one in seen.new] == [Kind.BUY, Kind.SELL]
    assert seen.unfit == ()


def test_a_line_goes_in_whole_or_not_at_all() -> None:
    text = (
        "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,"
        "Price at Transaction,Subtotal,Total,Fees and/or Spread,Notes\n"
        "c2,2022-03-02 10:00:00 UTC,Convert,BTC,-0.005,EUR,€42000.00,-€210.00,-€209.00,€1.00,"
        "Converted 0.005 BTC to 104.5 XRP\n"
    )
    seen = read(text)
    assert seen.new == ()
    assert [one.line for one in seen.unfit] == [2]


def test_a_split_told_by_its_shares_becomes_a_ratio_and_is_known_again() -> None:
    head = EXCERPTS["robinhood"][0].partition("\n")[0] + "\n"
    text = head + "3/5/2021,,,AAPL,A,SPL,30,,\n" + "3/4/2021,,,AAPL,A,Buy,10,$100.00,($1000.00)\n"
    recorded = list(read(text).new)
    assert [(one.kind, one.quantity) for one in recorded] == [
        (Kind.BUY, Decimal(10)),
        (Kind.SPLIT, Decimal(4)),
    ]
    assert book(recorded).held("AAPL") == 40
    again = read(text, recorded)
    assert (again.new, again.known) == ((), 2)


def test_what_lies_ahead_is_no_trade_yet() -> None:
    seen = read(HEAD + "2027-01-02,AAPL,buy,1,10,0,USD\n")
    assert [one.reason for one in seen.unfit] == ["in_the_future"]


@pytest.mark.parametrize(
    ("symbol", "currency", "found"),
    [
        ("AAPL", "USD", "AAPL"),
        ("SAP", "EUR", "SAP.DE"),
        ("BRK.B", "USD", "BRK-B"),
        ("VOD", "GBP", "VOD.L"),
        ("ODDLY", "CHF", "ODDLY"),
        ("AAPL", "EUR", None),
    ],
)
def test_a_row_goes_to_the_listing_of_its_currency(
    symbol: str, currency: str, found: str | None
) -> None:
    seen = read(HEAD + f"2020-01-02,{symbol},buy,2,10,0,{currency}\n")
    assert [one.symbol for one in seen.new] == ([found] if found else [])
    if found is None:
        assert [one.reason for one in seen.left_out] == ["currency_differs"]
    else:
        assert seen.bought == {currency: Decimal(20)}
    assert dict(seen.currencies) == ({"ODDLY": "CHF"} if symbol == "ODDLY" else {})


def test_cash_in_another_currency_is_not_mixed_in() -> None:
    text = HEAD + "2020-01-02,,deposit,1,500,0,EUR\n"
    assert [one.reason for one in read(text).left_out] == ["cash_elsewhere"]
    assert [one.kind for one in read(text, home="EUR").new] == [Kind.DEPOSIT]


def zipped(files: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


ROW = b"2020-01-02,AAPL,buy,1,10,0,USD\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\xd0\xcf\x11\xe0....", "xls"),
        (zipped({"xl/workbook.xml": b"<x/>", "a": b""}), "xlsx"),
        (zipped({"a.csv": ROW, "b.csv": ROW}), "zip"),
        (b"PK\x03\x04 broken", "zip"),
        (b"\x89PNG\r\n", "picture"),
        (bytes(range(256)) * 20, ""),
    ],
)
def test_files_that_are_no_text_are_named(data: bytes, kind: str) -> None:
    with pytest.raises(NotText) as fact:
        read_text(data)
    assert fact.value.kind == kind


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (LARGEST + 1),
        HEAD.encode() + b"\n" * 50_001,
        HEAD.encode() + b"\r" * 50_001,
        zipped({"bomb.csv": b"0" * 20_000_000}),
        zipped({"dense.csv": b"0" * 4_000_000}),
    ],
    ids=["bytes", "lines", "old lines", "bomb", "dense bomb"],
)
def test_what_is_too_big_is_refused_before_it_is_read(data: bytes) -> None:
    with pytest.raises(TooBig):
        read_text(data)


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(zipped({"a.csv": random.Random(1).randbytes(6_000_000)}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")
    data[22:26] = (1000).to_bytes(4, "little")
    with pytest.raises((TooBig, NotText)):
        read_text(bytes(data))


def test_an_archive_of_one_file_is_opened() -> None:
    assert decode(zipped({"folder/": b"", "folder/a.csv": ROW})) == ROW.decode()


@given(st.text(max_size=20))
def test_what_a_spreadsheet_would_run_is_quoted_and_comes_back(text: str) -> None:
    """H6, ASVS 1.2.10."""
    safe = escape_formula(text)
    assert safe[:1] not in FORMULA
    assert unescape_formula(safe) == text


notes = st.text(alphabet=st.sampled_from("=+-@\t'\" ab,;\né"), max_size=6).map(str.strip)
sizes = st.decimals(min_value="0.0000000001", max_value="99999", places=10)
dealt = st.builds(
    Trade,
    st.builds(uuid4),
    moments,
    st.just(Kind.BUY),
    st.sampled_from(["AAPL", "KO", "=X", "-A", "@B", "ODDLY", "A,B"]),
    sizes.map(lambda size: size + 1),  # a split must leave something
    sizes,
    st.just(Decimal(0)) | sizes,
    st.booleans(),
    notes,
)


@settings(max_examples=60)
@given(st.lists(dealt, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_an_export_is_imported_unchanged_to_the_last_digit(
    bought: list[Trade], chance: random.Random
) -> None:
    told: list[Trade] = []
    for one in sorted(bought, key=lambda trade: trade.at):
        later = one.at + timedelta(seconds=chance.randrange(3))
        cash = Trade(uuid4(), one.at, Kind.DEPOSIT, "", Decimal(1), one.price)
        fee = Trade(uuid4(), one.at, Kind.FEE, one.symbol, Decimal(1), one.price, note="=1+1")
        paid = Trade(uuid4(), later, Kind.DIVIDEND, one.symbol, one.quantity, one.price, one.fee)
        split = Trade(
            uuid4(),
            later,
            Kind.SPLIT,
            one.symbol,
            Decimal("0.3333333333"),
            Decimal(0),
            note=one.note,
        )
        told += [one, *chance.sample([cash, fee, paid, split], 2)]
    told.sort(key=lambda trade: trade.at)
    book(told)
    document = sheets.write_trades(told, lambda symbol: LISTED.get(symbol, "USD"), NOW.date())
    seen = preview(document.data, [], MINE, Reader(Quotes(LISTED, {}, "USD")), NOW)
    assert (seen.problems, seen.unfit, seen.left_out, seen.known) == ((), (), (), 0)
    assert content(list(seen.new)) == content(told)
    for row in csv.reader(io.StringIO(document.data.decode())):
        assert all(cell[:1] not in FORMULA for cell in row if cell)


def test_numbers_of_an_export_stay_numbers() -> None:
    trade = Trade(
        UUID(int=1), NOW, Kind.BUY, "=HYPERLINK(1)", Decimal("1E+3"), Decimal("1E-10"), note="@x"
    )
    row = sheets.write_trades([trade], lambda _: "USD", NOW.date()).data.decode().splitlines()[1]
    assert row == ("2026-11-18T15:00:00+00:00,'=HYPERLINK(1),buy,1000,0.0000000001,0,USD,,'@x")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2020-01-02,AAPL,buy,-1,10,0,USD", "quantity_negative"),
        ("2020-01-02,AAPL,buy,0,10,0,USD", "zero_quantity"),
        ("2020-01-02,AAPL,buy,-0,10,0,USD", "zero_quantity"),
        ("2020-01-02,AAPL,buy,1,0,0,USD", "price_not_positive"),
        ("2020-01-02,AAPL,buy,1e400,10,0,USD", "number_out_of_range"),
        ("2020-01-02,AAPL,buy,NaN,10,0,USD", "number_unreadable"),
        ("2020-01-02,AAPL,hold,1,10,0,USD", "side_unknown"),
        ("2020-01-02,,buy,1,10,0,USD", "symbol_missing"),
        ("2020-13-02,AAPL,buy,1,10,0,USD", "time_unreadable"),
        ("2020-01-02,AA\0PL,buy,1,10,0,USD", "nul_byte"),
        ("2020-01-02,AAPL,buy,1,,0,USD", "cell_empty"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_kept(row: str, reason: str) -> None:
    good = "2020-01-02,KO,buy,1,60,0,USD\n"
    seen = read(HEAD + good + row + "\n" + good)
    assert [(one.line, one.reason) for one in seen.problems] == [(3, reason)]
    assert len(seen.new) == 2


def test_a_file_of_several_investors_says_whose_it_holds() -> None:
    rows = "2020-01-02,KO,buy,1,60,a\n2020-01-03,KO,buy,1,60,b\n"
    assert read("time,symbol,side,quantity,price,investor\n" + rows).investors == ("a", "b")


def test_shares_named_by_isin_are_pointed_out() -> None:
    seen = read(HEAD + "2020-01-02,US0378331005,buy,1,60,0,USD\n")
    assert [(one.line, one.reason) for one in seen.remarks] == [(2, "named_by_isin")]
