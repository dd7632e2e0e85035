"""Every layout, by name, and the one that a header belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from engine.broker_files import layouts as folder
from engine.broker_files.layout import Layout
from engine.broker_files.sheet import headers, places


@cache
def known() -> Mapping[str, Layout]:
    """All layouts; those that others are tried before come last."""
    found = iter_modules(folder.__path__, f"{folder.__name__}.")
    layouts: list[Layout] = [import_module(one.name).LAYOUT for one in found]
    assert len({one.name for one in layouts}) == len(layouts), "two layouts of one name"
    return {one.name: one for one in sorted(layouts, key=lambda one: (one.fallback, one.name))}


@dataclass(frozen=True, slots=True)
class Match:
    """A layout, and where its header stands."""

    layout: Layout
    line: int  # place of the header; 0 is the first line of the file
    delimiter: str
    columns: Mapping[str, int]


def recognise(lines: Sequence[str], layouts: Sequence[Layout]) -> Match | None:
    """The first of ``layouts`` that some line is the header of."""
    candidates = list(headers(lines))
    for layout in layouts:
        for line, delimiter, names in candidates:
            columns = _columns(layout, names)
            if columns is not None:
                return Match(layout, line, delimiter, columns)
    return None


def _columns(layout: Layout, names: Sequence[str]) -> Mapping[str, int] | None:
    if layout.columns is not None:
        return layout.columns(names)
    ours = layout.ours(names)
    return places(ours) if any(one.fits(ours) for one in layout.signatures) else None
