"""Redis, where it is set."""

from __future__ import annotations

from bot.doctor.verdict import State, Verdict
from bot.settings import Settings

THING = "Redis"


async def look(settings: Settings) -> list[Verdict]:
    if settings.redis_url is None:
        told = "not set; limits are kept in the process, which is right for a single one"
        return [Verdict(THING, State.UNUSED, told)]
    from storage.cache import BadRedisUrl, Cache  # slow to import: only where it is set

    try:
        cache = Cache(settings.redis_url)
    except BadRedisUrl as fact:
        return [Verdict(THING, State.BAD, str(fact), "Mend REDIS_URL in .env")]
    try:
        answers = await cache.answers()
    finally:
        await cache.close()
    if answers:
        return [Verdict(THING, State.GOOD, "reached")]
    told = "it does not answer; limits fall back to memory, nothing is lost"
    return [Verdict(THING, State.WEAK, told, "Start it, or take REDIS_URL out of .env")]
