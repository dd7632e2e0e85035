"""Putting the Slack door together from the settings, and the ways in which Slack reaches it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.door import Door
from bot.settings import BadSettings, Settings
from bot.slack import routes, sealing
from bot.slack.delivery import Sender
from bot.slack.door import Slack
from bot.slack.doorstep import Doorstep, make_app
from bot.slack.fetching import DROPPED, Fetcher
from bot.slack.installations import Clients, Installations
from bot.slack.names import Names
from bot.slack.pacing import Pace
from conversations.desk import Desk
from storage.unit_of_work import Storage

QUIET = logging.getLogger("bot.slack.sdk")
log = structlog.get_logger(__name__)

LOOK_AGAIN = 2.0  # seconds between looks for dropped files when nobody rings
AFTER_A_FAULT = 2.0
TRY_AGAIN = (1.0, 5.0, 15.0, 60.0)  # seconds between tries to connect


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Connected:
    """The Slack door with all that belongs to it."""

    settings: Settings
    storage: Storage
    clients: Clients
    store: Installations
    doorstep: Doorstep
    app: AsyncApp
    door: Door
    fetcher: Fetcher

    async def attend(self, stop: asyncio.Event, say: Callable[[str], None]) -> None:
        """Take in what Slack sends to us over our own connection, and fetch what was dropped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fetch(stop))
            if self.settings.slack_app_token:
                group.create_task(self._listen(stop, say))

    def routes(self) -> APIRouter:
        """What the web process answers to Slack."""
        return routes.routes(self.settings, self.storage, self.store, self.clients, self.app)

    async def close(self) -> None:
        await self.doorstep.close()
        await self.clients.close()

    async def _listen(self, stop: asyncio.Event, say: Callable[[str], None]) -> None:
        token = str(self.settings.slack_app_token)
        handler = AsyncSocketModeHandler(
            self.app, token, logger=QUIET, web_client=self.clients.client(token)
        )
        tries = 0
        try:
            while not stop.is_set():
                try:
                    await handler.client.connect()  # type: ignore[no-untyped-call]
                except Exception as problem:  # noqa: BLE001 - away, refused or changed: try again
                    pause = TRY_AGAIN[min(tries, len(TRY_AGAIN) - 1)]
                    log.warning("Slack can't be reached", error=type(problem).__name__)
                    tries += 1
                    await _either(stop, pause)
                else:
                    say("Slack is connected")
                    await stop.wait()
        finally:
            await handler.client.close()  # type: ignore[no-untyped-call]

    async def _fetch(self, stop: asyncio.Event) -> None:
        with self.storage.bell.listen(DROPPED) as ear:
            while not stop.is_set():
                try:
                    while await self.fetcher.fetch_next():
                        pass
                except Exception as problem:  # noqa: BLE001 - the network or the database: again
                    log.warning("a dropped file has to wait", error=type(problem).__name__)
                    await _either(stop, AFTER_A_FAULT)
                await ear.heard(LOOK_AGAIN)


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until we are told to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def connect(
    settings: Settings,
    storage: Storage,
    desk: Desk,
    *,
    pace: Pace | None = None,
    clock: Callable[[], datetime] = _now,
) -> Connected:
    """The Slack door. Raises BadSettings where a setting is missing beside another."""
    check(settings)
    keys = sealing.read_keys(settings.encryption_key or "")
    seal = sealing.Seal(keys) if keys else None
    store = Installations(
        storage,
        seal,
        settings.slack_bot_token or "",
        clock,
        several=bool(settings.slack_client_id),
        api=settings.slack_api,
    )
    clients = Clients(store, settings.slack_api)
    doorstep = Doorstep(storage, desk, store, clients, Names(clients), clock)
    app = make_app(doorstep, settings.slack_signing_secret or "", QUIET)
    pace = pace or Pace(desk.cache)
    door = Slack(Sender(storage, store, clients, pace, pace.sleep), doorstep)
    fetcher = Fetcher(storage, clients)
    return Connected(settings, storage, clients, store, doorstep, app, door, fetcher)


def check(settings: Settings) -> None:
    """Raises BadSettings with one line that says what to add."""
    if not (settings.slack_app_token or settings.slack_signing_secret):
        raise BadSettings(
            "SLACK_BOT_TOKEN: add SLACK_APP_TOKEN (xapp-..., for a connection that we open), or "
            "SLACK_SIGNING_SECRET (for requests to our public address)"
        )
    if bool(settings.slack_client_id) != bool(settings.slack_client_secret):
        raise BadSettings("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET go together")
    if settings.slack_client_id and not settings.encryption_key:
        raise BadSettings(
            "BPO_ENCRYPTION_KEY: needed to keep other workspaces' tokens; "
            "`bpo slack key` prints a new one"
        )
