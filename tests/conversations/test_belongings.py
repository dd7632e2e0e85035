"""Dialogue (j): everything handed out in one file, and everything gone."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from storage.tables import metadata
from storage.unit_of_work import Storage
from tests.conversations.company import Somebody, code_in, person, share

ON = "on 2022-12-28"
# What stays of a person: the line in the log that they went, and the chat of the last answer.
LEFT = {"audit", "audit_heads", "inbox", "outbox", "door_messages"}


async def rich(storage: Storage) -> tuple[Somebody, Somebody, Somebody]:
    """Ana with trades, a note, a reminder, a shared portfolio and a Telegram; Ben beside her."""
    ana, ben = person(storage, "ana"), person(storage, "ben")
    for words in ("10 AAPL at 125.70", "5 MSFT at 234.50"):
        await ana.say(f"bought {words} {ON}")
        assert (await ana.press("Save")).text.startswith("✅")
    await ana.say("note: zebrafish told me")
    await ana.say("remind me tomorrow at 10 to look at AAPL")
    await share(ana, (ben, "member"))
    phone = ana.on("telegram", "phone-of-a")
    await phone.say("start")
    await phone.say(f"link {code_in((await ana.say('link my account')).text)}")
    assert (await phone.press("Yes")).text.startswith("✅")
    group = ana.in_("investing")
    await group.say("use Club here")
    await ana.say("require a second yes for Club")
    card = await group.say(f"bought 20 AAPL at 125.70 {ON}")
    assert "Ana + Ben" in (await ben.in_("investing").press("Approve", on=card)).text
    return ana, ben, phone


async def dump(storage: Storage) -> dict[str, list[str]]:
    """Every row of every table but the market's, as text."""
    async with storage._engine.begin() as connection:
        return {
            name: [
                str(row[0])
                for row in await connection.execute(
                    text(f"SELECT row_to_json(t)::text FROM {name} t")  # noqa: S608
                )
            ]
            for name in metadata.tables
            if not name.startswith(("market_", "instruments"))
        }


async def test_everything_is_handed_out_in_one_file(storage: Storage) -> None:
    ana, _, _ = await rich(storage)
    ready = await ana.say("export my data")
    assert ready.text == (
        "Ready: 2 trades, 1 note, 0 reports, settings. "
        "One zip (CSV + JSON + README), valid 24 h, only here."
    )
    assert ready.labels == ["Send it", "Only trades CSV"]
    sent = await ana.press("Send it")
    assert re.fullmatch(
        r"📎 bpo-export-2026-11-18\.zip \(\d+ kB\)\. It can be fetched for 24 hours\.", sent.text
    )
    archive = zipfile.ZipFile(io.BytesIO(await newest_file(storage)))
    names = set(archive.namelist())
    assert {"README.txt", "trades/main.csv", "data/reminders.json", "data/log.json"} <= names
    rows = list(csv.DictReader(io.StringIO(archive.read("trades/main.csv").decode())))
    assert [(one["symbol"], one["quantity"]) for one in rows] == [("AAPL", "10"), ("MSFT", "5")]
    assert "zebrafish" in archive.read("data/journal_notes.json").decode()
    settings = json.loads(archive.read("data/user_profiles.json"))
    assert settings[0]["time_zone"] == "UTC"
    everything = "".join(archive.read(name).decode() for name in names)
    assert "code_hash" not in everything
    assert "Ben" not in everything  # nothing of the others


async def test_what_stayed_with_an_account_that_was_joined_is_handed_out_too(
    storage: Storage,
) -> None:
    """Settings are those of the older account; those of the other are kept, and so are told."""
    ana = person(storage, "ana")
    phone = ana.on("telegram", "phone-of-a")
    await ana.say("hello")
    await phone.say("hello")
    async with storage.transaction() as work:
        other = await work.users.known_as("telegram", "phone-of-a")
        plan = {"words": "no zebras before Thursday", "day": "2026-11-15", "portfolio": "x"}
        await work.users.change(other.id, preferences={"week_plan": plan})
    await phone.say(f"link {code_in((await ana.say('link my account')).text)}")
    await phone.press("Yes")
    await ana.say("export my data")
    await ana.press("Send it")
    archive = zipfile.ZipFile(io.BytesIO(await newest_file(storage)))
    assert "no zebras before Thursday" in archive.read("data/user_profiles.json").decode()


async def newest_file(storage: Storage) -> bytes:
    async with storage._engine.begin() as connection:
        return bytes(
            (await connection.execute(text("SELECT data FROM documents"))).scalars().all()[-1]
        )


async def test_the_file_cannot_be_fetched_for_ever_nor_from_elsewhere(storage: Storage) -> None:
    ana, _, _ = await rich(storage)
    await ana.say("export my data")
    await ana.press("Send it")
    async with storage._engine.begin() as connection:
        id = (await connection.execute(text("SELECT id FROM documents"))).scalars().all()[-1]
        (until,) = (await connection.execute(text("SELECT expires_at FROM expiring"))).scalars()
        assert until == ana.now + timedelta(hours=24)
        await connection.execute(text("UPDATE expiring SET expires_at = now() + interval '1 h'"))
    async with storage.transaction() as work:
        assert await work.documents.get(id, "web", "ben") is None
        assert await work.documents.get(id, "web", "ana") is not None
    async with storage._engine.begin() as connection:
        await connection.execute(text("UPDATE expiring SET expires_at = now()"))
    async with storage.transaction() as work:
        assert await work.documents.get(id, "web", "ana") is None
        await work.documents.forget_expired(ana.now.replace(year=2100))
    assert not (await dump(storage))["documents"]


async def test_nothing_is_deleted_without_the_number_in_time(storage: Storage) -> None:
    ana = person(storage, "ana")
    await ana.say(f"bought 10 AAPL at 125.70 {ON}")
    await ana.press("Save")
    assert (await ana.say("DELETE 1")).text.startswith("Nothing was deleted.")
    asked = await ana.say("delete everything")
    assert asked.text.endswith("Type DELETE 1 to confirm (10 min).")
    assert asked.labels == ["Export first", "Cancel"]
    assert (await ana.say("DELETE 2")).text.startswith("Nothing was deleted")
    await ana.press("Cancel", on=asked)
    assert (await ana.say("DELETE 1")).text.startswith("Nothing was deleted.")
    await ana.say("delete everything")
    ana.wait(minutes=11)
    assert (await ana.say("DELETE 1")).text.startswith("That was more than 10 minutes ago.")
    assert "10 AAPL" in (await ana.say("trades")).text


async def test_everything_of_a_person_goes_and_the_others_keep_theirs(storage: Storage) -> None:
    ana, ben, phone = await rich(storage)
    await ben.say(f"bought 7 AAPL at 125.70 {ON}")
    await ben.press("Save")
    await ana.say("export my data")
    await ana.press("Send it")
    assert "Ana" in (await ben.in_("investing").say("members")).text
    gone = await ids_of(storage, "web", "ana")
    asked = await ana.say("delete everything")
    number = re.search(r"DELETE (\d+)", asked.text)
    assert number
    done = await ana.say(number[0])
    assert re.fullmatch(
        r"Done\. Everything of yours is gone from the live system, 18 Nov 2026 15:00\. "
        r"Say /start to begin again\. Receipt: del-[0-9a-f]{8}\.",
        done.text,
    )
    after = await dump(storage)
    for table, rows in after.items():
        for row in rows:
            assert not any(one in row for one in gone if table not in LEFT), (table, row)
            assert "zebrafish" not in row, (table, row)
            assert "Ana" not in row, (table, row)
            assert "phone-of-a" not in row, (table, row)
            assert "Receipt" in row or '"ana"' not in row or table in LEFT, (table, row)
    assert not after["uploads"] + after["links"] + after["documents"]
    async with storage.transaction() as work:
        assert await work.audit.verify() == []
    log = await ben.in_("investing").say("log")
    assert "a former member" in log.text or "erased" in log.text
    assert "20 AAPL" in (await ben.in_("investing").say("trades")).text  # it is Ben's now
    assert "Ben (you) – owner" in (await ben.say("members of Club")).text
    assert (await ana.say("/start")).text != done.text
    assert "AAPL" not in (await ana.say("trades")).text
    assert "AAPL" not in (await phone.say("trades")).text


async def test_in_a_group_only_what_one_sent_oneself_goes(storage: Storage) -> None:
    """Somebody's name is part of another's, and in what others say."""
    ana, anabel = person(storage, "ana"), person(storage, "anabel")
    await share(ana, (anabel, "member"))
    await ana.in_("investing").say("use Club here")
    await anabel.in_("investing").say('trades, "sender": "ana"')
    await ana.say("delete everything")
    number = re.search(r"DELETE (\d+)", ana.heard.text)
    assert number
    assert (await ana.say(number[0])).text.startswith("Done.")
    group = [one for one in (await dump(storage))["inbox"] if '"chat":"investing"' in one]
    assert len(group) == 1, "hers is gone, the other's is there"


async def ids_of(storage: Storage, channel: str, name: str) -> list[str]:
    """All that tells who somebody is: their id, and those of what is theirs alone."""
    async with storage.transaction() as work:
        found = await work.users.known_as(channel, name)
        own = await work.portfolios.of(found.id)
        others = await work.links.absorbed(found.id)
    return [str(one) for one in (found.id, *others, *(portfolio.id for portfolio in own))]


def test_every_table_of_a_person_is_reached() -> None:
    """A new table with a person or a portfolio in it has to go with them."""
    for table in metadata.tables.values():
        for name in ("user_id", "portfolio_id"):
            if name not in table.c or table.name == "user_profiles":
                continue
            (key,) = table.c[name].foreign_keys
            assert key.ondelete == "CASCADE", f"{table.name}.{name} would stay"


def test_what_has_a_chat_but_no_person_is_known() -> None:
    """Rows that are found by their chat are deleted by hand; a new kind has to be added there."""
    by_chat: set[Any] = {
        table.name
        for table in metadata.tables.values()
        if "chat" in table.c and "user_id" not in table.c
    }
    assert by_chat == {
        "code_tries", "door_chats", "inbox", "outbox", "team_chats", "team_voices", "uploads",
        "web_sessions",
    }  # fmt: skip
