"""Limits and views that somebody says: found in a sentence, kept, and what is said to it."""

from __future__ import annotations

from conversations.actions.allocation import wishes
from conversations.actions.allocation.wishes import Wishes
from conversations.reading.beliefs import Belief, read_beliefs
from conversations.reading.demands import About, Demanded, read_demands
from conversations.reading.meaning import World
from conversations.reading.plain import plain_text
from conversations.turn import Turn
from conversations.wording import limits as limit_words
from conversations.wording import views as view_words


def find_limits(text: str, world: World) -> Demanded | None:
    """A text that begins with something else, as "rebalance me, max 10% each", is not for us."""
    found = read_demands(text, world)
    said = plain_text(text).casefold()
    begins = not found.rest or not said.startswith(found.rest[0].casefold())
    return found if (found.limits and begins) or _is_of_index(found) else None


def _is_of_index(found: Demanded) -> bool:
    """Nothing but what somebody wants of an index, as "only S&P 500 names"."""
    return bool(found.indexes) and not found.rest and not found.limits


async def keep_limits(turn: Turn, found: Demanded) -> str:
    """Every proposal keeps to them from now on."""
    known = wishes.kept(turn.person, turn.portfolio)
    if not found.limits:
        return limit_words.not_understood(found.rest, found.indexes)
    every = wishes.with_limits(known.limits, found.limits)
    changed = Wishes(every, known.beliefs, known.goals)
    await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    text = limit_words.kept(every, new=found.limits)
    if found.rest or found.indexes:
        text += f"\n{limit_words.not_understood(found.rest, found.indexes)}"
    return text


async def keep_views(turn: Turn, found: tuple[Belief, ...]) -> str:
    """A newer view of the same shares takes the place of an older one."""
    known = wishes.kept(turn.person, turn.portfolio)
    beliefs = tuple({one.key: one for one in (*known.beliefs, *found)}.values())
    changed = Wishes(known.limits, beliefs, known.goals)
    await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    return view_words.noted(found, beliefs)


async def keep_aside(turn: Turn, text: str, world: World) -> str | None:
    """While something else is open: what is said to a limit or a view; None to anything else.

    What only tells of costs, as "fee 1%", may be meant for what is open.
    """
    if (found := find_limits(text, world)) is not None:
        if found.indexes or any(one.about is not About.COST for one in found.limits):
            return await keep_limits(turn, found)
    elif beliefs := read_beliefs(text, world):
        return await keep_views(turn, beliefs)
    return None
