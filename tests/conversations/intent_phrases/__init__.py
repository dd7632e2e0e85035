"""How well people are understood: phrases with who should answer them, and the reckoning."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from conversations.classifying.guesses import guess
from conversations.intents import Intent, known
from conversations.reading.meaning import DayRange, World
from conversations.understanding import SUGGESTED, match, normal, recognise
from engine.market.instruments import Instrument, Universe

HERE = Path(__file__).parent
NOTHING, OWN_WORDS = "none", "word"  # out of scope; only ever in its own words
SHARES = {
    "AAPL": "Apple",
    "MSFT": "Microsoft",
    "TSLA": "Tesla",
    "NVDA": "NVIDIA",
    "KO": "Coca-Cola",
    "AMZN": "Amazon",
}
WORLD = World(
    today=date(2022, 12, 28),
    universe=Universe.of(
        Instrument(symbol, name, aliases=("coke",) if symbol == "KO" else ())
        for symbol, name in SHARES.items()
    ),
    holdings={"AAPL": Decimal(20), "TSLA": Decimal(5)},
    quote=lambda symbol, day: DayRange(Decimal(125), Decimal(126), Decimal("125.7")),
)


@dataclass(frozen=True)
class Answer:
    """Who answered at once (by a rule or by a guess), or who was offered."""

    name: str = ""
    guessed: bool = False
    offered: tuple[str, ...] = ()
    own_words: bool = False


def load(name: str) -> list[tuple[str, frozenset[str]]]:
    """The phrases of a file, and who may answer each."""
    lines = (HERE / f"{name}.txt").read_text().splitlines()
    pairs = [line.split(" => ") for line in lines if line and not line.startswith("#")]
    return [(said, frozenset(wanted.strip().split("|"))) for said, wanted in pairs]


def answer(text: str) -> Answer:
    """As ``understand`` decides for somebody with nothing open."""
    by_handler = {one.handler: one for one in known()}
    for one in known():
        if one.urgent is not None and one.urgent(text) is not None:
            return Answer(one.name)
    found = match(normal(text)) or recognise(text, WORLD)
    if found is not None:
        return Answer(by_handler[found[0]].name)
    guessed = guess(normal(text))
    offered = tuple(one.name for one in guessed.offered)
    if guessed.taken is not None:
        return Answer(guessed.taken.name, guessed=True, offered=offered)
    if guessed.foreign:
        return Answer()
    told = guessed.takes_away or guessed.words is not None
    return Answer(offered=offered[:SUGGESTED] if told else offered, own_words=told)


def verdict(wanted: frozenset[str], given: Answer) -> str:
    """``right``, ``one tap`` (the right one was offered), ``asked`` or ``wrong``."""
    if given.name:
        harmless = given.name == "small_talk" and NOTHING in wanted
        if given.name in wanted or harmless:
            return "right"
        return "right" if OWN_WORDS in wanted and not given.guessed and _takes(given) else "wrong"
    if OWN_WORDS in wanted or NOTHING in wanted:
        return "right"  # nothing was done, nothing that takes away was offered
    return "one tap" if wanted & set(given.offered) else "asked"


def _takes(given: Answer) -> bool:
    return _intent(given.name).guess == "never"


def _intent(name: str) -> Intent:
    return next(one for one in known() if one.name == name)


def destructive(given: Answer) -> bool:
    """Whether something that takes away was guessed, or offered by the classifier."""
    named = {given.name} if given.guessed else set()
    return any(_intent(name).guess == "never" for name in named | set(given.offered))


def reckon(name: str) -> tuple[Counter[str], dict[str, list[str]], int]:
    """The verdicts on a file, the phrases of each, and how often something was nearly removed."""
    counts: Counter[str] = Counter()
    phrases: dict[str, list[str]] = {}
    removed = 0
    for said, wanted in load(name):
        given = answer(said)
        found = verdict(wanted, given)
        counts[found] += 1
        removed += destructive(given)
        phrases.setdefault(found, []).append(f"{said} → {given} (wanted {', '.join(wanted)})")
    return counts, phrases, removed
