"""The audit log in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from conversations.wording.figures import shares
from storage.records import Entry

Names = Mapping[UUID, str]


def page(entries: Sequence[Entry], names: Names, zone: str, portfolio: str) -> str:
    if not entries:
        return f"Nothing has been done to {portfolio} yet."
    lines = [f"{portfolio}, newest first:"]
    for one in entries:
        at = one.at.astimezone(ZoneInfo(zone))
        who = _name(names, str(one.actor)) if one.actor is not None else "I"
        lines.append(f"{at.day} {at:%b %H:%M} · {who} · {_told(one, names)}")
    return "\n".join(lines)


def why() -> str:
    return (
        "Each line is kept under a hash (SHA-256) that covers the line before it, and is written "
        "together with what it tells of: a line that is changed, lost or added later is found. "
        "What is personal is erased when a person asks for it; that is a line of its own."
    )


def _name(names: Names, id: str) -> str:
    return next((name for person, name in names.items() if str(person) == id), "a former member")


def _told(entry: Entry, names: Names) -> str:
    if entry.kind == "erased":
        return "erased what was personal in earlier lines"
    if entry.details is None:
        return f"{entry.kind} (details erased)"
    say = _SAID.get(entry.kind)
    return say(entry.details, names) if say else entry.kind


def _saved(told: Mapping[str, Any], names: Names) -> str:
    quantity, price = shares(Decimal(told["quantity"])), Decimal(told["price"])
    what = f"{told['kind']} {quantity} {told['symbol']}".rstrip()
    at = f" @ {price:,.2f}" if price else ""
    return f"saved #{told['number']} {what}{at}"


def _numbers(verb: str) -> Callable[[Mapping[str, Any], Names], str]:
    def say(told: Mapping[str, Any], names: Names) -> str:
        numbers = told["numbers"]
        return f"{verb} #{'–'.join(str(one) for one in dict.fromkeys(numbers))}"

    return say


def _about(words: str) -> Callable[[Mapping[str, Any], Names], str]:
    """Words with ``{who}`` for the one it was done to, and the other details by name."""

    def say(told: Mapping[str, Any], names: Names) -> str:
        return words.format(**{"who": _name(names, str(told.get("member", ""))), **told})

    return say


_SAID: dict[str, Callable[[Mapping[str, Any], Names], str]] = {
    "saved": _saved,
    "imported": _numbers("imported"),
    "undone": _numbers("undid"),
    "restored": _numbers("restored"),
    "approved": _about("approved #{number} by {who}"),
    "rejected": _about("rejected a draft by {who}"),
    "agreed": _about("agreed to what {who} asked for"),
    "made": _about("shared this portfolio"),
    "invited": _about("invited a new {role}"),
    "joined": _about("joined as {role}"),
    "role changed": _about("made {who} {role}"),
    "removed": _about("removed {who}"),
    "left": _about("left"),
    "second yes on": _about("asked for a second yes"),
    "second yes off": _about("ended the second yes"),
    "chat chosen": _about("chose a chat for this portfolio"),
    "chat left": _about("took a chat off this portfolio"),
    "nudges chosen": _about("chose where I speak first"),
    "nudges changed": _about("changed which nudges come"),
    "nudges stopped": _about("ended the nudges"),
    "nudges ended": _about("ended the nudges: their channel is gone"),
    "linked": _about("linked accounts"),
    "unlinked": _about("unlinked accounts"),
    "detached": _about("took an app off"),
    "exported": _about("exported everything"),
}
