"""Words that make a number a guess: "around 185", "410 something", "185 or so", "mid 180"."""

from __future__ import annotations

from collections.abc import Iterator

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.currencies import AFTER
from conversations.reading.numbers import AMOUNT

_BEFORE = any_of(
    r"""
    ~|\+/?-|\b(?:c|ca|approx|circa)\.?(?=\s?[$€£]?\d)
    \b(?:around|about|approximately|roughly|somewhere|ballpark|nearly|almost|some|near|nearer|like|say)
    \b(?:close to|not quite|practically|virtually|in the (?:region|area|vicinity) of)
    \b(?:under|over|above|below|beneath|beyond|(?:north|south|shy|upwards|short) of)
    \b(?:(?:less|more|fewer|better|worse|higher|lower) than|up to|at (?:least|most)|a minimum of)
    \b(?:maybe|perhaps|probably|possibly|presumably|supposedly|something like|(?:i )?guess(?:ing)?)
    \b(?:(?:must|should|might|could|may) (?:have )?be(?:en)?)
    \b(?:a )?(?:(?:good |odd )?few|couple(?: of)?|several|many|some|a handful of)
    \b(?:low|mid|middle|high|lower|upper|early|late)(?:[\s-](?:the|to))?
    """
)
_AFTER = any_of(
    r"""
    -?\s?(?:something|somethin|sumthing|sth|smth|ish|odd|and change)\b
    (?:or|and)\s(?:so|change|some(?:thing)?|(?:there|where)\s?abouts?|around there)\b
    (?:or|and)\s(?:a (?:bit|little|few|touch)|less|more|whatever|similar|about|close|near(?:by)?)\b
    there\s?abouts?\b|give or take|more or less|plus[\s/-]{0,3}minus|\+/?-|approx\b|ballpark\b
    approximately\b|roughly\b|(?:around|about)(?=\s(?:each|per|apiece|there|a share)|\s?[.,;]|\s?$)
    plus(?=\s?[.,;]|\s?$)|(?<=\d)\+(?!\s?\d)|\(?\?
    """
)
# What may stand between a number and the word that makes it a guess.
_BETWEEN = (
    rf"(?:\s?(?:{AFTER}|(?:shares?|shs?|units?|each|apiece|a share|per share)\b|\x01{{1,60}}))"
)
_COMMA = r"(?:,(?=\s(?:give or|more or|or (?:so|there)|ballpark)))?"
_GUESSES = (
    compiled(rf"{_BEFORE}(?:\s(?:on|at|of|the|a|an|my|just))?[\s-]?[$€£]?\s?(?:{AMOUNT})"),
    compiled(rf"(?<![\w.,])(?:{AMOUNT}){_BETWEEN}{{0,2}}{_COMMA}\s?{_AFTER}"),
    # "at 18x", "at 6x.xx": digits that they left out.
    compiled(
        r"(?:@|\b(?:at|for|price|paid))\s?[$€£]?\d{1,6}\.?\d{0,2}x{1,3}(?:\.x{1,3})?(?!\s?\d)"
    ),
)


def find_guesses(text: str) -> Iterator[str]:
    """The numbers in ``text`` that are only roughly meant, with the words that say so."""
    for pattern in _GUESSES:
        for match in pattern.finditer(text):
            yield match[0].strip(" -").replace("\x01", "")
