"""All biases there are: each file of ``engine.biases`` that declares ``BIAS`` is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

import engine.biases as folder
from engine.detection.declaration import Bias
from engine.detection.finding import BiasFinding
from engine.ledger import Trade
from engine.record.record import Record

Detect = Callable[[Record, np.random.Generator | None], BiasFinding]
Feeds = Callable[[Record, Trade], bool]
Facts = Callable[[Record, Trade, BiasFinding], Mapping[str, float | str]]


@dataclass(frozen=True, slots=True)
class Detector:
    """``detect`` makes the finding; without randomness it leaves out all intervals of costs.

    ``feeds`` says whether a proposed trade is of the kind the bias is about, ``facts`` what the
    person's own record says about it; both are None for a bias that no single trade can feed.
    """

    bias: Bias
    detect: Detect
    feeds: Feeds | None
    facts: Facts | None


@cache
def detectors() -> tuple[Detector, ...]:
    """All of them, by name."""
    modules = (
        import_module(found.name) for found in iter_modules(folder.__path__, f"{folder.__name__}.")
    )
    found = [
        Detector(
            module.BIAS,
            module.detect,
            getattr(module, "feeds", None),
            getattr(module, "facts", None),
        )
        for module in modules
        if hasattr(module, "BIAS")
    ]
    return tuple(sorted(found, key=lambda detector: detector.bias.name))
