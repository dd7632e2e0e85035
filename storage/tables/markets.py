"""What is listed and what it cost."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    LargeBinary,
    Sequence,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, metadata

instruments = Table(
    "instruments",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("exchange", Text, nullable=False),
    Column("sector", Text, nullable=False, server_default=""),
    Column("aliases", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
)
# Prices of the market are statistics, not somebody's money: DOUBLE PRECISION is what the sources
# send, what the engine computes with, a quarter of the size of NUMERIC in memory, and it keeps the
# 15 digits of every quotation. What a person paid is in ``trades``, in NUMERIC.
# A daily bar lies at midnight UTC of its day; ``time`` is in the key, as a hypertable needs it.
market_data = Table(
    "market_data",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("time", MOMENT, primary_key=True),
    Column("open", Double),
    Column("high", Double),
    Column("low", Double),
    Column("close", Double, nullable=False),
    Column("volume", Double),
    CheckConstraint("close > 0 AND close < 'Infinity'", name="close_sane"),
)
market_loads = Table(
    "market_loads",
    metadata,
    Column("source", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),  # a new one with every load
    Column("digest", LargeBinary),  # of the last whole load; the same one twice is skipped
    Column("last_day", MOMENT),
    Column("loaded_at", MOMENT, nullable=False, server_default=func.now()),
)
load_order = Sequence("load_order", metadata=metadata)
