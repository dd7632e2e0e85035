"""The grammar of days: one rule per way in which people write one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from conversations.reading.calendar_words import DAY, MONTH, month_number, weekday_number

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

# A weekday's own name means its most recent past day, today included: "monday" said on a Monday
# is today. "last monday" never is; said later in that week it could be either of two.
_Y = r"(?:,?\s(?:of\s)?(?P<y>(?:19|20)\d\d)\b|,?\s?'(?P<yy>\d\d)\b|[-/](?P<ydash>\d{2,4})\b)?"
_ORD = r"(?:st|nd|rd|th)"
_EDGE = r"(?<![\w$@.,/:+-])"
_COUNT = r"(?P<n>\d{1,4}|an?|a couple of|couple of|a few|few|several|some|many)"
_UNIT = r"(?P<unit>day|week|wk|month|year|yr|trading day|business day|session)s?"


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


def _relative(match: re.Match[str], context: Context) -> Days:
    said = match[0].casefold()
    if "tomorrow" in said:
        return _clear(context.today + timedelta(days=1))
    back = 2 if "before" in said else 1 if "yesterday" in said or "last night" in said else 0
    return _clear(context.today - timedelta(days=back))


def _just_now(match: re.Match[str], context: Context) -> Days:
    return _clear(context.today)


def _ago(match: re.Match[str], context: Context) -> Days:
    count, unit = match["n"].casefold(), match["unit"].casefold()
    vague = not (count.isdigit() or count in ("a", "an"))
    number = int(count) if count.isdigit() else 2 if vague else 1
    if match["ahead"] is not None:
        number = -number
    if unit in ("trading day", "business day", "session"):
        vague = True
    if _COMPOUND.search(match.string[max(0, match.start() - 16) : match.start()]):
        return (), Sure.UNCLEAR  # "a week and 2 days ago"
    size = {"week": 7, "wk": 7}.get(unit, 1)
    if unit in ("month", "year", "yr"):
        day = _months_before(context.today, number * (1 if unit == "month" else 12))
    else:
        day = _shifted(context.today, -number * size)
    if day is None or day.year < EARLIEST:
        return (), Sure.UNCLEAR
    return (day,), Sure.VAGUE if vague or match["about"] else Sure.CLEAR


_COMPOUND = re.compile(r"(?i)(?:fortnight|week|month|year|day|half)s?,?\s(?:and\s)?$")


def _months_before(day: date, months: int) -> date | None:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        if found := _made(year, month + 1, last):
            return found
    return _made(year, month + 1, day.day)


def _weekday(match: re.Match[str], context: Context) -> Days:
    number, today = weekday_number(match["day"]), context.today
    if match["day"].casefold() in ("sat", "sun", "wed", "mon") and not (
        match["how"] or match["day"][0].isupper() or match.start() == 0
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


def _iso(match: re.Match[str], context: Context) -> Days:
    day = _made(int(match["y"]), int(match["m"]), int(match["d"]))
    if day is not None and day.year < EARLIEST:
        return (), Sure.UNCLEAR
    return ((day,), Sure.CLEAR) if day else ((), Sure.UNCLEAR)


def _month_name(match: re.Match[str], context: Context) -> Days:
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


def _numeric(match: re.Match[str], context: Context) -> Days:
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


def _ordinal(match: re.Match[str], context: Context) -> Days:
    number = int(match["d"])
    if not 1 <= number <= 31:
        return None
    for months in range(3):
        base = context.today.year * 12 + context.today.month - 1 - months
        found = _made(base // 12, base % 12 + 1, number)
        if found and found <= context.today:
            return _clear(found)
    return (), Sure.UNCLEAR


def _stretch(match: re.Match[str], context: Context) -> Days:
    return (), Sure.VAGUE


def _unknown(match: re.Match[str], context: Context) -> Days:
    return (), Sure.UNCLEAR


def _guess(match: re.Match[str], context: Context) -> Days:
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


_TABLE: tuple[tuple[str, Rule], ...] = (
    (rf"{_EDGE}(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})(?!\d)", _iso),
    (rf"{_EDGE}(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\d.,])", _iso),
    (
        rf"{_EDGE}(?:on\s)?(?:the\s)?(?P<d>\d{{1,2}}){_ORD}?"
        rf"[\s-]?(?:of\s)?(?P<mon>{MONTH})\b\.?{_Y}(?!\w)",
        _month_name,
    ),
    (
        rf"{_EDGE}(?:on\s)?(?P<mon>{MONTH})\b\.?[\s-]?"
        rf"(?:the\s)?(?P<d>\d{{1,2}}){_ORD}?(?![\d%]|[.,]\d){_Y}",
        _month_name,
    ),
    (
        rf"{_EDGE}(?P<d>\d{{1,2}})\s?(?P<mon>{MONTH})\.?\s?(?P<y>\d{{2}})(?=\s*(?:$|[,;:]))",
        _month_name,
    ),
    (
        rf"{_EDGE}(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.(?P<y>\d{{4}}|\d\d)(?![\d.]\d)(?!\d)",
        _numeric,
    ),
    (
        rf"{_EDGE}(?:on\s)?(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.(?P<y>)?(?=\s|"
        rf"$)(?!\s*\d{{1,2}}\.\d)",
        _numeric,
    ),
    (r"(?<=\bon\s)(?P<a>\d{1,2})\.(?P<b>\d{1,2})(?P<y>)?(?![\d.,])", _numeric),
    (
        rf"{_EDGE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>\d{{2,4}}))?(?![\d/%]|\s?(?:of|"
        rf"shares?)\b)",
        _numeric,
    ),
    (rf"{_EDGE}(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-(?P<y>\d{{2,4}})(?!\d)", _numeric),
    (r"\b(?:the\s)?day before yesterday\b", _relative),
    (r"\bthe (?:day|week|month|morning|evening) (?:before|after)\b", _unknown),
    (
        r"\b(?:christmas|x-?mas|boxing day|thanksgiving|easter|halloween|(?:black|good) friday|"
        r"cyber monday|new year|"
        r"(?:valentine|independence|labou?r|memorial|president|columbus|veteran|mlk)'?s?'? day)"
        r"(?:'?s)?(?: eve| day)?\b",
        _unknown,
    ),
    (
        r"\b(?:late |earlier |early )?(?P<x>yesterday)(?:'s)?(?: (?:morning|afternoon|evening))?\b",
        _relative,
    ),
    (r"\blast night\b", _relative),
    (r"\btomorrow\b(?: (?:morning|afternoon|evening))?", _relative),
    (
        r"\b(?:earlier |late )?today(?:'s)?\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b",
        _relative,
    ),
    (
        rf"(?P<about>\b(?:about|around|roughly|almost|over|nearly|like)\s|"
        rf"~\s?)?(?<![\w.,]){_COUNT}\s{_UNIT}"
        r"(?:\s(?:ago|back|earlier)\b|(?P<ahead>\sfrom now\b))",
        _ago,
    ),
    (rf"\bin\s{_COUNT}\s{_UNIT}\b(?P<ahead>)(?P<about>)", _ago),
    (
        r"\b(?:\d{1,4}|an?|a few|few|half an|a couple of) (?:hour|hr|minute|min|second)s? "
        r"(?:ago|back)\b",
        _just_now,
    ),
    (r"\bjust now\b|\bright now\b|\bearlier on\b", _just_now),
    (
        rf"\b(?:(?P<how>(?:on )?(?:last|this|past|previous|next|coming|the|on|since|a week ago|"
        rf"last week(?:'s|,)?(?: on)?)(?: past| last| next)?)\s)?"
        rf"(?P<day>{DAY})\b\.?(?:\s(?P<week>last week|a week ago|of last week))?"
        r"(?:\s(?:morning|afternoon|evening|night))?",
        _weekday,
    ),
    (
        rf"(?:\bon\s)?\b(?:the\s)?(?P<d>\d{{1,2}}){_ORD}\b(?!\s(?:buy|purchase|time|tranche|"
        rf"lot|trade|"
        r"quarter|position|batch|order|one|sale|share))",
        _ordinal,
    ),
    (
        r"\b(?:(?:(?:last|this|past|previous|next) (?:few |couple of )?"
        r"(?:week|month|year|quarter|summer|winter|spring|autumn|fall|weekend|day)s?"
        r"|(?:over |on |at )?the weekend|other day|a while (?:ago|back)|recently|long ago|"
        r"ages ago|the past)\b)",
        _stretch,
    ),
    (
        rf"\b(?:(?:(?:sometime|back|early|late|mid|(?:end|start|beginning|middle) of)[\s-]){{0,3}}"
        rf"(?:in|during|of|since|last|this)\s(?:(?:early|late|mid)[\s-])?"
        rf"(?:{MONTH}|(?:19|20)\d\d(?!\d))\b"
        rf"(?:\s(?:19|20)\d\d)?)",
        _stretch,
    ),
    (rf"\b(?:{MONTH})\s(?:19|20)\d\d(?!\d)", _stretch),
    (r"\b(?<!\.)(?:[a-z0-9.]{1,12}\s){1,4}ago\b", _guess),
    (r"\b(?:every|each) (?:day|week|month|monday|friday)\b|\b(?:daily|weekly|monthly)\b", _stretch),
)
RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(f"(?i){pattern}"), rule) for pattern, rule in _TABLE
)
WEEKDAY: Rule = _weekday
