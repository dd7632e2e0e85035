"""Which instrument a text speaks of: tickers, names of companies, and their misspellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from conversations.reading.calendar_words import DAY, MONTH
from conversations.reading.meaning import World
from conversations.reading.vocabulary import (
    CAPITALS,
    FUNCTION_WORDS,
    ORDINARY,
    PLAIN_NAMES,
    WORDLIKE_TICKERS,
)
from engine.market.instruments import Universe

NEAREST = 3  # suggestions for an unknown name
CLOSE = 88.0  # similarity from which a word is taken for a misspelt name
_ALIKE = 66.0  # similarity from which a name is worth suggesting

_TOKEN = re.compile(r"[$#]?[A-Za-z0-9](?:[A-Za-z0-9&.'/-]{0,40}[A-Za-z0-9])?")
_SHAPE = re.compile(r"[A-Z]{1,6}(?:[.-][A-Z]{1,3})?$")
_LEGAL = re.compile(
    r"(?:\s\(.{0,99}\)|,?\s(?:inc|incorporated|corp|corporation|company|co|plc|se|ag|sa|nv|ltd|limited|"
    r"holdings?|group|technolog(?:y|ies)|platforms|motors?|chase|etf|reit|trust))\.?$"
)
_AFTER_NUMBER = re.compile(
    r"(?i)(?:[\d%]|\d[km]|\bx|\b(?:shares?|units?|stocks?)(?: of| in)?(?: the)?|\bof(?: the)?)\s?$"
)
_AFTER_PRICE = re.compile(r"(?i)(?:@|\bat|\bfor|\bprice|[$€£])\s?[\d.,]{1,14}\s?$")
_AFTER_VERB = re.compile(
    r"(?i)\b(?:my|some|more|into|bought|sold|buy|sell|got|added|trimmed|dumped|purchased|"
    r"closed|exited|"
    r"long|short|shorted)\s$"
)
_CALENDAR = re.compile(rf"(?i)(?:{DAY}|{MONTH})$")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class SymbolMention:
    """A name at ``start`` to ``end`` of the text, and the instruments that it may stand for."""

    start: int
    end: int
    said: str
    symbols: tuple[str, ...]  # none: unknown
    strength: int  # the mention that counts is the one of the greatest strength


@dataclass(frozen=True, slots=True)
class _Index:
    """The names of a universe. Keys are lower-case, without dots, hyphens and legal forms."""

    tickers: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, ...]]
    every: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "every", {**self.names, **self.tickers})


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Compares a universe by identity: comparing thousands of instruments would cost more than
    what the cache saves."""

    universe: Universe

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.universe is other.universe

    def __hash__(self) -> int:
        return id(self.universe)


def find_symbols(text: str, world: World) -> tuple[SymbolMention, ...]:
    """All mentions of instruments in ``text``, in order and without overlaps."""
    index = _index_of(_Same(world.universe))
    shouting = text.upper() == text
    tokens = list(_TOKEN.finditer(text))
    found: list[SymbolMention] = []
    at = 0
    while at < len(tokens):
        mention, used = _longest_name(text, tokens, at, index) or (None, 1)
        if mention is None:
            mention = _ticker(text, tokens[at], index, shouting)
        if mention is None:
            mention = _unknown(text, tokens[at], index, shouting)
        if mention is not None:
            found.append(mention)
        at += used
    return tuple(found)


def settle(mention: SymbolMention, world: World) -> tuple[str, ...]:
    """The symbols that ``mention`` may stand for, one if holdings or the talk decide."""
    held = [symbol for symbol in mention.symbols if world.holdings.get(symbol)]
    if len(held) == 1:
        return (held[0],)
    if world.last_symbol in mention.symbols:
        return (world.last_symbol,) if world.last_symbol else ()
    return mention.symbols


def nearest(said: str, world: World) -> tuple[str, ...]:
    """The symbols whose ticker or name is most like ``said``, the likeliest first."""
    every = _index_of(_Same(world.universe)).every
    found = process.extract(
        _key(said)[:40], list(every), scorer=_likeness, limit=8, score_cutoff=_ALIKE
    )
    symbols = dict.fromkeys(symbol for name, _, _ in found for symbol in every[name])
    return tuple(symbols)[:NEAREST]


def _likeness(one: str, other: str, **_: object) -> float:
    return max(fuzz.ratio(one, other), 100 * OSA.normalized_similarity(one, other))


@lru_cache(maxsize=8)
def _index_of(same: _Same) -> _Index:
    tickers: dict[str, tuple[str, ...]] = {}
    names: dict[str, tuple[str, ...]] = {}
    starts: dict[str, tuple[str, ...]] = {}

    def put(table: dict[str, tuple[str, ...]], key: str, symbol: str) -> None:
        if key and symbol not in table.get(key, ()):
            table[key] = (*table.get(key, ()), symbol)

    for one in same.universe:
        put(tickers, _ticker_key(one.symbol), one.symbol)
        put(tickers, _ticker_key(one.symbol.split(".")[0]), one.symbol)
        for name in (one.name, *one.aliases):
            for key in _shortened(_key(name)):
                put(names, key, one.symbol)
        first = _key(one.name).partition(" ")[0]
        if len(first) >= 4 and first not in PLAIN_NAMES:
            put(starts, first, one.symbol)
    return _Index(tickers, {**starts, **names})


def _key(name: str) -> str:
    name = name.casefold().removesuffix("'s").translate(_DROPPED)
    return " ".join(name.split())


_DROPPED = str.maketrans({"'": None, ".": None, "-": " ", ",": None})


def _ticker_key(symbol: str) -> str:
    return symbol.casefold().translate(_GLUED)


_GLUED = str.maketrans({".": None, "-": None, "/": None})


def _shortened(name: str) -> Iterator[str]:
    """ "sap se (adr)", "sap se", "sap": the name with fewer and fewer legal forms."""
    for _ in range(4):
        yield name
        if name.endswith("s") and "'" in name:
            yield name[:-1]
        shorter = _LEGAL.sub("", name)
        if shorter == name:
            return
        name = shorter


def _longest_name(
    text: str, tokens: list[re.Match[str]], at: int, index: _Index
) -> tuple[SymbolMention, int] | None:
    reach = 1
    for one, other in pairwise(tokens[at : at + _MOST_WORDS]):
        if text[one.end() : other.start()] not in (" ", " & "):
            break
        reach += 1
    for count in range(reach, 0, -1):
        start, end = tokens[at].start(), tokens[at + count - 1].end()
        said = text[start:end]
        symbols = index.names.get(_key(said))
        if not symbols or said.startswith(("$", "#")):
            continue
        plain = said.casefold() in PLAIN_NAMES or said.casefold() in ORDINARY
        if plain and not (said[0].isupper() and start > 0):
            return SymbolMention(start, end, said, symbols, 1), count
        if count == 1 and said.isupper() and (twins := index.tickers.get(_ticker_key(said))):
            symbols = tuple(dict.fromkeys((*twins, *symbols)))
        return SymbolMention(start, end, said, symbols, 3 if said[0].isupper() else 2), count
    return None


def _ticker(text: str, token: re.Match[str], index: _Index, shouting: bool) -> SymbolMention | None:
    said, marked = token[0].lstrip("$#").removesuffix("'s"), token[0][0] in "$#"
    symbols = index.tickers.get(_ticker_key(said))
    if symbols is None or (marked and said[0].isdigit()):
        return None
    exact = [symbol for symbol in symbols if symbol == said.upper().replace("-", ".")]
    if exact and "." in exact[0]:
        symbols = (exact[0],)
    strength = 3 if marked else _ticker_strength(text, token, said, shouting)
    end = token.start() + len(token[0].removesuffix("'s"))
    return SymbolMention(token.start(), end, said, symbols, strength) if strength else None


def _ticker_strength(text: str, token: re.Match[str], said: str, shouting: bool) -> int:
    before = text[max(0, token.start() - 24) : token.start()]
    wordlike = len(said) == 1 or said.casefold() in WORDLIKE_TICKERS
    if not said.isupper():
        if wordlike or said.casefold() in ORDINARY or _CALENDAR.match(said):
            return 0
        return 2 if len(said) > 1 else 0
    if not wordlike:
        return 3
    if _AFTER_NUMBER.search(before):
        return 3
    if len(said) == 1:
        return 1 if not shouting and (said not in "AI" or _AFTER_VERB.search(before)) else 0
    return 0 if shouting else 1


def _unknown(
    text: str, token: re.Match[str], index: _Index, shouting: bool
) -> SymbolMention | None:
    said, marked = token[0].lstrip("$#"), token[0][0] in "$#"
    word = said.casefold().removesuffix("'s")
    if said[0].isdigit() or _CALENDAR.match(word) or said.upper() in CAPITALS:
        return None
    before = text[max(0, token.start() - 24) : token.start()]
    counted, asked = bool(_AFTER_NUMBER.search(before)), bool(_AFTER_VERB.search(before))
    if token[0][0] == "#" and not said.isupper():
        return None  # "#longterm"
    if marked:
        strength = 3
    elif word in ORDINARY and not (len(word) == 1 and counted and word != "x"):
        return None
    elif _SHAPE.match(said) and len(said) > 1 and not shouting:
        strength = 4 if counted and not _AFTER_PRICE.search(before) else 0
    elif counted and word not in FUNCTION_WORDS - {"a"}:
        strength = 4 if shouting and _SHAPE.match(said) else 0
    elif asked and len(word) >= 3:
        close = process.extractOne(word, list(index.every), scorer=_likeness, score_cutoff=75)
        if close is None and not shouting:
            return None
        strength = 0
    else:
        return None
    return SymbolMention(token.start(), token.end(), said, (), strength)
