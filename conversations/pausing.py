"""Silence after somebody was in distress: we do not speak first until they want us to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from conversations.turn import Turn

KEY = "paused_since"  # of the preferences: ISO 8601; whoever sends a nudge asks ``paused`` first


def paused(preferences: Mapping[str, Any]) -> bool:
    """Whether all nudges are held back. Reminders that were asked for still come."""
    return KEY in preferences


async def pause(turn: Turn, at: datetime) -> None:
    known = (await turn.work.users.get(turn.person.id)).preferences
    told = {**known, KEY: at.isoformat()}
    await turn.work.users.change(turn.person.id, preferences=told)


async def resume(turn: Turn) -> bool:
    """False where nothing was paused."""
    known = dict((await turn.work.users.get(turn.person.id)).preferences)
    if known.pop(KEY, None) is None:
        return False
    await turn.work.users.change(turn.person.id, preferences=known)
    return True
