"""Whether a proposal was carried out: the question that comes by itself, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from conversations.wording.figures import count, listed, percent, short_day
from conversations.wording.trade_list import CANNOT

Facts = Mapping[str, Any]
FEW = 2  # shares named
ALL, PARTLY, NOT_YET, DROPPED = "All of it", "Partly", "Not yet", "No, dropped"


def told(facts: Facts, currency: str) -> str:
    on = short_day(date.fromisoformat(facts["day"]))
    match facts["outcome"]:
        case "done":
            return (
                f"✅ Your proposal of {on} is carried out, by the trades you recorded: "
                f"{_moved(facts)}."
            )
        case "partly":
            rest = [symbol for symbol, share in facts["shares"] if share < 1.0]
            said = (
                f"{percent(facts['share'])} of your proposal of {on} is recorded; open: "
                f"{listed(rest[:FEW]) or 'nothing'}"
                f"{f' and {len(rest) - FEW} more' if len(rest) > FEW else ''}."
            )
            return f"{said}\nDid you do the rest?"
    late = " It is out of date by now." if facts["late"] else ""
    return (
        f"Your proposal of {on} was: {_moved(facts)}. Nothing of it is recorded.{late}\n"
        "Did you do it?"
    )


def _moved(facts: Facts) -> str:
    """``12% into VTI and 9% out of NVDA``: the largest first, of the money."""
    moves = sorted(facts["moves"], key=lambda one: -abs(one[1]))
    named = [
        f"{percent(abs(change), 0 if abs(change) >= 0.01 else 1)} "
        f"{'into' if change > 0 else 'out of'} {symbol}"
        for symbol, change in moves[:FEW]
    ]
    more = len(moves) - len(named)
    return listed([*named, f"{more} more"] if more else named)


def why(facts: Facts) -> str:
    if facts["outcome"] == "done":
        return (
            "Told because you bought and sold since then, netted, what was proposed "
            f"({count(len(facts['moves']), 'trade')}). Nothing more is asked about it."
        )
    asked = "for the last time" if facts["time"] > 1 else "and once more in 14 days, if at all"
    return (
        "Asked three days after a proposal whose trades are not all in your books, "
        f"{asked}. Counted by what you bought and sold since, netted "
        f"({count(len(facts['moves']), 'trade')} proposed)."
    )


def all_of_it() -> str:
    return f"Noted, I don't ask again. Your books don't have all of it yet: {CANNOT}"


def partly() -> str:
    return "Noted, I don't ask again. What you record of it, I count."


def not_yet(on: date | None) -> str:
    if on is None:
        return "OK. That was the last time I ask; the proposal stays in your trade list."
    return f"OK. I ask once more, on {short_day(on)}."


def dropped() -> str:
    return "OK, dropped. Nothing was changed in your books."


def ended() -> str:
    return "That proposal has ended already. Nothing was changed."


def done() -> str:
    return "✅ All of it is recorded. I don't ask again."
