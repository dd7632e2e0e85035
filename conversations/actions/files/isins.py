"""Shares that a file names only by their number: which listing they are, as the person says it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.broker_files.layout import Entry
from engine.ledger import Kind
from engine.market.instruments import Instrument, Universe

ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
MOST = 3  # candidates on buttons
_TRADED = (Kind.BUY, Kind.SELL)
NONE_OF_THEM = ""  # what is remembered where the person said so
_WORD = re.compile(r"[^\W_]+")
_EVERYWHERE = frozenset(
    {
        "inc", "corp", "corporation", "company", "co", "plc", "ag", "nv", "sa", "se", "spa", "the",
        "common", "stock", "st", "shares", "class", "ord", "ltd", "limited", "group", "holdings",
        "holding", "adr", "ucits", "etf", "acc", "dist", "usd", "eur", "gbp",
    }
)  # fmt: skip
_ENOUGH = 0.6  # of the words of a listing's name


@dataclass(frozen=True, slots=True)
class Nameless:
    """A share of which no symbol is known; ``name`` as the file has it, "" where it has none."""

    isin: str
    name: str
    currency: str


def named(entries: Iterable[Entry], meant: Mapping[str, str], held: frozenset[str]) -> list[Entry]:
    """Entries under the symbols that the person said; what is ``held`` under its number stays."""
    return [
        replace(one, trade=replace(one.trade, symbol=symbol))
        if (symbol := meant.get(one.trade.symbol)) and one.trade.symbol not in held
        else one
        for one in entries
    ]


def nameless(
    entries: Sequence[Entry],
    meant: Mapping[str, str],
    held: frozenset[str],
    listed: Mapping[str, str],
) -> tuple[Nameless, ...]:
    """What is still to be asked, in the order in which it comes."""
    found: dict[str, Nameless] = {}
    for one in entries:
        isin = one.trade.symbol
        if isin in found or isin in meant or isin in held or isin in listed:
            continue
        if one.trade.kind in _TRADED and ISIN.fullmatch(isin):
            found[isin] = Nameless(isin, one.name, one.currency)
    return tuple(found.values())


def candidates(share: Nameless, universe: Universe) -> list[Instrument]:
    """Listings in its currency whose names share most of their words with it, best first."""
    said = _words(share.name)
    rated = [
        (rating, one)
        for one in universe
        if (not share.currency or one.currency == share.currency)
        and (rating := max(_likeness(said, _words(name)) for name in (one.name, *one.aliases)))
        >= _ENOUGH
    ]
    rated.sort(key=lambda one: (-one[0], one[1].symbol))
    return [one for _, one in rated[:MOST]]


def _words(name: str) -> list[str]:
    words = _WORD.findall(name.casefold())
    return [word for word in words if word not in _EVERYWHERE] or words


def _likeness(said: Sequence[str], listing: Sequence[str]) -> float:
    """The share of a listing's words that were said, and a little for being said in full. The last
    word of a file may be cut off."""
    if not said or not listing:
        return 0.0
    cut = said[-1]
    shared = sum(word in said or (len(cut) >= 3 and word.startswith(cut)) for word in listing)
    return shared / len(listing) * (1.0 + 0.1 * shared / max(len(said), len(listing)))
