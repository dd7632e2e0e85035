"""What people say of their trades: why, how sure they were, notes, and questions to come."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from storage.tables.columns import MOMENT, metadata, of_portfolio


def _of_person(*, primary_key: bool = False, index: bool = True) -> Column[object]:
    return Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=index,
        primary_key=primary_key,
    )


def _of_trade(*, primary_key: bool = False, nullable: bool = False) -> Column[object]:
    return Column(
        "trade_id",
        ForeignKey("trades.id", ondelete="CASCADE"),
        nullable=nullable,
        primary_key=primary_key,
    )


journal_entries = Table(
    "journal_entries",  # of each trade one by each who told of it; an unanswered one is empty
    metadata,
    _of_trade(primary_key=True),
    of_portfolio(index=True),
    _of_person(primary_key=True),
    Column("reason", Text),
    Column("sure", SmallInteger),  # 1 not at all to 5 entirely
    Column("mood", SmallInteger),  # of that day: -1 tense, 0, 1 calm
    Column("again", Boolean),  # whether they would do it again, asked later
    Column("planned", Boolean, nullable=False, server_default=text("false")),
    Column("at", MOMENT, nullable=False),
    CheckConstraint("reason IN ('plan', 'news', 'dip', 'tip')", name="reason_known"),
    CheckConstraint("sure BETWEEN 1 AND 5", name="sure_sane"),
    CheckConstraint("mood BETWEEN -1 AND 1", name="mood_sane"),
)
journal_notes = Table(
    "journal_notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(),
    _of_person(),
    _of_trade(),
    Column("number", BigInteger, nullable=False),  # as the person sees it
    Column("words", Text, nullable=False),
    Column("before", Text),  # what an edit took the place of
    Column("at", MOMENT, nullable=False),
    Column("deleted_at", MOMENT),
    UniqueConstraint("portfolio_id", "number"),
)
Index("journal_notes_of_trade", journal_notes.c.trade_id)
journal_questions = Table(
    "journal_questions",  # how a trade went, each person once; how somebody feels, each morning
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(index=True),
    _of_person(),
    _of_trade(nullable=True),  # null: the mood
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("due_at", MOMENT, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("asked_at", MOMENT),
    Column("cancelled_at", MOMENT),
    UniqueConstraint("trade_id", "user_id"),
)
Index(
    "journal_questions_due",
    journal_questions.c.due_at,
    postgresql_where=text("asked_at IS NULL AND cancelled_at IS NULL"),
)
Index(
    "journal_questions_mood",
    journal_questions.c.user_id,
    unique=True,
    postgresql_where=text("trade_id IS NULL AND asked_at IS NULL AND cancelled_at IS NULL"),
)
journal_moods = Table(
    "journal_moods",
    metadata,
    _of_person(primary_key=True, index=False),
    Column("day", Date, primary_key=True),  # in their time zone
    Column("mood", SmallInteger, nullable=False),
    CheckConstraint("mood BETWEEN -1 AND 1", name="mood_sane"),
)
