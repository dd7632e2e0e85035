"""Broker files in the talk: previewed, imported as one step, undone, mapped, refused, exported."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from engine.broker_files.registry import known
from engine.ledger import Kind
from storage.records import Line
from tests.conversations.talk import Talk
from tests.conversations.test_files import trades
from tests.engine.broker_files.excerpts import EXCERPTS

ACTIVITY = b"""\
Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,\
Quantity,Price,Amount
11/21/2022,11/21/2022,11/21/2022,AAPL,Div,CDIV,,,$3.40
11/18/2022,11/18/2022,11/18/2022,KO,Coke,Buy,,$60.00,($60.00)
11/18/2022,11/18/2022,11/18/2022,KO,Coke,XYZT,1,$60.00,($60.00)
11/18/2022,11/18/2022,11/18/2022,AAPL,Apple,Sell,5,$190.00,$949.99
11/17/2022,11/17/2022,11/18/2022,AAPL,"Apple
CUSIP: 037833100",Buy,10,$185.20,"($1,852.00)"
11/17/2022,11/17/2022,11/18/2022,AAPL,Apple,Buy,10,$185.20,"($1,852.00)"
11/12/2022,11/12/2022,11/13/2022,,ACH Deposit,ACH,,,"$2,000.00"
"""
OWN = b"time,symbol,side,quantity,price\n2022-11-17,AAPL,buy,10,185.20\n"
ODD = b"""Wann,Was,Menge,Betrag je,Wie
03/04/2022,AAPL,10,147.50,Kauf
05/04/2022,AAPL,4,151.25,Verkauf
"""


async def document(talk: Talk) -> bytes:
    lines: list[Line] = await talk._lines()
    id = next(line.body["document"] for line in reversed(lines) if line.body.get("document"))
    async with talk.storage.transaction() as work:
        found = await work.documents.get(UUID(id), "web", talk.chat)
    assert found is not None
    return found.data


async def test_interest_is_income_of_its_own_and_comes_back_from_an_export(talk: Talk) -> None:
    head, *_ = ACTIVITY.split(b"11/21")
    file = head + b"11/22/2022,11/22/2022,11/22/2022,,Interest Payment,INT,,,$3.21\n"
    file += b"11/18/2022,11/18/2022,11/18/2022,KO,Coke,Buy,1,$60.00,($60.00)\n"
    seen = await talk.drop("activity.csv", file)
    assert seen.first == "Robinhood, 18 Nov–22 Nov 2022: 1 trade, 1 interest payment."
    await talk.press("Import")
    own = [(one.kind, one.price) for one in await trades(talk)]
    assert own == [(Kind.BUY, Decimal(60)), (Kind.INTEREST, Decimal("3.21"))]
    assert "interest +$3." in (await talk.say("holdings")).text
    assert "INTEREST" in (await talk.say("trades")).text
    await talk.say("export trades")
    exported = await document(talk)
    assert "I know all 2 trades" in (await talk.drop("own.csv", exported)).first
    ben = Talk(talk.storage, talk.desk, "ben")
    await ben.drop("own.csv", exported)
    await ben.press("Import")
    assert [(one.kind, one.price) for one in await trades(ben)] == own


async def test_a_partly_bad_file_is_imported_undone_restored_and_known(talk: Talk) -> None:
    await talk.drop("own.csv", OWN)
    await talk.press("Import")
    seen = await talk.drop("activity.csv", ACTIVITY)
    assert seen.text.splitlines() == [
        "Robinhood, 12 Nov–21 Nov 2022: 3 trades, 1 dividend, 1 transfer.",
        "2 lines failed: 3 “quantity empty”, 4 “unknown code XYZT”.",
        "1 already known.",
    ]
    assert seen.labels == ["Import 4 new", "Show problems", "Cancel"]
    why = await talk.say("why?")
    assert "Line 6: buy 10 AAPL at $185.20, 17 Nov 2022" in why.text
    shown = await talk.press("Show problems", on=seen)
    assert shown.labels == ["Import 4 new", "Cancel"]
    assert await document(talk) == (
        b"line,what,why\n3,failed,quantity empty\n4,failed,unknown code XYZT\n"
    )
    done = await talk.press("Import", on=shown)
    assert done.text == "✅ Imported 2 trades, 1 dividend, 1 transfer, as one step."
    whole = [(one.kind, one.symbol, one.quantity, one.price) for one in await trades(talk)]
    assert len(whole) == 5
    again = await talk.drop("activity.csv", ACTIVITY)
    assert again.first == "I know all 5 trades in activity.csv already. Nothing was added."
    undone = await talk.press("Undo", on=done)
    assert undone.text == "↩️ The import was undone: 4 trades removed."
    assert len(await trades(talk)) == 1
    await talk.press("Restore")
    assert [(t.kind, t.symbol, t.quantity, t.price) for t in await trades(talk)] == whole


async def test_an_export_dropped_into_another_chat_gives_the_same_trades(talk: Talk) -> None:
    await talk.drop("activity.csv", ACTIVITY)
    await talk.press("Import")
    assert (await talk.say("export my trades")).first.startswith("5 trades, as CSV.")
    data = await document(talk)
    assert (await talk.drop("back.csv", data)).text.startswith("I know all 5 trades")
    bob = Talk(talk.storage, talk.desk, "bob")
    await bob.drop("back.csv", data)
    await bob.press("Import 5 new")
    ours, theirs = [
        [(t.at, t.kind, t.symbol, t.quantity, t.price, t.fee, t.note) for t in await trades(one)]
        for one in (talk, bob)
    ]
    assert ours == theirs
    await bob.say("export my trades")
    assert await document(bob) == data


async def test_an_unknown_layout_is_mapped_remembered_and_forgotten(talk: Talk) -> None:
    seen = await talk.drop("stuff.csv", ODD)
    assert seen.text.splitlines() == [
        "Read 0 of 2 lines of stuff.csv: no header I know. Nothing was saved.",
        "First line: “Wann,Was,Menge,Betrag je,Wie”. Map its columns?",
    ]
    assert seen.labels == ["Map it", "Known brokers"]
    first = await talk.press("Map it")
    assert first.text.splitlines() == [
        "1/4 · Is 03/04 in “Wann” the 3rd of April or March 4th?",
        "Wann | Was | Menge | Betrag je | Wie",
        "03/04/2022 | AAPL | 10 | 147.50 | Kauf",
        "05/04/2022 | AAPL | 4 | 151.25 | Verkauf",
    ]
    assert first.labels == ["Wann, day first", "Wann, month first", "Cancel"]
    second = await talk.press("Wann, day first")
    assert second.first == "2/4 · Which column names the share?"
    third = await talk.say("was")  # typed instead of pressed
    assert third.first == "3/4 · Which column is the number of shares?"
    assert third.labels == ["Menge", "Betrag je", "Cancel"]
    await talk.press("Menge")
    ready = await talk.press("Betrag je")
    assert ready.first == "stuff.csv, 3 Apr–5 Apr 2022: 2 trades."
    await talk.press("Import 2 new")
    assert [(t.symbol, t.quantity) for t in await trades(talk)] == [
        ("AAPL", Decimal(10)),
        ("AAPL", Decimal(4)),
    ]
    later = await talk.drop("more.csv", ODD + b"06/04/2022,KO,1,63,Kauf\n")
    assert later.labels[0] == "Import 1 new"  # no question
    bob = Talk(talk.storage, talk.desk, "bob")
    assert (await bob.drop("stuff.csv", ODD)).labels[0] == "Map it"  # it is ana's
    assert (await talk.say("forget that layout")).text.startswith("Forgot 1 layout.")
    assert (await talk.drop("stuff.csv", ODD)).labels[0] == "Map it"
    assert (await talk.say("forget that layout")).text.startswith("I remember no layout")


async def test_no_file_takes_more_than_five_questions(talk: Talk) -> None:
    await talk.drop("x.csv", b"aa;bb;cc;dd;ee;ff\n03/04/2022;AAPL;x1;1,234;2,345;9\n")
    heard = await talk.press("Map it")
    asked = 0
    while heard.text[:1].isdigit():
        asked += 1
        heard = await talk.send(heard.buttons[0][1])
    assert asked <= 5


async def test_dates_that_can_be_read_in_two_ways_are_asked_about_once(talk: Talk) -> None:
    file = b"date,symbol,side,quantity,price\n03/04/2022,AAPL,buy,1,147\n"
    asked = await talk.drop("f.csv", file)
    assert asked.text == (
        "In f.csv, is 03/04 the 3rd of April or March 4th? I'll remember your order."
    )
    seen = await talk.press("March 4")
    assert seen.first == "f.csv, 4 Mar 2022: 1 trade."
    assert (await talk.drop("g.csv", file)).first == "g.csv, 4 Mar 2022: 1 trade."


async def test_shares_keep_the_currency_of_their_rows(talk: Talk) -> None:
    seen = await talk.drop("coinbase.csv", EXCERPTS["coinbase"][0].encode())
    assert seen.first == "Coinbase, 1 Mar–2 Mar 2022: 3 trades."
    assert "Not for the books: 1 transfer of shares or coins and 1 cash booking" in seen.text
    await talk.press("Import")
    held = await talk.say("portfolio")
    assert "€" in held.text
    assert "$" not in held.text.replace("US$", "")


async def test_wrong_files_are_refused_with_the_way_to_the_right_one(talk: Talk) -> None:
    heard = await talk.drop("robinhood.csv", b"%PDF-1.7")
    assert heard.text.splitlines() == [
        "robinhood.csv is a PDF. I read CSV up to 5 MB. Nothing was saved.",
        "In Robinhood: Account → Reports and statements → Account activity, CSV.",
    ]
    assert heard.labels == ["Other brokers"]
    brokers = await talk.press("Other brokers")
    assert brokers.first == "Which broker? I'll say where its file is."
    titles = set(brokers.labels)
    for _ in range(3):
        brokers = await talk.press("More")
        titles |= set(brokers.labels)
    assert titles == {one.title for one in known().values() if one.menu} | {"More"}
    assert (await talk.press("More")).labels
    degiro = await talk.drop("My DEGIRO.xls", b"\xd0\xcf\x11\xe0")
    assert "In DEGIRO:" in degiro.text


async def test_every_layout_can_be_previewed_in_at_most_six_lines(talk: Talk) -> None:
    for name, (text, *_) in EXCERPTS.items():
        seen = await talk.drop(f"{name}.csv", text.encode())
        assert 1 <= len(seen.text.splitlines()) <= 6
        assert len(seen.buttons) <= 6
        assert "couldn't" not in seen.text
        assert "Something broke" not in seen.text
