"""What to do with words that no rule knows: answer the likely, offer the possible, touch nothing.

``Guess`` of an intent says how far it may go: "take" is answered when it is likely enough, "offer"
needs a tap, and "never" (undo, delete, forget) is only named, to be said in its own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from conversations.classifying.keeping import learnt_from
from conversations.classifying.model import FOREIGN, Classifier, Likely
from conversations.classifying.phrases import written
from conversations.classifying.slips import mistyped
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


@dataclass(frozen=True, slots=True)
class Guessed:
    """One of: ``taken`` is answered; ``words`` is named; else ``offered`` become buttons."""

    taken: Intent | None = None
    words: Intent | None = None  # to be asked for in its own words only
    foreign: bool = False  # it seems to have nothing to do with us
    takes_away: bool = False  # it seems to ask for something to be removed
    offered: tuple[Intent, ...] = ()


def phrases() -> dict[str, list[str]]:
    """What teaches the classifier, by the name of what it asks for."""
    said = {name: list(phrases_of) for name, phrases_of in written().items()}
    for one in known():
        said.setdefault(one.name, []).extend([*one.examples, one.label])
    return said


class _Memory:
    """The classifier of this process, and the folder where what it learnt is kept."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.folder: Path | None = None
        self.classifier: Classifier | None = None


_memory = _Memory()


def keep_in(folder: Path | None) -> None:
    """Keep what is learnt in ``folder``, and look there before learning; None: keep nothing."""
    _memory.folder = folder


def learnt() -> Classifier:
    """The classifier of all known intents; made on the first call, which takes 2 s of CPU, or
    0.1 s where what was learnt was kept."""
    with _memory.lock:
        if _memory.classifier is None:
            _memory.classifier = Classifier(learnt_from(phrases(), _memory.folder))
        return _memory.classifier


def guess(said: str) -> Guessed:
    """What ``said`` may mean."""
    ranked = learnt().guess(said)
    intents = {one.name: one for one in known()}
    slips = [one.name for one in mistyped(said)]
    names = dict.fromkeys([*slips, *(one.name for one in ranked)])
    offered = tuple(
        intents[name]
        for name in names
        if name in intents and intents[name].guess != "never" and name not in ASIDE
    )[:NEAREST]
    removing = _REMOVING.search(said) is not None
    if not _sure(ranked):
        lost = ranked[0].chance < NEAR and not learnt().familiarity(said) and not slips
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
