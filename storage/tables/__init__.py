"""The tables, their constraints and indexes. Only ``storage`` may import this package."""

from __future__ import annotations

from storage.tables.columns import AMOUNT, DECIMALS, MOMENT, metadata
from storage.tables.markets import instruments, load_order, market_data, market_loads
from storage.tables.people import channel_identities, user_profiles, web_sessions
from storage.tables.portfolios import (
    behavioral_events,
    bias_scores,
    portfolios,
    positions,
    recommendations,
    trade_voids,
    trades,
)
from storage.tables.talk import (
    change_order,
    dialogs,
    drafts,
    inbox,
    outbox,
    pictures,
    post_order,
    tasks,
    uploads,
)

__all__ = [
    "AMOUNT",
    "DECIMALS",
    "MOMENT",
    "behavioral_events",
    "bias_scores",
    "change_order",
    "channel_identities",
    "dialogs",
    "drafts",
    "inbox",
    "instruments",
    "load_order",
    "market_data",
    "market_loads",
    "metadata",
    "outbox",
    "pictures",
    "portfolios",
    "positions",
    "post_order",
    "recommendations",
    "tasks",
    "trade_voids",
    "trades",
    "uploads",
    "user_profiles",
    "web_sessions",
]
