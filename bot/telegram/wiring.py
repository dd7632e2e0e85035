"""The Telegram door as the program holds it; only where a token is set this is loaded at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from bot.settings import Settings
from bot.telegram import polling, webhook
from bot.telegram.door import Telegram
from bot.telegram.pace import Pace
from storage.cache import Cache
from storage.unit_of_work import Storage


@dataclass(frozen=True, slots=True)
class Connected:
    """The door, and how messages come in through it."""

    door: Telegram
    public: str | None  # our address, where Telegram can reach us

    async def attend(self, stop: asyncio.Event, say: Callable[[str], None]) -> None:
        await polling.attend(self.door, stop, say, self.public)

    def routes(self) -> APIRouter:
        """What Telegram may ask of our web process: nothing where it cannot reach it."""
        return webhook.routes(self.door) if self.public else APIRouter()

    async def close(self) -> None:
        await self.door.close()


def connect(settings: Settings, storage: Storage, cache: Cache) -> Connected:
    """The door that the settings describe. The token is not looked at here: ``attend`` says."""
    door = Telegram(storage, settings.telegram_token or "", pace=Pace(cache))
    return Connected(door, settings.public_address)
