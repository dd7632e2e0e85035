"""How columns of unknown files were mapped."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
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
