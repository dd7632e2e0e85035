"""What may be said where others read along."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conversations.turn import Turn

# What a group may ask about the portfolio it shares. All else is about the one who asks, and said
# to them alone; so is whatever is added and not named here.
COMMON = frozenset(
    {
        "approve", "backtest", "bias", "biases", "cancel", "card", "frontier", "glossary", "help",
        "herding", "holdings", "ledger", "log", "look_up", "mine", "my_backtests", "nudge",
        "nudge_list", "nudges", "optimise", "recommendation", "refresh", "roles", "room", "trade",
        "trades", "twin", "undo", "voice", "waiting", "what_if", "why", "yearly_table",
    }
)  # fmt: skip
_BINDING = re.compile(r"\b(use\b.{1,80}|nudge us|nudges) here\b", re.IGNORECASE)
ASKED = "binding"  # in the chat's memory: the portfolio that a group may be about after a yes
UNBOUND = frozenset({"room", "voice"})  # what a group may ask before it shares anything
AGREED = frozenset({"pick"})  # it only leads on to an intent, which is looked at then


async def may_speak(turn: Turn) -> bool:
    """Whether a portfolio may be spoken about in this chat: where others read, only the one that
    they share, with those who share it; and before they share one, only which it is to be."""
    if not turn.message.shared or turn.access is not None:
        return True
    choosing = ASKED in turn.state or _BINDING.search(turn.message.text) is not None
    return not turn.bound and choosing


def is_personal(turn: Turn, handler: Callable[..., Any]) -> bool:
    """Whether an answer would tell others what only the one who asks may read."""
    if not turn.message.shared:
        return False
    module = handler.__module__.rpartition(".")[2]
    if module == "understanding":
        return False
    return module not in (COMMON if turn.access is not None else UNBOUND)
