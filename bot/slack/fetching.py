"""Files that were dropped into Slack: kept as told, fetched afterwards, then read like any file.

Slack waits three seconds for our answer and a file may take longer. So its message is kept under a
channel of its own, which no conversation reads; whoever fetches the file puts the message, with the
file, into the inbox in the same transaction that marks it as fetched.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.slack import reading
from bot.slack.delivery import error_of
from bot.slack.installations import Clients
from bot.slack.places import CHANNEL, parse
from conversations.actions.files.importing import LARGEST
from conversations.messages import File, IncomingMessage
from storage.unit_of_work import Storage, UnitOfWork

log = structlog.get_logger(__name__)

DROPPED = "slack.files"  # the channel in which dropped files wait
TRIES = 4
FORBIDDEN = frozenset({"missing_scope", "file_not_found", "access_denied", "not_allowed"})


class Unfetched(Exception):
    """The file can't be had. ``kind``: as ``IncomingMessage.unheard`` names it."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(slots=True)
class Fetcher:
    """Fetches dropped files, the oldest first."""

    storage: Storage
    clients: Clients
    tries: dict[int, int] = field(default_factory=dict)  # inbox id → tries of this process

    async def fetch_next(self) -> bool:
        """Fetch one file. False when none waits. Raises what the network raises, to come again."""
        async with self.storage.transaction() as work:
            waiting = await work.inbox.next([DROPPED])
            if waiting is None:
                return False
            message = reading.read(waiting.body)
            if message is not None and message.file is not None:
                await self._hand_on(work, waiting.id, message, message.file)
            await work.inbox.answered(waiting.id)
        self.tries.pop(waiting.id, None)
        await self.storage.bell.ring("inbox")
        return True

    async def _hand_on(
        self, work: UnitOfWork, id: int, message: IncomingMessage, file: File
    ) -> None:
        try:
            name, data = await self._fetch(message, file)
        except Unfetched as fact:
            heard = replace(message, file=None, unheard=fact.kind)
        except (aiohttp.ClientError, TimeoutError, SlackApiError) as problem:
            self.tries[id] = self.tries.get(id, 0) + 1
            log.warning("a file was not fetched", error=type(problem).__name__)
            if self.tries[id] < TRIES:
                raise
            heard = replace(message, file=None, unheard="lost file")
        else:
            chat = message.address.chat
            kept = await work.uploads.add(name, data, channel=CHANNEL, chat=chat)
            heard = replace(message, file=File(kept, name, len(data)))
        await work.inbox.accept(CHANNEL, heard.id, heard.address.chat, reading.pack(heard))

    async def _fetch(self, message: IncomingMessage, file: File) -> tuple[str, bytes]:
        place = parse(message.address.chat)
        client = await self.clients.of(place.workspace) if place is not None else None
        if client is None:
            raise Unfetched("lost file")
        try:
            told = (await client.files_info(file=file.id))["file"]
        except SlackApiError as problem:
            if error_of(problem) in FORBIDDEN:
                raise Unfetched("closed file") from problem
            raise
        name, address = str(told.get("name") or file.name), told.get("url_private_download")
        kind = str(told.get("mimetype")).partition("/")[0]
        if kind in reading.UNHEARD:
            raise Unfetched(reading.UNHEARD[kind])
        size = told.get("size")
        if isinstance(size, int) and size > LARGEST:
            raise Unfetched("large file")
        if not isinstance(address, str):
            raise Unfetched("lost file")
        return reading.file_name(name), await self._download(address, str(client.token))

    async def _download(self, address: str, token: str) -> bytes:
        if not self.clients.owns(address):  # a file that lies elsewhere: our token stays here
            raise Unfetched("closed file")
        headers = {"Authorization": f"Bearer {token}"}
        asked = self.clients.session.get(address, headers=headers, allow_redirects=False)
        async with asked as answer:
            elsewhere = 300 <= answer.status < 400
            if elsewhere or answer.status in (401, 403) or answer.content_type == "text/html":
                raise Unfetched("closed file")  # a page to sign in: files:read is missing
            answer.raise_for_status()
            data = bytearray()
            async for part in answer.content.iter_chunked(2**16):
                data += part
                if len(data) > LARGEST:
                    raise Unfetched("large file")
        return bytes(data)
