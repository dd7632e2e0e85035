"""A town with a bot in it."""

from __future__ import annotations

import pytest

from storage.unit_of_work import Storage
from tests.bot.telegram.people import Person, Town


@pytest.fixture
async def town(storage: Storage) -> Town:
    return Town(storage)


@pytest.fixture
async def ana(town: Town) -> Person:
    return town.person()
