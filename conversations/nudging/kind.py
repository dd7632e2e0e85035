"""What every reason to speak first declares, and what it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from conversations.actions.reviewing import Case
from conversations.messages import Button
from engine.detection.finding import BiasFinding
from engine.record.record import Record
from storage.records import Person

Facts = Mapping[str, Any]  # as JSON keeps them


@dataclass(frozen=True)
class Look:
    """One portfolio at ``now``, after the newest closes. ``record`` is prepared once for all."""

    person: Person
    case: Case
    record: Record
    findings: tuple[BiasFinding, ...]  # of the last look at the whole record
    now: datetime

    def finding(self, bias: str) -> BiasFinding | None:
        """The finding of ``bias``, where it was detected."""
        return next((one for one in self.findings if one.bias == bias and one.detected), None)


@dataclass(frozen=True, slots=True)
class Occasion:
    """``key``: names the occasion, so that it is said once ("2026-W12", a trade's id)."""

    key: str
    facts: Facts
    weight: float = 1.0  # the heavier goes first, and names the message
    lasts: timedelta = timedelta(days=3)  # afterwards it is stale


@dataclass(frozen=True, slots=True)
class Kind:
    """``find``: the occasions there are now, without asking whether they were said. ``told``: the
    sentence, with what it rests on; ``why``: rule, n and interval, source. None of them advises to
    buy or to sell. ``again``: at least so long between two of a kind. ``source``: the study.
    """

    name: str
    group: str  # the class whose settings rule it (conversations.nudge_classes)
    source: str
    find: Callable[[Look], Sequence[Occasion]]
    told: Callable[[Facts, str], str]  # facts and currency
    why: Callable[[Facts], str]
    buttons: tuple[Button, ...] = ()
    again: timedelta = timedelta(days=14)
    needs: tuple[str, ...] = field(default=())  # biases of which one must be detected
