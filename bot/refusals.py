"""What stops a command and can be mended by whoever gave it, in one line that says how."""

from __future__ import annotations

from bot.settings import BadSettings
from bot.web.server import CannotListen, PortTaken
from storage.address import BadDatabaseUrl, DatabaseAway
from storage.cache import BadRedisUrl
from storage.embedded import DiskFull, ServerDidNotStart


def refusal(fact: Exception) -> str | None:
    """What to tell; None for what is a mistake of ours and has to be seen whole."""
    match fact:
        case BadSettings():
            return f"Bad setting: {fact}"
        case BadRedisUrl():
            return f"Bad setting: REDIS_URL: {fact}"
        case BadDatabaseUrl():
            return f"Bad setting: DATABASE_URL: {fact}"
        case DatabaseAway():
            return f"The database can't be reached: {fact.reason}"
        case DiskFull():
            return f"The disk is full: {fact}. Make room and start again."
        case ServerDidNotStart():
            return f"The database did not start: {fact.reason}"
        case PortTaken():
            return f"Port {fact.port} is taken. Stop the other program, or set BPO_PORT in .env."
        case CannotListen():
            where = f"{fact.host}, port {fact.port}"
            return f"Can't listen on {where}: {fact.reason}. Set BPO_HOST and BPO_PORT in .env."
        case _:
            return None
