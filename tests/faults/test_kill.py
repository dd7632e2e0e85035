"""Workers are killed with SIGKILL, again and again, while people talk (M1, M2)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.truths.registry import truths
from storage.truths.truth import SHIFT, SLICES
from tests.faults.talk import BROKEN, Row, Town, row_of

ROOT = Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
DEATHS = int(os.environ.get("DEATHS", "36"))
PEOPLE = int(os.environ.get("PEOPLE", "90"))
REPORTS = max(PEOPLE // 10, 1)  # people who also ask for their bias report
PAUSE = (0.25, 0.8)  # seconds between two murders
PATIENCE = 120.0
CHANCES = {"DIE_AFTER_SENDING": "0.03", "DIE_AFTER_COMPUTING": "0.3"}
TRADE = "bought 3 AAPL at 125.70 on 2022-12-28"
WAITING = """
    SELECT (SELECT count(*) FROM inbox WHERE answered_at IS NULL)
         + (SELECT count(*) FROM tasks WHERE done_at IS NULL)
         + (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
"""
DELIVERED = """
    SELECT id, chat, body, revision, answers FROM outbox
    WHERE EXISTS (SELECT FROM sent_log WHERE outbox = outbox.id)
"""


@dataclass(slots=True)
class Nursery:
    """A process that bears a worker whenever the last one has died."""

    process: asyncio.subprocess.Process
    births: int = 0
    worker: int = 0
    reading: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, dsn: str) -> Nursery:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.worker",
            dsn,
            cwd=ROOT,
            env={**os.environ, **CHANCES},
            stdout=asyncio.subprocess.PIPE,
        )
        nursery = cls(process)
        nursery.reading = asyncio.create_task(nursery.read())
        return nursery

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.worker, self.births = int(line), self.births + 1

    @property
    def deaths(self) -> int:
        return max(self.births - 1, 0)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.worker, signal.SIGKILL)

    async def close(self) -> None:
        self.process.kill()
        await self.process.wait()
        if self.worker:
            self.kill()  # before it notices that it is an orphan
        assert self.reading is not None
        await self.reading


@dataclass(slots=True)
class Crowd:
    """People who tell a trade, save it, and some of whom ask for a report."""

    town: Town
    chance: random.Random
    saved: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    deliveries: int = 0

    async def speak(self, deaths: Callable[[], int]) -> None:
        """Keep pace with the deaths, so that nobody dies idle."""
        for who in range(PEOPLE):
            while deaths() < DEATHS * who // PEOPLE:  # noqa: ASYNC110 - deaths ring no bell
                await asyncio.sleep(0.05)
            await self._tell(f"person-{who}", TRADE)

    async def react(self) -> None:
        """Press Save on a card once it has arrived; ask for the report once it is saved."""
        while len(self.saved) < PEOPLE or len(self.asked) < REPORTS:
            for record in await self.town.books.fetch(DELIVERED):
                await self._react_to(row_of(record))
            await asyncio.sleep(0.05)

    async def _react_to(self, row: Row) -> None:
        if row.text.startswith("BUY") and row.chat not in self.saved:
            self.saved.add(row.chat)
            for times in range(self.chance.randint(1, 3)):
                await self._press(row, again=times > 0)
        elif "Saved #" in row.text and row.chat not in self.asked and len(self.asked) < REPORTS:
            self.asked.add(row.chat)
            await self._tell(row.chat, "biases")

    async def _tell(self, chat: str, text: str) -> None:
        for _ in range(self.chance.randint(1, 3)):  # the same message: one effect
            self.deliveries += 1
            await self.town.say(chat, text, id=text)

    async def _press(self, row: Row, *, again: bool) -> None:
        """Either the same press delivered again, or a second press of the same button."""
        self.deliveries += 1
        id = str(self.chance.random()) if again and self.chance.random() < 0.5 else "save"
        await self.town.press(row.chat, row.button("save"), id=id)


@pytest.fixture
async def nurseries(town: Town, dsn: str) -> AsyncIterator[list[Nursery]]:
    await town.books.execute(
        "DROP TABLE IF EXISTS sent_log;"
        "CREATE TABLE sent_log (id BIGSERIAL, outbox BIGINT NOT NULL, revision INT NOT NULL);"
        "CREATE INDEX ON sent_log (outbox)"
    )
    opened = [await Nursery.open(dsn) for _ in range(2)]
    yield opened
    for nursery in opened:
        await nursery.close()
    await town.books.execute("DROP TABLE sent_log")


async def test_no_message_is_lost_and_no_trade_is_doubled(
    town: Town, nurseries: list[Nursery]
) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown when the test fails
    chance = random.Random(SEED)
    crowd = Crowd(town, random.Random(SEED + 1))

    def deaths() -> int:
        return sum(nursery.deaths for nursery in nurseries)

    async def murder() -> None:
        while deaths() < DEATHS:
            await asyncio.sleep(chance.uniform(*PAUSE))
            chance.choice(nurseries).kill()

    async def finish() -> None:
        await asyncio.gather(murder(), crowd.speak(deaths), crowd.react())
        while await town.books.fetchval(WAITING):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    while not all(nursery.births for nursery in nurseries):  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    try:
        await asyncio.wait_for(finish(), PATIENCE)
    finally:
        told = {
            "deaths": deaths(),
            "waiting": await town.books.fetchval(WAITING),
            "deliveries": crowd.deliveries,
            "messages": await town.count("FROM inbox"),
            "trades": await town.count("FROM trades"),
            "sends": await town.count("FROM sent_log"),
        }
        print(told)  # noqa: T201
    assert deaths() >= DEATHS
    await assert_books_agree(town)
    await assert_everything_was_answered(town)
    await assert_everything_was_sent(town, deaths())
    await assert_reports_came_once(town, crowd.asked)
    await assert_every_truth_holds(town)


async def assert_books_agree(town: Town) -> None:
    """One trade each, under the id that its draft had before the button existed."""
    assert await town.count("FROM trades") == PEOPLE
    assert await town.count("FROM trades JOIN drafts USING (id) WHERE status = 'saved'") == PEOPLE
    assert await town.count("FROM drafts") == PEOPLE
    assert await town.count("FROM positions WHERE symbol = 'AAPL' AND quantity = 3") == PEOPLE
    assert await town.count("FROM portfolios WHERE version = 1 AND numbers = 1") == PEOPLE


async def assert_everything_was_answered(town: Town) -> None:
    """Every message has one reply of its own, but for the press that turned a card into "Saved"."""
    replies = await town.replies()
    messages = await town.count("FROM inbox")
    assert len(replies) == len({row.answers for row in replies}) == messages - PEOPLE
    cards = [row for row in replies if "Saved #1" in row.text]
    assert len(cards) == PEOPLE
    assert {row.revision for row in cards} == {1}
    assert not [row for row in replies if BROKEN in row.text]
    assert await town.count("FROM outbox WHERE parked_at IS NOT NULL") == 0


async def assert_everything_was_sent(town: Town, deaths: int) -> None:
    """The last words of every reply arrived; a death doubles at most one send, and loses none."""
    unsaid = await town.count(
        "FROM outbox AS o WHERE NOT EXISTS (SELECT FROM sent_log AS s"
        " WHERE s.outbox = o.id AND s.revision = o.revision)"
    )
    assert unsaid == 0
    replies = await town.books.fetchval("SELECT sum(revision + 1) FROM outbox")
    assert await town.count("FROM sent_log") <= replies + deaths


async def assert_reports_came_once(town: Town, asked: set[str]) -> None:
    """A slow task that died is done again by somebody else; its result is written once."""
    reports = await town.books.fetch(
        "SELECT outbox.revision, outbox.picture, tasks.outcome, tasks.attempts"
        " FROM tasks JOIN outbox ON outbox.id = tasks.reply_to"
    )
    assert len(reports) == len(asked) == REPORTS
    assert {(one["revision"], one["outcome"]) for one in reports} == {(1, "done")}
    assert all(one["picture"] is not None for one in reports)
    assert await town.count("FROM pictures") == REPORTS
    assert await town.count("FROM (SELECT DISTINCT review FROM bias_scores) AS r") == REPORTS
    assert sum(one["attempts"] for one in reports) > REPORTS, "no worker died over a report"


async def assert_every_truth_holds(town: Town) -> None:
    """What the scheduler looks at in production, of all the data."""
    for now in (datetime.now(UTC) + n * timedelta(seconds=SHIFT) for n in range(SLICES)):
        for truth in truths():
            async with town.storage.transaction() as work:
                assert await work.watch.check(truth, now) == [], truth.holds
