"""What of a trade's words makes it doubtful, though every field of it may have been read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.clauses import Clause, Page
from conversations.reading.fees import FEE_TERM
from conversations.reading.masks import DAY, NOTE, SYMBOL
from conversations.reading.meaning import KEEP, Choice, Issue, IssueKind, Slot
from conversations.reading.notes import CORRECTIONS
from conversations.reading.sides import other_subject

_NOT_SHARES = compiled(
    any_of(
        r"""
        \b(?:calls|puts|(?:call|put)(?=\s(?:option|contract|spread))|options?|contracts?|strike)\b
        \b(?:expir(?:y|ing|ation)|warrants?|futures|leaps|spreads?|straddles?|cfds?|lots)\b
        (?<=\d)\s?(?:call|put)\b
        """
    )
)
_REPEATED = compiled(
    rf"\b(?:twice|thrice|\w{{1,9}} times|ditto|same (?:again|on|as))\b|\bsame {DAY}"
)
_POINTS = re.compile(r"(?i)\b(?:bps?|basis points)\b")
_GUESSED = r"(?!\s(?:at |on )?[$€£]?\d)"  # "maybe 10" leaves only the number in doubt
_UNSURE = compiled(
    rf"\b(?:(?:maybe|perhaps|probably|i guess|i think|i believe)\b{_GUESSED}"
    r"|(?:not sure|might have|iirc|pretty sure|if i remember)\b)"
)
_DENIED = r"(?:never|not|hasn't|didn't|did not|wasn't|isn't|yet to)(?: get| got| been| be| yet)?"
_NOT_DONE = compiled(
    any_of(
        rf"""
        \b(?:cancel+ed|rejected|expired|declined|voided|unfilled|pending|queued|submitted|reversed)\b
        \border (?:placed|received|accepted|entered|open|is (?:open|in|live|working))\b
        \b(?:open|working|live|resting) order\b|(?:^|\n)\s?working\b|\bplaced an? (?:\w+ )?order\b
        \b{_DENIED} (?:fill(?:ed)?|executed?|go through|went through|triggered)\b
        \b(?:paper|demo|practice|virtual|fake)[ -](?:account|portfolio|money|trad\w{{1,6}})\b
        """
    )
)
_SHORT = compiled(
    r"\bshort(?:s|ed|ing)?\b"
    r"(?![- ]?(?:term|of\b|on (?:cash|money)|while|squeeze|notice|story|seller|interest|ly\b))"
)
_CORRECTION = compiled(rf"\b{CORRECTIONS}\b")
_REACH = 40  # characters of the next clause that may take back this one
_TERM = compiled(rf"[^.!?\n{SYMBOL}]{{0,20}}?(?:[\d{SYMBOL}{DAY}]|\b(?:bought|sold|buy|sell)\b)")
_KEEPING = (Choice(Slot.NONE, KEEP),)


def find_doubts(page: Page, clause: Clause, text: str) -> Iterator[Issue]:
    """The questions that the words of ``clause`` raise (``text``: it with its names masked)."""
    if match := _NOT_SHARES.search(text):
        yield Issue(IssueKind.NOT_SHARES, match[0], _KEEPING)
    if match := _REPEATED.search(text):
        yield Issue(IssueKind.NUMBER_UNCLEAR, match[0], _KEEPING)
    if match := _POINTS.search(text):
        yield Issue(IssueKind.FEE_UNCLEAR, match[0])
    if match := _NOT_DONE.search(page.words, clause.start, clause.end):
        yield Issue(IssueKind.HAPPENED, match[0].strip(), _KEEPING)
        return
    for start, end in page.notes:
        if clause.start <= start < clause.end and (
            match := FEE_TERM.search(page.words, start, end)
        ):
            yield Issue(IssueKind.FEE_UNCLEAR, match[0])
    names = [other_subject(page.text, verb) for verb in clause.verbs]
    if said := next((name for name in names if name), None):
        yield Issue(IssueKind.HAPPENED, said, _KEEPING)
    elif match := _UNSURE.search(text.replace(NOTE, " ")):
        yield Issue(IssueKind.HAPPENED, match[0], _KEEPING)


def corrected_in(page: Page, clause: Clause, text: str) -> Issue | None:
    """The question about a term that is taken back: "10, sorry, 12 AAPL", "AAPL, I mean MSFT"."""
    following = page.text[clause.end : clause.end + _REACH]
    for match in _CORRECTION.finditer(text + following):
        if match.start() > len(text) + 1:
            break
        before, after = text[: match.start()], (text + following)[match.end() :]
        if re.search(r"\d", before) and _TERM.match(after):
            return Issue(IssueKind.NUMBER_UNCLEAR, match[0], _KEEPING)
    said = [verb for verb in clause.verbs if not verb.weak]
    taken_back = _CORRECTION.search(text, said[0].end - clause.start) if len(said) > 1 else None
    return Issue(IssueKind.HAPPENED, taken_back[0], _KEEPING) if taken_back else None


def speaks_of_short_sale(text: str) -> bool:
    """Whether ``text`` calls the trade a short one in words that are no verb."""
    return bool(_SHORT.search(text))
