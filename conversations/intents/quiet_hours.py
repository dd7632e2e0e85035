"""“quiet hours 22 to 8”: when we may speak first."""

from __future__ import annotations

import re
from typing import Any

from conversations.actions import accounts, preferences
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.quiet_hours import KEY, window_of
from conversations.turn import Turn
from conversations.wording import settings as words

CHOICES: dict[str, dict[str, Any]] = {
    "all": {"from": 8, "to": 22},
    "weekdays": {"from": 8, "to": 22, "weekdays": True},
    "never": {"never": True},
}


@intent(
    "quiet_hours",
    label="Quiet hours",
    summary="Say when I may message you",
    group="reminders",
    examples=(
        "set quiet hours 22 to 8",
        "quiet hours",
        "message me 9 to 8pm weekdays",
        "never message me first",
    ),
    pattern=(
        r"/?((set |change |my )*quiet hours?( (are |from |to )?(?P<quiet>\S.{0,60}))?"
        r"|(you may |only )?(message|nudge|contact) me (only )?(between |from )?"
        r"(?P<hours>(\d|weekdays|only).{0,60})"
        r"|(?P<never>(never|don't|do not) (message|nudge|contact) me( first)?))\W{0,30}"
    ),
    guess="take",
)
async def quiet_hours(turn: Turn, said: Details) -> Reply:
    if said.get("never"):
        return await _set(turn, CHOICES["never"])
    told = said.get("quiet") or said.get("hours")
    if not told:
        return _ask(turn)
    window = read_quiet(told) if said.get("quiet") else accounts.read_hours(told)
    if window is None:
        return Reply(words.hours_unread(told[:40]))
    if said.get("quiet") and window_of(turn.person.preferences).get("weekdays"):
        window = {**window, "weekdays": True} if "from" in window else window
    return await _set(turn, window)


def read_quiet(said: str) -> dict[str, Any] | None:
    """``22 to 8`` → messages from 8 to 22; ``always`` → never a message; ``off`` → all hours."""
    word = said.strip(" .!?").casefold()
    if word in ("always", "all day", "all the time"):
        return {"never": True}
    if word in ("off", "none", "never"):
        return {"from": 0, "to": 24}
    found = re.fullmatch(
        r"(\d{1,2})(?::00)? ?(am|pm)? ?(?:to|until|till|-|–|and) ?(\d{1,2})(?::00)? ?(am|pm)?"
        r"(?P<days>.*)",
        word,
    )
    if found is None:
        return None
    first, last = (accounts.hour(int(found[n]), found[n + 1]) for n in (1, 3))
    if not (0 <= first <= 24 and 0 <= last <= 24) or first % 24 == last % 24:
        return None
    window: dict[str, Any] = {"from": last % 24, "to": first or 24}
    return window | ({"weekdays": True} if "week" in found["days"] else {})


def _ask(turn: Turn) -> Reply:
    offered = {"8–22": "all", "Only weekdays": "weekdays", "Never": "never"}
    buttons = [Button(label, f"hours:{key}") for label, key in offered.items()]
    text = words.ask_hours(window_of(turn.person.preferences), turn.person.time_zone)
    return Reply(text, row(*buttons))


@press("hours")
async def pressed(turn: Turn, said: Details) -> Reply:
    window = CHOICES.get(said["data"])
    return await _set(turn, window) if window else _ask(turn)


async def _set(turn: Turn, window: dict[str, Any]) -> Reply:
    undo = await preferences.change(turn, preferences={KEY: window})
    return Reply(words.hours_set(window, turn.person.time_zone), row(undo))
