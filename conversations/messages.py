"""The few shapes that every door is translated into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_BUTTON_DATA = 64  # bytes; Telegram's limit
OPEN_DM = "dm"  # data of the button that leads into a private chat; doors make a link of it
LONGEST_TEXT = 10_000  # characters we try to understand


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reply goes."""

    channel: str  # "web", "terminal", "telegram", "slack"
    chat: str


@dataclass(frozen=True, slots=True)
class File:
    """A file somebody dropped into the chat; its bytes lie in the uploads under ``id``."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Something a person said, a button they pressed, or a file they sent."""

    id: str  # the door's own id: the same message always carries the same one
    sender: str
    address: Address
    sent_at: datetime
    text: str = ""
    pressed: str | None = None
    file: File | None = None
    too_long: bool = False  # more was said than LONGEST_TEXT; ``text`` holds the beginning
    edited: bool = False  # the words take the place of those of the message with this id
    unheard: str = ""  # what was sent that no door can read: "voice", "photo", "sticker", ...
    shared: bool = False  # others read along: a group or a channel
    called: str = ""  # what the platform shows as the person's name
    room: str = ""  # the channel that the address is a thread of; "": it is none
    aside: bool = False  # where others read along, the door can answer this person alone


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    data: str

    def __post_init__(self) -> None:
        size = len(self.data.encode())  # the data themselves may hold what people said
        if not 1 <= size <= LONGEST_BUTTON_DATA:
            raise ValueError(f"button data must be 1 to {LONGEST_BUTTON_DATA} bytes, not {size}")


@dataclass(frozen=True, slots=True)
class Image:
    png: bytes
    alt: str  # states the conclusion, for those who do not see the picture


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with a reply. ``name``: plain letters, as a file system takes it."""

    name: str
    media_type: str  # "text/csv"
    data: bytes
    expires_at: datetime | None = None  # from then on it cannot be fetched; None: no end


@dataclass(frozen=True, slots=True)
class Reply:
    """Plain words, never markup: each door escapes them for its own platform.

    A reply with a ``key`` can be found again by a later turn, and replaced: a card becomes the
    line that says it was saved. ``replaces`` names such a key; the message it names is edited in
    place, and where there is none the reply is a new message.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()  # rows of at most three
    image: Image | None = None
    document: Document | None = None
    why: str = ""  # what to answer to a following "why?"
    key: str = ""
    replaces: str = ""
    for_all: bool = False  # in a group, others may press its buttons too
    open: bool = False  # in a group, everybody may read it: a team's portfolio is spoken of
    private: bool = False  # in a group, only for the one who asked: they alone may see it
    silent: bool = False  # it comes without a sound
    leads: bool = False  # its words hold an address of ours, which a page may make a link of


def row(*buttons: Button) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of three."""
    return tuple(buttons[n : n + 3] for n in range(0, len(buttons), 3))


def pack(reply: Reply) -> dict[str, Any]:
    """The reply as the outbox keeps it."""
    packed: dict[str, Any] = {
        "text": reply.text,
        "buttons": [[{"label": b.label, "data": b.data} for b in line] for line in reply.buttons],
        "alt": reply.image.alt if reply.image else "",
    }
    if reply.document is not None:
        packed["file"] = {"name": reply.document.name, "size": len(reply.document.data)}
    if reply.for_all:
        packed["for_all"] = True
    if reply.open:
        packed["open"] = True
    if reply.private:
        packed["private"] = True  # for the sender of what it answers
    if reply.silent:
        packed["silent"] = True
    if reply.leads:
        packed["leads"] = True
    return packed
