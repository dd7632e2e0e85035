"""Where Slack knocks: one step before every answer, in which what was said is kept.

Bolt checks the signature and the age of a request before, and answers after. What raises here, such
as a database that is away, becomes a 500, and Slack knocks again: nothing that we have acknowledged
is lost, and what was kept before is not kept twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.api.metrics import MESSAGES
from bot.slack import form, home, reading
from bot.slack.fetching import DROPPED
from bot.slack.installations import Clients, Installations
from bot.slack.names import Names
from bot.slack.places import CHANNEL, Place, Workspace, is_id, parse
from bot.slack.rendering import owner_of
from conversations.desk import Desk
from conversations.messages import OPEN_DM, Address, IncomingMessage
from conversations.turn import begin
from conversations.wording import doors
from conversations.wording import slack as said
from storage.records import WaitingReply
from storage.unit_of_work import Storage

log = structlog.get_logger(__name__)

Payload = dict[str, Any]
DONE = 200
REACHED = "bpo_reached"  # in a request's context: it was read, and what fails now is ours


@dataclass(slots=True)
class Doorstep:
    """Keeps what is said, and sees to what only Slack has: forms, the app's page, leaving."""

    storage: Storage
    desk: Desk
    store: Installations
    clients: Clients
    names: Names
    clock: Callable[[], datetime]
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, req: AsyncBoltRequest) -> BoltResponse:
        """The step itself, as Bolt's global middleware."""
        payload: Payload = req.body
        match payload:
            case {"type": "event_callback", "event": {"type": str(kind)}}:
                return await self._event(payload, kind)
            case {"type": "view_submission", "view": {"callback_id": form.NAME}}:
                return await self._form(payload)
            case {"type": "block_actions", "actions": [dict(action), *_]}:
                return await self._press(payload, action)
            case {"command": str()}:
                kept = await self._keep_all(payload)
                shared = any(one.shared for one in kept)
                return _answer({"text": said.working()} if shared else {})
        await self._keep_all(payload)
        return _answer()

    async def close(self) -> None:
        """Let what was begun come to its end."""
        await asyncio.gather(*self.running, return_exceptions=True)

    async def _event(self, payload: Payload, kind: str) -> BoltResponse:
        event, workspace = payload["event"], reading.workspace_of(payload)
        if kind in reading.LEAVING:
            await self._leave(payload, event, kind)
        elif workspace is None:
            return _answer()
        elif kind == "app_home_opened":
            if event.get("tab") == "home" and is_id(event.get("user")):
                self._begin(self._show_home(workspace, str(event["user"])))
        else:
            await self._keep_all(payload)
        return _answer()

    async def _leave(self, payload: Payload, event: Payload, kind: str) -> None:
        """We were taken out of a workspace, or of a whole organisation, or of a part of it."""
        left, at = reading.left_of(payload), reading.told_at(payload)
        if left is None:
            return
        if kind == "app_uninstalled":
            await self.store.remove(left, kind, at=at)
        elif kind == "tokens_revoked":
            bots = reading.ids_in(event.get("tokens"), "bot")
            if bots:  # people's own tokens are none of ours
                await self.store.remove(left, kind, bots=bots, at=at)
        elif left.enterprise:
            for team in reading.ids_in(event, "team_ids"):
                await self.store.close(Workspace(team, left.enterprise), kind)

    async def _keep_all(self, payload: Payload) -> list[IncomingMessage]:
        heard = reading.messages(payload)
        for message in heard:
            await self._keep(message)
        if not heard:
            MESSAGES.labels("slack:nothing", "no").inc()
        return heard

    async def _keep(self, message: IncomingMessage) -> bool:
        """Keep a message before Slack is told that we have it. False when it was kept before."""
        chat, channel = message.address.chat, DROPPED if message.file else CHANNEL
        message = await self._named(message)
        async with self.storage.transaction() as work:
            await work.doors.reopen(CHANNEL, chat)
            new = await work.inbox.accept(
                channel, reading.key_of(message), chat, reading.pack(message)
            )
        await self.storage.bell.ring(DROPPED if message.file else "inbox")
        kind = "press" if message.pressed else "file" if message.file else "text"
        MESSAGES.labels(f"slack:{kind}", "no" if new else "yes").inc()
        return new is not None

    async def _named(self, message: IncomingMessage) -> IncomingMessage:
        """With the sender's name as Slack shows it; events carry none."""
        place = parse(message.address.chat)
        if place is None or not place.user:
            return message
        name = await self.names.of(place.workspace, place.user)
        return replace(message, called=name) if name else message

    async def _press(self, payload: Payload, action: Payload) -> BoltResponse:
        message = reading.press(payload, action)
        if message is None or message.pressed == OPEN_DM:  # that one is a link
            return _answer()
        owner = owner_of(action.get("block_id"))
        user = reading.user_of(payload)
        if owner and owner != user:
            self._begin(self._whisper(payload, message, doors.not_yours(f"<@{owner}>")))
            return _answer()
        if str(message.pressed).startswith(f"{form.PREFIX}:") and await self._offer_form(
            payload, message
        ):
            return _answer()
        if not await self._keep(message):
            self._begin(self._whisper(payload, message, said.pressed_before()))
        return _answer()

    async def _offer_form(self, payload: Payload, message: IncomingMessage) -> bool:
        """Whether a form opens for a pressed [Edit]; otherwise it is a press like any other."""
        trigger, data = payload.get("trigger_id"), str(message.pressed)
        async with self.storage.transaction() as work:
            found = await form.reading_of(work, message.sender, data, CHANNEL, self.clock())
        if found is None or not isinstance(trigger, str):
            return False
        view = form.view(found, message.address.chat, data)
        place = reading.place_of(payload)
        assert place is not None, "a press has a place"
        self._begin(self._open_form(place, trigger, view, message))
        return True

    async def _open_form(
        self, place: Place, trigger: str, view: Payload, message: IncomingMessage
    ) -> None:
        client = await self.clients.of(place.workspace)
        try:
            if client is not None:
                await client.views_open(trigger_id=trigger, view=view)
                return
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as problem:
            log.warning("a form did not open", error=type(problem).__name__)
        await self._keep(message)  # then in words

    async def _form(self, payload: Payload) -> BoltResponse:
        place, view = reading.place_of(payload), payload["view"]
        match view:
            case {"id": str(id), "private_metadata": str(about), "state": {"values": dict(values)}}:
                pass
            case _:
                return _answer()
        if place is None:
            return _answer()
        today = await self._today(place.person, place.chat)
        filled = form.read(values, about, place.person, today)
        if isinstance(filled, dict):
            return _answer({"response_action": "errors", "errors": filled})
        now = self.clock()
        message = IncomingMessage(
            id=f"{place.workspace}:form:{id[:100]}:{place.user}",
            sender=place.person,
            address=Address(CHANNEL, filled.chat),
            sent_at=now,
            text=filled.words,
            pressed=filled.data,
        )
        await self._keep(message)
        return _answer()

    async def _today(self, sender: str, chat: str) -> date:
        """The day it is for somebody: in the demo, the last one of its data."""
        message = IncomingMessage("form", sender, Address(CHANNEL, chat), self.clock())
        async with self.storage.transaction() as work:
            turn = await begin(message, work, self.clock(), self.desk)
            return await turn.today()

    async def answered(self, reply: WaitingReply) -> None:
        """A reply has arrived: what was pressed on App Home may have changed what it shows."""
        async with self.storage.transaction() as work:
            asked = await work.doors.asked(reply.id)
        message, place = reading.read(asked) if asked else None, parse(reply.chat)
        if message is not None and place is not None and reading.is_from_home(message):
            self._begin(self._show_home(place.workspace, place.user))

    async def _show_home(self, workspace: Workspace, user: str) -> None:
        place = Place(workspace, user)
        here = Address(CHANNEL, place.chat)
        message = IncomingMessage("home", place.person, here, self.clock())
        message = await self._named(message)
        client = await self.clients.of(workspace)
        if client is None:
            return
        async with self.storage.transaction() as work:
            view = await home.view(message, work, self.clock(), self.desk)
        await client.views_publish(user_id=user, view=view)

    async def _whisper(self, payload: Payload, message: IncomingMessage, words: str) -> None:
        """A line that only the presser sees, where they pressed."""
        place, container = reading.place_of(payload), payload.get("container")
        if place is None or not isinstance(container, dict):
            return
        client, channel = await self.clients.of(place.workspace), container.get("channel_id")
        if client is None or not is_id(channel):
            return
        thread = container.get("thread_ts")
        await client.chat_postEphemeral(
            channel=str(channel), user=place.user, text=words,
            thread_ts=thread if isinstance(thread, str) else None,
        )  # fmt: skip

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after Slack has our answer: it is no loss if we die before."""
        task = asyncio.ensure_future(self._guarded(work))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as problem:  # noqa: BLE001 - a page or a whisper: shown the next time
            log.warning("something small was not shown in Slack", error=type(problem).__name__)


def make_app(doorstep: Doorstep, signing_secret: str, quiet: logging.Logger) -> AsyncApp:
    """Bolt's application: it checks who knocks, and hands over to ``doorstep``."""

    async def authorize(
        enterprise_id: str | None, team_id: str | None, context: dict[str, Any]
    ) -> AuthorizeResult | None:
        if not (is_id(team_id) or is_id(enterprise_id)):
            return None
        context[REACHED] = True
        whole = bool(context.get("is_enterprise_install"))
        workspace = Workspace(team_id or "", (enterprise_id or "") if whole else "")
        access = await doorstep.store.access(workspace)
        context[REACHED] = False
        if access is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=access.token,
            bot_user_id=access.bot_user or None,
            bot_id=access.bot or None,
        )

    app = AsyncApp(
        name="bpo",
        logger=quiet,
        signing_secret=signing_secret,
        authorize=authorize,  # type: ignore[arg-type] # None is foreseen: not installed
        attaching_function_token_enabled=False,
    )

    async def keep(req: AsyncBoltRequest, next: Callable[[], Awaitable[Any]]) -> BoltResponse:  # noqa: A002
        req.context[REACHED] = True
        return await doorstep.take(req)

    app.middleware(keep)
    return app


def _answer(content: Payload | None = None) -> BoltResponse:
    if not content:
        return BoltResponse(status=DONE, body="")
    headers: dict[str, str | Sequence[str]] = {"Content-Type": "application/json"}
    return BoltResponse(status=DONE, body=json.dumps(content), headers=headers)
