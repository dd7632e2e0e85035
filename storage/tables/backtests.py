"""What was tested on the past, kept so that the same question finds the same answer."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, Table, Text

from storage.tables.columns import MOMENT, metadata, of_portfolio

backtests = Table(
    "backtests",
    metadata,
    of_portfolio(primary_key=True),
    Column("id", Text, primary_key=True),  # made of the inputs: the same inputs, the same id
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("title", Text, nullable=False),
    Column("personal", Boolean, nullable=False),  # it shows what somebody holds or has traded
    Column("content", LargeBinary, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("asked_at", MOMENT, nullable=False),  # when it was last asked for
    Column("shared_at", MOMENT),  # who knows the id may see it from then on; null: only its owner
)
Index("backtests_latest", backtests.c.portfolio_id, backtests.c.asked_at)
Index(
    "backtests_shared",
    backtests.c.id,
    postgresql_where=backtests.c.shared_at.is_not(None),
)
