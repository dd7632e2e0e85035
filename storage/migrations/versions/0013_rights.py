"""Each who shares a trade tells of it for themselves: entries and questions by trade and person."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MADE: tuple[str, ...] = (
    "ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_pkey",
    """
    ALTER TABLE journal_entries
        ADD CONSTRAINT journal_entries_pkey PRIMARY KEY (trade_id, user_id)
    """,
    "ALTER TABLE journal_questions DROP CONSTRAINT journal_questions_trade_id_key",
    """
    ALTER TABLE journal_questions
        ADD CONSTRAINT journal_questions_trade_id_user_id_key UNIQUE (trade_id, user_id)
    """,
)
# Only one of each trade fits into the older tables: the one that was told first.
UNMADE: tuple[str, ...] = (
    "ALTER TABLE journal_questions DROP CONSTRAINT journal_questions_trade_id_user_id_key",
    """
    DELETE FROM journal_questions later USING journal_questions sooner
        WHERE later.trade_id = sooner.trade_id
        AND (later.at, later.id) > (sooner.at, sooner.id)
    """,
    """
    ALTER TABLE journal_questions
        ADD CONSTRAINT journal_questions_trade_id_key UNIQUE (trade_id)
    """,
    "ALTER TABLE journal_entries DROP CONSTRAINT journal_entries_pkey",
    """
    DELETE FROM journal_entries later USING journal_entries sooner
        WHERE later.trade_id = sooner.trade_id
        AND (later.at, later.user_id) > (sooner.at, sooner.user_id)
    """,
    "ALTER TABLE journal_entries ADD CONSTRAINT journal_entries_pkey PRIMARY KEY (trade_id)",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
