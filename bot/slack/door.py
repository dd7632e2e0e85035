"""Slack as a door: it translates, it decides nothing."""

from __future__ import annotations

from bot.slack import reading
from bot.slack.delivery import Sender
from bot.slack.doorstep import Doorstep
from bot.slack.places import CHANNEL
from conversations.messages import IncomingMessage
from storage.records import WaitingReply


class Slack:
    """Reads what Slack sent and sends what we say."""

    channel = CHANNEL

    def __init__(self, sender: Sender, doorstep: Doorstep) -> None:
        self._sender, self._doorstep = sender, doorstep

    def read(self, body: bytes) -> IncomingMessage | None:
        return reading.read(body)

    async def send(self, reply: WaitingReply) -> None:
        await self._sender.send(reply)
        await self._doorstep.answered(reply)
