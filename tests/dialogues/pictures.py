"""The pictures of docs/telegram.md and docs/slack.md: BPO_SHOTS=docs/images makes them anew."""

from __future__ import annotations

import os

import pytest

from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office
from tests.bot.telegram.people import Town
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
