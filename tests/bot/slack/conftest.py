"""The Slack door between a strict stand-in for Slack and the real conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.api.app import make_app
from bot.settings import Settings
from bot.slack import sealing
from bot.slack.pacing import Pace
from bot.slack.wiring import connect
from bot.web.server import serve
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.conftest import Unlimited, free_port
from tests.bot.slack.office import SECRET, Office
from tests.bot.slack.standin import TOKEN, standing
from tests.conversations.talk import START


@pytest.fixture
async def office(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """A workspace whose people can write to us; time passes only when told to."""
    async with standing() as slack:
        settings = Settings(
            _env_file=None,
            SLACK_BOT_TOKEN=TOKEN,
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_CLIENT_ID="1.2",
            SLACK_CLIENT_SECRET="hush",
            SLACK_API=f"{slack.address}/api/",
            encryption_key=sealing.new_key(),
            public_address="https://bpo.example",
        )
        desk = Desk(storage, Cache(None))
        office = Office(storage, desk, slack, START)
        pace = Pace(clock=lambda: office.seconds, sleep=office.sleep)
        connected = connect(settings, storage, desk, pace=pace, clock=lambda: office.now)
        office.connected = connected
        connected.clients.again = 0.01
        app, port, started = make_app(storage, Unlimited()), free_port(), asyncio.Event()
        app.include_router(connected.routes())
        serving = asyncio.create_task(serve(app, "127.0.0.1", port, started=started))
        await asyncio.wait_for(started.wait(), 10)
        office.address = f"http://127.0.0.1:{port}"
        try:
            yield office
        finally:
            await office.close()
            await connected.close()
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
