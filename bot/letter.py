"""How the web page and the terminal, the doors that are ours, write a message into the inbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.door import clean
from conversations.messages import (
    LONGEST_BUTTON_DATA,
    LONGEST_TEXT,
    Address,
    File,
    IncomingMessage,
)
from conversations.reading.secrets import hide_secrets

LONGEST_NAME = 200  # characters of an id or of a file's name


def shorten(text: str) -> tuple[str, bool]:
    """The part of ``text`` that we try to understand, cleaned; and whether there was more."""
    return clean(text[: 2 * LONGEST_TEXT])[:LONGEST_TEXT], len(text) > LONGEST_TEXT


def pack(
    message: IncomingMessage,
    label: str = "",
    on: str = "",
    left: Sequence[Sequence[Mapping[str, str]]] = (),
) -> bytes:
    """``message`` as the inbox keeps it.

    What looks like a key or an account number is masked: it is never stored.

    ``label`` is what was written on the pressed button and ``on`` the reply it belongs to; only
    the page that shows the conversation reads them. ``left`` are the other buttons there, as the
    platform calls them, if they stay.
    """
    body: dict[str, Any] = {
        "id": message.id,
        "sender": message.sender,
        "chat": message.address.chat,
        "sent_at": message.sent_at.isoformat(),
    }
    body |= {
        name: value
        for name in ("edited", "unheard", "shared", "called")
        if (value := getattr(message, name))
    }
    if message.pressed is not None:
        body |= {"pressed": message.pressed, "label": label, "on": on}
        body |= {"left": left} if left else {}
    elif message.file is not None:
        file = message.file
        body["file"] = {"id": file.id, "name": file.name, "size": file.size}
    else:
        body |= {"text": hide_secrets(message.text), "too_long": message.too_long}
    return json.dumps(body).encode()


def unpack(channel: str, body: bytes) -> IncomingMessage | None:
    """The message in ``body``, or nothing. Never raises, whatever the bytes are."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    match content:
        case {"id": str(id), "sender": str(sender), "chat": str(chat), "sent_at": str(written)}:
            sent_at = _moment(written)
            said = _said(content)
        case _:
            return None
    names = [clean(name)[:LONGEST_NAME].strip() for name in (id, sender, chat)]
    if sent_at is None or said is None or not all(names):
        return None
    return IncomingMessage(
        id=names[0],
        sender=names[1],
        address=Address(channel, names[2]),
        sent_at=sent_at,
        edited=content.get("edited") is True,
        unheard=_word(content.get("unheard")),
        shared=content.get("shared") is True,
        called=_word(content.get("called")),
        **said,
    )


def _word(value: Any) -> str:
    return clean(value)[:LONGEST_NAME].strip() if isinstance(value, str) else ""


def _said(content: Mapping[str, Any]) -> dict[str, Any] | None:
    match content:
        case {"pressed": str(pressed)}:
            data = clean(pressed)
            return {"pressed": data} if 1 <= len(data.encode()) <= LONGEST_BUTTON_DATA else None
        case {"file": {"id": str(id), "name": str(name), "size": int(size)}}:
            if not id or clean(id) != id or isinstance(size, bool) or not 0 <= size < 2**63:
                return None
            return {"file": File(id[:LONGEST_NAME], clean(name)[:LONGEST_NAME], size)}
        case {"text": str(text)}:
            words, cut = shorten(text)
            return {"text": words, "too_long": cut or content.get("too_long") is True}
    return None


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
