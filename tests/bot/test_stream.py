"""The stream of a conversation over HTTP: its history, what changes, where it goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx

from storage.unit_of_work import Storage
from tests.bot.conftest import Advisor
from tests.bot.over_http import TYPED, kept, words


async def listen(client: httpx.AsyncClient, path: str) -> AsyncIterator[tuple[str, str, Any]]:
    """The events of a stream as (name, id, data)."""
    async with client.stream("GET", path, timeout=20) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        fields: dict[str, str] = {}
        async for line in stream.aiter_lines():
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            else:
                yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
                fields = {}


async def until(stream: AsyncIterator[tuple[str, str, Any]], name: str) -> list[Any]:
    """All events up to the next one called ``name``."""
    seen = []
    async with asyncio.timeout(10):
        async for event in stream:
            seen.append(event)
            if event[0] == name:
                return seen
    raise AssertionError(f"the stream ended before {name}")


async def test_the_stream_tells_history_then_what_changes(
    address: str, storage: Storage, advisor: Advisor
) -> None:
    async with (
        httpx.AsyncClient(base_url=address, headers={"Origin": address}) as client,
        httpx.AsyncClient(base_url=address, headers={"Origin": address}) as stranger,
    ):
        await client.get("/", headers=TYPED)
        await stranger.get("/", headers=TYPED)
        live = listen(client, "/chat/events")
        assert [event[0] for event in await until(live, "caught_up")] == ["caught_up"]
        said = words("sold 5 AAPL at 125.70 today")
        await client.post("/chat/messages", **said)
        seen = []
        while not any(event[0] == "line" and event[2]["by"] == "advisor" for event in seen):
            seen += await until(live, "line")
        mine, card = [event[2] for event in seen if event[0] == "line"][-2:]
        assert mine["id"] == said["json"]["id"]
        assert "sender" not in mine
        assert "chat" not in mine
        assert card["buttons"][0][0] == {"label": "Save", "data": "save"}
        typing = [event[2]["on"] for event in seen if event[0] == "typing"]
        assert typing in ([], [True])  # none: the answer was there before the first look
        if typing:
            assert (await until(live, "typing"))[-1][2] == {"on": False}
        press = {"id": str(uuid4()), "pressed": "save", "on": f"{card['key']}:{card['revision']}"}
        await client.post("/chat/messages", json=press)
        answer, cursor = None, ""
        while answer is None or not cursor:  # of lines that come together the last has the cursor
            _, at, line = (await until(live, "line"))[-1]
            answer = line if line["by"] == "advisor" else answer
            cursor = at or cursor
        line = answer
        assert (line["key"], line["revision"]) == (card["key"], card["revision"] + 1)
        await live.aclose()

        again = await until(listen(client, "/chat/events"), "caught_up")
        assert [event[2].get("by") for event in again] == ["person", "advisor", "person", None]
        none = await until(listen(client, f"/chat/events?cursor={cursor}"), "caught_up")
        assert len(none) == 1
        for odd in ("-1", "x", "9" * 40, "%00", ""):
            everything = await until(listen(client, f"/chat/events?cursor={odd}"), "caught_up")
            assert len(everything) in {1, 4}
        theirs = await until(listen(stranger, "/chat/events"), "caught_up")
        assert len(theirs) == 1


async def test_last_event_id_goes_before_the_cursor(address: str, advisor: Advisor) -> None:
    headers = {"Origin": address}
    async with httpx.AsyncClient(base_url=address, headers=headers) as client:
        await client.get("/", headers=TYPED)
        await client.post("/chat/messages", **words("hello"))
        seen = await until(listen(client, "/chat/events"), "caught_up")
        cursor = [event[1] for event in seen if event[1]][-1]
        client.headers["Last-Event-ID"] = cursor
        after = await until(listen(client, "/chat/events?cursor=0"), "caught_up")
        assert seen[0] not in after


async def test_a_long_conversation_is_shown_from_its_end(address: str, storage: Storage) -> None:
    async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as client:
        await client.get("/", headers=TYPED)
        await client.post("/chat/messages", **words("first"))
        (body,) = await kept(storage, 1)
        async with storage.transaction() as work:
            ids = [await work.outbox.add("web", body["chat"], {"text": str(n)}) for n in range(620)]
            await work.outbox.edit(ids[0], {"text": "edited late"})
        seen = await until(listen(client, "/chat/events"), "caught_up")
    lines = [event[2]["text"] for event in seen if event[0] == "line"]
    assert lines == [str(n) for n in range(320, 620)]
    assert seen[-1][2] == {"earlier": True}
