"""What people may try who want more than is theirs, and what must not follow somebody who left."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zipfile
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot import logs
from conversations.classifying.phrases import written
from conversations.intents import known
from conversations.messages import LONGEST_TEXT, Address, IncomingMessage, Reply
from conversations.tasks import concluded
from conversations.turn import begin
from conversations.understanding import normal
from storage.records import BacktestRecord, Task
from storage.tables import metadata
from storage.unit_of_work import Storage, UnitOfWork
from tests.conversations.company import Somebody, code_in, person, share

ON = "on 2022-12-28"


async def linked(one: Somebody, phone: Somebody) -> None:
    await phone.say(f"link {code_in((await one.say('link my account')).text)}")
    assert (await phone.press("Yes")).text.startswith("✅")


async def all_of(storage: Storage, query: str) -> list[tuple[Any, ...]]:
    async with storage._engine.begin() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_unlinking_takes_nothing_from_those_who_share(storage: Storage) -> None:
    """What goes back has keys that other people's rows have too: of a team, a group, a day."""
    ana, ben = person(storage, "ana"), person(storage, "ben")
    phone = ana.on("telegram", "4711")
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    await ana.press("Save")
    await share(ben, (phone, "member"))
    for one in (ben, phone):
        async with storage.transaction() as work:
            who = await work.users.known_as(one.channel, one.chat)
            await work.journal.feel(who.id, one.now.date(), 1)
    owners = "SELECT user_id::text, role FROM members ORDER BY role"
    moods = "SELECT user_id::text FROM journal_moods ORDER BY 1"
    before = await all_of(storage, owners), await all_of(storage, moods)
    await linked(ana, phone)
    assert (await all_of(storage, owners)) != before[0]
    assert (await ana.say("unlink")).text.startswith("↩️ Two accounts again")
    assert (await all_of(storage, owners), await all_of(storage, moods)) == before


async def test_a_viewer_who_comes_from_another_portfolio_changes_nothing(storage: Storage) -> None:
    """An open card is about one portfolio; the words that follow are about the one chosen."""
    ana, ben, cem = (person(storage, one) for one in ("ana", "ben", "cem"))
    await share(ana, (cem, "viewer"))
    await share(ben, (cem, "member"), name="Other")
    await ana.say(f"bought 10 AAPL at 125.70 {ON} for Club")
    assert "Saved" in (await ana.press("Save")).text
    await cem.say(f"bought 3 AAPL at 125.70 {ON} for Other")
    await cem.say("use Club")
    heard = await cem.say("undo #1")
    if "Undo it" in heard.labels:
        heard = await cem.press("Undo it")
    assert not await all_of(storage, "SELECT * FROM trade_voids"), heard.text
    heard = await cem.say(f"bought 4 MSFT at 234.50 {ON}")
    club = "SELECT 1 FROM drafts d JOIN portfolios p ON p.id = portfolio_id WHERE name = 'Club'"
    mine = f"{club} AND d.user_id = (SELECT user_id FROM members WHERE role = 'viewer')"  # noqa: S608
    assert not await all_of(storage, mine), heard.text
    assert "a viewer can't change anything" in heard.text


async def test_an_app_taken_off_is_told_nothing_more(storage: Storage) -> None:
    ana, ben = person(storage, "ana"), person(storage, "ben")
    phone = ana.on("telegram", "4711")
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    await ana.press("Save")
    await linked(ana, phone)
    await phone.say("remind me tomorrow at 10 to look at AAPL")
    ana.wait(minutes=11)
    assert "Telegram no longer leads" in (await ana.say("unlink telegram")).text
    async with storage.transaction() as work:
        who = await work.users.known_as("web", "ana")
        assert await work.dialogs.private_chats(who.id) == [("web", "ana")]
        assert await work.reminders.due(ana.now.replace(year=2030)) is None
    await ben.say("start")


async def test_who_takes_off_the_app_they_speak_from_is_not_remembered_there(
    storage: Storage,
) -> None:
    ana = person(storage, "ana")
    phone = ana.on("telegram", "4711")
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    await ana.press("Save")
    await linked(ana, phone)
    phone.wait(minutes=11)
    assert "Telegram no longer leads" in (await phone.say("unlink telegram")).text
    async with storage.transaction() as work:
        who = await work.users.known_as("web", "ana")
        assert await work.dialogs.private_chats(who.id) == [("web", "ana")]
    assert "AAPL" not in (await phone.say("trades")).text


async def shared_note(storage: Storage) -> tuple[Somebody, Somebody, Somebody]:
    """Ana's note on a trade that Ben may change and Cem may see."""
    ana, ben, cem = (person(storage, one) for one in ("ana", "ben", "cem"))
    await share(ana, (ben, "member"), (cem, "viewer"))
    for one in (ana, ben, cem):
        await one.say("use Club")
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    assert "Saved" in (await ana.press("Save")).text
    await ana.say("note on #1: zebrafish told me")
    assert "zebrafish" in (await ana.say("my notes")).text
    return ana, ben, cem


async def test_notes_on_a_shared_trade_are_their_writers_alone(storage: Storage) -> None:
    ana, ben, cem = await shared_note(storage)
    for one in (ben, cem):
        for words in ("my notes", "notes on AAPL", "why did I buy AAPL", "what do my notes say"):
            assert "zebrafish" not in (await one.say(words)).text, words
    await ben.say("edit note 1: stolen")
    await ben.say("delete note 1")
    assert "zebrafish" in (await ana.say("my notes")).text
    await ben.say("note on #1: mine")
    assert "mine" in (await ben.say("my notes")).text
    assert "mine" not in (await ana.say("my notes")).text
    assert "a viewer can't change anything" in (await cem.say("note on #1: hello")).text
    await ben.press("Add reason", on=await ben.say("note on #1: and why"))
    await ben.press("Tip")
    assert "Tip" in (await ben.say("why did I buy AAPL")).text
    assert "Tip" not in (await ana.say("why did I buy AAPL")).text
    told = await all_of(storage, "SELECT trade_id, reason FROM journal_entries ORDER BY reason")
    assert [reason for _, reason in told] == ["tip", None], "each for themselves"


async def test_who_was_removed_is_not_asked_about_the_trade(storage: Storage) -> None:
    ana, ben, _ = await shared_note(storage)
    ben.now = ana.now
    await ben.say(f"bought 5 MSFT at 234.50 {ana.now:%Y-%m-%d}")
    if "Save" in ben.heard.labels:
        await ben.press("Save")
    await ben.say("note: from Ben")
    open_ones = (
        "SELECT 1 FROM journal_questions q JOIN members m USING (portfolio_id, user_id)"
        " WHERE asked_at IS NULL AND cancelled_at IS NULL AND m.name = 'Ben'"
    )
    assert await all_of(storage, open_ones)
    gone = (await all_of(storage, "SELECT user_id::text FROM members WHERE name = 'Ben'"))[0][0]
    assert "no longer shares" in (await ana.say("remove Ben from Club")).text
    waiting = "SELECT user_id::text FROM journal_questions WHERE cancelled_at IS NULL"
    assert (gone,) not in await all_of(storage, waiting)


async def test_slow_work_says_nothing_of_what_is_not_theirs_any_more(storage: Storage) -> None:
    ana, ben = (person(storage, one, works=False) for one in ("ana", "ben"))
    await share(ana, (ben, "member"))
    await ben.say("use Club")
    await ben.say(f"bought 10 AAPL at 125.70 {ON}")
    await ben.press("Save")
    promised = await ben.say("bias report")
    assert await all_of(storage, "SELECT 1 FROM tasks WHERE done_at IS NULL")
    assert "no longer shares" in (await ana.say("remove Ben from Club")).text
    assert not await all_of(storage, "SELECT 1 FROM tasks WHERE done_at IS NULL")
    (now,) = [line for line in await ben._lines() if line.id == promised.id]
    assert now.body["text"].startswith("You no longer share that portfolio")

    async def finish(_: object) -> Reply:
        return Reply("10 AAPL")

    async with storage.transaction() as work:
        mine, his = [await work.users.known_as("web", name) for name in ("ana", "ben")]
        about = {"portfolio": str(mine.portfolio)}  # hers, as after accounts were parted
        for who, heard in ((his, "You no longer share that portfolio"), (mine, "10 AAPL")):
            task = Task(1, "twin", "web", "x", who.id, about, 1, None)
            assert (await concluded(task, finish, work)).text.startswith(heard)


async def test_what_is_done_elsewhere_while_everything_goes_goes_too(storage: Storage) -> None:
    """Somebody deletes everything here and saves something on another door at that moment."""
    ana = person(storage, "ana")
    await ana.say("start")
    async with storage.transaction() as work:
        who = await work.users.known_as("web", "ana")
    async with storage.transaction() as other:
        await other.users.change(who.id, welcomed=True)
        other.audit.actor = who.id
        assert who.portfolio is not None
        await other.audit.note(who.portfolio, "saved", ana.now, {"secret": "zebrafish"})

        async def delete() -> None:
            async with storage.transaction() as work:
                await work.belongings.erase([who.id], "del-1", ("web", "ana"), ana.now)

        task = asyncio.create_task(delete())
        await asyncio.sleep(0.3)
    await task
    assert not await all_of(storage, "SELECT 1 FROM audit WHERE actor IS NOT NULL")
    assert not await all_of(storage, "SELECT 1 FROM audit WHERE details::text LIKE '%zebra%'")
    async with storage.transaction() as work:
        assert await work.audit.verify() == []


async def test_files_that_were_fetched_first_are_forgotten_too(storage: Storage) -> None:
    """A door may keep messages under a channel of its own until their file is there."""
    ana, ben = (person(storage, one).on("slack", one) for one in ("T1:U0ANA", "T1:U0BEN"))
    for one in (ana, ben):
        await one.say("start")
        async with storage.transaction() as work:
            body = f'{{"sender": "{one.chat}"}}'.encode()
            kept = await work.inbox.accept("slack.files", f"file:{one.chat}", one.chat, body)
            assert kept is not None
            await work.inbox.answered(kept)
    await ana.say("delete everything")
    assert "Receipt" in (await ana.say("DELETE 0")).text, ana.heard.text
    left = await all_of(storage, "SELECT chat FROM inbox WHERE channel = 'slack.files'")
    assert left == [("T1:U0BEN",)]


async def test_portfolios_of_like_names_are_all_handed_out(storage: Storage) -> None:
    ana = person(storage, "ana")
    await ana.say("start")
    async with storage.transaction() as work:
        who = await work.users.known_as("web", "ana")
        for name in ("日本", "中国", "main", "Main!"):
            await work.portfolios.open(who.id, name)
    await ana.say("export my data")
    await ana.press("Send it")
    (data,) = (await all_of(storage, "SELECT data FROM documents"))[-1]
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert sum(one.startswith("trades/") for one in names) == 5


async def test_what_the_database_refuses_is_not_quoted_in_the_log(storage: Storage) -> None:
    """PostgreSQL tells of the whole row; it is what somebody said (reliability.md A7)."""
    try:
        async with storage.transaction() as work:
            who = await work.users.known_as("web", "ana")
            await work.journal.feel(who.id, date(2026, 11, 18), 77)
        raise AssertionError("there is no such mood")
    except IntegrityError as refused:
        event: Any = {"event": "a handler failed", "exc_info": refused}
    for step in logs.SHARED:
        event = step(None, "error", event)
    told = json.dumps(event, default=str)
    assert "mood_sane" in told
    assert str(who.id) not in told
    assert "2026, 11, 18" not in told


PATTERNED = [one for one in known() if one.pattern is not None]


@pytest.mark.parametrize("intent", PATTERNED, ids=lambda one: one.name)
def test_no_pattern_is_slow(intent: Any) -> None:
    """reliability.md H8, at the longest text that is looked at: what grows faster than the text
    would take seconds."""
    for example in intent.examples:
        words = normal(example)
        parts = words.split()
        for start, more in (
            (words, " "), (words, "-"), (words, "!"), (words, words[-1]), (words, f" {parts[-1]}"),
            (parts[0], f" {parts[-1]}"), (parts[0], " a"), (parts[0], "a "), ("", words + " "),
        ):  # fmt: skip
            said = (start + more * LONGEST_TEXT)[: LONGEST_TEXT - 1] + "\x00"
            begun = time.process_time()
            intent.pattern.fullmatch(said)
            assert time.process_time() - begun < 0.25, (example, more)


TAKEN = [one for one in known() if one.guess == "take"]


async def test_what_the_classifier_may_answer_by_itself_changes_nothing(storage: Storage) -> None:
    """It knows no details: whatever was said, the chat's own memory is all that may be written."""
    ana = person(storage, "ana", works=False)
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    await ana.press("Save")
    memory = {"dialogs", "inbox", "outbox", "pictures", "documents"}
    tables = [name for name in metadata.tables if name not in memory and "market" not in name]
    query = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"  # noqa: S608
        f" FROM {name} t"
        for name in tables
    )
    said = written()
    for one in TAKEN:
        for words in [*one.examples[:1], *said.get(one.name, ())[:1]]:
            message = IncomingMessage("1", "ana", Address("web", "ana"), ana.now, text=words)
            with suppress(_Undone):
                async with storage.transaction() as work:
                    turn = await begin(message, work, ana.now, ana.desk)
                    before = await _sums(work, query)
                    await one.picked(turn, {})
                    after = await _sums(work, query)
                    changed = [name for name in tables if before[name] != after[name]]
                    assert not changed, (one.name, words, changed)
                    raise _Undone


async def _sums(work: UnitOfWork, query: str) -> dict[str, str]:
    rows = await work._connection.execute(text(query))
    return {row[0]: row[1] for row in rows}


class _Undone(Exception):
    """What was tried is not kept."""


async def test_only_an_owner_shows_the_tests_of_a_team_to_others(storage: Storage) -> None:
    ana, ben = person(storage, "ana"), person(storage, "ben")
    await share(ana, (ben, "viewer"))
    await ana.say("use Club")
    await ben.say("use Club")
    async with storage.transaction() as work:
        owner = await work.users.known_as("web", "ana")
        assert owner.portfolio is not None
        made = BacktestRecord("k7f3k7f3k7", owner.portfolio, owner.id, "60/40", True, b"x", ana.now)
        await work.backtests.add(made)
    refused = await ben.send("share:k7f3k7f3k7")
    assert refused.text.startswith("Club · Only an owner of this portfolio can show its tests")
    assert (await ana.send("share:k7f3k7f3k7")).text.startswith("✅ Club · Shared.")
    assert (await ben.send("unshare:k7f3k7f3k7")).text.startswith("Club · Only an owner")
    async with storage.transaction() as work:
        assert await work.backtests.shared("k7f3k7f3k7") is not None
