"""All changes there are: each file of this folder that declares ``CHANGE`` is one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import engine.backtest.counterfactuals as folder
from engine.backtest.change import Change


@cache
def changes() -> tuple[Change, ...]:
    """All of them, by name."""
    modules = (
        import_module(found.name) for found in iter_modules(folder.__path__, f"{folder.__name__}.")
    )
    found = (module.CHANGE for module in modules if hasattr(module, "CHANGE"))
    return tuple(sorted(found, key=lambda change: change.name))


def change_named(name: str) -> Change:
    """The change of that name. Raises KeyError."""
    return {change.name: change for change in changes()}[name]
