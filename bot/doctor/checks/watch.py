"""The scheduler: is somebody on watch, do the jobs run, are the data as they have to be?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.doctor.verdict import State, Verdict
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.records import Checked, Heartbeat, JobRun

WATCH, DATA = "Scheduler", "Data"
LATE = timedelta(minutes=1)  # a heart beats every few seconds


async def look(settings: Settings) -> list[Verdict]:
    """Only of a server that runs on its own: the embedded one lives and ends with the program."""
    if settings.database_url is None:
        told = "runs inside `bpo run`, with the embedded database"
        return [Verdict(WATCH, State.UNUSED, told)]
    from storage import health  # slow to import: only where there is something to look at
    from storage.address import BadDatabaseUrl, DatabaseAway
    from storage.unit_of_work import Storage

    try:
        found = await health.look(settings.database_url)
    except (BadDatabaseUrl, DatabaseAway):
        return []  # which the look at the database says
    if found.revision != found.newest:
        return []
    storage = Storage(settings.database_url, pool=1)
    try:
        async with storage.transaction() as work:
            beats = await work.watch.heartbeats("scheduler")
            runs, checked = await work.watch.runs(), await work.watch.checked()
    finally:
        await storage.close()
    now = datetime.now(UTC)
    return [judge_watch(beats, now), *judge_jobs(runs), judge_data(checked)]


def judge_watch(beats: list[Heartbeat], now: datetime) -> Verdict:
    alive = [one for one in beats if now - one.at <= LATE]
    if not any(one.on_watch for one in alive):
        told = "nobody is on watch: no nudges, reminders or new prices come"
        return Verdict(WATCH, State.WEAK, told, "Start `bpo scheduler` or `bpo run`")
    standing_by = sum(not one.on_watch for one in alive)
    more = f", {standing_by} standing by" if standing_by else ""
    return Verdict(WATCH, State.GOOD, f"on watch{more}")


def judge_jobs(runs: list[JobRun]) -> list[Verdict]:
    """Those whose newest run failed."""
    return [
        Verdict(
            WATCH,
            State.WEAK,
            f"the job {one.job} failed: {one.problem}",
            "See the log; it is tried again at its next turn",
        )
        for one in runs
        if one.failed_at is not None and (one.ended_at is None or one.ended_at < one.failed_at)
    ]


def judge_data(checked: list[Checked]) -> Verdict:
    broken = [one for one in checked if one.breaches]
    if not checked:
        return Verdict(DATA, State.UNUSED, "not looked at yet; the scheduler does every 15 minutes")
    if not broken:
        oldest = min(one.checked_at for one in checked)
        told = f"all {len(checked)} invariants hold (looked at {oldest:%d %b %H:%M} UTC)"
        return Verdict(DATA, State.GOOD, told)
    names = ", ".join(f"{one.name} ({one.breaches}, such as {one.example})" for one in broken)
    return Verdict(DATA, State.BAD, f"broken: {names}", "Make a backup and look into the log")
