"""How columns of unknown files were mapped, and in what unlisted symbols are quoted."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MADE: tuple[str, ...] = (
    """
    CREATE TABLE layouts (
        user_id UUID NOT NULL,
        header TEXT NOT NULL,
        mapping JSONB NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT layouts_pkey PRIMARY KEY (user_id, header),
        CONSTRAINT layouts_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE symbol_currencies (
        portfolio_id UUID NOT NULL,
        symbol TEXT NOT NULL,
        currency TEXT NOT NULL,
        CONSTRAINT symbol_currencies_pkey PRIMARY KEY (portfolio_id, symbol),
        CONSTRAINT symbol_currencies_portfolio_id_fkey FOREIGN KEY(portfolio_id)
            REFERENCES portfolios (id) ON DELETE CASCADE
    )
    """,
)
UNMADE: tuple[str, ...] = ("DROP TABLE symbol_currencies", "DROP TABLE layouts")


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
