"""Interest is income of its own, shares named by a number find their listing, and doors say what
they are called."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KNOWN = "'buy', 'sell', 'dividend', 'split', 'fee', 'deposit', 'withdrawal'"

MADE = (
    "ALTER TABLE trades DROP CONSTRAINT trades_kind_known",
    f"ALTER TABLE trades ADD CONSTRAINT trades_kind_known CHECK (kind IN ({_KNOWN}, 'interest'))",
    # Until now files brought interest in as deposits with a note; reading them again must find it.
    """
    UPDATE trades SET kind = 'interest'
        WHERE kind = 'deposit' AND source = 'file' AND note IN ('interest', 'stock lending')
    """,
    """
    CREATE TABLE isin_symbols (
        user_id UUID NOT NULL,
        isin TEXT NOT NULL,
        symbol TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT isin_symbols_pkey PRIMARY KEY (user_id, isin),
        CONSTRAINT isin_symbols_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE door_names (
        channel TEXT NOT NULL,
        name TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT door_names_pkey PRIMARY KEY (channel)
    )
    """,
)
UNMADE = (
    "DROP TABLE door_names",
    "DROP TABLE isin_symbols",
    "UPDATE trades SET kind = 'deposit' WHERE kind = 'interest'",
    "ALTER TABLE trades DROP CONSTRAINT trades_kind_known",
    f"ALTER TABLE trades ADD CONSTRAINT trades_kind_known CHECK (kind IN ({_KNOWN}))",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
