"""What we want to say first, what became of it, and what people said they would do."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from storage.tables.columns import MOMENT, metadata, of_portfolio

nudges = Table(
    "nudges",
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(index=True),
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), nullable=False),
    Column("listener", Uuid, nullable=False),  # who counts what is said: the person, or a team
    Column("kind", Text, nullable=False),  # which file wanted it
    Column("grouped", Text, nullable=False),  # the class whose settings rule it
    Column("key", Text, nullable=False),  # of the occasion: the same one is wanted once
    Column("facts", JSONB, nullable=False),  # what its sentence says, with n and interval
    Column("weight", Double, nullable=False, server_default="0"),
    Column("born_at", MOMENT, nullable=False),
    Column("stale_at", MOMENT, nullable=False),
    Column("status", Text, nullable=False, server_default="waiting"),
    Column("reason", Text, nullable=False, server_default=""),  # why it was dropped
    Column("decide_at", MOMENT, nullable=False),  # not before
    Column("said_at", MOMENT),
    Column("message", Uuid),  # those said together share it
    Column("answered_at", MOMENT),
    Column("image", LargeBinary),  # PNG that goes with it; gone once it is said
    UniqueConstraint("user_id", "kind", "key", name="nudges_once"),
    CheckConstraint(
        "status IN ('waiting', 'said', 'digest', 'dropped', 'held')", name="status_known"
    ),
    CheckConstraint("stale_at >= born_at", name="stale_later"),
)
Index("nudges_due", nudges.c.decide_at, postgresql_where=text("status = 'waiting'"))
Index("nudges_said", nudges.c.user_id, nudges.c.said_at)
Index("nudges_listener", nudges.c.listener, nudges.c.said_at)
team_voices = Table(
    "team_voices",  # where a team is spoken to first, and how: what is missing is as usual
    metadata,
    of_portfolio(primary_key=True),
    Column("channel", Text, nullable=False),
    Column("chat", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("preferences", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("chosen_by", ForeignKey("user_profiles.id", ondelete="SET NULL"), index=True),
    Column("chosen_at", MOMENT, nullable=False),
)
nudge_arms = Table(
    "nudge_arms",  # who hears a class of nudges and who does not, so that it can be measured
    metadata,
    Column("user_id", ForeignKey("user_profiles.id", ondelete="CASCADE"), primary_key=True),
    Column("grouped", Text, primary_key=True),
    Column("arm", Text, nullable=False),
    Column("assigned_at", MOMENT, nullable=False),
    Column("left_at", MOMENT),  # they do not want to be compared
    Column("share", Double, nullable=False),  # the probability with which they were left alone
    of_portfolio(index=True),
    Column("baseline", JSONB),  # the habit before
    Column("measured", JSONB),  # its change, once, at the horizon of the comparison
    Column("measured_at", MOMENT),
    CheckConstraint("arm IN ('spoken to', 'left alone')", name="arm_known"),
    CheckConstraint("share >= 0 AND share < 1", name="share_sane"),
)
Index(
    "nudge_arms_to_measure",
    nudge_arms.c.assigned_at,
    postgresql_where=text("measured_at IS NULL"),
)
intentions = Table(
    "intentions",  # "if it falls 20% I will …", kept and quoted back at that moment
    metadata,
    Column("id", Uuid, primary_key=True),
    of_portfolio(index=True),
    Column(
        "user_id",
        ForeignKey("user_profiles.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("symbol", Text, nullable=False),  # "" for the whole portfolio
    Column("change", Double, nullable=False),  # -0.2: when it has fallen by 20 %
    Column("start", Double, nullable=False),  # price or worth when it was said
    Column("words", Text, nullable=False),
    Column("made_at", MOMENT, nullable=False),
    Column("met_at", MOMENT),
    Column("cancelled_at", MOMENT),
    CheckConstraint("change <> 0 AND change > -1 AND start > 0", name="change_sane"),
)
nudge_looks = Table(
    "nudge_looks",  # the newest close after which a portfolio was looked at
    metadata,
    of_portfolio(primary_key=True),
    Column("day", Date, nullable=False),
    Column("at", MOMENT, nullable=False),
)
