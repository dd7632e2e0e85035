"""People who talk: on an empty ledger, and in the demo."""

from __future__ import annotations

import pytest

from storage.unit_of_work import Storage
from tests.conversations.talk import Talk


@pytest.fixture
async def talk(storage: Storage) -> Talk:
    """Somebody new, with a portfolio of their own on the prices of the demo market."""
    return Talk.with_(storage)


@pytest.fixture
async def demo(talk: Talk) -> Talk:
    """Somebody in the demo portfolio; today is 28 December 2022."""
    await talk.say("demo")
    return talk
