"""The web page as a door; its conversation is shown from our own tables."""

from __future__ import annotations

from bot.letter import unpack
from conversations.messages import IncomingMessage
from storage.records import WaitingReply
from storage.unit_of_work import Storage

CHANNEL = "web"


def bell(chat: str) -> str:
    """The name of the bell that listening pages of ``chat`` wait for."""
    return f"{CHANNEL}:{chat}"


class Web:
    """Nothing is delivered: the reply already lies where the page reads it. It is only told so."""

    channel = CHANNEL

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def read(self, body: bytes) -> IncomingMessage | None:
        return unpack(self.channel, body)

    async def send(self, reply: WaitingReply) -> None:
        await self._storage.bell.ring(bell(reply.chat))
