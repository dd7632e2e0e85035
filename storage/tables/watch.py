"""Which processes are alive, what the jobs did last, and what was found to be untrue."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Table, Text

from storage.tables.columns import MOMENT, metadata

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("process", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("started_at", MOMENT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("on_watch", Boolean, nullable=False),  # the others stand by
)
job_runs = Table(
    "job_runs",
    metadata,
    Column("job", Text, primary_key=True),
    Column("began_at", MOMENT, nullable=False),  # the newest run
    Column("ended_at", MOMENT),  # the newest that came to its end
    Column("failed_at", MOMENT),
    Column("problem", Text, nullable=False, server_default=""),  # the kind of failure, no data
)
truths = Table(
    "truths",  # what has to hold of the data, and whether it did when it was last looked at
    metadata,
    Column("name", Text, primary_key=True),
    Column("checked_at", MOMENT, nullable=False),
    Column("broken_since", MOMENT),
    Column("breaches", BigInteger, nullable=False, server_default="0"),
    Column("example", Text, nullable=False, server_default=""),  # an id, nothing personal
)
