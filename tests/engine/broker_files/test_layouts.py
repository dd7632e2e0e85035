"""Every layout: recognised by its header alone, each line read, left out or named with a reason."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.actions.files.file_kinds import decode
from engine.broker_files.layout import Entry
from engine.broker_files.reading import Reading, read_file
from engine.broker_files.registry import known
from engine.broker_files.sheet import headers, lines_of
from tests.engine.broker_files.excerpts import EXCERPTS

SAMPLES = Path(__file__).parents[4] / "shared" / "chat" / "broker_samples"
NAMES = sorted(EXCERPTS)

# Of each sample file: what its lines become, and the lines that are nothing for the books.
GOLDEN = {
    "binance_spot_trades": ("binance_spot", "sell SOL-USDT, buy BTC-EUR", ""),
    "binance_statement": ("binance_statement", "sell SOL-USDT, buy BTC-EUR", "8"),
    "coinbase": (
        "coinbase",
        "buy ETH-EUR, dividend ETH-EUR, sell BTC-EUR, buy XRP-EUR, sell ETH-EUR, buy BTC-EUR",
        "9",
    ),
    "degiro_account_en": (
        "degiro_account",
        "dividend US1912161007, fee US1912161007, buy US0378331005, fee ",
        "4 5",
    ),
    "degiro_transactions_en": ("degiro_transactions", "sell US88160R1014, buy US0378331005", ""),
    "etoro_activity": ("etoro", "deposit , dividend KO, sell TSLA, buy AAPL", ""),
    "etrade_2025": ("etrade", "dividend KO, sell TSLA, buy AAPL", "11"),
    "etrade_old": ("etrade_old", "dividend KO, sell TSLA, buy AAPL", ""),
    "fidelity_multi": ("fidelity_multi", "sell TSLA, buy AAPL", "6"),
    "fidelity_single": ("fidelity", "dividend KO, sell TSLA, buy AAPL", "7 10 11"),
    "generic": ("generic", "sell TSLA, buy AAPL", ""),
    "ibkr_activity": (
        "ibkr_activity", "buy BRK-B, fee KO, dividend KO, sell TSLA, buy AAPL", "9",
    ),
    "ibkr_flex_trades": ("ibkr_flex", "sell TSLA, buy AAPL", "4"),
    "robinhood_activity": (
        "robinhood", "split XYZ, deposit , dividend KO, sell TSLA, buy AAPL", "8 10",
    ),
    "schwab_transactions": (
        "schwab", "deposit , buy BND, dividend KO, sell TSLA, buy AAPL", "7",
    ),
    "trading212": (
        "trading212", "deposit , buy BRBY, dividend KO, sell TSLA, buy AAPL", "",
    ),
    "vanguard": ("vanguard", "dividend KO, sell TSLA, buy AAPL", "9"),
    "zerodha_tradebook": (
        "zerodha", "sell TCS.BO, buy RELIANCE.NS, buy RELIANCE.NS", "",
    ),
}  # fmt: skip


def told(entry: Entry) -> str:
    trade = entry.trade
    quantity, price, fee = (
        f"{one.normalize():f}" for one in (trade.quantity, trade.price, trade.fee)
    )
    symbol = f" {trade.symbol}" if trade.symbol else ""
    return f"{trade.kind} {quantity}{symbol} @ {price} {fee} {entry.currency}"


def plain(line: str) -> str:
    """Numbers without the zeros that say nothing: 5.00 is 5."""
    return " ".join(
        f"{Decimal(word).normalize():f}" if word.replace(".", "", 1).isdigit() else word
        for word in line.split(" ")
    )


def reasons(reading: Reading) -> tuple[dict[int, str], dict[int, str]]:
    return (
        {one.line: one.reason for one in reading.left_out},
        {one.line: one.reason for one in reading.problems},
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_excerpt_is_read_as_a_person_would(name: str) -> None:
    text, entries, left_out, failed = EXCERPTS[name]
    reading = read_file(text)
    assert reading.layout == name
    assert [told(one) for one in reading.entries] == [plain(one) for one in entries]
    assert reasons(reading) == (left_out, failed)


def test_every_layout_has_an_excerpt() -> None:
    assert set(EXCERPTS) == set(known())
    assert len(known()) == 18


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_a_sample_file_is_read_whole(name: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the sample files of the research are not at hand")
    reading = read_file((SAMPLES / f"{name}.csv").read_text(encoding="utf-8"))
    layout, entries, left_out = GOLDEN[name]
    assert reading.layout == layout
    read = ", ".join(f"{one.trade.kind} {one.trade.symbol}" for one in reading.entries)
    assert read == entries
    assert " ".join(str(one.line) for one in reading.left_out) == left_out
    assert reading.problems == ()


def test_no_sample_file_is_forgotten() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the sample files of the research are not at hand")
    assert {path.stem for path in SAMPLES.glob("*.csv")} == set(GOLDEN)


def test_each_header_belongs_to_one_layout() -> None:
    for name, (text, *_) in EXCERPTS.items():
        found = set()
        for _, _, names in headers(lines_of(text)):
            for layout in known().values():
                if any(one.fits(layout.ours(names)) for one in layout.signatures):
                    found.add(layout.name)
        assert found == ({name} if name != "generic" else set())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_endings_change_nothing(name: str, encoding: str, ending: str) -> None:
    text = EXCERPTS[name][0].removeprefix("\ufeff")
    data = text.replace("\n", ending).encode(encoding)
    assert read_file(decode(data)) == read_file(text)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12)
@given(data=st.data())
def test_damage_to_a_line_is_named_and_costs_no_other(name: str, data: st.DataObject) -> None:
    """Whatever a cell becomes, nothing crashes, and lines far from it are read as before."""
    text = EXCERPTS[name][0]
    lines = text.split("\n")
    header = max(
        n for n, line in enumerate(lines) if line.count(",") + line.count(";") > 4 and n < 60
    )
    at = data.draw(st.integers(min_value=1, max_value=header))
    cells = lines[at].split(",")
    which = data.draw(st.integers(min_value=0, max_value=len(cells) - 1))
    cells[which] = data.draw(
        st.sampled_from(["", "NaN", "1e400", "-0", "=cmd()", '"', "\0", "99999999999999", "ü"])
        | st.text(max_size=8)
    )
    damaged = read_file("\n".join([*lines[:at], ",".join(cells), *lines[at + 1 :]]))
    for one in damaged.entries:
        assert one.trade.quantity > 0
        assert one.trade.price >= 0
        assert one.trade.fee >= 0


@given(st.text(max_size=400))
def test_no_text_is_too_strange(text: str) -> None:
    read_file(text)
    read_file(EXCERPTS["robinhood"][0] + text)
    read_file("date,symbol,side,quantity,price\n" + text)


def test_an_amount_that_lost_its_quotes_is_mended() -> None:
    head = EXCERPTS["robinhood"][0].split("\n")[0]
    reading = read_file(f"{head}\n3/8/2021,3/8/2021,3/9/2021,MSFT,M,Sell,7,$224.99,$1,574.93\n")
    assert [told(one) for one in reading.entries] == ["sell 7 MSFT @ 224.99 0 USD"]


def test_an_amount_that_does_not_add_up_is_a_bad_line() -> None:
    head = EXCERPTS["schwab"][0].split("\n")[1]
    reading = read_file(f'{head}\n"04/01/2021","Sell","F","FORD","100","$12.00","","$9.97",\n')
    assert reading.entries == ()
    assert [(one.line, one.reason) for one in reading.problems] == [(2, "amount_differs")]


def test_splits_of_the_kind_that_brokers_tell_by_shares_carry_them() -> None:
    (split,) = [one for one in read_file(EXCERPTS["robinhood"][0]).entries if one.extra]
    assert (split.trade.symbol, split.extra) == ("MSFT", Decimal(7))
