"""Who is left alone, so that it can be seen whether speaking first helps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from conversations.nudge_classes import KEY as WAYS_CHOSEN
from conversations.nudge_classes import way_of
from conversations.nudging.experiments.measuring import baseline
from conversations.nudging.experiments.outcome import AFTER
from conversations.nudging.experiments.outcomes import outcomes
from conversations.nudging.policy import DIGEST, Way
from storage.comparisons import KEY, LEFT_ALONE, NEVER
from storage.nudge_records import Arm
from storage.records import Person
from storage.unit_of_work import UnitOfWork


async def held(
    work: UnitOfWork, person: Person, portfolio: UUID, group: str, now: datetime
) -> bool:
    """Whether this person hears nothing of the class ``group`` now, for the comparison.

    They are drawn at their first occasion, so that both arms are people of whom there was something
    to say (intention to treat among the eligible), with what was known of the habit by then. Not
    drawn: classes that are switched off or were chosen, that nothing measures, and while ``share``
    is 0. After 90 days nobody is left alone any more, and nobody ever with what they chose
    themselves; who was drawn before that is counted where they were drawn all the same.
    """
    kept = person.preferences
    if not work.arms.share or group not in outcomes() or takes_no_part(kept):
        return False
    arm = await work.arms.get(person.id, group)
    if arm is None:
        if way_of(kept, group) == Way.OFF or is_chosen(kept, group):
            return False
        known = await work.scores.latest(portfolio)
        before = baseline(known[1] if known else (), group)
        arm = await work.arms.assign(person.id, group, portfolio, before, now)
    return is_left_alone(arm, now) and not is_chosen(kept, group)


def is_chosen(preferences: Mapping[str, Any], group: str) -> bool:
    """Whether they said themselves that it is to come, or that others are to come in it."""
    ways = preferences.get(WAYS_CHOSEN, {})
    if ways.get(group, Way.OFF) != Way.OFF:
        return True
    return group == DIGEST and group not in ways and Way.DIGEST in ways.values()


def takes_no_part(preferences: Mapping[str, Any]) -> bool:
    return preferences.get(KEY) == NEVER


def is_running(arm: Arm, now: datetime) -> bool:
    """Whether it is still being compared what they hear."""
    return arm.left_at is None and now < arm.assigned_at + AFTER


def is_left_alone(arm: Arm, now: datetime) -> bool:
    return arm.arm == LEFT_ALONE and is_running(arm, now)
