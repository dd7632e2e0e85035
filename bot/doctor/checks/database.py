"""The database: can it be reached, is it up to date, has it TimescaleDB?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.verdict import State, Verdict
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.health import Health

THING = "Database"


async def look(settings: Settings) -> list[Verdict]:
    """Without DATABASE_URL nothing is started: the embedded one is made by the next start."""
    if settings.database_url is None:
        known = (settings.home / "postgres").exists()
        where = "has its data" if known else "will be made at the first start"
        return [Verdict(THING, State.GOOD, f"the embedded PostgreSQL {where} under BPO_HOME")]
    from storage import health  # slow to import: only where there is something to look at
    from storage.address import BadDatabaseUrl, DatabaseAway

    try:
        found = await health.look(settings.database_url)
    except BadDatabaseUrl as fact:
        return [Verdict(THING, State.BAD, str(fact), "Mend DATABASE_URL in .env")]
    except DatabaseAway as fact:
        do = "Start the server, or mend DATABASE_URL in .env"
        return [Verdict(THING, State.BAD, f"it can't be reached: {fact.reason}", do)]
    return [_tables(found), _timescale(found)]


def _tables(found: Health) -> Verdict:
    if found.revision == found.newest:
        return Verdict(THING, State.GOOD, f"reached, tables up to date ({found.newest})")
    told = f"reached, tables at {found.revision or 'nothing'} of {found.newest}"
    return Verdict(THING, State.WEAK, told, "The next start brings them up to date by itself")


def _timescale(found: Health) -> Verdict:
    if found.timescale:
        return Verdict("TimescaleDB", State.GOOD, "in use for prices")
    told = "not there; plain tables are used, and everything works the same"
    return Verdict("TimescaleDB", State.UNUSED, told)
