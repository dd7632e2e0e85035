"""The terminal as a door, and the conversation loop that sits behind it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from uuid import UUID, uuid4

from bot.letter import pack, shorten, unpack
from bot.paths import missing, named, not_there
from bot.post import accept
from bot.screen import Screen, Shown, piped, typed
from conversations.actions.files.importing import LARGEST
from conversations.messages import Address, File, IncomingMessage
from storage.bell import Ear
from storage.records import Line, WaitingReply
from storage.unit_of_work import Storage

CHANNEL = "terminal"
FIRST_GLANCE, GLANCE = 0.02, 1.0  # seconds between looks while an answer is awaited
IDLE = 30.0  # seconds between looks while nothing is


def bell(chat: str) -> str:
    """The name of the bell that the terminal of ``chat`` waits for."""
    return f"{CHANNEL}:{chat}"


class Terminal:
    """Nothing is delivered: the reply already lies where the loop reads it. It is only told so."""

    channel = CHANNEL

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def read(self, body: bytes) -> IncomingMessage | None:
        return unpack(self.channel, body)

    async def send(self, reply: WaitingReply) -> None:
        await self._storage.bell.ring(bell(reply.chat))


async def converse(
    storage: Storage,
    *,
    chat: str,
    lines: AsyncIterator[str] | None,
    out: TextIO,
    interactive: bool,
    pictures: Path,
) -> None:
    """Talk in ``chat`` until ``lines`` ends; each line is answered before the next is read.

    ``interactive`` says that somebody watches: there is a prompt, and messages change in place.
    Without ``lines`` they come from standard input. Pictures are saved into ``pictures``. Workers
    have to run beside it, in this process or another.
    """
    if lines is None:
        lines = typed() if interactive else piped(sys.stdin)
    with storage.bell.listen(bell(chat)) as ear:
        talk = _Talk(storage, chat, Screen(out, pictures, interactive), ear)
        await talk.catch_up()
        if not interactive:
            async for line in lines:
                await talk.say(line)
            return
        watching = asyncio.create_task(talk.watch())
        try:
            talk.screen.prompting = True
            async for line in lines:
                talk.screen.prompting = False
                await talk.say(line)
                talk.screen.prompting = True
        finally:
            watching.cancel()


@dataclass(slots=True)
class _Talk:
    storage: Storage
    chat: str
    screen: Screen
    ear: Ear
    cursor: int = 0
    buttons: list[tuple[str, str]] = field(default_factory=list)  # data and label, as numbered
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def catch_up(self) -> None:
        """Pass over what was said before; who watches is shown the last reply again."""
        last: Line | None = None
        while True:
            async with self.storage.transaction() as work:
                lines, self.cursor = await work.outbox.changes(CHANNEL, self.chat, self.cursor)
            if not lines:
                break
            ours = [line for line in lines if line.mine]
            last = max([*ours, *([last] if last else [])], key=lambda line: line.id, default=None)
        if self.screen.interactive and last is not None:
            await self.show([last])
        await self.settle()

    async def say(self, line: str) -> None:
        """Take in one typed line, and show everything that comes of it; of an empty one, what has
        come unasked."""
        if not line.strip():
            await self.settle()
            return
        self.screen.echo(line)
        message, label = await self.message(line)
        if message is None:
            return
        self.buttons = []
        await accept(
            self.storage, CHANNEL, f"{self.chat}:{message.id}", self.chat, pack(message, label)
        )
        await self.settle()

    async def message(self, line: str) -> tuple[IncomingMessage | None, str]:
        """What ``line`` means: a button's number, a file to read, or words."""
        name, now, here = str(uuid4()), datetime.now(UTC), Address(CHANNEL, self.chat)
        words = line.strip()
        if words.isascii() and words.isdigit() and 1 <= int(words[:9]) <= len(self.buttons):
            data, label = self.buttons[int(words[:9]) - 1]
            return IncomingMessage(name, self.chat, here, now, pressed=data), label
        if (path := await asyncio.to_thread(named, words)) is not None:
            return await self.file(path, name, now), ""
        if (wanted := missing(words)) is not None:
            self.screen.note(await asyncio.to_thread(not_there, wanted))
            return None, ""
        text, too_long = shorten(line)
        return IncomingMessage(name, self.chat, here, now, text, too_long=too_long), ""

    async def file(self, path: Path, name: str, now: datetime) -> IncomingMessage | None:
        try:
            size = (await asyncio.to_thread(path.stat)).st_size
            if size > LARGEST:
                self.screen.note(
                    f"{path.name} is too large: I read files up to 5 MB. Nothing was sent."
                )
                return None
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as fact:
            self.screen.note(f"{path.name} can't be read: {fact.strerror}. Nothing was sent.")
            return None
        async with self.storage.transaction() as work:
            kept = await work.uploads.add(path.name, data, channel=CHANNEL, chat=self.chat)
        file = File(kept, path.name, len(data))
        return IncomingMessage(name, self.chat, Address(CHANNEL, self.chat), now, file=file)

    async def settle(self) -> None:
        """Wait until nothing is to come. Who only reads the output gets each reply's last state."""
        collected: dict[int, Line] = {}
        pause = FIRST_GLANCE
        while True:
            async with self.looking:
                lines, waiting = await self.look()
                if self.screen.interactive:
                    await self.show(lines)
                else:
                    collected |= {line.id: line for line in lines}
            self.screen.working(waiting)
            if not waiting:
                break
            pause = FIRST_GLANCE if lines else min(2 * pause, GLANCE)
            await self.ear.heard(pause)
        await self.show([collected[number] for number in sorted(collected)])

    async def watch(self) -> None:
        """Show what comes unasked, such as a nudge, while somebody thinks about what to type."""
        async for _ in self.storage.bell.rings(bell(self.chat), every=IDLE):
            async with self.looking:
                lines, _ = await self.look()
                await self.show(lines)

    async def look(self) -> tuple[list[Line], bool]:
        async with self.storage.transaction() as work:
            lines, self.cursor = await work.outbox.changes(CHANNEL, self.chat, self.cursor)
            waiting = await work.outbox.unsettled(CHANNEL, self.chat) > 0
        return [line for line in lines if line.mine], waiting

    async def show(self, lines: list[Line]) -> None:
        for line in lines:
            rows = line.body.get("buttons", [])
            offered = [(button["data"], button["label"]) for row in rows for button in row]
            self.buttons = offered or self.buttons
            text, alt = line.body.get("text", ""), line.body.get("alt", "")
            labels = tuple(label for _, label in offered)
            picture, png = line.body.get("picture"), await self.picture(line.body.get("picture"))
            document = await self.document(line.body.get("document"))
            self.screen.show(Shown(line.id, text, labels, png, alt, picture, document))

    async def picture(self, id: str | None) -> bytes | None:
        if id is None:
            return None
        async with self.storage.transaction() as work:
            found = await work.pictures.get(UUID(id))
        return found.png if found else None

    async def document(self, id: str | None) -> tuple[str, bytes] | None:
        if id is None:
            return None
        async with self.storage.transaction() as work:
            found = await work.documents.get(UUID(id), CHANNEL, self.chat)
        return (found.name, found.data) if found else None
