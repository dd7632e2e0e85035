"""Reading what a browser posts: within limits, and never trusting its shape."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from bot.api.errors import NothingSaid, NotReadable, TooLarge
from bot.door import clean
from bot.letter import LONGEST_NAME
from conversations.actions.files.importing import LARGEST as LARGEST_FILE
from conversations.messages import LONGEST_BUTTON_DATA

LARGEST_MESSAGE = 2 * 2**20  # bytes
AROUND_A_FILE = 64 * 2**10  # what multipart adds
DRAINED = 32 * 2**20  # of a body that is too large we take this much, so that it hears our answer
REPLY = re.compile(r"\d{1,19}:\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """What a browser asks us to take in: words, or a pressed button."""

    id: str
    text: str = ""  # as it was typed, however long
    pressed: str | None = None
    label: str = ""
    on: str = ""  # line and revision of the reply that the button belongs to


async def read_message(request: Request) -> Said:
    """Raises TooLarge, NotReadable, NothingSaid."""
    raw = await _read(request, LARGEST_MESSAGE)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError) as problem:
        raise NotReadable from problem
    match content:
        case {"id": str(id), "pressed": str(pressed)}:
            data = clean(pressed)
            if not 1 <= len(data.encode()) <= LONGEST_BUTTON_DATA:
                raise NotReadable
            label, on = _short(content.get("label")), _short(content.get("on"))
            return Said(_id(id), pressed=data, label=label, on=on if REPLY.fullmatch(on) else "")
        case {"id": str(id), "text": str(text)}:
            if not text.strip():
                raise NothingSaid
            return Said(_id(id), text=text)
    raise NotReadable


async def read_file(request: Request) -> tuple[str, str, bytes]:
    """The message's id, the file's name and its bytes. Raises as ``read_message``."""
    body = await _read(request, LARGEST_FILE + AROUND_A_FILE)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(request.scope, receive).form(max_files=1, max_fields=8) as form:
            named, file = form.get("id"), form.get("file")
            if not isinstance(named, str) or not isinstance(file, UploadFile):
                raise NotReadable
            name, data = _file_name(file.filename), await file.read()
    except (HTTPException, ValueError, LookupError) as problem:  # not multipart after all
        raise NotReadable from problem
    if len(data) > LARGEST_FILE:
        raise TooLarge(LARGEST_FILE)
    if not data:
        raise NothingSaid
    return _id(named), name, data


async def _read(request: Request, limit: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
        elif size > DRAINED:
            break
    if size > limit:
        raise TooLarge(min(limit, LARGEST_FILE))
    return b"".join(parts)


def _id(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError as problem:
        raise NotReadable from problem


def _short(value: Any) -> str:
    return clean(value[:LONGEST_NAME]) if isinstance(value, str) else ""


def _file_name(given: str | None) -> str:
    last = re.split(r"[/\\]", given or "")[-1]
    return clean(last)[-LONGEST_NAME:].replace("\n", " ").strip() or "file"
