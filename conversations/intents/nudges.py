"""“pace nudges off”: how each kind of message that we send first may come."""

from __future__ import annotations

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import CLASSES, KEY, WAYS, NudgeClass, known, way_of
from conversations.nudging import voices
from conversations.nudging.voices import Settings
from conversations.turn import Turn
from conversations.wording import settings as words
from conversations.wording.nudges import of_team

_NAMES = "|".join(one.name for one in CLASSES)
_WAYS = "|".join(WAYS)


@intent(
    "nudges",
    label="Nudges",
    summary="Choose which nudges come",
    group="reminders",
    examples=("nudges", "pace nudges off", "set fomo nudges to digest", "all nudges silent"),
    pattern=(
        r"/?((show |the )*nudges?( settings)?|my nudge settings"
        rf"|(set |turn )?(the |my )?(?P<name>{_NAMES}|all) (nudges?|messages?)"
        rf"( (to )?(?P<way>{_WAYS}))?"
        rf"|turn (?P<turn>on|off) (the |my )?((?P<named>{_NAMES}|all) )?nudges?"
        rf"|(my |the )?nudges (?P<every>{_WAYS}))\W*"
    ),
    guess="take",
)
async def nudges(turn: Turn, said: Details) -> Reply:
    way = (said.get("way") or said.get("turn") or said.get("every") or "").casefold()
    name = (said.get("name") or said.get("named") or ("all" if way else "")).casefold()
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    if not name:
        return _shown(turn, kept)
    if name == "all":
        return await _set_all(turn, kept, way) if way else _shown(turn, kept)
    one = known(name)
    if one is None:
        return Reply(words.no_such_nudge(name))
    return await _set(turn, kept, one, way) if way else _ask(turn, kept, one)


def _shown(turn: Turn, kept: Settings) -> Reply:
    buttons = [Button(f"All {way}", f"nudge:all:{way}") for way in WAYS]
    return Reply(_told(turn, kept, words.nudges(kept.preferences)), row(*buttons))


def _ask(turn: Turn, kept: Settings, one: NudgeClass) -> Reply:
    now = way_of(kept.preferences, one.name)
    buttons = [Button(way.capitalize(), f"nudge:{one.name}:{way}") for way in WAYS if way != now]
    return Reply(_told(turn, kept, words.nudge(one, now)), row(*buttons))


@press("nudge")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``nudge:pace:off``, ``nudge:all:digest``."""
    name, _, way = said["data"].partition(":")
    one = known(name)
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    if way not in WAYS or (one is None and name != "all"):
        return _shown(turn, kept)
    return await _set(turn, kept, one, way) if one else await _set_all(turn, kept, way)


async def _set(turn: Turn, kept: Settings, one: NudgeClass, way: str) -> Reply:
    chosen = {**kept.preferences.get(KEY, {}), one.name: way}
    undo = await voices.change(turn, kept, {KEY: chosen})
    if isinstance(undo, Reply):
        return undo
    return Reply(_told(turn, kept, words.nudge_set(one, way)), row(undo))


async def _set_all(turn: Turn, kept: Settings, way: str) -> Reply:
    chosen = {one.name: way for one in CLASSES}
    undo = await voices.change(turn, kept, {KEY: chosen})
    if isinstance(undo, Reply):
        return undo
    return Reply(_told(turn, kept, words.nudges_set(way)), row(undo))


def _told(turn: Turn, kept: Settings, text: str) -> str:
    """With the name of the team whose nudges they are."""
    return text if kept.voice is None else of_team(turn.portfolio.name, text)
