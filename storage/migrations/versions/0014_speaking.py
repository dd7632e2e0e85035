"""Who is spoken to, in which channel of a team, what comparisons measured; who is on watch, and
what was found to be untrue."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MADE = (
    "DROP INDEX outbox_oldest",
    """
    CREATE INDEX outbox_next ON outbox ((answers IS NULL), id)
        WHERE sent_at IS NULL AND parked_at IS NULL
    """,
    "ALTER TABLE nudges ADD COLUMN listener UUID",
    "UPDATE nudges SET listener = user_id",
    "ALTER TABLE nudges ALTER COLUMN listener SET NOT NULL",
    "ALTER TABLE nudges ADD COLUMN image BYTEA",
    "CREATE INDEX nudges_listener ON nudges (listener, said_at)",
    """
    CREATE TABLE team_voices (
        portfolio_id UUID NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        time_zone TEXT NOT NULL,
        preferences JSONB DEFAULT '{}'::jsonb NOT NULL,
        chosen_by UUID,
        chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT team_voices_pkey PRIMARY KEY (portfolio_id),
        CONSTRAINT team_voices_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT team_voices_chosen_by_fkey FOREIGN KEY(chosen_by)
            REFERENCES user_profiles (id) ON DELETE SET NULL
    )
    """,
    "CREATE INDEX team_voices_chosen_by ON team_voices (chosen_by)",
    "ALTER TABLE nudge_arms ADD COLUMN share DOUBLE PRECISION NOT NULL",
    "ALTER TABLE nudge_arms ADD COLUMN portfolio_id UUID NOT NULL",
    "ALTER TABLE nudge_arms ADD COLUMN baseline JSONB",
    "ALTER TABLE nudge_arms ADD COLUMN measured JSONB",
    "ALTER TABLE nudge_arms ADD COLUMN measured_at TIMESTAMP WITH TIME ZONE",
    """
    ALTER TABLE nudge_arms ADD CONSTRAINT nudge_arms_portfolio_id_fkey
        FOREIGN KEY(portfolio_id) REFERENCES portfolios (id) ON DELETE CASCADE
    """,
    """
    ALTER TABLE nudge_arms ADD CONSTRAINT nudge_arms_share_sane CHECK (share >= 0 AND share < 1)
    """,
    "CREATE INDEX nudge_arms_portfolio_id ON nudge_arms (portfolio_id)",
    "CREATE INDEX nudge_arms_to_measure ON nudge_arms (assigned_at) WHERE measured_at IS NULL",
    """
    CREATE TABLE heartbeats (
        process TEXT NOT NULL,
        role TEXT NOT NULL,
        started_at TIMESTAMP WITH TIME ZONE NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        on_watch BOOLEAN NOT NULL,
        CONSTRAINT heartbeats_pkey PRIMARY KEY (process)
    )
    """,
    """
    CREATE TABLE job_runs (
        job TEXT NOT NULL,
        began_at TIMESTAMP WITH TIME ZONE NOT NULL,
        ended_at TIMESTAMP WITH TIME ZONE,
        failed_at TIMESTAMP WITH TIME ZONE,
        problem TEXT DEFAULT '' NOT NULL,
        CONSTRAINT job_runs_pkey PRIMARY KEY (job)
    )
    """,
    """
    CREATE TABLE truths (
        name TEXT NOT NULL,
        checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
        broken_since TIMESTAMP WITH TIME ZONE,
        breaches BIGINT DEFAULT '0' NOT NULL,
        example TEXT DEFAULT '' NOT NULL,
        CONSTRAINT truths_pkey PRIMARY KEY (name)
    )
    """,
)
UNMADE = (
    "DROP TABLE truths",
    "DROP TABLE job_runs",
    "DROP TABLE heartbeats",
    "DROP INDEX nudge_arms_to_measure",
    "DROP INDEX nudge_arms_portfolio_id",
    """
    ALTER TABLE nudge_arms
        DROP COLUMN measured_at, DROP COLUMN measured, DROP COLUMN baseline,
        DROP COLUMN portfolio_id, DROP COLUMN share
    """,
    "DROP TABLE team_voices",
    "DROP INDEX nudges_listener",
    "ALTER TABLE nudges DROP COLUMN image, DROP COLUMN listener",
    "DROP INDEX outbox_next",
    """
    CREATE INDEX outbox_oldest ON outbox (id) WHERE sent_at IS NULL AND parked_at IS NULL
    """,
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
