"""What platforms call our messages, chats that cannot be reached, Slack's installations, links."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MADE = (
    """
    CREATE TABLE door_messages (
        outbox_id BIGINT NOT NULL,
        names JSONB NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT door_messages_pkey PRIMARY KEY (outbox_id),
        CONSTRAINT door_messages_outbox_id_fkey FOREIGN KEY(outbox_id)
            REFERENCES outbox (id) ON DELETE CASCADE
    )
    """,
    """
    CREATE TABLE door_chats (
        channel TEXT NOT NULL,
        chat TEXT NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        reason TEXT DEFAULT '' NOT NULL,
        moved_to TEXT,
        CONSTRAINT door_chats_pkey PRIMARY KEY (channel, chat)
    )
    """,
    """
    CREATE TABLE slack_installations (
        enterprise_id TEXT NOT NULL,
        team_id TEXT NOT NULL,
        sealed BYTEA NOT NULL,
        installed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT slack_installations_pkey PRIMARY KEY (enterprise_id, team_id)
    )
    """,
    """
    CREATE TABLE slack_states (
        state_hash BYTEA NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT slack_states_pkey PRIMARY KEY (state_hash)
    )
    """,
    """
    CREATE TABLE link_codes (
        code_hash BYTEA NOT NULL,
        user_id UUID NOT NULL,
        channel TEXT NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
        used_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT link_codes_pkey PRIMARY KEY (code_hash),
        CONSTRAINT link_codes_user_id_fkey FOREIGN KEY(user_id)
            REFERENCES user_profiles (id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX link_codes_user_id ON link_codes (user_id)",
)
UNMADE = (
    "DROP TABLE link_codes",
    "DROP TABLE slack_states",
    "DROP TABLE slack_installations",
    "DROP TABLE door_chats",
    "DROP TABLE door_messages",
)


def upgrade() -> None:
    for statement in MADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNMADE:
        op.execute(statement)
