"""Where prices come from: one file per source, behind one protocol."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Protocol

from engine.prices import Bar


class FeedUnreachable(Exception):
    """A source did not answer, or not with prices."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class BadPriceFile(Exception):
    """A file of prices that cannot be read. ``line`` counts from 1, the heading included."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FeedResult:
    bars: Mapping[str, tuple[Bar, ...]]  # by symbol, oldest first, split-adjusted
    missing: tuple[str, ...]  # symbols that the source does not know
    as_of: date | None  # the newest day that the source has by now; None: it has nothing


class Feed(Protocol):
    """A source of daily bars. Only actions and jobs ask one, never inside a transaction."""

    @property
    def name(self) -> str: ...

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        """The bars from ``since`` (None: from the first) to ``until``, both included.

        A symbol that is neither in ``bars`` nor ``missing`` got no answer.
        Raises FeedUnreachable, BadPriceFile.
        """
        ...


def known() -> tuple[str, ...]:
    """The names of all sources: each is a file of this folder with a function ``feed``."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def feed(name: str, where: str = "") -> Feed:
    """The source called ``name``; ``where`` is the path of a file, or another server's address.

    Raises KeyError for a name that is not ``known``.
    """
    if name not in known():
        raise KeyError(name)
    made: Feed = import_module(f"{__name__}.{name}").feed(where)
    return made
