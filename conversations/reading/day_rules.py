"""What each way of writing a day means: one function per way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from conversations.reading.calendar_words import month_number, weekday_number

EARLIEST = 1900


class Sure(StrEnum):
    """How certain a mention is."""

    CLEAR = "clear"  # exactly one day
    UNCLEAR = "unclear"  # one of several days, or a day that does not exist
    VAGUE = "vague"  # a stretch of time; its days are only the nearest guess


@dataclass(frozen=True, slots=True)
class Context:
    today: date
    day_first: bool | None


Days = tuple[tuple[date, ...], Sure] | None  # None: no date after all
Rule = Callable[[re.Match[str], Context], Days]


def _clear(day: date) -> Days:
    return (day,), Sure.CLEAR


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _shifted(day: date, days: int) -> date | None:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def read_relative(match: re.Match[str], context: Context) -> Days:
    said = match[0].casefold()
    if "tomorrow" in said:
        return _clear(context.today + timedelta(days=1))
    back = 2 if "before" in said else 1 if "yesterday" in said or "last night" in said else 0
    return _clear(context.today - timedelta(days=back))


def read_just_now(match: re.Match[str], context: Context) -> Days:
    return _clear(context.today)


def read_ago(match: re.Match[str], context: Context) -> Days:
    said = match.groupdict()
    count, unit = said["n"].casefold(), said["unit"].casefold()
    vague = not (count.isdigit() or count in ("a", "an"))
    number = int(count) if count.isdigit() else 2 if vague else 1
    if said.get("ahead") is not None:
        number = -number
    base = context.today
    if (said.get("from") or "").casefold() == "yesterday":
        base -= timedelta(days=1)
    if unit in ("trading day", "business day", "session"):
        vague = True
    if _COMPOUND.search(match.string[max(0, match.start() - 16) : match.start()]):
        return (), Sure.UNCLEAR  # "a week and 2 days ago"
    size = {"week": 7, "wk": 7, "w": 7}.get(unit, 1)
    if unit in ("month", "year", "yr"):
        day = _months_before(base, number * (1 if unit == "month" else 12))
    else:
        day = _shifted(base, -number * size)
    if day is None or day.year < EARLIEST:
        return (), Sure.UNCLEAR
    return (day,), Sure.VAGUE if vague or said.get("about") else Sure.CLEAR


_COMPOUND = re.compile(r"(?i)(?:fortnight|week|month|year|day|half)s?,?\s(?:and\s)?$")


def _months_before(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        if found := _made(year, month + 1, last):
            return found
    return _made(year, month + 1, day.day)


_CLOSES = re.compile(r"\s{0,9}(?:[,;:.)\n]|$)")  # "5 KO 62 mon, 5 KO 61.9 tue"


def read_weekday(match: re.Match[str], context: Context) -> Days:
    number, today = weekday_number(match["day"]), context.today
    if match["day"].casefold() in ("sat", "sun", "wed", "mon") and not (
        match["how"]
        or match["day"][0].isupper()
        or match.start() == 0
        or _CLOSES.match(match.string, match.end())
    ):
        return None
    recent = today - timedelta(days=(today.weekday() - number) % 7)
    monday = today - timedelta(days=today.weekday())
    how = " ".join((match["how"] or "").casefold().split())
    if match["week"] or "last week" in how or "week ago" in how:
        return _clear(monday + timedelta(days=number - 7))
    if "next" in how or "coming" in how:
        return _clear(recent + timedelta(days=7))
    if "this" in how:
        return _clear(monday + timedelta(days=number))
    if "last" in how or "previous" in how:
        if recent == today:
            return _clear(today - timedelta(days=7))
        if recent >= monday:
            return (recent, recent - timedelta(days=7)), Sure.UNCLEAR
    return _clear(recent)


def read_iso(match: re.Match[str], context: Context) -> Days:
    day = _made(int(match["y"]), int(match["m"]), int(match["d"]))
    if day is not None and day.year < EARLIEST:
        return (), Sure.UNCLEAR
    return ((day,), Sure.CLEAR) if day else ((), Sure.UNCLEAR)


def read_month_name(match: re.Match[str], context: Context) -> Days:
    groups = match.groupdict()
    year = groups["y"] or groups.get("yy") or groups.get("ydash")
    return _with_year(int(groups["d"]), month_number(groups["mon"]), year, context)


def _with_year(day: int, month: int, year: str | None, context: Context) -> Days:
    if not 1 <= day <= 31:
        return None
    if year is not None:
        found = _made(_full_year(year, context.today), month, day)
        return ((found,), Sure.CLEAR) if found else ((), Sure.UNCLEAR)
    found = _latest(day, month, context.today)
    if found is None:
        return (), Sure.UNCLEAR
    # A 29 February that is not of this year or the last is more likely a slip.
    return (found,), Sure.CLEAR if (context.today - found).days <= 366 else Sure.UNCLEAR


def _full_year(year: str, today: date) -> int:
    number = int(year)
    if len(year) == 4:
        return number
    return number + (2000 if number <= today.year % 100 + 1 else 1900)


def _latest(day: int, month: int, today: date) -> date | None:
    """The most recent such day that is not after ``today``."""
    for year in range(today.year, today.year - 8, -1):  # 29 February: eight years at most
        found = _made(year, month, day)
        if found and found <= today:
            return found
    return None


def read_numeric(match: re.Match[str], context: Context) -> Days:
    first, second, year = int(match["a"]), int(match["b"]), match["y"] or None
    if len(year or "00") == 3:
        return None
    both = [_with_year(*pair, year, context) for pair in _orders(first, second, match, context)]
    days = [days[0][0] for days in both if days and days[0]]
    past = [day for day in dict.fromkeys(days) if day <= context.today]
    if past:
        return tuple(past), Sure.CLEAR if len(past) == 1 else Sure.UNCLEAR
    if days:
        days = list(dict.fromkeys(days))
        return tuple(days), Sure.CLEAR if len(days) == 1 else Sure.UNCLEAR
    return ((), Sure.UNCLEAR) if year else None


def _orders(
    first: int, second: int, match: re.Match[str], context: Context
) -> Iterator[tuple[int, int]]:
    """Day and month in the orders that are possible, the likelier one first."""
    dotted = "." in match[0]
    if second <= 12 and (dotted or context.day_first is not False or first > 12):
        yield first, second
    if first <= 12 and not dotted and (context.day_first is not True or second > 12):
        yield second, first


def read_ordinal(match: re.Match[str], context: Context) -> Days:
    number = int(match["d"])
    if not 1 <= number <= 31:  # "the 32nd" is meant to be a day, "32nd" need not be
        return ((), Sure.UNCLEAR) if match[0].casefold().startswith(("on", "the")) else None
    for months in range(3):
        base = context.today.year * 12 + context.today.month - 1 - months
        found = _made(base // 12, base % 12 + 1, number)
        if found and found <= context.today:
            return _clear(found)
    return (), Sure.UNCLEAR


def read_stretch(match: re.Match[str], context: Context) -> Days:
    return (), Sure.VAGUE


def read_unnamed(match: re.Match[str], context: Context) -> Days:
    return (), Sure.UNCLEAR


def read_guess(match: re.Match[str], context: Context) -> Days:
    """Whatever else ends in "ago": dateparser's reading is only offered, for it often errs."""
    import dateparser  # slow to import, and rarely needed

    base = datetime(context.today.year, context.today.month, context.today.day)  # noqa: DTZ001
    settings = {
        "PREFER_DATES_FROM": "past",
        "RELATIVE_BASE": base,
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    made = dateparser.parse(match[0], languages=["en"], settings=settings)
    return (() if made is None else (made.date(),)), Sure.UNCLEAR
