"""People in a workspace who write to us, press buttons and fill in forms, as Slack tells of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp

from bot.post import answer_next, send_next, work_next
from bot.slack.wiring import Connected
from conversations.desk import Desk
from storage.unit_of_work import Storage
from tests.bot.slack.standin import BOT, TEAM, Slack

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
    seconds: float = 0.0  # of the clock that keeps our pace
    slept: list[float] = field(default_factory=list)
    connected: Connected = None  # type: ignore[assignment]
    session: aiohttp.ClientSession | None = None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

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
        self.session = self.session or aiohttp.ClientSession()
        given = {"Content-Type": kind, **(sign(body) if headers is None else headers)}
        address = f"{self.address}/slack/events"
        async with self.session.post(address, data=BytesIO(body), headers=given) as answer:
            return answer.status, await answer.text()

    async def changed(self, payload: Payload) -> Seen:
        """Tell of it, let it be answered, and give the last message that came or changed."""
        before = {key: json.dumps(one) for key, one in self.slack.messages.items()}
        await self.tell(payload)
        await self.settle()
        after = [
            one
            for key, one in sorted(self.slack.messages.items(), key=lambda item: item[0][1])
            if json.dumps(one) != before.get(key)
        ]
        assert after, "no reply"
        return seen(after[-1])

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
            pass

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()
