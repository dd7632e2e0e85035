"""Who they are: people, their names in each channel, their sessions."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, created, metadata

user_profiles = Table(
    "user_profiles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("currency", Text, nullable=False, server_default="USD"),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("day_first", Boolean),  # how they write dates; null until they told us
    Column(
        "portfolio_id",  # the one they are talking about now
        ForeignKey("portfolios.id", ondelete="SET NULL", use_alter=True),
        index=True,
    ),
    Column("welcomed", Boolean, nullable=False, server_default=text("false")),
    Column("preferences", JSONB, nullable=False, server_default=text("'{}'")),
    created(),
)
channel_identities = Table(
    "channel_identities",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # what the person is called over there
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    created(),
)
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # the token itself is never kept
    Column("chat", Text, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
)
