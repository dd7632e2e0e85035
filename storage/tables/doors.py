"""What a platform calls our messages, and chats that can no longer be reached."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, created, metadata

door_messages = Table(
    "door_messages",  # so that an edit changes the message that was sent, on any worker
    metadata,
    Column(
        "outbox_id",
        BigInteger,
        ForeignKey("outbox.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("names", JSONB, nullable=False),  # as the door needs them: ids, kinds, threads
    Column("sent_at", MOMENT, nullable=False),
)
door_chats = Table(
    "door_chats",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("chat", Text, primary_key=True),
    Column("closed_at", MOMENT),  # blocked, left or deleted: nothing is sent there
    Column("reason", Text, nullable=False, server_default=""),
    Column("moved_to", Text),  # a group that became another one
)
door_names = Table(
    "door_names",  # what a platform calls us, so that other doors can point there
    metadata,
    Column("channel", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
)
slack_installations = Table(
    "slack_installations",
    metadata,
    Column("enterprise_id", Text, primary_key=True),  # "" without one
    Column("team_id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),  # the installation with its tokens, encrypted
    Column("installed_at", MOMENT, nullable=False),
)
slack_states = Table(
    "slack_states",  # of installations under way; each is used once
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("expires_at", MOMENT, nullable=False),
)
link_codes = Table(
    "link_codes",  # one person on several doors; the code itself is never kept
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column(
        "user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("channel", Text, nullable=False),  # where it was asked for
    Column("expires_at", MOMENT, nullable=False),
    Column("used_at", MOMENT),
    created(),
)
