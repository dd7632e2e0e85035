"""A file beside what was told in words: merged or kept, what was held before, numbers for names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from conversations.actions.files import importing, openings
from conversations.actions.files.admitting import Quotes
from conversations.actions.files.merging import Twins
from engine.ledger import Kind, Trade, book
from tests.conversations.talk import Talk
from tests.conversations.test_files import HEAD, trades
from tests.conversations.test_importing import MINE, NOW, read

TOLD = "bought 10 AAPL at 147.50 on 2022-12-01"
SAME = b"2022-12-02T15:30:12Z,AAPL,buy,10,147.20,1.25\n"
DEGIRO = (
    "Date,Time,Product,ISIN,Reference exchange,Venue,Quantity,Price,,Local value,,Value EUR,"
    "Exchange rate,AutoFX Fee,Transaction and/or third party fees EUR,Total EUR,Order ID,\n"
)


def bought(isin: str, name: str, order: str) -> str:
    return (
        f'17-11-2022,16:30,{name},{isin},NDQ,XNAS,10,"100,0000",USD,"-1000,00",USD,"-900,00",'
        f'"1,1111","0,00","-2,00","-902,00",{order},\n'
    )


async def told_of(talk: Talk) -> set[UUID]:
    """The trades that the journal tells of."""
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        assert person.portfolio is not None
        return set(await work.journal.entries(person.portfolio))


def content(told: list[Trade]) -> list[tuple[object, ...]]:
    return [(t.kind, t.symbol, t.quantity, t.price, t.fee, t.at) for t in told]


async def test_a_trade_told_and_read_is_one_merged_undone_and_known(talk: Talk) -> None:
    await talk.say(TOLD)
    await talk.press("Save")
    await talk.say("because of the news")
    before = await trades(talk)
    said = await told_of(talk)
    file = HEAD + SAME + b"2022-12-05,KO,buy,3,60,0\n"
    seen = await talk.drop("mine.csv", file)
    assert seen.text.splitlines()[-1] == (
        "1 of these looks like a trade you told me (e.g. #1): keep yours and take over the exact "
        "time, price and fee from the file, or are both real?"
    )
    assert seen.labels == ["Merge 1, add 1", "Keep both", "Cancel"]
    done = await talk.press("Merge")
    assert done.text == "✅ Imported 2 trades, 1 of them merged with yours, as one step."
    merged = await trades(talk)
    assert content(merged)[0] == (
        Kind.BUY, "AAPL", Decimal(10), Decimal("147.20"), Decimal("1.25"),
        datetime(2022, 12, 2, 15, 30, 12, tzinfo=UTC),
    )  # fmt: skip
    assert len(merged) == 2
    assert {before[0].id} == said
    assert {merged[0].id} == set(await told_of(talk))  # what was told moves along
    assert "all 2 trades" in (await talk.drop("mine.csv", file)).first
    await talk.press("Undo", on=done)
    assert await trades(talk) == before
    await talk.press("Restore")
    assert await trades(talk) == merged


async def test_both_real_are_two_trades_and_known_again(talk: Talk) -> None:
    await talk.say(TOLD)
    await talk.press("Save")
    await talk.drop("mine.csv", HEAD + SAME)
    assert (await talk.press("Keep both")).text == "✅ Imported 1 trade, as one step."
    assert [one.price for one in await trades(talk)] == [Decimal("147.5"), Decimal("147.2")]
    assert "I know the 1 trade" in (await talk.drop("mine.csv", HEAD + SAME)).first


def told(price: str, day: int, symbol: str = "AAPL") -> Trade:
    at = datetime(2020, 1, day, 21, tzinfo=UTC)
    return Trade(uuid4(), at, Kind.BUY, symbol, Decimal(10), Decimal(price), number=day)


def compare(text: str, mine: list[Trade], twins: Twins | None = None) -> importing.Preview:
    reader = importing.Reader(
        Quotes({"AAPL": "USD"}, {}, "USD"),
        told=frozenset(one.id for one in mine),
        twins=twins,
    )
    head = "time,symbol,side,quantity,price,fee,currency\n"
    return importing.preview((head + text).encode(), mine, MINE, reader, NOW)


def test_only_what_is_a_day_and_half_a_percent_apart_is_alike_and_each_counts_once() -> None:
    row = "2020-01-{day}T15:00:00Z,AAPL,buy,10,{price},1,USD\n"
    mine = [told("100", 10)]
    for day, price, alike in [("11", "100.5", 1), ("12", "100", 0), ("10", "100.51", 0)]:
        assert len(compare(row.format(day=day, price=price), mine).twins) == alike, (day, price)
    seen = compare(row.format(day="09", price="100") + row.format(day="10", price="100.1"), mine)
    assert [one is not None for one in seen.replaces] == [False, True]  # the nearest; twins stay
    assert len(compare(row.format(day="10", price="100.1"), mine, Twins.BOTH).twins) == 0


def test_what_the_books_cannot_move_stays_as_it_was_told() -> None:
    bought = told("100", 10)
    sold = Trade(
        uuid4(), datetime(2020, 1, 10, 22, tzinfo=UTC), Kind.SELL, "AAPL", Decimal(10),
        Decimal(110),
    )  # fmt: skip
    seen = compare("2020-01-11T15:00:00Z,AAPL,buy,10,100,1,USD\n", [bought, sold])
    assert (seen.new, [one.reason for one in seen.left_out]) == ((), ["told_before"])


def test_what_was_held_before_a_file_is_counted_in_shares_of_its_first_day() -> None:
    seen = read(
        "time,symbol,side,quantity,price,fee,currency\n2020-01-02,KO,buy,5,50,0,\n"
        "2020-01-03,AAPL,buy,1,10,0,\n2020-01-04,AAPL,split,2,0,0,\n"
        "2020-01-05,AAPL,sell,40,6,0,\n2020-01-06,AAPL,sell,2,6,0,\n"
    )
    (missing,) = seen.openings
    assert (missing.symbol, missing.quantity, missing.sales) == ("AAPL", Decimal(20), 1)
    assert missing.on == date(2020, 1, 1)
    opened = Trade(
        uuid4(), datetime(2020, 1, 1, 9, tzinfo=UTC), Kind.BUY, "AAPL", Decimal(20),
        Decimal(10),
    )  # fmt: skip
    assert book([opened, *seen.new]).held("AAPL") == 40


async def test_an_opening_position_is_asked_for_recorded_and_undone(talk: Talk) -> None:
    file = HEAD + b"2022-12-01,AAPL,sell,30,147,1\n2022-12-02,KO,buy,1,60,0\n"
    seen = await talk.drop("cut.csv", file)
    assert seen.text.splitlines()[1] == (
        "1 sale needs shares bought before this file begins: tell me the opening position (like "
        '"opening 30 AAPL at PRICE on 2022-11-30") and read it again, or leave this sale out.'
    )
    assert seen.labels == ["Import 1 new", "Read it again", "Show problems", "Cancel"]
    card = await talk.say("opening 30 AAPL at 120")  # the day before the file begins
    assert card.first.startswith("BUY 30 Apple (AAPL) @ $120.00 · Wed 30 Nov 2022")
    saved = await talk.press("Save")
    assert saved.first.startswith("✅")
    assert await told_of(talk) == set()  # nobody asks why: it was no decision of that day
    (opened,) = await trades(talk)
    assert (opened.note, opened.planned) == (openings.NOTE, True)  # no statistic counts it
    again = await talk.press("Read it again", on=seen)
    assert again.labels[0] == "Import 2 new"
    await talk.press("Import")
    assert len(await trades(talk)) == 3
    assert (await talk.say("opening 5 KO at 48")).text.startswith("BUY 5 Coca-Cola") is True
    await talk.press("Cancel")
    assert (await talk.say("opening thing 5")).text != ""


async def test_a_number_is_asked_for_once_and_remembered_or_left_open(talk: Talk) -> None:
    text = DEGIRO + bought("US0378331005", "APPLE INC. - COMMON ST", "a")
    text += bought("XX0000000009", "NOBODY KNOWS", "b")
    seen = await talk.drop("Transactions.csv", text.encode())
    assert seen.first == "Which symbol is US0378331005 (APPLE INC. - COMMON ST), traded in USD?"
    assert seen.labels[0].startswith("AAPL · Apple")
    assert seen.labels[-3:] == ["None of these", "Skip all 2", "Cancel"]
    second = await talk.press("AAPL")
    assert second.first == "Which symbol is XX0000000009 (NOBODY KNOWS), traded in USD?"
    assert second.labels == ["Skip", "Cancel"]
    wrong = await talk.say("SAP.DE")
    assert wrong.first.startswith("SAP.DE is quoted in EUR and the file's trades are in USD")
    shown = await talk.press("Skip", on=second)
    assert "1 line named by ISIN, so without prices" in shown.text
    await talk.press("Import 2 new")
    assert [one.symbol for one in await trades(talk)] == ["AAPL", "XX0000000009"]
    again = await talk.drop("Transactions.csv", text.encode())
    assert again.first == "I know all 2 trades in Transactions.csv already. Nothing was added."
