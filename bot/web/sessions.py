"""Who is looking at the page: one unguessable session per browser, known to us by its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.api.errors import ForeignOrigin, NoSession, TooFast
from storage.records import SESSION_LIFETIME
from storage.unit_of_work import Storage

COOKIE = "bpo_session"
TOKEN_BYTES = 32
NEW_SESSIONS, PER_SECONDS = 120, 3600  # new browsers from one address


def fingerprint(token: str) -> bytes:
    """What the database knows of a token: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


async def chat_of(request: Request) -> str:
    """The chat of the browser that asks. Raises NoSession when it has none."""
    if (chat := await _known(request)) is None:
        raise NoSession
    return chat


async def admit(request: Request, now: datetime) -> tuple[str, str | None]:
    """The chat of the browser that asks, and the token of its new session if it had none."""
    if (chat := await _known(request)) is not None:
        return chat, None
    storage: Storage = request.app.state.storage
    address = request.client.host if request.client else "unknown"
    allowed = request.app.state.limits.allow(f"web:sessions:{address}", NEW_SESSIONS, PER_SECONDS)
    if not await allowed:
        raise TooFast(PER_SECONDS)
    token, chat = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_hex(16)
    async with storage.transaction() as work:
        await work.sessions.open(fingerprint(token), chat, now)
    return chat, token


def give(request: Request, response: Response, token: str | None) -> Response:
    """``response``, with a new token in a cookie that neither scripts nor other sites can use."""
    if token is not None:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(SESSION_LIFETIME.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return response


async def _known(request: Request) -> str | None:
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    storage: Storage = request.app.state.storage
    async with storage.transaction() as work:
        return await work.sessions.find(fingerprint(token))


def nickname(chat: str) -> str:
    """A name by which a page can tell that its browser has changed sessions; leads nowhere."""
    return hashlib.sha256(b"conversation:" + chat.encode()).hexdigest()[:16]


def from_our_page(request: Request) -> None:
    """Raise ForeignOrigin unless our own page sent this.

    Browsers say where a POST comes from: in Sec-Fetch-Site, and where that is missing (plain HTTP)
    in Origin. A request that says neither is not from a page at all.
    """
    if (site := request.headers.get("sec-fetch-site")) is not None:
        if site != "same-origin":
            raise ForeignOrigin
        return
    origin = request.headers.get("origin", "")
    scheme, _, host = origin.partition("://")
    if scheme not in {"http", "https"} or host != request.headers.get("host"):
        raise ForeignOrigin
