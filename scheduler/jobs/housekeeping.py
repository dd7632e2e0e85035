"""Throw away what nobody can use any more: files, pictures, drafts, finished work, sessions; and
codes that lead nowhere any more, out of the messages that they were said in."""

from __future__ import annotations

from datetime import datetime, timedelta

from conversations.actions.teams import codes
from conversations.desk import Desk
from storage.records import SESSION_LIFETIME

EVERY = "17 * * * *"
UPLOADS_KEPT = timedelta(days=1)
UNSHOWN_KEPT = timedelta(days=1)  # pictures and files of replies that say something else by now
ENDED_KEPT = timedelta(days=30)  # drafts and tasks
SILENT_KEPT = timedelta(days=1)  # processes that died without a word


async def run(desk: Desk, now: datetime) -> None:
    """Delete it all, in one transaction."""
    async with desk.storage.transaction() as work:
        await work.uploads.forget(now - UPLOADS_KEPT)
        await work.pictures.forget_unshown(now - UNSHOWN_KEPT)
        await work.documents.forget_expired(now)
        await work.documents.forget_unshown(now - UNSHOWN_KEPT)
        await work.drafts.forget(now - ENDED_KEPT)
        await work.tasks.forget(now - ENDED_KEPT)
        await work.links.mask(now, codes.digest)
        await work.sessions.forget(now - SESSION_LIFETIME)
        await work.watch.forget(now - SILENT_KEPT)
