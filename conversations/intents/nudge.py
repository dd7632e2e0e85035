"""The buttons under a nudge: snooze it, ask why, stop its kind, change its limit, go on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from conversations.actions import drafts
from conversations.intents import Details, press
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import CLASSES, KEY, way_of
from conversations.nudging import telling, voices
from conversations.nudging.kind import LIMITS, Kind, limit_of
from conversations.nudging.listening import KEPT_ON, SNOOZED
from conversations.nudging.registry import kind_named
from conversations.nudging.voices import Settings
from conversations.turn import Turn
from conversations.wording import nudges as words
from storage.nudge_records import NudgeRecord

OFF = "off"
ALL_OFF = Button("All off", "nudge:all:off")


@press("nudged")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``nudged:why:<message>``: only what was said to this person is found, and in a channel only
    what was said in it to the team; there its owners change how it comes."""
    action, _, short = said["data"].partition(":")
    message = drafts.long(short)
    listener = turn.portfolio.id if turn.message.shared else turn.person.id
    found = await turn.work.nudges.of_message(listener, message) if message else []
    if message is None or not found:
        return Reply(words.unknown(), row(Button("My nudges", "pick:nudge_list")))
    await turn.work.nudges.answered(listener, message, turn.now)
    if action == "why":
        return _why(turn, found, message)
    if action in ("snooze", "stop") and not telling.classes_of(telling.pairs_of(found)):
        return Reply(words.asked_for())
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    match action:
        case "snooze":
            return await _snooze(turn, kept, found)
        case "stop":
            return await _stop(turn, kept, found)
        case "on":
            return await _change(turn, kept, {KEPT_ON: turn.now.isoformat()}, words.gone_on())
        case "off":
            off = dict.fromkeys((one.name for one in CLASSES), OFF)
            return await _change(turn, kept, {KEY: off}, words.all_off())
    return Reply(words.fine())


async def _change(
    turn: Turn, kept: Settings, new: dict[str, Any], text: str, *more: Button
) -> Reply:
    undo = await voices.change(turn, kept, new)
    return undo if isinstance(undo, Reply) else Reply(text, row(undo, *more))


async def _snooze(turn: Turn, kept: Settings, found: list[NudgeRecord]) -> Reply:
    until, groups = turn.now + telling.SNOOZE, telling.classes_of(telling.pairs_of(found))
    chosen = {**kept.preferences.get(SNOOZED, {})}
    chosen |= dict.fromkeys(groups, until.isoformat())
    zone = kept.voice.time_zone if kept.voice else turn.person.time_zone
    text = words.snoozed(telling.labels_of(groups), until, zone)
    return await _change(turn, kept, {SNOOZED: chosen}, text)


def _why(turn: Turn, found: list[NudgeRecord], message: UUID) -> Reply:
    kinds = [kind for _, kind in telling.pairs_of(found)]
    rules = not turn.message.shared or (turn.access is not None and turn.access.role == "owner")
    limits = [one for one in kinds[:1] if one.limit and rules]
    buttons = [Button("Change limit", f"nudgelimit:{one.name}") for one in limits]
    short = drafts.short(message)
    if telling.classes_of(telling.pairs_of(found)):
        buttons.append(Button(words.STOP, f"nudged:stop:{short}"))
    buttons.append(Button("OK", f"nudged:ok:{short}"))
    return Reply(telling.why(found, turn.now), row(*buttons))


async def _stop(turn: Turn, kept: Settings, found: list[NudgeRecord]) -> Reply:
    groups = telling.classes_of(telling.pairs_of(found))
    chosen = {**kept.preferences.get(KEY, {})} | dict.fromkeys(groups, OFF)
    others = [one.label for one in CLASSES if way_of({KEY: chosen}, one.name) != OFF]
    text = words.stopped(telling.labels_of(groups), others)
    return await _change(turn, kept, {KEY: chosen}, text, ALL_OFF)


@press("nudgelimit")
async def change_limit(turn: Turn, said: Details) -> Reply:
    """``nudgelimit:pace`` asks, ``nudgelimit:pace:5.0`` sets."""
    name, _, value = said["data"].partition(":")
    kind = kind_named(name)
    if kind is None or kind.limit is None:
        return Reply(words.no_limit())
    chosen = next((one for one in kind.limit.choices if str(one) == value), None)
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    if chosen is None:
        return _ask_limit(kept, kind)
    limits = {**kept.preferences.get(LIMITS, {}), name: chosen}
    text = words.limit_set(_label(kind), kind.limit.label(chosen))
    return await _change(turn, kept, {LIMITS: limits}, text)


def _ask_limit(kept: Settings, kind: Kind) -> Reply:
    assert kind.limit is not None, "asked before"
    now = limit_of(kept.preferences, kind.name, kind.limit.usual)
    buttons = [
        Button(kind.limit.label(one), f"nudgelimit:{kind.name}:{one}")
        for one in kind.limit.choices
        if one != now
    ]
    return Reply(words.ask_limit(_label(kind), kind.limit.label(now)), row(*buttons))


def _label(kind: Kind) -> str:
    return kind.name.replace("_", " ").capitalize()
