"""What people own and did, and what was found in it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import AMOUNT, MOMENT, created, metadata, of_portfolio, sane

portfolios = Table(
    "portfolios",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("currency", Text, nullable=False, server_default="USD"),
    Column("lot_method", Text, nullable=False, server_default="fifo"),
    Column("allow_short", Boolean, nullable=False, server_default=text("false")),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("numbers", BigInteger, nullable=False, server_default="0"),  # the last number given out
    created(),
    UniqueConstraint("user_id", "name"),
    CheckConstraint("lot_method IN ('fifo', 'average')", name="lot_method_known"),
)
trades = Table(
    "trades",  # append-only: an undo is a row of trade_voids, a correction a new trade
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(),
    Column("number", BigInteger, nullable=False),  # as the person sees it
    Column("recorded", BigInteger, Identity(), nullable=False),  # ties of ``at`` go in this order
    Column("recorded_at", MOMENT, nullable=False, server_default=func.now()),
    Column("at", MOMENT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("quantity", AMOUNT, nullable=False),
    Column("price", AMOUNT, nullable=False),
    Column("fee", AMOUNT, nullable=False, server_default="0"),
    Column("planned", Boolean, nullable=False, server_default=text("false")),
    Column("note", Text, nullable=False, server_default=""),
    Column("source", Text, nullable=False, server_default="chat"),
    Column("batch", Uuid),  # the import it came with
    Column("replaces", ForeignKey("trades.id", ondelete="CASCADE"), index=True),
    UniqueConstraint("portfolio_id", "number"),
    sane("quantity", "> 0"),
    sane("price", ">= 0"),
    sane("fee", ">= 0"),
    CheckConstraint(
        "kind IN ('buy', 'sell', 'dividend', 'split', 'fee', 'deposit', 'withdrawal', 'interest')",
        name="kind_known",
    ),
    CheckConstraint("source IN ('chat', 'file', 'demo')", name="source_known"),
)
Index("trades_in_order", trades.c.portfolio_id, trades.c.at, trades.c.recorded)
Index("trades_as_recorded", trades.c.portfolio_id, trades.c.recorded)
Index(
    "trades_of_batch",
    trades.c.portfolio_id,
    trades.c.batch,
    postgresql_where=trades.c.batch.is_not(None),
)
trade_voids = Table(
    "trade_voids",  # undone and redone: the latest row of a trade decides
    metadata,
    Column("number", BigInteger, Identity(), primary_key=True),
    of_portfolio(),
    Column("trade_id", ForeignKey("trades.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("voided", Boolean, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Index(
    "trade_voids_latest",
    trade_voids.c.portfolio_id,
    trade_voids.c.trade_id,
    trade_voids.c.number.desc(),
)
positions = Table(
    "positions",  # what the trades add up to, kept for those who read the database
    metadata,
    of_portfolio(primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("quantity", AMOUNT, nullable=False),
    Column("average_cost", AMOUNT, nullable=False),
    CheckConstraint("quantity <> 0 AND abs(quantity) < 1000000000000", name="quantity_sane"),
    sane("average_cost", ">= 0"),
)
behavioral_events = Table(
    "behavioral_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    of_portfolio(),
    Column("kind", Text, nullable=False),
    Column("severity", Double, nullable=False),
    Column("context", JSONB, nullable=False),
    Column("at", MOMENT, nullable=False),  # when it was first seen
    Column("symbol", Text, nullable=False, server_default=""),
    Column("trade_id", Text, nullable=False, server_default=""),  # "" for what no trade shows
    Column("day", Date, nullable=False),  # when it happened
    UniqueConstraint("portfolio_id", "kind", "trade_id", "day", name="behavioral_events_once"),
)
bias_scores = Table(
    "bias_scores",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    of_portfolio(),
    Column("review", Uuid, nullable=False),  # the findings of one look share it
    Column("version", BigInteger, nullable=False),  # of the portfolio that was looked at
    Column("bias", Text, nullable=False),
    Column("score", Double),  # the intensity; null when it cannot be said
    Column("finding", JSONB, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Index("bias_scores_latest", bias_scores.c.portfolio_id, bias_scores.c.id)
recommendations = Table(
    "recommendations",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(),
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("at", MOMENT, nullable=False),
    Column("method", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("recorded", BigInteger, Identity(), nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("follow_up_at", MOMENT),  # when to ask whether it was done; null: not any more
    Column("followed_up_at", MOMENT),  # when that was last looked at
    CheckConstraint(
        "status IN ('open', 'partly', 'done', 'dismissed', 'expired', 'replaced')",
        name="status_known",
    ),
    CheckConstraint("expires_at > at", name="expires_later"),
)
plans = Table(
    "plans",  # recommendations that a person keeps
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(),
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column(
        "recommendation_id",
        ForeignKey("recommendations.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    Column("number", BigInteger, nullable=False),  # as the person sees it
    Column("created_at", MOMENT, nullable=False),
    Column("dismissed_at", MOMENT),
    UniqueConstraint("portfolio_id", "number"),
)
Index("recommendations_latest", recommendations.c.portfolio_id, recommendations.c.recorded)
Index(
    "recommendations_due",
    recommendations.c.follow_up_at,
    postgresql_where=text("status IN ('open', 'partly')"),
)
