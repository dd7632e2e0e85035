"""Why they did it: the part of a message that gives reasons, whose numbers are no terms."""

from __future__ import annotations

import re

from conversations.reading.calendar_words import DAY, MONTH
from conversations.reading.vocabulary import ORDINARY

_REASON = re.compile(
    r"(?i)\b(?:because|cause(?=\s(?:i|it|the|of))|cos|coz|cuz|bc|b/c|since(?=\s(?:i|it|the|"
    r"they|my|we|everyone))|"
    r"as (?:i|it|the|they)(?=\s)|so that|so i can|in order to|hoping|expecting|thinking|"
    r"i (?:think|thought|feel|felt|"
    r"expect|believe|hope|need|needed|want|wanted)(?=\s)(?!\sto (?:record|log))|"
    r"due to|thanks to|in case|ahead of|on (?:the )?(?:news|hype|advice|tip|rumou?rs?|earnings|"
    r"dip)|"
    r"after (?:the|earnings|reading|hearing|it|they|a|my|that|news)|before (?:the|earnings|it)|"
    r"to (?:fund|pay|lock in|free up|raise|rebalance|diversify|celebrate|finance|reduce|help|"
    r"build))\b"
    r"|\b(?:reason(?:ing)?|notes?|memo|comment)\s?[:=]"
)
_DASH = re.compile(r"\s-{1,2}\s(?=[A-Za-z\"'])")
_PARENTHESES = re.compile(r"\([^()\n]{1,300}\)|\"[^\"\n]{3,300}\"")
_COMMA = re.compile(r"[,.!]\s(?=[A-Za-z\"'])")
_END = re.compile(r"\n|;|(?<=[.!?])\s|$")
# A reason ends where another trade begins.
_NEXT_TRADE = re.compile(
    r"(?i)(?:,|\band|\bthen|\bso|\bbut|-)\s(?:then\s|also\s|i\s|we\s|just\s|later\s){0,3}"
    r"(?:bought|sold|buy|sell|dumped|trimmed|picked up|added|grabbed|purchased|got|closed|exited)\s"
    r"(?=\S{0,12}\d|\x01|all\b|half\b|my\b|some\b|a\b|everything)"
)
_WORD = re.compile(r"[A-Za-z'][A-Za-z'/-]{0,30}")
_TERM = re.compile(r"\W{0,3}(?:\x01|[\w'/-]{1,20}[\s:=.]{1,3}(?:of\s)?[$€£+-]?\d)")
_CALENDAR = re.compile(rf"(?i)(?:{DAY}|{MONTH})$")


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
    reason = _REASON.search(text)
    while reason is not None:
        end = _end_of(text, reason.end())
        if text[: reason.start()].strip(" ,.!\n") or "note" in reason[0].casefold():
            add(reason.start(), end)
        reason = _REASON.search(text, max(end, reason.end()))
    for pattern in (_DASH, _COMMA):
        for match in pattern.finditer(text):
            end = _end_of(text, match.end())
            if pattern is _COMMA:
                comma = text.find(",", match.end(), end)
                end = end if comma < 0 else comma
            if _is_talk(text[match.end() : end]):
                add(match.start() + (text[match.start()] in ".!,"), end)
    return tuple(sorted(found))


def _end_of(text: str, at: int) -> int:
    line = _END.search(text, at)
    end = line.start() if line else len(text)
    other = _NEXT_TRADE.search(text, at, end)
    return other.start() if other else end


def _is_talk(text: str) -> bool:
    """Whether ``text`` begins with words of its own and not with a term of the trade."""
    first = _WORD.match(text.strip())
    if first is None or _TERM.match(text.strip()):
        return False
    word = first[0].casefold()
    return len(word) > 1 and word not in ORDINARY and not _CALENDAR.match(word)
