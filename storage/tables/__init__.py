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
from storage.tables.markets import instruments, load_order, market_data, market_loads
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

__all__ = [
    "AMOUNT",
    "DECIMALS",
    "MOMENT",
    "backtests",
    "behavioral_events",
    "bias_scores",
    "change_order",
    "channel_identities",
    "dialogs",
    "documents",
    "door_chats",
    "door_messages",
    "drafts",
    "inbox",
    "instruments",
    "link_codes",
    "load_order",
    "market_data",
    "market_loads",
    "metadata",
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
    "tasks",
    "trade_voids",
    "trades",
    "uploads",
    "user_profiles",
    "web_sessions",
]
