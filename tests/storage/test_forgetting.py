"""What nobody can use any more is deleted, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.unit_of_work import Storage
from tests.storage.people import NOW, draft, somebody

LATER = datetime.now(UTC) + timedelta(days=1)  # rows carry the clock of the database


async def test_pictures_that_no_reply_shows_go(storage: Storage) -> None:
    async with storage.transaction() as work:
        shown, gone = [await work.pictures.add(b"png", alt) for alt in ("shown", "gone")]
        reply = await work.outbox.add("web", "7", {"text": "old"}, picture=gone)
        await work.outbox.add("web", "7", {"text": "report"}, picture=shown)
        await work.outbox.edit(reply, {"text": "new"})
    async with storage.transaction() as work:
        await work.pictures.forget_unshown(LATER - timedelta(days=2))
        assert await work.pictures.get(gone) is not None  # somebody may look at it right now
        await work.pictures.forget_unshown(LATER)
        assert await work.pictures.get(gone) is None
        assert await work.pictures.get(shown) is not None


async def test_ended_tasks_go_and_open_ones_stay(storage: Storage) -> None:
    person, _ = await somebody(storage)
    mine = ("review", "web", "7", person.id)
    async with storage.transaction() as work:
        ended = await work.tasks.add(*mine, {"n": 1})
        await work.tasks.add(*mine, {"n": 2})
        await work.tasks.done(ended)
    async with storage.transaction() as work:
        await work.tasks.forget(LATER - timedelta(days=2))
        assert await work.tasks.began(*mine, {"n": 1})
        await work.tasks.forget(LATER)
        assert not await work.tasks.began(*mine, {"n": 1})
        assert await work.tasks.is_open(*mine, {"n": 2})


async def test_drafts_go_long_after_they_expired(storage: Storage) -> None:
    person, _ = await somebody(storage)
    old, new = draft(person, expires_at=NOW), draft(person, expires_at=NOW + timedelta(days=1))
    async with storage.transaction() as work:
        await work.drafts.add(old)
        await work.drafts.add(new)
        await work.drafts.forget(NOW + timedelta(hours=1))
        assert await work.drafts.get(old.id, person.id) is None
        assert await work.drafts.get(new.id, person.id) is not None


async def test_sessions_go_with_their_cookies(storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.sessions.open(b"old", "ada", NOW - timedelta(days=1))
        await work.sessions.open(b"new", "bob", NOW)
        await work.sessions.forget(NOW)
        assert await work.sessions.find(b"old") is None
        assert await work.sessions.find(b"new") == "bob"
