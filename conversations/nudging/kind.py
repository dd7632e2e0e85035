"""What every reason to speak first declares, and what it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from conversations.actions.reviewing import Case
from conversations.messages import Button
from engine.detection.finding import BiasFinding
from engine.record.record import Record
from storage.nudge_records import Intention
from storage.records import Person

Facts = Mapping[str, Any]  # as JSON keeps them
LIMITS = "nudge_limits"  # of the preferences: kind → the limit somebody chose


@dataclass(frozen=True)
class Look:
    """One portfolio at ``now``, after the newest closes. ``record`` is prepared once for all."""

    person: Person
    case: Case
    record: Record
    findings: tuple[BiasFinding, ...]  # of the last look at the whole record
    now: datetime
    intentions: tuple[Intention, ...] = ()  # whose moment has not come
    asked: Mapping[date, int] = field(default_factory=dict)  # how often they looked at results

    def finding(self, bias: str) -> BiasFinding | None:
        """The finding of ``bias``, where it was detected."""
        return next((one for one in self.findings if one.bias == bias and one.detected), None)

    def limit(self, kind: str, usual: float) -> float:
        """From which on the person wants to hear of it."""
        return limit_of(self.person.preferences, kind, usual)


def limit_of(preferences: Mapping[str, Any], kind: str, usual: float) -> float:
    """The limit somebody chose for a kind, or ``usual``."""
    return float(preferences.get(LIMITS, {}).get(kind, usual))


@dataclass(frozen=True, slots=True)
class Occasion:
    """``key``: names the occasion, so that it is said once ("2026-W12", a trade's id)."""

    key: str
    facts: Facts
    weight: float = 1.0  # the heavier goes first, and names the message
    lasts: timedelta = timedelta(days=3)  # afterwards it is stale
    image: bytes | None = None  # PNG; its alternative text is the sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """From which on something is worth a word, as its person can choose. ``label``: "3×"."""

    usual: float
    choices: tuple[float, ...]
    label: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """``find``: the occasions there are now, without asking whether they were said. ``told``: the
    sentence, with what it rests on; ``why``: rule, n and interval, source. None of them advises to
    buy or to sell. ``again``: at least so long between two of a kind. ``source``: the study.
    ``shows``: the button that leads to the evidence. ``asked_for``: the person wanted to hear of
    it, so that it is said outside of the counts, each occasion of a look. ``answers``: buttons of
    its own (facts) in the place of [Show me] and [Snooze]. ``scheduled``: it is not looked for
    after a close, its own job wants it at its own moment. ``for_teams``: it also makes sense of a
    portfolio that several people share.
    """

    name: str
    group: str  # the class whose settings rule it (conversations.nudge_classes)
    source: str
    find: Callable[[Look], Sequence[Occasion]]
    told: Callable[[Facts, str], str]  # facts and currency
    why: Callable[[Facts], str]
    shows: Button | None = None
    again: timedelta = timedelta(days=14)
    needs: tuple[str, ...] = ()  # biases of which one must be detected
    limit: Limit | None = None
    asked_for: bool = False
    answers: Callable[[Facts], Sequence[Button]] | None = None
    scheduled: bool = False
    for_teams: bool = False
