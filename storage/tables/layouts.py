"""How people described files that we did not know, and what their shares are called."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, metadata, of_portfolio

layouts = Table(
    "layouts",
    metadata,
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("header", Text, primary_key=True),  # a key made of its names
    Column("mapping", JSONB, nullable=False),
    Column("used_at", MOMENT, nullable=False),
)
symbol_currencies = Table(
    "symbol_currencies",  # of symbols that no list of instruments has
    metadata,
    of_portfolio(primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("currency", Text, nullable=False),
)
isin_symbols = Table(
    "isin_symbols",  # which listing a person means by a number in a file
    metadata,
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("isin", Text, primary_key=True),
    Column("symbol", Text, nullable=False),  # "": they said that it is none of them
    Column("at", MOMENT, nullable=False),
)
