"""Names of shares and sectors in a sentence, marked so that a grammar need not know them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.alternatives import compiled
from conversations.reading.meaning import World
from conversations.reading.symbols import find_symbols, settle

# As the listings name them, with what people call them.
SECTORS = {
    "Communication Services": r"communications?(?: services?)?|telecoms?|telcos?|media",
    "Consumer Discretionary": r"(?:consumer )?discretionary|consumer cyclicals?",
    "Consumer Staples": r"(?:consumer )?staples|consumer defensives?",
    "Energy": r"energy|oil(?: (?:and|&) gas)?",
    "Financials": r"financials?|finance|banks?(?: and insurers)?|insurers",
    "Health Care": r"health ?care|pharma(?:ceuticals?)?|biotechs?",
    "Industrials": r"industrials?",
    "Information Technology": r"(?:information )?technology|big tech|tech|it sector",
    "Materials": r"(?:basic )?materials|chemicals",
    "Real Estate": r"real estate|reits?|property",
    "Utilities": r"utilit(?:y|ies)",
}
_SECTORS = {
    name: compiled(rf"\b(?:{words})(?: (?:sector|stocks?|shares?|names|companies))?\b")
    for name, words in SECTORS.items()
}
SHARE = r"§s\d{1,3}§"  # ``plain_text`` leaves no "§" in a text
SECTOR = r"§g\d{1,2}§"
_MARK = re.compile(r"§([sg])(\d{1,3})§")


@dataclass(frozen=True, slots=True)
class Marked:
    """``text`` with marks for names; ``shares`` by their place, sectors by that in SECTORS."""

    text: str
    shares: tuple[str, ...]
    said: tuple[str, ...]  # the words that each share was named by

    def share(self, mark: str) -> str:
        found = _MARK.fullmatch(mark)
        assert found is not None, "only marks are looked up"
        return self.shares[int(found[2])]

    def restore(self, piece: str) -> str:
        """``piece`` in the person's own words, sectors as the listings call them."""
        return _MARK.sub(self._name, piece)

    def _name(self, found: re.Match[str]) -> str:
        return self.said[int(found[2])] if found[1] == "s" else list(SECTORS)[int(found[2])]


def sector(mark: str) -> str:
    """The sector that a mark of the kind SECTOR stands for."""
    found = _MARK.fullmatch(mark)
    assert found is not None, "only marks are looked up"
    return list(SECTORS)[int(found[2])]


def mark_names(text: str, world: World, least: int = 2) -> Marked:
    """``text`` (made plain before) with its names marked.

    ``least``: how sure it must be that a word is a name (``SymbolMention.strength``). A name that
    may be several things stays as it is, so does one that nobody knows, and "health" of "health
    care" is no name.
    """
    sectors = [found.span() for one in _SECTORS.values() for found in one.finditer(text)]
    shares: list[str] = []
    said: list[str] = []
    pieces, at = [], 0
    for mention in find_symbols(text, world):
        known = settle(mention, world)
        inside = any(
            start <= mention.start < end and end - start > mention.end - mention.start
            for start, end in sectors
        )
        if mention.strength < least or len(known) != 1 or inside:
            continue
        pieces += [text[at : mention.start], f"§s{len(shares)}§"]
        shares.append(known[0])
        said.append(text[mention.start : mention.end])
        at = mention.end
        if len(shares) == 999:
            break
    marked = "".join([*pieces, text[at:]])
    for n, pattern in enumerate(_SECTORS.values()):
        marked = pattern.sub(f"§g{n}§", marked)
    return Marked(marked, tuple(shares), tuple(said))
