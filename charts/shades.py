"""How a month of a year is shown: its colour and its number, in pictures and on pages."""

from __future__ import annotations

import math

NAMES = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")
STRONGEST = 0.10  # of a month: beyond, the colour is no stronger
STEPS = 4  # of colour to each side
LEAST = 0.0005  # less than that, either way, is white
KEY = "Percent a month. Blue: earned, orange: lost; full colour from 7.5% on."


def shade(value: float) -> int:
    """How strong the colour of a month is, from -4 (lost) over 0 (nothing) to 4 (earned)."""
    if abs(value) < LEAST:
        return 0
    strength = min(math.ceil(abs(value) / STRONGEST * STEPS), STEPS)
    return strength if value > 0 else -strength


def points(value: float) -> str:
    """In whole percent, as many as a cell holds: "−12", "3", "0"."""
    whole = f"{abs(value) * 100:.0f}" if abs(value) < 9.995 else "999"
    return f"−{whole}" if value < 0 and whole != "0" else whole
