"""A conversation as a test reads it: say a line, press a button, see the reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from bot.letter import pack
from bot.post import accept, answer_next, send_next, work_next
from bot.web.door import Web
from conversations.desk import Desk
from conversations.messages import Address, File, IncomingMessage
from storage.cache import Cache
from storage.records import Line
from storage.unit_of_work import Storage

START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)  # a Wednesday, the market is open


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply, as the person sees it."""

    text: str
    buttons: tuple[tuple[str, str], ...]  # label, data
    picture: str | None
    id: int

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]

    @property
    def first(self) -> str:
        return self.text.partition("\n")[0]


@dataclass
class Talk:
    """One person talking through the web door. Time passes only when told to."""

    storage: Storage
    desk: Desk
    chat: str = "ana"
    now: datetime = START
    heard: Heard = field(default=Heard("", (), None, 0))

    @classmethod
    def with_(cls, storage: Storage, chat: str = "ana", **desk: Any) -> Talk:
        return cls(storage, Desk(storage, Cache(None), **desk), chat)

    async def say(self, text: str) -> Heard:
        return await self._send(text=text)

    async def press(self, label: str, on: Heard | None = None) -> Heard:
        """Press the button whose label starts with ``label`` on the last reply, or on ``on``."""
        buttons = (on or self.heard).buttons
        found = [data for name, data in buttons if name.startswith(label)]
        assert found, f"no button {label!r} among {[name for name, _ in buttons]}"
        return await self._send(pressed=found[0])

    async def send(self, data: str) -> Heard:
        """Send raw button data, as a page that was tampered with could."""
        return await self._send(pressed=data)

    async def drop(self, name: str, data: bytes) -> Heard:
        async with self.storage.transaction() as work:
            kept = await work.uploads.add(name, data, channel="web", chat=self.chat)
        return await self._send(file=File(kept, name, len(data)))

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    async def _send(self, **said: Any) -> Heard:
        id = uuid4().hex
        message = IncomingMessage(id, self.chat, Address("web", self.chat), self.now, **said)
        await accept(self.storage, "web", id, self.chat, pack(message))
        before = await self._lines()
        await self.settle()
        after = await self._lines()
        changed = [line for line in after if line not in before and line.mine]
        assert changed, "no reply"
        self.heard = _heard(changed[-1])
        return self.heard

    async def settle(self) -> None:
        """Answer, work and send until nothing is left to do."""
        doors = {"web": Web(self.storage)}
        while (
            await answer_next(self.storage, doors, self.desk, self.now)
            or await work_next(self.storage, self.desk, self.now)
            or await send_next(self.storage, doors, self.now)
        ):
            pass

    async def _lines(self) -> list[Line]:
        async with self.storage.transaction() as work:
            return await work.outbox.transcript("web", self.chat)


def _heard(line: Line) -> Heard:
    body = line.body
    buttons = tuple((one["label"], one["data"]) for row in body["buttons"] for one in row)
    return Heard(body["text"], buttons, body.get("picture"), line.id)
