"""The web door over HTTP: who may see what, what is taken in, and how it is refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.api.app import make_app
from bot.door import clean
from bot.web.bodies import LARGEST_FILE
from bot.web.sessions import COOKIE
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.conftest import Advisor, Unlimited, free_port
from tests.bot.script import chart

HOST = "http://advisor.test"
OURS = {"Origin": HOST}
TYPED = {"Sec-Fetch-Site": "none"}  # the address was typed, or is a bookmark


@pytest.fixture
async def app(storage: Storage, limits: Unlimited) -> Any:
    return make_app(storage, limits)


@asynccontextmanager
async def browser(app: Any, *, visit: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST, headers=OURS) as client:
        if visit:
            assert (await client.get("/", headers=TYPED)).status_code == 200
        yield client


def words(text: str, id: str | None = None) -> dict[str, Any]:
    return {"json": {"id": id or str(uuid4()), "text": text}}


async def kept(storage: Storage, count: int) -> list[dict[str, Any]]:
    """All messages in the inbox, which must be ``count``."""
    async with storage.transaction() as work:
        rows = await work._connection.exec_driver_sql("SELECT body FROM inbox ORDER BY id")
        bodies = [json.loads(bytes(row[0])) for row in rows]
    assert len(bodies) == count
    return bodies


def is_problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == status
    assert "Traceback" not in answer.text
    return str(content["detail"])


async def test_the_first_visit_opens_a_session_and_the_next_keeps_it(app: Any) -> None:
    async with browser(app, visit=False) as client:
        first = await client.get("/", headers=TYPED)
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie  # plain HTTP
        assert len(client.cookies[COOKIE]) >= 43  # 256 bits in base64
        assert "set-cookie" not in (await client.get("/", headers=TYPED)).headers


async def test_over_https_the_cookie_stays_on_https(app: Any) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://advisor.test") as client:
        page = await client.get("/", headers=TYPED)
        assert "Secure" in page.headers["set-cookie"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_monitor_gets_the_page_and_no_session(
    app: Any, storage: Storage, method: str
) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
        for _ in range(3):
            page = await client.request(method, "/")
            assert page.status_code == 200
            assert "set-cookie" not in page.headers
    async with browser(app, visit=False) as client:
        assert "set-cookie" not in (await client.head("/", headers=TYPED)).headers
    async with storage.transaction() as work:
        rows = await work._connection.exec_driver_sql("SELECT count(*) FROM web_sessions")
        assert rows.scalar_one() == 0


async def test_only_the_hash_of_the_token_is_kept(app: Any, storage: Storage) -> None:
    async with browser(app) as client:
        token = client.cookies[COOKIE]
    async with storage.transaction() as work:
        rows = (await work._connection.exec_driver_sql("SELECT * FROM web_sessions")).all()
    assert len(rows) == 1
    assert len(bytes(rows[0][0])) == 32
    assert token not in repr(rows)
    assert token.encode() not in bytes(rows[0][0])


async def test_a_link_from_another_site_does_not_replace_a_session(app: Any) -> None:
    async with browser(app, visit=False) as client:
        cross = await client.get("/", headers={"Sec-Fetch-Site": "cross-site"})
        assert cross.status_code == 200
        assert "set-cookie" not in cross.headers
        named = await client.post("/chat/session")
        assert "set-cookie" in named.headers
        again = await client.post("/chat/session")
        assert "set-cookie" not in again.headers
        assert again.json() == named.json()


async def test_words_are_kept_once_however_often_they_come(app: Any, storage: Storage) -> None:
    async with browser(app) as client:
        said = words("bought 10 AAPL")
        first = await client.post("/chat/messages", **said)
        second = await client.post("/chat/messages", **said)
    assert (first.status_code, first.json()["new"]) == (202, True)
    assert (second.status_code, second.json()["new"]) == (202, False)
    (body,) = await kept(storage, 1)
    assert body["text"] == "bought 10 AAPL"
    assert body["sender"] == body["chat"]


async def test_the_same_id_from_two_browsers_is_two_messages(app: Any, storage: Storage) -> None:
    same = str(uuid4())
    async with browser(app) as one, browser(app) as other:
        assert (await one.post("/chat/messages", **words("one", same))).json()["new"]
        assert (await other.post("/chat/messages", **words("other", same))).json()["new"]
    await kept(storage, 2)


async def test_presses_keep_their_label_and_their_reply(app: Any, storage: Storage) -> None:
    press = {"id": str(uuid4()), "pressed": "save:1", "label": "Save", "on": "12:3"}
    async with browser(app) as client:
        assert (await client.post("/chat/messages", json=press)).status_code == 202
        assert (
            await client.post("/chat/messages", json=press | {"id": str(uuid4()), "on": "<x>"})
        ).status_code == 202
        is_problem(await client.post("/chat/messages", json=press | {"pressed": "x" * 65}), 422)
    first, second = await kept(storage, 2)
    assert (first["pressed"], first["label"], first["on"]) == ("save:1", "Save", "12:3")
    assert second["on"] == ""


async def test_long_text_is_cut_and_longer_bodies_are_refused(app: Any, storage: Storage) -> None:
    async with browser(app) as client:
        assert (await client.post("/chat/messages", **words("a" * 1_000_000))).status_code == 202
        detail = is_problem(await client.post("/chat/messages", **words("a" * 2_200_000)), 413)
    assert "2 MB" in detail
    (body,) = await kept(storage, 1)
    assert (len(body["text"]), body["too_long"]) == (10_000, True)


NASTY = [
    b"", b"{", b"null", b"[]", b"1", b"\xff\xfe\x00", b'"text"', b"[" * 100_000, b"1" * 5_000,
    b'{"id": 1, "text": "x"}', b'{"id": "x", "text": "x"}', b'{"text": "x"}', b"\x00" * 1000,
    b'{"id": "00000000-0000-0000-0000-000000000001"}',
    b'{"id": "00000000-0000-0000-0000-000000000001", "text": 5}',
    b'{"id": "00000000-0000-0000-0000-000000000001", "text": "  \\n"}',
    b'{"id": "00000000-0000-0000-0000-000000000001", "pressed": "\\ud800"}',
    b'{"id": "\\ud800", "text": "x"}',
]  # fmt: skip


@pytest.mark.parametrize("body", NASTY, ids=range(len(NASTY)))
async def test_what_is_no_message_is_refused_in_words(
    app: Any, storage: Storage, body: bytes
) -> None:
    async with browser(app) as client:
        is_problem(await client.post("/chat/messages", content=body), 422)
    await kept(storage, 0)


@pytest.mark.parametrize(
    "text", ["\x00", "a\ud800b", "\u202egnp.exe", "a\tb\r\nc", "€" * 20_000, "🙂" * 9_999]
)
async def test_odd_text_is_taken_in_clean(app: Any, storage: Storage, text: str) -> None:
    async with browser(app) as client:
        body = json.dumps({"id": str(uuid4()), "text": text}).encode()
        assert (await client.post("/chat/messages", content=body)).status_code == 202
    (said,) = await kept(storage, 1)
    assert said["text"] == clean(said["text"])
    assert said["text"] == clean(text)[:10_000]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": f"{HOST}.evil.test"},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "none"},
    ],
)
async def test_other_sites_cannot_speak_for_a_browser(
    app: Any, storage: Storage, headers: dict[str, str]
) -> None:
    async with browser(app) as client:
        for path in ("/chat/messages", "/chat/session", "/chat/files"):
            is_problem(await client.post(path, headers=headers, **words("sell all")), 403)
    await kept(storage, 0)


@pytest.mark.parametrize("token", [None, "", "x", "é" * 10, "0" * 10_000, '"; DROP TABLE'])
async def test_without_a_session_nothing_is_taken_or_shown(app: Any, token: str | None) -> None:
    async with browser(app, visit=False) as client:
        headers = {} if token is None else {"Cookie": f"{COOKIE}={token}".encode()}
        for answer in (
            await client.post("/chat/messages", headers=headers, **words("hi")),
            await client.post("/chat/files", headers=headers, files={"file": b"x"}),
            await client.get("/chat/events", headers=headers),
            await client.get(f"/pictures/{uuid4()}", headers=headers),
        ):
            is_problem(answer, 401)


async def test_pictures_are_shown_to_their_own_browser_only(app: Any, storage: Storage) -> None:
    async with browser(app) as owner, browser(app) as stranger:
        await owner.post("/chat/messages", **words("hi"))
        (body,) = await kept(storage, 1)
        png = chart()
        async with storage.transaction() as work:
            shown = await work.pictures.add(png, "a chart")
            await work.outbox.add("web", body["chat"], {"text": "see"}, picture=shown)
            hidden = await work.pictures.add(png, "of another door")
            await work.outbox.add("terminal", body["chat"], {"text": "see"}, picture=hidden)
        mine = await owner.get(f"/pictures/{shown}")
        assert mine.content == png
        assert mine.headers["content-type"] == "image/png"
        assert mine.headers["cache-control"] == "private, max-age=31536000, immutable"
        for answer in (
            await stranger.get(f"/pictures/{shown}"),
            await owner.get(f"/pictures/{hidden}"),
            await owner.get(f"/pictures/{uuid4()}"),
            await owner.get("/pictures/x"),
            await owner.get("/pictures/%00"),
        ):
            is_problem(answer, 404)


async def test_files_are_saved_by_their_own_browser_only(app: Any, storage: Storage) -> None:
    async with browser(app) as owner, browser(app) as stranger:
        await owner.post("/chat/messages", **words("hi"))
        (body,) = await kept(storage, 1)
        async with storage.transaction() as work:
            sent = await work.documents.add('tr"ä;des.csv', "text/csv", b"time,symbol")
            said = {"text": "see", "file": {"name": "trades.csv", "size": 11}}
            await work.outbox.add("web", body["chat"], said, document=sent)
            loose = await work.documents.add("a.csv", "text/csv", b"x")
        mine = await owner.get(f"/documents/{sent}")
        assert mine.content == b"time,symbol"
        assert mine.headers["content-type"].startswith("text/csv")
        assert mine.headers["x-content-type-options"] == "nosniff"
        named = mine.headers["content-disposition"]
        assert named == "attachment; filename*=UTF-8''tr%22%C3%A4%3Bdes.csv"
        for answer in (
            await stranger.get(f"/documents/{sent}"),
            await owner.get(f"/documents/{loose}"),
            await owner.get(f"/documents/{uuid4()}"),
            await owner.get("/documents/x"),
        ):
            is_problem(answer, 404)


async def test_a_file_becomes_a_message(app: Any, storage: Storage) -> None:
    message = str(uuid4())
    name = "..\\..\\C:\\trades\u202e.csv"
    async with browser(app) as client:
        answer = await client.post(
            "/chat/files", data={"id": message}, files={"file": (name, b"time,symbol\n")}
        )
        assert answer.status_code == 202, answer.text
    (body,) = await kept(storage, 1)
    assert body["file"]["name"] == "trades.csv"
    assert body["file"]["size"] == 12
    async with storage.transaction() as work:
        here = {"channel": "web", "chat": body["sender"]}
        found = await work.uploads.get(body["file"]["id"], **here)
    assert found == ("trades.csv", b"time,symbol\n")


async def test_files_that_cannot_be_taken_are_refused(app: Any, storage: Storage) -> None:
    good = {"id": str(uuid4())}
    async with browser(app) as client:
        edge = await client.post(
            "/chat/files", data=good, files={"file": ("a", b"x" * LARGEST_FILE)}
        )
        assert edge.status_code == 202
        big = {"file": ("a.csv", b"x" * (LARGEST_FILE + 1))}
        assert "5 MB" in is_problem(await client.post("/chat/files", data=good, files=big), 413)
        huge = {"file": ("a.csv", b"x" * 7 * 2**20)}
        is_problem(await client.post("/chat/files", data=good, files=huge), 413)
        empty = {"file": ("a.csv", b"")}
        is_problem(await client.post("/chat/files", data=good, files=empty), 422)
        no_id = {"file": ("a.csv", b"x")}
        is_problem(await client.post("/chat/files", files=no_id), 422)
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "x/"):
            for content in (
                b"",
                b"\xff\x00",
                b"--x",
                b"--x\r\nContent-Disposition: form-data\r\n\r\n",
            ):
                answer = await client.post(
                    "/chat/files", content=content, headers={"Content-Type": kind}
                )
                is_problem(answer, 422)
    await kept(storage, 1)


async def test_who_is_too_fast_is_told_when_to_come_back(app: Any, limits: Unlimited) -> None:
    async with browser(app) as client:
        limits.full = {"web:messages:", "web:files:"}
        answer = await client.post("/chat/messages", **words("hi"))
        assert "10 seconds" in is_problem(answer, 429)
        assert answer.headers["retry-after"] == "10"
        is_problem(await client.post("/chat/files", files={"file": b"x"}), 429)
        chats = {key for key, *_ in limits.asked if key.startswith("web:messages:")}
        assert len(chats) == 1
    limits.full = {"web:sessions:"}
    async with browser(app, visit=False) as client:
        is_problem(await client.get("/", headers=TYPED), 429)


async def test_thirty_messages_in_ten_seconds_are_enough(storage: Storage) -> None:
    app = make_app(storage, Cache())
    async with browser(app) as client, browser(app) as other:
        answers = [(await client.post("/chat/messages", **words("x"))) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [202] * 30 + [429]
        assert (await other.post("/chat/messages", **words("x"))).status_code == 202


@pytest.mark.parametrize(
    "path", ["/", "/static/chat.js", "/healthz", "/nowhere", "/metrics", "/chat/messages"]
)
async def test_every_answer_carries_the_security_headers(app: Any, path: str) -> None:
    async with browser(app) as client:
        answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "cache-control" in answer.headers


async def test_the_page_needs_nothing_from_elsewhere(app: Any) -> None:
    async with browser(app) as client:
        for path in ("/", *(f"/static/{name}" for name in PAGE)):
            answer = await client.get(path)
            assert answer.status_code == 200
            text = answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
                '"http://www.w3.org/2000/svg"', ""
            )
            text = text.replace(r"/https:\/\/t\.me\/", "")  # what a link begins with, never fetched
            assert "http:" not in text
            assert "https:" not in text
            assert "innerHTML" not in text
        is_problem(await client.get("/static/../routes.py"), 404)
        is_problem(await client.get("/static/%2e%2e/routes.py"), 404)


PAGE = ("chat.js", "chat.css", "lines.js", "post.js", "stream.js", "icon.svg")


async def test_unknown_addresses_and_methods_are_problems_too(app: Any) -> None:
    async with browser(app) as client:
        is_problem(await client.get("/nowhere"), 404)
        is_problem(await client.get("/docs"), 404)
        is_problem(await client.get("/openapi.json"), 404)
        is_problem(await client.put("/chat/messages"), 405)
        is_problem(await client.delete("/"), 405)


async def test_metrics_are_for_this_machine(app: Any, storage: Storage, limits: Unlimited) -> None:
    async with browser(app) as client:
        is_problem(await client.get("/metrics"), 404)  # asked for by a public name: a proxy
    here = httpx.ASGITransport(app)
    away = httpx.ASGITransport(app, client=("203.0.113.7", 1))
    everywhere = httpx.ASGITransport(
        make_app(storage, limits, metrics_for_all=True), client=("203.0.113.7", 1)
    )
    async with httpx.AsyncClient(transport=here, base_url="http://127.0.0.1:8000") as client:
        assert "bpo_http_requests_total" in (await client.get("/metrics")).text
        forwarded = {"X-Forwarded-For": "203.0.113.7"}
        is_problem(await client.get("/metrics", headers=forwarded), 404)
    async with httpx.AsyncClient(transport=away, base_url="http://127.0.0.1:8000") as client:
        is_problem(await client.get("/metrics"), 404)
    async with httpx.AsyncClient(transport=everywhere, base_url=HOST) as client:
        assert (await client.get("/metrics")).status_code == 200


async def test_health_follows_the_database(app: Any, limits: Unlimited) -> None:
    async with browser(app) as client:
        assert (await client.get("/healthz")).json() == {"status": "ok"}
    gone = Storage(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    async with browser(make_app(gone, limits), visit=False) as client:
        is_problem(await client.get("/healthz"), 503)
        detail = is_problem(await client.get("/", headers={"Cookie": f"{COOKIE}=x", **TYPED}), 500)
        assert "nobody" not in detail
    await gone.close()


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
