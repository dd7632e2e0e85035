"""What is said of views about returns."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.reading.beliefs import SURE, UNSURE, Belief
from conversations.wording.figures import count, percent, signed_percent
from conversations.wording.limits import share


def one(belief: Belief) -> str:
    """``AAPL earns 3% a year more than MSFT (as sure as the market)``."""
    if belief.worse:
        said = f"{belief.better} earns {share(belief.value)} a year more than {belief.worse}"
    else:
        said = f"{belief.better} returns {signed_percent(belief.value)} a year"
    return f"{said} ({_sureness(belief.confidence)})"


def _sureness(confidence: float) -> str:
    if confidence >= SURE:
        return f"{percent(confidence)} sure"
    return "unsure" if confidence <= UNSURE else f"{percent(confidence)} sure"


def noted(new: Sequence[Belief], every: Sequence[Belief]) -> str:
    said = f"Your view, noted: {'; '.join(map(one, new))}."
    others = [belief for belief in every if belief.key not in {known.key for known in new}]
    if others:
        said += f"\nStill there: {'; '.join(map(one, others))}."
    return (
        f"{said}\nA view is a guess. In a proposal it is mixed with what today's portfolio "
        "implies, by how sure you are."
    )


def list_of(beliefs: Sequence[Belief]) -> str:
    if not beliefs:
        return 'You told me no views yet. Say one: "I think AAPL beats MSFT by 3%".'
    return "\n".join(["Your views:", *(f"– {one(belief)}" for belief in beliefs)])


def forgotten(how_many: int, what: str) -> str:
    if not how_many:
        return f"There were no {what}s to forget."
    return f"Forgotten: {count(how_many, what)}."
