"""Slack as a door: it translates, it decides nothing."""

from __future__ import annotations

from bot.slack import reading
from bot.slack.delivery import Sender
from bot.slack.places import CHANNEL
from conversations.messages import IncomingMessage
from storage.records import WaitingReply


class Slack:
    """Reads what Slack sent and sends what we say."""

    channel = CHANNEL

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def read(self, body: bytes) -> IncomingMessage | None:
        return reading.read(body)

    async def send(self, reply: WaitingReply) -> None:
        await self._sender.send(reply)
