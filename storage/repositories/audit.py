"""What was done, by whom and when: written once, each row under the hash of the row before it.

The hash covers digests of what is personal, never that itself; so it can be erased when a person
goes, and the chain still holds (each erasure is a row of its own).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as put
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Entry, Flaw
from storage.tables import audit, audit_heads

_SALT = 16  # bytes: what is erased cannot be found again by trying
_START = b"\x00" * 32
_kept = audit.c


class Audit:
    """``actor``: who is speaking in this transaction; set when a turn begins."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.actor: UUID | None = None

    async def note(
        self,
        book: UUID,
        kind: str,
        now: datetime,
        details: Mapping[str, Any] | None = None,
        *,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a row: ``details`` may be erased one day, ``facts`` stay. Holds the book until the
        transaction ends. A ``member`` among the details is the id of the person it was done to."""
        start = put(audit_heads).values(book=book, length=0, hash=_START)
        await self._connection.execute(start.on_conflict_do_nothing())
        which = select(audit_heads).where(audit_heads.c.book == book).with_for_update()
        head = (await self._connection.execute(which)).one()
        row: dict[str, Any] = {
            "book": book,
            "number": head.length + 1,
            "at": now,
            "kind": kind,
            "facts": dict(facts or {}),
            "actor": self.actor,
            "details": dict(details or {}),
            "actor_salt": secrets.token_bytes(_SALT),
            "salt": secrets.token_bytes(_SALT),
        }
        row["actor_digest"] = _digest(row["actor_salt"], _name(row["actor"]))
        row["digest"] = _digest(row["salt"], row["details"])
        row["hash"] = _hash(head.hash, row)
        await self._connection.execute(insert(audit).values(**row))
        await self._connection.execute(
            update(audit_heads)
            .where(audit_heads.c.book == book)
            .values(length=row["number"], hash=row["hash"])
        )

    async def latest(self, books: Iterable[UUID], limit: int, before: int = 0) -> list[Entry]:
        """The last rows of these books, newest first, without the ``before`` newest."""
        rows = await self._connection.execute(
            select(audit)
            .where(_kept.book.in_(list(books)))
            .order_by(_kept.at.desc(), _kept.book, _kept.number.desc())
            .offset(before)
            .limit(limit)
        )
        return [
            Entry(row.number, row.at, row.kind, row.facts, row.actor, row.details) for row in rows
        ]

    async def since(self, book: UUID, moment: datetime) -> list[Entry]:
        """All rows of a book from that moment on, oldest first."""
        rows = await self._connection.execute(
            select(audit).where(_kept.book == book, _kept.at >= moment).order_by(_kept.number)
        )
        return [
            Entry(row.number, row.at, row.kind, row.facts, row.actor, row.details) for row in rows
        ]

    async def verify(self, book: UUID | None = None) -> list[Flaw]:
        """Where a book is not what was written; empty: all are whole (invariant 7).

        None: all books. Somebody who can write to every table could write all hashes anew; what is
        found is a change, a loss or an addition by anyone who does not.
        """
        heads = {
            row.book: row
            for row in await self._connection.execute(
                select(audit_heads).where(_one(audit_heads.c.book, book))
            )
        }
        flaws: list[Flaw] = []
        walked: set[UUID] = set()
        async for chain in self._chains(book):
            walked.add(chain.book)
            flaws += chain.end(heads.get(chain.book))
        lost = [head for of, head in heads.items() if of not in walked and head.length]
        return flaws + [Flaw(head.book, head.length, "cut off") for head in lost]

    async def _chains(self, book: UUID | None) -> AsyncIterator[_Chain]:
        """The books one after the other, each walked to its end."""
        query = select(audit).where(_one(_kept.book, book)).order_by(_kept.book, _kept.number)
        chain: _Chain | None = None
        async with self._connection.stream(query) as rows:
            async for row in rows:
                if chain is None or chain.book != row.book:
                    if chain is not None:
                        yield chain
                    chain = _Chain(row.book)
                chain.add(row)
        if chain is not None:
            yield chain

    async def erase(self, people: Iterable[UUID], books: Iterable[UUID], now: datetime) -> int:
        """Erase these people wherever they did something or something was done to them, and all
        that is personal in ``books``. How many rows that were; each book notes which."""
        gone, whole = list(people), list(books)
        about = _kept.details["member"].astext.in_([str(one) for one in gone])
        whose = await self._wipe(
            or_(_kept.actor.in_(gone), _kept.book.in_(whole)) & _kept.actor_salt.is_not(None),
            actor=None,
            actor_salt=None,
        )
        what = await self._wipe(
            or_(about, _kept.book.in_(whole)) & _kept.salt.is_not(None), details=None, salt=None
        )
        before, self.actor = self.actor, None
        for one in sorted({*whose, *what}):
            facts = {"actors": sorted(whose.get(one, [])), "details": sorted(what.get(one, []))}
            await self.note(one, "erased", now, facts=facts)
        self.actor = before
        return len({(b, n) for found in (whose, what) for b, ns in found.items() for n in ns})

    async def _wipe(self, which: ColumnElement[bool], **nothing: None) -> dict[UUID, list[int]]:
        rows = await self._connection.execute(
            update(audit).where(which).values(**nothing).returning(_kept.book, _kept.number)
        )
        found: dict[UUID, list[int]] = {}
        for book, number in rows:
            found.setdefault(book, []).append(number)
        return found


@dataclass(slots=True)
class _Chain:
    """A book being walked from its first row to its last."""

    book: UUID
    length: int = 0
    hash: bytes = _START
    flaws: list[Flaw] = field(default_factory=list)
    actors: set[int] = field(default_factory=set)  # whose erasure has to be noted further on
    details: set[int] = field(default_factory=set)

    def add(self, row: Row[Any]) -> None:
        if row.number != self.length + 1:
            self.flaws.append(Flaw(self.book, self.length + 1, "missing"))
        elif _hash(self.hash, row._asdict()) != row.hash or not _digests_hold(row):
            self.flaws.append(Flaw(self.book, row.number, "changed"))
        if row.actor_salt is None:
            self.actors.add(row.number)
        if row.salt is None:
            self.details.add(row.number)
        if row.kind == "erased":
            self.actors -= set(row.facts["actors"])
            self.details -= set(row.facts["details"])
        self.length, self.hash = row.number, row.hash

    def end(self, head: Row[Any] | None) -> list[Flaw]:
        """The flaws found on the way and at the end."""
        unnoted = sorted(self.actors | self.details)
        flaws = self.flaws + [Flaw(self.book, n, "erased without a note") for n in unnoted]
        if head is None or head.length != self.length or head.hash != self.hash:
            flaws.append(Flaw(self.book, self.length, "cut off"))
        return flaws


def _one(column: ColumnElement[UUID], book: UUID | None) -> ColumnElement[bool]:
    return column.is_not(None) if book is None else column == book


def _digests_hold(row: Row[Any]) -> bool:
    whose = row.actor_salt is None or _digest(row.actor_salt, _name(row.actor)) == row.actor_digest
    if (row.actor_salt is None and row.actor is not None) or (row.salt is None and row.details):
        return False
    return whose and (row.salt is None or _digest(row.salt, row.details) == row.digest)


def _name(actor: UUID | None) -> str:
    return str(actor) if actor is not None else ""


def _digest(salt: bytes, content: object) -> bytes:
    return hashlib.sha256(salt + _canonical(content)).digest()


def _hash(previous: bytes, row: Mapping[str, Any]) -> bytes:
    told = [
        str(row["book"]),
        row["number"],
        row["at"].astimezone(UTC).isoformat(),
        row["kind"],
        row["facts"],
        row["actor_digest"].hex(),
        row["digest"].hex(),
    ]
    return hashlib.sha256(previous + _canonical(told)).digest()


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
