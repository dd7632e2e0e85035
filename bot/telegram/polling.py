"""The role that attends to Telegram: one process asks for updates, or has them sent to us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.stopping import until
from bot.telegram import webhook
from bot.telegram.door import Telegram
from bot.telegram.intake import Intake
from bot.telegram.menu import show_menu
from bot.telegram.presence import keep_showing
from bot.telegram.updates import WANTED

log = structlog.get_logger(__name__)

T = TypeVar("T")
Say = Callable[[str], None]
LONG_POLL = 25  # seconds that Telegram holds a question open
ANSWERED_IN = LONG_POLL + 10.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
WATCH = "telegram"  # only one process may ask: Telegram tells each update to one
LOOK = 10.0  # seconds between looks whether that is (still) us


async def attend(door: Telegram, stop: asyncio.Event, say: Say, public: str | None = None) -> None:
    """Take updates in until told to stop. ``public``: our address, if Telegram can reach it.

    A wrong token is said in one line; everything else in the program goes on without Telegram.
    """
    await until(stop, _attend(door, say, public))
    await stop.wait()


async def _attend(door: Telegram, say: Say, public: str | None) -> None:
    try:
        me = await _insist(door.me, say)
    except InvalidToken:
        say("Telegram does not know TELEGRAM_TOKEN. Copy it from @BotFather; the rest runs without")
        return
    say(f"Telegram: talk to https://t.me/{me.username}")
    async with door.storage.transaction() as work:
        await work.doors.called(door.channel, me.username, door.clock())
    while True:
        async with door.storage.watch(WATCH) as ours:
            if ours is not None:
                await _lead(door, say, public, ours)
        await asyncio.sleep(LOOK)


async def _lead(
    door: Telegram, say: Say, public: str | None, ours: Callable[[], Awaitable[bool]]
) -> None:
    """Be the one process that attends, for as long as the watch is ours."""
    doing = [
        asyncio.create_task(_watched(ours)),
        asyncio.create_task(keep_showing(door)),
        asyncio.create_task(_updates(door, say, public)),
    ]
    try:
        await asyncio.wait(doing, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in doing:
            one.cancel()
        ends = await asyncio.gather(*doing, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            log.error("the door was shut", error=type(end).__name__)


async def _watched(ours: Callable[[], Awaitable[bool]]) -> None:
    while True:
        if not await ours():
            return
        await asyncio.sleep(LOOK)


async def _updates(door: Telegram, say: Say, public: str | None) -> None:
    async def menu() -> None:
        await show_menu(door.bot)

    async def ask() -> None:
        await door.bot.delete_webhook()

    async def be_told() -> None:
        await webhook.ask_for(door, public or "")

    await _insist(menu, say)
    if public:
        await _insist(be_told, say)
        await asyncio.Event().wait()
    await _insist(ask, say)
    await poll(door, Intake(door))


async def poll(door: Telegram, intake: Intake) -> None:
    """Ask for updates for ever. The offset moves on when all of them are kept, not before."""
    offset, pause = 0, FIRST_PAUSE
    while True:
        try:
            updates = await _ask(door, offset)
            await intake.take_all(updates)
            offset = max([offset, *(_number(update) + 1 for update in updates)])
            pause = FIRST_PAUSE
        except RetryAfter as fact:
            await asyncio.sleep(_seconds(fact))
        except Exception as fact:  # noqa: BLE001 - network or database: they come back, and so do we
            if isinstance(fact, Conflict):
                log.error("another program asks for the updates of this bot")
            else:
                log.warning("no updates", error=type(fact).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


async def _ask(door: Telegram, offset: int) -> list[object]:
    """The updates from ``offset`` on, as they are: what cannot be read is for the intake to say."""
    asked = urlencode(
        {"offset": offset, "timeout": LONG_POLL, "allowed_updates": json.dumps(WANTED)}
    )
    found = await door.polls.post(
        f"{door.bot.base_url}/getUpdates?{asked}", read_timeout=ANSWERED_IN
    )
    return list(found) if isinstance(found, list) else []


def _number(update: object) -> int:
    match update:
        case {"update_id": int(number)}:
            return number
    return -1


def _seconds(fact: RetryAfter) -> float:
    wait = fact.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


async def _insist(ask: Callable[[], Awaitable[T]], say: Say) -> T:
    """Ask until Telegram answers. Raises InvalidToken: that will not get better."""
    pause = FIRST_PAUSE
    while True:
        try:
            return await ask()
        except InvalidToken:
            raise
        except (TelegramError, OSError) as fact:
            if pause == FIRST_PAUSE:
                say(f"Telegram can't be reached ({type(fact).__name__}); I keep trying")
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
