"""The requests that the chat page makes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.staticfiles import StaticFiles

from bot.api.errors import NotHere, TooFast
from bot.api.metrics import MESSAGES
from bot.letter import pack, shorten
from bot.post import accept
from bot.web import sessions
from bot.web.bodies import read_file, read_message
from bot.web.door import CHANNEL, bell
from bot.web.stream import listen
from conversations.messages import Address, File, IncomingMessage
from storage.unit_of_work import Storage

HERE = Path(__file__).parent / "static"
MESSAGES_ALLOWED, MESSAGES_SECONDS = 30, 10
FILES_ALLOWED, FILES_SECONDS = 10, 60
FOREVER = "private, max-age=31536000, immutable"  # a picture never changes
NEVER = "private, no-store"  # a file may expire, and what was exported is not to lie about
LAST_CURSOR = 2**63 - 1


class Files(StaticFiles):
    """The page's own files; browsers ask each time whether they have changed."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


router = APIRouter()
static = Files(directory=HERE)
Chat = Annotated[str, Depends(sessions.chat_of)]


@router.api_route("/", methods=["GET", "HEAD"])
async def page(request: Request) -> Response:
    """The chat page. A browser's first visit gets a session.

    A visitor who follows a link from another site does not show us the (strict) cookie that may
    well exist; the page then asks for its session itself, lest we replace it. So it does where the
    browser does not say where it comes from, as monitors do not: they need no session.
    """
    response = FileResponse(HERE / "index.html", headers={"Cache-Control": "no-store"})
    site = request.headers.get("sec-fetch-site")
    if request.method == "GET" and site in {"none", "same-origin"}:
        _, token = await sessions.admit(request, _now(request))
        sessions.give(request, response, token)
    return response


@router.post("/chat/session")
async def session(request: Request) -> Response:
    """Make sure that this browser has a session, and say which conversation it leads to."""
    sessions.from_our_page(request)
    chat, token = await sessions.admit(request, _now(request))
    answer = JSONResponse({"conversation": sessions.nickname(chat)})
    return sessions.give(request, answer, token)


@router.post("/chat/messages", status_code=202)
async def say(request: Request, chat: Chat) -> Response:
    """Take in words or a pressed button. The same id twice is one message."""
    sessions.from_our_page(request)
    await _allow(request, f"web:messages:{chat}", MESSAGES_ALLOWED, MESSAGES_SECONDS)
    said = await read_message(request)
    text, too_long = shorten(said.text)
    message = IncomingMessage(
        said.id, chat, Address(CHANNEL, chat), _now(request), text, said.pressed, too_long=too_long
    )
    return await _keep(request, message, said.label, said.on)


@router.post("/chat/files", status_code=202)
async def drop(request: Request, chat: Chat) -> Response:
    """Take in a file, as a message that carries it."""
    sessions.from_our_page(request)
    await _allow(request, f"web:files:{chat}", FILES_ALLOWED, FILES_SECONDS)
    message_id, name, data = await read_file(request)
    async with _storage(request).transaction() as work:
        kept = await work.uploads.add(name, data, channel=CHANNEL, chat=chat)
    file = File(kept, name, len(data))
    message = IncomingMessage(message_id, chat, Address(CHANNEL, chat), _now(request), file=file)
    return await _keep(request, message)


@router.get("/chat/events")
async def events(request: Request, chat: Chat, cursor: str = "0") -> Response:
    """The conversation as server-sent events, from ``cursor`` or Last-Event-ID on."""
    since = max(_number(cursor), _number(request.headers.get("last-event-id", "0")))
    stream = listen(_storage(request), chat, since, request.app.state.closing)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@router.get("/pictures/{id}")
async def picture(request: Request, chat: Chat, id: str) -> Response:
    """A picture of one's own conversation; for everybody else there is none."""
    try:
        wanted = UUID(id)
    except ValueError:
        raise NotHere from None
    async with _storage(request).transaction() as work:
        found = None
        if await work.pictures.belongs(wanted, CHANNEL, chat):
            found = await work.pictures.get(wanted)
    if found is None:
        raise NotHere
    return Response(found.png, media_type="image/png", headers={"Cache-Control": FOREVER})


@router.get("/documents/{id}")
async def document(request: Request, chat: Chat, id: str) -> Response:
    """A file of one's own conversation, to be saved; for everybody else there is none."""
    try:
        wanted = UUID(id)
    except ValueError:
        raise NotHere from None
    async with _storage(request).transaction() as work:
        found = await work.documents.get(wanted, CHANNEL, chat)
    if found is None:
        raise NotHere
    headers = {
        "Cache-Control": NEVER,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
    }
    return Response(found.data, media_type=found.media_type, headers=headers)


async def _keep(
    request: Request, message: IncomingMessage, label: str = "", on: str = ""
) -> Response:
    chat = message.address.chat
    body = pack(message, label, on)
    # Under its chat's name, no browser's id can stand in the way of another's.
    new = await accept(_storage(request), CHANNEL, f"{chat}:{message.id}", chat, body)
    await _storage(request).bell.ring(bell(chat))
    kind = "press" if message.pressed else "file" if message.file else "text"
    MESSAGES.labels(kind, "no" if new else "yes").inc()
    return JSONResponse({"id": message.id, "new": new}, status_code=202)


async def _allow(request: Request, key: str, limit: int, seconds: int) -> None:
    if not await request.app.state.limits.allow(key, limit, seconds):
        raise TooFast(seconds)


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > len(str(LAST_CURSOR)):
        return 0
    return min(int(written), LAST_CURSOR)


def _storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


def _now(request: Request) -> datetime:
    now: datetime = request.app.state.clock()
    return now
