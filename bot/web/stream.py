"""The conversation as a stream of server-sent events: history first, then what changes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from bot.api.metrics import LISTENERS
from bot.web.door import CHANNEL, bell
from storage.bell import Ear
from storage.records import Line
from storage.unit_of_work import Storage

HEARTBEAT = 15.0  # seconds of silence after which we say that we are alive
FIRST_GLANCE, GLANCE = 0.05, 2.0  # seconds between looks while an answer is awaited
SHOWN = 300  # lines of history that a page is given


async def listen(
    storage: Storage, chat: str, cursor: int, closing: asyncio.Event
) -> AsyncIterator[bytes]:
    """Every line of ``chat`` that changed after ``cursor``, for as long as somebody listens."""
    LISTENERS.inc()
    closed = asyncio.create_task(closing.wait())
    try:
        with storage.bell.listen(bell(chat)) as ear:
            lines, cursor, earlier = await _history(storage, chat, cursor)
            yield _lines(lines, cursor) + _event("caught_up", {"earlier": earlier})
            typing, spoke, pause = False, time.monotonic(), HEARTBEAT
            while not closing.is_set():
                async with storage.transaction() as work:
                    lines, cursor = await work.outbox.changes(CHANNEL, chat, cursor)
                    waiting = await work.outbox.unsettled(CHANNEL, chat) > 0
                said = _lines(lines, cursor)
                if waiting != typing:
                    typing = waiting
                    said += _event("typing", {"on": typing})
                if not said and time.monotonic() - spoke >= HEARTBEAT:
                    said = _event("alive", {})
                if said:
                    yield said
                    spoke = time.monotonic()
                # A reply is seen here before it counts as sent: look again soon, then seldom.
                pause = (FIRST_GLANCE if said else min(2 * pause, GLANCE)) if waiting else HEARTBEAT
                await _rest(ear, closed, pause)
    finally:
        closed.cancel()
        LISTENERS.dec()


async def _rest(ear: Ear, closed: asyncio.Task[bool], pause: float) -> None:
    rung = asyncio.create_task(ear.heard(pause))
    try:
        await asyncio.wait({rung, closed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        rung.cancel()


async def _history(storage: Storage, chat: str, cursor: int) -> tuple[list[Line], int, bool]:
    """What a page that has seen ``cursor`` lacks, the new cursor, and whether more was left out."""
    missed: dict[int, Line] = {}
    newcomer = cursor == 0
    while True:
        async with storage.transaction() as work:
            lines, cursor = await work.outbox.changes(CHANNEL, chat, cursor)
        if not lines:
            break
        missed |= {line.id: line for line in lines}
    in_order = [missed[number] for number in sorted(missed)]
    if newcomer and len(in_order) > SHOWN:
        return in_order[-SHOWN:], cursor, True
    return in_order, cursor, False


def _lines(lines: list[Line], cursor: int) -> bytes:
    """The lines as events; only the last carries the cursor, so a broken batch comes again."""
    said = b"".join(_event("line", show(line)) for line in lines[:-1])
    return said + b"".join(_event("line", show(line), cursor) for line in lines[-1:])


def _event(name: str, data: dict[str, Any], id: int | None = None) -> bytes:
    number = "" if id is None else f"id: {id}\n"
    return f"event: {name}\n{number}data: {json.dumps(data)}\n\n".encode()


def show(line: Line) -> dict[str, Any]:
    """A line as the page needs it; nothing of ours that it does not need."""
    body = line.body
    shown: dict[str, Any] = {"key": str(line.id), "at": line.at.isoformat()}
    if not line.mine:
        names = ("id", "text", "too_long", "pressed", "label", "on", "file")
        said = {name: body[name] for name in names if name in body}
        return shown | {"by": "person"} | said
    picture, document = body.get("picture"), body.get("document")
    return shown | {
        "by": "advisor",
        "text": body.get("text", ""),
        "buttons": body.get("buttons", []),
        "picture": {"id": picture, "alt": body.get("alt", "")} if picture else None,
        "document": {"id": document, **body.get("file", {})} if document else None,
        **({"leads": True} if body.get("leads") else {}),
        "revision": body.get("revision", 0),
    }
