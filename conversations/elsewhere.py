"""Whether words that an open question cannot use are meant for something else."""

from __future__ import annotations

import asyncio

from conversations.classifying.guesses import guess
from conversations.intents import known
from conversations.reading.forecasts import is_asking
from conversations.reading.meaning import World

TESTED = frozenset({"backtest", "change_backtest"})
ALIKE = ("change_backtest", "limit")  # "fee 1%" is as likely meant for what is open


def changes_a_test(topic: str, text: str, world: World) -> bool:
    """Whether ``text`` changes the test that was the last ``topic``: "since 2019"."""
    found = next(one for one in known() if one.name == "change_backtest")
    return topic in TESTED and found.details(text, world) is not None


async def meant_for(text: str, said: str, world: World, *, asked: str) -> bool:
    """Whether ``text`` (``said``: the same, made plain) asks for something other than ``asked``.

    A question is always something else: no answer to an open question ends in a question mark.
    """
    return is_asking(text) or await known_to_others(text, said, world, asked=asked)


async def known_to_others(text: str, said: str, world: World, *, asked: str) -> bool:
    """Whether something other than ``asked`` would answer ``text``, question or not."""
    for one in known():
        mine = one.name in (asked, *ALIKE)
        if one.recognise is not None and not mine and one.details(text, world) is not None:
            return True
    taken = (await asyncio.to_thread(guess, said)).taken
    return taken is not None and taken.name not in (asked, *ALIKE)
