"""“nudge us here”: the channel in which a team is spoken to first, and what of it."""

from __future__ import annotations

import re
from typing import Any

from conversations.actions import accounts
from conversations.intents import Details, intent, press
from conversations.messages import Reply, row
from conversations.nudge_classes import CLASSES, KEY, WAYS, known
from conversations.nudging import voices
from conversations.nudging.voices import Settings
from conversations.quiet_hours import KEY as HOURS
from conversations.quiet_hours import window_of
from conversations.turn import Turn
from conversations.wording import settings
from conversations.wording import teams as team_words
from conversations.wording import voices as words
from storage.nudge_records import TeamVoice
from storage.records import Access

_NAME = r"[^\W\d_][\w &'-]{1,29}?"
_CLASSES = "|".join(one.name for one in CLASSES)
_WAYS = "|".join(WAYS)
_OWN = rf"(?!(?:{_CLASSES}|all|my|the|our|your|set|turn|show|no|nudges?)\b)"


@intent(
    "voice",
    label="Nudge us here",
    summary="Have me speak first in a channel",
    group="team",
    examples=("nudge us here", "send Club nudges here", "nudge us here 9 to 18 in Berlin"),
    pattern=(
        rf"/?(nudge us here|send (the |our )?((?P<team>{_OWN}{_NAME}) )?nudges here)"
        r"(,? (?P<how>[^.?!]{1,60}))?\W{0,30}"
    ),
)
async def voice(turn: Turn, said: Details) -> Reply:
    if not turn.message.shared:
        return Reply(words.in_the_channel())
    access, name = turn.access, (said.get("team") or "").strip()
    if access is None:
        return Reply(words.bind_first(name or "Club"))
    if name and name.casefold() != access.name.casefold():
        return Reply(words.another(name, access.name))
    when = read_how(said.get("how") or "")
    if when is None:
        return Reply(words.unread(said["how"][:40]))
    here = (turn.message.address.channel, turn.message.room or turn.message.address.chat)
    before = await turn.work.voices.of(access.portfolio)
    usual = before.preferences if before else {HOURS: dict(window_of(turn.person.preferences))}
    chosen = {**usual, **({HOURS: when[0]} if when[0] else {})}
    zone = when[1] or (before.time_zone if before else turn.person.time_zone)
    new = TeamVoice(access.portfolio, *here, zone, turn.now, turn.person.id, chosen)
    undo = await voices.put(turn, access.portfolio, new)
    if isinstance(undo, Reply):
        return undo
    return Reply(words.chosen(access.name, window_of(chosen), zone), row(undo))


def read_how(said: str) -> tuple[dict[str, Any] | None, str | None] | None:
    """``from 9 to 18 in Berlin`` → hours and zone, None for what was not said; None: unreadable."""
    text = re.sub(r"^(only |please |between |from )+", "", said.strip(), flags=re.IGNORECASE)
    if not text:
        return None, None
    found = re.fullmatch(
        r"(?P<hours>\d.*?|weekdays|only weekdays)?( ?(in|on|as in) (?P<at>[^\d]+?)( time)?"
        r"| (?P<zone>[^\W\d][^\d]*?) time)?",
        text,
        re.IGNORECASE,
    )
    if found is None or not found[0]:
        return None
    hours = accounts.read_hours(found["hours"]) if found["hours"] else None
    place = found["at"] or found["zone"]
    zone = accounts.read_zone(place) if place else None
    if (found["hours"] and hours is None) or (place and zone is None):
        return None
    return hours, zone


@intent(
    "voice_off",
    label="Stop nudging us",
    summary="Have me no longer speak first in a channel",
    examples=("stop nudging us", "don't nudge us any more"),
    pattern=r"/?(stop nudging us|(don't|do not) nudge us)( here)?( any ?more)?\W*",
)
async def stop(turn: Turn, said: Details) -> Reply:
    if not voices.about_team(turn):
        return Reply(words.in_the_channel())
    if await turn.work.voices.of(turn.portfolio.id) is None:
        return Reply(words.silent(turn.portfolio.name))
    undo = await voices.put(turn, turn.portfolio.id, None)
    if isinstance(undo, Reply):
        return undo
    return Reply(words.stopped(turn.portfolio.name), row(undo))


@intent(
    "team_nudges",
    label="Nudges of a team",
    summary="Choose which nudges a team gets",
    examples=("Club nudges off", "Club market nudges silent", "set Club nudges to digest"),
    pattern=(
        rf"/?(set )?(the )?(?P<team>{_OWN}{_NAME}) ((?P<name>{_CLASSES}|all) )?nudges?"
        rf" (to )?(?P<way>{_WAYS})\W*"
    ),
)
async def team_nudges(turn: Turn, said: Details) -> Reply:
    if not said.get("team"):
        return Reply(words.in_the_channel())
    access = await _named(turn, said["team"])
    if access is None:
        return Reply(team_words.no_such(said["team"][:40]), private=turn.message.shared)
    kept = await turn.work.voices.of(access.portfolio)
    if kept is None:
        return Reply(words.silent(access.name))
    one, way = known(said.get("name") or ""), said["way"].casefold()
    names = [one.name] if one else [each.name for each in CLASSES]
    ways = {**kept.preferences.get(KEY, {}), **dict.fromkeys(names, way)}
    undo = await voices.change(turn, Settings(kept.portfolio, kept.preferences, kept), {KEY: ways})
    if isinstance(undo, Reply):
        return undo
    told = settings.nudge_set(one, way) if one else settings.nudges_set(way)
    return Reply(f"{access.name} · {told}", row(undo))


async def _named(turn: Turn, name: str) -> Access | None:
    """The shared portfolio of that name; where others read along, only the one they share."""
    found = await turn.work.members.shared_with(turn.person.id)
    if turn.message.shared:
        found = [one for one in found if turn.access and one.portfolio == turn.access.portfolio]
    return next((one for one in found if one.name.casefold() == name.strip().casefold()), None)


@press("unvoice")
async def undo(turn: Turn, said: Details) -> Reply:
    return await voices.take_back(turn, said["data"])
