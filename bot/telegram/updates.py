"""What Telegram tells us, translated; nothing in it is trusted to have the shape it should."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from bot.door import clean
from bot.letter import LONGEST_NAME, shorten
from conversations.actions.files.importing import LARGEST
from conversations.intents import known
from conversations.messages import LONGEST_BUTTON_DATA, Address, IncomingMessage

CHANNEL = "telegram"
WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
FILES = {".csv", ".tsv", ".txt", ".zip", ".json", ".xml", ".ofx", ".qif", ".xls", ".xlsx", ".pdf"}
GROUPS = {"group", "supergroup"}
HELLO = "hello"  # with the link from a group into a private chat, “Start” sends “/start hello”
SERVICE = 777000  # Telegram itself: whatever a channel says in the group that belongs to it
LAST_SECOND = 253_402_300_799  # of the year 9999
COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
UNHEARD = {
    "voice": "voice", "video_note": "voice", "audio": "voice", "photo": "photo", "video": "photo",
    "animation": "photo", "sticker": "sticker", "location": "other", "venue": "other",
    "contact": "other", "poll": "other", "dice": "other", "story": "other", "game": "other",
    "checklist": "other", "paid_media": "photo",
}  # fmt: skip


Rows = tuple[tuple[dict[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as Telegram knows it."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that lies with Telegram."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Something for the inbox."""

    update: int
    message: IncomingMessage
    label: str = ""  # on the pressed button
    on: int = 0  # the message that the pressed button belongs to
    left: Rows = ()  # its other buttons, if they are still of use when one was pressed
    query: str = ""  # what has to be answered, so that the button stops waiting
    file: Attachment | None = None


ASKS_WHY = "nudged:why:"  # below what is said first


@dataclass(frozen=True, slots=True)
class Changed:
    """A chat that we can no longer write to, or can again, or that goes on under another name."""

    chat: str
    closed: str = ""  # "blocked", "left"; "" when it is open
    moved_to: str = ""


def translate(update: object, me: Me, now: datetime) -> Heard | Changed | None:
    """What an update holds for us; nothing if that is none of our business, or no update at all.

    Never raises. ``now`` is when a button was pressed: Telegram does not say.
    """
    match update:
        case {"update_id": int(number), "callback_query": dict(query)} if _fits(number):
            return _press(number, query, now)
        case {"update_id": int(number), "edited_message": dict(message)} if _fits(number):
            return _message(number, message, me, edited=True)
        case {"update_id": int(number), "message": dict(message)} if _fits(number):
            return _message(number, message, me, edited=False)
        case {"update_id": int(), "my_chat_member": dict(change)}:
            return _membership(change)
    return None


def _fits(number: Any) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and abs(number) < 2**63


def _place(message: Mapping[str, Any]) -> tuple[str, bool] | None:
    """The chat, with the topic if there is one, and whether others read it."""
    match message.get("chat"):
        case {"id": int(id), "type": "private"} if _fits(id) and id > 0:
            return str(id), False
        case {"id": int(id), "type": str(kind)} if _fits(id) and id < 0 and kind in GROUPS:
            topic = message.get("message_thread_id")
            if message.get("is_topic_message") is True and _fits(topic):
                return f"{id}:{topic}", True
            return str(id), True
    return None


def _person(value: object) -> tuple[str, str] | None:
    """Somebody's id and first name; nobody when it is a program or a group in disguise."""
    match value:
        case {"id": int(id)} if id == SERVICE:
            return None
        case {"id": int(id), **more} if _fits(id) and id > 0 and more.get("is_bot") is not True:
            first = more.get("first_name")
            return str(id), clean(first)[:LONGEST_NAME].strip() if isinstance(first, str) else ""
    return None


def _press(number: int, query: Mapping[str, Any], now: datetime) -> Heard | None:
    person = _person(query.get("from"))
    match query:
        case {"id": str(id), "data": str(data), "message": dict(message)} if person and id:
            place, on = _place(message), message.get("message_id")
        case _:
            return None
    pressed, name = clean(data), clean(id)[:LONGEST_NAME].strip()
    fits = 1 <= len(pressed.encode()) <= LONGEST_BUTTON_DATA
    if place is None or not fits or not name or not isinstance(on, int) or not _fits(on):
        return None
    chat, shared = place
    sender, called = person
    said = IncomingMessage(
        f"press:{name}", sender, Address(CHANNEL, chat), now,
        pressed=pressed, shared=shared, called=called,
    )  # fmt: skip
    # Words with buttons are a question, which the press has answered. Below a result, each button
    # leads to something else about it; and who asks why has answered nothing.
    result = "photo" in message or "document" in message or data.startswith(ASKS_WHY)
    left = _others(message, data) if result else ()
    return Heard(number, said, _label(message, data), on, left, id)


def _label(message: Mapping[str, Any], data: str) -> str:
    """What is written on the button of ``message`` that carries ``data``."""
    for row in _buttons(message):
        for button in row:
            if button.get("callback_data") == data:
                return clean(button["text"][:LONGEST_NAME])
    return ""


def _others(message: Mapping[str, Any], data: str) -> Rows:
    """The buttons of ``message`` without the one that carries ``data``."""
    rows = (
        tuple(one for one in row if one.get("callback_data") != data) for row in _buttons(message)
    )
    return tuple(row for row in rows if row)


def _buttons(message: Mapping[str, Any]) -> list[list[dict[str, str]]]:
    """The buttons that ``message`` says it has, as far as they could be ours."""
    match message.get("reply_markup"):
        case {"inline_keyboard": list(rows)}:
            return [
                [found for one in row if (found := _button(one))]
                for row in rows
                if isinstance(row, list)
            ]
    return []


def _button(button: object) -> dict[str, str]:
    match button:
        case {"text": str(text), "callback_data": str(data)} if text and data:
            return {"text": text, "callback_data": data}
        case {"text": str(text), "url": str(url)} if text and url:
            return {"text": text, "url": url}
    return {}


def _message(
    number: int, message: Mapping[str, Any], me: Me, *, edited: bool
) -> Heard | Changed | None:
    place, person = _place(message), _person(message.get("from"))
    if place is None:
        return None
    chat, shared = place
    if shared and _fits(to := message.get("migrate_to_chat_id")) and (to or 0) < 0:
        return Changed(chat, moved_to=str(to))
    id, date = message.get("message_id"), message.get("date")
    if person is None or not _fits(id) or not _fits(date) or not 0 <= (date or 0) <= LAST_SECOND:
        return None
    sent_at = datetime.fromtimestamp(date or 0, UTC)
    sender, called = person
    plain = IncomingMessage(
        str(id), sender, Address(CHANNEL, chat), sent_at,
        edited=edited, shared=shared, called=called,
    )  # fmt: skip
    words = next((message[key] for key in ("text", "caption") if _text(message, key)), "")
    read, ours = _words(words, me)
    if shared and not ours and not _replies(message, me):
        return None
    return _content(number, message, plain, read)


def _content(
    number: int, message: Mapping[str, Any], plain: IncomingMessage, words: str
) -> Heard | None:
    """The words, the file or the thing that no door can read."""
    if isinstance(document := message.get("document"), dict):
        return _document(number, document, plain)
    kind = next((name for key, name in UNHEARD.items() if key in message), "")
    if kind or not _text(message, "text"):
        # Service messages, such as that somebody joined, are nobody's words.
        return Heard(number, replace(plain, unheard=kind)) if kind and not plain.edited else None
    if (name := _command(words)) is not None and not plain.edited:
        return Heard(number, replace(plain, pressed=f"pick:{name}"), f"/{name}")
    text, too_long = shorten("/start" if words == f"/start {HELLO}" else words)
    return Heard(number, replace(plain, text=text, too_long=too_long))


def _text(message: Mapping[str, Any], key: str) -> bool:
    return isinstance(message.get(key), str)


def _words(words: str, me: Me) -> tuple[str, bool]:
    """The words without our name in them, and whether they were meant for us where others talk."""
    found = COMMAND.fullmatch(words[:200]) if len(words) <= 200 else None
    if found is not None:
        command, to, rest = found[1], found[2], found[3] or ""
        if to and to.casefold() != me.username.casefold():
            return words, False
        return f"/{command} {rest}".rstrip(), True
    called = re.compile(rf"(?<!\w)@{re.escape(me.username)}(?!\w)[,:]?", re.IGNORECASE)
    plain, times = called.subn("", words)
    return re.sub(r"[ \t]{2,}", " ", plain).strip() if times else words, times > 0


def _command(words: str) -> str | None:
    """The intent that a bare command from the menu names."""
    name = words[1:].rstrip() if words.startswith("/") else ""
    return name if any(one.name == name and one.rank for one in known()) else None


def _replies(message: Mapping[str, Any], me: Me) -> bool:
    match message.get("reply_to_message"):
        case {"from": {"id": int(id)}}:
            return id == me.id
    return False


def _document(number: int, document: Mapping[str, Any], plain: IncomingMessage) -> Heard | None:
    """A file to be fetched, or the reason why it is not: known before it is."""
    if plain.edited:
        return None
    id, size, named = document.get("file_id"), document.get("file_size"), document.get("file_name")
    name = clean(named)[-LONGEST_NAME:].replace("\n", " ").strip() if isinstance(named, str) else ""
    if not isinstance(id, str) or not id or not id.isascii() or not id.isprintable():
        return None
    length = size if isinstance(size, int) and _fits(size) else 0
    if length > LARGEST:
        return Heard(number, replace(plain, unheard="large file"))
    if PurePath(name.lower()).suffix not in FILES:
        return Heard(number, replace(plain, unheard="other file"))
    return Heard(number, plain, file=Attachment(id, name, length))


def _membership(change: Mapping[str, Any]) -> Changed | None:
    match (_place(change), change.get("new_chat_member")):
        case ((str(chat), bool(shared)), {"status": str(status)}):
            if status in ("kicked", "left"):
                return Changed(chat, closed="left" if shared else "blocked")
            return Changed(chat)
    return None
