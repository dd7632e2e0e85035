"""Entries, notes and questions of the journal: kept once, seen by their owner, gone with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from storage.records import JournalQuestion, Person
from storage.tables import (
    journal_entries,
    journal_moods,
    journal_notes,
    journal_questions,
    user_profiles,
)
from storage.unit_of_work import Storage
from tests.storage.people import NOW, purchase, somebody


def _question(person: Person, trade: UUID | None, **more: object) -> JournalQuestion:
    assert person.portfolio
    told = {"due_at": NOW + timedelta(days=30), "at": NOW, **more}
    return JournalQuestion(uuid4(), person.portfolio, person.id, trade, "web", "7", **told)  # type: ignore[arg-type]


async def test_an_entry_is_opened_once_and_answered_by_its_owner(storage: Storage) -> None:
    ada, mine = await somebody(storage)
    _, other = await somebody(storage, "bob")
    trade = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        assert await work.journal.open(mine, ada.id, trade.id, NOW)
        assert not await work.journal.open(mine, ada.id, trade.id, NOW)
        assert await work.journal.answer(mine, trade.id, reason="tip", sure=4)
        assert not await work.journal.answer(other, trade.id, reason="plan")
        entry = await work.journal.entry(mine, trade.id)
        assert entry is not None
        assert (entry.reason, entry.sure, entry.planned) == ("tip", 4, False)
        assert await work.journal.entry(other, trade.id) is None
        assert await work.journal.entries(other) == {}
        assert not (await work.trades.of(mine))[0].planned
        await work.journal.answer(mine, trade.id, planned=True)
        assert (await work.trades.of(mine))[0].planned


async def test_each_who_shares_a_trade_tells_of_it_for_themselves(storage: Storage) -> None:
    ada, mine = await somebody(storage)
    bob, _ = await somebody(storage, "bob")
    trade = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        for person, reason, mood in ((ada, "plan", 1), (bob, "tip", -1)):
            work.journal.whose = person.id
            assert await work.journal.open(mine, person.id, trade.id, NOW)
            assert await work.journal.answer(mine, trade.id, reason=reason, mood=mood)
            question = replace(_question(person, trade.id), portfolio=mine)
            assert await work.journal.ask_later(question)
            assert not await work.journal.ask_later(replace(question, id=uuid4()))
        for person, reason in ((ada, "plan"), (bob, "tip")):
            work.journal.whose = person.id
            entry = await work.journal.entry(mine, trade.id)
            assert entry is not None
            assert entry.reason == reason
            assert (await work.journal.entries(mine))[trade.id].reason == reason
        work.journal.whose = None
        assert len(await work.journal.entries(mine)) == 1


@pytest.mark.parametrize("wrong", [{"reason": "whim"}, {"sure": 6}, {"sure": 0}, {"mood": 2}])
async def test_what_makes_no_sense_is_refused(storage: Storage, wrong: dict[str, object]) -> None:
    ada, mine = await somebody(storage)
    trade = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        await work.journal.open(mine, ada.id, trade.id, NOW)
        with pytest.raises(IntegrityError):
            async with work.savepoint():
                await work.journal.answer(mine, trade.id, **wrong)


async def test_notes_are_numbered_changed_and_come_back(storage: Storage) -> None:
    ada, mine = await somebody(storage)
    _, other = await somebody(storage, "bob")
    trade = purchase()
    async with storage.transaction() as work:
        journal = work.journal
        await work.trades.add(mine, trade)
        first, second = [
            await journal.add(mine, ada.id, trade.id, uuid4(), words, NOW) for words in "ab"
        ]
        assert (first.number, second.number) == (1, 2)
        assert [note.words for note in await journal.notes(mine)] == ["b", "a"]
        assert await journal.notes(mine, []) == []
        assert await journal.revert(mine, first.id) is None
        assert await journal.rewrite(other, first.id, "stolen") is None
        assert (await journal.rewrite(mine, first.id, "c") or first).before == "a"
        assert (await journal.revert(mine, first.id) or second).words == "a"
        assert await journal.delete(mine, second.id, NOW)
        assert await journal.delete(mine, second.id, NOW) is None
        assert await journal.note(mine, 2) is None
        third = await journal.add(mine, ada.id, trade.id, uuid4(), "d", NOW)
        assert third.number == 3, "a deleted note keeps its number"
        assert await journal.undelete(mine, second.id)
        assert await journal.undelete(mine, second.id) is None


async def test_a_question_is_asked_once_and_nobody_else_gets_it(storage: Storage) -> None:
    ada, mine = await somebody(storage)
    trade = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        assert await work.journal.ask_later(_question(ada, trade.id))
        assert not await work.journal.ask_later(_question(ada, trade.id))
        assert await work.journal.ask_later(_question(ada, None))
        assert not await work.journal.ask_later(_question(ada, None))
        assert await work.journal.due(NOW + timedelta(days=29)) is None
        first = await work.journal.due(NOW + timedelta(days=30))
        assert first is not None
        await work.journal.asked(first.id, NOW)
        second = await work.journal.due(NOW + timedelta(days=30))
        assert second is not None
        await work.journal.put_off(second.id, NOW + timedelta(days=31))
        assert await work.journal.due(NOW + timedelta(days=30)) is None
        await work.journal.drop(second.id, NOW)
        assert await work.journal.due(NOW + timedelta(days=99)) is None
        assert not await work.journal.ask_later(_question(ada, trade.id)), "it was asked before"
        assert await work.journal.ask_later(_question(ada, None)), "a new morning"


async def test_all_of_it_goes_with_the_person(storage: Storage) -> None:
    ada, mine = await somebody(storage)
    trade = purchase()
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        await work.journal.open(mine, ada.id, trade.id, NOW)
        await work.journal.add(mine, ada.id, trade.id, uuid4(), "felt rushed", NOW)
        await work.journal.ask_later(_question(ada, trade.id))
        await work.journal.feel(ada.id, date(2026, 3, 2), 1)
        await work.journal.feel(ada.id, date(2026, 3, 2), -1)
        assert await work.journal.mood(ada.id, date(2026, 3, 2)) == -1
        connection = work._connection
        await connection.execute(delete(user_profiles).filter_by(id=ada.id))
        for table in (journal_entries, journal_moods, journal_notes, journal_questions):
            left = await connection.execute(select(func.count()).select_from(table))
            assert left.scalar_one() == 0, table.name
