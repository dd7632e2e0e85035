"""Any text at all: nothing raises, and no text takes longer than its length explains."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conversations.reading
from conversations.intents import known
from conversations.reading.distress import read_distress
from conversations.reading.forecasts import asks_for_forecast, is_question
from conversations.reading.journal import read_note, read_reason
from conversations.reading.plain import LONGEST, plain_text
from conversations.reading.secrets import hide_secrets
from conversations.reading.trades import TradeReading, amend, choose, read_trades, review
from conversations.understanding import normal

from .hostile import Recipe, anywhere, seconds, whole
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


LONG = 100_000  # characters: reliability.md H8
PROMISED = 0.05  # seconds of CPU time; the worst are at about a fifth of it
_SHORT, _BRIEF = 5_000, 400  # with which the worst text of a pattern is found
_LONGER = 4  # times the text; a linear pattern then takes 4 times as long, a quadratic one 16
_TOO_STEEP = 9.0
_NOTICEABLE = 0.03  # seconds; a quadratic search of LONGEST takes longer
_TRIES = 3


def test_no_order_takes_long() -> None:
    """Of every intent, with the worst texts that its own pattern tells of."""
    found = [(one.name, one.pattern) for one in known() if one.pattern is not None]
    slow = {name: said for name, pattern in found for said in _slow(pattern)}
    assert slow == {}, "bound what may be repeated, closing marks for one: \\W{0,30}"


def test_the_search_for_slow_patterns_finds_one() -> None:
    """What every third pattern once ended with: each way to end the name runs through all marks."""
    assert list(_slow(re.compile(r"forget (?P<name>[\w -]{1,60}?)\W*"), length=LONG // 4))


def _slow(pattern: re.Pattern[str], length: int = LONG) -> Iterator[str]:
    allowed = PROMISED * length / LONG
    worst = max(
        whole(pattern), key=lambda one: _taken(pattern.fullmatch, one, _SHORT), default=None
    )
    if worst and (took := _taken(pattern.fullmatch, worst, length, allowed)) > allowed:
        yield f"{took:.3f} s with {worst}"


def _taken(look: Callable[[str], object], recipe: Recipe, size: int, enough: float = 9.0) -> float:
    text = recipe.text(size)
    return seconds(lambda: look(text), enough, _TRIES)


_WHEREVER = (
    "1%",
    "@1",
    "=1 ",
    "i ",
    "c ",
    "a-",
    "can't ",
    "my life ",
    "SG.-",
    "eyJ-",
    "sk-",
    "aB3 ",
)
_WHEREVER += (
    "4111 1111 ",
    "DE89 3704 ",
    "password: aaaa1 ",
    "pin is ",
    "-----BEGIN PRIVATE KEY-----",
)
_WHEREVER += (
    "\u0301\u0316",
    "\u0f73",
    "\ufdfa",
    "\uff8a\uff9e",
    "½",
    "on ",
    "a ",
    "\u2022",
    "-",
    " ",
    "note: ",
)
_LOOKED_AT = (hide_secrets, read_distress, plain_text, normal, read_note, read_reason)


@pytest.mark.parametrize("read", [*_LOOKED_AT, is_question, asks_for_forecast])
def test_what_looks_at_every_message_is_quick(read: Callable[[str], object]) -> None:
    """A key may stand anywhere, and so may a word of despair: all of a text is looked at.

    Twice what is promised, for machines that are slower than the one it was measured on.
    """
    slow = {}
    for part in _WHEREVER:
        text = Recipe("", part).text(LONG)
        took = seconds(partial(read, text), 2 * PROMISED, _TRIES)
        if took > 2 * PROMISED:
            slow[part] = round(took, 3)
    assert slow == {}


def test_no_pattern_is_worse_than_linear() -> None:
    """No text makes a search explode: it would keep everybody else waiting."""
    patterns = {(one.pattern, one.flags): (name, one) for name, one in _patterns()}
    assert len(patterns) > 300
    assert dict(_steep(patterns.values())) == {}


def test_the_search_for_steep_patterns_finds_one() -> None:
    steep = {
        "quadratic": re.compile(r"a[^b]{1,100000}b"),
        "blanks": re.compile(r"\s*(?:,|$)"),
    }
    assert {name for name, _ in _steep(steep.items(), 3_000, 0.0)} == set(steep)


def test_no_pattern_explodes() -> None:
    """One reason could be read in two ways at every word, "a" and "an?": 2 to the 40th."""
    assert read_reason("it was " + "a " * 40 + "x") is None


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    def within(name: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
        if isinstance(value, re.Pattern):
            yield name, value
        elif isinstance(value, tuple | list | dict):
            held = value.values() if isinstance(value, dict) else value
            for number, one in enumerate(held):
                yield from within(f"{name}[{number}]", one)

    for module in pkgutil.iter_modules(conversations.reading.__path__):
        loaded = importlib.import_module(f"conversations.reading.{module.name}")
        for name, value in vars(loaded).items():
            yield from within(f"{module.name}.{name}", value)


def _steep(
    patterns: Iterable[tuple[str, re.Pattern[str]]],
    longest: int = LONGEST,
    noticeable: float = _NOTICEABLE,
) -> Iterator[tuple[str, str]]:
    """What grows faster than its text; only growth counts, and only of what can be measured."""
    for name, pattern in patterns:

        def look(text: str, pattern: re.Pattern[str] = pattern) -> None:
            deque(pattern.finditer(text), 0)

        worst = max(anywhere(pattern), key=lambda one: _taken(look, one, _BRIEF), default=None)
        if worst is None or _taken(look, worst, longest, noticeable) <= noticeable:
            continue
        growth = _taken(look, worst, longest, 0.0) / _taken(look, worst, longest // _LONGER, 0.0)
        if growth > _TOO_STEEP:
            yield name, f"{growth:.0f} times as long with {worst}"
