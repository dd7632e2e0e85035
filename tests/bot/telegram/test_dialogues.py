"""The model dialogues (b) to (e) in Telegram, on the demo: words, real pictures, edits in place."""

from __future__ import annotations

import struct

from bot.post import answer_next, send_next, work_next
from tests.bot.telegram.people import Person, Town
from tests.bot.telegram.stub import Message


def is_picture(message: Message) -> bool:
    width, height = struct.unpack_from(">II", message.file, 16)
    return message.kind == "photo" and message.file[:4] == b"\x89PNG" and min(width, height) >= 400


async def test_a_trade_is_recorded_warned_of_and_undone(town: Town, ana: Person) -> None:
    assert (await ana.say("demo")).first.startswith("DEMO")
    card = await ana.say("bought 10 KO at 63.50 today")
    assert card.first.startswith("DEMO · BUY 10 Coca-Cola (KO) @ $63.50")
    assert card.marked("bold") == [card.first]
    changed = await ana.say("fee 1")
    assert "fee $1" in changed.text
    saved = await ana.press("Save")
    assert saved.id == changed.id  # the card has become the line that says it was saved
    assert saved.first.startswith("✅ DEMO · Saved #")
    assert "Save" not in saved.labels
    gone = await ana.say("undo")
    assert gone.text.startswith("↩️")
    back = await ana.press("Restore", gone)
    assert "Restore" not in gone.labels  # a question is used up by its answer
    assert "KO" in back.text

    warned = await ana.say("bought 10 AAPL at 125.70 today")
    assert "⚠️" in warned.text
    why = await ana.press("Why?")
    assert why.id != warned.id
    assert "Save anyway" in why.labels  # from here on this message stands for the card
    assert not warned.buttons
    await ana.press("Cancel", why)
    assert not why.buttons


async def test_the_bias_report_leads_to_its_parts(town: Town, ana: Person) -> None:
    await ana.say("demo")
    report = await ana.say("what are my biases?")
    assert is_picture(report)
    assert report.first.startswith("DEMO · Strongest:")
    over_time = await ana.press("Cost over time", report)
    assert is_picture(over_time)
    assert "Cost over time" not in report.labels  # that is answered, the others are not
    rules = await ana.press("What could I do?", report)
    assert rules.id > over_time.id


async def test_a_proposal_comes_as_a_picture_with_its_table(town: Town, ana: Person) -> None:
    await ana.say("demo")
    report = await ana.say("rebalance me, max 20% in one stock")
    assert is_picture(report)
    assert "Proposal" in report.first
    (table,) = report.marked("pre")
    assert table.split()[:2] == ["now", "new"]
    trades = await ana.press("Trade list", report)
    assert trades.text.startswith("DEMO · SELL")
    assert "I can't place orders" in trades.text
    file = await ana.press("CSV", trades)
    assert (file.kind, file.name) == ("document", "trades-2022-12-28.csv")
    assert file.file.startswith(b"time,symbol,side,quantity,price,fee\n")


async def test_a_backtest_takes_the_place_of_its_progress(town: Town, ana: Person) -> None:
    await ana.say("demo")
    ana.writes("backtest 60/40 vs my portfolio since 2015")
    await town.take()
    doors = {"telegram": town.door}
    assert await answer_next(town.storage, doors, town.desk, town.now)
    assert await send_next(town.storage, doors, town.now)
    progress = ana.heard
    assert progress.kind == "text"
    id = progress.id
    assert await work_next(town.storage, town.desk, town.now)
    assert await send_next(town.storage, doors, town.now)
    report = ana.heard
    assert is_picture(report)
    assert report.id == id  # the line that somebody is at it has become the answer
    table = await ana.press("Yearly table", report)
    assert "2015" in table.marked("pre")[0]
    full = await ana.press("Full report", report)
    assert (full.kind, full.name[-5:]) == ("document", ".html")
    assert full.file.lstrip().lower().startswith(b"<!doctype html")
