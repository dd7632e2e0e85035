"""The ways in which people write days, in the order in which they are looked for."""

from __future__ import annotations

import re

from conversations.reading.calendar_words import DAY, MONTH
from conversations.reading.day_rules import (
    Rule,
    read_ago,
    read_guess,
    read_iso,
    read_just_now,
    read_month_name,
    read_numeric,
    read_ordinal,
    read_relative,
    read_stretch,
    read_unnamed,
    read_weekday,
)

# A weekday's own name means its most recent past day, today included: "monday" said on a Monday
# is today. "last monday" never is; said later in that week it could be either of two.
_Y = r"(?:,?\s(?:of\s)?(?P<y>(?:19|20)\d\d)\b|,?\s?'(?P<yy>\d\d)\b|[-/](?P<ydash>\d{2,4})\b)?"
_ORD = r"(?:st|nd|rd|th)"
_EDGE = r"(?<![\w$@.,/:+-])"
_COUNT = r"(?P<n>\d{1,4}|an?|a couple of|couple of|a few|few|several|some|many)"
_ABOUT = r"\b(?:about|around|roughly|almost|over|nearly|like|some)"
_AGO = r"(?:ago|back|earlier|prior|before(?!\s\w))"
_UNIT = r"(?P<unit>day|week|wk|month|year|yr|trading day|business day|session)s?"

_TABLE: tuple[tuple[str, Rule], ...] = (
    (rf"{_EDGE}(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}})(?!\d)", read_iso),
    (
        rf"{_EDGE}(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\d.,])",
        read_iso,
    ),
    (
        rf"{_EDGE}(?P<y>(?:19|20)\d\d)[\s-](?P<mon>{MONTH})\.?[\s-](?P<d>\d{{1,2}}){_ORD}?(?![\d.,]\d)",
        read_month_name,
    ),
    (
        rf"{_EDGE}(?:on\s)?(?:the\s)?(?P<d>\d{{1,2}})(?:{_ORD}|\.)?"
        rf"[\s-]?(?:of\s)?(?P<mon>{MONTH})\b\.?{_Y}(?!\w)",
        read_month_name,
    ),
    (
        rf"{_EDGE}(?:on\s)?(?P<mon>{MONTH})(?![a-z])\.?[\s-]?"
        rf"(?:the\s)?(?P<d>\d{{1,2}}){_ORD}?(?![\d%]|[.,]\d){_Y}",
        read_month_name,
    ),
    (
        rf"{_EDGE}(?P<d>\d{{1,2}})\s?(?P<mon>{MONTH})\.?\s?(?P<y>\d{{2}})(?=\s*(?:$|[,;:]))",
        read_month_name,
    ),
    (
        rf"{_EDGE}(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.(?P<y>\d{{4}}|\d\d)(?![\d.]\d)(?!\d)",
        read_numeric,
    ),
    (
        rf"{_EDGE}(?:on\s)?(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.(?P<y>)?(?=\s|"
        rf"$)(?!\s*\d{{1,2}}\.\d)",
        read_numeric,
    ),
    (r"(?<=\bon\s)(?P<a>\d{1,2})\.(?P<b>\d{1,2})(?P<y>)?(?![\d.,])", read_numeric),
    (
        rf"{_EDGE}(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y>\d{{2,4}}))?(?![\d/%]|\s?(?:of|"
        rf"shares?)\b)",
        read_numeric,
    ),
    (rf"{_EDGE}(?P<a>\d{{1,2}})-(?P<b>\d{{1,2}})-(?P<y>\d{{2,4}})(?!\d)", read_numeric),
    (
        rf"(?<![\w.,]){_COUNT}\s{_UNIT}\sago\s(?P<from>today|yesterday)\b",
        read_ago,
    ),
    (r"\b(?:the\s)?day before yesterday\b", read_relative),
    (
        rf"\b(?:the )?(?:{DAY}|day|night|week|month|year) before last\b|\b{DAY} fortnight\b"
        rf"|\ba (?:week|fortnight) (?:last|on) {DAY}\b",
        read_unnamed,
    ),
    (
        r"\b(?:end|start|beginning|middle|first|last) (?:day )?of (?:the |last |this )?"
        r"(?:week|month|year|quarter)\b|\b(?:mid|end)-?month\b|\b(?:month|year)-?end\b",
        read_stretch,
    ),
    (r"\bthe (?:day|week|month|morning|evening|night) (?:before|after|prior)\b", read_unnamed),
    (r"\b(?:the\s)?(?:last|previous) (?:trading day|business day|session)\b", read_unnamed),
    (r"\bon (?:mo|tu|we|th|fr|sa|su)\b(?!\s?\d)", read_unnamed),
    (r"\b(?:on|for) (?:my|his|her|our|the) (?:birthday|anniversary|wedding)\b", read_unnamed),
    (r"\b(?:on )?the (?:very )?day (?:that|when|of)\b|\bovernight\b", read_unnamed),
    (
        r"\bmid-?week\b|\b(?:earlier|later|late|early) in the (?:week|month|year|quarter)\b"
        r"|\bq[1-4]\b(?:\s?'?(?:20)?\d\d)?"
        r"|\b(?:1st|2nd|3rd|4th|first|second|third|fourth) quarter\b"
        r"|\b(?:lately|previously|formerly|back then|at the time|in those days|in the old days)\b",
        read_stretch,
    ),
    (
        r"\b(?:christmas|x-?mas|boxing day|thanksgiving|easter|halloween|(?:black|good) friday|"
        r"cyber monday|new year|"
        r"(?:valentine|independence|labou?r|memorial|president|columbus|veteran|mlk)'?s?'? day)"
        r"(?:'?s)?(?: eve| day)?\b",
        read_unnamed,
    ),
    (
        r"\b(?:late |earlier |early )?(?P<x>yesterday)(?:'s)?(?: (?:morning|afternoon|evening))?\b",
        read_relative,
    ),
    (r"\blast night\b", read_relative),
    (r"\btomorrow\b(?: (?:morning|afternoon|evening))?", read_relative),
    (
        r"\b(?:earlier |late )?today(?:'s)?\b|\bthis (?:morning|afternoon|evening)\b|\btonight\b",
        read_relative,
    ),
    (
        rf"(?P<about>{_ABOUT}\s|~\s?)?(?<![\w.,]){_COUNT}\s{_UNIT}"
        rf"(?:\s{_AGO}\b|(?P<ahead>\sfrom now\b))",
        read_ago,
    ),
    (
        r"(?<![\w.,])(?P<n>\d{1,4})\s?(?P<unit>[dw])\sago\b",
        read_ago,
    ),
    (rf"(?<![\w.,]){_COUNT}\s{DAY}s?\s{_AGO}\b", read_unnamed),
    (
        r"(?<![\w.,])(?:an?\s|\d{1,4}\s)?(?:days|weeks|fortnights?|months|years|ages|hours)\sago\b",
        read_stretch,
    ),
    (rf"\bin\s{_COUNT}\s{_UNIT}\b(?P<ahead>)", read_ago),
    (
        r"(?<![\w.,])(?:\d|an?|a few|few|half an|a couple of) (?:hour|hr)s? (?:ago|back)\b"
        r"|(?<![\w.,])(?:\d{1,3}|an?|a few|few|a couple of) (?:minute|min|second)s? "
        r"(?:ago|back)\b",
        read_just_now,
    ),
    (r"\bjust now\b|\bright now\b|\bearlier on\b", read_just_now),
    (
        rf"\b(?:(?P<how>(?:on )?(?:last|this|past|previous|next|coming|the|on|since|a week ago|"
        rf"last week(?:'s|,)?(?: on)?)(?: past| last| next)?)\s)?"
        rf"(?P<day>{DAY})\b\.?(?:\s(?P<week>last week|a week ago|of last week))?"
        r"(?:\s(?:morning|afternoon|evening|night))?",
        read_weekday,
    ),
    (
        rf"(?:\bon\s)?\b(?:the\s)?(?P<d>\d{{1,2}}){_ORD}\b(?:\sof this month\b)?"
        rf"(?!\s(?:buy|purchase|time|tranche|"
        rf"lot|trade|"
        r"quarter|position|batch|order|one|sale|share))",
        read_ordinal,
    ),
    (
        r"\b(?:(?:(?:last|this|past|previous|next) (?:few |couple of )?"
        r"(?:week|month|year|quarter|summer|winter|spring|autumn|fall|weekend|day)s?"
        r"|(?:over |on |at )?the weekend|other day|a while (?:ago|back)|recently|long ago|"
        r"ages ago|the past)\b)",
        read_stretch,
    ),
    (
        rf"\b(?:(?:(?:sometime|back|early|late|mid|(?:end|start|beginning|middle) of)[\s-]){{0,3}}"
        rf"(?:in|during|of|since|last|this)\s(?:(?:early|late|mid)[\s-])?"
        rf"(?:{MONTH}|(?:19|20)\d\d(?!\d))\b"
        rf"(?:\s(?:19|20)\d\d)?)",
        read_stretch,
    ),
    (rf"\b(?:{MONTH})\s(?:19|20)\d\d(?!\d)", read_stretch),
    (r"(?<![\w.,])(?:[a-z]{1,12}\s|\d{1,3}\s?[a-z]{1,12}\s){1,2}ago\b", read_guess),
    (
        r"\b(?:every|each) (?:day|week|month|monday|friday)\b|\b(?:daily|weekly|monthly)\b",
        read_stretch,
    ),
)
RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(f"(?i){pattern}"), rule) for pattern, rule in _TABLE
)
