"""Nudges, who hears them, and what people said they would do."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MADE = (
    """
    CREATE TABLE nudges (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        kind TEXT NOT NULL,
        grouped TEXT NOT NULL,
        key TEXT NOT NULL,
        facts JSONB NOT NULL,
        weight DOUBLE PRECISION DEFAULT '0' NOT NULL,
        born_at TIMESTAMP WITH TIME ZONE NOT NULL,
        stale_at TIMESTAMP WITH TIME ZONE NOT NULL,
        status TEXT DEFAULT 'waiting' NOT NULL,
        reason TEXT DEFAULT '' NOT NULL,
        decide_at TIMESTAMP WITH TIME ZONE NOT NULL,
        said_at TIMESTAMP WITH TIME ZONE,
        message UUID,
        answered_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT nudges_pkey PRIMARY KEY (id),
        CONSTRAINT nudges_once UNIQUE (user_id, kind, key),
        CONSTRAINT nudges_status_known CHECK (
            status IN ('waiting', 'said', 'digest', 'dropped', 'held')),
        CONSTRAINT nudges_stale_later CHECK (stale_at >= born_at),
        CONSTRAINT nudges_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT nudges_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX nudges_due ON nudges (decide_at) WHERE status = 'waiting'",
    "CREATE INDEX nudges_said ON nudges (user_id, said_at)",
    "CREATE INDEX nudges_portfolio_id ON nudges (portfolio_id)",
    """
    CREATE TABLE nudge_arms (
        user_id UUID NOT NULL,
        grouped TEXT NOT NULL,
        arm TEXT NOT NULL,
        assigned_at TIMESTAMP WITH TIME ZONE NOT NULL,
        left_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT nudge_arms_pkey PRIMARY KEY (user_id, grouped),
        CONSTRAINT nudge_arms_arm_known CHECK (arm IN ('spoken to', 'left alone')),
        CONSTRAINT nudge_arms_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE intentions (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        symbol TEXT NOT NULL,
        change DOUBLE PRECISION NOT NULL,
        start DOUBLE PRECISION NOT NULL,
        words TEXT NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE NOT NULL,
        met_at TIMESTAMP WITH TIME ZONE,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT intentions_pkey PRIMARY KEY (id),
        CONSTRAINT intentions_change_sane CHECK (change <> 0 AND change > -1 AND start > 0),
        CONSTRAINT intentions_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT intentions_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX intentions_portfolio_id ON intentions (portfolio_id)",
    "CREATE INDEX intentions_user_id ON intentions (user_id)",
    """
    CREATE TABLE nudge_looks (
        portfolio_id UUID NOT NULL,
        day DATE NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT nudge_looks_pkey PRIMARY KEY (portfolio_id),
        CONSTRAINT nudge_looks_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE
    )
    """,
)
UNMADE = (
    "DROP TABLE nudge_looks",
    "DROP TABLE intentions",
    "DROP TABLE nudge_arms",
    "DROP TABLE nudges",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
