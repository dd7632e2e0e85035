"""The demo's investor as the engine sees them, and what a sentence about them must not hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.detection.finding import BiasFinding
from engine.ledger import Trade
from engine.record.record import Record

UNFIT = re.compile(r"\bnan\b|\binf\b|None|[a-z]_[a-z]|\d\.\d{4,}|\{|\}|  |\.\.|−0%|\b1 \w+[^s]s\b")


@dataclass(frozen=True)
class Person:
    """The sample investor, with a quiz and a country."""

    trades: list[Trade]
    record: Record
    findings: tuple[BiasFinding, ...]


def check(text: str) -> None:
    assert text.strip() == text
    assert not UNFIT.search(text), text
