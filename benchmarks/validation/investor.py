"""A simulated investor as the scores need one: what the engine is shown, and what is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context
from engine.record.signals import Signals

SIZES = (10, 20, 40, 80, 160)  # decisions; a person belongs to the nearest by ratio
LEVELS = (0.5, 1.0, 2.0, 3.0)  # times the published average (θ50)


@dataclass(frozen=True, slots=True)
class Investor:
    """``trades``, ``prices``, ``until``, ``context`` and ``signals`` (of ``prices``, or None) go to
    the engine. The rest is the truth.

    ``family``: what moves the person ("G1", "G2", "null: momentum", "held-out: …"). ``labels``: by
    bias how many times θ50 it was set to; what is missing is not there. ``unclear``: biases of
    which this person is neither an example nor a counterexample. ``exposure``: occasions on which
    each labelled bias could have shown; below the engine's n_min it cannot be found by anybody.
    ``lost``: money a year that a labelled bias really cost, by the twin without it that met the
    same chances; empty where there is no twin. ``market``: the path lived on.
    """

    name: str
    family: str
    trades: tuple[Trade, ...]
    prices: Prices
    until: date
    labels: Mapping[str, float]
    exposure: Mapping[str, int]
    market: str
    lost: Mapping[str, float] = field(default_factory=dict)
    unclear: frozenset[str] = frozenset()
    context: Context = NOTHING_ELSE
    signals: Signals | None = None
    flaws: tuple[str, ...] = ()
