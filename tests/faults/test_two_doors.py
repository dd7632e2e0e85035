"""The same shares are never sold twice, through two cards or through two doors (M5)."""

from __future__ import annotations

import asyncio

from tests.faults.talk import BROKEN, TERMINAL, WEB, Row, Town

ONE_CHAT, TWO_DOORS = 20, 30  # people
ROUNDS = 5
BOUGHT = "bought 20 AAPL at 125.70 on 2022-12-28"
SALES = ("sold 20 AAPL at 125.90 on 2022-12-28", "sold 20 AAPL at 125.80 on 2022-12-28")


async def people_with_shares(town: Town, count: int) -> list[str]:
    """Chats of people who hold 20 AAPL."""
    chats = [f"person-{who}" for who in range(count)]
    await asyncio.gather(*(town.say(chat, BOUGHT) for chat in chats))
    await town.drain()
    for card in await town.replies():
        await town.press(card.chat, card.button("save"))
    await town.drain()
    assert await town.count("FROM positions WHERE quantity = 20") == count
    return chats


async def cards(town: Town) -> list[Row]:
    return [row for row in await town.replies() if row.text.startswith("SELL")]


async def assert_sold_once(town: Town, count: int) -> None:
    assert await town.count("FROM trades WHERE kind = 'sell'") == count
    assert await town.count("FROM trades") == 2 * count
    assert await town.count("FROM positions") == 0
    assert not [row for row in await town.replies() if BROKEN in row.text]


async def test_two_cards_in_one_chat_sell_the_shares_once(town: Town) -> None:
    chats = await people_with_shares(town, ONE_CHAT)
    for chat in chats:
        for sale in SALES:
            await town.say(chat, sale)
    await town.drain()
    offers = await cards(town)
    assert len(offers) == 2 * ONE_CHAT
    await asyncio.gather(*(town.press(row.chat, row.button("save")) for row in offers))
    await town.drain()
    await assert_sold_once(town, ONE_CHAT)
    replaced = [row for row in await town.replies() if "replaced by a newer one" in row.text]
    assert len(replaced) == ONE_CHAT


async def test_two_doors_sell_the_shares_once(town: Town) -> None:
    chats = await people_with_shares(town, TWO_DOORS)
    await town.books.execute(
        "INSERT INTO channel_identities (channel, name, user_id)"
        " SELECT 'terminal', name, user_id FROM channel_identities WHERE channel = 'web'"
    )
    for chat in chats:
        for channel, sale in zip((WEB, TERMINAL), SALES, strict=True):
            await town.say(chat, sale, channel=channel)
    await town.drain()
    offers = await cards(town)
    assert len(offers) == 2 * TWO_DOORS
    assert all(row.button("save") for row in offers)

    places = {
        record["id"]: record["channel"]
        for record in await town.books.fetch("SELECT id, channel FROM outbox")
    }
    presses = [
        town.press(row.chat, row.button("save"), channel=places[row.id])
        for row in sorted(offers, key=lambda row: row.chat)  # both presses of a person together
    ]
    await asyncio.gather(*presses)
    await town.drain(16)
    await assert_sold_once(town, TWO_DOORS)
    refused = [row for row in await town.replies() if "You held no AAPL on that day." in row.text]
    assert len(refused) == TWO_DOORS


async def test_a_sale_undone_and_restored_at_two_doors_at_once_stays_sold_once(town: Town) -> None:
    """While one door restores a sale the other records another: only one of them fits."""
    (chat,) = await people_with_shares(town, 1)
    await town.books.execute(
        "INSERT INTO channel_identities (channel, name, user_id)"
        " SELECT 'terminal', name, user_id FROM channel_identities WHERE channel = 'web'"
    )
    for _ in range(ROUNDS):
        first = await town.record(chat, SALES[0])
        undone = await town.push(chat, first.button("undo"))
        offer = await town.hear(chat, SALES[1], channel=TERMINAL)
        await asyncio.gather(
            town.press(chat, undone.button("restore")),
            town.press(chat, offer.button("save"), channel=TERMINAL),
        )
        await town.drain(4)
        assert await town.count("FROM positions") == 0
        (standing,) = await town.books.fetch(
            "SELECT id FROM trades WHERE kind = 'sell' AND coalesce((SELECT NOT voided FROM"
            " trade_voids WHERE trade_id = trades.id ORDER BY number DESC LIMIT 1), true)"
        )
        removed = await town.push(chat, f"undo:{standing['id']}")
        assert "removed" in removed.text
    assert not [row for row in await town.replies() if BROKEN in row.text]
