"""Reminders, plans, and files that replies carry."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MADE = (
    """
    CREATE TABLE documents (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        data BYTEA NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT documents_pkey PRIMARY KEY (id)
    )
    """,
    "ALTER TABLE outbox ADD COLUMN document UUID",
    """
    ALTER TABLE outbox ADD CONSTRAINT outbox_document_fkey
        FOREIGN KEY(document) REFERENCES documents (id)
    """,
    "CREATE INDEX outbox_document ON outbox (document)",
    """
    CREATE TABLE reminders (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        about TEXT NOT NULL,
        subject UUID,
        words TEXT DEFAULT '' NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        time_zone TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT reminders_pkey PRIMARY KEY (id),
        CONSTRAINT reminders_about_known CHECK (about IN ('proposal', 'plan', 'trade', 'words')),
        CONSTRAINT reminders_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT reminders_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE INDEX reminders_due ON reminders (due_at)
            WHERE sent_at IS NULL AND cancelled_at IS NULL
    """,
    "CREATE INDEX reminders_portfolio_id ON reminders (portfolio_id)",
    "CREATE INDEX reminders_user_id ON reminders (user_id)",
    """
    CREATE TABLE plans (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        recommendation_id UUID NOT NULL,
        number BIGINT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        dismissed_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT plans_pkey PRIMARY KEY (id),
        CONSTRAINT plans_portfolio_id_number_key UNIQUE (portfolio_id, number),
        CONSTRAINT plans_recommendation_id_key UNIQUE (recommendation_id),
        CONSTRAINT plans_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT plans_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE,
        CONSTRAINT plans_recommendation_id_fkey FOREIGN KEY(recommendation_id)
            REFERENCES recommendations (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX plans_user_id ON plans (user_id)",
)
UNMADE = (
    "DROP TABLE plans",
    "DROP TABLE reminders",
    "ALTER TABLE outbox DROP COLUMN document",
    "DROP TABLE documents",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
