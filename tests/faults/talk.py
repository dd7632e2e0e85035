"""People who talk through our doors, and the workers who answer them, for the fault tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg

from bot.door import Door
from bot.letter import pack
from bot.post import accept, answer_next, send_next, work_next
from conversations.desk import Desk
from conversations.messages import Address, IncomingMessage
from storage.records import WaitingReply
from storage.unit_of_work import Storage

WEB, TERMINAL = "web", "terminal"
BROKEN = "broke on my side"  # what is said when a handler raised
WORKERS = 8


def said(
    chat: str, text: str = "", *, pressed: str | None = None, channel: str = WEB, id: str = ""
) -> tuple[str, bytes]:
    """A message as the door writes it: its id in the inbox, and its body."""
    message = IncomingMessage(
        id or str(uuid4()), chat, Address(channel, chat), datetime.now(UTC), text, pressed
    )
    return f"{chat}:{message.id}", pack(message)


@dataclass(slots=True)
class Watched:
    """A door that remembers what was sent through it."""

    door: Door
    sent: list[WaitingReply] = field(default_factory=list)
    channel: str = field(init=False)

    def __post_init__(self) -> None:
        self.channel = self.door.channel

    def read(self, body: bytes) -> IncomingMessage | None:
        return self.door.read(body)

    async def send(self, reply: WaitingReply) -> None:
        self.sent.append(reply)
        await self.door.send(reply)


@dataclass(frozen=True, slots=True)
class Row:
    """A reply as it lies in the outbox."""

    id: int
    chat: str
    text: str
    buttons: tuple[str, ...]  # their data, in order
    revision: int
    answers: int | None

    def button(self, verb: str) -> str:
        """The data of the first button that does ``verb``. Fails when there is none."""
        return next(data for data in self.buttons if data.startswith(f"{verb}:"))


def row_of(record: Mapping[str, Any]) -> Row:
    body = json.loads(record["body"])
    data = tuple(button["data"] for line in body["buttons"] for button in line)
    return Row(
        record["id"], record["chat"], body["text"], data, record["revision"], record["answers"]
    )


@dataclass(slots=True)
class Town:
    """Everybody who talks, everybody who answers, and a look into the books from outside."""

    storage: Storage
    desk: Desk
    doors: Mapping[str, Watched]
    books: asyncpg.Connection

    async def say(self, chat: str, text: str, *, channel: str = WEB, id: str = "") -> bool:
        name, body = said(chat, text, channel=channel, id=id)
        return await accept(self.storage, channel, name, chat, body)

    async def press(self, chat: str, data: str, *, channel: str = WEB, id: str = "") -> bool:
        name, body = said(chat, pressed=data, channel=channel, id=id)
        return await accept(self.storage, channel, name, chat, body)

    async def drain(self, workers: int = WORKERS) -> None:
        """Answer, work and send until nothing is left."""

        async def work() -> None:
            now = datetime.now(UTC)
            while await answer_next(self.storage, self.doors, self.desk, now):
                pass
            while await work_next(self.storage, self.desk, now):
                pass
            while await send_next(self.storage, self.doors, now):
                pass

        await asyncio.gather(*(work() for _ in range(workers)))

    async def hear(self, chat: str, text: str, *, channel: str = WEB) -> Row:
        """Say something and give back the newest reply to it."""
        await self.say(chat, text, channel=channel)
        return await self._answer(chat, channel)

    async def push(self, chat: str, data: str, *, channel: str = WEB) -> Row:
        """Press a button and give back the reply that was added or edited last."""
        await self.press(chat, data, channel=channel)
        return await self._answer(chat, channel)

    async def _answer(self, chat: str, channel: str) -> Row:
        await self.drain(1)
        found = await self.books.fetchrow(
            "SELECT id, chat, body, revision, answers FROM outbox"
            " WHERE channel = $1 AND chat = $2 ORDER BY change DESC LIMIT 1",
            channel,
            chat,
        )
        return row_of(found)

    async def record(self, chat: str, text: str, *, channel: str = WEB) -> Row:
        """Tell a trade and save it."""
        card = await self.hear(chat, text, channel=channel)
        saved = await self.push(chat, card.button("save"), channel=channel)
        assert "Saved #" in saved.text, saved.text
        return saved

    async def replies(self) -> list[Row]:
        """All replies there are, oldest first."""
        found = await self.books.fetch(
            "SELECT id, chat, body, revision, answers FROM outbox ORDER BY id"
        )
        return [row_of(one) for one in found]

    async def count(self, query: str, *arguments: Any) -> int:
        return int(await self.books.fetchval(f"SELECT count(*) {query}", *arguments))
