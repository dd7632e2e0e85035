"""Said once, whatever happens: two schedulers, deaths, outages; looked at once after each close."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from benchmarks.nudge_facts import FACTS
from conversations.desk import Desk
from conversations.nudging import finding
from conversations.nudging.kind import Occasion
from conversations.nudging.registry import kind_named
from scheduler.jobs import detection, nudges
from storage.nudge_records import Intention, TeamVoice
from storage.repositories.outbox import Outbox
from storage.unit_of_work import Storage
from tests.scheduler.people import (
    DAY,
    HOUR,
    NOON,
    SOURCE,
    furnished,
    invested,
    person,
    texts,
    want,
)


async def test_two_schedulers_say_it_once(desk: Desk, storage: Storage, books: Any) -> None:
    chats = [(f"p{n}", (("web", f"{n}"),)) for n in range(12)]
    for name, where in chats:
        who = await person(storage, books, name, where)
        for kind in ("pace", "winners"):
            await want(storage, who, kind)
    await asyncio.gather(*(nudges.run(desk, NOON) for _ in range(3)))
    await nudges.run(desk, NOON + timedelta(minutes=1))
    for n in range(12):
        (said,) = await texts(books, chat=f"{n}")
        assert said["text"].count("pattern") == 1
        assert said["text"].count("Also:") == 1
    assert await books.fetchval("SELECT count(*) FROM nudges WHERE status = 'said'") == 24
    assert await books.fetchval("SELECT count(DISTINCT message) FROM nudges") == 12


async def test_a_person_is_one_scheduler_s_until_it_commits(storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    id = await want(storage, who)

    async def other() -> UUID | None:
        async with storage.transaction() as work:
            return await work.nudges.due(NOON)

    async with storage.transaction() as work:
        assert await work.nudges.due(NOON) == who[0]
        waits = asyncio.create_task(other())
        done, _ = await asyncio.wait({waits}, timeout=0.3)
        assert not done
        await work.nudges.said([id], uuid4(), NOON)
    assert await asyncio.wait_for(waits, 10) is None


async def test_a_death_loses_and_doubles_nothing(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await want(storage, await person(storage, books))

    async def dies(*_: object, **__: object) -> int:
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "add", dies)
        with pytest.raises(asyncio.CancelledError):
            await nudges.run(desk, NOON)
    assert await books.fetchval("SELECT status FROM nudges WHERE id = $1", id) == "waiting"
    for minute in (1, 2, 3):
        await nudges.run(desk, NOON + timedelta(minutes=minute))
    assert len(await texts(books)) == 1


async def test_what_fails_for_one_keeps_no_other_waiting(
    desk: Desk, storage: Storage, books: Any
) -> None:
    sick = await person(storage, books, "sick", (("web", "1"),))
    well = await person(storage, books, "well", (("web", "2"),))
    broken = await want(storage, sick, facts={"no": "facts"})
    await want(storage, well)
    await nudges.run(desk, NOON)
    assert len(await texts(books, chat="2")) == 1
    again = await books.fetchval("SELECT decide_at FROM nudges WHERE id = $1", broken)
    assert again == NOON + HOUR


async def test_late_ones_come_once_and_those_of_yesterday_never(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who = await person(storage, books)
    await want(storage, who)
    await nudges.run(desk, NOON + 3 * HOUR)  # asleep since
    assert len(await texts(books)) == 1
    await want(storage, who, "winners", stale_at=NOON + 9 * DAY)
    await nudges.run(desk, NOON + 2 * DAY)
    assert len(await texts(books)) == 1
    async with storage.transaction() as work:
        assert await work.nudges.dropped() == {"late": 1}


async def test_it_comes_to_the_private_chat_used_last(
    desk: Desk, storage: Storage, books: Any
) -> None:
    chats = (("telegram", "5"), ("web", "7"), ("slack", "U1"), ("terminal", "me"))
    who = await person(storage, books, "ada", chats)
    async with storage.transaction() as work:
        await work.dialogs.put("slack", "C9", who[0], {"shared": True})
        await work.inbox.accept("slack", "in the channel", "C9", b"{}")
    await books.execute("UPDATE inbox SET received_at = $1 WHERE chat = 'C9'", NOON - HOUR)
    await want(storage, who)
    await nudges.run(desk, NOON)
    assert len(await texts(books, "slack", "U1")) == 1
    async with storage.transaction() as work:
        await work.doors.close("slack", "U1", "blocked", NOON)
    await want(storage, who, born_at=NOON + DAY)
    await nudges.run(desk, NOON + DAY)
    assert len(await texts(books, "web", "7")) == 1
    async with storage.transaction() as work:
        for channel, chat in chats[:2]:
            await work.doors.close(channel, chat, "blocked", NOON)
    await want(storage, who, born_at=NOON + 7 * DAY, stale_at=NOON + 9 * DAY)
    await nudges.run(desk, NOON + 7 * DAY)
    assert len(await texts(books, "terminal", "me")) == 1, "there is nothing else"
    async with storage.transaction() as work:
        await work.doors.close("terminal", "me", "left", NOON)
    gone = await want(storage, who, born_at=NOON + 8 * DAY, stale_at=NOON + 9 * DAY)
    await nudges.run(desk, NOON + 8 * DAY)
    row = await books.fetchrow("SELECT status, reason FROM nudges WHERE id = $1", gone)
    assert (row["status"], row["reason"]) == ("dropped", "nowhere")


async def test_it_waits_while_they_are_spoken_to(desk: Desk, storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    id = await want(storage, who)
    async with storage.transaction() as work:
        await work.dialogs.get("web", "7", who[0])  # a message of theirs is being answered
        await asyncio.wait_for(nudges.run(desk, NOON), 10)
    assert await texts(books) == []
    assert await books.fetchval(
        "SELECT decide_at FROM nudges WHERE id = $1", id
    ) == NOON + timedelta(minutes=10)
    await nudges.run(desk, NOON + timedelta(minutes=10))
    assert len(await texts(books)) == 1


async def test_silence_sound_and_distress(desk: Desk, storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    async with storage.transaction() as work:
        await work.users.change(who[0], preferences={"nudges": {"pace": "silent"}})
    await want(storage, who)
    await nudges.run(desk, NOON)
    (said,) = await texts(books)
    assert said["silent"] is True
    async with storage.transaction() as work:
        await work.users.change(who[0], preferences={"paused_since": NOON.isoformat()})
    held, wanted = (
        await want(storage, who, born_at=NOON + DAY, stale_at=NOON + 5 * DAY),
        await want(storage, who, "intention", born_at=NOON + DAY, stale_at=NOON + 5 * DAY),
    )
    await nudges.run(desk, NOON + DAY)
    states = {
        row["id"]: row["status"] for row in await books.fetch("SELECT id, status FROM nudges")
    }
    assert (states[held], states[wanted]) == ("dropped", "said")
    assert "silent" not in (await texts(books))[-1]


async def test_what_happened_is_found_once_and_said(
    desk: Desk, storage: Storage, books: Any
) -> None:
    desk = replace(desk, sources=(SOURCE,))
    who = await person(storage, books)
    await invested(storage, who[1])
    await furnished(storage, 0.85)
    intention = Intention(
        uuid4(), who[1], who[0], "ZZZA", -0.1, 50.0, "if ZZZA falls 10% I will wait", NOON - 2 * DAY
    )
    async with storage.transaction() as work:
        await work.intentions.add(intention)
    evening = NOON + 11 * HOUR  # 18:00 in New York
    await detection.run(desk, evening)
    await asyncio.gather(*(detection.run(desk, evening + HOUR) for _ in range(2)))
    found = await books.fetch("SELECT kind FROM nudges ORDER BY kind")
    assert [row["kind"] for row in found] == ["intention", "market_move"]
    async with storage.transaction() as work:
        assert await work.intentions.waiting(*who) == []
    await nudges.run(desk, evening)
    assert await texts(books) == [], "it is night"
    await nudges.run(desk, NOON + DAY - 4 * HOUR)
    (said,) = await texts(books)
    assert said["text"].startswith("ZZZA has moved −")
    assert "“if ZZZA falls 10% I will wait”\nAlso: ZZZA moved −" in said["text"]


async def test_a_team_is_looked_at_where_it_chose_a_channel(
    desk: Desk, storage: Storage, books: Any
) -> None:
    """And nothing that its owner said or has alone is found for it."""
    desk = replace(desk, sources=(SOURCE,))
    who = await person(storage, books)
    await invested(storage, who[1])
    await furnished(storage, 0.85)
    evening, said = NOON + 11 * HOUR, "if ZZZA falls 10% I will wait"
    async with storage.transaction() as work:
        await work.members.make(who[1], who[0], "Ada", NOON)
        await work.members.bind("web", "club", who[1], NOON)
        await work.intentions.add(
            Intention(uuid4(), who[1], who[0], "ZZZA", -0.1, 50.0, said, NOON - 2 * DAY)
        )
    await detection.run(desk, evening)
    assert await books.fetchval("SELECT count(*) FROM nudges") == 0
    sight, found = await finding.look_at(desk, who[1], evening)
    assert (sight.listener, found) == (who[1], ())
    async with storage.transaction() as work:
        await work.voices.choose(TeamVoice(who[1], "web", "club", "America/New_York", NOON, who[0]))
    await detection.run(desk, evening + HOUR)
    (row,) = await books.fetch("SELECT kind, listener FROM nudges")
    assert (row["kind"], row["listener"]) == ("market_move", who[1])
    async with storage.transaction() as work:
        assert len(await work.intentions.waiting(*who)) == 1
    await nudges.run(desk, evening + HOUR)
    (body,) = await texts(books, "web", "club")
    assert body["text"].startswith("Main · ZZZA moved −")
    assert await texts(books) == []


async def test_the_picture_of_the_first_goes_with_the_message(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who = await person(storage, books)
    plain = await want(storage, who, weight=3.0)
    await want(storage, who, "winners", weight=2.0, image=b"first")
    await want(storage, who, "winners", weight=1.0, image=b"second")
    stale = await want(storage, who, stale_at=NOON - HOUR, born_at=NOON - DAY, image=b"old")
    await nudges.run(desk, NOON)
    (body,) = await texts(books)
    shown = await books.fetchrow(
        "SELECT p.png, p.alt FROM outbox JOIN pictures p ON p.id = picture"
    )
    assert bytes(shown["png"]) == b"first"
    assert shown["alt"] == body["alt"]
    assert f"Also: {body['alt']}" in body["text"]
    assert await books.fetchval("SELECT count(*) FROM nudges WHERE image IS NOT NULL") == 0
    states = {row["id"]: row["status"] for row in await books.fetch("SELECT * FROM nudges")}
    assert (states[plain], states[stale]) == ("said", "dropped")


async def test_what_was_kept_for_the_digest_is_told_with_it(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who = await person(storage, books)
    async with storage.transaction() as work:
        await work.users.change(who[0], preferences={"nudges": {"pace": "digest"}})
    kept = await want(storage, who)
    await nudges.run(desk, NOON)
    async with storage.transaction() as work:
        assert [one.id for one in await work.nudges.kept_for_digest(who[0])] == [kept]
    facts = FACTS["weekly_review"] | {"kept": [str(kept)], "notes": ["x"], "groups": ["Pace"]}
    sunday = NOON + 4 * DAY + 6 * HOUR
    more = {"facts": facts, "born_at": sunday, "stale_at": sunday + DAY, "decide_at": sunday}
    digest = await want(storage, who, "weekly_review", **more)
    await nudges.run(desk, sunday)
    assert await texts(books) == [], "other jobs may have something for this evening, too"
    await books.execute("UPDATE nudges SET decide_at = $1 WHERE status = 'waiting'", sunday)
    await nudges.run(desk, sunday + timedelta(minutes=5))
    (body,) = await texts(books)
    assert [one["label"] for row in body["buttons"] for one in row] == [
        "Plan next week", "Notes", "Why this?", "Stop these",
    ]  # fmt: skip
    rows = await books.fetch("SELECT id, status, message FROM nudges")
    assert {row["status"] for row in rows} == {"said"}
    assert {row["id"] for row in rows} == {kept, digest}
    assert len({row["message"] for row in rows}) == 1
    async with storage.transaction() as work:
        assert await work.nudges.kept_for_digest(who[0]) == []


async def test_who_is_left_alone_hears_nothing_and_teams_are_not_compared(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, asked = await person(storage, books), []

    async def held(work: Any, someone: Any, portfolio: UUID, group: str, now: datetime) -> bool:
        asked.append(group)
        return True

    monkeypatch.setattr(finding, "held", held)
    async with storage.transaction() as work:
        ada = await work.users.get(who[0])
        for name, listener in (("pace", None), ("intention", None), ("market_move", who[1])):
            kind = kind_named(name)
            assert kind is not None
            occasion = Occasion("once", FACTS[name])
            assert await finding.want_one(work, ada, who[1], kind, occasion, NOON, listener)
            assert not await finding.want_one(work, ada, who[1], kind, occasion, NOON, listener)
    assert asked == ["pace"]
    await nudges.run(desk, NOON)
    rows = await books.fetch("SELECT kind, status FROM nudges ORDER BY kind")
    assert [tuple(row) for row in rows] == [
        ("intention", "said"), ("market_move", "dropped"), ("pace", "held"),
    ]  # fmt: skip
