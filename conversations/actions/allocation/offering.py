"""A proposal that is kept: to be listed, followed up, made milder, until it is too old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from conversations.actions.allocation import optimising
from conversations.actions.allocation.optimising import Opened
from conversations.actions.allocation.proposals import Answer, Proposed
from conversations.turn import Turn
from storage.records import RecommendationRecord

ASK_AFTER = timedelta(days=3)  # whether it was done


def is_too_old(opened: Opened, found: Proposed) -> bool:
    """Whether its closes are so old that no trades can be listed at them."""
    return found.recommendation.expires_at <= opened.situation.at


async def offer(turn: Turn, opened: Opened, found: Answer, question: Mapping[str, Any]) -> None:
    """Remember what was asked, and keep what came out of it.

    An open proposal is replaced; one without trades leaves nothing to follow.
    """
    memory: dict[str, Any] = {"portfolio": str(opened.portfolio.id), "question": question}
    if "turnover" in optimising.last(turn):
        memory["turnover"] = optimising.last(turn)["turnover"]
    if isinstance(found, Proposed):
        memory["turnover"] = found.turnover
        if is_too_old(opened, found):
            memory["closes"] = str(optimising.closes_of(opened.situation))
        elif found.recommendation.moves:
            await turn.work.recommendations.add(
                RecommendationRecord(
                    id=uuid4(),
                    portfolio=opened.portfolio.id,
                    person=opened.person.id,
                    content=found.recommendation,
                    status="open",
                    follow_up_at=found.recommendation.at + ASK_AFTER,
                )
            )
    turn.state[optimising.KEY] = memory
    await turn.keep_state()
