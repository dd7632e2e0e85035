"""Slips of the keys: which command was meant by one that is almost written right."""

from __future__ import annotations

from rapidfuzz import fuzz

from conversations.intents import Intent, known

ALIKE = 84.0  # of 100 letters that fit: "biasses" for "biases" (93), no "value" for "sell" (44)
SHORTEST = 4  # letters below which everything is like something
MOST = 2  # commands that are offered for a slip of the keys


def mistyped(said: str) -> tuple[Intent, ...]:
    """The commands that ``said`` may be a slip of the keys for, the most alike first."""
    if len(said) < SHORTEST:
        return ()
    alike = [
        (max(fuzz.ratio(said.casefold(), name) for name in _names(one)), one.name, one)
        for one in known()
        if one.guess != "never"
    ]
    found = sorted((one for one in alike if one[0] >= ALIKE), key=lambda one: (-one[0], one[1]))
    return tuple(one for _, _, one in found[:MOST])


def _names(one: Intent) -> list[str]:
    return [name.casefold().strip("/ ?.!") for name in (*one.examples, one.label)]
