"""People in a workspace who write to us, press buttons and fill in forms, as Slack tells of it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from bot.api.app import make_app
from bot.post import answer_next, send_next, work_next
from bot.settings import Settings
from bot.slack.pacing import Pace
from bot.slack.wiring import Connected, connect
from bot.web.server import serve
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.conftest import Unlimited, free_port
from tests.bot.slack.standin import BOT, TEAM, Slack
from tests.conversations.talk import START

SECRET = "shhh"
Payload = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A message as a person sees it in Slack."""

    text: str
    buttons: tuple[tuple[str, Payload, str], ...]  # label, element, id of its row
    image: str | None
    channel: str
    ts: str
    thread: str | None
    fallback: str

    @property
    def labels(self) -> list[str]:
        return [label for label, _, _ in self.buttons]


def seen(message: Payload) -> Seen:
    words, buttons, image = [], [], None
    for block in message.get("blocks", []):
        if block["type"] == "rich_text":
            words.append(block["elements"][0]["elements"][0]["text"])
        elif block["type"] == "image":
            image = block["slack_file"]["id"]
        elif block["type"] == "actions":
            buttons += [(one["text"]["text"], one, block["block_id"]) for one in block["elements"]]
    return Seen(
        "\n".join(words), tuple(buttons), image, message["channel"], message["ts"],
        message.get("thread_ts"), message["text"],
    )  # fmt: skip


def sign(body: bytes, at: int | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers with which Slack signs ``body``."""
    stamp = str(int(time.time()) if at is None else at)
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest.hexdigest()}",
    }


@dataclass
class Office:
    storage: Storage
    desk: Desk
    slack: Slack
    now: datetime
    address: str = ""
    port: int = 0
    serving: asyncio.Task[None] | None = None
    started: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = 0.0  # of the clock that keeps our pace
    slept: list[float] = field(default_factory=list)
    connected: Connected = None  # type: ignore[assignment]
    session: aiohttp.ClientSession | None = None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)
        self.seconds += timedelta(**passed).total_seconds()

    # --- what people do ------------------------------------------------------------------------

    async def say(self, text: str, user: str = "U0ANA", **place: str) -> Seen:
        """Say something in the direct messages, or in ``channel`` (and ``thread_ts``)."""
        return await self.changed(self.event(text, user, **place))

    async def press(self, label: str, on: Seen, user: str = "U0ANA") -> Seen:
        return await self.changed(self.pressing(label, on, user))

    async def command(self, text: str, user: str = "U0ANA", channel: str = "C0ROOM") -> Payload:
        given = {
            "command": "/bpo", "text": text, "team_id": TEAM, "user_id": user,
            "channel_id": channel, "trigger_id": uuid4().hex, "user_name": "ana",
            "response_url": "https://hooks.slack.com/x",
        }  # fmt: skip
        return await self.knock(urlencode(given).encode(), "application/x-www-form-urlencoded")

    def event(self, text: str, user: str = "U0ANA", **more: Any) -> Payload:
        channel = more.pop("channel", "D" + user.removeprefix("U"))
        direct = channel.startswith("D")
        said = {
            "type": "message" if direct else "app_mention",
            "user": user,
            "text": text if direct else f"<@{BOT}> {text}",
            "channel": channel,
            "channel_type": "im" if direct else "channel",
            "ts": self.slack.stamp(),
            **more,
        }
        if not direct:
            said.pop("channel_type")
        return self.envelope(said)

    def envelope(self, event: Payload, team: str = TEAM) -> Payload:
        return {
            "type": "event_callback",
            "team_id": team,
            "api_app_id": "A0APP",
            "event_id": f"Ev{uuid4().hex}",
            "event": event,
            "authorizations": [
                {"enterprise_id": None, "team_id": team, "user_id": BOT, "is_bot": True}
            ],
        }

    def pressing(self, label: str, on: Seen, user: str = "U0ANA") -> Payload:
        found = [(one, row) for name, one, row in on.buttons if name.startswith(label)]
        assert found, f"no button {label!r} among {on.labels}"
        element, row = found[0]
        trigger = uuid4().hex
        self.slack.triggers.add(trigger)
        return {
            "type": "block_actions",
            "team": {"id": TEAM, "domain": "x"},
            "user": {"id": user, "name": "ana", "team_id": TEAM},
            "trigger_id": trigger,
            "container": {
                "type": "message", "message_ts": on.ts, "channel_id": on.channel,
                "thread_ts": on.thread, "is_ephemeral": False,
            },
            "channel": {"id": on.channel},
            "actions": [
                {
                    "type": "button", "action_id": element["action_id"], "block_id": row,
                    "value": element["value"], "action_ts": self.slack.stamp(),
                }
            ],
        }  # fmt: skip

    def filled(self, view: Payload, user: str = "U0ANA", **fields: str) -> Payload:
        values: Payload = {}
        for block in view["blocks"]:
            name, kind = block["block_id"], block["element"]["type"]
            key = "selected_date" if kind == "datepicker" else "value"
            known = block["element"].get("initial_date") or block["element"].get("initial_value")
            values[name] = {name: {"type": kind, key: fields.get(name, known)}}
        return {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": user, "name": "ana"},
            "view": {**view, "state": {"values": values}},
        }

    # --- how Slack tells of it -----------------------------------------------------------------

    async def tell(self, payload: Payload, headers: dict[str, str] | None = None) -> Payload:
        """Send ``payload`` as Slack does; what it is answered."""
        if payload["type"] in ("event_callback", "url_verification"):
            return await self.knock(json.dumps(payload).encode(), "application/json", headers)
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return await self.knock(body, "application/x-www-form-urlencoded", headers)

    async def knock(
        self, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> Payload:
        status, answer = await self.post(body, kind, headers)
        assert status == 200, (status, answer)
        return dict(json.loads(answer)) if answer.startswith("{") else {}

    async def post(
        self, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        await self.open()
        self.session = self.session or aiohttp.ClientSession()
        given = {"Content-Type": kind, **(sign(body) if headers is None else headers)}
        address = f"{self.address}/slack/events"
        async with self.session.post(address, data=BytesIO(body), headers=given) as answer:
            return answer.status, await answer.text()

    async def changed(self, payload: Payload) -> Seen:
        """Tell of it, let it be answered, and give the last message that came or changed; where
        none did, the last that is shown to one of them alone."""
        before = {key: json.dumps(one) for key, one in self.slack.messages.items()}
        whispered = len(self.slack.whispers)
        await self.tell(payload)
        await self.settle()
        after = [
            one
            for key, one in sorted(self.slack.messages.items(), key=lambda item: item[0][1])
            if json.dumps(one) != before.get(key)
        ]
        whispers = self.slack.whispers[whispered:]
        assert after or whispers, "no reply"
        return seen(after[-1] if after else whispers[-1])

    async def settle(self) -> None:
        """Fetch, answer, work and send until nothing is left to do."""
        doors = {"slack": self.connected.door}
        await self.connected.doorstep.close()
        while (
            await self.connected.fetcher.fetch_next()
            or await answer_next(self.storage, doors, self.desk, self.now)
            or await send_next(self.storage, doors, self.now)
            or await work_next(self.storage, self.desk, self.now)
        ):
            await self.connected.doorstep.close()

    async def open(self) -> None:
        """Answer over HTTP, from the first knock on: many tests have none."""
        if self.serving is None:
            app = make_app(self.storage, Unlimited())
            app.include_router(self.connected.routes())
            answering = serve(app, "127.0.0.1", self.port, started=self.started)
            self.serving = asyncio.create_task(answering)
        await asyncio.wait_for(self.started.wait(), 10)

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()
        if self.serving is not None:
            self.serving.cancel()
            with suppress(asyncio.CancelledError):
                await self.serving


@asynccontextmanager
async def opened(
    storage: Storage, settings: Settings, slack: Slack, port: int | None = None
) -> AsyncIterator[Office]:
    """The door over HTTP, for a Slack at ``settings.slack_api``."""
    desk = Desk(storage, Cache(None))
    office = Office(storage, desk, slack, START)
    pace = Pace(clock=lambda: office.seconds, sleep=office.sleep)
    connected = connect(settings, storage, desk, pace=pace, clock=lambda: office.now)
    office.connected = connected
    connected.clients.again = 0.01
    office.port = port or free_port()
    office.address = f"http://127.0.0.1:{office.port}"
    if port is not None:
        await office.open()
    try:
        yield office
    finally:
        await office.close()
        await connected.close()
