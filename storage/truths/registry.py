"""Every truth, by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import storage.truths
from storage.truths.truth import Truth

_AROUND = {"registry", "truth"}


@cache
def truths() -> tuple[Truth, ...]:
    """Two of one name stop the start."""
    package = storage.truths
    names = [one.name for one in iter_modules(package.__path__) if one.name not in _AROUND]
    found = [import_module(f"{package.__name__}.{name}").TRUTH for name in sorted(names)]
    assert len({one.name for one in found}) == len(found), "two truths of one name"
    return tuple(found)
