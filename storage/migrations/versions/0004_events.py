"""An event is kept once: per portfolio, kind, trade and day."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MADE = (
    # Until now each look added an event for each bias it detected: the first of them was the news.
    """
    DELETE FROM behavioral_events later USING behavioral_events earlier
    WHERE later.portfolio_id = earlier.portfolio_id AND later.kind = earlier.kind
        AND later.id > earlier.id
    """,
    """
    ALTER TABLE behavioral_events
        ADD COLUMN symbol TEXT DEFAULT '' NOT NULL,
        ADD COLUMN trade_id TEXT DEFAULT '' NOT NULL,
        ADD COLUMN day DATE
    """,
    """
    UPDATE behavioral_events
    SET day = (at AT TIME ZONE 'UTC')::date, kind = kind || '\\:began'
    """,
    "ALTER TABLE behavioral_events ALTER COLUMN day SET NOT NULL",
    "DROP INDEX behavioral_events_portfolio_id",  # the new key begins with it
    """
    ALTER TABLE behavioral_events ADD CONSTRAINT behavioral_events_once
        UNIQUE (portfolio_id, kind, trade_id, day)
    """,
)
UNMADE = (
    "ALTER TABLE behavioral_events DROP CONSTRAINT behavioral_events_once",
    "CREATE INDEX behavioral_events_portfolio_id ON behavioral_events (portfolio_id)",
    "ALTER TABLE behavioral_events DROP COLUMN day, DROP COLUMN trade_id, DROP COLUMN symbol",
    "UPDATE behavioral_events SET kind = replace(kind, '\\:began', '')",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
