"""Dialogue (h) where it begins with us: what is found after a close comes at each of the doors, in
the same words, and its buttons do the same there.

``files/buys.csv`` is made with hindsight: real closes, and in six weeks four purchases of what then
fell behind, so that there is a pattern to be found.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from conversations.actions import reviewing
from conversations.desk import Desk
from scheduler.jobs import detection, nudges
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office
from tests.dialogues import transcripts, walking
from tests.dialogues.doors import Door, Heard
from tests.dialogues.walking import GATHERED, walk_everywhere

CLOSED = datetime(2022, 12, 28, 21, 30, tzinfo=UTC)  # the last close of the demo's market
NEWEST = (
    "SELECT d.user_id FROM inbox i JOIN dialogs d USING (channel, chat) ORDER BY i.id DESC LIMIT 1"
)


async def take(door: Door, done: str, desk: Desk) -> Heard:
    """``🕗 2022-12-29 09:00``: what there is to say first is looked for at that moment (UTC), and
    said; with ``again`` the last of it is found once more, as the market stands still."""
    if not done.startswith("🕗"):
        return await walking.take(door, done, desk)
    moment = done[1:].removesuffix("again").strip()
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    door.wait(seconds=(at - door.now).total_seconds())
    if done.endswith("again"):
        await find_again(desk.storage, at)
    else:
        await detection.run(desk, at)
    door.wait(seconds=GATHERED.total_seconds())
    await nudges.run(desk, door.now)
    return await door.listen()


async def find_again(storage: Storage, at: datetime) -> None:
    """For whoever wrote last."""
    async with storage.transaction() as work:
        person = (await work._connection.exec_driver_sql(NEWEST)).scalar_one()
        (last,) = await work.nudges.history(person, 1)
        fresh: dict[str, Any] = {"status": "waiting", "said_at": None, "message": None}
        until = at + timedelta(days=3)
        assert await work.nudges.want(
            replace(last, id=uuid4(), key=uuid4().hex, born_at=at, stale_at=until, **fresh)
        )


async def test_a_nudge_reads_the_same_on_all_four_doors(
    storage: Storage,
    office: Office,  # noqa: F811 - it is the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reviewing.Case, "seed", 7)  # by lot, a number of each portfolio's own
    steps = transcripts.read(transcripts.HERE / "unasked" / "h.txt")
    await walk_everywhere(office, Desk(storage, Cache(None)), steps, now=CLOSED, take=take)
