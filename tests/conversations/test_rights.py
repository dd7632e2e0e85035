"""Who may see and change what (reliability.md A2): every intent and button, for everybody who may
come by. Strangers are shown nothing and change nothing; who looks on changes nothing."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from conversations.actions.privacy import COMMON, UNBOUND
from conversations.dialogue import Answer, answer
from conversations.intents import _discover, _presses, known
from conversations.messages import Address, IncomingMessage
from storage.unit_of_work import Storage, UnitOfWork
from tests.conversations.company import Somebody, person, share

ON = "on 2022-12-28"
# 1,237 shares at 98.76, and what they come to: no help text and no other portfolio has them.
VALUES = re.compile(r"1[,.]?237|98\.76|122[,.]?166|155[,.]?45")
SHARED = (
    "trades", "trade_voids", "positions", "portfolios", "teams", "members", "team_chats",
    "approvals", "plans", "invites", "drafts", "recommendations", "backtests",
    "team_voices",
)  # fmt: skip


async def company(storage: Storage) -> dict[str, Somebody]:
    ana, ben, cem, dan = (person(storage, one, works=False) for one in ("ana", "ben", "cem", "dan"))
    await share(ana, (ben, "member"), (cem, "viewer"))
    await ana.in_("investing").say("use Club here")
    await ana.say(f"bought 1237 AAPL at 98.76 {ON} for Club")
    while "Saved" not in ana.heard.text and ana.heard.labels:
        await ana.press("Save" if "Save" in "".join(ana.heard.labels) else "Keep")
    assert "Saved #1" in ana.heard.text
    await dan.say("start")
    return {"owner": ana, "member": ben, "viewer": cem, "stranger": dan}


# In the group and in private; the two who may do everything share the work between them.
WHERE = {
    "owner": ["investing"],
    "member": ["ben"],
    "viewer": ["investing", "cem"],
    "stranger": ["investing", "dan"],
}


class _Undone(Exception):
    """What was tried is not kept."""


CLUB = "(SELECT id FROM portfolios WHERE name = 'Club')"
STATE = " UNION ALL ".join(
    f"SELECT md5(string_agg({'role' if name == 'members' else 't::text'}, '' ORDER BY t::text))"  # noqa: S608
    f" FROM {name} t WHERE {'id' if name == 'portfolios' else 'portfolio_id'} IN {CLUB}"
    for name in SHARED
)


async def state(work: UnitOfWork) -> list[object]:
    """Everything about the shared portfolio; what somebody is called in it is their own matter."""
    return list((await work._connection.execute(text(STATE))).scalars())


async def now(storage: Storage) -> list[object]:
    async with storage.transaction() as work:
        return await state(work)


async def tried(one: Somebody, chat: str, before: list[object], **said: str) -> tuple[Answer, bool]:
    """What is answered, and whether anything of the shared portfolio was changed."""
    message = IncomingMessage(
        uuid4().hex, one.chat, Address("web", chat), one.now, shared=chat == "investing", **said
    )
    found: list[tuple[Answer, bool]] = []
    try:
        async with one.storage.transaction() as work:
            given = await answer(message, work, one.now, one.desk)
            found.append((given, await state(work) != before))
            raise _Undone
    except _Undone:
        return found[0]


def shows(given: Answer) -> bool:
    told = f"{given.reply.text}{given.reply.why}{given.reply.buttons}"
    file = given.reply.document.data if given.reply.document else b""
    return VALUES.search(told) is not None or VALUES.search(file.decode("latin-1")) is not None


@pytest.mark.parametrize("role", ["owner", "member", "viewer", "stranger"])
async def test_every_intent_keeps_to_the_role(storage: Storage, role: str) -> None:
    who = (await company(storage))[role]
    before = await now(storage)
    seen = changed = 0
    for intent in known():
        example = intent.examples[0] if intent.examples else intent.label
        for chat, words in (("investing", example), (who.chat, f"{example} for Club")):
            if chat not in WHERE[role]:
                continue
            given, effect = await tried(who, chat, before, text=words)
            assert "Something broke" not in given.reply.text, (intent.name, words)
            seen, changed = seen + shows(given), changed + (effect and intent.name != "leave_team")
            if role == "stranger":
                assert not shows(given), (intent.name, chat, given.reply.text)
                assert not given.later or chat != "investing", (intent.name, given.later)
            if role in ("viewer", "stranger") and intent.name != "leave_team":
                assert not effect, (intent.name, chat, given.reply.text)
    assert (seen > 0) == (role != "stranger")
    assert (changed > 0) == (role in ("owner", "member"))


async def test_no_button_serves_a_stranger_or_is_pressed_by_a_viewer(storage: Storage) -> None:
    people = await company(storage)
    ids, before = await _ids(storage), await now(storage)
    _discover()
    pressed = 0
    for prefix in sorted(_presses):
        for role, chat, data in (
            ("stranger", "investing", f"{prefix}:{ids[0]}"),
            ("stranger", "dan", f"{prefix}:{ids[0]}"),
            ("viewer", "cem", f"{prefix}:{ids[0]}"),
        ):
            if len(data.encode()) > 64:
                continue
            given, effect = await tried(people[role], chat, before, pressed=data)
            assert not effect, (data, role, chat)
            assert role == "viewer" or not shows(given), (data, chat, given.reply.text)
            pressed += 1
    assert pressed > 150


async def _ids(storage: Storage) -> list[str]:
    async with storage.transaction() as work:
        rows = await work._connection.execute(text("SELECT id::text FROM trades"))
        return [str(one) for one in rows.scalars()]


async def test_a_chat_that_shares_nothing_is_told_nothing(storage: Storage) -> None:
    people = await company(storage)
    group = person(storage, "ana", group="lunch")
    for words in (
        "portfolio",
        "my trades",
        "undo",
        "settings",
        "delete everything",
        "portfolio for Club",
    ):
        assert (await group.say(words)).text.startswith("I keep portfolios private."), words
    await people["owner"].in_("investing").say("portfolio")
    assert "1,237" in (await people["owner"].in_("investing").say("trades")).text
    for words in ("settings", "export my data", "link my account", "delete everything"):
        heard = await people["owner"].in_("investing").say(words)
        assert heard.text.startswith("I keep portfolios private."), words


async def test_who_was_removed_sees_nothing_from_then_on(storage: Storage) -> None:
    people = await company(storage)
    ana, ben = people["owner"], people["member"]
    await ben.say("use Club")
    assert "1,237" in (await ben.say("trades")).text
    assert (await ana.say("remove Ben from Club")).text.startswith("Ben no longer shares Club")
    for heard in (
        await ben.say("trades"),
        await ben.say("trades for Club"),
        await ben.in_("investing").say("trades"),
        await ben.say("log"),
    ):
        assert not VALUES.search(heard.text), heard.text


def test_what_a_group_may_ask_is_there() -> None:
    """What is named in the list exists; all that is not named is personal."""
    _discover()
    handlers = [*(one.handler for one in known()), *_presses.values()]
    modules = {one.__module__.rpartition(".")[2] for one in handlers}
    assert modules >= UNBOUND | COMMON - {"look_up"}
    for personal in (
        "settings",
        "link",
        "export_everything",
        "delete_everything",
        "journal",
        "use",
    ):
        assert personal in modules - COMMON
