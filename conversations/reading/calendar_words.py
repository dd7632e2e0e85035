"""The words for days and months, their short forms, and their usual misspellings."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (  # noqa: SIM905
    "january february march april may june july august september october november december"
).split()

DAY = r"(?:mon|tues?|wed(?:nes)?|weds|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

_SHORT = {
    "yday": "yesterday",
    "yest": "yesterday",
    "ystd": "yesterday",
    "ystdy": "yesterday",
    "y'day": "yesterday",
    "y-day": "yesterday",
    "yda": "yesterday",
    "ydy": "yesterday",
    "tdy": "today",
    "2day": "today",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "tmw": "tomorrow",
    "2moro": "tomorrow",
}
_LONG = (*_WEEKDAYS, *(month for month in _MONTHS if len(month) > 6), "yesterday", "tomorrow")
_WORD = re.compile(r"(?<![$.\w])(?:y['-]day|[A-Za-z0-9]{3,12})(?![.\w]\w)", re.IGNORECASE)


def weekday_number(said: str) -> int:
    """0 for "monday", "Mon" and so on, to 6 for Sunday."""
    start = said.casefold()[:3]
    return next(number for number, name in enumerate(_WEEKDAYS) if name.startswith(start))


def month_number(said: str) -> int:
    """1 for "January", "jan" and so on, to 12."""
    start = said.casefold()[:3]
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(start))


def correct_spelling(text: str) -> str:
    """``text`` with short forms ("yday") and misspelt names of days and months written out."""
    return _WORD.sub(lambda found: _corrected(found[0].casefold()) or found[0], text)


@lru_cache(maxsize=4096)
def _corrected(word: str) -> str | None:
    if word in _SHORT:
        return _SHORT[word]
    if len(word) < 6 or not word.isalpha() or word in _LONG:
        return None
    allowed = 2 if len(word) >= 8 else 1
    for right in _LONG:
        if word[0] == right[0] and OSA.distance(word, right, score_cutoff=allowed) <= allowed:
            return right
    return None
