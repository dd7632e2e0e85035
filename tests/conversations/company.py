"""Several people who talk to us, each in private, and all of them in one group."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bot.letter import pack
from bot.post import accept, answer_next, send_next, work_next
from bot.web.door import Web
from conversations.messages import Address, IncomingMessage
from storage.records import WaitingReply
from storage.unit_of_work import Storage
from tests.conversations.talk import START, Heard, Talk, _heard


@dataclass
class Door(Web):
    """The web door under another name, which also knows of groups: the body says so."""

    storage: Storage
    channel: str = "web"  # type: ignore[misc]
    sent: list[WaitingReply] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.storage)

    def read(self, body: bytes) -> IncomingMessage | None:
        told = json.loads(body)
        found = super().read(body)
        if found is None:
            return None
        return IncomingMessage(
            found.id,
            found.sender,
            found.address,
            found.sent_at,
            text=found.text,
            pressed=found.pressed,
            shared=told.get("shared", False),
            called=told.get("called", ""),
        )

    async def send(self, reply: WaitingReply) -> None:
        self.sent.append(reply)


@dataclass
class Somebody(Talk):
    """A person with a name, who may speak in a group (``group``) and on another app."""

    channel: str = "web"
    group: str = ""
    works: bool = True  # whether slow work is done

    async def _send(self, **said: Any) -> Heard:
        id, chat = uuid4().hex, self.group or self.chat
        message = IncomingMessage(id, self.chat, Address(self.channel, chat), self.now, **said)
        body = json.loads(pack(message))
        body |= {"shared": bool(self.group), "called": self.chat.capitalize()}
        await accept(self.storage, self.channel, id, chat, json.dumps(body).encode())
        before = await self._lines()
        await self.settle()
        changed = [line for line in await self._lines() if line not in before and line.mine]
        assert changed, "no reply"
        self.heard = _heard(changed[-1])
        return self.heard

    async def settle(self) -> None:
        doors = {name: Door(self.storage, name) for name in ("web", "telegram", "slack")}
        while (
            await answer_next(self.storage, doors, self.desk, self.now)
            or (self.works and await work_next(self.storage, self.desk, self.now))
            or await send_next(self.storage, doors, self.now)
        ):
            pass

    async def _lines(self) -> Any:
        async with self.storage.transaction() as work:
            return await work.outbox.transcript(self.channel, self.group or self.chat)

    def on(self, channel: str, name: str) -> Somebody:
        """The same desk, another app and name."""
        return Somebody(self.storage, self.desk, name, self.now, channel=channel)

    def in_(self, group: str) -> Somebody:
        return Somebody(
            self.storage, self.desk, self.chat, self.now, channel=self.channel, group=group
        )


def person(storage: Storage, name: str, **more: Any) -> Somebody:
    return Somebody(storage, Talk.with_(storage).desk, name, START, **more)


async def share(ana: Somebody, *others: tuple[Somebody, str], name: str = "Club") -> None:
    """Have Ana share a portfolio with the others in their roles."""
    assert (await ana.say(f"make a team portfolio called {name}")).text.startswith("✅")
    for other, role in others:
        code = code_in((await ana.say(f"invite a {role} to {name}")).text)
        joined = await other.say(f"join {code}")
        assert joined.text.startswith("✅"), joined.text


def code_in(text: str) -> str:
    return text.split('"')[1].split(" ")[1]
