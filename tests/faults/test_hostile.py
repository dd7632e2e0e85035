"""Whatever is sent through a door, it neither falls over nor saves anything (H1)."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import pytest

from bot.post import accept, answer_next, send_next
from bot.program import warm_talk
from bot.terminal import converse
from conversations.messages import LONGEST_TEXT, IncomingMessage
from tests.faults import hostile
from tests.faults.talk import BROKEN, TERMINAL, WEB, Town

SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
BODIES, SAMPLE = 10_000, 300
MEGABYTE = 2**20
SLOWEST = 2.0  # seconds for one answer


@pytest.mark.parametrize("channel", [WEB, TERMINAL])
async def test_a_door_reads_anything_without_raising(town: Town, channel: str) -> None:
    print(f"SEED={SEED}")  # noqa: T201 - shown when the test fails
    chance = random.Random(f"{SEED}:{channel}")
    read = unread = 0
    for _ in range(BODIES):
        message = town.doors[channel].read(hostile.body(chance))
        if message is None:
            unread += 1
            continue
        read += 1
        assert_storable(message)
    assert min(read, unread) > BODIES / 10  # the generator makes both


def assert_storable(message: IncomingMessage) -> None:
    """Every string in it can be kept by PostgreSQL, in text and in JSON."""
    strings = [message.id, message.sender, message.address.chat, message.text]
    strings += [message.pressed or ""]
    if message.file is not None:
        strings += [message.file.id, message.file.name]
        assert 0 <= message.file.size < 2**63
    for string in strings:
        assert "\x00" not in string
        string.encode()  # a lone surrogate would raise
    assert len(message.text) <= LONGEST_TEXT
    assert message.sent_at.utcoffset() is not None


@pytest.mark.parametrize("channel", [WEB, TERMINAL])
async def test_every_hostile_message_is_answered_politely_and_saves_nothing(
    town: Town, channel: str
) -> None:
    print(f"SEED={SEED}")  # noqa: T201
    warm_talk()  # as a worker does when it starts
    chance = random.Random(f"{SEED}:answers:{channel}")
    slowest = (0.0, b"")
    for number in range(SAMPLE):
        chat = f"person-{number % 10}"  # states and drafts meet each other
        body = hostile.body(chance, chat)
        assert await accept(town.storage, channel, f"{chat}:{number}", chat, body)
        begun = perf_counter()
        await town.drain(1)
        slowest = max(slowest, (perf_counter() - begun, body[:300]))

    replies = await town.replies()
    answered = {row.answers for row in replies}
    told = await town.books.fetch("SELECT id, body FROM inbox")
    inbox = {record["id"]: bytes(record["body"]) for record in told}
    edited = await town.count("FROM outbox WHERE revision > 0")
    assert len(inbox) == SAMPLE
    assert len(answered) + edited >= SAMPLE
    broken = [(row.text, inbox[row.answers or 0][:400]) for row in replies if BROKEN in row.text]
    assert not broken
    assert all(row.text.strip() for row in replies)
    assert await town.count("FROM inbox WHERE answered_at IS NULL") == 0
    assert await town.count("FROM outbox WHERE sent_at IS NULL") == 0
    assert await town.count("FROM tasks WHERE done_at IS NULL OR outcome = 'failed'") == 0
    assert await town.count("FROM trades WHERE source <> 'demo'") == 0
    assert slowest[0] < SLOWEST, slowest


async def test_a_megabyte_of_text_is_refused_in_words(town: Town) -> None:
    for number, unit in enumerate(("bought 3 AAPL at 125.70 ", "\x00", "🦉", "\ud800", "9")):
        text = (unit * MEGABYTE)[:MEGABYTE]
        body = {"id": "1", "sender": "7", "chat": "7", "sent_at": "2026-01-01T00:00:00+00:00"}
        written = json.dumps({**body, "text": text, "too_long": False}).encode()
        assert await accept(town.storage, WEB, f"7:{number}", "7", written)
        begun = perf_counter()
        await town.drain(1)
        assert perf_counter() - begun < SLOWEST
        assert "too long" in (await town.replies())[-1].text
    assert await town.count("FROM drafts") == 0


async def test_hostile_lines_typed_at_the_terminal_are_answered_too(
    town: Town, tmp_path: Path
) -> None:
    """Through the terminal's own loop, as ``bpo chat < file`` would take them in."""
    chance = random.Random(f"{SEED}:lines")
    lines = [hostile.text(chance).replace("\n", " ") for _ in range(60)]
    lines = [line for line in lines if not line.strip().isdigit()]  # those press buttons

    async def typed() -> AsyncIterator[str]:
        for line in lines:
            yield line

    async def work() -> None:
        while True:
            now = datetime.now(UTC)
            worked = await answer_next(town.storage, town.doors, town.desk, now)
            worked = await send_next(town.storage, town.doors, now) or worked
            if not worked:
                await asyncio.sleep(0.005)

    working = asyncio.create_task(work())
    out = io.StringIO()
    try:
        await converse(
            town.storage,
            chat="local",
            lines=typed(),
            out=out,
            interactive=False,
            pictures=tmp_path,
        )
    finally:
        working.cancel()
    assert BROKEN not in out.getvalue()
    assert await town.count("FROM inbox WHERE answered_at IS NULL") == 0
    assert await town.count("FROM inbox") == len([line for line in lines if line.strip()])
    assert await town.count("FROM trades WHERE source <> 'demo'") == 0
