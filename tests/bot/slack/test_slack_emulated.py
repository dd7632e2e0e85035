"""The door over real HTTP, against Slack as an npm package plays it: other people's reading of what
Slack does, with scopes enforced and every event signed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit_of_work import Storage
from tests.bot.slack.emulate.package import Missing, installed
from tests.bot.slack.emulate.workplace import Workplace, standing
from tests.bot.slack.office import SECRET, sign

PNG = b"\x89PNG\r\n\x1a\n"
TRADES = b"time,symbol,side,quantity,price\n2022-12-01,AAPL,buy,3,148.31\n"
# The SDK's own, at the moment of installing.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
async def package() -> Path:
    """Where the stand-in is installed: by the first run, where npm's registry is within reach."""
    try:
        return await asyncio.to_thread(installed)
    except Missing as fact:
        pytest.skip(f"Slack's npm stand-in is not here: {fact}")


@pytest.fixture
async def club(package: Path, storage: Storage) -> AsyncIterator[Workplace]:
    """A workspace in which Ana has installed us, by OAuth."""
    async with standing(package, storage, SECRET) as workplace:
        assert await workplace.install("ana") == 200
        yield workplace


async def test_installing_over_oauth(club: Workplace) -> None:
    async with club.office.storage.transaction() as work:
        sealed = await work.slack.get("", club.team)
    assert sealed is not None
    assert b"xoxb" not in sealed
    told = await club.ask("auth.test", "bpo")
    assert (told["user_id"], told["team_id"]) == (club.bot, club.team)


async def test_talking_in_the_direct_messages(club: Workplace) -> None:
    """Also: what we say ourselves is told of like anything else, and nobody answers it."""
    await club.say("ana", "demo")
    await club.say("ana", "bought 3 AAPL at 129.65 yesterday")
    card = await club.last("ana")
    assert "BUY 3" in card.text
    await club.press("ana", "Save", card)
    saved = await club.last("ana")
    assert saved.ts == card.ts, "the card itself is changed"
    assert "Saved #" in saved.text
    said = await club.shown("ana")
    assert [one["user"] == club.bot for one in said] == [False, True, False, True]
    async with club.office.storage.transaction() as work:
        found = await work._connection.exec_driver_sql("SELECT count(*) FROM inbox")
        assert found.scalar_one() == 3, "two sayings and a press: nothing of ours"


async def test_a_form_opens_and_changes_the_card(club: Workplace) -> None:
    await club.say("ana", "demo")
    await club.say("ana", "bought 3 AAPL at 129.65 yesterday")
    card = await club.last("ana")
    before = len(await club.shown("ana"))
    await club.press("ana", "Edit", card)
    assert len(await club.shown("ana")) == before, "a form, not words"
    (form,) = await club.beside("shown")
    wrong = await club.fill("ana", form, quantity="three")
    assert set(wrong["errors"]) == {"quantity"}
    assert await club.fill("ana", form, quantity="4", note="felt <rushed> & late") == {}
    changed = await club.last("ana")
    assert changed.ts == card.ts
    assert "BUY 4" in changed.text
    assert "felt <rushed> & late" in changed.text


async def test_home_is_shown_to_who_opens_it(club: Workplace) -> None:
    opened = {"type": "app_home_opened", "user": club.users["ben"], "tab": "home"}
    await club.office.tell(club.office.envelope(opened, club.team))
    await club.office.settle()
    (page,) = await club.beside("shown")
    assert (page["type"], page["user_id"]) == ("home", club.users["ben"])
    assert "Ben Okri: your portfolio" in json.dumps(page["blocks"])


async def test_files_come_in_and_go_out(club: Workplace) -> None:
    await club.drop("ana", "trades.csv", TRADES)
    preview = await club.last("ana")
    assert "1" in preview.text
    async with club.office.storage.transaction() as work:
        rows = await work._connection.exec_driver_sql("SELECT name, data FROM uploads")
        assert [(row.name, row.data) for row in rows] == [("trades.csv", TRADES)]
    await club.press("ana", "Import", preview)
    await club.say("ana", "export my trades")
    sent = [one for one in await club.shown("ana") if one["user"] == club.bot and "files" in one]
    told, data = await club.file("ana", sent[-1]["files"][0]["id"])
    assert told["name"].endswith(".csv")
    assert b"AAPL" in data
    await club.say("ana", "demo")
    await club.say("ana", "what are my biases?")
    report = await club.last("ana")
    assert report.image is not None
    told, data = await club.file("bpo", report.image)
    assert data.startswith(PNG)


async def test_a_mention_is_answered_once_and_in_private(club: Workplace) -> None:
    await club.say("ben", "demo")
    asked = await club.say("ben", f"<@{club.bot}> portfolio", channel="club")
    answer = await club.last("ben")
    assert "position" in answer.text
    assert [one["ts"] for one in await club.shown("ben", "club", asked)] == [asked]
    (told,) = await club.beside("whispered")
    assert (told["target_user"], told["thread_ts"]) == (club.users["ben"], asked)
    async with club.office.storage.transaction() as work:
        found = await work._connection.exec_driver_sql("SELECT count(*) FROM inbox")
        assert found.scalar_one() == 2, "the message and its mention are one"


async def test_a_team_talks_in_a_thread(club: Workplace) -> None:
    """Dialogue (i): a draft of Ana's, Ben's yes, each by the name that Slack shows."""
    await club.say("ana", "make a team portfolio called Club")
    await club.say("ana", "invite a member to Club")
    code = re.search(r"join (\S+)", (await club.last("ana")).text)
    assert code is not None
    await club.say("ben", f"join {code[1]}")
    assert "as Ben Okri" in (await club.last("ben")).text
    await club.say("ana", "require a second yes for Club")
    await club.say("ana", f"<@{club.bot}> use Club here", channel="club")
    asked = await club.say(
        "ana", f"<@{club.bot}> bought 10 AAPL at 125.70 yesterday", channel="club"
    )
    draft = await club.last("ben", "club", asked)
    assert draft.thread == asked
    assert "Draft by Ana Araujo" in draft.text
    await club.press("ben", "Approve", draft)
    saved = await club.last("ana", "club", asked)
    assert saved.ts == draft.ts
    assert "Ana Araujo + Ben Okri" in saved.text
    said = await club.shown("ana", "club", asked)
    assert [one["user"] == club.bot for one in said] == [False, True]


async def test_what_another_signs_is_refused(package: Path, storage: Storage) -> None:
    async with standing(package, storage, "SHHH") as club:
        assert await club.install("ana") == 200
        await club.say("ana", "demo")
        assert [one["user"] for one in await club.shown("ana")] == [club.users["ana"]]
        forged = json.dumps(club.office.event("demo")).encode()
        status, _ = await club.office.post(forged, headers=sign(forged, secret="SHHH"))
        assert status == 401
