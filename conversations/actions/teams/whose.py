"""Whose portfolio an answer is about: the name of a shared one, while one talks alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conversations.messages import Reply
from conversations.turn import Turn

# What speaks about a portfolio, by the files of conversations/intents.
ABOUT = frozenset(
    {
        "backtest", "bias", "biases", "frontier", "full_report", "goals", "herding", "holdings",
        "ledger", "limits", "my_backtests", "optimise", "plans", "progress", "recommendation",
        "rules", "trade", "trades", "twin", "undo", "views", "what_if", "yearly_table",
    }
)  # fmt: skip
_SIGN = re.compile(r"(?:✅|↩️|⚠️|📝) ")


def with_name(turn: Turn, handler: Callable[..., Any], reply: Reply) -> Reply:
    """``reply`` of ``handler``, and which shared portfolio it is about."""
    about = handler.__module__.rpartition(".")[2] in ABOUT
    return named(reply, turn.team) if about and turn.team else reply


def named(reply: Reply, team: str) -> Reply:
    """``Club · …``, unless the reply names it already."""
    if team in reply.text:
        return reply
    sign = _SIGN.match(reply.text)
    start = sign.end() if sign else 0
    return replace(reply, text=f"{reply.text[:start]}{team} · {reply.text[start:]}")
