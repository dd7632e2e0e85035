"""Tickers and names, in the world of the phrases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from conversations.reading.meaning import World
from conversations.reading.symbols import SymbolMention, find_symbols, nearest, settle

from .world import phrase_world


def _best(text: str, world: World | None = None) -> tuple[str, ...] | None:
    world = world or phrase_world()
    found: list[SymbolMention] = list(find_symbols(text, world))
    best = max(found, key=lambda one: one.strength, default=None)
    return None if best is None else settle(best, world)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("bought 10 AAPL at 185", "AAPL"),
        ("bought 10 aapl at 185", "AAPL"),
        ("bought 10 Aapl", "AAPL"),
        ("40 ko", "KO"),
        ("$TSLA", "TSLA"),
        ("BRK-B", "BRK.B"),
        ("brk.b", "BRK.B"),
        ("2 BRKB", "BRK.B"),
        ("google", "GOOGL"),
        ("Johnson & Johnson", "JNJ"),
        ("johnson and johnson's", "JNJ"),
        ("coca-cola", "KO"),
        ("coca cola", "KO"),
        ("Apple Hospitality", "APLE"),
        ("apple's", "AAPL"),
        ("at&t", "T"),
        ("mcdonald's", "MCD"),
        ("bmw", "BMW.DE"),
        ("SAP.DE", "SAP.DE"),
        ("10 T at 22", "T"),
        ("25 ON at 68", "ON"),
        ("2 IT at 508", "IT"),
        ("5 NOW", "NOW"),
        ("SOLD ALL MY NVDA NOW", "NVDA"),
        ("sold ALL my nvda", "NVDA"),
    ],
)
def test_known_names(text: str, symbol: str) -> None:
    assert _best(text) == (symbol,)


@pytest.mark.parametrize(
    "text",
    ["bought it now", "all in on a dip", "sold all on monday", "BOUGHT IT NOW", "i am on it"],
)
def test_words_are_no_tickers(text: str) -> None:
    assert _best(text) is None


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("APPL", "AAPL"),
        ("telsa", "TSLA"),
        ("NVDIA", "NVDA"),
        ("microsft", "MSFT"),
        ("Gooogle", "GOOGL"),
    ],
)
def test_misspelt_names_are_unknown_and_the_nearest_is_offered(said: str, first: str) -> None:
    assert _best(f"bought 10 {said} at 5") == ()
    assert nearest(said, phrase_world())[0] == first


def test_a_name_listed_twice_is_ambiguous_until_something_decides() -> None:
    world = phrase_world()
    assert set(_best("5 SAP", world) or ()) == {"SAP", "SAP.DE"}
    assert set(_best("5 sap", world) or ()) == {"SAP", "SAP.DE"}
    held = replace(world, holdings={"SAP.DE": Decimal(3)})
    assert _best("5 SAP", held) == ("SAP.DE",)
    assert _best("5 SAP", replace(world, last_symbol="SAP")) == ("SAP",)


def test_a_first_word_of_several_names_is_ambiguous() -> None:
    assert len(_best("3 vanguard at 291") or ()) > 1


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("XYZQ", phrase_world()) == ()
