"""The Slack door between a strict stand-in for Slack and the real conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.settings import Settings
from bot.slack import sealing
from storage.unit_of_work import Storage
from tests.bot.slack.office import SECRET, Office, opened
from tests.bot.slack.standin import TOKEN, standing


@pytest.fixture
async def office(storage: Storage) -> AsyncIterator[Office]:
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
        async with opened(storage, settings, slack) as office:
            yield office
