"""Slack itself, as far as we use it: a strict Web API with its limits and faults, over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

TOKEN, APP_TOKEN, TEAM, BOT = "xoxb-1-bot", "xapp-1-app", "T0TEAM", "U0BOT"
TAG = re.compile(r"<[^>]*>|<")
Args = dict[str, Any]


class Refused(Exception):
    """What Slack answers to a request that breaks a rule."""


def person(shown: str, whole: str = "", **more: Any) -> Args:
    """Somebody as users.info describes them."""
    profile = {"display_name": shown, "real_name": whole}
    return {"name": "handle", "real_name": whole, "profile": profile, **more}


@dataclass
class Slack:
    """Everything that was sent to it, by channel and time stamp."""

    address: str = ""
    messages: dict[tuple[str, str], Args] = field(default_factory=dict)
    whispers: list[Args] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, Args] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)  # files that lie somewhere else by now
    views: list[Args] = field(default_factory=list)
    homes: dict[str, Args] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=lambda: {TOKEN})
    triggers: set[str] = field(default_factory=set)
    unready: int = 0  # how often a picture just uploaded can't be shown yet
    scope: bool = True  # files:read was granted
    visible: bool = True  # users:read was granted
    people: dict[str, Args] = field(default_factory=lambda: {"U0ANA": person("Ana", "Ana Araujo")})
    log: list[tuple[str, str]] = field(default_factory=list)  # method, channel
    replies: asyncio.Queue[Args] = field(default_factory=asyncio.Queue)  # over Socket Mode
    linked: asyncio.Event = field(default_factory=asyncio.Event)
    socket: web.WebSocketResponse | None = None
    number: int = 0

    def stamp(self) -> str:
        self.number += 1
        return f"1790000000.{self.number:06d}"

    def to(self, channel: str, thread: str | None = None) -> list[Args]:
        """What lies in a channel, or in one of its threads, in order."""
        found = [one for (where, _), one in sorted(self.messages.items()) if where == channel]
        return [one for one in found if thread is None or one.get("thread_ts") == thread]

    # --- methods -------------------------------------------------------------------------------

    def auth_test(self, args: Args) -> Args:
        return {"user_id": BOT, "team_id": TEAM, "bot_id": "B0BOT"}

    def conversations_open(self, args: Args) -> Args:
        return {"channel": {"id": "D" + str(args["users"]).removeprefix("U")}}

    def chat_postMessage(self, args: Args) -> Args:  # noqa: N802
        if (user := str(args["channel"])).startswith("U"):  # to somebody's direct messages
            args["channel"] = "D" + user.removeprefix("U")
        self._check_message(args)
        ts = self.stamp()
        self.messages[args["channel"], ts] = {**args, "ts": ts, "edits": 0}
        return {"ts": ts, "channel": args["channel"]}

    def chat_update(self, args: Args) -> Args:
        self._check_message(args)
        old = self.messages.get((args["channel"], args["ts"]))
        if old is None:
            raise Refused("message_not_found")
        old |= {"text": args["text"], "blocks": args.get("blocks", []), "edits": old["edits"] + 1}
        return {"ts": args["ts"], "channel": args["channel"]}

    def chat_delete(self, args: Args) -> Args:
        if self.messages.pop((args["channel"], args["ts"]), None) is None:
            raise Refused("message_not_found")
        return {}

    def chat_postEphemeral(self, args: Args) -> Args:  # noqa: N802
        check_words(args["text"])
        ts = self.stamp()
        self.whispers.append({**args, "ts": ts})
        return {"message_ts": ts}

    def views_open(self, args: Args) -> Args:
        if args["trigger_id"] not in self.triggers:
            raise Refused("expired_trigger_id")
        self.triggers.remove(args["trigger_id"])
        view = args["view"]
        if len(view["title"]["text"]) > 24 or len(view["private_metadata"]) > 3000:
            raise Refused("invalid_arguments")
        check_blocks(view["blocks"], 100, self)
        self.views.append({**view, "id": f"V{self.stamp()}"})
        return {"view": self.views[-1]}

    def views_publish(self, args: Args) -> Args:
        check_blocks(args["view"]["blocks"], 100, self)
        self.homes[args["user_id"]] = args["view"]
        return {"view": args["view"]}

    def files_getUploadURLExternal(self, args: Args) -> Args:  # noqa: N802
        id = f"F{self.stamp().replace('.', '')}"
        assert 0 < int(args["length"]) <= 2**30
        self.files[id] = {"id": id, "name": args["filename"], "alt": args.get("alt_txt", "")}
        return {"file_id": id, "upload_url": f"{self.address}/upload/{id}"}

    def files_completeUploadExternal(self, args: Args) -> Args:  # noqa: N802
        for one in args["files"]:
            file = self.files[one["id"]]
            file |= {"channel": args.get("channel_id"), "thread": args.get("thread_ts"), "done": 1}
            file["waits"] = self.unready
            assert not TAG.search(one["title"])
        return {"files": [{"id": one["id"]} for one in args["files"]]}

    def files_info(self, args: Args) -> Args:
        if not self.scope:
            raise Refused("missing_scope")
        if args["file"] not in self.files:
            raise Refused("file_not_found")
        told = self.files[args["file"]]
        return {"file": {name: one for name, one in told.items() if name != "data"}}

    def apps_connections_open(self, args: Args) -> Args:
        return {"url": f"{self.address.replace('http', 'ws')}/link"}

    def oauth_v2_access(self, args: Args) -> Args:
        if args.get("code") != "good":
            raise Refused("invalid_code")
        self.tokens.add("xoxb-2-other")
        return {
            "access_token": "xoxb-2-other", "token_type": "bot", "scope": "chat:write",
            "bot_user_id": "U0OTHERBOT", "app_id": "A0APP", "team": {"id": "T0OTHER", "name": "x"},
            "enterprise": None, "is_enterprise_install": False, "authed_user": {"id": "U0INSTALL"},
        }  # fmt: skip

    def users_info(self, args: Args) -> Args:
        if not self.visible:
            raise Refused("missing_scope")
        if args["user"] not in self.people:
            raise Refused("user_not_found")
        return {"user": self.people[args["user"]]}

    # --- checks --------------------------------------------------------------------------------

    def _check_message(self, args: Args) -> None:
        channel = args["channel"]
        if not re.fullmatch(r"[CDG][A-Z0-9]+", channel):
            raise Refused("channel_not_found")
        if not 0 < len(args["text"]) <= 40_000:
            raise Refused("no_text")
        check_words(args["text"])
        check_blocks(args.get("blocks", []), 50, self)
        if args.get("parse") != "none" or args.get("link_names"):
            raise Refused("would_link")

    # --- the server ----------------------------------------------------------------------------

    async def api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        args = await arguments(request)
        self.calls[method] += 1
        self.log.append((method, str(args.get("channel", ""))))
        if self.faults[method]:
            fault = self.faults[method].pop(0)
            if isinstance(fault, tuple):
                error = {"ok": False, "error": "ratelimited"}
                return web.json_response(error, status=429, headers={"Retry-After": str(fault[1])})
            if fault == "hang":
                await asyncio.sleep(3600)
            if isinstance(fault, int):
                return web.Response(status=fault, text="<html>oops</html>")
            return web.json_response({"ok": False, "error": fault})
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method not in ("oauth.v2.access", "apps.connections.open") and given not in self.tokens:
            return web.json_response({"ok": False, "error": "invalid_auth"})
        call: Callable[[Args], Args] = getattr(self, method.replace(".", "_"))
        try:
            return web.json_response({"ok": True, **call(args)})
        except Refused as fact:
            return web.json_response({"ok": False, "error": str(fact)})

    async def upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["id"]]["data"] = await request.read()
        return web.Response(text="OK")

    async def download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}" or not self.scope:
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        if (elsewhere := self.moved.get(request.match_info["id"])) is not None:
            raise web.HTTPFound(elsewhere)
        file = self.files[request.match_info["id"]]
        return web.Response(body=file["data"], content_type="text/csv")

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.socket = socket
        self.linked.set()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self.replies.put_nowait(json.loads(frame.data))
        return socket

    def drop(self, name: str, data: bytes, size: int | None = None) -> str:
        """A file that a person has uploaded."""
        id = f"F{self.stamp().replace('.', '')}"
        self.files[id] = {
            "id": id, "name": name, "data": data, "size": len(data) if size is None else size,
            "mimetype": "text/csv", "url_private_download": f"{self.address}/files/{id}",
        }  # fmt: skip
        return id


def check_words(text: str) -> None:
    """Only a mention that we built ourselves may stand in what Slack reads as markup."""
    for found in TAG.findall(text):
        if not re.fullmatch(r"<@U[A-Z0-9]+>", found):
            raise Refused("markup")


def check_blocks(blocks: list[Args], most: int, slack: Slack) -> None:  # noqa: C901 - a list
    """Block Kit's limits, as its reference gives them."""
    ids: list[str] = [one["block_id"] for one in blocks if "block_id" in one]
    names: list[str] = []
    total = 0
    if len(blocks) > most or len(set(ids)) != len(ids) or any(len(one) > 255 for one in ids):
        raise Refused("invalid_blocks")
    for block in blocks:
        match block["type"]:
            case "rich_text":
                for part in block["elements"]:
                    for piece in part["elements"]:
                        assert set(piece) <= {"type", "text", "style"}, piece
                        assert piece["type"] == "text", "nothing but words"
                        if not 0 < len(piece["text"]) <= 3000:
                            raise Refused("invalid_blocks")
                        total += len(piece["text"])
            case "header":
                if not 0 < len(block["text"]["text"]) <= 150:
                    raise Refused("invalid_blocks")
            case "image":
                file = slack.files.get(block["slack_file"]["id"], {})
                if "data" not in file or not 0 < len(block["alt_text"]) <= 2000:
                    raise Refused("invalid_slack_file")
                if file.get("waits", 0):
                    file["waits"] -= 1
                    raise Refused("invalid_blocks")
            case "actions":
                if not 1 <= len(block["elements"]) <= 5:
                    raise Refused("invalid_blocks")
                for one in block["elements"]:
                    names.append(one["action_id"])
                    if not (
                        0 < len(one["text"]["text"]) <= 75
                        and 0 < len(one["value"]) <= 2000
                        and 0 < len(one["action_id"]) <= 255
                        and one["text"]["type"] == "plain_text"
                    ):
                        raise Refused("invalid_blocks")
            case "input" | "divider" | "context":
                pass
            case other:
                raise Refused(f"unknown block {other}")
    if len(set(names)) != len(names):
        raise Refused("invalid_blocks")
    if total > 13_200:
        raise Refused("msg_blocks_too_long")


async def arguments(request: web.Request) -> Args:
    """Query, form or JSON: the SDK uses them all."""
    given: Args = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
    elif request.method == "POST":
        given |= dict(await request.post())
    for name in ("blocks", "view", "files"):
        if isinstance(given.get(name), str):
            given[name] = json.loads(given[name])
    given.pop("token", None)
    return given


@asynccontextmanager
async def standing() -> AsyncIterator[Slack]:
    """The stand-in, listening."""
    slack = Slack()
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/api/{method}", slack.api)
    app.router.add_post("/upload/{id}", slack.upload)
    app.router.add_get("/files/{id}", slack.download)
    app.router.add_get("/link", slack.link)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.address = f"http://{host}:{port}"
    try:
        yield slack
    finally:
        await runner.cleanup()
