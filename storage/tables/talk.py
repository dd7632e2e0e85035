"""What is said: drafts, dialogs, posts, files and the work behind them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
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

from storage.tables.columns import MOMENT, created, metadata, of_portfolio

# One order for everything said in a chat, by whomever; and one for everything that changed in it.
post_order = Sequence("post_order", metadata=metadata)
change_order = Sequence("change_order", metadata=metadata)


drafts = Table(
    "drafts",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(index=True),
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
    created(),
)
documents = Table(
    "documents",  # files that replies carry
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    created(),
)
uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),  # only who is there may use it
    Column("name", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    created(),
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
    created(),
    Column("sent_at", MOMENT),
    Column("parked_at", MOMENT),  # given up
    Column("change", BigInteger, nullable=False, server_default=change_order.next_value()),
    Column("document", ForeignKey("documents.id"), index=True),
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
Index("outbox_next", outbox.c.answers.is_(None).self_group(), outbox.c.id, postgresql_where=_unsent)
reminders = Table(
    "reminders",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(index=True),
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("subject", Uuid),  # the recommendation, the plan or the draft that it is about
    Column("words", Text, nullable=False, server_default=""),
    Column("due_at", MOMENT, nullable=False),
    Column("time_zone", Text, nullable=False),  # in which ``due_at`` was said
    Column("created_at", MOMENT, nullable=False),
    Column("sent_at", MOMENT),
    Column("cancelled_at", MOMENT),
    CheckConstraint("about IN ('proposal', 'plan', 'trade', 'words')", name="about_known"),
)
Index(
    "reminders_due",
    reminders.c.due_at,
    postgresql_where=text("sent_at IS NULL AND cancelled_at IS NULL"),
)
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
    created(),
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
