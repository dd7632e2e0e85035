"""Any text at all: nothing raises, and no text takes longer than its length explains."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conversations.reading
from conversations.reading.plain import LONGEST
from conversations.reading.trades import TradeReading, amend, choose, read_trades, review

from .world import phrase_world

_VOCABULARY = """
bought sold buy sell AAPL apple $TSLA ko SAP XYZQ brk.b T ON it all half 30% of my the 10 185.20
1.852,00 1,852 .5 -5 +3 1e9 99999999999999999999 one eighty five hundred dozen at @ for each total
per share fee fees commission no $ € usd 3/4 2026-11-05 31.02.2026 yesterday monday last week ago
5th in may and , ; . ? ! - ( ) : x because note: dividend split 4:1 10:30 deposited withdrew not if
should short all-in ½ − １０ 👍
"""
_WORDS = st.sampled_from([*_VOCABULARY.split(), "\n", "\x00", "\ud800"])
_SOUP = st.lists(_WORDS, max_size=25).map(" ".join)
_ANY = st.text(st.characters(), max_size=120)
_FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _is_sound(reading: TradeReading) -> None:
    for number in (reading.quantity, reading.price, reading.fee, reading.amount):
        assert number is None or (isinstance(number, Decimal) and number.is_finite())
    again = review(reading, phrase_world())
    assert {issue.kind for issue in again.issues} == {issue.kind for issue in reading.issues}


@_FUZZ
@given(st.one_of(_SOUP, _ANY))
def test_reading_never_raises(text: str) -> None:
    for reading in read_trades(text, phrase_world()):
        _is_sound(reading)


@_FUZZ
@given(_SOUP, st.one_of(_SOUP, _ANY))
def test_amending_and_choosing_never_raise(text: str, answer: str) -> None:
    for reading in read_trades("bought 10 AAPL at 185.20", phrase_world()) + read_trades(
        text, phrase_world()
    ):
        for issue in reading.issues:
            for choice in issue.choices:
                _is_sound(choose(reading, issue.kind, choice.value, phrase_world()))
        changed = amend(reading, answer, phrase_world())
        if changed is not None:
            _is_sound(changed)


@pytest.mark.parametrize(
    "text",
    [
        "\x00" * 50,
        "\ud800\udfff bought 10 AAPL at 185",
        "bought 10 AAPL at 185 on 99/99/9999",
        "bought 10 AAPL at 185 9999 years ago",
        "bought 10 AAPL at 185 in 9999 months",
        f"bought {'9' * 5000} AAPL at 185",
        f"bought 10 AAPL at 0.{'0' * 5000}1",
        "bought 10 AAPL at 185 " + "and 5 MSFT at 411 " * 60_000,
        "(" * 5000 + ")" * 5000,
        "½" * 3000,
        "bought " + "one " * 3000,
    ],
)
def test_absurd_texts(text: str) -> None:
    for reading in read_trades(text, phrase_world()):
        _is_sound(reading)


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    def within(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
        if isinstance(value, re.Pattern):
            yield name, value
        elif isinstance(value, tuple | list):
            for number, one in enumerate(value):
                yield from within(f"{name}[{number}]", one)

    for module in pkgutil.iter_modules(conversations.reading.__path__):
        loaded = importlib.import_module(f"conversations.reading.{module.name}")
        for name, value in vars(loaded).items():
            yield from within(f"{module.name}.{name}", value)


_ADVERSARIAL = [
    *["1", "a", ".", "(", '"', "'", "\n", "$", "\x01", "-"],
    *["1,", "111,", "1/", "1-", "1x", "1k.", "1:"],
    *(
        "the ",
        "one ",
        "twenty-",
        "twenty and ",
        "1 of ",
        "for 1 ",
        "fee ",
        "no ",
        "hey ",
        "please ",
    ),
    *("put a ", "moved a b ", "a b ", "1 more of my ", "monday ", "on the wed ", "early mid late "),
    *(
        "up of about by ",
        "last ",
        "in the ",
        " - ",
        "A" * 40 + " ",
        "bought 1 ",
        "1 1 ",
        "paid in ",
    ),
    *("a, ", "because ", "// ", "1 or so ", "around ", "fee a ", "they took ", "1. a ", "a,b"),
    *("let a b c d ", "not ", "sorry ", "1\x01", "at 1x", "hold until ", "order ", "it is "),
]


# A search that takes next to no time can look ten times slower for any reason, and a busy machine
# slows all of them: only growth counts, and only of what is slow.
_LONGER = 4  # times the text; a linear pattern then takes 4 times as long, a quadratic one 16
_TOO_STEEP = 9.0
_NOTICEABLE = 0.05  # seconds of CPU time
_TRIES = 3


@pytest.mark.parametrize("piece", _ADVERSARIAL)
def test_no_pattern_is_worse_than_linear(piece: str) -> None:
    """No text makes a search explode: it would keep everybody else waiting."""
    assert dict(_steep(_patterns(), piece)) == {}


def test_the_search_for_steep_patterns_finds_one() -> None:
    quadratic = re.compile(r"a[^b]{1,100000}b")
    assert list(_steep([("quadratic", quadratic)], "a", longest=3_000, noticeable=0))


def _steep(
    patterns: Iterable[tuple[str, re.Pattern[str]]],
    piece: str,
    longest: int = LONGEST,
    noticeable: float = _NOTICEABLE,
) -> Iterator[tuple[str, float]]:
    text, longer = ((piece * size)[:size] for size in (longest, _LONGER * longest))
    for name, pattern in patterns:
        if _seconds(pattern, text) <= noticeable:
            continue
        growth = _least(pattern, longer) / max(_least(pattern, text), 1e-9)
        if growth > _TOO_STEEP:
            yield name, growth


def _least(pattern: re.Pattern[str], text: str) -> float:
    """Noise only ever adds to what a search takes, so the least of several tries is the truest."""
    return min(_seconds(pattern, text) for _ in range(_TRIES))


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    begin = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - begin
