"""Biases in a person's trades: found with uncertainty, priced, and foreseen before a trade."""

from engine.detection.finding import BiasFinding, Calibration, Evidence, Label
from engine.diagnosis.examination import Profile, examine
from engine.diagnosis.monitor import Warning, foresee  # noqa: A004 -- the word for it
from engine.record.convention import DISCRETIONARY, EVERY_TRADE, Convention
from engine.record.fills import Dropped
from engine.record.quotes import Quotes

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
