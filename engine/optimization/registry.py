"""Every method of the folder ``methods``, by name: a new file there is a new method."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from engine.optimization import methods as folder
from engine.optimization.constraints import Constraints
from engine.optimization.declaration import Method
from engine.optimization.estimates import Estimates
from engine.optimization.solution import Solution


@cache
def methods() -> tuple[Method, ...]:
    """All methods, by name; a module of the folder without ``METHOD`` is no method."""
    modules = (
        import_module(found.name) for found in iter_modules(folder.__path__, f"{folder.__name__}.")
    )
    found = [module.METHOD for module in modules if hasattr(module, "METHOD")]
    names = [method.name for method in found]
    assert len(set(names)) == len(names), f"two methods of one name among {names}"
    return tuple(sorted(found, key=lambda method: method.name))


def method_named(name: str) -> Method:
    """Raises KeyError for a name that no method has."""
    return {method.name: method for method in methods()}[name]


def solve_named(
    name: str, estimates: Estimates, constraints: Constraints, **parameters: float
) -> Solution:
    """The method's answer, with its declared defaults where nothing is given.

    Raises KeyError for an unknown name, ValueError for a parameter that is unknown, missing or
    out of its range, and what the method raises.
    """
    method = method_named(name)
    unknown = sorted(set(parameters) - set(method.parameters))
    if unknown:
        raise ValueError(f"{name} has no {', '.join(unknown)}")
    given: dict[str, float] = {}
    for key, parameter in method.parameters.items():
        value = parameters.get(key, parameter.default)
        if value is None:
            raise ValueError(f"{name} needs {key}")
        if not parameter.lowest <= value <= parameter.highest:
            raise ValueError(f"{key} of {value}: {parameter.lowest} to {parameter.highest}")
        given[key] = value
    return method.solve(estimates, constraints, **given)
