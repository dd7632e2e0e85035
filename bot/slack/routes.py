"""What Slack asks for over HTTP: events, buttons and commands; and the way to install us."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from fastapi import APIRouter, Request
from slack_bolt.adapter.starlette.async_handler import (
    to_async_bolt_request,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.signature import SignatureVerifier
from starlette.responses import Response

from bot.api.errors import TooLarge
from bot.api.metrics import MESSAGES
from bot.settings import Settings
from bot.slack.doorstep import REACHED
from bot.slack.installations import Clients, Installations, States
from bot.slack.manifest import SCOPES
from storage.unit_of_work import Storage

LARGEST = 2**20  # bytes of a request; Slack's own are far smaller
QUIET = logging.getLogger("bot.slack.sdk")
EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"


def routes(
    settings: Settings, storage: Storage, store: Installations, clients: Clients, app: AsyncApp
) -> APIRouter:
    """Signed requests where there is a signing secret, installing where there is a client."""
    router = APIRouter()
    verifier = SignatureVerifier(settings.slack_signing_secret or "")

    async def events(request: Request) -> Response:
        body = await _read(request)
        if not believed(verifier, request, body):
            return Response(status_code=HTTPStatus.UNAUTHORIZED)
        try:
            asked = to_async_bolt_request(request, body)
        except Exception:  # noqa: BLE001 - signed, but not what Slack describes
            return _unreadable()
        answer = await app.async_dispatch(asked)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not asked.context.get(REACHED):
            return _unreadable()  # Bolt fell over it; to hear of it again would not help
        return to_starlette_response(answer)

    if settings.slack_signing_secret:
        router.add_api_route(EVENTS, events, methods=["POST"])
    if settings.slack_client_id and settings.public_address:
        flow = make_flow(settings, storage, store, clients)

        async def install(request: Request) -> Response:
            answer = await flow.handle_installation(to_async_bolt_request(request, b""))
            return to_starlette_response(answer)

        async def redirect(request: Request) -> Response:
            answer = await flow.handle_callback(to_async_bolt_request(request, b""))
            return to_starlette_response(answer)

        router.add_api_route(INSTALL, install, methods=["GET"])
        router.add_api_route(REDIRECT, redirect, methods=["GET"])
    return router


def make_flow(
    settings: Settings, storage: Storage, store: Installations, clients: Clients
) -> AsyncOAuthFlow:
    """Installing: each state is used once, within ten minutes, by the browser that began."""
    return AsyncOAuthFlow(
        settings=AsyncOAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret,
            scopes=list(SCOPES),
            redirect_uri=f"{settings.public_address}{REDIRECT}",
            install_page_rendering_enabled=False,
            installation_store=store,
            state_store=States(storage, store.now),
            logger=QUIET,
        ),
        client=clients.client(),
        logger=QUIET,
    )


def believed(verifier: SignatureVerifier, request: Request, body: bytes) -> bool:
    """Whether Slack signed exactly this, within the last five minutes. Compared in constant time,
    and before anything in the body is looked at."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (re.fullmatch(r"[0-9]{1,12}", stamp, re.ASCII) and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body=body, timestamp=stamp, signature=signature)
    except UnicodeDecodeError:
        return False


def _unreadable() -> Response:
    """Taken, counted, and not asked for again."""
    MESSAGES.labels("slack:unreadable", "no").inc()
    return Response(status_code=HTTPStatus.OK)


async def _read(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLarge(LARGEST)
        parts.append(part)
    return b"".join(parts)
