"""Taking updates in: each is kept once, in the order of its chat, before Telegram is told so."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import structlog
from prometheus_client import Counter
from telegram.error import TelegramError

from bot.letter import pack
from bot.telegram.door import Telegram
from bot.telegram.updates import CHANNEL, Attachment, Changed, Heard, translate
from conversations.actions.files.importing import LARGEST
from conversations.messages import Address, File, IncomingMessage
from conversations.wording import doors, general
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

UPDATES = Counter("bpo_telegram_updates", "Updates from Telegram", ["kind"])
FETCHING = 20.0  # seconds for a file
FETCHES = 2
REMEMBERED = 2_000  # updates that need not be looked up again


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock
    waiting: int = 0


class Intake:
    """What is done with an update, whether it was asked for or sent to us."""

    def __init__(self, door: Telegram) -> None:
        self._door = door
        self._turns: dict[str, _Turn] = {}
        self._seen: OrderedDict[int, None] = OrderedDict()

    async def take_all(self, updates: Sequence[object]) -> None:
        """Take updates in: one after the other in a chat, side by side where chats differ.

        Raises what storage raises; then some may have been kept, and all have to come again.
        """
        await self._door.me()
        ends = await asyncio.gather(*map(self.take, updates), return_exceptions=True)
        for problem in ends:
            if problem is not None:
                raise problem

    async def take(self, update: object) -> None:
        """Keep what an update holds for us, once however often it comes. Raises as storage does."""
        found = translate(update, await self._door.me(), self._door.clock())
        UPDATES.labels(_kind(update, found)).inc()
        match found:
            case Heard():
                async with self._turn(found.message.address.chat):
                    if found.update not in self._seen:
                        await self._hear(found)
                        self._remember(found.update)
            case Changed():
                async with self._turn(found.chat):
                    await self._change(found)

    async def _hear(self, heard: Heard) -> None:
        message = heard.message
        if heard.query and (refusal := await self._refusal(heard)):
            await self._answer(heard.query, refusal)
            return
        data = b""
        if heard.file is not None:
            fetched = await self._fetch(heard.file)
            if isinstance(fetched, str):
                message = replace(message, unheard=fetched)
            else:
                data = fetched
        async with self._door.storage.transaction() as work:
            await self._keep(work, heard, message, data)
        await self._door.storage.bell.ring("inbox")
        if heard.query:
            await self._answer(heard.query)

    async def _keep(
        self, work: UnitOfWork, heard: Heard, message: IncomingMessage, data: bytes
    ) -> None:
        chat = await work.doors.reopen(CHANNEL, message.address.chat)
        if chat != message.address.chat:  # told late: the group goes on under another name
            message = replace(message, address=Address(CHANNEL, chat))
        if heard.file is not None and data:
            kept = await work.uploads.add(heard.file.name, data, channel=CHANNEL, chat=chat)
            message = replace(message, file=File(kept, heard.file.name, len(data)))
        name = f"{(await self._door.me()).id}:{heard.update}"
        await work.outbox.hurry(CHANNEL, chat)
        body = pack(message, heard.label, str(heard.on) if heard.query else "", heard.left)
        await work.inbox.accept(CHANNEL, name, chat, body)

    async def _refusal(self, heard: Heard) -> str:
        """Why a press is not passed on: it was before, the button is gone, or somebody else's."""
        chat = heard.message.address.chat
        there = {"chat": int(chat.partition(":")[0]), "ids": [heard.on]}
        async with self._door.storage.transaction() as work:
            found = await work.doors.shown(CHANNEL, chat, there)
            waiting = await work.inbox.waiting(CHANNEL, chat)
        if any(_is_same(heard, one) for one in waiting):
            return doors.pressed_before()
        if found is None:
            return ""  # too old to know: who answers it will say so
        body, asked = found
        offered = {one["data"] for row in body.get("buttons", []) for one in row}
        if heard.message.pressed not in offered:
            return general.stale_button()
        owner = self._door.read(asked) if asked else None
        if not heard.message.shared or body.get("for_all") or owner is None:
            return ""
        return "" if owner.sender == heard.message.sender else doors.not_yours(owner.called)

    async def _answer(self, query: str, toast: str | None = None) -> None:
        """Let the button come to rest. Too late is no harm: the press itself is kept."""
        try:
            await self._door.bot.answer_callback_query(query, text=toast)
        except TelegramError as fact:
            log.info("a press was not acknowledged", error=type(fact).__name__)

    async def _fetch(self, file: Attachment) -> bytes | str:
        """The bytes of a file, or in a word why we do not have them."""
        for _ in range(FETCHES):
            try:
                async with asyncio.timeout(FETCHING):
                    found = await self._door.bot.get_file(file.id)
                    if (found.file_size or 0) > LARGEST:
                        return "large file"
                    data = bytes(await found.download_as_bytearray())
            except (TelegramError, TimeoutError) as fact:
                log.warning("a file was not fetched", error=type(fact).__name__)
                continue
            return data if 0 < len(data) <= LARGEST else "large file" if data else "lost file"
        return "lost file"

    async def _change(self, change: Changed) -> None:
        async with self._door.storage.transaction() as work:
            if change.moved_to:
                await work.doors.move(CHANNEL, change.chat, change.moved_to)
            elif change.closed:
                await work.doors.close(CHANNEL, change.chat, change.closed, self._door.clock())
            else:
                await work.doors.reopen(CHANNEL, change.chat)

    def _remember(self, update: int) -> None:
        self._seen[update] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    @asynccontextmanager
    async def _turn(self, chat: str) -> AsyncIterator[None]:
        """One update at a time in a chat, in the order in which they came."""
        turn = self._turns.setdefault(chat, _Turn(asyncio.Lock()))
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[chat]


def _is_same(heard: Heard, waiting: bytes) -> bool:
    """Whether ``waiting`` is a press of the same button, by the same person."""
    said, message = json.loads(waiting), heard.message  # as ``pack`` wrote it
    pressed = (said.get("pressed"), said.get("on"), said.get("sender"))
    return pressed == (message.pressed, str(heard.on), message.sender)


def _kind(update: object, found: Heard | Changed | None) -> str:
    match found:
        case Changed():
            return "chat"
        case Heard(message=IncomingMessage(pressed=str())):
            return "press"
        case Heard(message=message, file=file):
            return "file" if file else message.unheard or ("edit" if message.edited else "text")
    known: Any = update
    return "ignored" if isinstance(known, dict) and "update_id" in known else "unreadable"
