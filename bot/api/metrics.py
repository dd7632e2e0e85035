"""What is counted about requests, and who may read it."""

from __future__ import annotations

import ipaddress
import time

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.errors import NotHere

REQUESTS = Counter("bpo_http_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("bpo_http_request_seconds", "Time to the first byte", ["method", "route"])
LISTENERS = Gauge("bpo_chat_listeners", "Open pages that listen for lines")
MESSAGES = Counter("bpo_chat_messages", "Messages taken in", ["kind", "known"])

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Measured:
    """Count every request under the route that answered it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in METHODS else "other"
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(method, route, message["status"]).inc()
                SECONDS.labels(method, route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, watched)


async def metrics(request: Request) -> Response:
    """The counters, for this machine only unless ``metrics_for_all`` was set.

    Behind a proxy on the same machine every visitor comes from the loopback address, so a request
    that was addressed to a public name, or that was forwarded, is not ours either.
    """
    if not (request.app.state.metrics_for_all or _from_here(request)):
        raise NotHere
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers)
    host = request.client.host if request.client else ""
    return not forwarded and _loopback(host) and _loopback(request.url.hostname or "")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
