"""What every chat platform must be able to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Protocol

from conversations.messages import IncomingMessage
from storage.records import WaitingReply

# Pasted tables and foreign line ends: dropping these would glue words and numbers together.
_SPACES = str.maketrans(
    {"\t": " ", "\v": "\n", "\f": "\n", "\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"}
)


class NotYet(Exception):
    """The platform wants to be left alone for ``seconds``.

    ``tried``: it was asked, and said so; otherwise our own pacing kept us from asking.
    """

    def __init__(self, seconds: float, *, tried: bool) -> None:
        super().__init__(seconds, tried)
        self.seconds = seconds
        self.tried = tried


class Undeliverable(Exception):
    """The platform will never take this reply: the chat is closed, or it refuses the words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Door(Protocol):
    """A chat platform. It translates; it decides nothing."""

    channel: str

    def read(self, body: bytes) -> IncomingMessage | None:
        """The message in ``body`` as the inbox kept it, or nothing if it holds none for us.

        Never raises, whatever the bytes are.
        """
        ...

    async def send(self, reply: WaitingReply) -> None:
        """Deliver a reply, or raise: NotYet, Undeliverable, or whatever the network raises."""
        ...


def for_one_alone(body: Mapping[str, Any], *, shared: bool, asker: str) -> bool:
    """Whether a reply goes to its ``asker`` alone: others read along where it was asked, and what
    is not said to be open is private, whoever queued it. What nobody asked for is told to all."""
    return bool(shared and asker and body.get("open") is not True)


def clean(text: str) -> str:
    """``text`` without the characters that cannot be stored, or that disguise what is shown.

    Control characters, NUL, lone surrogates, bidirectional overrides and whatever has no meaning
    are dropped; tabs become spaces and every kind of line end becomes a newline.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = text.replace("\r\n", "\n").translate(_SPACES)
    return "".join(
        letter for letter in plain if letter == "\n" or unicodedata.category(letter)[0] != "C"
    )
