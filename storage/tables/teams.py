"""Portfolios that several people share, what was done to them, and accounts that became one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, metadata, of_portfolio

_ROLES = "role IN ('owner', 'member', 'viewer')"


def _of_person(*, primary_key: bool = False) -> Column[Any]:
    gone = ForeignKey("user_profiles.id", ondelete="CASCADE")
    return Column("user_id", gone, nullable=False, index=True, primary_key=primary_key)


def _by(name: str) -> Column[Any]:
    """Somebody who did something that stays when they go."""
    return Column(name, ForeignKey("user_profiles.id", ondelete="SET NULL"), index=True)


teams = Table(
    "teams",  # a portfolio with a row here is shared; all others are their owner's alone
    metadata,
    of_portfolio(primary_key=True),
    Column("second_yes", Boolean, nullable=False, server_default=text("false")),
    Column("made_at", MOMENT, nullable=False),
)
members = Table(
    "members",
    metadata,
    of_portfolio(primary_key=True),
    _of_person(primary_key=True),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),  # what the others call them
    Column("joined_at", MOMENT, nullable=False),
    CheckConstraint(_ROLES, name="role_known"),
)
invites = Table(
    "invites",  # the code itself is never kept
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    of_portfolio(index=True),
    _of_person(),  # who invites
    Column("role", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("used_at", MOMENT),
    CheckConstraint(_ROLES, name="role_known"),
)
team_chats = Table(
    "team_chats",  # what is said there is about this portfolio
    metadata,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    of_portfolio(index=True),
    Column("bound_at", MOMENT, nullable=False),
)
approvals = Table(
    "approvals",  # trades that two people said yes to
    metadata,
    Column("trade_id", ForeignKey("trades.id", ondelete="CASCADE"), primary_key=True),
    of_portfolio(index=True),
    _by("author_id"),
    _by("approver_id"),
    Column("at", MOMENT, nullable=False),
)
links = Table(
    "links",  # two people who turned out to be one, and what has to go back if they are not
    metadata,
    Column("id", Uuid, primary_key=True),
    _of_person(),  # who they are now
    Column("other_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), index=True),
    Column("moved", JSONB, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("undone_at", MOMENT),
)
code_tries = Table(
    "code_tries",  # how often somebody tried a code, whatever the code was
    metadata,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
)
Index("code_tries_of_chat", code_tries.c.channel, code_tries.c.chat, code_tries.c.at)
audit = Table(
    "audit",  # append-only; each row's hash covers the row before it
    metadata,
    Column("book", Uuid, primary_key=True),  # a portfolio, or a person for what is about accounts
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", JSONB, nullable=False),  # nothing personal: they stay for ever
    # What is personal is under a digest with a salt; both go when the person goes.
    Column("actor_digest", LargeBinary, nullable=False),
    Column("actor_salt", LargeBinary),
    Column("actor", Uuid, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("salt", LargeBinary),
    Column("details", JSONB),
    Column("hash", LargeBinary, nullable=False),
)
audit_heads = Table(
    "audit_heads",  # how long each book is: a page torn off the end is missed
    metadata,
    Column("book", Uuid, primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
expiring = Table(
    "expiring",  # files that cannot be fetched for ever
    metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("expires_at", MOMENT, nullable=False),
)
