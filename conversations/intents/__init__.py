"""Everything a person can ask for. One file each; dropping a file in adds an intent."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal

from conversations.messages import Reply
from conversations.reading.meaning import World
from conversations.turn import Turn

Details = Mapping[str, Any]
Handler = Callable[[Turn, Details], Awaitable[Reply]]
Flow = Callable[[Turn, str], Awaitable[Reply | None]]
Recogniser = Callable[[str, World], Details | None]
Urgent = Callable[[str], Details | None]
# What the classifier may do with an intent: nothing, offer it as a button, or answer with it.
Guess = Literal["never", "offer", "take"]
# Under which heading of the help an intent stands; "" leaves it out.
Group = Literal[
    "",
    "trades",
    "habits",
    "proposals",
    "past",
    "journal",
    "books",
    "reminders",
    "team",
    "settings",
    "data",
]


@dataclass(frozen=True, slots=True)
class Intent:
    """A thing that can be asked for, how to recognise it, and who answers."""

    name: str
    label: str  # on a button: "Bias report"
    summary: str  # in the help: "See your biases"
    examples: tuple[str, ...]
    handler: Handler
    pattern: re.Pattern[str] | None
    recognise: Recogniser | None
    picked: Handler  # answers when it is picked from a menu instead of said
    rank: int  # place in its group and in a platform's command menu; 0 leaves it out of the menu
    group: Group
    guess: Guess  # "take" only where ``picked`` changes nothing, "never" where it takes away
    urgent: Urgent | None  # asked before everything else, open questions included

    def details(self, text: str, world: World | None) -> Details | None:
        """What was said, if ``text`` asks for this."""
        if self.urgent is not None:
            return self.urgent(text)
        if self.pattern is not None:
            match = self.pattern.fullmatch(text)
            return match.groupdict() if match else None
        return self.recognise(text, world) if self.recognise and world else None


_intents: dict[str, Intent] = {}
_presses: dict[str, Handler] = {}
_flows: dict[str, Flow] = {}


def intent(
    name: str,
    *,
    label: str,
    summary: str,
    examples: tuple[str, ...],
    pattern: str | None = None,
    recognise: Recogniser | None = None,
    picked: Handler | None = None,
    rank: int = 0,
    group: Group = "",
    guess: Guess = "never",
    urgent: Urgent | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated coroutine as the answer to a pattern, or to what a reader finds.

    The classifier learns from ``examples`` and, where there is one, from the phrase file of that
    name (conversations/classifying/phrases); ``guess`` says how far it may go.

    Raises ValueError when the name is taken or a pattern does not match its own examples, so a
    program with a broken intent does not start.
    """

    def register(handler: Handler) -> Handler:
        if name in _intents:
            raise ValueError(f"two intents are called {name!r}")
        compiled = re.compile(pattern, re.IGNORECASE) if pattern is not None else None
        for example in examples if compiled else ():
            if compiled is not None and not compiled.fullmatch(example):
                raise ValueError(f"{name!r} does not recognise its own example {example!r}")
        _intents[name] = Intent(
            name,
            label,
            summary,
            examples,
            handler,
            compiled,
            recognise,
            picked or handler,
            rank,
            group,
            guess,
            urgent,
        )
        return handler

    return register


def press(prefix: str) -> Callable[[Handler], Handler]:
    """Register the decorated coroutine for buttons whose data starts with ``prefix:``."""

    def register(handler: Handler) -> Handler:
        if prefix in _presses:
            raise ValueError(f"two buttons are called {prefix!r}")
        _presses[prefix] = handler
        return handler

    return register


def flow(name: str) -> Callable[[Flow], Flow]:
    """Register who is asked first about free text while ``state["flow"]`` is ``name``."""

    def register(handler: Flow) -> Flow:
        if name in _flows:
            raise ValueError(f"two flows are called {name!r}")
        _flows[name] = handler
        return handler

    return register


@cache
def _discover() -> None:
    for module in iter_modules(__path__, f"{__name__}."):
        import_module(module.name)


def known() -> list[Intent]:
    """All intents; help and each platform's command menu are made from this."""
    _discover()
    return sorted(_intents.values(), key=lambda one: (one.rank or 99, one.name))


def pressed(prefix: str) -> Handler | None:
    """Who answers a button."""
    _discover()
    return _presses.get(prefix)


def flowing(name: str | None) -> Flow | None:
    """Who is asked first while a question is open."""
    _discover()
    return _flows.get(name) if name else None
