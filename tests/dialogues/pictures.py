"""The pictures of docs/telegram.md, docs/slack.md and docs/nudges.md: BPO_SHOTS=docs/images makes
them anew."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from conversations.desk import Desk
from conversations.nudging.registry import kind_named
from scheduler.jobs import nudges
from storage.cache import Cache
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import Storage
from tests.bot.conftest import address, browser, limits  # noqa: F401 - fixtures
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office
from tests.bot.telegram.people import Town
from tests.bot.test_page_for_real import at_work  # noqa: F401 - a fixture
from tests.bot.visits import Visit
from tests.conversations.nudging.test_dialogue import PACE
from tests.dialogues import shots
from tests.dialogues.test_club import ON, ROOM, club_in_slack

pytestmark = pytest.mark.skipif("BPO_SHOTS" not in os.environ, reason="no pictures are wanted")


async def test_a_report_in_telegram(storage: Storage) -> None:
    ana = Town(storage).person()
    await ana.say("demo")
    said = "rebalance me, max 20% in one stock"
    report = await ana.say(said)
    await shots.shoot("telegram", shots.telegram(said, report))


async def test_a_second_yes_in_slack(office: Office) -> None:  # noqa: F811 - the fixture
    await club_in_slack(office)
    said = [f"bought 20 AAPL at 125.70 {ON}", "market drops 30%", f"sold 5 AAPL at 125.70 {ON}"]
    asked = office.event(said[0], channel=ROOM)
    first = await office.changed(asked)
    await office.press("Approve", first, "U0BEN")
    thread = asked["event"]["ts"]
    more = [await office.say(one, channel=ROOM, thread_ts=thread) for one in said[1:]]
    shown = [office.slack.messages[ROOM, one.ts] for one in (first, *more)]
    lines = [("Ana", f"@bpo {one}", message) for one, message in zip(said, shown, strict=True)]
    await shots.shoot("slack", shots.slack(office.slack, lines))


async def test_a_nudge_on_the_page(
    storage: Storage,
    browser: Browser,  # noqa: F811 - the fixtures
    address: str,  # noqa: F811
    at_work: None,  # noqa: F811
) -> None:
    context = await browser.new_context(
        viewport={"width": 720, "height": 662}, locale="en-GB", device_scale_factor=1.5
    )
    me = Visit(await context.new_page(), address)
    await me.open()
    await me.say("my nudges")
    await me.hears("No nudges so far.")
    now = datetime.now(UTC).replace(hour=12) + timedelta(days=1)
    now += timedelta(days=(2 - now.weekday()) % 7)  # a Wednesday: nothing is kept for a digest
    kind = kind_named("pace")
    assert kind is not None
    async with storage.transaction() as work:
        found = await work._connection.exec_driver_sql("SELECT user_id FROM dialogs")
        person = found.scalar_one()
        who = await work.users.get(person)
        assert who.portfolio is not None
        wanted = NudgeRecord(
            uuid4(), who.portfolio, person, kind.name, kind.group, "once", PACE, 1.0, now,
            now + timedelta(days=2),
        )  # fmt: skip
        assert await work.nudges.want(wanted)
    await nudges.run(Desk(storage, Cache(None)), now)
    async with storage.transaction() as work:  # a browser's clock cannot be turned
        await work._connection.exec_driver_sql("UPDATE nudges SET said_at = now()")
    await me.hears("You're near a pattern")
    await me.button("Why this?").click()
    await me.hears("Sent once, inside your hours.")
    await expect(me.button("Change limit")).to_be_visible()
    await me.page.wait_for_timeout(500)  # until it has come to rest
    await me.page.screenshot(path=Path(os.environ["BPO_SHOTS"]) / "nudge.png")
    await context.close()
