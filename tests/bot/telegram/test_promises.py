"""What is promised when Telegram repeats, refuses, halts, moves or hides behind a fault."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot.post import PAUSES, SEND_TRIES, answer_next, send_next
from conversations.intents import known
from conversations.messages import Reply, pack
from storage.unit_of_work import Storage
from tests.bot.telegram.people import Person, Town
from tests.bot.telegram.strictness import Refusal

TRADES = "SELECT count(*) FROM trades"


async def post(town: Town, chat: int, text: str, **more: Any) -> int:
    async with town.storage.transaction() as work:
        return await work.outbox.add("telegram", str(chat), pack(Reply(text, **more)))


async def send(town: Town) -> bool:
    return await send_next(town.storage, {"telegram": town.door}, town.now)


async def test_an_update_that_comes_ten_times_at_once_counts_once(town: Town) -> None:
    """M3, within one process and over two."""
    people = [town.person(600 + n, f"P{n}") for n in range(10)]
    updates = [one.writes("help") for one in people]
    other = Town(town.storage)
    other.platform = town.platform
    town.platform.updates = []
    await asyncio.gather(
        town.intake.take_all(updates * 5), other.intake.take_all(list(reversed(updates * 5)))
    )
    assert await town.count("SELECT count(*) FROM inbox") == 10
    await town.settle()
    assert [len(one.sees) for one in people] == [1] * 10


async def test_a_blocked_chat_is_closed_and_opened_by_the_next_word(
    town: Town, ana: Person
) -> None:
    town.platform.blocked.add(ana.chat)
    await post(town, ana.chat, "nudge")
    await post(town, ana.chat, "another")
    assert await send(town)
    assert await send(town)
    assert not await send(town)
    assert [called for called, _ in town.platform.calls].count("sendMessage") == 1
    assert await town.count("SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL") == 2
    town.platform.blocked.clear()
    assert (await ana.say("help")).text
    member = {"chat": {"id": ana.chat, "type": "private"}, "new_chat_member": {"status": "kicked"}}
    town.platform.tell(my_chat_member=member)
    await town.settle()
    assert await town.count("SELECT count(*) FROM door_chats WHERE closed_at IS NOT NULL") == 1


async def test_a_platform_that_is_down_is_tried_again_for_hours(town: Town, ana: Person) -> None:
    """M8: backoff with a spread, then parked; and all is sent after an hour of outage."""
    town.platform.down = NetworkError("down")
    lost = await post(town, ana.chat, "lost")
    began, tries = town.now, 0
    while town.now - began < timedelta(hours=12):
        tries += await send(town)
        town.wait(seconds=max(1, (town.now - began).total_seconds() / 20))
    assert tries == SEND_TRIES
    assert sum(PAUSES, timedelta()) * 1.2 < timedelta(hours=6)
    query = f"SELECT count(*) FROM outbox WHERE parked_at IS NOT NULL AND id = {lost}"  # noqa: S608
    assert await town.count(query) == 1
    await post(town, ana.chat, "an hour")
    for _ in range(30):
        await send(town)
        town.wait(minutes=2)
    town.platform.down = None
    ana.writes("help")  # whoever speaks is answered at once, not at the next try
    await town.settle()
    assert ana.sees[0].text == "an hour"
    assert len(ana.sees) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Refusal(429, "Too Many Requests: retry after 7", retry_after=7),
        Refusal(500, "Internal Server Error"),
        Refusal(502, "Bad Gateway"),
        TimedOut(),
    ],
    ids=["429", "500", "502", "timeout"],
)
async def test_a_passing_fault_delays_a_reply(town: Town, ana: Person, fault: Exception) -> None:
    town.platform.faults = [fault]
    await post(town, ana.chat, "hello")
    assert await send(town)
    assert not await send(town)
    town.wait(seconds=8)
    assert await send(town)
    assert [message.text for message in ana.sees] == ["hello"]


async def test_what_telegram_will_never_take_is_given_up_at_once(town: Town, ana: Person) -> None:
    town.platform.faults = [Refusal(400, "Bad Request: can't parse something new")]
    await post(town, ana.chat, "refused")
    await post(town, ana.chat, "taken")
    await town.settle()
    assert [message.text for message in ana.sees] == ["taken"]


async def test_a_long_reply_goes_on_where_it_broke_off(town: Town, ana: Person) -> None:
    text = "\n\n".join(f"{n} " + "word " * 700 for n in range(3))
    town.platform.on_send = lambda chat: town.platform.faults.extend(
        [Refusal(500, "oops")] if len(ana.sees) == 1 and not town.now.second else []
    )
    await post(town, ana.chat, text)
    await send(town)
    assert len(ana.sees) < 3
    town.wait(seconds=5)
    await town.settle()
    assert [message.text[0] for message in ana.sees] == ["0", "1", "2"]


async def test_sending_again_after_a_crash_changes_what_is_there(town: Town, ana: Person) -> None:
    id = await post(town, ana.chat, "hello")
    await town.settle()
    await town.count(f"UPDATE outbox SET sent_at = NULL WHERE id = {id} RETURNING 1")  # noqa: S608
    await town.settle()
    assert [message.text for message in ana.sees] == ["hello"]
    assert await town.count("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0


async def test_a_message_that_was_deleted_is_sent_anew(town: Town, ana: Person) -> None:
    await ana.say("demo")
    card = await ana.say("bought 10 KO at 63.50 today")
    query = ana.presses("Save", card)
    del town.platform.messages[ana.chat][card.id]
    await town.settle()
    assert query in town.platform.toasts
    assert ana.heard.text.startswith("✅")


async def test_order_is_kept_in_a_chat_while_chats_go_side_by_side(town: Town) -> None:
    people = [town.person(600 + n) for n in range(5)]
    for n in range(5):
        for one in people:
            one.writes(f"remind me tomorrow at 10 to read page {n}")
    await town.take()
    doors = {"telegram": town.door}

    async def worker() -> None:
        while await answer_next(town.storage, doors, town.desk, town.now):
            pass

    await asyncio.gather(*(worker() for _ in range(6)))
    for one in people:
        async with town.storage.transaction() as work:
            lines = await work.outbox.transcript("telegram", str(one.chat))
        said = [line.body["text"][-1] for line in lines if not line.mine]
        assert said == [str(n) for n in range(5)]


async def test_files_are_taken_like_on_the_page(town: Town, ana: Person) -> None:
    data = b"time,symbol,side,quantity,price\n2022-01-03,AAPL,buy,10,180\n"
    preview = await ana.drop("trades.csv", data)
    assert "trades.csv" in preview.text
    done = await ana.press("Import", preview)
    assert done.id == preview.id  # the preview became the line that says it was imported
    assert await town.count(TRADES) == 1


async def test_files_that_are_not_taken(town: Town, ana: Person) -> None:
    assert "too large" in (await ana.drop("a.csv", b"x", size=6_000_000)).text
    assert "CSV" in (await ana.drop("a.docx", b"x")).text
    assert not [called for called, _ in town.platform.calls if called == "getFile"]
    assert "too large" in (await ana.drop("b.csv", b"x" * 5_000_001, size=1)).text
    town.platform.tell(message=ana.message(document={"file_id": "gone", "file_name": "c.csv"}))
    await town.settle()
    assert "did not arrive" in ana.heard.text
    assert await town.count("SELECT count(*) FROM uploads") == 0


async def test_an_edit_changes_the_open_card_and_nothing_else(town: Town, ana: Person) -> None:
    """T3: an edit never changes a recorded trade."""
    await ana.say("demo")
    card = await ana.say("bought 10 KO at 63.50 today")
    wrote = ana.last
    other = await ana.edit(wrote - 2, "bought 77 KO at 63.50 today")
    assert other.text.startswith("You changed an earlier message.")
    await ana.edit(wrote, "bought 12 KO at 63.50 today")
    assert "BUY 12" in card.text  # the card has changed in its place
    await ana.press("Save", card)
    trades = await town.count(TRADES)
    asked = await ana.edit(wrote, "bought 99 KO at 63.50 today")
    assert asked.text.startswith("You changed an earlier message.")
    assert await town.count(TRADES) == trades
    assert "BUY 12" in card.text
    new = await ana.press("Yes, read it", asked)
    assert "BUY 99" in new.text


async def test_voices_and_pictures_are_declined_in_words(town: Town, ana: Person) -> None:
    for content, words in (
        ({"voice": {"file_id": "v"}}, "I can't listen yet."),
        ({"photo": [{"file_id": "p"}]}, "I can't read pictures."),
        ({"sticker": {"file_id": "s"}}, "I only read words."),
        ({"contact": {}}, "I can't read that kind of message."),
    ):
        town.platform.tell(message=ana.message(**content))
        await town.settle()
        assert words in ana.heard.text


async def test_every_command_of_the_menu_is_answered(town: Town, storage: Storage) -> None:
    """What the menu offers is understood, also as the first thing that somebody says."""
    ranked = [one.name for one in known() if one.rank]
    for number, name in enumerate(ranked):
        one = town.person(700 + number)
        one.writes(f"/{name}")
        await town.take()
    doors = {"telegram": town.door}
    while await answer_next(town.storage, doors, town.desk, town.now):
        pass
    rows = await town.count(
        "SELECT count(*) FROM outbox WHERE body->>'text' LIKE '%broke on my side%' "
        "OR body->>'text' LIKE '%didn''t understand%'"
    )
    assert rows == 0
