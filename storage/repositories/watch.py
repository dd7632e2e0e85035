"""Which processes are alive, what the jobs did last, and whether the data are as they should be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, delete, func, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import Checked, Heartbeat, JobRun
from storage.tables import heartbeats, job_runs, truths
from storage.truths.truth import Truth


class Watch:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def beat(self, process: str, role: str, now: datetime, *, on_watch: bool) -> None:
        """The process is alive at ``now``."""
        first = insert(heartbeats).values(
            process=process, role=role, started_at=now, at=now, on_watch=on_watch
        )
        again = {"at": now, "on_watch": on_watch}
        await self._connection.execute(
            first.on_conflict_do_update(index_elements=["process"], set_=again)
        )

    async def leave(self, process: str) -> None:
        """The process ends as it should."""
        await self._connection.execute(delete(heartbeats).where(heartbeats.c.process == process))

    async def heartbeats(self, role: str) -> list[Heartbeat]:
        """The newest first."""
        rows = await self._connection.execute(
            select(heartbeats).where(heartbeats.c.role == role).order_by(heartbeats.c.at.desc())
        )
        return [Heartbeat(r.process, r.role, r.started_at, r.at, r.on_watch) for r in rows]

    async def forget(self, before: datetime) -> None:
        """Delete processes that died without a word before that moment."""
        await self._connection.execute(delete(heartbeats).where(heartbeats.c.at < before))

    async def began(self, job: str, now: datetime) -> None:
        first = insert(job_runs).values(job=job, began_at=now)
        await self._connection.execute(
            first.on_conflict_do_update(index_elements=["job"], set_={"began_at": now})
        )

    async def ended(self, job: str, now: datetime, problem: str = "") -> None:
        """``problem``: the kind of failure, where it failed."""
        moment = {"failed_at": now, "problem": problem} if problem else {"ended_at": now}
        first = insert(job_runs).values(job=job, began_at=now, **moment)
        await self._connection.execute(
            first.on_conflict_do_update(index_elements=["job"], set_=moment)
        )

    async def runs(self) -> list[JobRun]:
        """The last of each job, by name."""
        rows = await self._connection.execute(select(job_runs).order_by(job_runs.c.job))
        return [JobRun(r.job, r.began_at, r.ended_at, r.failed_at, r.problem) for r in rows]

    async def check(self, truth: Truth, now: datetime) -> list[str]:
        """Look whether it holds, and keep what was found: the ids of what it does not hold of."""
        found = list(await truth.breaches(self._connection, now))
        if not found and truth.still is not None and (before := await self._example(truth.name)):
            found = [before] if await truth.still(self._connection, before) else []
        values = {
            "checked_at": now,
            "breaches": len(found),
            "example": found[0] if found else "",
            "broken_since": now if found else None,
        }
        put = insert(truths).values(name=truth.name, **values)
        since = case(
            (put.excluded.breaches > 0, func.coalesce(truths.c.broken_since, now)), else_=null()
        )
        await self._connection.execute(
            put.on_conflict_do_update(
                index_elements=["name"], set_={**values, "broken_since": since}
            )
        )
        return found

    async def _example(self, name: str) -> str:
        query = select(truths.c.example).where(truths.c.name == name)
        return (await self._connection.execute(query)).scalar_one_or_none() or ""

    async def checked(self) -> list[Checked]:
        """What was found at the last look, by name."""
        rows = await self._connection.execute(select(truths).order_by(truths.c.name))
        return [Checked(r.name, r.checked_at, r.broken_since, r.breaches, r.example) for r in rows]
