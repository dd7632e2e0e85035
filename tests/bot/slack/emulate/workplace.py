"""People who work in the npm stand-in for Slack, where somebody has installed us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.settings import Settings
from bot.slack import sealing
from bot.slack.manifest import SCOPES
from bot.slack.places import Workspace
from bot.slack.routes import EVENTS, INSTALL, REDIRECT
from storage.unit_of_work import Storage
from tests.bot.conftest import free_port
from tests.bot.slack.office import SECRET, Office, Seen, opened, seen
from tests.bot.slack.standin import Slack

PUBLIC = "https://bpo.example"
CLIENT = {"client_id": "1.2", "client_secret": "hush"}
SCRIPT = Path(__file__).parent / "stand.mjs"
PEOPLE = {"ana": "Ana Araujo", "ben": "Ben Okri"}
Told = dict[str, Any]


@dataclass
class Workplace:
    """A workspace in the stand-in, and our door that it tells of what happens."""

    office: Office
    url: str
    team: str
    users: dict[str, str]
    channels: dict[str, str]
    session: aiohttp.ClientSession
    bot: str = ""  # who we are here

    # --- what people do ------------------------------------------------------------------------

    async def ask(self, method: str, who: str, **args: Any) -> Told:
        """Call a method of Slack's as a person, or as us."""
        told = await self._ask(method, who, args)
        assert told["ok"], (method, told)
        return told

    async def direct(self, who: str) -> str:
        """The channel of somebody's direct messages with us."""
        return str((await self.ask("conversations.open", who, users=self.bot))["channel"]["id"])

    async def say(self, who: str, text: str, channel: str = "", **more: Any) -> str:
        """Say something in the direct messages, or in a channel; its time stamp."""
        where = self.channels[channel] if channel else await self.direct(who)
        said = await self.ask("chat.postMessage", who, channel=where, text=text, **more)
        await self.office.settle()
        return str(said["ts"])

    async def drop(self, who: str, name: str, data: bytes) -> None:
        """Drop a file into the direct messages."""
        place = await self.ask("files.getUploadURLExternal", who, filename=name, length=len(data))
        async with self.session.post(place["upload_url"], data=data) as answer:
            assert answer.status == 200
        where = await self.direct(who)
        files = [{"id": place["file_id"], "title": name}]
        await self.ask(
            "files.completeUploadExternal", who, files=json.dumps(files), channel_id=where
        )
        await self.office.settle()

    async def press(self, who: str, label: str, on: Seen) -> None:
        """Press a button; where it opens a form, Slack lets it."""
        trigger = await self._ask("views.generateTriggerId", "bpo", {"user_id": self.users[who]})
        found = [(one, row) for name, one, row in on.buttons if name.startswith(label)]
        assert found, f"no button {label!r} among {on.labels}"
        element, row = found[0]
        await self.office.tell(
            {
                "type": "block_actions",
                "team": {"id": self.team, "domain": "emulate"},
                "user": {"id": self.users[who], "name": who, "team_id": self.team},
                "trigger_id": trigger.get("trigger_id", "none"),
                "container": {
                    "type": "message", "message_ts": on.ts, "channel_id": on.channel,
                    "thread_ts": on.thread, "is_ephemeral": False,
                },
                "channel": {"id": on.channel},
                "actions": [
                    {
                        "type": "button", "action_id": element["action_id"], "block_id": row,
                        "value": element["value"], "action_ts": on.ts,
                    }
                ],
            }
        )  # fmt: skip
        await self.office.settle()

    async def fill(self, who: str, view: Told, **fields: str) -> Told:
        """Send a form that opened; what Slack is answered."""
        given = {**view, "id": view["view_id"]}
        payload = self.office.filled(given, self.users[who], **fields)
        answer = await self.office.tell(payload | {"team": {"id": self.team}})
        await self.office.settle()
        return answer

    # --- what they see -------------------------------------------------------------------------

    async def shown(self, who: str, channel: str = "", thread: str = "") -> list[Told]:
        """What lies in the direct messages, in a channel or in a thread, the oldest first."""
        where = self.channels[channel] if channel else await self.direct(who)
        about = {"channel": where, "limit": 200}
        if thread:
            return list(
                (await self.ask("conversations.replies", who, ts=thread, **about))["messages"]
            )
        return list((await self.ask("conversations.history", who, **about))["messages"])[::-1]

    async def last(self, who: str, channel: str = "", thread: str = "") -> Seen:
        """The newest of our messages there."""
        where = self.channels[channel] if channel else await self.direct(who)
        ours = [one for one in await self.shown(who, channel, thread) if one["user"] == self.bot]
        return seen({"channel": where, **ours[-1]})

    async def beside(self, what: str) -> list[Told]:
        """What is shown to people and is no message: "shown" are forms and pages, "whispered" what
        one person alone sees in a channel."""
        async with self.session.get(f"{self.url}/{what}") as answer:
            return list(await answer.json())

    async def file(self, who: str, id: str) -> tuple[Told, bytes]:
        """A file as Slack describes it, and its bytes as this person downloads them."""
        told = (await self.ask("files.info", who, file=id))["file"]
        headers = {"Authorization": f"Bearer {await self._token(who)}"}
        async with self.session.get(told["url_private_download"], headers=headers) as answer:
            assert answer.status == 200
            return told, await answer.read()

    async def _ask(self, method: str, who: str, args: Told) -> Told:
        said = {name: str(value) for name, value in args.items()}
        headers = {"Authorization": f"Bearer {await self._token(who)}"}
        async with self.session.post(
            f"{self.url}/api/{method}", data=said, headers=headers
        ) as answer:
            return dict(await answer.json())

    async def _token(self, who: str) -> str:
        if who != "bpo":
            return f"xoxp-{who}"
        access = await self.office.connected.store.access(Workspace(self.team))
        assert access is not None
        return access.token

    # --- installing ----------------------------------------------------------------------------

    async def install(self, who: str) -> int:
        """Install us as a person does in a browser; the status of the last page."""
        ours = self.office.address
        async with self.session.get(f"{ours}{INSTALL}", allow_redirects=False) as answer:
            target, cookie = answer.headers["Location"], answer.headers["Set-Cookie"].split(";")[0]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        page = f"{self.url}/oauth/v2/authorize"
        async with self.session.get(page, params=asked) as answer:
            assert answer.status == 200, await answer.text()
            assert PEOPLE[who] in await answer.text()
        chosen = {**asked, "user_id": self.users[who]}
        async with self.session.post(
            f"{page}/callback", data=chosen, allow_redirects=False
        ) as answer:
            back = answer.headers["Location"]
        assert back.startswith(f"{PUBLIC}{REDIRECT}?")
        here = back.replace(PUBLIC, ours, 1)
        async with self.session.get(here, headers={"Cookie": cookie}) as answer:
            status = answer.status
        kept = await self.office.connected.store.access(Workspace(self.team))
        self.bot = kept.bot_user if kept is not None else ""
        return status


@asynccontextmanager
async def standing(folder: Path, storage: Storage, secret: str) -> AsyncIterator[Workplace]:
    """The stand-in, which signs with ``secret``, and our door in front of it."""
    port, door = free_port(), free_port()
    seed = {
        "users": [
            {"name": name, "real_name": whole, "profile": {"display_name": whole}}
            for name, whole in PEOPLE.items()
        ],
        "channels": [{"name": "club"}],
        "oauth_apps": [
            {**CLIENT, "name": "bpo", "redirect_uris": [f"{PUBLIC}{REDIRECT}"], "scopes": SCOPES}
        ],
        "tokens": [{"token": f"xoxp-{name}", "user": name} for name in PEOPLE],
        "signing_secret": secret,
        "strict_scopes": True,
    }
    given = {"port": port, "events": f"http://127.0.0.1:{door}{EVENTS}", "slack": seed}
    process = await asyncio.create_subprocess_exec(
        "node", str(SCRIPT), str(folder), json.dumps(given),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    settings = Settings(
        _env_file=None,
        SLACK_SIGNING_SECRET=SECRET,
        SLACK_CLIENT_ID=CLIENT["client_id"],
        SLACK_CLIENT_SECRET=CLIENT["client_secret"],
        SLACK_API=f"http://127.0.0.1:{port}/api/",
        encryption_key=sealing.new_key(),
        public_address=PUBLIC,
    )
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        told = json.loads(line)
        async with (
            aiohttp.ClientSession() as session,
            opened(storage, settings, Slack(), door) as office,
        ):
            yield Workplace(office, **told, session=session)
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 10)
