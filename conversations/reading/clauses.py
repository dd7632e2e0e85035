"""A message taken apart: what tells of no trade left out, one clause for each trade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from conversations.reading.calendar_words import correct_spelling
from conversations.reading.dates import DayMention, Sure, TimeMention, find_days, find_times
from conversations.reading.fees import BROKER_TOOK
from conversations.reading.layout import lay_out
from conversations.reading.masks import DAY, NOTE, SYMBOL, Rest
from conversations.reading.meaning import World
from conversations.reading.notes import find_notes
from conversations.reading.numbers import AMOUNT, write_digits
from conversations.reading.sides import is_asking, tells_of_no_trade, without_request
from conversations.reading.symbols import SymbolMention, find_symbols
from conversations.reading.verbs import Verb, find_verbs

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(\x01\x02])|(?<=[!?])\s|\n")
_SEPARATOR = re.compile(
    r"(?i);|\n|(?<=[.!?])\s|,(?=\s|$)|\s\+(?=\s[A-Za-z])"
    r"|\s(?:and then|and|&|then|plus|but|also|as well as|while)(?=\s)"
    r"|\s(?:-|/|\||[-=]?>)(?=\s(?:bought|sold|buy|sell|added|trimmed|dumped|picked|grabbed)\b)"
    r"|(?<=[\d$€£])(?=\s(?:bought|sold|purchased|dumped|trimmed|buy|sell)\s\d[\d.,]{0,12}\s\x01)"
)
_NUMBER = re.compile(rf"(?<![\w.,])(?:{AMOUNT})")
_SOME = re.compile(r"(?i)\b(?:all|half|everything|\d{1,3}\s?%|some)(?!\w)")
_PAIR = re.compile(
    rf"(?i)(?<![\w.,])(?:{AMOUNT})\s?(?:more\s|shares?\s|others?\s){{0,2}}(?:@|at\s|for\s|"
    rf"x\s?)\s?[$€£]?{AMOUNT}"
)
_SPLIT = re.compile(r"(?i)\bsplit")
_EVENT = re.compile(r"(?i)\b(?:deposit|withdr|dividend|split)")


@dataclass(frozen=True, slots=True)
class Page:
    """A message with its names, days and notes found and painted over."""

    words: str  # the message in plain text, numbers in digits
    text: str  # ``words`` painted over; the same length
    symbols: tuple[SymbolMention, ...]
    days: tuple[DayMention, ...]
    times: tuple[TimeMention, ...]
    notes: tuple[tuple[int, int], ...]  # where they start and end
    dated_note: bool  # a day is mentioned within a note
    unclear: tuple[tuple[str, tuple[Decimal, ...]], ...]  # number words, and what they may mean


@dataclass(slots=True)
class Clause:
    """The words of one trade: from ``start`` to ``end`` of the page."""

    start: int
    end: int
    verbs: list[Verb] = field(default_factory=list)
    denied: bool = False  # its only verbs tell of no trade
    numbers: int = 0
    symbols: list[SymbolMention] = field(default_factory=list)

    def absorb(self, other: Clause) -> None:
        """Take in ``other``, which follows and is no trade of its own."""
        self.end = other.end
        self.verbs += other.verbs
        self.symbols += other.symbols
        self.numbers += other.numbers


def read_page(plain: str, world: World) -> Page:
    """Find names, days, times and notes in ``plain``; sentences that ask are blanked out."""
    rewritten = write_digits(correct_spelling(lay_out(plain)))
    words = "".join(_without_questions(rewritten.text))
    days = find_days(words, world.today, world.day_first)
    dated = Rest(words)
    for day in days:
        dated.paint(day.start, day.end, DAY)
    times = () if _SPLIT.search(words) else find_times(dated.text)  # 1:10 is no time there
    for time in times:
        dated.paint(time.start, time.end, DAY)
    symbols = tuple(
        mention
        for mention in find_symbols(words, world)
        if DAY not in dated.text[mention.start : mention.end]
    )
    for mention in symbols:
        if mention.strength:
            dated.paint(mention.start, mention.end, SYMBOL)
    notes = find_notes(dated.text)
    for start, end in notes:
        dated.paint(start, end, NOTE)

    def outside(start: int) -> bool:
        return not any(begin <= start < end for begin, end in notes)

    return Page(
        words,
        dated.text,
        tuple(mention for mention in symbols if outside(mention.start)),
        tuple(day for day in days if outside(day.start)),
        tuple(time for time in times if outside(time.start)),
        notes,
        any(
            not outside(day.start) and day.sure is Sure.CLEAR and day.days[0] <= world.today
            for day in days
        ),
        rewritten.unclear,
    )


def _without_questions(text: str) -> Iterator[str]:
    at = 0
    for end in [*(found.end() for found in _SENTENCE.finditer(text)), len(text)]:
        sentence = text[at:end]
        yield " " * len(sentence) if is_asking(sentence) else without_request(sentence)
        at = end


def split_clauses(page: Page) -> list[Clause]:
    """The clauses of ``page`` that may each tell of a trade, in order."""
    clauses: list[Clause] = []
    for piece in _pieces(page):
        last = clauses[-1] if clauses else None
        if last is None or _begins_another(page, last, piece):
            clauses.append(piece)
        else:
            last.absorb(piece)
            last.denied = (last.denied or piece.denied) and not last.verbs
    return clauses


def _pieces(page: Page) -> Iterator[Clause]:
    covered = [(one.start, one.end) for one in page.symbols]
    covered += [(one.start, one.end) for one in page.days]
    verbs, at, earlier = _verbs_of(page), 0, False
    ends = [
        found.end()
        for found in _SEPARATOR.finditer(page.text)
        if not any(start <= found.start() < end for start, end in covered)
    ]
    for end in [*ends, len(page.text)]:
        if not page.text[at:end].strip(" ,;.!?\n"):
            continue
        piece = Clause(at, end)
        event = bool(_EVENT.search(page.text, at, end))
        for verb in verbs:
            if at <= verb.start < end:
                unreal = tells_of_no_trade(page.text, verb, earlier=earlier, event=event)
                earlier = unreal and verb.plain
                if unreal:
                    piece.denied = True
                else:
                    piece.verbs.append(verb)
        piece.denied = piece.denied and not piece.verbs
        text = page.text[at:end]
        piece.symbols = [one for one in page.symbols if at <= one.start < end]
        piece.numbers = len(_NUMBER.findall(text)) + bool(_SOME.search(text))
        yield piece
        at = end


def _verbs_of(page: Page) -> list[Verb]:
    """The verbs of ``page``, less what a broker "took"."""
    fees = [(fee.start(), fee.end()) for fee in BROKER_TOOK.finditer(page.text)]
    return [
        verb
        for verb in find_verbs(page.text)
        if not any(start <= verb.start < end for start, end in fees)
    ]


def _strong(symbols: Sequence[SymbolMention]) -> set[tuple[str, ...]]:
    return {one.symbols or (one.said,) for one in symbols if one.strength >= 2}


def _begins_another(page: Page, last: Clause, piece: Clause) -> bool:
    """Whether ``piece`` tells of another trade than ``last``, and does not just go on with it."""
    text = page.text[piece.start : piece.end]
    if not last.verbs and not last.symbols and not last.numbers and not last.denied:
        return False  # "yesterday, I sold"
    if piece.denied or _EVENT.search(text):
        return True
    if last.denied:
        return bool(piece.verbs)
    named, begun = _strong(piece.symbols), _strong(last.symbols)
    if piece.verbs and (piece.numbers or named):
        strong = any(not verb.weak for verb in piece.verbs)
        return bool(last.verbs or (begun and last.numbers)) and (strong or bool(named))
    if named and begun and not named <= begun:
        return True
    if named and begun and piece.numbers >= 2 and last.numbers >= 2:
        return True
    return bool(_PAIR.search(text)) and bool(begun) and last.numbers >= 2 and not piece.verbs


def named_in(page: Page, clause: Clause) -> tuple[str, list[SymbolMention]]:
    """The text of ``clause`` with only the strongest names painted over, and those names."""
    best = max((one.strength for one in clause.symbols), default=0)
    rest = Rest(page.text)
    chosen = []
    for one in clause.symbols:
        if one.strength == best:
            chosen.append(one)
            rest.paint(one.start, one.end, SYMBOL)
        elif one.strength:  # only a word, beside a better name
            word = page.words[one.start : one.end]
            rest.text = rest.text[: one.start] + word + rest.text[one.end :]
    return rest.text[clause.start : clause.end], chosen
