"""What the jobs do, on a real database and a real source of prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg

from conversations.desk import Desk
from scheduler.jobs import housekeeping, prices
from storage import feeds
from storage.records import SESSION_LIFETIME
from storage.unit_of_work import Storage
from tests.storage.people import draft, somebody

SOURCE = "csv_file"
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 22, tzinfo=UTC)


def fed(desk: Desk, file: Path, text: str) -> Desk:
    """A desk whose only live source is a file of prices."""
    file.write_text(text)
    return replace(desk, feeds={SOURCE: feeds.feed(SOURCE, str(file))}, sources=(SOURCE,))


async def holds(storage: Storage, symbol: str) -> None:
    _, portfolio = await somebody(storage)
    async with storage.transaction() as work:
        await work.positions.replace(portfolio, [(symbol, Decimal(5), Decimal(60))])


async def test_prices_of_what_people_hold_are_brought_up_to_date(
    desk: Desk, storage: Storage, tmp_path: Path
) -> None:
    await holds(storage, "ZZZA")
    told = "time,symbol,close\n2026-03-02,ZZZA,62.5\n2026-03-02,ZZZB,7\n"
    await prices.run(fed(desk, tmp_path / "prices.csv", told), NOW)
    async with storage.transaction() as work:
        known = await work.market.prices(None, (SOURCE,))
    assert known.symbols == ("ZZZA",)  # nobody holds the other
    bar = known.bar("ZZZA", DAY)
    assert bar is not None
    assert bar.close == 62.5


async def test_a_source_that_fails_ends_no_job(
    desk: Desk, storage: Storage, tmp_path: Path
) -> None:
    await holds(storage, "ZZZA")
    await prices.run(fed(desk, tmp_path / "prices.csv", "no,prices\n1,2\n"), NOW)
    await prices.run(desk, NOW)  # no live source at all
    async with storage.transaction() as work:
        assert "ZZZA" not in await work.market.prices(None, (SOURCE,))


async def test_housekeeping_throws_away_only_what_is_old_enough(
    desk: Desk, storage: Storage, dsn: str
) -> None:
    person, _ = await somebody(storage)
    async with storage.transaction() as work:
        upload = await work.uploads.add("t.csv", b"x", channel="web", chat="7")
        unshown = await work.pictures.add(b"old", "")
        uncarried = await work.documents.add("old.csv", "text/csv", b"old")
        carried = await work.documents.add("new.csv", "text/csv", b"new")
        await work.outbox.add("web", "7", {"text": "file"}, document=carried)
        shown = await work.pictures.add(b"shown", "")
        await work.outbox.add("web", "7", {"text": "look"}, picture=shown)
        for status in ("open", "cancelled"):
            await work.drafts.add(draft(person, status=status))
        promised = [
            await work.tasks.add("review", "web", "7", person.id, {}),
            await work.tasks.add("review", "web", "7", person.id, {}),
        ]
        await work.tasks.done(promised[0])
        await work.sessions.open(b"hash", "7", datetime.now(UTC))

    async def left(table: str) -> int:
        return int(await books.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    try:
        now = datetime.now(UTC)
        await housekeeping.run(desk, now + timedelta(hours=1))
        async with storage.transaction() as work:
            assert await work.uploads.get(upload, channel="web", chat="7") is not None
            assert await work.pictures.get(unshown) is not None
        assert await left("tasks") == 2
        assert await left("documents") == 2
        await housekeeping.run(desk, now + timedelta(days=2))
        async with storage.transaction() as work:
            assert await work.uploads.get(upload, channel="web", chat="7") is None
            assert await work.pictures.get(unshown) is None
            assert await work.pictures.get(shown) is not None
            assert await work.documents.get(uncarried, "web", "7") is None
            assert await work.documents.get(carried, "web", "7") is not None
            assert await work.sessions.find(b"hash") is not None
        await housekeeping.run(desk, now + SESSION_LIFETIME + timedelta(days=31))
        assert await left("tasks") == 1  # the one that is still promised
        assert await left("web_sessions") == 0
        assert await left("drafts") >= 0
    finally:
        await books.close()
