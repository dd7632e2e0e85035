"""From one reply to the messages that Telegram gets: words, a picture with a caption, a file."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import MessageLimit

from bot.telegram.layout import split, units
from bot.telegram.updates import HELLO
from conversations.messages import OPEN_DM
from storage.records import Document, Picture

LONGEST, LONGEST_CAPTION = MessageLimit.MAX_TEXT_LENGTH, MessageLimit.CAPTION_LENGTH
MOST_PIECES = 4  # longer replies are easier to read as a file
# What Telegram takes as a picture; anything else goes as a file.
LARGEST_PICTURE, LONGEST_SIDES, LONGEST_RATIO = 10_000_000, 10_000, 20
TEXT, PHOTO, FILE = "text", "photo", "document"
PNG_HEADER = struct.Struct(">8x4x4sII")  # the mark and a length, "IHDR", width, height


@dataclass(frozen=True, slots=True)
class Part:
    """One message: words, or a picture or file with words under it."""

    kind: str
    text: str
    data: bytes = b""
    name: str = ""
    lead: bool = False  # its first line is the answer
    keyboard: InlineKeyboardMarkup | None = None


def plan(
    body: dict[str, Any], picture: Picture | None, document: Document | None, username: str
) -> list[Part]:
    """The messages that say what ``body`` says, with the buttons under its words.

    ``username`` is the bot's, for a button that leads into a private chat.
    """
    text = str(body.get("text") or "").strip("\n").rstrip()
    parts: list[Part] = []
    if picture is not None:
        parts.append(_picture(picture))
    if document is not None:
        parts.append(Part(FILE, "", document.data, document.name))
    if parts and units(text) <= LONGEST_CAPTION:
        parts[0] = replace(parts[0], text=text, lead=True)
        return _with_buttons(parts, 0, body, username)
    if picture is not None:
        parts[0] = replace(parts[0], text=split(picture.alt or " ", LONGEST_CAPTION)[0].strip())
    words = _words(text)
    return _with_buttons([*parts, *words], len(parts) + len(words) - 1, body, username)


def _words(text: str) -> list[Part]:
    pieces = split(text, LONGEST)
    if len(pieces) > MOST_PIECES:
        first = split(text, LONGEST_CAPTION)[0]
        return [Part(FILE, first, text.encode(), "answer.txt", lead=True)]
    return [Part(TEXT, piece, lead=number == 0) for number, piece in enumerate(pieces)]


def _picture(picture: Picture) -> Part:
    kind, width, height = PNG_HEADER.unpack_from(picture.png.ljust(PNG_HEADER.size, b"\0"))
    shown = (
        kind == b"IHDR"
        and len(picture.png) <= LARGEST_PICTURE
        and width + height <= LONGEST_SIDES
        and max(width, height) <= LONGEST_RATIO * min(width, height)
    )
    return Part(PHOTO if shown else FILE, "", picture.png, "chart.png")


def _with_buttons(parts: list[Part], place: int, body: dict[str, Any], username: str) -> list[Part]:
    rows = [
        [_button(one["label"], one["data"], username) for one in row]
        for row in body.get("buttons") or []
    ]
    if rows and parts:
        parts[place] = replace(parts[place], keyboard=InlineKeyboardMarkup(rows))
    return parts


def _button(label: str, data: str, username: str) -> InlineKeyboardButton:
    if data == OPEN_DM:
        return InlineKeyboardButton(label, url=f"https://t.me/{username}?start={HELLO}")
    return InlineKeyboardButton(label, callback_data=data)
