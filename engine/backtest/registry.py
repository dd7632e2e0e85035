"""Every strategy and every rule of rebalancing, by name: a new file in their folders is a new one.

A file declares ``NAME`` and ``build(...)``: strategies are built for the symbols of a panel, rules
from their figures alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from engine.backtest import rebalancing as rule_folder
from engine.backtest import strategies as strategy_folder
from engine.backtest.declaration import Rebalancing, Strategy


@cache
def strategies() -> dict[str, Callable[..., Strategy]]:
    """Builders by name, in its order."""
    return {module.NAME: module.build for module in _modules(strategy_folder)}


@cache
def rebalancings() -> dict[str, Callable[..., Rebalancing]]:
    """Builders by name, in its order."""
    return {module.NAME: module.build for module in _modules(rule_folder)}


def _modules(folder: ModuleType) -> list[ModuleType]:
    """Those of ``folder``, by their NAME."""
    found = iter_modules(folder.__path__, f"{folder.__name__}.")
    modules = [import_module(one.name) for one in found]
    names = [module.NAME for module in modules]
    assert len(set(names)) == len(names), f"two of one name among {names}"
    return sorted(modules, key=lambda module: str(module.NAME))
