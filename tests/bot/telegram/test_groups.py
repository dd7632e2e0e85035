"""In a group all read only what is said to be open; groups that become others are followed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from bot.letter import pack as letter
from bot.post import answer_next
from conversations.messages import Address, IncomingMessage, Reply, pack
from storage.records import Reminder
from tests.bot.telegram.people import Person, Town

GROUP, NEW = -100123, -10055
OPEN = {"buttons": [], "open": True}


async def asked(person: Person, id: str = "1", **more: Any) -> int:
    """The inbox id of something that was said in the group, and is answered."""
    here = Address("telegram", str(person.chat))
    said = IncomingMessage(
        id, str(person.id), here, person.town.now, "hi", shared=True, called=person.name, **more
    )
    async with person.town.storage.transaction() as work:
        kept = await work.inbox.accept("telegram", f"x{person.id}:{id}", here.chat, letter(said))
        assert kept is not None
        await work.inbox.answered(kept)
    return kept


async def answer(person: Person, text: str, **body: Any) -> int:
    answers = await asked(person)
    async with person.town.storage.transaction() as work:
        full = {"text": text, "buttons": [], **body}
        return await work.outbox.add("telegram", str(person.chat), full, answers=answers)


async def test_before_a_group_shares_a_portfolio_it_is_shown_the_way(town: Town) -> None:
    ana = town.member(GROUP, 501, "Ana")
    said = await ana.say("/holdings@bpo_test_bot")
    assert said.text == "I keep portfolios private. Message me directly:"
    link = "https://t.me/bpo_test_bot?start=hello"
    assert said.buttons == [[{"text": "Open DM", "url": link}]]
    assert said.answers == ana.last
    alone = town.person(501)
    welcome = await alone.say("/start hello")  # what that link sends
    assert "Start – 4 questions" in welcome.labels


async def test_buttons_in_a_group_have_owners(town: Town) -> None:
    """A2."""
    ana, ben = town.member(GROUP, 501, "Ana"), town.member(GROUP, 502, "Ben")
    id = await asked(ana)
    async with town.storage.transaction() as work:
        body = {"text": "Draft", "buttons": [[{"label": "Yes", "data": "pick:help"}]], "open": True}
        await work.outbox.add("telegram", str(GROUP), body, answers=id)
        await work.outbox.add("telegram", str(GROUP), {**body, "for_all": True}, answers=id)
    await town.settle()
    mine, ours = ana.sees[-2:]
    query = ben.presses("Yes", mine)
    await town.settle()
    assert town.platform.toasts[query] == "This belongs to Ana."
    for one, message in ((ana, mine), (ben, ours)):
        query = one.presses("Yes", message)
        await town.settle()
        assert town.platform.toasts[query] == ""


@pytest.mark.parametrize("body", [{}, {"private": True}, {"open": False}])
async def test_what_is_not_open_goes_to_the_one_who_asked(town: Town, body: dict[str, Any]) -> None:
    ana = town.member(GROUP, 501, "Ana")
    alone = town.person(501)  # she has written to us before
    id = await answer(ana, "Working on it …", **body)
    await town.settle()
    async with town.storage.transaction() as work:
        await work.outbox.edit(id, {"text": "You hold 5 KO", "buttons": [], **body})
    await town.settle()
    (told,) = alone.sees
    assert (told.text, told.edits) == ("You hold 5 KO", 1)
    (note,) = ana.sees  # said once, whatever becomes of the answer
    assert note.text == "Ana, that is for you alone – I answered in our own chat."
    assert note.answers == 1


async def test_what_is_open_or_asked_by_nobody_is_said_in_the_group(town: Town) -> None:
    ana = town.member(GROUP, 501, "Ana")
    alone = town.person(501)
    await answer(ana, "Club holds 5 KO", open=True)
    async with town.storage.transaction() as work:
        await work.outbox.add("telegram", str(GROUP), pack(Reply("Your week, Club")))
    await town.settle()
    assert [one.text for one in ana.sees] == ["Club holds 5 KO", "Your week, Club"]
    assert alone.sees == []


@pytest.mark.parametrize("refused", ["stranger", "blocked", "unknown"])
async def test_who_cannot_be_written_to_first_is_told_so_in_the_group(
    town: Town, refused: str
) -> None:
    ben = town.member(GROUP, 502, "Ben")
    if refused == "blocked":
        town.person(502)
        town.platform.blocked.add(502)
    if refused == "unknown":
        town.platform.chats[GROUP]["members"].clear()
    id = await answer(ben, "You hold 5 KO")
    await town.settle()
    (said,) = ben.sees
    assert said.text.startswith("Ben, I can't write to you first: open a chat with me and press St")
    assert said.buttons[0][0]["url"] == "https://t.me/bpo_test_bot?start=hello"
    assert "KO" not in said.text
    assert await town.count("SELECT count(*) FROM door_chats WHERE closed_at IS NOT NULL") == 0
    alone = town.person(502)
    town.platform.blocked.clear()
    async with town.storage.transaction() as work:
        await work.outbox.edit(id, {"text": "You hold 6 KO", "buttons": []})
    await town.settle()
    assert [one.text for one in alone.sees] == ["You hold 6 KO"]


async def bind(town: Town, ana: Person) -> None:
    alone = town.person(ana.id, ana.name)
    await alone.say("make a team portfolio called Club")
    assert (await ana.say("@bpo_test_bot use Club here")).text.startswith("✅")


async def remind(town: Town, chat: int) -> None:
    async with town.storage.transaction() as work:
        person = await work.users.known_as("telegram", "501")
        (club,) = await work.members.shared_with(person.id)
        await work.reminders.add(
            Reminder(
                uuid4(), club.portfolio, person.id, "telegram", str(chat), "words",
                town.now + timedelta(days=1), "UTC", town.now, words="Club meets",
            )
        )  # fmt: skip


async def rows(town: Town) -> list[tuple[Any, ...]]:
    """All that is kept of chats, table by table."""
    tables = "team_chats", "dialogs", "reminders", "drafts", "tasks", "inbox", "outbox"
    found: list[tuple[Any, ...]] = []
    async with town.storage.transaction() as work:
        for table in tables:
            said = await work._connection.exec_driver_sql(
                f"SELECT chat, count(*) FROM {table} GROUP BY chat ORDER BY chat"  # noqa: S608
            )
            found += [(table, *row) for row in said]
    return found


async def test_everything_follows_a_group_that_becomes_another(town: Town) -> None:
    """Once, however often and in whatever order Telegram tells of it."""
    ana = town.member(-55, 501, "Ana")
    await bind(town, ana)
    card = await ana.say("@bpo_test_bot bought 10 AAPL at 125.70 on 2022-12-28")
    assert "Save" in card.labels
    await remind(town, -55)
    late = ana.writes("@bpo_test_bot portfolio")
    town.platform.updates = []
    town.platform.chats[NEW] = {"type": "supergroup", "members": [{"id": 501}]}
    town.platform.moved[-55] = NEW
    told = [ana.message(migrate_to_chat_id=NEW), ana.message(migrate_to_chat_id=NEW)]
    for message in told:
        town.platform.tell(message={**message, "message_id": 1})
    await town.settle()
    after = await rows(town)
    assert {(table, chat) for table, chat, _ in after if chat not in ("501",)} == {
        (table, str(NEW))
        for table in ("team_chats", "dialogs", "reminders", "drafts", "inbox", "outbox")
    }
    here = Person(town, 501, "Ana", NEW)
    saved = await here.say("@bpo_test_bot yes")
    assert "Saved #1" in saved.text  # the card went along
    await here.say("@bpo_test_bot stop using it here")
    before = await rows(town)
    town.platform.tell(message={**told[0], "message_id": 2})  # told once more, much later
    await town.settle()
    assert await rows(town) == before, "what was unbound stays unbound"
    town.platform.updates = [late]  # and what was said before comes last
    await town.settle()
    assert "portfolios private" in here.heard.text
    assert await town.count("SELECT count(*) FROM inbox WHERE chat = '-55'") == 0


async def test_what_is_new_in_the_new_group_stays(town: Town) -> None:
    ana = town.member(-55, 501, "Ana")
    await bind(town, ana)
    here = town.member(NEW, 501, "Ana")
    await here.say("@bpo_test_bot use Club here")
    async with town.storage.transaction() as work:
        for _ in range(2):
            await work.doors.move("telegram", "-55", str(NEW))
        await work.doors.move("telegram", str(NEW), str(NEW))
        assert await work.doors.address("telegram", "-55") == (str(NEW), "")
        assert await work.doors.address("telegram", str(NEW)) == (str(NEW), "")
        await work.doors.move("telegram", str(NEW), "-99")
        assert await work.doors.address("telegram", "-55") == ("-99", "")
    assert await town.count("SELECT count(*) FROM team_chats WHERE chat = '-99'") == 1
    assert await town.count("SELECT count(*) FROM team_chats") == 1


async def test_what_waits_while_a_group_moves_is_answered_in_the_new_one(town: Town) -> None:
    """While one message is being answered, and another waits."""
    ana = town.member(-55, 501, "Ana")
    await bind(town, ana)
    town.platform.chats[NEW] = {"type": "supergroup", "members": [{"id": 501}]}
    town.platform.moved[-55] = NEW
    ana.writes("@bpo_test_bot bought 10 AAPL at 125.70 on 2022-12-28")
    ana.writes("@bpo_test_bot yes")
    await town.take()
    doors = {"telegram": town.door}

    async def move() -> None:
        async with town.storage.transaction() as work:
            await work.doors.move("telegram", "-55", str(NEW))

    await asyncio.gather(answer_next(town.storage, doors, town.desk, town.now), move())
    await town.settle()
    shown = [one.text for one in town.platform.shown(NEW)]
    assert any("Saved #1" in text for text in shown), shown
    assert await town.count("SELECT count(*) FROM trades") == 1


async def test_a_group_that_became_another_is_followed_when_only_a_reply_finds_out(
    town: Town,
) -> None:
    ana = town.member(-55, 501, "Ana")
    town.member(NEW, 501, "Ana")
    town.platform.moved[-55] = NEW
    async with town.storage.transaction() as work:
        file = await work.documents.add("a.csv", "text/csv", b"x")
        await work.outbox.add("telegram", "-55", {"text": "news", **OPEN}, document=file)
        await work.outbox.add("telegram", "-55", {"text": "more news", **OPEN})
    await town.settle()
    news, more = town.platform.shown(NEW)
    assert (news.text, news.kind, news.file) == ("news", "document", b"x")
    assert more.text == "more news"
    assert ana.sees == []
    moving = [called for called, _ in town.platform.calls if called.startswith("send")]
    assert len(moving) == 3  # only the first had to find out
