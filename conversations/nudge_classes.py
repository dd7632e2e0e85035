"""The kinds of messages that we may send first, and the ways in which each may come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "nudges"  # of the preferences: class → way; what is missing is on


@dataclass(frozen=True, slots=True)
class NudgeClass:
    name: str  # as typed and as kept
    label: str
    about: str  # "when you buy more often than usual"


CLASSES = (
    NudgeClass("pace", "Pace", "when you trade much more often than usual"),
    NudgeClass("concentration", "Concentration", "when one holding grows too large"),
    NudgeClass("disposition", "Disposition", "when winners go early and losers stay"),
    NudgeClass("panic", "Panic", "when the market falls and you tend to sell"),
    NudgeClass("fomo", "FOMO", "when you tend to chase what has risen"),
    NudgeClass("goals", "Goals", "how your goals come along"),
    NudgeClass("market", "Market", "large moves of what you hold"),
    NudgeClass("digest", "Digest", "the weekly summary"),
    NudgeClass("twin", "Twin", "you against your disciplined twin, each month"),
    NudgeClass("proposals", "Proposals", "whether proposals were carried out"),
)
WAYS = {
    "on": "they come as messages",
    "silent": "they come without a sound",
    "digest": "they wait for the weekly digest",
    "off": "none come",
}
USUAL = "on"


def known(name: str) -> NudgeClass | None:
    """The class somebody names: "pace", "the FOMO nudges"."""
    word = name.strip().casefold()
    return next((one for one in CLASSES if one.name == word), None)


def way_of(preferences: Mapping[str, Any], name: str) -> str:
    """How nudges of a class come: a key of ``WAYS``."""
    found = preferences.get(KEY, {}).get(name, USUAL)
    return found if found in WAYS else USUAL
