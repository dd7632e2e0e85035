"""Updates that Telegram sends to us, where it can reach us."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.api.errors import NotReady, TooLarge
from bot.telegram.door import Telegram
from bot.telegram.intake import UPDATES, Intake
from bot.telegram.updates import WANTED

log = structlog.get_logger(__name__)

PATH = "/doors/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 2**20  # bytes of a body
AT_ONCE = 40  # connections that Telegram may open


def secret(token: str) -> str:
    """What Telegram has to show us; made of the bot's token, so that every process knows it."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


async def ask_for(door: Telegram, public: str) -> None:
    """Let Telegram send updates to the address ``public``. Raises what the library raises."""
    await door.bot.set_webhook(
        public.rstrip("/") + PATH,
        secret_token=secret(door.bot.token),
        allowed_updates=WANTED,
        max_connections=AT_ONCE,
    )


def routes(door: Telegram) -> APIRouter:
    """The route for updates: each is kept before it is answered with 200."""
    router, intake, wanted = APIRouter(), Intake(door), secret(door.bot.token).encode()

    @router.post(PATH)
    async def update(request: Request) -> Response:
        shown = request.headers.get(HEADER, "").encode("latin-1", "replace")
        if not hmac.compare_digest(shown, wanted):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        body = await _read(request)
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            UPDATES.labels("unreadable").inc()
            return Response()  # refused it would come again, and be no better
        try:
            await intake.take(content)
        except Exception as fact:
            log.warning("an update was not kept", error=type(fact).__name__)
            raise NotReady from fact  # it comes again
        return Response()

    return router


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLarge(LARGEST)
        parts.append(part)
    return b"".join(parts)
