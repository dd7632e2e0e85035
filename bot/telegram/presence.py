"""“typing …” for as long as somebody waits for slow work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram.door import Telegram
from bot.telegram.updates import CHANNEL

log = structlog.get_logger(__name__)

EVERY = 4.0  # seconds; Telegram shows it for five
# Work whose result is a picture; in all other work words are awaited.
PICTURED = frozenset(
    {
        "backtest", "bias_cost", "bias_depth", "bias_report", "frontier", "goals", "optimise",
        "progress", "rules", "tested", "twin", "what_if",
    }
)  # fmt: skip


async def keep_showing(door: Telegram) -> None:
    """Show in every chat that waits that somebody is at it; until cancelled."""
    while True:
        try:
            await show(door)
        except Exception as fact:  # noqa: BLE001 - the database may be away; it is only politeness
            log.info("nobody was seen typing", error=type(fact).__name__)
        await asyncio.sleep(EVERY)


async def show(door: Telegram) -> None:
    async with door.storage.transaction() as work:
        waiting = await work.tasks.chats(CHANNEL)
        places = [(await work.doors.address(CHANNEL, chat), kinds) for chat, kinds in waiting]
    for (chat, closed), kinds in places:
        if not closed:
            await _act(door, chat, kinds)


async def _act(door: Telegram, chat: str, kinds: Iterable[str]) -> None:
    number, _, topic = chat.partition(":")
    action = ChatAction.UPLOAD_PHOTO if PICTURED & set(kinds) else ChatAction.TYPING
    try:
        await door.gestures.send_chat_action(
            int(number), action, message_thread_id=int(topic) if topic else None
        )
    except TelegramError as fact:
        log.info("nobody was seen typing", error=type(fact).__name__)
