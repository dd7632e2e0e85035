"""The address of a database, checked before anything is tried."""

from __future__ import annotations

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVER = "postgresql+asyncpg"


class BadDatabaseUrl(Exception):
    """``reason`` never repeats the address: it may hold a password."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(dsn: str) -> URL:
    """The address, for our driver, whichever of PostgreSQL's prefixes it was written with."""
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
    return url.set(drivername=DRIVER)
