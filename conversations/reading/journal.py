"""Notes and reasons in words: “note on #216: felt rushed”, “it was a tip”, “sure 4”."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.plain import LONGEST, composed

LONGEST_NOTE = 1_000  # characters that are kept
NOTE = (
    r"(?:(?:add|make|take|write)(?: a| the| this)? )?(?:a )?notes?"
    r"(?: (?:on|to|for|about)(?: trade)? (?:#?(?P<number>\d{1,9})|the last trade|it|that))?"
    r"(?: ?[:=] ?| - )(?P<words>\S.*)"
)
_NOTE = re.compile(rf"\s{{0,9}}/?{NOTE}", re.IGNORECASE | re.DOTALL)
_ABOUT = {
    "plan": r"(?:it was |that was |was )?(?:a |the |my |part of (?:the|my) )?plan(?:ned)?",
    "news": r"(?:it was |because of |the |some |on ){0,6}(?:news|headlines?|earnings|an? article)",
    "dip": r"(?:it was |buying |bought |because of |on ){0,6}(?:a |the )?"
    r"(?:dip|drop|fall|it (?:fell|dipped)|it was (?:down|cheap))",
    "tip": r"(?:it was |because of |on |from ){0,6}(?:an? |the |my |pure |just ){0,6}"
    r"(?:tip|tips|fomo|tip ?/ ?fomo|hype|friend|colleague|podcast|reddit|youtube|twitter|tiktok|"
    r"everyone(?: else)?(?: (?:did|was buying|bought))?)",
}
_REASONS = {name: re.compile(rf"{words}[ .!]*", re.IGNORECASE) for name, words in _ABOUT.items()}
_SURE = re.compile(r"(?:sure |about )?([1-5])(?: ?/ ?5| of 5| out of 5)?(?: sure)?[ .!]*", re.I)
_TOPICS = {
    "plan": r"plan|plans|planned|planning|planned trades",
    "news": r"news|news trades",
    "dip": r"dips?|buying dips|dip trades|buying the dip",
    "tip": r"fomo|tips?|tip ?/ ?fomo|hype|fomo trades",
}


@dataclass(frozen=True, slots=True)
class NoteRead:
    words: str
    number: int | None = None  # of the trade; None: the last one


def read_note(text: str) -> NoteRead | None:
    """The note in ``text`` as it was written, line breaks included."""
    plain = composed(text[:LONGEST]).encode("utf-8", "replace").decode("utf-8")
    match = _NOTE.fullmatch(plain.replace("\x00", " "))
    if match is None:
        return None
    number = match["number"]
    return NoteRead(match["words"].strip()[:LONGEST_NOTE], int(number) if number else None)


def read_reason(text: str) -> str | None:
    """“fomo”, “it was a tip”, “planned”: one of the four reasons."""
    said = text.strip()
    return next((name for name, words in _REASONS.items() if words.fullmatch(said)), None)


def read_sure(text: str) -> int | None:
    """“4”, “4/5”, “sure 4”."""
    match = _SURE.fullmatch(text.strip())
    return int(match[1]) if match else None


def read_topic(text: str) -> str | None:
    """The reason that “what do my notes say about …” asks for."""
    said = text.strip(" .!?").casefold()
    found = (
        name for name, words in _TOPICS.items() if re.fullmatch(rf"(?:my |the )?(?:{words})", said)
    )
    return next(found, None)
