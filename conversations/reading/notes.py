"""Why they did it: the part of a message that gives reasons, whose numbers are no terms."""

from __future__ import annotations

import re

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.calendar_words import DAY, MONTH
from conversations.reading.fees import FEE_TERM
from conversations.reading.masks import DAY as DAY_MASK
from conversations.reading.verbs import find_verbs
from conversations.reading.vocabulary import ORDINARY

_THINKING = any_of("think|thought|feel|felt|expect|believe|hope|need|needed|want|wanted")
_EVENT = any_of("news|hype|advice|tip|rumou?rs?|earnings|dip")
_PURPOSE = any_of(
    """
    fund|pay|lock in|free up|raise|rebalance|diversify|celebrate|finance|reduce|help|build
    """
)
_BECAUSE = any_of(
    rf"""
    because|cause(?=\s(?:i|it|the|of))|cos|coz|cuz|bc|b/c|due to|thanks to|in case|ahead of
    since(?=\s(?:i|it|the|they|my|we|everyone))|as (?:i|it|the|they)(?=\s)
    so that|so i can|in order to|hoping|expecting|thinking
    i {_THINKING}(?=\s)(?!\sto (?:record|log))
    on (?:the )?{_EVENT}|after (?:the|earnings|reading|hearing|it|they|a|my|that|news)
    before (?:the|earnings|it)|to {_PURPOSE}
    """
)
_REASON = compiled(rf"\b{_BECAUSE}\b|\b(?:reason(?:ing)?|notes?|memo|comment)\s?[:=]")
_DASH = re.compile(r"\s(?:-{1,2}|[-=]>|\||/)\s(?=[A-Za-z\"'])")
_REMARK = re.compile(r"\s(?://|#(?=\s))\s?(?=[\w\"'])")
_PARENTHESES = re.compile(r"\([^()\n]{1,300}\)|\[[^\]\[\n]{1,300}\]|\"[^\"\n]{3,300}\"")
_COMMA = re.compile(r"[,.!]\s(?=[A-Za-z\"'])")
_END = re.compile(r"\n|;|(?<=[.!?])\s|$")
# A reason ends where another trade begins, or where the terms of this one go on.
_NEXT_TRADE = compiled(
    r"(?:,|\band|\bthen|\bso|\bbut|-)\s(?:then\s|also\s|i\s|we\s|just\s|later\s){0,3}"
    r"(?:bought|sold|buy|sell|dumped|trimmed|picked up|added|grabbed|purchased|got|closed|exited)\s"
    r"(?=\S{0,12}\d|\x01|all\b|half\b|my\b|some\b|a\b|everything)"
)
_TERMS_AGAIN = compiled(
    r",\s(?:(?:at|@|for)\s?[$€£]?\d|[$€£]?\d[\d.,]{0,12}\s(?:each|apiece|a share|per share)\b)"
)
_BREAK = re.compile(r"(?i)[,(]|\s(?:and|with|plus|but|less|minus|-)\s")
_WORD = re.compile(r"[A-Za-z'][A-Za-z'/-]{0,30}")
_TERM = re.compile(r"\W{0,3}(?:\x01|[\w'/-]{1,20}[\s:=.]{1,3}(?:of\s)?[$€£+-]?\d)")
_PRICED = compiled(r"(?:@|\b(?:at|for|price|qty|quantity|total|shares?|each|paid))\W{0,3}\d")
_LONGEST = 1_000  # characters of one note
_CALENDAR = re.compile(rf"(?i)(?:{DAY}|{MONTH})$")
_PLANS = frozenset(
    [
        *("plan", "hold", "holding", "target", "targets", "targeting", "tgt", "goal", "keep"),
        *("stop", "stoploss", "stop-loss", "until", "till", "review", "longterm", "long-term"),
    ]
)
CORRECTIONS = any_of(
    r"""
    actually|sorry|oops|whoops|wait|no wait|i mean|i meant|meant|correction|corrected|edit|typo
    wrong|my (?:bad|mistake)|mistake|scratch that|strike that|make (?:that|it)|or rather|rather
    or was it|should (?:be|have been|read)|instead|nope|not
    """
)
_HEDGE = compiled(r"give or take|more or less|approx|roughly|thereabouts|ballpark")
_CORRECTION = compiled(rf"\b{CORRECTIONS}\b")


def find_notes(text: str) -> tuple[tuple[int, int], ...]:
    """Where the reasons stand in ``text`` (names and days painted over), in order."""
    found: list[tuple[int, int]] = []

    def add(start: int, end: int) -> None:
        end = start + len(text[start:end].rstrip(" "))
        if start < end and not any(begin < end and start < stop for begin, stop in found):
            found.append((start, end))

    for match in _PARENTHESES.finditer(text):
        if _is_talk(match[0][1:-1]):
            add(match.start(), match.end())
    for match in _REMARK.finditer(text):
        line = text.find("\n", match.end())
        end = _end_of(text, match.end(), line if line >= 0 else len(text), sentence=False)
        if _is_remark(text[match.end() : end]):
            add(match.start(), end)
    reason = _REASON.search(text)
    while reason is not None:
        end = _end_of(text, reason.end())
        if text[: reason.start()].strip(" ,.!\n") or "note" in reason[0].casefold():
            add(reason.start(), end)
        reason = _REASON.search(text, max(end, reason.end()))
    for pattern in (_DASH, _COMMA):
        for match in pattern.finditer(text):
            comma = text.find(",", match.end()) if pattern is _COMMA else -1
            end = _end_of(text, match.end(), comma)
            if _is_talk(text[match.end() : end]):
                add(match.start() + (text[match.start()] in ".!,"), end)
    return tuple(sorted(found))


def _end_of(text: str, at: int, limit: int = -1, *, sentence: bool = True) -> int:
    """Where what begins at ``at`` ends: with its sentence, at ``limit``, or before other terms."""
    end = min(at + _LONGEST, limit if limit >= 0 else len(text), len(text))
    if sentence and (stop := _END.search(text, at, end)):
        end = stop.start()
    for pattern in (_NEXT_TRADE, _TERMS_AGAIN):
        if other := pattern.search(text, at, end):
            end = other.start()
    if fee := FEE_TERM.search(text, at, end):
        breaks = [found.start() for found in _BREAK.finditer(text, at, fee.start() + 1)]
        end = breaks[-1] if breaks else end
    return end


def _is_talk(text: str) -> bool:
    """Whether ``text`` begins with words of its own and not with a term of the trade."""
    first = _WORD.match(text.strip())
    if first is None or FEE_TERM.search(text) or _takes_back(text) or _HEDGE.match(text.strip()):
        return False
    word = first[0].casefold()
    if word in _PLANS:
        return not _PRICED.match(text.strip())
    if _TERM.match(text.strip()):
        return False
    return len(word) > 1 and word not in ORDINARY and not _CALENDAR.match(word)


def _is_remark(text: str) -> bool:
    """Whether ``text``, after "//" or "#", says nothing of the trade itself."""
    return not (
        text.lstrip().startswith(DAY_MASK)
        or FEE_TERM.search(text)
        or _PRICED.search(text)
        or _takes_back(text)
    )


def _takes_back(text: str) -> bool:
    """Whether ``text`` corrects what was said: "sorry, sold", "typo, 12"."""
    return bool(_CORRECTION.match(text.strip())) or any(
        not verb.weak and not verb.plain for verb in find_verbs(text)
    )
