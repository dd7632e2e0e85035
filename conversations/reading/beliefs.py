"""What somebody believes about returns, from words: "I think AAPL beats MSFT by 3% a year"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.meaning import World
from conversations.reading.naming import SHARE, mark_names
from conversations.reading.numbers import write_digits
from conversations.reading.plain import plain_text

LONGEST = 300  # characters
USUAL, SURE, UNSURE = 0.5, 0.8, 0.25  # confidence, where 1 is certain
WILDEST = 1.0  # return a year; a larger one is misread or a joke


@dataclass(frozen=True, slots=True)
class Belief:
    """``better`` earns ``value`` a year, or that much more than ``worse``."""

    better: str
    worse: str | None
    value: float
    confidence: float
    said: str

    @property
    def key(self) -> str:
        """A newer belief about the same shares takes the place of an older."""
        return ">".join(sorted((self.better, self.worse))) if self.worse else self.better


_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_PERCENT = re.compile(r"(?i)\b(?:per ?cents?|pct|percentage points?|points)\b")
_OPENING = compiled(
    r"^(?:my (?:view|guess|belief) is|(?:i|we)(?: do| really| strongly)? (?:think|believe|expect|"
    r"guess|am (?:sure|convinced|certain)|reckon|bet|feel|assume|suppose|say|see)"
    r"|i'm (?:sure|convinced|certain)|i'd say|in my (?:view|opinion)|imo|view|suppose)[,:]?\s"
    r"(?:that )?"
)
_SURE = compiled(r"\b(?:sure|convinced|certain|strongly|definitely|certainly|surely)\b,? ?")
_UNSURE = compiled(r"\b(?:maybe|perhaps|might|may|possibly|probably|guess|not sure|unsure)\b,? ?")
_CERTAIN = compiled(rf",? ?\(?(?:with |at )?({_NUMBER})\s?% (?:sure|certain|confiden(?:t|ce))\)?")
_BEATS = any_of(
    r"""
    beats?|outperforms?|does better than|do better than|returns? more than|earns? more than
    makes? more than|gains? more than|grows? more than|wins against|leads
    """
)
_LAGS = any_of(
    r"""
    lags?|underperforms?|does worse than|do worse than|trails?|falls? behind|returns? less than
    earns? less than|makes? less than|loses? (?:to|against)
    """
)
_RISES = any_of(
    r"""
    returns?|earns?|gains?|rises?|grows?|makes?|goes up|go up|climbs?|yields?|goes|is up|increases?
    be up|advances?
    """
)
_FALLS = r"(?:falls?|loses?|drops?|declines?|goes down|go down|sinks?|shrinks?|is down|be down)"
_WILL = r"(?:(?:will|'ll|would|should|is going to|going to|to|can|could) )?"
_BY = rf"(?:by |to return |of )?(?:about |around |roughly |some |~)?(?P<value>{_NUMBER})\s?%"
_PERIOD = r"(?:a|per|each|every|this|next|over the next|in a|within a|in the next)"
_YEAR = rf"(?: {_PERIOD} year|/y(?:r|ear)| pa| p\.?a\.?| annually| yearly)?"
_DO = r"(?:be |do |return |earn |make )?"
_BETTER, _WORSE = rf"(?P<better>{SHARE})", rf"(?P<worse>{SHARE})"
_FORMS = (
    (1, compiled(rf"{_BETTER} {_WILL}{_BEATS} {_WORSE} {_BY}{_YEAR}")),
    (-1, compiled(rf"{_BETTER} {_WILL}{_LAGS} {_WORSE} {_BY}{_YEAR}")),
    (
        1,
        compiled(rf"{_BETTER} {_WILL}{_DO}{_BY} (?:better|more) than {_WORSE}{_YEAR}"),
    ),
    (
        -1,
        compiled(rf"{_BETTER} {_WILL}{_DO}{_BY} (?:worse|less) than {_WORSE}{_YEAR}"),
    ),
    (1, compiled(rf"{_BETTER} {_WILL}{_RISES} {_BY}{_YEAR}")),
    (-1, compiled(rf"{_BETTER} {_WILL}{_FALLS} {_BY}{_YEAR}")),
    (
        1,
        compiled(rf"(?P<value>{_NUMBER})\s?% (?:return |growth )?(?:for|from|in) {_BETTER}{_YEAR}"),
    ),
)


def read_beliefs(text: str, world: World) -> tuple[Belief, ...]:
    """The beliefs of ``text``; () where it is not made of beliefs alone. Never raises.

    A number without a period is taken for a year's return.
    """
    words = _PERCENT.sub("%", write_digits(plain_text(text)[:LONGEST]).text)
    said = re.split(r"(?i)\s?;\s?|\n|, (?:and )?(?=i )|\sand (?=i (?:think|believe|expect))", words)
    found = [_belief(one.strip(" .!"), world) for one in said if one.strip(" .!")]
    kept = [one for one in found if one is not None]
    return tuple(kept) if len(kept) == len(found) else ()


def _belief(said: str, world: World) -> Belief | None:
    marked = mark_names(said, world)
    words, opened = _OPENING.subn("", marked.text, count=1)
    confidence = SURE if _SURE.search(marked.text) else USUAL
    confidence = UNSURE if _UNSURE.search(marked.text) else confidence
    if told := _CERTAIN.search(words):
        confidence = min(max(_fraction(told[1]), 0.01), 1.0)
        words = words.replace(told[0], "")
    words = _UNSURE.sub("", _SURE.sub("", words)).strip(" ,")
    for sign, pattern in _FORMS:
        match = pattern.fullmatch(words)
        if match is None:
            continue
        named = match.groupdict()
        worse = marked.share(named["worse"]) if named.get("worse") else None
        if worse is None and not opened and not _ahead(words):
            return None  # "AAPL gained 3%" tells of the past
        better, value = marked.share(named["better"]), _fraction(named["value"])
        if value > WILDEST or better == worse:
            return None
        if worse is not None and sign < 0:
            better, worse, sign = worse, better, 1
        return Belief(better, worse, sign * value, confidence, said)
    return None


def _ahead(words: str) -> bool:
    return (
        re.search(r"(?i)\b(?:will|going to|should|next year|a year|per year)\b|'ll\b", words)
        is not None
    )


def _fraction(said: str) -> float:
    return round(float(said.replace(",", ".")) / 100.0, 12)
