"""Messages come in once and are answered in order; replies go out one at a time, and are shown."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from storage.unit_of_work import Storage
from tests.storage.people import NOW, somebody

WEB = ("web",)


async def accept(storage: Storage, message: str, chat: str = "7", said: str = "") -> int | None:
    async with storage.transaction() as work:
        body = json.dumps({"text": said or message}).encode()
        return await work.inbox.accept("web", message, chat, body)


async def reply(storage: Storage, text: str, chat: str = "7") -> int:
    async with storage.transaction() as work:
        return await work.outbox.add("web", chat, {"text": text})


async def test_a_message_told_ten_times_at_once_is_kept_once(storage: Storage) -> None:
    kept = await asyncio.gather(*(accept(storage, "1") for _ in range(10)))
    assert sum(one is not None for one in kept) == 1


async def test_the_bytes_of_a_message_come_back_as_they_were(storage: Storage) -> None:
    body = b'{"text": "\\u0000 \\ud800 \xff"}'
    async with storage.transaction() as work:
        assert await work.inbox.accept("web", "1", "7", body) is not None
        waiting = await work.inbox.next(["web"])
        assert waiting is not None
        assert waiting.body == body
        assert [line.body for line in await work.outbox.transcript("web", "7")] == [{}]


async def test_messages_of_one_chat_are_answered_one_after_the_other(storage: Storage) -> None:
    first, second = [await accept(storage, name) for name in ("a", "b")]
    other = await accept(storage, "c", chat="8")
    async with storage.transaction() as one, storage.transaction() as two:
        mine = await one.inbox.next(WEB)
        theirs = await two.inbox.next(WEB)
        assert mine is not None
        assert theirs is not None
        assert (mine.id, theirs.id) == (first, other)  # the second waits for the first
        async with storage.transaction() as three:
            assert await three.inbox.next(WEB) is None
        await one.inbox.answered(mine.id)
    async with storage.transaction() as work:
        following = await work.inbox.next(WEB)
        assert following is not None
        assert following.id == second


async def test_an_answer_that_fails_leaves_its_message_waiting(storage: Storage) -> None:
    first = await accept(storage, "a")

    async def fall_over() -> None:
        async with storage.transaction() as work:
            assert await work.inbox.next(WEB) is not None
            await work.inbox.answered(first or 0)
            raise RuntimeError("fell over")

    with pytest.raises(RuntimeError, match="fell over"):
        await fall_over()
    async with storage.transaction() as work:
        waiting = await work.inbox.next(WEB)
        assert waiting is not None
        assert waiting.id == first
        assert await work.inbox.next(("telegram",)) is None  # somebody else's door


async def test_a_lease_is_taken_again_when_it_has_run_out_and_not_before(storage: Storage) -> None:
    queued = await reply(storage, "hello")
    later = await reply(storage, "and goodbye")
    async with storage.transaction() as work:
        first = await work.outbox.lease(WEB, NOW, 30)
        assert first is not None
        assert (first.id, first.attempts, first.body["text"]) == (queued, 1, "hello")
        assert await work.outbox.lease(WEB, NOW + timedelta(seconds=29), 30) is None
        again = await work.outbox.lease(WEB, NOW + timedelta(seconds=30), 30)
        assert again is not None
        assert (again.id, again.attempts) == (queued, 2)
        await work.outbox.sent(queued)
        following = await work.outbox.lease(WEB, NOW, 30)
        assert following is not None
        assert following.id == later


async def test_ten_senders_lease_a_reply_once(storage: Storage) -> None:
    for chat in "78":
        await reply(storage, "hello", chat)

    async def lease() -> int | None:
        async with storage.transaction() as work:
            got = await work.outbox.lease(WEB, NOW, 30)
            return got.id if got else None

    leased = [one for one in await asyncio.gather(*(lease() for _ in range(10))) if one]
    assert len(leased) == len(set(leased)) == 2


async def test_what_cannot_be_sent_waits_or_is_parked(storage: Storage) -> None:
    blocked = await reply(storage, "to nobody")
    later = await reply(storage, "after it")
    async with storage.transaction() as work:
        await work.outbox.lease(WEB, NOW, 30)
        await work.outbox.retry(blocked, NOW + timedelta(minutes=5), "429")
        assert await work.outbox.lease(WEB, NOW + timedelta(minutes=4), 30) is None
        assert await work.outbox.lease(WEB, NOW + timedelta(minutes=5), 30) is not None
        await work.outbox.park(blocked, "the bot was blocked")
        following = await work.outbox.lease(WEB, NOW, 30)
        assert following is not None
        assert following.id == later


async def test_an_edit_while_the_old_words_are_being_sent_still_goes_out(storage: Storage) -> None:
    queued = await reply(storage, "Working on it")
    async with storage.transaction() as work:
        assert await work.outbox.lease(WEB, NOW, 30) is not None
        await work.outbox.edit(queued, {"text": "Done"})
        assert await work.outbox.lease(WEB, NOW, 30) is None  # the old words are on their way
        await work.outbox.sent(queued)
        edited = await work.outbox.lease(WEB, NOW, 30)
        assert edited is not None
        assert edited.body == {"text": "Done", "revision": 1}
        await work.outbox.sent(queued)
        assert await work.outbox.lease(WEB, NOW, 30) is None


async def test_a_transcript_has_both_sides_in_the_order_they_spoke(storage: Storage) -> None:
    await accept(storage, "1", said="hi")
    await reply(storage, "hello")
    await accept(storage, "2", said="demo")
    await reply(storage, "elsewhere", chat="8")
    async with storage.transaction() as work:
        picture = await work.pictures.add(b"png", "a chart")
        await work.outbox.add("web", "7", {"text": "here"}, picture=picture)
        lines = await work.outbox.transcript("web", "7")
        assert [(line.mine, line.body["text"]) for line in lines] == [
            (False, "hi"),
            (True, "hello"),
            (False, "demo"),
            (True, "here"),
        ]
        assert lines[-1].body["picture"] == str(picture)
        assert await work.pictures.belongs(picture, "web", "7")
        assert not await work.pictures.belongs(picture, "web", "8")
        rest = await work.outbox.transcript("web", "7", after=lines[1].id, limit=1)
        assert rest == [lines[2]]


async def test_changes_tell_new_lines_and_edits_once(storage: Storage) -> None:
    await accept(storage, "1", said="biases")
    working = await reply(storage, "Working on it")
    async with storage.transaction() as work:
        lines, cursor = await work.outbox.changes("web", "7", 0)
        assert [line.body["text"] for line in lines] == ["biases", "Working on it"]
        assert await work.outbox.changes("web", "7", cursor) == ([], cursor)
        await work.outbox.edit(working, {"text": "Your report"})
        lines, later = await work.outbox.changes("web", "7", cursor)
        assert [(line.id, line.body) for line in lines] == [
            (working, {"text": "Your report", "revision": 1})
        ]
        assert await work.outbox.changes("web", "7", later) == ([], later)


async def test_no_change_is_missed_by_somebody_reading_all_the_while(storage: Storage) -> None:
    """Numbers are drawn before they are committed: a reader must never run past an open one."""
    seen: list[str] = []
    writing = True

    async def read() -> None:
        cursor = 0
        while True:
            last_round = not writing
            async with storage.transaction() as work:
                lines, cursor = await work.outbox.changes("web", "7", cursor)
            seen.extend(line.body["text"] for line in lines)
            if last_round:
                return
            await asyncio.sleep(0)

    async def write(name: int) -> None:
        for turn in range(20):
            async with storage.transaction() as work:
                await work.outbox.add("web", "7", {"text": f"{name}.{turn}"})
                await asyncio.sleep(0.002 if name % 2 else 0)  # a slow commit
            await accept(storage, f"{name}.{turn}!")

    reading = asyncio.create_task(read())
    await asyncio.gather(*(write(name) for name in range(5)))
    writing = False
    await reading
    assert len(seen) == len(set(seen)) == 200


async def test_a_chat_is_settled_when_nothing_is_to_come(storage: Storage) -> None:
    person, _ = await somebody(storage)
    message = await accept(storage, "1") or 0
    queued = await reply(storage, "Working on it")
    async with storage.transaction() as work:
        task = await work.tasks.add("review", "web", "7", person.id, {})
        assert await work.outbox.unsettled("web", "7") == 3
        assert await work.outbox.unsettled("web", "8") == 0
        await work.inbox.answered(message)
        await work.tasks.done(task)
        assert await work.outbox.unsettled("web", "7") == 1
        await work.outbox.lease(WEB, NOW, 30)
        await work.outbox.sent(queued)
        assert await work.outbox.unsettled("web", "7") == 0


async def test_who_asked_does_not_wait_behind_who_did_not(storage: Storage) -> None:
    async with storage.transaction() as work:
        for n in range(3):
            await work.outbox.add("web", f"nudged {n}", {"text": "By the way"})
        asked = await work.inbox.accept("web", "m", "asker", b"{}")
        await work.outbox.add("web", "asker", {"text": "12 AAPL"}, answers=asked)
        sent = []
        while (one := await work.outbox.lease(["web"], NOW, 30)) is not None:
            sent.append(one.chat)
            await work.outbox.sent(one.id)
    assert sent == ["asker", "nudged 0", "nudged 1", "nudged 2"]
