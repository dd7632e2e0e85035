"""Biases in a person's trades: found with uncertainty, priced, and foreseen before a trade."""

from engine.biases.convention import DISCRETIONARY, EVERY_TRADE, Convention
from engine.biases.fills import Dropped
from engine.biases.finding import BiasFinding, Calibration, Evidence, Label
from engine.biases.monitor import Warning, foresee  # noqa: A004 -- the word for it
from engine.biases.profile import Profile, examine
from engine.biases.quotes import Quotes

__all__ = [
    "DISCRETIONARY",
    "EVERY_TRADE",
    "BiasFinding",
    "Calibration",
    "Convention",
    "Dropped",
    "Evidence",
    "Label",
    "Profile",
    "Quotes",
    "Warning",
    "examine",
    "foresee",
]
