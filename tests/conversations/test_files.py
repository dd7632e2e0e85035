"""Dropped files: whose they are, where they go, what is known already, and the way back."""

from __future__ import annotations

from uuid import UUID

import pytest

from bot.letter import pack
from bot.post import accept, answer_next, work_next
from bot.web.door import Web
from conversations.actions import drafts
from conversations.messages import Address, Button, File, IncomingMessage
from engine.ledger import Trade
from tests.conversations.talk import Heard, Talk

HEAD = b"time,symbol,side,quantity,price,fee\n"
FILE = HEAD + b"2022-12-01,AAPL,buy,10,147.00,1\n2022-12-20,AAPL,sell,4,132.10,1\n"


async def trades(talk: Talk, *, demo: bool = False) -> list[Trade]:
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        found = [one for one in await work.portfolios.of(person.id) if one.demo is demo]
        return await work.trades.of(found[0].id) if found else []


async def tell(talk: Talk, text: str = "", pressed: str | None = None) -> None:
    """Say something and have it answered, but do no slow work yet."""
    id = f"told-{talk.now.isoformat()}-{text}{pressed}"
    here = Address("web", talk.chat)
    message = IncomingMessage(id, talk.chat, here, talk.now, text, pressed)
    await accept(talk.storage, "web", id, talk.chat, pack(message))
    assert await answer_next(talk.storage, {"web": Web(talk.storage)}, talk.desk, talk.now)


async def lines(talk: Talk) -> list[str]:
    return [line.body["text"] for line in await talk._lines() if line.mine]


async def open_tasks(talk: Talk) -> int:
    async with talk.storage.transaction() as work:
        rows = await work._connection.exec_driver_sql(
            "SELECT count(*) FROM tasks WHERE done_at IS NULL"
        )
        found: int = rows.scalar_one()
        return found


async def test_a_file_belongs_to_the_chat_it_was_dropped_into(talk: Talk) -> None:
    seen = await talk.drop("mine.csv", FILE)
    load = dict(seen.buttons)["Import 2 new"]
    bob = Talk(talk.storage, talk.desk, "bob")
    await bob.say("help")
    heard = await bob.send(load)
    assert "not to this one" in heard.text
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", "bob")
    assert person.portfolio
    file = load.split(":")[1]
    heard = await bob.send(f"import:{file}:{drafts.short(person.portfolio)}")
    assert heard.text.startswith("That file is no longer here.")
    dropped = await bob._send(file=File(file, "mine.csv", len(FILE)))
    assert dropped.text.startswith("That file is no longer here.")
    assert await trades(bob) == []


async def test_an_import_goes_where_it_was_previewed_or_nowhere(talk: Talk) -> None:
    await talk.say("demo")
    seen = await talk.drop("mine.csv", FILE)
    assert seen.text.startswith("DEMO · mine.csv, 1 Dec–20 Dec 2022: 2 trades.")
    await talk.say("end demo")
    heard = await talk.press("Import", on=seen)
    assert heard.text == (
        "That belongs to the demo portfolio or another one, not to this one. Nothing was saved."
    )
    assert await trades(talk) == []


async def test_a_switch_while_the_import_runs_saves_nothing(talk: Talk) -> None:
    seen = await talk.drop("mine.csv", FILE)
    await tell(talk, pressed=dict(seen.buttons)["Import 2 new"])
    await tell(talk, "demo")
    await talk.settle()
    assert await trades(talk) == []
    before = len(await trades(talk, demo=True))
    assert before > 100
    said = [text for text in await lines(talk) if "not to this one" in text]
    assert said == [
        "DEMO · That belongs to your own portfolio, not to this one. Nothing was saved."
    ]


async def test_undo_of_an_import_is_of_the_portfolio_spoken_about(talk: Talk) -> None:
    await talk.drop("mine.csv", FILE)
    imported = await talk.press("Import")
    await talk.say("demo")
    demo = len(await trades(talk, demo=True))
    undone = await talk.say("undo")
    assert "import" not in undone.text
    assert (await talk.press("Undo", on=imported)).text == "There is no trade to undo."
    assert len(await trades(talk)) == 2
    assert len(await trades(talk, demo=True)) >= demo - 1
    await talk.say("end demo")
    assert "The import was undone: 2 trades" in (await talk.say("undo")).text
    assert await trades(talk) == []
    assert (await talk.say("undo")).text == "There is no trade to undo."


async def test_an_import_that_is_not_of_just_now_is_asked_about_and_restored(talk: Talk) -> None:
    await talk.drop("mine.csv", FILE)
    await talk.press("Import")
    talk.wait(days=3)
    asked = await talk.say("undo")
    assert asked.text.startswith("Undo the import of 2 trades (")
    assert asked.labels == ["Undo it", "No"]
    assert len(await trades(talk)) == 2
    undone = await talk.press("Undo it")
    assert undone.text == "↩️ The import was undone: 2 trades removed."
    assert await trades(talk) == []
    again = await talk.press("Undo it", on=asked)
    assert again.text == "There is no trade to undo."
    restored = await talk.press("Restore", on=undone)
    assert restored.text == "✅ The import was restored: 2 trades."
    assert len(await trades(talk)) == 2
    assert (await talk.press("Restore", on=undone)).text.startswith("There is no undone import")


async def test_what_was_undone_by_itself_is_not_restored_with_the_import(talk: Talk) -> None:
    await talk.drop("mine.csv", FILE)
    await talk.press("Import")
    await talk.say("undo #2")
    await talk.press("Undo it")
    talk.wait(minutes=1)
    assert "1 trade removed" in (await talk.say("undo")).text
    assert "1 trade." in (await talk.press("Restore")).text
    assert [one.number for one in await trades(talk)] == [1]


async def test_a_trade_told_in_chat_is_known_in_a_file_of_that_day(talk: Talk) -> None:
    await talk.say("bought 10 AAPL at 147.00 on 2022-12-01")
    await talk.press("Save")
    seen = await talk.drop("mine.csv", HEAD + b"2022-12-01,AAPL,buy,10,147.00,0\n")
    assert seen.text == "I know the 1 trade in mine.csv already. Nothing was added."
    timed = await talk.drop("mine.csv", HEAD + b"2022-12-01T15:00:00Z,AAPL,buy,10,147.00,0\n")
    assert timed.text.startswith("I know the 1 trade")
    twice = await talk.drop("two.csv", HEAD + b"2022-12-01,AAPL,buy,10,147,0\n" * 2)
    assert twice.first == "two.csv, 1 Dec 2022: 2 trades."
    assert twice.labels[0] == "Import 1 new"
    later = await talk.drop("mine.csv", HEAD + b"2022-12-03,AAPL,buy,10,147.00,1\n")
    assert later.labels[0] == "Import 1 new"


async def test_of_two_alike_the_one_recorded_to_the_second_is_the_known_one(talk: Talk) -> None:
    first, second = (f"2022-12-01T{hour}:00:00Z,AAPL,buy,10,147,1\n".encode() for hour in (15, 16))
    await talk.drop("a.csv", HEAD + second)
    await talk.press("Import")
    await talk.drop("b.csv", HEAD + first + second)
    await talk.press("Import 1 new")
    assert [one.at.hour for one in await trades(talk)] == [15, 16]


async def test_pressing_import_twice_keeps_the_way_back(talk: Talk) -> None:
    seen = await talk.drop("mine.csv", FILE)
    done = await talk.press("Import")
    again = await talk.press("Import", on=seen)
    assert again.text.startswith("That was pressed before.")
    assert again.id != done.id
    shown = next(line for line in await talk._lines() if line.id == done.id)
    assert [button["label"] for button in shown.body["buttons"][0]] == ["Undo", "Bias report"]
    assert len(await trades(talk)) == 2


async def test_pressing_import_twice_while_it_runs_imports_once(talk: Talk) -> None:
    seen = await talk.drop("mine.csv", FILE)
    load = dict(seen.buttons)["Import 2 new"]
    await tell(talk, pressed=load)
    talk.wait(seconds=1)
    await tell(talk, pressed=load)
    await talk.settle()
    assert len(await trades(talk)) == 2
    assert "✅ Imported 2 trades, as one step." in await lines(talk)


SPLIT = HEAD + b"2022-12-01,AAPL,buy,10,147,0\n"


async def test_a_trade_that_a_split_needs_is_not_undone_and_it_is_said_which(talk: Talk) -> None:
    await talk.drop("mine.csv", SPLIT)
    imported = await talk.press("Import")
    await talk.say("AAPL split 4:1 on 2022-12-05")
    await talk.press("Save")
    assert len(await trades(talk)) == 2
    for heard in (
        await talk.press("Undo", on=imported),
        await _undo_first(talk),
    ):
        assert "the split of AAPL" in heard.text
        assert "Undo #2 first. Nothing was changed." in heard.text
    assert len(await trades(talk)) == 2


async def _undo_first(talk: Talk) -> Heard:
    await talk.say("undo #1")
    return await talk.press("Undo it")


async def test_a_split_whose_shares_are_gone_is_not_restored(talk: Talk) -> None:
    await talk.drop("mine.csv", SPLIT)
    await talk.press("Import")
    await talk.say("AAPL split 4:1 on 2022-12-05")
    await talk.press("Save")
    undone = await talk.say("undo")
    assert "#2 removed" in undone.text
    await talk.say("undo #1")
    await talk.press("Undo it")
    heard = await talk.press("Restore", on=undone)
    assert "there would be nothing to split" in heard.text
    assert await trades(talk) == []


async def test_asking_five_times_makes_one_report(talk: Talk) -> None:
    await talk.drop("mine.csv", FILE)
    await talk.press("Import")
    for n in range(5):
        talk.wait(seconds=n)
        await tell(talk, "biases")
    assert await open_tasks(talk) == 1
    assert sum(text.startswith("I am at it already") for text in await lines(talk)) == 4
    await talk.settle()
    assert sum(text.startswith("I see 2 trades.") for text in await lines(talk)) == 1


@pytest.mark.parametrize("said", ["cancel", "end demo"])
async def test_cancelled_work_is_not_left_standing(talk: Talk, said: str) -> None:
    await talk.say("demo")
    await tell(talk, "biases")
    assert (await lines(talk))[-1].startswith("Reading your")
    await tell(talk, said)
    assert (await lines(talk))[-2] == "Cancelled."
    assert not await work_next(talk.storage, talk.desk, talk.now)


def test_a_whole_import_fits_into_its_buttons() -> None:
    Button("Import 1 new", f"import:{'f' * 32}:{drafts.short(UUID(int=2**128 - 1))}")
