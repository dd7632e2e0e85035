"""What was tested on the past."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MADE = (
    """
    CREATE TABLE backtests (
        portfolio_id UUID NOT NULL,
        id TEXT NOT NULL,
        user_id UUID NOT NULL,
        title TEXT NOT NULL,
        personal BOOLEAN NOT NULL,
        content BYTEA NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        shared_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT backtests_pkey PRIMARY KEY (portfolio_id, id),
        CONSTRAINT backtests_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT backtests_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX backtests_latest ON backtests (portfolio_id, asked_at)",
    "CREATE INDEX backtests_shared ON backtests (id) WHERE shared_at IS NOT NULL",
    "CREATE INDEX backtests_user_id ON backtests (user_id)",
)
UNMADE = ("DROP TABLE backtests",)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
