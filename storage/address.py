"""The address of a database, checked before anything is tried."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+asyncpg"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
EXTRAS = ("host", "sslmode")  # what may follow the question mark


class BadDatabaseUrl(Exception):
    """``reason`` never repeats the address: it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DatabaseAway(Exception):
    """The database does not answer, or does not let us in. ``reason`` holds no password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(dsn: str) -> URL:
    """The address, for our driver, whichever of PostgreSQL's prefixes it was written with.

    PostgreSQL's own "sslmode" is called "ssl" by our driver. Raises BadDatabaseUrl.
    """
    try:
        url = make_url(dsn)
    except (ArgumentError, ValueError) as wrong:
        raise BadDatabaseUrl(
            "it is not of the form postgresql://user:password@host/name"
        ) from wrong
    if url.drivername not in ("postgres", "postgresql", DRIVER):
        raise BadDatabaseUrl(f"only PostgreSQL is supported, not {url.drivername!r}")
    if not url.database:
        raise BadDatabaseUrl("it names no database")
    if url.port is not None and not 1 <= url.port <= 65535:
        raise BadDatabaseUrl("its port is not between 1 and 65535")
    return _with_ssl(url.set(drivername=DRIVER))


def _with_ssl(url: URL) -> URL:
    extras = dict(url.query)
    mode = extras.pop("sslmode", extras.pop("ssl", None))
    unknown = sorted(set(extras) - set(EXTRAS))
    if unknown:
        raise BadDatabaseUrl(f"{unknown[0]!r} is not understood; known are {', '.join(EXTRAS)}")
    if mode is None:
        return url
    if mode not in SSL_MODES:
        raise BadDatabaseUrl(f"its sslmode is none of {', '.join(SSL_MODES)}")
    return url.set(query={**extras, "ssl": mode})
