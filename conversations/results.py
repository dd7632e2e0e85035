"""A test on the past as a reply, whoever asks for it."""

from __future__ import annotations

from conversations.actions.backtesting.outcomes import Outcome
from conversations.messages import Button, Image, Reply, row
from conversations.reading.contenders import Contest
from conversations.wording import backtest as words


def show(outcome: Outcome, png: bytes, note: str = "") -> Reply:
    """The answer with its picture and what can be asked next."""
    own = any(one.contender.kind is Contest.NOW for one in outcome.runs)
    buttons = [Button("Use my real trades", "backtest:own")] if own else []
    buttons += [
        Button("Yearly table", "pick:yearly_table"),
        Button("Full report", "pick:full_report"),
        Button("Change period", "pick:change_backtest"),
    ]
    text = words.told(outcome)
    return Reply(
        f"{note}\n{text}" if note else text,
        row(*buttons),
        image=Image(png, f"{words.title(outcome)}."),
        why=words.why(outcome),
    )
