"""The tables, their constraints and indexes. Only ``storage`` may import this package."""

from __future__ import annotations

from storage.tables.backtests import backtests
from storage.tables.columns import AMOUNT, DECIMALS, MOMENT, metadata
from storage.tables.doors import (
    door_chats,
    door_messages,
    link_codes,
    slack_installations,
    slack_states,
)
from storage.tables.journal import (
    journal_entries,
    journal_moods,
    journal_notes,
    journal_questions,
)
from storage.tables.layouts import layouts, symbol_currencies
from storage.tables.markets import instruments, load_order, market_data, market_loads
from storage.tables.nudges import intentions, nudge_arms, nudge_looks, nudges, team_voices
from storage.tables.people import channel_identities, user_profiles, web_sessions
from storage.tables.portfolios import (
    behavioral_events,
    bias_scores,
    plans,
    portfolios,
    positions,
    recommendations,
    trade_voids,
    trades,
)
from storage.tables.talk import (
    change_order,
    dialogs,
    documents,
    drafts,
    inbox,
    outbox,
    pictures,
    post_order,
    reminders,
    tasks,
    uploads,
)
from storage.tables.teams import (
    approvals,
    audit,
    audit_heads,
    code_tries,
    expiring,
    invites,
    links,
    members,
    team_chats,
    teams,
)
from storage.tables.watch import heartbeats, job_runs, truths

__all__ = [
    "AMOUNT",
    "DECIMALS",
    "MOMENT",
    "approvals",
    "audit",
    "audit_heads",
    "backtests",
    "behavioral_events",
    "bias_scores",
    "change_order",
    "channel_identities",
    "code_tries",
    "dialogs",
    "documents",
    "door_chats",
    "door_messages",
    "drafts",
    "expiring",
    "heartbeats",
    "inbox",
    "instruments",
    "intentions",
    "invites",
    "job_runs",
    "journal_entries",
    "journal_moods",
    "journal_notes",
    "journal_questions",
    "layouts",
    "link_codes",
    "links",
    "load_order",
    "market_data",
    "market_loads",
    "members",
    "metadata",
    "nudge_arms",
    "nudge_looks",
    "nudges",
    "outbox",
    "pictures",
    "plans",
    "portfolios",
    "positions",
    "post_order",
    "recommendations",
    "reminders",
    "slack_installations",
    "slack_states",
    "symbol_currencies",
    "tasks",
    "team_chats",
    "team_voices",
    "teams",
    "trade_voids",
    "trades",
    "truths",
    "uploads",
    "user_profiles",
    "web_sessions",
]
