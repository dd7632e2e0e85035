"""All rules there are: each file of this folder that declares ``RULE`` is one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import engine.rules as folder
from engine.rules.rule import Rule

MOST = 3


@cache
def rules() -> tuple[Rule, ...]:
    """All of them, by name."""
    modules = (
        import_module(found.name) for found in iter_modules(folder.__path__, f"{folder.__name__}.")
    )
    found = (module.RULE for module in modules if hasattr(module, "RULE"))
    return tuple(sorted(found, key=lambda rule: rule.name))


def rules_for(bias: str) -> tuple[Rule, ...]:
    """At most three that help with ``bias``: those whose source is about it most directly first."""
    helpful = [rule for rule in rules() if bias in rule.biases]
    return tuple(sorted(helpful, key=lambda rule: rule.biases.index(bias))[:MOST])


def rule_named(name: str) -> Rule | None:
    """The rule of that name, or nothing."""
    return next((rule for rule in rules() if rule.name == name), None)
