"""The web door over HTTP: who may see what, what is taken in, and how it is refused."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from bot.api.app import make_app
from bot.door import clean
from bot.web.sessions import COOKIE
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.bot.conftest import Unlimited, free_port
from tests.bot.over_http import HOST, TYPED, browser, is_problem, kept, words


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
