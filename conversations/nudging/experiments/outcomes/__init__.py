"""One file per class that is compared: ``OUTCOME``. A class without a file is never compared."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from conversations.nudge_classes import known
from conversations.nudging.experiments.outcome import Outcome


@cache
def outcomes() -> dict[str, Outcome]:
    """All of them, by class. An outcome of an unknown class stops the start."""
    modules = (import_module(one.name) for one in iter_modules(__path__, f"{__name__}."))
    found = {module.OUTCOME.group: module.OUTCOME for module in modules}
    assert all(known(group) is not None for group in found), "an outcome of no class"
    return found
