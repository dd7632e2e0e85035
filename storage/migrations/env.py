"""Runs the migrations on the connection that ``storage.schema`` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from storage.tables import metadata


def run() -> None:
    given = context.config.attributes
    connection = given["connection"]
    context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
    with context.begin_transaction():
        connection.execute(text(f"SET LOCAL lock_timeout = '{given['lock_timeout']}'"))
        context.run_migrations()


run()
