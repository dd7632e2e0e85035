"""What people said of their trades, and what they are still to be asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import JournalEntry, JournalQuestion, Note
from storage.repositories.locks import hold
from storage.repositories.rights import Rights
from storage.tables import journal_entries, journal_moods, journal_notes, journal_questions

_entry, _note, _asked, _mood = (
    journal_entries.c,
    journal_notes.c,
    journal_questions.c,
    journal_moods.c,
)


class Journal:
    """``whose``: the words of this person alone are read and changed, also where several share a
    portfolio; None: those of everybody. Set when a turn begins.

    All that writes to a portfolio's journal raises LooksOnly.
    """

    def __init__(self, connection: AsyncConnection, rights: Rights) -> None:
        self._connection = connection
        self._rights = rights
        self.whose: UUID | None = None

    async def open(self, portfolio: UUID, person: UUID, trade: UUID, at: datetime) -> bool:
        """Make a person's entry of a trade, once; False when it was there: nobody asks again."""
        self._rights.check(portfolio)
        made = await self._connection.execute(
            insert(journal_entries)
            .values(trade_id=trade, portfolio_id=portfolio, user_id=person, at=at)
            .on_conflict_do_nothing(index_elements=["trade_id", "user_id"])
            .returning(_entry.trade_id)
        )
        return made.one_or_none() is not None

    async def answer(self, portfolio: UUID, trade: UUID, **answers: Any) -> bool:
        """Set any of ``reason, sure, mood, again, planned``; False when there is no entry."""
        self._rights.check(portfolio)
        done = await self._connection.execute(
            update(journal_entries)
            .where(_entry.trade_id == trade, _entry.portfolio_id == portfolio)
            .where(self._own(_entry.user_id))
            .values(**answers)
            .returning(_entry.trade_id)
        )
        return done.first() is not None

    async def entry(self, portfolio: UUID, trade: UUID) -> JournalEntry | None:
        """What was told of a trade; of several entries, where ``whose`` is None, the first."""
        return (await self._entries(portfolio, _entry.trade_id == trade)).get(trade)

    async def entries(self, portfolio: UUID) -> dict[UUID, JournalEntry]:
        """All of a portfolio, by the id of the trade."""
        return await self._entries(portfolio)

    async def _entries(
        self, portfolio: UUID, *which: ColumnElement[bool]
    ) -> dict[UUID, JournalEntry]:
        rows = await self._connection.execute(
            select(journal_entries)
            .where(_entry.portfolio_id == portfolio, self._own(_entry.user_id), *which)
            .order_by(_entry.at.desc(), _entry.user_id)
        )
        return {row.trade_id: _as_entry(row) for row in rows}

    async def add(
        self, portfolio: UUID, person: UUID, trade: UUID, id: UUID, words: str, at: datetime
    ) -> Note:
        """Keep a note under the portfolio's next number."""
        self._rights.check(portfolio)
        await hold(self._connection, "journal", str(portfolio))
        last = select(func.coalesce(func.max(_note.number), 0)).where(
            _note.portfolio_id == portfolio
        )
        number = int((await self._connection.execute(last)).scalar_one()) + 1
        await self._connection.execute(
            insert(journal_notes).values(
                id=id,
                portfolio_id=portfolio,
                user_id=person,
                trade_id=trade,
                number=number,
                words=words,
                at=at,
            )
        )
        return Note(id, trade, number, words, at)

    async def notes(self, portfolio: UUID, trades: Collection[UUID] | None = None) -> list[Note]:
        """Newest first, of ``trades`` (None: of all); without those deleted."""
        wanted = select(journal_notes).where(
            _note.portfolio_id == portfolio, _note.deleted_at.is_(None), self._own(_note.user_id)
        )
        if trades is not None:
            wanted = wanted.where(_note.trade_id.in_(trades))
        rows = await self._connection.execute(wanted.order_by(_note.number.desc()))
        return [_as_note(row) for row in rows]

    async def note(self, portfolio: UUID, number: int) -> Note | None:
        """Note ``number``, unless it is deleted."""
        rows = await self._connection.execute(
            select(journal_notes).where(
                _note.portfolio_id == portfolio,
                _note.number == number,
                _note.deleted_at.is_(None),
                self._own(_note.user_id),
            )
        )
        row = rows.one_or_none()
        return None if row is None else _as_note(row)

    async def rewrite(self, portfolio: UUID, id: UUID, words: str) -> Note | None:
        """New words for a note; the old ones are kept for one step back."""
        return await self._change(portfolio, id, words=words, before=_note.words)

    async def revert(self, portfolio: UUID, id: UUID) -> Note | None:
        """The words before the last edit, and so again; None where there was none."""
        return await self._change(
            portfolio, id, _note.before.is_not(None), words=_note.before, before=_note.words
        )

    async def delete(self, portfolio: UUID, id: UUID, now: datetime) -> Note | None:
        """None when it is gone already."""
        return await self._change(portfolio, id, deleted_at=now)

    async def undelete(self, portfolio: UUID, id: UUID) -> Note | None:
        """None when it is there."""
        gone = _note.deleted_at.is_not(None)
        return await self._change(portfolio, id, gone, deleted_at=None)

    async def ask_later(self, question: JournalQuestion) -> bool:
        """Keep a question; False when this person has one on this trade, or on their mood."""
        made = await self._connection.execute(
            insert(journal_questions)
            .values(
                id=question.id,
                portfolio_id=question.portfolio,
                user_id=question.person,
                trade_id=question.trade,
                channel=question.channel,
                chat=question.chat,
                due_at=question.due_at,
                at=question.at,
            )
            .on_conflict_do_nothing()
            .returning(_asked.id)
        )
        return made.one_or_none() is not None

    async def waiting(self, person: UUID, trade: UUID | None) -> JournalQuestion | None:
        """What is still to be asked about a trade; None: about the mood."""
        about = _asked.trade_id.is_(None) if trade is None else _asked.trade_id == trade
        rows = await self._connection.execute(
            select(journal_questions).where(_asked.user_id == person, about, _is_waiting())
        )
        row = rows.one_or_none()
        return None if row is None else _as_question(row)

    async def due(self, now: datetime) -> JournalQuestion | None:
        """The one that has waited longest since its moment, ours until we commit.

        Whoever asks at the same time gets another. Say what became of it in the same transaction.
        """
        rows = await self._connection.execute(
            select(journal_questions)
            .where(_asked.due_at <= now, _is_waiting())
            .order_by(_asked.due_at, _asked.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = rows.one_or_none()
        return None if row is None else _as_question(row)

    async def asked(self, id: UUID, now: datetime) -> None:
        """It lies in the outbox: it is never due again."""
        await self._settle(id, asked_at=now)

    async def asked_since(self, person: UUID, since: datetime) -> bool:
        """Whether they were asked how a trade went."""
        asked = (_asked.user_id == person) & (_asked.asked_at >= since)
        rows = await self._connection.execute(
            select(_asked.id).where(asked, _asked.trade_id.is_not(None)).limit(1)
        )
        return rows.one_or_none() is not None

    async def put_off(self, id: UUID, until: datetime) -> None:
        await self._settle(id, due_at=until)

    async def drop(self, id: UUID, now: datetime) -> None:
        """It is not asked any more."""
        await self._settle(id, cancelled_at=now)

    async def feel(self, person: UUID, day: date, mood: int) -> None:
        """The mood of a day; a later word on it counts."""
        await self._connection.execute(
            insert(journal_moods)
            .values(user_id=person, day=day, mood=mood)
            .on_conflict_do_update(index_elements=["user_id", "day"], set_={"mood": mood})
        )

    async def mood(self, person: UUID, day: date) -> int | None:
        rows = await self._connection.execute(
            select(_mood.mood).where(_mood.user_id == person, _mood.day == day)
        )
        found: int | None = rows.scalar_one_or_none()
        return found

    def _own(self, person: ColumnElement[UUID]) -> ColumnElement[bool]:
        return true() if self.whose is None else person == self.whose

    async def _settle(self, id: UUID, **values: Any) -> None:
        await self._connection.execute(
            update(journal_questions).where(_asked.id == id).values(**values)
        )

    async def _change(
        self, portfolio: UUID, id: UUID, which: ColumnElement[bool] | None = None, **values: Any
    ) -> Note | None:
        """Change a note that is there, or the one that ``which`` describes."""
        self._rights.check(portfolio)
        changed = await self._connection.execute(
            update(journal_notes)
            .where(
                _note.portfolio_id == portfolio,
                _note.id == id,
                self._own(_note.user_id),
                _note.deleted_at.is_(None) if which is None else which,
            )
            .values(**values)
            .returning(journal_notes)
        )
        row = changed.one_or_none()
        return None if row is None else _as_note(row)


def _is_waiting() -> ColumnElement[bool]:
    return _asked.asked_at.is_(None) & _asked.cancelled_at.is_(None)


def _as_entry(row: Row[Any]) -> JournalEntry:
    return JournalEntry(row.trade_id, row.reason, row.sure, row.mood, row.again, row.planned)


def _as_note(row: Row[Any]) -> Note:
    return Note(row.id, row.trade_id, row.number, row.words, row.at, row.before)


def _as_question(row: Row[Any]) -> JournalQuestion:
    return JournalQuestion(
        row.id,
        row.portfolio_id,
        row.user_id,
        row.trade_id,
        row.channel,
        row.chat,
        row.due_at,
        row.at,
    )
