"""Waiting with a trade: typed or pressed, spoken of again once, recorded, dropped, put off."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from conversations.desk import Desk
from scheduler.jobs import cool_off, nudges
from storage.cache import Cache
from tests.conversations.talk import Heard, Talk

TUESDAY = datetime.fromisoformat("2022-12-20T15:00+00:00")  # prices of the market end a week later
CARD = "BUY 3 Apple (AAPL) @ $132.00 · Tue 20 Dec 2022\n= $396.00"


async def told(talk: Talk) -> list[str]:
    """All that was said first, after two schedulers have looked at the clock."""
    await asyncio.gather(*(cool_off.run(talk.desk, talk.now) for _ in range(2)))
    for _ in range(2):
        talk.wait(minutes=6)
        await nudges.run(talk.desk, talk.now)
    await talk.settle()
    async with talk.storage.transaction() as work:
        said = await work.outbox.transcript("web", talk.chat)
    lines = [line for line in said if line.mine and line.body["text"].startswith("The time you")]
    if lines:
        buttons = tuple((b["label"], b["data"]) for row in lines[-1].body["buttons"] for b in row)
        talk.heard = Heard(lines[-1].body["text"], buttons, None, 0)
    return [line.body["text"] for line in lines]


async def test_it_comes_after_the_time_inside_the_hours_and_once(talk: Talk) -> None:
    talk.now = TUESDAY
    await talk.say("time zone berlin")
    await talk.say("all nudges off")  # what was asked for comes all the same
    await talk.say("bought 3 AAPL at 132 today")
    waits = await talk.say("cool off 36 hours because I feel rushed")
    assert waits.text == (
        "✅ Not saved. You wait with BUY 3 AAPL @ $132.00 until Thu 22 Dec 2022, 04:00 (Berlin). "
        "Your reason: “I feel rushed”"
    )
    talk.wait(hours=35, minutes=59)
    assert await told(talk) == []
    talk.wait(hours=1)  # half past five
    assert await told(talk) == [], "it is night"
    talk.wait(hours=3)
    await told(talk)
    again = Talk(talk.storage, Desk(talk.storage, Cache(None)), talk.chat, talk.now)
    assert await told(again) == [
        "The time you gave yourself is over: BUY 3 AAPL @ $132.00, since Tue 20 Dec 2022.\n"
        "You wanted to wait because: “I feel rushed”\n"
        "AAPL meanwhile, by closes: $131.92 (20 Dec 2022) → $131.85 (22 Dec 2022), −0.1%.\n"
        "Nothing was saved of it."
    ]
    assert again.heard.labels[:3] == ["Record it", "Drop it", "Wait another day"]
    on = again.heard
    assert (await again.press("Drop it", on=on)).first == "Dropped. Nothing was saved."
    later = await again.press("Wait another day", on=on)
    assert later.first.startswith("✅ Not saved. You wait with BUY 3 AAPL @ $132.00 until Fri 23")
    asked = await again.press("Record it", on=on)
    assert asked.first.startswith("Buying 3 Apple (AAPL): at what price each?")
    again.wait(hours=24)
    assert len(await told(again)) == 2


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("cool off", "Wed 21 Dec 2022, 15:00"),
        ("let me sleep on it", "Wed 21 Dec 2022, 15:00"),
        ("wait a day: a podcast", "Wed 21 Dec 2022, 15:00"),
        ("cooling off for two weeks", "Tue 3 Jan 2023, 15:00"),
        ("cool off until monday, too much coffee", "Mon 26 Dec 2022, 10:00"),
        ("wait until tomorrow", "Wed 21 Dec 2022, 10:00"),
    ],
)
async def test_times_as_people_say_them_and_undo_shows_the_card(
    talk: Talk, words: str, until: str
) -> None:
    talk.now = TUESDAY
    await talk.say("bought 3 AAPL at 132 today")
    waits = await talk.say(words)
    assert f"You wait with BUY 3 AAPL @ $132.00 until {until} (UTC)." in waits.text
    assert (await talk.say("undo")).text.startswith(CARD)
    assert (await talk.say("my reminders")).text.startswith("No reminders.")
    talk.wait(days=15)
    assert await told(talk) == []


async def test_without_a_card_or_for_too_long_nothing_is_kept(talk: Talk) -> None:
    talk.now = TUESDAY
    assert (await talk.say("cool off 48 hours")).first.startswith("There is no open trade")
    await talk.say("bought 3 AAPL at 132 today")
    assert (await talk.say("wait 9 weeks")).first.startswith("I keep a trade for 28 days at most.")
    assert (await talk.say("fee 1")).text.startswith("BUY 3 Apple"), "the card is still open"


async def test_when_the_draft_is_gone_it_is_said_without_it(talk: Talk) -> None:
    talk.now = TUESDAY
    await talk.say("bought 3 AAPL at 132 today")
    await talk.say("wait a day")
    async with talk.storage.transaction() as work:
        await work.drafts.forget(talk.now + timedelta(days=1))
    talk.wait(hours=24)
    (said,) = await told(talk)
    assert said.startswith("The time you gave yourself is over: BUY 3 AAPL @ $132.00")
    assert "Record it" not in talk.heard.labels


async def test_a_card_with_a_question_is_asked_before_it_waits(talk: Talk) -> None:
    await talk.say("bought 5 AAPL at 900 on 28 Dec 2022")
    heard = await talk.say("cool off 48 hours because I am angry")
    assert heard.first.startswith("Nothing is saved, so waiting costs nothing.")
    assert "Which price was it?" in heard.text
    assert "Keep 900" in heard.labels
