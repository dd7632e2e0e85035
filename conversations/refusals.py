"""The reply where a portfolio could not be worked out: why, and the ways out."""

from __future__ import annotations

from conversations.actions.optimising import Opened
from conversations.actions.proposals import Beyond, Impossible, Unanswered
from conversations.messages import Button, Reply, row
from conversations.wording import limits as limit_words
from conversations.wording import trades, unsolvable, views


def refuse(opened: Opened, found: Impossible | Unanswered | tuple[Beyond, ...]) -> Reply:
    """Which limits clash, with a button for each way out."""
    mark = trades.demo_mark(demo=opened.portfolio.demo)
    if isinstance(found, tuple):
        return Reply(mark + views.goals_unreached(found), row(Button("My goals", "pick:goals")))
    if isinstance(found, Unanswered):
        text = mark + unsolvable.sentence(found.reason, found.facts)
        return Reply(text, row(Button("Rebalance", "optimise:"), Button("Limits", "pick:limits")))
    known = opened.situation.wishes.limits
    buttons = [
        Button(limit_words.button(one), f"relax:{one.key}:{limit_words.rounded(one):g}")
        for one in limit_words.usable_of(found)
    ]
    text = mark + limit_words.impossible(found, known)
    return Reply(
        text,
        row(
            *buttons[:4],
            Button("Use all shares", "optimise:all"),
            Button("Forget limits", "pick:forget_limits"),
        ),
        why=limit_words.why_impossible(),
    )
