"""What is traded, and at what price."""

from __future__ import annotations

from alembic import op

from storage.hypertable import make_hypertable

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MADE = (
    "CREATE SEQUENCE load_order",
    """
    CREATE TABLE instruments (
        symbol TEXT NOT NULL,
        name TEXT NOT NULL,
        currency TEXT NOT NULL,
        exchange TEXT NOT NULL,
        sector TEXT DEFAULT '' NOT NULL,
        aliases JSONB DEFAULT '[]'::jsonb NOT NULL,
        CONSTRAINT instruments_pkey PRIMARY KEY (symbol)
    )
    """,
    """
    CREATE TABLE market_data (
        symbol TEXT NOT NULL,
        source TEXT NOT NULL,
        time TIMESTAMP WITH TIME ZONE NOT NULL,
        open DOUBLE PRECISION,
        high DOUBLE PRECISION,
        low DOUBLE PRECISION,
        close DOUBLE PRECISION NOT NULL,
        volume DOUBLE PRECISION,
        CONSTRAINT market_data_pkey PRIMARY KEY (symbol, source, time),
        CONSTRAINT market_data_close_sane CHECK (close > 0 AND close < 'Infinity')
    )
    """,
    """
    CREATE TABLE market_loads (
        source TEXT NOT NULL,
        version BIGINT NOT NULL,
        digest BYTEA,
        last_day TIMESTAMP WITH TIME ZONE,
        loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT market_loads_pkey PRIMARY KEY (source)
    )
    """,
)
UNMADE = (
    "DROP TABLE market_loads",
    "DROP TABLE market_data",
    "DROP TABLE instruments",
    "DROP SEQUENCE load_order",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)
    make_hypertable(op.get_bind(), "market_data")


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
