"""What a look at one thing says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.settings import Settings

PATIENCE = 10.0  # seconds for each answer from elsewhere


class State(StrEnum):
    GOOD = "good"
    UNUSED = "unused"  # not set up, which is fine
    WEAK = "weak"  # it works, and could work better
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``thing``: "Telegram". ``what``: the finding in one line. ``do``: the next step, or ""."""

    thing: str
    state: State
    what: str
    do: str = ""


Look = Callable[[Settings], Awaitable[list[Verdict]]]
