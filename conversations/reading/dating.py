"""On which day each trade of a message took place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from conversations.reading.clauses import Clause, Page
from conversations.reading.dates import DayMention, Sure, agree
from conversations.reading.meaning import Choice, Issue, IssueKind, Slot, TradeReading, World

_BOTH = re.compile(
    r"(?i)\b(?:both|all|each|everything)(?: of (?:it|them|these|that))?[\s:,]*(?:done|on)?\s?$"
)

_Found = tuple[tuple[date, ...], Sure] | None


def date_readings(
    page: Page, found: Sequence[tuple[Clause, TradeReading]], world: World
) -> list[TradeReading]:
    """The readings of ``found`` with their days and times; today where no day was said.

    A day before the first verb holds for all of its line ("yesterday I sold A and bought B"), one
    after "both" for everything, one at the end for the trades that share its verb. Where another
    trade's day may or may not be meant, it is asked.
    """
    own = [_within(page, clause) for clause, _ in found]
    said = [agree(mentions) for mentions in own]
    made = []
    for at, (clause, reading) in enumerate(found):
        days = said[at] or _borrowed(page, found, own, said, at)
        if days is None:
            others = tuple(day for one in said if one for day in one[0])
            days = (tuple(dict.fromkeys((world.today, *others))), Sure.UNCLEAR) if others else None
        times = [one for one in page.times if clause.start <= one.start < clause.end]
        dated = replace(reading, at_time=times[0].at if len(times) == 1 else None)
        if days is None and page.dated_note:
            days = (world.today,), Sure.UNCLEAR
        made.append(_with_day(page, dated, days, own[at], world))
    return made


def _within(page: Page, clause: Clause) -> list[DayMention]:
    return [day for day in page.days if clause.start <= day.start < clause.end]


def _borrowed(
    page: Page,
    found: Sequence[tuple[Clause, TradeReading]],
    own: list[list[DayMention]],
    said: list[_Found],
    at: int,
) -> _Found:
    header = [day for day in page.days if day.end <= found[0][0].start]
    if header:
        return agree(header)
    clause = found[at][0]
    for before in range(at - 1, -1, -1):
        if own[before] and _leads(own[before][0], found[before][0]):
            between = page.text[found[before][0].start : clause.start]
            return None if "\n" in between.strip("\n") else said[before]
    last = len(found) - 1
    if own[last] and _BOTH.search(page.text[: own[last][0].start]):
        return said[last]
    later = range(at + 1, len(found))
    if own[last] and all(not found[number][0].verbs for number in later):
        return said[last]
    return None


def _leads(day: DayMention, clause: Clause) -> bool:
    starts = [*(verb.start for verb in clause.verbs), *(one.start for one in clause.symbols)]
    return all(day.start < start for start in starts)


def _with_day(
    page: Page, reading: TradeReading, days: _Found, own: list[DayMention], world: World
) -> TradeReading:
    if days is None:
        return replace(reading, on=world.today)
    candidates, sure = days
    if sure is Sure.CLEAR:
        return replace(reading, on=candidates[0])
    kind = IssueKind.DATE_VAGUE if sure is Sure.VAGUE else IssueKind.DATE_UNCLEAR
    choices = tuple(Choice(Slot.DATE, day.isoformat()) for day in candidates)[:4]
    words = " ".join(page.words[one.start : one.end] for one in own)
    return replace(reading, on=None, issues=(*reading.issues, Issue(kind, words, choices)))
