"""“what is tested on me?”: the comparisons one is in, what they show, and how to leave them."""

from __future__ import annotations

from datetime import datetime
from math import isfinite, nan
from zoneinfo import ZoneInfo

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import CLASSES, known
from conversations.nudging.experiments.assignment import is_chosen, takes_no_part
from conversations.nudging.experiments.effects import Known, effects
from conversations.nudging.experiments.measuring import READY
from conversations.nudging.experiments.outcome import AFTER
from conversations.nudging.experiments.outcomes import outcomes
from conversations.turn import Turn
from conversations.wording import comparisons as words
from engine.detection.scoring import Z90
from storage.comparisons import KEY, LEFT_ALONE, NEVER
from storage.nudge_records import Arm

MEMORY = "tests_left"  # of the chat: which, and when
_NAMES = "|".join(one.name for one in CLASSES)
_TESTS = r"(tests?|experiments?|comparisons?|trials?)"


@intent(
    "comparisons",
    label="What is tested on me?",
    summary="See which comparisons you are in, and leave them",
    group="data",
    examples=("what is tested on me?", "am I in an experiment?", "leave the pace test"),
    pattern=(
        r"/?((what|which things|what all) (is|are|do you|gets?) (being )?test(ed)? (on|with) me"
        rf"|(am i|are we) (in|part of) (an?|any|some) {_TESTS}"
        r"|am i (being )?(tested|experimented)( on)?"
        rf"|(what|which) {_TESTS} am i (in|part of)|(show )?(my|the) (nudge tests|experiments)"
        r"|(leave|stop|quit) (?P<all>(all )?(of )?(the |my )?(nudge )?(tests|experiments?))"
        rf"|(leave|stop|quit) (the |my )?(?P<name>{_NAMES}) (nudge )?test"
        rf"|(the )?(?P<shown>{_NAMES}) (nudge )?test)\W*"
    ),
)
async def comparisons(turn: Turn, said: Details) -> Reply:
    if said.get("all") or said.get("name"):
        return await _leave(turn, (said.get("name") or "").casefold())
    return await _shown(turn, (said.get("shown") or "").casefold())


@press("compared")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``compared:show:pace``, ``compared:leave:pace``, ``compared:leave:`` for all."""
    action, _, name = said["data"].partition(":")
    match action:
        case "leave":
            return await _leave(turn, name)
        case "back":
            return await _come_back(turn, name)
        case "part":
            await _take_part(turn)
    return await _shown(turn, name if action == "show" else "")


async def _shown(turn: Turn, name: str) -> Reply:
    arms = await turn.work.arms.of(turn.person.id)
    if not arms:
        share, part = turn.work.arms.share, not takes_no_part(turn.person.preferences)
        again = [] if part else [Button("Take part again", "compared:part")]
        never = [Button(words.NEVER, "compared:leave:")] if part and share else []
        return Reply(
            words.none(share, part=part), row(*again, *never), why=words.why(share) if share else ""
        )
    found = effects(await turn.work.arms.readings(turn.now))
    told = {one.grouped: _told(turn, one, found.get(one.grouped)) for one in arms}
    today = turn.now.astimezone(ZoneInfo(turn.person.time_zone)).date()
    share = next((one.share for one in arms if one.grouped == name), arms[0].share)
    if name in told:
        open_ = [one for one in arms if one.grouped == name and _can_leave(one)]
        leave = [Button(words.leave(told[name].label), f"compared:leave:{name}") for _ in open_]
        buttons = row(*leave, Button("All of them", "compared:all"))
        return Reply(words.detail(told[name], today), buttons, why=words.why(share))
    classes = [Button(one.label, f"compared:show:{group}") for group, one in told.items()][:5]
    every = [Button(words.ALL, "compared:leave:")] if any(map(_can_leave, arms)) else []
    return Reply(
        words.overview(list(told.values()), today), row(*classes, *every), why=words.why(share)
    )


async def _leave(turn: Turn, name: str) -> Reply:
    """Of one class what runs ends; of all also what has not begun."""
    groups = [name] if known(name) else [] if name else [one.name for one in CLASSES]
    left = await turn.work.arms.leave(turn.person.id, groups, turn.now)
    if not left and name:
        return Reply(words.nothing_to_leave(), row(Button("All of them", "compared:all")))
    if not name:
        await _prefer(turn, NEVER)
    turn.state[MEMORY] = {"groups": left, "at": turn.now.isoformat(), "all": not name}
    undo = row(Button("Undo", f"compared:back:{turn.now.isoformat()}"))
    labels = [one.label for one in CLASSES if one.name in left]
    return Reply(words.left(labels) if name else words.left_all(), undo)


async def _come_back(turn: Turn, moment: str) -> Reply:
    """Undo the last leaving: what was left later stays left, whichever button is pressed."""
    before = turn.state.get(MEMORY)
    if before is None or before["at"] != moment:
        return Reply(words.nothing_to_leave())
    del turn.state[MEMORY]
    at = datetime.fromisoformat(before["at"])
    await turn.work.arms.come_back(turn.person.id, before["groups"], at)
    if before["all"]:
        await _take_part(turn)
    return Reply(words.back(), row(Button("All of them", "compared:all")))


async def _take_part(turn: Turn) -> None:
    await _prefer(turn, None)


async def _prefer(turn: Turn, value: str | None) -> None:
    kept = dict((await turn.work.users.get(turn.person.id)).preferences)
    kept.pop(KEY, None)
    if value is not None:
        kept[KEY] = value
    await turn.work.users.change(turn.person.id, preferences=kept)


def _can_leave(arm: Arm) -> bool:
    return arm.left_at is None and arm.measured_at is None


def _told(turn: Turn, arm: Arm, found: Known | None) -> words.Told:
    zone, one = ZoneInfo(turn.person.time_zone), known(arm.grouped)
    outcome = outcomes().get(arm.grouped)
    label = one.label if one else arm.grouped
    if outcome is None or found is None:
        about, of_all, own = "your habit", "", ""
    else:
        shown = (outcome.shown.scale, outcome.shown.digits, outcome.shown.what)
        habit, kept = found.habit, arm.measured or {}
        about, own = outcome.about, ""
        clear = isfinite(habit.mean)
        of_all = words.figure(habit.mean, habit.low, habit.high, *shown) if clear else ""
        if kept.get("theta") is not None:
            theta, spread = kept["theta"], kept["se"]
            half = Z90 * spread if spread is not None else nan
            own = words.figure(theta, theta - half, theta + half, *shown)
    return words.Told(
        label=label,
        about=about,
        alone=arm.arm == LEFT_ALONE,
        chosen=is_chosen(turn.person.preferences, arm.grouped),
        left=arm.left_at is not None,
        since=arm.assigned_at.astimezone(zone).date(),
        until=(arm.assigned_at + AFTER).astimezone(zone).date(),
        due=(arm.assigned_at + READY).astimezone(zone).date(),
        people=(found.habit.spoken, found.habit.left_alone) if found else (0, 0),
        known=of_all,
        verdict=found.verdict if found else "",
        own=own,
        missing=arm.measured is not None and arm.measured.get("theta") is None,
    )
