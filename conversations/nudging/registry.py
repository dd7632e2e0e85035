"""Every reason to speak first, by name: a new file in ``kinds`` is a new one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from conversations.nudge_classes import known
from conversations.nudging import kinds as folder
from conversations.nudging.kind import Kind


@cache
def kinds() -> tuple[Kind, ...]:
    """All of them, by name. A kind of a class that nobody can switch off stops the start."""
    modules = (
        import_module(found.name) for found in iter_modules(folder.__path__, f"{folder.__name__}.")
    )
    found = sorted((module.KIND for module in modules), key=lambda one: one.name)
    assert all(known(one.group) is not None for one in found), "a class without a setting"
    assert len({one.name for one in found}) == len(found), "two kinds of one name"
    return tuple(found)


def kind_named(name: str) -> Kind | None:
    return next((one for one in kinds() if one.name == name), None)
