"""The tables, their constraints and indexes. Only ``storage`` may import this module."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Sequence,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)
MOMENT = DateTime(timezone=True)
AMOUNT = Numeric(28, 10)
DECIMALS = 10  # what AMOUNT keeps; finer values are refused, never rounded unseen

# One order for everything said in a chat, by whomever; and one for everything that changed in it.
post_order = Sequence("post_order", metadata=metadata)
change_order = Sequence("change_order", metadata=metadata)


def _sane(column: str, lowest: str) -> CheckConstraint:
    return CheckConstraint(f"{column} {lowest} AND {column} < 1000000000000", name=f"{column}_sane")


def _created() -> Column[Any]:
    return Column("created_at", MOMENT, nullable=False, server_default=func.now())


def _of_portfolio(*, index: bool = False, primary_key: bool = False) -> Column[Any]:
    return Column(
        "portfolio_id",
        ForeignKey("portfolios.id", ondelete="CASCADE"),
        nullable=False,
        index=index,
        primary_key=primary_key,
    )


# --- people ---

user_profiles = Table(
    "user_profiles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("currency", Text, nullable=False, server_default="USD"),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
    Column("day_first", Boolean),  # how they write dates; null until they told us
    Column(
        "portfolio_id",  # the one they are talking about now
        ForeignKey("portfolios.id", ondelete="SET NULL", use_alter=True),
        index=True,
    ),
    Column("welcomed", Boolean, nullable=False, server_default=text("false")),
    Column("preferences", JSONB, nullable=False, server_default=text("'{}'")),
    _created(),
)
channel_identities = Table(
    "channel_identities",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("name", Text, primary_key=True),  # what the person is called over there
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    _created(),
)
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),  # the token itself is never kept
    Column("chat", Text, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
)

# --- portfolios ---

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
    _created(),
    UniqueConstraint("user_id", "name"),
    CheckConstraint("lot_method IN ('fifo', 'average')", name="lot_method_known"),
)
trades = Table(
    "trades",  # append-only: an undo is a row of trade_voids, a correction a new trade
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_portfolio(),
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
    _sane("quantity", "> 0"),
    _sane("price", ">= 0"),
    _sane("fee", ">= 0"),
    CheckConstraint(
        "kind IN ('buy', 'sell', 'dividend', 'split', 'fee', 'deposit', 'withdrawal')",
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
    _of_portfolio(),
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
    _of_portfolio(primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("quantity", AMOUNT, nullable=False),
    Column("average_cost", AMOUNT, nullable=False),
    CheckConstraint("quantity <> 0 AND abs(quantity) < 1000000000000", name="quantity_sane"),
    _sane("average_cost", ">= 0"),
)
behavioral_events = Table(
    "behavioral_events",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _of_portfolio(),
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
    _of_portfolio(),
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
    _of_portfolio(),
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
Index("recommendations_latest", recommendations.c.portfolio_id, recommendations.c.recorded)
Index(
    "recommendations_due",
    recommendations.c.follow_up_at,
    postgresql_where=text("status IN ('open', 'partly')"),
)

# --- talk ---

drafts = Table(
    "drafts",
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_portfolio(index=True),
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("status", Text, nullable=False, server_default="open"),
    Column("recorded", BigInteger, Identity(), nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    CheckConstraint(
        "status IN ('open', 'saved', 'cancelled', 'replaced')",
        name="status_known",
    ),
)
Index(
    "drafts_open",
    drafts.c.channel,
    drafts.c.chat,
    drafts.c.user_id,
    drafts.c.recorded,
    postgresql_where=drafts.c.status == text("'open'"),
)
dialogs = Table(
    "dialogs",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("state", JSONB, nullable=False),
)
inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, post_order, server_default=post_order.next_value(), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as sent: JSONB refuses some of what people type
    Column("received_at", MOMENT, nullable=False, server_default=func.now()),
    Column("answered_at", MOMENT),
    Column("change", BigInteger, nullable=False, server_default=change_order.next_value()),
    UniqueConstraint("channel", "message_id"),
)
Index("inbox_of_chat", inbox.c.channel, inbox.c.chat, inbox.c.id)
Index("inbox_changes", inbox.c.channel, inbox.c.chat, inbox.c.change)
Index(
    "inbox_waiting",
    inbox.c.channel,
    inbox.c.chat,
    inbox.c.id,
    postgresql_where=inbox.c.answered_at.is_(None),
)
Index("inbox_oldest", inbox.c.id, postgresql_where=inbox.c.answered_at.is_(None))
pictures = Table(
    "pictures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("alt", Text, nullable=False),
    _created(),
)
uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),  # only who is there may use it
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    _created(),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, post_order, server_default=post_order.next_value(), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("answers", ForeignKey("inbox.id"), index=True),
    Column("picture", ForeignKey("pictures.id"), index=True),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("leased_revision", Integer),  # what the one who holds the lease is sending
    Column("leased_until", MOMENT),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("problem", Text),  # why the last attempt failed
    _created(),
    Column("sent_at", MOMENT),
    Column("parked_at", MOMENT),  # given up
    Column("change", BigInteger, nullable=False, server_default=change_order.next_value()),
)
_unsent = outbox.c.sent_at.is_(None) & outbox.c.parked_at.is_(None)
Index("outbox_of_chat", outbox.c.channel, outbox.c.chat, outbox.c.id)
Index("outbox_changes", outbox.c.channel, outbox.c.chat, outbox.c.change)
Index(
    "outbox_waiting",
    outbox.c.channel,
    outbox.c.chat,
    outbox.c.id,
    postgresql_where=_unsent,
)
Index("outbox_oldest", outbox.c.id, postgresql_where=_unsent)
tasks = Table(
    "tasks",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False),
    Column("details", JSONB, nullable=False),
    Column("reply_to", ForeignKey("outbox.id")),
    Column("leased_until", MOMENT),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("problem", Text),
    _created(),
    Column("done_at", MOMENT),
    Column("outcome", Text),  # done, failed or cancelled
)
Index("tasks_open", tasks.c.id, postgresql_where=tasks.c.done_at.is_(None))
Index(
    "tasks_open_of_chat",
    tasks.c.channel,
    tasks.c.chat,
    postgresql_where=tasks.c.done_at.is_(None),
)

# --- markets ---

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
