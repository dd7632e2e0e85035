"""Portfolios that several people share, and what was done to them."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MADE: tuple[str, ...] = ()
UNMADE: tuple[str, ...] = ()


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
