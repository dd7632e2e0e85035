"""Telegram as a door: reading what the inbox kept, delivering replies."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter
from telegram.ext import AIORateLimiter, BaseRateLimiter, ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from bot.door import NotYet, Undeliverable, for_one_alone
from bot.letter import unpack
from bot.telegram.delivery import Delivery, Names, Place, reply_to
from bot.telegram.pace import Pace
from bot.telegram.parts import plan
from bot.telegram.updates import CHANNEL, Me
from conversations.messages import OPEN_DM, IncomingMessage
from conversations.wording import doors
from storage.records import Document, Picture, WaitingReply
from storage.unit_of_work import Storage

DIRECT = {"label": doors.OPEN, "data": OPEN_DM}
log = structlog.get_logger(__name__)
TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")
SENDING = 25.0  # seconds for one reply; its lease is a little longer
CONNECTIONS = 16
# What Telegram says of chats that are there no more.
GONE = ("chat not found", "user is deactivated", "group chat was deactivated", "peer_id_invalid")


@dataclass(frozen=True, slots=True)
class _Order:
    """All that has to be known to send a reply."""

    chat: str
    closed: str
    before: Names | None
    picture: Picture | None
    document: Document | None
    asked: dict[str, Any]  # the message that is answered; empty when there is none

    @property
    def asker(self) -> str:
        return str(self.asked.get("sender", ""))

    @property
    def shared(self) -> bool:
        """Whether others read along where it was asked."""
        return self.asked.get("shared") is True


class Telegram:
    """The door. ``request`` carries calls to Telegram, ``polls`` the long one for updates."""

    channel = CHANNEL

    def __init__(
        self,
        storage: Storage,
        token: str,
        *,
        request: BaseRequest | None = None,
        polls: BaseRequest | None = None,
        pace: Pace | None = None,
        limiter: BaseRateLimiter[Any] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        # A request's address holds the token: at INFO it would stand in the log.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.storage = storage
        self.clock = clock
        self.request = request or _requests()
        self.polls = polls or _requests()
        self.bot: ExtBot[Any] = ExtBot(
            token.strip(),
            request=self.request,
            get_updates_request=self.polls,
            rate_limiter=limiter or AIORateLimiter(30, 1, 20, 60, max_retries=0),
        )
        # What is no message, such as “typing …”, must not use up the limits of messages.
        self.gestures = Bot(self.bot.token, request=self.request, get_updates_request=self.polls)
        self._pace = pace or Pace()
        self._me: Me | None = None

    def read(self, body: bytes) -> IncomingMessage | None:
        return unpack(self.channel, body)

    async def me(self) -> Me:
        """Who we are; asked once. Raises InvalidToken, and what the network raises."""
        if not TOKEN.fullmatch(self.bot.token):
            raise InvalidToken
        if self._me is None:
            user = await self.bot.get_me()
            self._me = Me(user.id, user.username or "")
        return self._me

    async def close(self) -> None:
        await self.request.shutdown()
        await self.polls.shutdown()

    async def send(self, reply: WaitingReply) -> None:
        try:
            async with asyncio.timeout(SENDING):
                await self._send(reply, again=True)
        except RetryAfter as fact:
            seconds = fact.retry_after
            wait = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
            await self._pace.halt(wait)
            raise NotYet(wait, tried=True) from fact

    async def _send(self, reply: WaitingReply, *, again: bool) -> None:
        order = await self._order(reply)
        if order.closed:
            raise Undeliverable(order.closed)
        try:
            await self._deliver(reply, order)
        except ChatMigrated as fact:
            async with self.storage.transaction() as work:
                await work.doors.move(CHANNEL, order.chat, str(fact.new_chat_id))
            if not again:
                raise
            await self._send(reply, again=False)
        except Forbidden as fact:
            await self._close(reply.chat, "blocked")
            raise Undeliverable("blocked") from fact
        except BadRequest as fact:
            if _is_gone(fact):
                await self._close(reply.chat, "deleted")
                raise Undeliverable("deleted") from fact
            raise Undeliverable(f"refused: {fact.message[:200]}") from fact

    async def _deliver(self, reply: WaitingReply, order: _Order) -> None:
        if not _is_for_one_alone(reply, order):
            await self._bring(reply, order, _place(order))
            return
        try:  # for the one who asked, so not where others read along
            names = await self._bring(reply, order, Place(int(order.asker)))
        except (Forbidden, BadRequest) as fact:
            if isinstance(fact, BadRequest) and not _is_gone(fact):
                raise
            # They have never written to us there, or do not want us to.
            words = doors.cannot_write_first(str(order.asked.get("called", "")))
            body = {"text": words, "buttons": [[DIRECT]]}
            here = replace(order, picture=None, document=None)
            await self._bring(replace(reply, body=reply.body | body), here, _place(order))
            return
        await self._note(reply, order, names)

    async def _note(self, reply: WaitingReply, order: _Order, names: Names) -> None:
        """Say once, where it was asked, that the answer went to one of them alone."""
        if names.noted:
            return
        place = _place(order)
        await self._pace.wait(place.chat)
        try:
            await self.bot.send_message(
                place.chat,
                doors.answered_alone(str(order.asked.get("called", ""))),
                message_thread_id=place.topic,
                reply_parameters=reply_to(place),
                disable_notification=True,
            )
        except (Forbidden, BadRequest) as fact:  # the answer itself has arrived
            log.info("nobody was told where the answer is", error=type(fact).__name__)
        names.noted = True
        await self._keep(reply, names)

    async def _keep(self, reply: WaitingReply, names: Names) -> None:
        async with self.storage.transaction() as work:
            await work.doors.remember(reply.id, names.packed())

    async def _bring(self, reply: WaitingReply, order: _Order, place: Place) -> Names:
        me = await self.me()
        place = replace(place, silent=reply.body.get("silent") is True)
        parts = plan(reply.body, order.picture, order.document, me.username)
        delivery = Delivery(self.bot, self._pace, place, partial(self._keep, reply))
        new = order.before is None
        names = await delivery.bring(parts, int(reply.body.get("revision", 0)), order.before)
        pressed = order.asked.get("on")
        if not new or not any(part.keyboard for part in parts) or not pressed:
            return names  # what was pressed is still of use: nothing else can be pressed instead
        if order.shared and not reply.body.get("open"):
            return names  # it was for one of them alone: for the others the question is still open
        if int(pressed) not in names.ids:
            await delivery.strip(int(pressed), order.asked.get("left", ()))
        return names

    async def _order(self, reply: WaitingReply) -> _Order:
        picture, document = reply.body.get("picture"), reply.body.get("document")
        async with self.storage.transaction() as work:
            chat, closed = await work.doors.address(CHANNEL, reply.chat)
            before = await work.doors.sent_as(reply.id)
            asked = await work.doors.asked(reply.id)
            return _Order(
                chat,
                closed,
                Names(**before) if before else None,
                await work.pictures.get(UUID(picture)) if picture else None,
                await work.documents.get(UUID(document), CHANNEL, chat) if document else None,
                json.loads(asked) if asked else {},
            )

    async def _close(self, chat: str, reason: str) -> None:
        async with self.storage.transaction() as work:
            await work.doors.close(CHANNEL, chat, reason, self.clock())


def _is_for_one_alone(reply: WaitingReply, order: _Order) -> bool:
    """Whether only the one who asked may read it; the way to a private chat is for everybody."""
    data = [one["data"] for row in reply.body.get("buttons") or [] for one in row]
    alone = for_one_alone(reply.body, shared=order.shared, asker=order.asker)
    return alone and OPEN_DM not in data


def _is_gone(fact: BadRequest) -> bool:
    return any(said in fact.message.casefold() for said in GONE)


def _place(order: _Order) -> Place:
    """Where others talk too, a reply is attached to what it answers."""
    chat, _, topic = order.chat.partition(":")
    said = order.asked.get("id", "")
    answers = int(said) if order.shared and said.isdigit() else None
    return Place(int(chat), int(topic) if topic else None, answers)


def _requests() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        connect_timeout=5.0,
        read_timeout=15.0,
        write_timeout=10.0,
        media_write_timeout=20.0,
        pool_timeout=5.0,
    )
