"""The log is as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.repositories.audit import Audit
from storage.tables import audit_heads
from storage.truths.truth import MOST, Truth, in_slice


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """The books of this look's slice whose chain of hashes is broken."""
    books = (
        await connection.execute(
            select(audit_heads.c.book).where(in_slice(audit_heads.c.book, now))
        )
    ).scalars()
    found = []
    for book in books.all():
        if await still(connection, str(book)):
            found.append(str(book))
        if len(found) == MOST:
            break
    return found


async def still(connection: AsyncConnection, id: str) -> bool:
    """Somebody may write between two of our questions: then the book is read held."""
    book, log = UUID(id), Audit(connection)
    if not await log.verify(book):
        return False
    await connection.execute(
        select(audit_heads).where(audit_heads.c.book == book).with_for_update()
    )
    return bool(await log.verify(book))


TRUTH = Truth("audit", "the chain of the log is unbroken", breaches, still)
