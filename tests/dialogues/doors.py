"""One person at each of the four doors: what they do, and what they then see there."""

from __future__ import annotations

import asyncio
import io
import re
import shlex
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from bot.post import answer_next, send_next, work_next
from bot.slack.rendering import escape
from bot.terminal import Terminal, converse
from conversations.desk import Desk
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office, seen
from tests.bot.telegram.people import Person, Town
from tests.bot.telegram.stub import Message
from tests.conversations.talk import START, Talk, _heard

NUMBERED = re.compile(r"(?:^|  )(\d+)\) ")
SAVED = re.compile(r"\[(picture|file): (.+)\]")


def normal(text: str) -> str:
    """Words as they read: how a door breaks its lines and sets its tables is its own affair."""
    return re.sub(r"\s+", " ", text).strip()


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one step: every message that is new or has changed, in their order."""

    text: str
    buttons: tuple[str, ...] = ()
    pictures: tuple[bytes, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()

    def and_(self, other: Heard) -> Heard:
        return Heard(
            f"{self.text} {other.text}".strip(),
            other.buttons or self.buttons,
            self.pictures + other.pictures,
            self.files + other.files,
        )


NOTHING = Heard("")


class Door(Protocol):
    """A person's side of a door. Buttons are those of the last step."""

    name: str

    @property
    def now(self) -> datetime: ...
    async def say(self, text: str) -> Heard: ...
    async def press(self, label: str) -> Heard: ...
    async def drop(self, name: str, data: bytes) -> Heard: ...
    async def listen(self) -> Heard:
        """What has come unasked."""
        ...

    def wait(self, **passed: float) -> None: ...


@dataclass
class Page:
    """The web page, on the lines that it is given."""

    talk: Talk
    name: str = "web"
    seen: dict[int, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.talk.now

    async def say(self, text: str) -> Heard:
        await self.talk.say(text)
        return await self._changed()

    async def press(self, label: str) -> Heard:
        exact = [one for one in self.talk.heard.labels if one == label]
        assert exact, f"no button {label!r} among {self.talk.heard.labels}"
        await self.talk.press(label)
        return await self._changed()

    async def drop(self, name: str, data: bytes) -> Heard:
        await self.talk.drop(name, data)
        return await self._changed()

    async def listen(self) -> Heard:
        await self.talk.settle()
        mine = [one for one in await self.talk._lines() if one.mine]
        self.talk.heard = _heard(mine[-1])
        return await self._changed()

    def wait(self, **passed: float) -> None:
        self.talk.wait(**passed)

    async def _changed(self) -> Heard:
        heard = NOTHING
        for line in [one for one in await self.talk._lines() if one.mine]:
            if self.seen.get(line.id) != line.body:
                self.seen[line.id] = line.body
                heard = heard.and_(await self._shown(line.body))
        return heard

    async def _shown(self, body: dict[str, Any]) -> Heard:
        labels = tuple(one["label"] for row in body["buttons"] for one in row)
        async with self.talk.storage.transaction() as work:
            picture = await work.pictures.get(UUID(body["picture"])) if "picture" in body else None
            file = None
            if "document" in body:
                id = UUID(body["document"])
                file = await work.documents.get(id, "web", self.talk.chat)
        return Heard(
            normal(body["text"]),
            labels,
            (picture.png,) if picture else (),
            ((file.name, file.data),) if file else (),
        )


class Paper(io.StringIO):
    """Where the terminal writes; each thing that it writes at once is a message."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def write(self, words: str) -> int:
        self.written.append(words)
        return len(words)


@dataclass
class Console:
    """The terminal, as whoever pipes lines into it reads it. Buttons are numbered there, and a
    picture's conclusion stands below the words, in brackets."""

    storage: Storage
    desk: Desk
    folder: Path
    name: str = "terminal"
    now: datetime = START
    paper: Paper = field(default_factory=Paper)
    lines: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    asked: asyncio.Event = field(default_factory=asyncio.Event)  # for the next line
    labels: tuple[str, ...] = ()
    running: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        talking = converse(
            self.storage, chat="ana", lines=self._typed(), out=self.paper,
            interactive=False, pictures=self.folder / "pictures",
        )  # fmt: skip
        self.running += [asyncio.create_task(talking), asyncio.create_task(self._work())]
        await self.asked.wait()

    async def end(self) -> None:
        await self.lines.put(None)
        await self.running[0]
        self.running[1].cancel()
        with suppress(asyncio.CancelledError):
            await self.running[1]

    async def _typed(self) -> AsyncIterator[str]:
        while True:
            self.asked.set()
            line = await self.lines.get()
            if line is None:
                return
            yield line

    async def _work(self) -> None:
        """Be the worker beside it, while a line waits for its answer: work knows no door."""
        doors = {"terminal": Terminal(self.storage)}
        while True:
            if self.asked.is_set() or not (
                await answer_next(self.storage, doors, self.desk, self.now)
                or await work_next(self.storage, self.desk, self.now)
                or await send_next(self.storage, doors, self.now)
            ):
                await asyncio.sleep(0.005)

    async def say(self, text: str) -> Heard:
        before = len(self.paper.written)
        self.asked.clear()
        await self.lines.put(text)
        ended, waiting = self.running, asyncio.create_task(self.asked.wait())
        await asyncio.wait([waiting, *ended], timeout=60, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        assert self.asked.is_set(), [one.exception() for one in ended if one.done()] or "too slow"
        heard = NOTHING
        for words in self.paper.written[before:]:
            if not words.startswith("> "):
                heard = heard.and_(self._shown(words))
        self.labels = heard.buttons if heard.text else self.labels
        return heard

    async def press(self, label: str) -> Heard:
        assert label in self.labels, f"no button {label!r} among {self.labels}"
        return await self.say(str(self.labels.index(label) + 1))

    async def drop(self, name: str, data: bytes) -> Heard:
        path = self.folder / name
        path.write_bytes(data)
        return await self.say(shlex.quote(str(path)))

    async def listen(self) -> Heard:
        """Who pipes lines in sees it at the next one, be it empty."""
        return await self.say("")

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def _shown(self, words: str) -> Heard:
        lines, found = words.rstrip("\n").split("\n"), {}
        while lines and (kept := SAVED.fullmatch(lines[-1])):
            found[kept[1]] = Path(kept[2])
            lines.pop()
        labels: tuple[str, ...] = ()
        if lines and NUMBERED.match(lines[-1]) and lines[-1].startswith("1) "):
            labels = tuple(re.split(NUMBERED, lines.pop())[2::2])
        if "picture" in found and lines[-1].startswith("("):
            lines.pop()
        file = found.get("file")
        return Heard(
            normal("\n".join(lines)),
            labels,
            (found["picture"].read_bytes(),) if "picture" in found else (),
            ((file.name.partition("-")[2], file.read_bytes()),) if file else (),
        )


@dataclass
class Phone:
    """Telegram. A reply may be several messages there; a picture whose words are too long for its
    caption carries its conclusion instead, and the words follow."""

    person: Person
    name: str = "telegram"
    seen: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    last: list[Message] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.person.town.now

    async def say(self, text: str) -> Heard:
        await self.person.say(text)
        return self._changed()

    async def press(self, label: str) -> Heard:
        on = [one for one in self.last if label in one.labels]
        assert on, f"no button {label!r} among {[one.labels for one in self.last]}"
        await self.person.press(label, on[-1])
        return self._changed()

    async def drop(self, name: str, data: bytes) -> Heard:
        await self.person.drop(name, data)
        return self._changed()

    async def listen(self) -> Heard:
        await self.person.town.settle()
        return self._changed()

    def wait(self, **passed: float) -> None:
        self.person.town.wait(**passed)

    def _changed(self) -> Heard:
        before, new, heard = self.seen, [], NOTHING
        shown = self.person.sees
        self.seen = {one.id: (one.text, one.kind, one.file, one.labels) for one in shown}
        for one in shown:
            same = one.id in before and before[one.id][:3] == self.seen[one.id][:3]
            if same and set(one.labels) <= set(before[one.id][3]):
                continue  # of a question that was answered, the buttons used up are taken away
            new.append(one)
        self.last = new or self.last
        for one, after in zip_longest(new, new[1:]):
            apart = one.kind == "photo" and not one.labels and after and after.kind == "text"
            heard = heard.and_(
                Heard(
                    "" if apart else normal(one.text),
                    tuple(one.labels),
                    (one.file,) if one.kind == "photo" else (),
                    ((one.name, one.file),) if one.kind == "document" else (),
                )
            )
        return heard


@dataclass
class Workspace:
    """Slack's direct messages. Slack escapes what people write; files are messages of their own."""

    office: Office
    name: str = "slack"
    seen: dict[str, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    last: list[Any] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.office.now

    async def say(self, text: str) -> Heard:
        await self.office.say(escape(text))
        return self._changed()

    async def press(self, label: str) -> Heard:
        on = [one for one in self.last if label in one.labels]
        assert on, f"no button {label!r} among {[one.labels for one in self.last]}"
        await self.office.press(label, on[-1])
        return self._changed()

    async def drop(self, name: str, data: bytes) -> Heard:
        id = self.office.slack.drop(name, data)
        event = self.office.event("", files=[self.office.slack.files[id] | {"data": None}])
        event["event"]["subtype"] = "file_share"
        self.files.add(id)
        await self.office.changed(event)
        return self._changed()

    async def listen(self) -> Heard:
        await self.office.settle()
        return self._changed()

    def wait(self, **passed: float) -> None:
        self.office.wait(**passed)

    def _changed(self) -> Heard:
        slack, heard, new = self.office.slack, NOTHING, []
        for message in slack.to("D0ANA"):
            if self.seen.get(message["ts"]) == str(message):
                continue
            self.seen[message["ts"]] = str(message)
            one = seen(message)
            new.append(one)
            picture = (slack.files[one.image]["data"],) if one.image else ()
            self.files |= {one.image} if one.image else set()
            heard = heard.and_(Heard(normal(one.text), tuple(one.labels), picture))
        self.last = new or self.last
        for id, file in slack.files.items():
            if id not in self.files and file.get("channel"):
                self.files.add(id)
                heard = heard.and_(Heard("", (), (), ((file["name"], file["data"]),)))
        return heard


def phone(storage: Storage, desk: Desk) -> Phone:
    town = Town(storage)
    town.desk = desk
    return Phone(town.person())


def console(storage: Storage, desk: Desk) -> Console:
    return Console(storage, desk, Path(tempfile.mkdtemp(prefix="bpo-dialogue-")))
