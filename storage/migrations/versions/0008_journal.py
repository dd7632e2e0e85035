"""What people note about their trades."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_OWNERS = """
        CONSTRAINT {0}_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE,
        CONSTRAINT {0}_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE,
        CONSTRAINT {0}_trade_id_fkey FOREIGN KEY(trade_id)
            REFERENCES trades (id) ON DELETE CASCADE
"""
MADE: tuple[str, ...] = (
    f"""
    CREATE TABLE journal_entries (
        trade_id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        reason TEXT,
        sure SMALLINT,
        mood SMALLINT,
        again BOOLEAN,
        planned BOOLEAN DEFAULT false NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT journal_entries_pkey PRIMARY KEY (trade_id),
        CONSTRAINT journal_entries_reason_known
            CHECK (reason IN ('plan', 'news', 'dip', 'tip')),
        CONSTRAINT journal_entries_sure_sane CHECK (sure BETWEEN 1 AND 5),
        CONSTRAINT journal_entries_mood_sane CHECK (mood BETWEEN -1 AND 1),
        {_OWNERS.format("journal_entries")}
    )
    """,
    "CREATE INDEX journal_entries_portfolio_id ON journal_entries (portfolio_id)",
    "CREATE INDEX journal_entries_user_id ON journal_entries (user_id)",
    f"""
    CREATE TABLE journal_notes (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        trade_id UUID NOT NULL,
        number BIGINT NOT NULL,
        words TEXT NOT NULL,
        before TEXT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        deleted_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT journal_notes_pkey PRIMARY KEY (id),
        CONSTRAINT journal_notes_portfolio_id_number_key UNIQUE (portfolio_id, number),
        {_OWNERS.format("journal_notes")}
    )
    """,
    "CREATE INDEX journal_notes_user_id ON journal_notes (user_id)",
    "CREATE INDEX journal_notes_of_trade ON journal_notes (trade_id)",
    f"""
    CREATE TABLE journal_questions (
        id UUID NOT NULL,
        portfolio_id UUID NOT NULL,
        user_id UUID NOT NULL,
        trade_id UUID,
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        asked_at TIMESTAMP WITH TIME ZONE,
        cancelled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT journal_questions_pkey PRIMARY KEY (id),
        CONSTRAINT journal_questions_trade_id_key UNIQUE (trade_id),
        {_OWNERS.format("journal_questions")}
    )
    """,
    "CREATE INDEX journal_questions_portfolio_id ON journal_questions (portfolio_id)",
    "CREATE INDEX journal_questions_user_id ON journal_questions (user_id)",
    """
    CREATE INDEX journal_questions_due ON journal_questions (due_at)
            WHERE asked_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX journal_questions_mood ON journal_questions (user_id)
            WHERE trade_id IS NULL AND asked_at IS NULL AND cancelled_at IS NULL
    """,
    """
    CREATE TABLE journal_moods (
        user_id UUID NOT NULL,
        day DATE NOT NULL,
        mood SMALLINT NOT NULL,
        CONSTRAINT journal_moods_pkey PRIMARY KEY (user_id, day),
        CONSTRAINT journal_moods_mood_sane CHECK (mood BETWEEN -1 AND 1),
        CONSTRAINT journal_moods_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
)
UNMADE: tuple[str, ...] = (
    "DROP TABLE journal_moods",
    "DROP TABLE journal_questions",
    "DROP TABLE journal_notes",
    "DROP TABLE journal_entries",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
