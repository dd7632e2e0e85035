"""Days and times mentioned in a text, and the one day that its mentions agree on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from conversations.reading.alternatives import compiled
from conversations.reading.day_grammar import RULES
from conversations.reading.day_rules import Context, Sure, read_weekday

__all__ = ["DayMention", "Sure", "TimeMention", "agree", "find_days", "find_times"]


@dataclass(frozen=True, slots=True)
class DayMention:
    """A day that was mentioned at ``start`` to ``end`` of the text."""

    start: int
    end: int
    days: tuple[date, ...]
    sure: Sure
    weekday: bool = False  # it was only called by the name of its weekday


@dataclass(frozen=True, slots=True)
class TimeMention:
    start: int
    end: int
    at: time


_APPROXIMATE = compiled(
    r"(?:\b(?:around|about|roughly|approximately|approx|circa|ca|near|like|by|towards?|some ?time|"
    r"maybe|perhaps|probably|possibly|i (?:think|guess|believe)|must have been|should be|"
    r"before|after|since|until|till|between)|~)(?:\s(?:on|the|it was))?\s?$"
)
_ROUGHLY = compiled(
    r"-?\s?(?:ish\b|or (?:so|there ?abouts?|maybe|around|near|close|later|earlier)\b|\(?\?|"
    r"(?:give or take|more or less|approximately|roughly)\b|"
    r",? (?:i (?:think|guess|believe)|maybe|probably)\b)"
)
_REACH = 24  # characters before a mention that can make it approximate


def find_days(text: str, today: date, day_first: bool | None) -> tuple[DayMention, ...]:
    """All days mentioned in ``text``, in order and without overlaps.

    ``day_first``: how this person writes 3/4; None: unknown, and both days are returned where both
    are possible and not in the future.
    """
    context = Context(today, day_first)
    rest, found = text, []
    for pattern, rule in RULES:
        for match in list(pattern.finditer(rest)):
            made = rule(match, context)
            if made is None:
                continue
            days, sure = made
            before = text[max(0, match.start() - _REACH) : match.start()]
            roughly = _APPROXIMATE.search(before) or _ROUGHLY.match(text, match.end())
            if sure is Sure.CLEAR and roughly:
                sure = Sure.VAGUE
            found.append(DayMention(match.start(), match.end(), days, sure, rule is read_weekday))
            rest = rest[: match.start()] + "|" * len(match[0]) + rest[match.end() :]
    return tuple(sorted(found, key=lambda mention: mention.start))


def agree(mentions: Sequence[DayMention]) -> tuple[tuple[date, ...], Sure] | None:
    """The days that all ``mentions`` allow ("Mon 3/4" is one of the two), None without mentions.

    A stretch of time beside a day ("the 5th", "last month") leaves it unclear, and so do mentions
    that contradict each other ("Monday 17 Nov" in a year in which that is a Tuesday); every day
    that was named is then a candidate.
    """
    if not mentions:
        return None
    exact = [mention for mention in mentions if mention.sure is not Sure.VAGUE]
    if len(exact) < len(mentions):
        every = tuple(dict.fromkeys(day for mention in mentions for day in mention.days))
        around = any(mention.sure is Sure.VAGUE and mention.days for mention in mentions)
        return every, Sure.UNCLEAR if exact and not around else Sure.VAGUE
    dated = [mention for mention in exact if not mention.weekday] or exact
    weekdays = {mention.days[0].weekday() for mention in exact if mention.weekday and mention.days}
    every = tuple(dict.fromkeys(day for mention in exact for day in mention.days))
    common = set(dated[0].days).intersection(*(mention.days for mention in dated[1:]))
    fitting = tuple(
        day for day in every if day in common and all(day.weekday() == name for name in weekdays)
    )
    certain = any(mention.sure is Sure.CLEAR or len(mention.days) > 1 for mention in dated)
    if len(fitting) == 1 and certain:
        return fitting, Sure.CLEAR
    return fitting or every, Sure.UNCLEAR


def find_times(text: str) -> tuple[TimeMention, ...]:
    """All times of day in ``text``: 10:30, 9:45am, 3 pm, noon. Bare hours are no times."""
    return tuple(
        TimeMention(match.start(), match.end(), at)
        for match in _TIME.finditer(text)
        if (at := _time_of(match)) is not None
    )


_TIME = re.compile(
    r"(?i)(?:\b(?:at|@)\s?|(?<=[\d\x02])t|(?<![\w$:.,]))"
    r"(?:(?P<h>\d{1,2}):(?P<m>\d\d)(?::\d\d(?:\.\d{1,9})?)?(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"|(?P<hour>\d{1,2})(?:\.(?P<min>\d\d))?\s?(?:(?P<half2>[ap])\.?m\b\.?|(?=o'clock))"
    r"|(?P<noon>noon|midday)\b)"
    r"(?:z\b|\s?(?:o'clock|et|est|edt|utc|gmt|bst|cet|cest|pt|pst|ct|h|hrs?)\b)?(?![:\d])"
)


def _time_of(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12)
    hour, minute = int(match["h"] or match["hour"]), int(match["m"] or match["min"] or 0)
    half = (match["half"] or match["half2"] or "").casefold()
    if half and not 1 <= hour <= 12:
        return None
    if not match["m"] and not match["min"] and not half and hour < 7:
        half = "p"  # "3 o'clock": no exchange is open at night
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
