"""A part of the way to what the money is for (Harkin and others 2016, "Does monitoring goal
progress promote goal attainment?")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from conversations.actions.allocation import wishes
from conversations.actions.allocation.wishes import Goal
from conversations.messages import Button
from conversations.nudging.evidence import is_fresh
from conversations.nudging.kind import Kind, Look, Occasion
from conversations.wording import nudge_reasons as words
from engine.arrays import Floats
from engine.record.daily import Daily, value_days
from engine.record.record import Record

PARTS = (0.25, 0.5, 0.75, 0.9, 1.0)
DAYS = 5  # in a row beyond it: one good day is not there yet


def find(look: Look) -> Sequence[Occasion]:
    """What is set aside for a goal has been worth a quarter, half, ... of it for five days, and was
    worth less before; the goals for which nothing was set aside share the rest of the holdings.
    What is kept elsewhere is not known."""
    known = wishes.kept(look.person, look.case.portfolio).goals
    goals = [one for one in known if one.due > look.case.until and one.amount > 0]
    daily = value_days(look.record)
    if not goals or len(daily.value) <= DAYS or not is_fresh(look.record):
        return ()
    own = [one for one in goals if one.now is not None]
    aside = [_aside(look.record, daily, one) for one in own]
    total = sum(aside, np.zeros(len(daily.value)))
    fits = np.minimum(1.0, daily.value / np.where(total > 0, total, np.inf))
    fits[total <= 0] = 1.0  # what was sold is not set aside any more
    found = [_reached([one], money * fits, "aside") for one, money in zip(own, aside, strict=True)]
    others = [one for one in goals if one.now is None]
    if others:
        rest = daily.value - np.minimum(total, daily.value)
        found.append(_reached(others, rest, "rest" if own else "all"))
    return [one for one in found if one is not None]


def _aside(record: Record, daily: Daily, goal: Goal) -> Floats:
    """What was set aside, and has moved with all that is held since; NaN before that was said, and
    where the day is not known."""
    assert goal.now is not None, "asked before"
    money = np.full(len(daily.value), np.nan)
    start = record.market.prices.row_at(goal.since) - daily.first if goal.since else -1
    if start >= 0:
        grown = np.cumprod(1.0 + np.nan_to_num(daily.returns[start + 1 :]))
        money[start] = goal.now
        money[start + 1 :] = goal.now * grown
    return money


def _reached(goals: Sequence[Goal], money: Floats, what: str) -> Occasion | None:
    amount = sum(one.amount for one in goals)
    share = money / amount
    if np.isnan(share[-DAYS - 1 :]).any():
        return None
    reached = [part for part in PARTS if share[-DAYS:].min() >= part > share[-DAYS - 1]]
    if not reached:
        return None
    first = min(goals, key=lambda one: one.due)
    facts: dict[str, Any] = {"part": reached[-1], "worth": float(money[-1]), "amount": amount}
    facts |= {"days": DAYS, "what": what, "goals": len(goals)}
    facts |= {"name": first.name, "due": first.due.isoformat()}
    names = "+".join(sorted(one.name for one in goals))
    return Occasion(f"{names}:{amount:.0f}:{reached[-1]:.2f}", facts, 0.7)


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
