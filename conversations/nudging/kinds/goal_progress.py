"""A part of the way to what the money is for (Harkin and others 2016, "Does monitoring goal
progress promote goal attainment?")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from conversations.actions import wishes
from conversations.messages import Button
from conversations.nudging.evidence import is_fresh, worth_by_day
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words

PARTS = (0.25, 0.5, 0.75, 0.9, 1.0)
DAYS = 5  # in a row beyond it: one good day is not there yet


def find(look: Look) -> Sequence[Occasion]:
    """The holdings have been worth a quarter, half, ... of all goals for five days, and were worth
    less before. What is set aside elsewhere is not known."""
    goals = [
        one
        for one in wishes.kept(look.person, look.case.portfolio).goals
        if one.due > look.case.until
    ]
    amount = sum(one.amount for one in goals)
    _, worth = worth_by_day(look.record)
    if not goals or amount <= 0 or len(worth) <= DAYS or not is_fresh(look.record):
        return ()
    share = worth / amount
    reached = [part for part in PARTS if share[-DAYS:].min() >= part > share[-DAYS - 1]]
    if not reached:
        return ()
    first = min(goals, key=lambda one: one.due)
    facts: dict[str, Any] = {
        "part": reached[-1],
        "worth": float(worth[-1]),
        "amount": amount,
        "days": DAYS,
    }
    facts |= {"goals": len(goals), "name": first.name, "due": first.due.isoformat()}
    names = "+".join(sorted(one.name for one in goals))
    return [Occasion(f"{names}:{amount:.0f}:{reached[-1]:.2f}", facts, 0.7)]


KIND = Kind(
    name="goal_progress",
    group="goals",
    source="Harkin and others 2016",
    find=find,
    told=words.goal_progress,
    why=words.why_goal_progress,
    shows=Button("My goals", "pick:goals"),
    again=timedelta(days=7),
)
