"""A web server on a real database, and a scripted advisor that answers in it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, async_playwright

from bot.api.app import make_app
from bot.door import Door
from bot.terminal import Terminal
from bot.web.door import Web
from bot.web.server import serve
from conversations.messages import IncomingMessage
from storage.unit_of_work import Storage
from tests.bot.script import ANSWERS, Answer
from tests.bot.visits import CHROMIUM, QUIET


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield browser
        await browser.close()


class Unlimited:
    """Limits that can be used up by hand."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []
        self.full: set[str] = set()

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        self.asked.append((key, limit, seconds))
        return not any(key.startswith(start) for start in self.full)


@pytest.fixture
def home() -> Iterator[Path]:
    """A short folder that no other test run meddles with: a database's socket lies in it."""
    folder = Path(tempfile.mkdtemp(prefix="bpo-home-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def limits() -> Unlimited:
    return Unlimited()


@pytest.fixture
async def app(storage: Storage, limits: Unlimited) -> Any:
    return make_app(storage, limits)


@dataclass
class Advisor:
    """Answers what the script knows, through the inbox and the outbox like the real one."""

    storage: Storage
    heard: list[IncomingMessage] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)  # chat → its newest reply

    async def work(self) -> None:
        doors: dict[str, Door] = {"web": Web(self.storage), "terminal": Terminal(self.storage)}
        while True:
            if not (await self.answer(doors) or await self.send(doors)):
                await self.storage.bell.wait("inbox", timeout=0.2)

    async def answer(self, doors: dict[str, Door]) -> bool:
        async with self.storage.transaction() as work:
            waiting = await work.inbox.next(list(doors))
            if waiting is None:
                return False
            message = doors[waiting.channel].read(waiting.body)
            assert message is not None
            self.heard.append(message)
            said = message.pressed or message.text or "file"
            steps = ANSWERS.get(said.split(":")[0], [Answer(f"You said: {said}")])
            for step in steps:
                await self.say(step, waiting.channel, waiting.chat)
            await work.inbox.answered(waiting.id)
        return True

    async def say(self, step: Answer, channel: str, chat: str) -> None:
        async with self.storage.transaction() as work:
            picture: UUID | None = None
            if step.png:
                picture = await work.pictures.add(step.png, step.alt)
            body = {"text": step.text, "buttons": step.rows(), "alt": step.alt}
            if step.edits:
                await work.outbox.edit(self.last[chat], body, picture)
            else:
                self.last[chat] = await work.outbox.add(channel, chat, body, picture=picture)
        if step.pause:
            await self.storage.bell.ring(f"{channel}:{chat}")
            await asyncio.sleep(step.pause)

    async def send(self, doors: dict[str, Door]) -> bool:
        async with self.storage.transaction() as work:
            reply = await work.outbox.lease(list(doors), datetime.now(UTC), 30)
        if reply is None:
            return False
        await doors[reply.channel].send(reply)
        async with self.storage.transaction() as work:
            await work.outbox.sent(reply.id)
        return True


@pytest.fixture
async def advisor(storage: Storage) -> AsyncIterator[Advisor]:
    advisor = Advisor(storage)
    working = asyncio.create_task(advisor.work())
    yield advisor
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def address(storage: Storage, limits: Unlimited) -> AsyncIterator[str]:
    """Where the application over ``storage`` can be reached."""
    port, started = free_port(), asyncio.Event()
    serving = asyncio.create_task(
        serve(make_app(storage, limits), "127.0.0.1", port, started=started)
    )
    await asyncio.wait_for(started.wait(), 10)
    yield f"http://127.0.0.1:{port}"
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
