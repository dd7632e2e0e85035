"""Makes the web process's application: the page, the chat, and what watches over them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol

from fastapi import FastAPI, Request
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from bot.api import errors, metrics
from bot.api.headers import Guarded
from bot.web import routes
from storage.unit_of_work import Storage


class Limits(Protocol):
    """Counts how often something was done under a key."""

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        """Whether it may be done once more: fewer than ``limit`` times in ``seconds``."""
        ...


def make_app(
    storage: Storage,
    limits: Limits,
    *,
    metrics_for_all: bool = False,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The application over ``storage``, with ``limits`` on how often somebody may ask.

    ``metrics_for_all`` opens /metrics to other machines. ``app.state.closing`` is to be set when
    the server is told to stop, so that listening pages let go; ``bot.web.server.serve`` does it.
    """
    app = FastAPI(
        title="Behavioral Portfolio Optimizer",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(metrics.Measured), Middleware(Guarded)],
    )
    app.state.storage = storage
    app.state.limits = limits
    app.state.clock = clock
    app.state.metrics_for_all = metrics_for_all
    app.state.closing = asyncio.Event()
    errors.install(app)
    app.add_api_route("/healthz", _health, methods=["GET", "HEAD"])
    app.add_api_route("/metrics", metrics.metrics, methods=["GET"])
    app.include_router(routes.router)
    app.mount("/static", routes.static)
    return app


async def _health(request: Request) -> Response:
    """200 when the database answers, 503 when it does not."""
    storage: Storage = request.app.state.storage
    try:
        async with asyncio.timeout(3), storage.transaction() as work:
            await work.outbox.unsettled("web", "")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the database cannot be used
        detail = errors.phrase(errors.NotReady())
        return errors.answer(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    return JSONResponse({"status": "ok"})
