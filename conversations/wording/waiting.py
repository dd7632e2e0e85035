"""What is said about the drafts that wait for a second yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.reading.meaning import TradeReading
from conversations.wording.figures import count
from conversations.wording.trades import in_short, planned

MOST = 5  # lines


def none_wait(name: str) -> str:
    return f"No draft of {name} waits for a second yes." if name else "No draft waits for you."


def waiting(name: str, lines: Sequence[str]) -> str:
    shown = [f"{n}) {line}" for n, line in enumerate(lines[:MOST], 1)]
    if left := len(lines) - MOST:
        shown += [f"and {left} more."] if left > 0 else []
    wait = "waits" if len(lines) == 1 else "wait"
    return "\n".join([f"{name}: {count(len(lines), 'draft')} {wait} for a second yes.", *shown])


def line(what: str, author: str, at: datetime, zone: str, *, own: bool) -> str:
    mark = " (yours: somebody else has to say yes)" if own else ""
    when = at.astimezone(ZoneInfo(zone))
    return f"{what} – {author}, {when:%a} {when:%H:%M}{mark}"


def trades_of(readings: Sequence[TradeReading], currency: str) -> str:
    return in_short(readings) if len(readings) > 1 else planned(readings[0], currency)


def change(kind: str) -> str:
    return "undo what was saved" if kind in ("undo", "unbatch") else "put back what was undone"


def which(number: int) -> str:
    return f"I showed you no draft number {number}. These wait:"


def said(results: Sequence[str]) -> str:
    """What came of several, a line each."""
    return "\n".join(result.partition("\n")[0] for result in results)
