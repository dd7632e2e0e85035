"""A button works once, however often it is pressed (M4), and then it is gone."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.post import answer_next
from tests.bot.telegram.people import Person, Town
from tests.bot.telegram.stub import Message
from tests.bot.telegram.test_delivery import png

PEOPLE, TIMES = 50, 10
TRADE = "bought 10 KO at 63.50 on 2022-12-28"


async def in_parallel(town: Town) -> None:
    doors = {"telegram": town.door}

    async def worker() -> None:
        while await answer_next(town.storage, doors, town.desk, town.now):
            pass

    await asyncio.gather(*(worker() for _ in range(4)))


async def test_a_hammered_button_records_one_trade_and_refuses_politely(town: Town) -> None:
    """Ten presses at once by fifty people, told to two processes: 50 trades, 450 refusals."""
    people = [town.person(600 + n) for n in range(PEOPLE)]
    for one in people:
        one.writes(TRADE)
    await town.take()
    await in_parallel(town)
    await town.settle()
    cards = [one.heard for one in people]
    queries = [
        one.presses("Save", card)
        for _ in range(TIMES)
        for one, card in zip(people, cards, strict=True)
    ]
    other = town.beside()
    updates, town.platform.updates = town.platform.updates, []
    await asyncio.gather(
        town.intake.take_all(updates[::2]), other.intake.take_all(updates[1::2]), in_parallel(town)
    )
    await town.settle()
    assert await town.count("SELECT count(*) FROM trades") == PEOPLE
    assert all(query in town.platform.toasts for query in queries)
    toasts = [town.platform.toasts[query] for query in queries]
    said = [one.text for person in people for one in person.sees]
    saved = [text for text in said if text.startswith("✅ Saved #1")]
    refused = [text for text in said if text.startswith("That is saved already, as #1.")]
    polite = [text for text in toasts if text]
    assert (len(saved), len(said) - len(refused)) == (PEOPLE, PEOPLE), "nothing else was said"
    assert len(polite) + len(refused) == PEOPLE * (TIMES - 1)
    assert set(polite) <= {
        "I have taken that press already; the answer follows.",
        "That button is no longer in use. Nothing was changed.",
    }


async def test_a_press_that_waits_is_not_taken_twice_and_another_button_is(
    town: Town, ana: Person
) -> None:
    await ana.say("demo")
    card = await ana.say("bought 10 KO at 63.50 today")
    first, again, other = ana.presses("Save"), ana.presses("Save"), ana.presses("Cancel")
    await town.take()
    toasts = [town.platform.toasts[query] for query in (first, again, other)]
    assert toasts == ["", "I have taken that press already; the answer follows.", ""]
    await town.settle()
    assert "Saved #" in card.text
    assert await town.count("SELECT count(*) FROM inbox WHERE body LIKE '%pressed%'") == 2


async def test_a_stale_button_is_answered_with_a_toast(town: Town, ana: Person) -> None:
    await ana.say("demo")
    card = await ana.say("bought 10 KO at 63.50 today")
    old = Message(card.id, card.chat, buttons=card.buttons)
    await ana.press("Save", card)
    rows = await town.count("SELECT count(*) FROM inbox")
    query = ana.presses("Save", old)
    await town.settle()
    assert town.platform.toasts[query] == "That button is no longer in use. Nothing was changed."
    assert await town.count("SELECT count(*) FROM inbox") == rows


async def pictured(town: Town, chat: int, id: int | None = None, **body: Any) -> int:
    async with town.storage.transaction() as work:
        picture = await work.pictures.add(png(), "What it shows.")
        row = [[{"label": "Help", "data": "pick:help"}]]
        full = {"text": "Here it is", "buttons": row, **body}
        if id is None:
            return await work.outbox.add("telegram", str(chat), full, picture=picture)
        await work.outbox.edit(id, full, picture)
        return id


async def test_a_button_below_a_picture_goes_when_it_was_pressed(town: Town, ana: Person) -> None:
    """Those that lead to something else stay, until they were pressed."""
    row = [{"label": "Help", "data": "pick:help"}, {"label": "Open DM", "data": "dm"}]
    other = {"label": "What do you store?", "data": "pick:stored"}
    await pictured(town, ana.chat, buttons=[row, [other]])
    await town.settle()
    picture = ana.heard
    assert (picture.kind, picture.labels) == ("photo", ["Help", "Open DM", "What do you store?"])
    helped = await ana.press("Help", picture)
    assert helped.buttons, "otherwise nothing could be pressed instead"
    assert (picture.text, picture.labels) == ("Here it is", ["Open DM", "What do you store?"])


async def test_the_last_button_below_a_picture_takes_the_keyboard_along(
    town: Town, ana: Person
) -> None:
    await pictured(town, ana.chat)
    await town.settle()
    picture = ana.heard
    await ana.press("Help", picture)
    assert (picture.text, picture.buttons) == ("Here it is", [])


async def test_buttons_below_a_picture_change_with_its_words(town: Town, ana: Person) -> None:
    id = await pictured(town, ana.chat)
    await town.settle()
    picture = ana.heard
    await pictured(town, ana.chat, id, buttons=[[{"label": "More", "data": "pick:biases"}]])
    await town.settle()
    assert (ana.heard, picture.labels) == (picture, ["More"])
    await pictured(town, ana.chat, id, text="Over", buttons=[])
    await town.settle()
    assert (picture.text, picture.buttons) == ("Over", [])
    async with town.storage.transaction() as work:  # and without the picture
        await work.outbox.edit(id, {"text": "Only words", "buttons": []})
    await town.settle()
    assert [(one.kind, one.text) for one in ana.sees] == [("text", "Only words")]
