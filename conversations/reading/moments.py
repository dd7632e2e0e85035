"""A moment to come, from words: "tomorrow at 10", "in 7 days", "on monday 18:30"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from conversations.reading.alternatives import compiled
from conversations.reading.numbers import write_digits
from conversations.reading.plain import plain_text

LONGEST = 300  # characters
USUAL = time(10, 0)  # where a day is said and no hour
LONGEST_WAIT = 5 * 366  # days; a larger number is misread or a joke
HOURS = {
    "morning": USUAL,
    "noon": time(12, 0),
    "midday": time(12, 0),
    "lunch": time(12, 0),
    "lunchtime": time(12, 0),
    "afternoon": time(15, 0),
    "evening": time(18, 0),
    "night": time(20, 0),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Moment:
    """``at``: in UTC, None where no moment was said; ``rest``: what else was said."""

    at: datetime | None
    rest: str


class NoSuchMoment(ValueError):
    """A moment was said that is past, far off, or on no calendar."""


_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_SPAN = compiled(
    r"\b(?:in|after) (?P<size>\d{1,5}|an?|one) (?P<unit>min(?:ute)?s?|hours?|hrs?|days?|weeks?"
    r"|months?|years?)\b"
)
_DAYS = (
    ("after", compiled(r"\b(?:on )?(?:the )?day after tomorrow\b")),
    ("tomorrow", compiled(r"\b(?:tomorrow|tmrw|tmr)\b")),
    ("today", compiled(r"\b(?:later )?(?:today|this(?= (?:morning|afternoon|evening)))\b")),
    ("tonight", compiled(r"\btonight\b")),
    ("week", compiled(r"\bnext week\b")),
    ("month", compiled(r"\bnext month\b")),
    (
        "weekday",
        compiled(
            r"\b(?:on |next |this |on next )?(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?"
            r"|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)\b"
        ),
    ),
    ("iso", compiled(r"\b(?:on )?(?P<year>20\d\d)-(?P<number>\d{1,2})-(?P<day>\d{1,2})\b")),
    (
        "date",
        compiled(
            rf"\b(?:on )?(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}"
            r"(?:,? (?P<year>20\d\d))?(?!\w)"
        ),
    ),
    (
        "date",
        compiled(
            rf"\b(?:on )?{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year>20\d\d))?"
        ),
    ),
)
_HOUR = compiled(
    r"\b(?:at |by |around )?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))\s?(?P<half>am|pm)?\b"
    r"|\b(?:at |by |around )?(?P<hour2>\d{1,2})\s?(?P<half2>am|pm)\b"
    r"|\b(?:at|by|around) (?P<hour3>\d{1,2})"
    r"(?: ?(?:o'?clock|h|uhr)\b|(?= (?:on|to|about|that)\b|$))"
    r"|\b(?:at |in the |by )?(?P<word>morning|noon|midday|lunch(?:time)?|afternoon|evening|night)\b"
)


def read_moment(text: str, now: datetime, zone: str) -> Moment:
    """When, by the clocks of ``zone``. Raises NoSuchMoment.

    A day without an hour is ten o'clock; an hour without a day is the next such hour. An hour that
    the clocks leave out in spring is as much later as they are put forward. What comes before "to"
    and "about" is looked at first: "remind me at 9 to sell at 10".
    """
    words = write_digits(plain_text(text)[:LONGEST]).text.strip(" ,.!?;:")
    subject = _SUBJECT.search(words)
    if subject is not None and subject.start() > 0:
        found = _read(words[: subject.start()].strip(" ,"), now, zone)
        if found.at is not None:
            return Moment(found.at, f"{found.rest} {words[subject.start() :]}".strip())
    return _read(words, now, zone)


def _read(words: str, now: datetime, zone: str) -> Moment:
    here = now.astimezone(ZoneInfo(zone))
    span = _SPAN.search(words)
    if span is not None and span["unit"][:3].lower() in ("min", "hou", "hrs", "hr"):
        size = _size(span["size"])
        unit = timedelta(minutes=1) if span["unit"][0] in "mM" else timedelta(hours=1)
        return Moment(_sane(now + size * unit, now), _without(words, span))
    on, words = _day(words, here.date(), span)
    found = _HOUR.search(words)
    hour = None if found is None else _hour(found)
    if found is not None:
        words = _without(words, found)
    evening = on is not None and on[1]
    if on is None and hour is None:
        return Moment(None, words)
    at = hour or (HOURS["night"] if evening else USUAL)
    day = here.date() if on is None else on[0]
    due = _at(day, at, zone)
    if on is None and due <= now:
        due = _at(day + timedelta(days=1), at, zone)
    return Moment(_sane(due, now), words)


_SUBJECT = compiled(r"(?:^|(?<= ))(?:to|about|that)\b")


def _at(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def _sane(due: datetime, now: datetime) -> datetime:
    if due <= now or due - now > timedelta(days=LONGEST_WAIT):
        raise NoSuchMoment(due.isoformat())
    return due


def _size(said: str) -> int:
    return int(said) if said.isdecimal() else 1


def _day(
    words: str, today: date, span: re.Match[str] | None
) -> tuple[tuple[date, bool] | None, str]:
    """The day and whether its evening was said; what is left of the words. Raises NoSuchMoment."""
    if span is not None:
        return (_later(today, _size(span["size"]), span["unit"][0].lower()), False), _without(
            words, span
        )
    for kind, pattern in _DAYS:
        if (found := pattern.search(words)) is not None:
            return (_named(kind, found, today), kind == "tonight"), _without(words, found)
    return None, words


def _later(today: date, size: int, unit: str) -> date:
    """``unit``: d, w, m or y; the last day of a month that is too short."""
    if size > LONGEST_WAIT:
        raise NoSuchMoment(str(size))
    if unit in "dw":
        return today + timedelta(days=size * (7 if unit == "w" else 1))
    months = today.month - 1 + size * (12 if unit == "y" else 1)
    year, month = today.year + months // 12, months % 12 + 1
    if year > today.year + LONGEST_WAIT // 365:
        raise NoSuchMoment(str(size))
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def _named(kind: str, found: re.Match[str], today: date) -> date:
    match kind:
        case "today" | "tonight":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "after":
            return today + timedelta(days=2)
        case "week":
            return today + timedelta(days=7)
        case "month":
            return _later(today, 1, "m")
        case "weekday":
            wanted = WEEKDAYS.index(found["weekday"][:3].lower())
            return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)
    month = int(found["number"]) if kind == "iso" else MONTHS.index(found["month"][:3].lower()) + 1
    year = int(found["year"]) if found["year"] else today.year
    try:
        on = date(year, month, int(found["day"]))
        return on if found["year"] or on > today else on.replace(year=year + 1)
    except ValueError:
        raise NoSuchMoment(found[0]) from None


def _hour(found: re.Match[str]) -> time:
    """Raises NoSuchMoment for one that no clock has."""
    if found["word"]:
        return HOURS[found["word"].lower()]
    hour = int(found["hour"] or found["hour2"] or found["hour3"])
    half = (found["half"] or found["half2"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise NoSuchMoment(found[0])
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, int(found["minute"] or 0))
    except ValueError:
        raise NoSuchMoment(found[0]) from None


def _without(words: str, found: re.Match[str]) -> str:
    left = f"{words[: found.start()].rstrip()} {words[found.end() :].lstrip()}"
    return left.strip(" ,.!?;:")
