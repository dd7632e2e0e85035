"""Stretches of years in words: "since 2015", "from May 2008 to 2012", "the last 5 years"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from conversations.reading.calendar_words import MONTH, month_number
from conversations.reading.numbers import AMOUNT

NUMBER = r"\d{1,4}(?:[.,]\d{1,4})?"
SIGN = r"(?:[$€£]\s?)?"
UNIT = r"(?:\s?(?:[$€£]|dollars?|euros?|pounds?|bucks|usd|eur|gbp|chf)\b)?"
MONEY = rf"{SIGN}({AMOUNT}){UNIT}"
_YEAR = r"(?:19|20)\d\d"
_DAY = (
    rf"(?:{_YEAR}-\d\d-\d\d"
    rf"|(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}\.?,? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?)?{_YEAR})"
)
_FROM = re.compile(
    rf"(?i)\b(?:(?:since|from|between|starting(?: in| from)?|after)"
    r"(?: the (?:start|beginning) of)? "
    rf"(?P<since>{_DAY})(?:\s?(?:to|until|till|through|and|-|up to)(?: the end of)? "
    rf"(?:(?P<until>{_DAY})|(?:now|today)))?"
    rf"|(?:in|during|over|for) (?P<one>{_YEAR})\s?-\s?(?P<other>{_YEAR})"
    rf"|(?P<first>{_YEAR})\s?-\s?(?P<last>{_YEAR})"
    rf"|(?:in|during) (?P<single>{_DAY})"
    rf"|(?:until|till|up to) (?P<end>{_DAY}))\b"
)
_LAST = re.compile(
    r"(?i)\b(?:(?:over|in|for|during) )?(?:the )?(?:last|past) "
    r"(?:(?P<count>\d{1,2}|two|three|five|ten|twenty) )?(?P<unit>years?|months?|decade)\b"
    r"|\b(?:over |for )(?P<count2>\d{1,2}) (?P<unit2>years?|months?)\b"
)
_ALL = re.compile(
    r"(?i)\b(?:since the (?:beginning|start)|as far back as (?:possible|you can|it goes)"
    r"|(?:over |for )?(?:the )?(?:whole|full|all|entire) (?:history|period|time)|all years)\b"
)
_WORDS = {"two": 2, "three": 3, "five": 5, "ten": 10, "twenty": 20}


@dataclass(frozen=True, slots=True)
class Period:
    """``everything``: as far back as prices go, which was asked for."""

    since: date | None = None
    until: date | None = None
    everything: bool = False


def read_period(words: str, today: date) -> tuple[Period, str]:
    """The stretch that ``words`` (made plain before) name, and the rest of them.

    A period of nothing where none is named; days that there are not (31 June) are not named.
    """
    found = _ALL.search(words)
    if found:
        return Period(everything=True), _rest(words, found)
    found = _LAST.search(words)
    if found:
        return Period(since=_back(found, today)), _rest(words, found)
    found = _FROM.search(words)
    if not found:
        return Period(), words
    since = found["since"] or found["one"] or found["first"] or found["single"]
    until = found["until"] or found["other"] or found["last"] or found["single"] or found["end"]
    try:
        period = Period(
            _start(since) if since else None,
            _end(until) if until else None,
        )
    except ValueError:
        return Period(), words
    return period, _rest(words, found)


def _back(found: re.Match[str], today: date) -> date:
    said = found["count"] or found["count2"] or "1"
    count = _WORDS.get(said.casefold()) or int(said)
    unit = (found["unit"] or found["unit2"]).casefold()
    months = count * (120 if unit == "decade" else 12 if unit.startswith("year") else 1)
    past = today.year * 12 + today.month - 1 - months
    year, month = past // 12, past % 12 + 1
    return date(max(year, 1), month, min(today.day, monthrange(max(year, 1), month)[1]))


def _start(said: str) -> date:
    year, month, day = _parts(said)
    return date(year, month or 1, day or 1)


def _end(said: str) -> date:
    year, month, day = _parts(said)
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def _parts(said: str) -> tuple[int, int | None, int | None]:
    if re.fullmatch(rf"{_YEAR}-\d\d-\d\d", said):
        written = date.fromisoformat(said)
        return written.year, written.month, written.day
    named = re.search(rf"(?i){MONTH}", said)
    numbers = [int(one) for one in re.findall(r"\d+", said)]
    day = next((one for one in numbers if one < 32), None)
    return numbers[-1], month_number(named[0]) if named else None, day


def _rest(words: str, found: re.Match[str]) -> str:
    before = re.sub(r"(?i)[\s,]*\b(?:and|for|over|in)$", "", words[: found.start()].rstrip())
    return f"{before.rstrip(' ,')} {words[found.end() :].lstrip(' ,')}".strip()
