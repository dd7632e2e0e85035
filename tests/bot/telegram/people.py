"""People in Telegram: they write, press, drop files and edit, alone or in a group."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.ext import AIORateLimiter

from bot.post import answer_next, send_next, work_next
from bot.telegram.door import Telegram
from bot.telegram.intake import Intake
from bot.telegram.pace import Pace
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.telegram.stub import BOT, TOKEN, Message, Platform

START = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


class Town:
    """The platform, our door to it, and the workers behind the door."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.desk = Desk(storage, Cache(None))
        self.platform = Platform()
        self.clock = Clock()
        self.now = START
        self.door = Telegram(
            storage,
            TOKEN,
            request=self.platform,
            polls=self.platform,
            pace=Pace(self.desk.cache, self.clock, self.clock.sleep),
            limiter=AIORateLimiter(0, 0, 0, 0),  # it knows no time but the real one
            clock=lambda: self.now,
        )
        self.intake = Intake(self.door)

    def beside(self) -> Town:
        """Another process at the same platform."""
        other = Town(self.storage)
        other.platform = self.platform
        other.door = Telegram(
            self.storage, TOKEN, request=self.platform, polls=self.platform,
            pace=Pace(self.desk.cache, self.clock, self.clock.sleep),
            limiter=AIORateLimiter(0, 0, 0, 0), clock=lambda: self.now,
        )  # fmt: skip
        other.intake = Intake(other.door)
        return other

    def person(self, id: int = 501, name: str = "Ana") -> Person:
        """Somebody with a private chat of their own."""
        self.platform.chats[id] = {"type": "private"}
        return Person(self, id, name, id)

    def member(self, group: int, id: int, name: str) -> Person:
        """Somebody who is seen in a group."""
        chat = self.platform.chats.setdefault(group, {"type": "supergroup", "members": []})
        chat["members"].append({"id": id})
        return Person(self, id, name, group)

    async def take(self) -> None:
        updates = self.platform.updates
        self.platform.updates = []
        await self.intake.take_all(updates)

    async def settle(self) -> None:
        """Take in, answer, work and send until nothing is left to do."""
        await self.take()
        doors = {"telegram": self.door}
        while (
            await answer_next(self.storage, doors, self.desk, self.now)
            or await work_next(self.storage, self.desk, self.now)
            or await send_next(self.storage, doors, self.now)
        ):
            pass

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        self.clock.seconds += timedelta(**passed).total_seconds()

    async def count(self, query: str) -> int:
        async with self.storage.transaction() as work:
            rows = await work._connection.exec_driver_sql(query)
            return int(rows.scalar_one())


@dataclass
class Person:
    town: Town
    id: int
    name: str
    chat: int
    last: int = 0  # the id of the last message they wrote

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": "en"}

    @property
    def sees(self) -> list[Message]:
        return self.town.platform.shown(self.chat)

    @property
    def heard(self) -> Message:
        """The last message of ours, as it looks now."""
        return self.sees[-1]

    def message(self, **content: Any) -> dict[str, Any]:
        self.last = self.town.platform.next_message()
        kind = self.town.platform.chats[self.chat]["type"]
        return {
            "message_id": self.last,
            "date": int(self.town.now.timestamp()),
            "from": self.user,
            "chat": {"id": self.chat, "type": kind},
            **content,
        }

    def writes(self, text: str, **more: Any) -> dict[str, Any]:
        return self.town.platform.tell(message=self.message(text=text, **more))

    async def say(self, text: str, **more: Any) -> Message:
        self.writes(text, **more)
        await self.town.settle()
        return self.heard

    async def edit(self, message: int, text: str) -> Message:
        changed = {**self.message(text=text), "message_id": message, "edit_date": 1}
        self.town.platform.tell(edited_message=changed)
        await self.town.settle()
        return self.heard

    async def drop(self, name: str, data: bytes, size: int | None = None) -> Message:
        id = f"file{self.town.platform.next_message()}"
        self.town.platform.files[id] = data
        document = {
            "file_id": id, "file_unique_id": id, "file_name": name,
            "file_size": len(data) if size is None else size,
        }  # fmt: skip
        self.town.platform.tell(message=self.message(document=document))
        await self.town.settle()
        return self.heard

    def presses(self, label: str, on: Message | None = None) -> str:
        """Press the button whose label starts so; say the id of the query."""
        found = on or self.heard
        data = [
            button["callback_data"]
            for row in found.buttons
            for button in row
            if button["text"].startswith(label)
        ]
        assert data, f"no button {label!r} among {found.labels}"
        return self.presses_data(data[0], found)

    def presses_data(self, data: str, on: Message) -> str:
        query = f"query{self.town.platform.next_message()}"
        kind = self.town.platform.chats[self.chat]["type"]
        self.town.platform.tell(
            callback_query={
                "id": query,
                "from": self.user,
                "chat_instance": "x",
                "data": data,
                "message": {
                    "message_id": on.id,
                    "date": 1795000000,
                    "chat": {"id": on.chat, "type": kind},
                    "from": BOT,
                    "reply_markup": {"inline_keyboard": on.buttons},
                    **({} if on.kind == "text" else {on.kind: [{"file_id": "x"}]}),
                },
            }
        )
        return query

    async def press(self, label: str, on: Message | None = None) -> Message:
        query = self.presses(label, on)
        await self.town.settle()
        assert query in self.town.platform.toasts, "the button still waits"
        return self.heard
