"""What to do with words that no rule knows: answer the likely, offer the possible, touch nothing.

``Guess`` of an intent says how far it may go: "take" is answered when it is likely enough, "offer"
needs a tap, and "never" (undo, delete, forget) is only named, to be said in its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from threading import Lock

from conversations.classifying.model import FOREIGN, Classifier, Likely
from conversations.classifying.phrases import written
from conversations.intents import Intent, known

# The least probability, and the least lead over the second: of templates held out in turn, these
# halve the wrong answers that 0.30 gives (6 % for 12 %); the others become buttons.
LIKELY, CLEAR = 0.50, 0.10
NEAREST = 3
NEAR = 0.1  # of words that are all unknown, the least probability that makes a button of them
FAMILIAR = 0.5  # of the words that carry meaning: no more than these known, and it is only offered
ASIDE = frozenset({"small_talk", "predict", "distress"})  # answered when meant, never a button
RIGHTS = "data_rights"  # the class of what takes away, whichever intent it would be
_REMOVING = re.compile(
    r"(?i)\b(?:delet\w*|remov\w*|eras\w*|forget|purg\w*|wip\w+|scrap|discard|clear (?:my|all|the)|"
    r"get rid of|throw (?:away|out)|take back|undo|revert|revoke|unlink|disconnect|unsubscribe|"
    r"reset|drop (?:my|all|the)|cancel|stop (?:all|the|my|sending|bothering))\b"
)
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Guessed:
    """One of: ``taken`` is answered; ``words`` is named; else ``offered`` become buttons."""

    taken: Intent | None = None
    words: Intent | None = None  # to be asked for in its own words only
    foreign: bool = False  # it seems to have nothing to do with us
    takes_away: bool = False  # it seems to ask for something to be removed
    offered: tuple[Intent, ...] = ()


@cache
def _learnt() -> Classifier:
    phrases: dict[str, list[str]] = {name: list(said) for name, said in written().items()}
    for one in known():
        phrases.setdefault(one.name, []).extend([*one.examples, one.label])
    return Classifier(phrases)


def learnt() -> Classifier:
    """The classifier of all known intents, learnt on the first call: about a second."""
    with _lock:
        return _learnt()


def guess(said: str) -> Guessed:
    """What ``said`` may mean."""
    ranked = learnt().guess(said)
    intents = {one.name: one for one in known()}
    offered = tuple(
        intents[one.name]
        for one in ranked
        if one.name in intents and intents[one.name].guess != "never" and one.name not in ASIDE
    )[:NEAREST]
    removing = _REMOVING.search(said) is not None
    if not _sure(ranked):
        lost = ranked[0].chance < NEAR and not learnt().familiarity(said)
        return Guessed(takes_away=removing, offered=() if lost else offered)
    name, familiar = ranked[0].name, learnt().familiarity(said)
    if name == FOREIGN or not familiar:
        return Guessed(foreign=True, offered=offered)
    named = intents.get(name)
    if removing or name == RIGHTS:
        held = named if named is not None and named.guess == "never" else None
        return Guessed(words=held, takes_away=True, offered=offered)
    if named is not None and named.guess == "never":
        return Guessed(words=named, offered=offered)
    sure = name in intents and intents[name].guess == "take" and familiar > FAMILIAR
    return Guessed(taken=intents[name] if sure else None, offered=offered)


def _sure(ranked: tuple[Likely, ...]) -> bool:
    return ranked[0].chance >= LIKELY and ranked[0].chance - ranked[1].chance >= CLEAR
