"""The buttons under a nudge: snooze it, ask why, stop its kind, change its limit, go on."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import drafts, preferences
from conversations.intents import Details, press
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import CLASSES, KEY, way_of
from conversations.nudging import telling
from conversations.nudging.kind import LIMITS, Kind, limit_of
from conversations.nudging.listening import KEPT_ON, SNOOZED
from conversations.nudging.registry import kind_named
from conversations.turn import Turn
from conversations.wording import nudges as words
from storage.records import NudgeRecord

OFF = "off"
ALL_OFF = Button("All off", "nudge:all:off")


@press("nudged")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``nudged:why:<message>``: only what was said to this person is found."""
    action, _, short = said["data"].partition(":")
    message = drafts.long(short)
    found = await turn.work.nudges.of_message(turn.person.id, message) if message else []
    if message is None or not found:
        return Reply(words.unknown(), row(Button("My nudges", "pick:nudge_list")))
    await turn.work.nudges.answered(turn.person.id, message, turn.now)
    match action:
        case "snooze":
            return await _snooze(turn, found)
        case "why":
            return _why(turn, found, message)
        case "stop":
            return await _stop(turn, found)
        case "on":
            return await _go_on(turn)
        case "off":
            return await _all_off(turn)
    return Reply(words.fine())


def _groups(found: list[NudgeRecord]) -> list[str]:
    return list(dict.fromkeys(one.grouped for one in found))


async def _snooze(turn: Turn, found: list[NudgeRecord]) -> Reply:
    until, groups = turn.now + telling.SNOOZE, _groups(found)
    chosen = {**turn.person.preferences.get(SNOOZED, {})}
    chosen |= dict.fromkeys(groups, until.isoformat())
    undo = await preferences.change(turn, preferences={SNOOZED: chosen})
    labels = telling.labels_of(groups)
    return Reply(words.snoozed(labels, until, turn.person.time_zone), row(undo))


def _why(turn: Turn, found: list[NudgeRecord], message: UUID) -> Reply:
    kinds = [kind for _, kind in telling.pairs_of(found)]
    buttons = [Button("Change limit", f"nudgelimit:{one.name}") for one in kinds[:1] if one.limit]
    short = drafts.short(message)
    buttons += [Button(words.STOP, f"nudged:stop:{short}"), Button("OK", f"nudged:ok:{short}")]
    return Reply(telling.why(found, turn.now), row(*buttons))


async def _stop(turn: Turn, found: list[NudgeRecord]) -> Reply:
    groups = _groups(found)
    chosen = {**turn.person.preferences.get(KEY, {})} | dict.fromkeys(groups, OFF)
    undo = await preferences.change(turn, preferences={KEY: chosen})
    others = [one.label for one in CLASSES if way_of({KEY: chosen}, one.name) != OFF]
    return Reply(words.stopped(telling.labels_of(groups), others), row(undo, ALL_OFF))


async def _go_on(turn: Turn) -> Reply:
    undo = await preferences.change(turn, preferences={KEPT_ON: turn.now.isoformat()})
    return Reply(words.gone_on(), row(undo))


async def _all_off(turn: Turn) -> Reply:
    chosen = dict.fromkeys((one.name for one in CLASSES), OFF)
    undo = await preferences.change(turn, preferences={KEY: chosen})
    return Reply(words.all_off(), row(undo))


@press("nudgelimit")
async def change_limit(turn: Turn, said: Details) -> Reply:
    """``nudgelimit:pace`` asks, ``nudgelimit:pace:5.0`` sets."""
    name, _, value = said["data"].partition(":")
    kind = kind_named(name)
    if kind is None or kind.limit is None:
        return Reply(words.no_limit())
    chosen = next((one for one in kind.limit.choices if str(one) == value), None)
    if chosen is None:
        return _ask_limit(turn, kind)
    limits = {**turn.person.preferences.get(LIMITS, {}), name: chosen}
    undo = await preferences.change(turn, preferences={LIMITS: limits})
    return Reply(words.limit_set(_label(kind), kind.limit.label(chosen)), row(undo))


def _ask_limit(turn: Turn, kind: Kind) -> Reply:
    assert kind.limit is not None, "asked before"
    now = limit_of(turn.person.preferences, kind.name, kind.limit.usual)
    buttons = [
        Button(kind.limit.label(one), f"nudgelimit:{kind.name}:{one}")
        for one in kind.limit.choices
        if one != now
    ]
    return Reply(words.ask_limit(_label(kind), kind.limit.label(now)), row(*buttons))


def _label(kind: Kind) -> str:
    return kind.name.replace("_", " ").capitalize()
