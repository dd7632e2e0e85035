"""Pictures and files over HTTP: taken in, shown to whom they belong, refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from bot.web.bodies import LARGEST_FILE
from storage.unit_of_work import Storage
from tests.bot.over_http import browser, is_problem, kept, words
from tests.bot.script import chart


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
