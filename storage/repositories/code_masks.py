"""Codes that are worth nothing any more, taken out of what was said with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, or_, select, true, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import dialogs, inbox, invites, link_codes, outbox

MASK = "••••"
KEPT = timedelta(days=2)  # how far back messages are looked through
Digest = Callable[[str], bytes]
Chat = tuple[str, str]
_WRITTEN = r"[A-Z2-7]{5}(-[A-Z2-7]{5}){4}[A-Z2-7]"  # as we write a code
_TYPED = r"(link|start|join)\W+(([a-z2-7][- ]?){25}[a-z2-7])"  # and as people do
_OURS, _THEIRS = re.compile(_WRITTEN), re.compile(_TYPED.encode(), re.IGNORECASE)


async def mask(
    connection: AsyncConnection,
    now: datetime,
    digest: Digest,
    used: tuple[bytes, Chat] | None = None,
) -> int:
    """Write ``MASK`` over every code that was used or has expired; in how many messages.

    ``digest``: what is kept of a code. ``used``: only this one, typed in this chat just now, there
    and in the chats of the one who asked for it. What a platform has shown stays there.
    """
    worthless = await _worthless(connection, now, None if used is None else used[0])
    if not worthless:
        return 0
    where = None if used is None else (set(worthless.values()), used[1])
    said = await _said(connection, digest, worthless, _of(outbox, where))
    return said + await _heard(connection, digest, worthless, _of(inbox, where))


async def _worthless(
    connection: AsyncConnection, now: datetime, only: bytes | None
) -> dict[bytes, UUID]:
    """The hashes of codes that lead nowhere any more, and who asked for them."""
    found = union(
        *(
            select(table.c.code_hash, table.c.user_id).where(
                or_(table.c.used_at.is_not(None), table.c.expires_at <= now),
                table.c.expires_at > now - KEPT,
                true() if only is None else table.c.code_hash == only,
            )
            for table in (link_codes, invites)
        )
    )
    return {row.code_hash: row.user_id for row in await connection.execute(found)}


async def _said(
    connection: AsyncConnection,
    digest: Digest,
    worthless: Collection[bytes],
    where: ColumnElement[bool],
) -> int:
    text = outbox.c.body["text"].astext
    recent = outbox.c.created_at > func.now() - KEPT
    rows = await connection.execute(
        select(outbox.c.id, text.label("text")).where(where, recent, text.regexp_match(_WRITTEN))
    )
    changed = 0
    for row in rows.all():
        masked = _OURS.sub(lambda one: MASK if digest(one[0]) in worthless else one[0], row.text)
        if masked != row.text:
            changed += 1
            body = func.jsonb_set(outbox.c.body, ["text"], func.to_jsonb(masked))
            await connection.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))
    return changed


async def _heard(
    connection: AsyncConnection,
    digest: Digest,
    worthless: Collection[bytes],
    where: ColumnElement[bool],
) -> int:
    recent = inbox.c.received_at > func.now() - KEPT
    like = func.encode(inbox.c.body, "escape").regexp_match(_TYPED, flags="i")
    rows = await connection.execute(select(inbox.c.id, inbox.c.body).where(where, recent, like))

    def hide(one: re.Match[bytes]) -> bytes:
        known = digest(one[2].decode()) in worthless
        return one[0].replace(one[2], MASK.encode()) if known else one[0]

    changed = 0
    for row in rows.all():
        masked = _THEIRS.sub(hide, row.body)
        if masked != row.body:
            changed += 1
            new = update(inbox).where(inbox.c.id == row.id).values(body=masked)
            await connection.execute(new)
    return changed


def _of(table: Table, where: tuple[Collection[UUID], Chat] | None) -> ColumnElement[bool]:
    """Said in a chat of these people, or in this one; None: anywhere."""
    if where is None:
        return true()
    people, here = where
    theirs = select(dialogs.c.channel, dialogs.c.chat).where(dialogs.c.user_id.in_(people))
    place = tuple_(table.c.channel, table.c.chat)
    return place.in_(theirs) | place.in_([here])
