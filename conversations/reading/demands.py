"""What a portfolio has to be like, from words: "max 10% in one stock", "never sell KO"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.meaning import World
from conversations.reading.naming import SECTOR, SHARE, Marked, mark_names, sector
from conversations.reading.numbers import write_digits
from conversations.reading.plain import plain_text

LONGEST = 600  # characters; nobody says more limits than that at once
ALL = "*"  # about everything that is held


class About(StrEnum):
    """What a limit limits."""

    EACH = "each"  # the weight of every share
    ASSET = "asset"
    GROUP = "group"
    NEVER_SELL = "never_sell"
    NEVER_BUY = "never_buy"
    KEEP = "keep"  # neither
    AVOID = "avoid"
    CASH = "cash"
    TURNOVER = "turnover"  # of the value, what is sold or what is bought, whichever is more
    NAMES = "names"
    COST = "cost"  # of the money traded
    ORDER = "order"  # money: no order is worth less


@dataclass(frozen=True, slots=True)
class Limit:
    """One demand; ``least`` and ``most`` are shares of the value (0.1 for 10 %), a number of names
    or, of an order, money."""

    about: About
    name: str = ""  # a symbol, a sector, or ALL
    least: float | None = None
    most: float | None = None
    said: str = ""

    @property
    def key(self) -> str:
        """``asset:KO``, ``cash``: a newer limit of the same key takes the place of an older."""
        return f"{self.about}:{self.name}" if self.name else str(self.about)


def joined(old: Limit | None, new: Limit) -> Limit:
    """``new`` in place of ``old``; "at least 2%" and "at most 10%" make a range if they can."""
    if old is None or old.about not in (About.EACH, About.ASSET, About.GROUP):
        return new
    least = old.least if new.least is None else new.least
    most = old.most if new.most is None else new.most
    if (least, most) == (new.least, new.most) or least is None or most is None or least > most:
        return new
    return Limit(new.about, new.name, least, most, f"{old.said}, {new.said}")


@dataclass(frozen=True, slots=True)
class Demanded:
    """The limits that a text states, and the parts of it that were not understood.

    ``indexes``: parts that ask for the members of an index, of which we know no list.
    """

    limits: tuple[Limit, ...]
    rest: tuple[str, ...]
    indexes: tuple[str, ...] = ()


_NUMBER = r"\d{1,6}(?:[.,]\d{1,4})?"
_PERCENT = rf"({_NUMBER})\s?%"
_MOST = any_of(
    r"""
    max(?:imum|imal(?:ly)?)?(?: of)?|at (?:the )?most|(?:no|not|never) more than|up to|less than
    not (?:above|over|exceeding)|below|under|(?:is |be )?(?:capped|limited) (?:at|to)|<=?|only
    (?:cap|limit)(?: it)?(?: at| to)?|not to exceed|must not exceed|no larger than
    """
)
_LEAST = any_of(
    r"""
    min(?:imum|imal(?:ly)?)?(?: of)?|at least|(?:no|not|never) less than|more than|above|over|>=?
    not (?:below|under)|no smaller than
    """
)
_AFTER_MOST = r"(?:max(?:imum)?|at most|or less|tops|at the most)"
_AFTER_LEAST = r"(?:min(?:imum)?|at least|or more|at the least)"
_BOUND = (
    rf"(?:{_MOST}\s?(?P<most>{_NUMBER})\s?%|{_LEAST}\s?(?P<least>{_NUMBER})\s?%"
    rf"|(?P<most2>{_NUMBER})\s?% {_AFTER_MOST}|(?P<least2>{_NUMBER})\s?% {_AFTER_LEAST}"
    rf"|(?:between |from )?(?P<low>{_NUMBER})\s?%?\s?(?:to|-|\.\.)\s?(?P<high>{_NUMBER})\s?%"
    rf"|exactly\s?(?P<just>{_NUMBER})\s?%)"
)
_ONE = (
    r"(?:stocks?|shares?|positions?|names?|compan(?:y|ies)|holdings?|assets?|tickers?|things?"
    r"|securit(?:y|ies)|instruments?)"
)
_EACH = rf"(?:(?:any |every |each |a |the |per )?(?:single |one |individual )?{_ONE}|each|apiece)"
_IN = r"(?:in |for |of |on |to |per |into )?"
_SHARES = rf"(?P<shares>{SHARE}(?:\+{SHARE}){{0,30}})"
_SECTOR = rf"(?P<sector>{SECTOR})"
_ANY = r"(?:any |all |more |of |my |the |shares |stocks ){0,4}"
_NEVER = (
    r"(?:(?:i |we )?(?:would |will )?(?:never|don't|do not|dont|not|can't|cannot|won't|must not"
    r"|without|no)(?: want to| ever)?)"
)
_LIMIT = r"(?:limit|cap|restrict|hold|keep)"
_NO_ONE = rf"(?:nothing|none|no {_ONE})(?: should be)?"
_SELL = r"(?:sell|reduce|trim|part with|cut)(?:ing)?"
_OUT = r"(?:no|without|exclude|excluding|avoid|leave out|not|nothing in|zero)"
_COUNT = r"(?P<count>\d{1,4})"
_NAMES = r"(?:different )?(?:stocks?|shares?|positions|names|companies|holdings|assets|titles)"

_MAX = r"(?:max(?:imum|imal)?|(?:the )?(?:most|largest|biggest|highest))"
_MIN = r"(?:min(?:imum|imal)?|(?:the )?(?:least|smallest|lowest))"
_ORDERS = r"(?:orders?|trades?|tickets?|transactions?)(?: (?:size|value|amount|volume))?"
_MONEY = (
    r"[$€£]?\s?(?P<money>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)\s?"
    r"(?P<thousands>k)?\s?(?:dollars?|bucks|euros?|pounds?|francs?|[a-z]{3}|[$€£])?"
)
_UNDER = r"(?:below|under|less than|smaller than|worth less than)"

# Each is a whole clause; the first that matches counts.
_GRAMMAR = (
    (
        About.ORDER,
        rf"(?:no|never|without|skip|avoid|leave out|drop) (?:any )?(?:{_ORDERS}) {_UNDER} {_MONEY}",
    ),
    (About.ORDER, rf"{_ORDERS} (?:of |are |is |should be )?(?:at least|{_MIN}) {_MONEY}"),
    (About.ORDER, rf"(?:at least|{_MIN}) {_MONEY} (?:per|an?|each|every|for an?) {_ORDERS}"),
    (About.ORDER, rf"{_MIN} {_ORDERS} (?:of |is |at )?{_MONEY}"),
    (
        About.TURNOVER,
        rf"{_MAX} (?:turnover|change|trading) (?:of |is |at )?(?P<most3>{_NUMBER})\s?%",
    ),
    (About.TURNOVER, rf"turnover (?:of |is |at )?(?P<most3>{_NUMBER})\s?%"),
    (About.CASH, rf"{_MAX} cash (?:of |is |at )?(?P<most3>{_NUMBER})\s?%"),
    (About.CASH, rf"{_MIN} cash (?:of |is |at )?(?P<least3>{_NUMBER})\s?%"),
    (
        About.EACH,
        rf"{_MAX} (?:{_ONE}(?: (?:size|weight))?|weight) (?:of |is |at )?(?P<most3>{_NUMBER})\s?%",
    ),
    (
        About.EACH,
        rf"{_MIN} (?:{_ONE}(?: (?:size|weight))?|weight) (?:of |is |at )?(?P<least3>{_NUMBER})\s?%",
    ),
    (About.TURNOVER, rf"{_BOUND} {_IN}(?:the )?(?:turnover|change|trading)"),
    (About.TURNOVER, rf"(?:turnover|change|trading|trade) (?:of |is )?{_BOUND}"),
    (About.CASH, rf"{_BOUND} {_IN}cash"),
    (About.CASH, rf"cash (?:of |is )?{_BOUND}"),
    (About.CASH, rf"(?:keep |hold |leave |have )?(?P<just2>{_NUMBER})\s?% {_IN}cash"),
    (About.CASH, rf"(?:keep |hold )?cash (?:at|of) (?P<just2>{_NUMBER})\s?%"),
    (About.CASH, rf"cash (?:up to )?(?P<most3>{_NUMBER})\s?%"),
    (About.CASH, r"(?P<none>no cash|(?:be |stay )?fully invested|invest everything|all invested)"),
    (
        About.COST,
        rf"(?:trading )?(?:costs?|fees?|commissions?) (?:of |are |is |at )?(?P<just2>{_NUMBER})"
        r"\s?%(?: (?:of|per|a|each|every) (?:the )?trades?)?",
    ),
    (About.NAMES, rf"{_MOST} {_COUNT} {_NAMES}"),
    (About.NAMES, rf"{_NAMES} {_MOST} {_COUNT}"),
    (About.NAMES, rf"{_COUNT} {_NAMES}(?: {_AFTER_MOST})?"),
    (About.GROUP, rf"{_IN}{_SECTOR} {_BOUND}"),
    (About.GROUP, rf"{_BOUND} {_IN}(?:the )?{_SECTOR}"),
    (About.GROUP, rf"{_LIMIT} (?:the )?{_SECTOR} (?:at|to) (?P<most3>{_NUMBER})\s?%"),
    (About.ASSET, rf"{_IN}{_SHARES} {_BOUND}"),
    (About.ASSET, rf"{_BOUND} {_IN}{_SHARES}"),
    (About.ASSET, rf"{_LIMIT} {_SHARES} (?:at|to) (?P<most3>{_NUMBER})\s?%"),
    (About.EACH, rf"{_BOUND}(?: {_IN}{_EACH})?"),
    (About.EACH, rf"{_IN}{_EACH} {_BOUND}"),
    (About.EACH, rf"{_LIMIT} {_EACH} (?:at|to) (?P<most3>{_NUMBER})\s?%"),
    (About.EACH, rf"{_NO_ONE} (?:above|over|more than|larger than) (?P<most3>{_NUMBER})\s?%"),
    (About.EACH, rf"{_NO_ONE} (?:below|under|less than|smaller than) (?P<least3>{_NUMBER})\s?%"),
    (About.KEEP, rf"{_NEVER} (?:touch|trade|change)(?:ing)? {_ANY}{_SHARES}"),
    (About.KEEP, rf"(?:leave|freeze) {_ANY}{_SHARES}(?: alone| as (?:it is|they are))?"),
    (About.KEEP, rf"keep {_ANY}{_SHARES} as (?:it is|they are)"),
    (About.NEVER_SELL, rf"{_NEVER} {_SELL} {_ANY}{_SHARES}"),
    (About.NEVER_SELL, rf"(?P<all>{_NEVER} {_SELL} (?:anything|holdings?|what i (?:hold|own)))"),
    (About.NEVER_SELL, r"(?P<all>no (?:sales|selling)|only buy(?:ing)?|buy only|without selling)"),
    (About.NEVER_SELL, rf"(?:always )?(?:keep|hold on to|hold) {_ANY}{_SHARES}"),
    (About.NEVER_BUY, rf"{_NEVER} (?:buy(?:ing)?|add(?:ing)? to|add(?:ing)?) {_ANY}{_SHARES}"),
    (About.NEVER_BUY, rf"no more {_SHARES}"),
    (About.AVOID, rf"{_OUT} {_ANY}{_SHARES}"),
    (About.AVOID, rf"{_OUT} {_ANY}{_SECTOR}"),
)
_CLAUSES = tuple((about, compiled(pattern)) for about, pattern in _GRAMMAR)
_LONGEST_LIST = 140  # characters of a clause about the members of an index
_INDEX = compiled(
    r"\b(?:s\s?(?:&|and)?\s?p\s?-?\s?(?:500|400|600|100)|sp500|spx|nasdaq(?:[ -]?100)?"
    r"|dow(?: jones)?(?: 30)?|djia|russell(?: ?[123]000)?|dax|mdax|ftse(?: ?100| ?250)?"
    r"|(?:euro )?stoxx(?: ?50| ?600)?|cac(?: ?40)?|nikkei(?: ?225)?|msci(?: world| em)?"
    r"|smi|ibex(?: ?35)?|tsx|asx(?: ?200)?|index(?:es)?)\b"
)
_MEMBERS = compiled(
    r"\b(?:only|just|from|out of|within|among|inside|in|of|no|not|without|members?|constituents?"
    r"|names|stocks?|shares|companies)\b"
)
_LEAD = compiled(
    r"^(?:please |and |but |also |so |then |with |i want |i'd like |i would like |we want |"
    r"make it |keep it |keep |leave |have |hold |put |use |allow |the |my |a |to ){1,6}"
)
_TAIL = compiled(
    r"(?: please| thanks?| thx| of (?:the|my) (?:portfolio|money|value)| in total"
    r"| from now on| always| ever| at any time| overall| if possible){1,3}$"
)
_SPLIT = re.compile(r"(?i)\s?(?:[;\n]|,(?!\d)|\.(?=\s|$)|\s(?:and|but|with|plus|while|then)\s)\s?")
_BETWEEN = compiled(rf"\bbetween ({_NUMBER})\s?%? and (?={_NUMBER})")
_LIST = re.compile(rf"({SHARE})\s?(?:,|&|/|\+|and|or|, and|nor)\s?(?={SHARE})", re.IGNORECASE)
_WORDS = (
    (compiled(r"\b(?:per ?cents?|pct|percentage points?)\b"), "%"),
    (compiled(r"\b(?:(?:a|one) )half\b|\bhalf\b"), "50 %"),
    (compiled(r"\b(?:a|one) (?:quarter|fourth)\b"), "25 %"),
    (compiled(r"\b(?:a|one) third\b"), "33.33 %"),
    (compiled(r"\b(?:a|one) fifth\b"), "20 %"),
    (compiled(r"\b(?:a|one) tenth\b"), "10 %"),
    (compiled(r"\ba single\b"), "single"),
    (compiled(r"\bany one\b"), "any"),
    (compiled(r"\bin one (?=stock|share|name|company|position)"), "in "),
)


def read_demands(text: str, world: World) -> Demanded:
    """The limits that ``text`` states. Never raises.

    A part that is no limit as a whole is handed back as it was said: nothing is understood by
    halves.
    """
    words = plain_text(text)[:LONGEST]
    for pattern, written in _WORDS:
        words = pattern.sub(written, words)
    words = write_digits(words).text
    first = _read(mark_names(words, world))
    return _read(mark_names(words, world, 1)) if first.rest and not first.limits else first


def _read(marked: Marked) -> Demanded:
    limits: dict[str, Limit] = {}
    rest: list[str] = []
    indexes: list[str] = []
    for clause in _clauses(marked.text):
        found = list(_understand(clause, marked))
        if not found:
            said = marked.restore(clause)
            (indexes if _is_index(said) else rest).append(said)
        for one in found:
            limits[one.key] = joined(limits.get(one.key), one)
    return Demanded(tuple(limits.values()), tuple(rest), tuple(indexes))


def _is_index(clause: str) -> bool:
    """``only S&P 500 names``: who belongs to an index is nothing that we know."""
    short = len(clause) <= _LONGEST_LIST
    return short and bool(_INDEX.search(clause)) and bool(_MEMBERS.search(clause))


def _clauses(text: str) -> list[str]:
    joined = _LIST.sub(r"\1+", _BETWEEN.sub(r"between \1 to ", text))
    found = [one.strip(" .!?:,") for one in _SPLIT.split(joined)]
    return [one for one in found if one]


def _understand(clause: str, marked: Marked) -> Iterator[Limit]:
    """What a clause says; a list of shares that makes no sense as one is read piece by piece."""
    found = _whole(clause, marked)
    if found or "+" not in clause:
        yield from found
        return
    pieces = [_whole(piece, marked) for piece in clause.split("+")]
    if all(pieces):
        yield from (limit for piece in pieces for limit in piece)


def _whole(clause: str, marked: Marked) -> list[Limit]:
    plain = _TAIL.sub("", clause)
    for words in dict.fromkeys((plain, _LEAD.sub("", plain))):
        for about, pattern in _CLAUSES:
            match = pattern.fullmatch(words)
            if match is not None:
                return list(_limits(about, match.groupdict(), clause, marked))
    return []


def _limits(
    about: About, found: dict[str, str | None], clause: str, marked: Marked
) -> Iterator[Limit]:
    said = marked.restore(clause)
    least, most = _bounds(found)
    if about is About.ORDER:
        yield Limit(about, "", _amount(found["money"] or "0", bool(found["thousands"])), None, said)
        return
    if found.get("count"):
        yield Limit(about, most=float(found["count"] or 0), said=said)
        return
    if about in (About.CASH, About.TURNOVER, About.COST, About.EACH):
        if about is About.CASH and least is not None and most is None:
            most = least  # more than that in cash is no aim
        yield Limit(about, "", least, most, said)
        return
    if mark := found.get("sector"):
        lowered = (None, 0.0) if about is About.AVOID else (least, most)
        yield Limit(About.GROUP, sector(mark), *lowered, said)
        return
    if found.get("all"):
        yield Limit(about, ALL, said=said)
        return
    for mark in (found.get("shares") or "").split("+"):
        yield Limit(about, marked.share(mark), least, most, said)


def _bounds(found: dict[str, str | None]) -> tuple[float | None, float | None]:
    """Least and most, as shares."""
    if found.get("none"):
        return 0.0, 0.0
    just = _first(found, "just", "just2")
    if just is not None:
        return _share(just), _share(just)
    low = _first(found, "low", "least", "least2", "least3")
    high = _first(found, "high", "most", "most2", "most3")
    least, most = None if low is None else _share(low), None if high is None else _share(high)
    return (
        (most, least) if least is not None and most is not None and least > most else (least, most)
    )


def _first(found: dict[str, str | None], *keys: str) -> str | None:
    return next((found[key] for key in keys if found.get(key)), None)


def _amount(said: str, thousands: bool) -> float:
    """``1,000`` is a thousand, ``12,5`` is twelve and a half."""
    grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", said)
    value = float(said.replace(",", "" if grouped else "."))
    return value * 1000.0 if thousands else value


def _share(said: str) -> float:
    return round(float(said.replace(",", ".")) / 100.0, 12)
