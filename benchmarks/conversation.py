"""How fast messages are taken in and answered, and how soon the program is up again.

The load: one process with everything in it, as ``bpo run`` (4 answering workers, 2 senders, 1 slow
worker, their bells), a PostgreSQL of its own on the same machine with ``fsync`` on. Messages come
in through ``bot.post.accept``, as the web door calls it; HTTP itself is not in the figures.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import numpy as np

from bot import program
from bot.letter import pack, unpack
from bot.post import accept, answer_next, send_next, work_next
from bot.program import SENDERS
from bot.settings import Settings
from conversations.desk import DEMO, Desk
from conversations.messages import Address, IncomingMessage
from storage import embedded
from storage.cache import Cache
from storage.records import WaitingReply
from storage.schema import migrate
from storage.unit_of_work import Storage

ROOT = Path(__file__).resolve().parents[1]
IN_FLIGHT, ACCEPTED = 20, 4_000
TALKERS, WARM_UP, TALK = 50, 8.0, 30.0  # seconds
THINKING = (0.5, 1.5)  # seconds between a reply and the next message: 1 on average
STARTS = 3
# What each talker says, over and over; "save" presses the button of the card before it.
SCRIPT = (
    "bought 3 AAPL at 125.70 on 2022-12-28", "save", "holdings", "help",
    "bought 10 KO at 62.60 on 2022-12-28", "fee 1", "save", "trades",
    "sold 2 AAPL at 125.90 on 2022-12-28", "save", "undo", "why?",
)  # fmt: skip

_chat: ContextVar[str] = ContextVar("chat")


def row(name: str, value: float, unit: str, target: str | None) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": None}


def measure() -> list[dict[str, Any]]:
    return [*asyncio.run(_measure_talk()), *_measure_starts()]


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL of our own, as durable as in earnest, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bpo-bench-"))
    started = embedded.start(folder)
    try:
        yield started.dsn
    finally:
        started.stop()
        shutil.rmtree(folder)


@asynccontextmanager
async def furnished() -> AsyncIterator[Storage]:
    """Storage on such a server, with the demo market in it."""
    with server() as dsn:
        await migrate(dsn)
        settings = Settings.model_validate({})
        pool = settings.workers + settings.processes + SENDERS + 8  # as the program has
        storage = Storage(dsn, pool=pool)
        await program.load_demo(storage, lambda line: None)
        yield storage
        await storage.close()


async def _measure_talk() -> list[dict[str, Any]]:
    async with furnished() as storage:
        rows = await _measure_accepting(storage)
    async with furnished() as storage:
        return rows + await _measure_answering(storage)


def letter(chat: str, text: str = "", pressed: str | None = None) -> tuple[str, bytes]:
    message = IncomingMessage(
        str(uuid4()), chat, Address("web", chat), datetime.now(UTC), text, pressed
    )
    return f"{chat}:{message.id}", pack(message)


async def _measure_accepting(storage: Storage) -> list[dict[str, Any]]:
    """``IN_FLIGHT`` askers, each with the next message as soon as the last one is kept."""
    waits: list[float] = []
    left = iter(range(ACCEPTED))

    async def ask() -> None:
        for number in left:
            chat = f"chat-{number % 500}"
            name, body = letter(chat, SCRIPT[0])
            begun = perf_counter()
            await accept(storage, "web", name, chat, body)
            waits.append(perf_counter() - begun)

    await asyncio.gather(*(accept(storage, "web", f"w{n}", f"w{n}", b"{}") for n in range(100)))
    begun = perf_counter()
    await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))
    took = perf_counter() - begun
    what = f"messages accepted, {IN_FLIGHT} in flight"
    return [
        row(what, ACCEPTED / took, "/s", ">= 200"),
        row(f"{what}: p99", float(np.quantile(waits, 0.99)) * 1000, "ms", "<= 250"),
    ]


@dataclass(slots=True)
class Page:
    """The web door, as a page that is told of replies; it notes when they were there."""

    channel: str = "web"
    asked: dict[str, float] = field(default_factory=dict)
    ready: list[float] = field(default_factory=list)  # seconds from accept to reply ready
    shown: list[float] = field(default_factory=list)  # ... to the reply at its page
    replies: dict[str, asyncio.Queue[WaitingReply]] = field(
        default_factory=lambda: defaultdict(asyncio.Queue)
    )

    def read(self, body: bytes) -> IncomingMessage | None:
        message = unpack(self.channel, body)
        if message is not None:
            _chat.set(message.address.chat)
        return message

    def committed(self) -> None:
        self.ready.append(perf_counter() - self.asked[_chat.get()])

    async def send(self, reply: WaitingReply) -> None:
        self.shown.append(perf_counter() - self.asked[reply.chat])
        self.replies[reply.chat].put_nowait(reply)


async def _measure_answering(storage: Storage) -> list[dict[str, Any]]:
    page, stop = Page(), asyncio.Event()
    desk = Desk(storage, Cache(), sources=(DEMO,))
    doors = {"web": page}
    whole = program.Program(Settings.model_validate({}), storage, desk, doors, stop)

    async def answering() -> bool:
        worked = await answer_next(storage, doors, desk, datetime.now(UTC))
        if worked:
            page.committed()
        return worked

    async def working() -> bool:
        return await work_next(storage, desk, datetime.now(UTC))

    async def sending() -> bool:
        return await send_next(storage, doors, datetime.now(UTC))

    # The same loops as ``program.workers`` has, but that this answering takes the time.
    program.settle_in()
    steps = [
        (answering, "inbox", whole.settings.workers),
        (working, "tasks", whole.settings.processes),
        (sending, "outbox", SENDERS),
    ]
    loops = [asyncio.create_task(program.keep_doing(whole, *step)) for step in steps]
    await storage.bell.ready()
    chance = random.Random(1)
    talkers = [asyncio.create_task(_talk(storage, page, f"t{n}", chance)) for n in range(TALKERS)]
    await asyncio.sleep(WARM_UP)
    page.ready.clear()
    page.shown.clear()
    await asyncio.sleep(TALK)
    for talker in talkers:
        talker.cancel()
    outcomes = await asyncio.gather(*talkers, return_exceptions=True)
    stop.set()
    await asyncio.gather(*loops)
    await desk.cache.close()
    for outcome in outcomes:
        if not isinstance(outcome, asyncio.CancelledError):
            raise RuntimeError("a talker gave up") from outcome
    return _answered(page)


def _answered(page: Page) -> list[dict[str, Any]]:
    what = f"answers to {TALKERS} talkers"
    p50, p95 = (float(np.quantile(page.ready, part)) * 1000 for part in (0.5, 0.95))
    shown = float(np.quantile(page.shown, 0.95)) * 1000
    return [
        row(f"{what}: accept to reply ready, p50", p50, "ms", None),
        row(f"{what}: accept to reply ready, p95", p95, "ms", "<= 100"),
        row(f"{what}: accept to reply sent, p95", shown, "ms", None),
        row(f"{what}: rate", len(page.ready) / TALK, "/s", None),
    ]


async def _talk(storage: Storage, page: Page, chat: str, chance: random.Random) -> None:
    """Think, say the next line of the script, wait for the reply; and so on."""
    save = ""
    await asyncio.sleep(chance.uniform(0, THINKING[1]))
    while True:
        for said in SCRIPT:
            pressed = said == "save"
            name, body = letter(chat, "" if pressed else said, save if pressed else None)
            page.asked[chat] = perf_counter()
            await accept(storage, "web", name, chat, body)
            reply = await page.replies[chat].get()
            data = [one["data"] for line in reply.body["buttons"] for one in line]
            # The same trade again is questioned; saying it is a second one leads to the card.
            if twin := next((one for one in data if one.startswith("twins:")), None):
                await asyncio.sleep(chance.uniform(*THINKING))
                name, body = letter(chat, pressed=twin)
                page.asked[chat] = perf_counter()
                await accept(storage, "web", name, chat, body)
                reply = await page.replies[chat].get()
                data = [one["data"] for line in reply.body["buttons"] for one in line]
            save = next((one for one in data if one.startswith("save:")), save)
            await asyncio.sleep(chance.uniform(*THINKING))


# --- starting ---


def _measure_starts() -> list[dict[str, Any]]:
    """A real ``bpo run``: from the command to the page answering; the first with an empty home."""
    home = Path(tempfile.mkdtemp(prefix="bpo-bench-"))
    try:
        first = _start(home)
        again = [_start(home) for _ in range(STARTS)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return [
        row("first start (database made, demo market loaded)", first, "s", None),
        row(f"second start, slowest of {STARTS}", max(again), "s", "<= 5"),
    ]


def _start(home: Path) -> float:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BPO_")}
    kept.pop("DATABASE_URL", None)
    settings = {"BPO_HOME": str(home), "BPO_PORT": str(port), "BPO_SOURCES": "demo"}
    begun = perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "run"],
        cwd=ROOT,
        env={**kept, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _wait_for_page(f"http://127.0.0.1:{port}/", running)
        return perf_counter() - begun
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)


def _wait_for_page(address: str, running: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + 120
    while monotonic() < deadline:
        if running.poll() is not None:
            said = running.stderr.read().decode() if running.stderr else ""
            raise RuntimeError(f"bpo run ended: {said[-500:]}")
        try:
            with urlopen(address, timeout=5) as page:  # noqa: S310 - our own page
                if page.status == 200:
                    return
        except OSError:
            sleep(0.02)
    raise RuntimeError("bpo run did not come up in two minutes")


if __name__ == "__main__":
    for one in measure():
        print(one)
