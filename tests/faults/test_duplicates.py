"""The same message many times over, and the same button many times, all at once (M3, M4)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from tests.faults.talk import BROKEN, Town

PEOPLE, TIMES = 50, 10
TRADE = "bought 3 AAPL at 125.70 on 2022-12-28"


def people() -> list[str]:
    return [f"person-{who}" for who in range(PEOPLE)]


async def tell(town: Town, count: int = PEOPLE) -> dict[str, str]:
    """Everybody tells one trade; chat → the button that saves it."""
    await asyncio.gather(*(town.say(chat, TRADE) for chat in people()[:count]))
    await town.drain()
    cards = await town.replies()
    assert len(cards) == count
    return {card.chat: card.button("save") for card in cards}


async def test_a_redelivered_message_has_its_effect_once(town: Town) -> None:
    kept = await asyncio.gather(
        *(town.say(chat, TRADE, id="told") for chat in people() for _ in range(TIMES))
    )
    assert sum(kept) == PEOPLE
    await town.drain()
    cards = await town.replies()
    assert await town.count("FROM inbox") == PEOPLE
    assert await town.count("FROM drafts") == PEOPLE
    assert len(cards) == len(town.doors["web"].sent) == PEOPLE

    kept = await asyncio.gather(
        *(
            town.press(card.chat, card.button("save"), id="pressed")
            for card in cards
            for _ in range(TIMES)
        )
    )
    assert sum(kept) == PEOPLE
    await town.drain()
    saved = await town.replies()
    assert await town.count("FROM inbox") == 2 * PEOPLE
    assert await town.count("FROM trades") == PEOPLE
    assert [row.revision for row in saved] == [1] * PEOPLE  # each card became the line "Saved"
    assert all("Saved #1" in row.text for row in saved)


async def test_a_hammered_button_records_one_trade_and_refuses_politely(town: Town) -> None:
    buttons = await tell(town)
    presses = [(chat, data) for chat, data in buttons.items() for _ in range(TIMES)]
    await asyncio.gather(*(town.press(chat, data) for chat, data in presses))
    await town.drain()

    replies = await town.replies()
    saved = [row for row in replies if "Saved #" in row.text]
    refused = [row for row in replies if row.text.startswith("That is saved already, as #1.")]
    assert await town.count("FROM trades") == PEOPLE
    assert await town.count("FROM positions WHERE quantity = 3") == PEOPLE
    assert await town.count("FROM drafts WHERE status = 'saved'") == PEOPLE
    assert (len(saved), len(refused)) == (PEOPLE, PEOPLE * (TIMES - 1))
    assert len(replies) == PEOPLE * TIMES  # nothing else was said
    assert not [row for row in replies if BROKEN in row.text]


async def test_a_draft_is_handed_out_once(town: Town) -> None:
    """Below the handlers, where no lock of a portfolio and no look at its status helps."""
    await tell(town, TIMES)
    drafts = await town.books.fetch("SELECT id, user_id FROM drafts")
    now = datetime.now(UTC)

    async def take(id: UUID, person: UUID) -> bool:
        async with town.storage.transaction() as work:
            return await work.drafts.take(id, person, now) is not None

    taken = await asyncio.gather(
        *(take(one["id"], one["user_id"]) for one in drafts for _ in range(TIMES))
    )
    assert sum(taken) == TIMES


async def test_a_stranger_who_presses_the_button_records_nothing(town: Town) -> None:
    """The data of a button is no secret: only its owner can use it."""
    card = await town.hear("owner", TRADE)
    for verb in ("save", "drop", "edit", "half", "again", "planned"):
        data = card.button("save").replace("save:", f"{verb}:")
        answer = await town.push("stranger", data)
        assert answer.text == "There is nothing waiting to be confirmed.", verb
    assert await town.count("FROM trades") == 0
    saved = await town.push("owner", card.button("save"))
    assert "Saved #1" in saved.text
    trade = saved.button("undo")
    for data in (trade, trade.replace("undo", "restore")):
        assert (await town.push("stranger", data)).text == "There is no trade to undo."
    assert await town.count("FROM trade_voids") == 0
