"""What a person wants of a portfolio, kept with the person: limits, views and goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from conversations.reading.beliefs import Belief
from conversations.reading.demands import ALL, About, Limit, joined
from engine.market.instruments import Universe
from engine.optimization.estimation.views import View, believe, prefer
from engine.optimization.limits import Demands
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

KEY = "wishes"  # of the preferences
GOAL_WAYS = ("goals", "mental_accounts")  # methods of proposals that are for goals
USUAL_COST = 0.001  # of the money traded, where nobody says
YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Goal:
    """An aim with its money: ``due`` is the day it is for, ``now`` what is set aside for it; None:
    the least that does it. ``since``: the day on which that was said, where it is known."""

    name: str
    amount: float
    due: date
    chance: float
    now: float | None
    monthly: float
    since: date | None = None

    def years(self, today: date) -> float:
        return (self.due - today).days / YEAR


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one portfolio."""

    limits: tuple[Limit, ...] = ()
    beliefs: tuple[Belief, ...] = ()
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Limits for the engine, and those that are about nothing it knows of.

    ``smallest``: money that each order is to be worth; None where nobody said.
    """

    demands: Demands
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unused: tuple[Limit, ...] = ()
    smallest: float | None = None


def with_limits(known: Sequence[Limit], new: Iterable[Limit]) -> tuple[Limit, ...]:
    """A newer limit takes the place of an older one of the same key; some contradict others."""
    found = {one.key: one for one in known}
    for one in new:
        for about in _OUSTED.get(one.about, ()):
            found.pop(f"{about}:{one.name}", None)
        found[one.key] = joined(found.get(one.key), one)
    return tuple(found.values())


_OUSTED = {
    About.AVOID: (About.ASSET, About.NEVER_SELL, About.KEEP),
    About.ASSET: (About.AVOID, About.KEEP),
    About.NEVER_SELL: (About.AVOID,),
    About.KEEP: (About.AVOID, About.ASSET, About.NEVER_SELL, About.NEVER_BUY),
}


def relaxed(limits: Sequence[Limit], key: str, value: float) -> tuple[Limit, ...] | None:
    """``limits`` with the one of the engine's ``key`` ("upper:*", "group:Energy") at ``value``;
    None for a key that no limit has."""
    side, _, name = key.partition(":")
    about = {"group": About.GROUP, "cash": About.CASH, "names": About.NAMES}.get(side)
    if side in ("upper", "lower"):
        about = About.EACH if name == "*" else About.ASSET
    if side == "turnover":
        return with_limits(limits, [Limit(About.TURNOVER, most=value / 2)])
    if about is None or (about is About.GROUP and not name):
        return None
    name = "" if name == "*" or about in (About.CASH, About.NAMES) else name
    old = next((one for one in limits if one.about is about and one.name == name), None)
    least, most = (old.least, old.most) if old else (None, None)
    limits = [one for one in limits if one is not old]
    if about is About.ASSET:
        # What forbade to sell, buy or hold it gives way too.
        ousted = (About.NEVER_SELL, About.NEVER_BUY, About.KEEP, About.AVOID)
        fixed = {About.NEVER_SELL, About.KEEP} if side == "lower" else set(ousted[1:])
        limits = [one for one in limits if not (one.name == name and one.about in fixed)]
    lowers = about in (About.CASH, About.GROUP) and least is not None and value < least
    if side == "lower" or lowers:
        least = value
    else:
        most = value
    return with_limits(limits, [Limit(about, name, least, most)])


def demands_of(
    limits: Sequence[Limit],
    symbols: Sequence[str],
    held: Mapping[str, float],
    universe: Universe,
) -> Asked:
    """``limits`` as the engine takes them; a limit about another share than ``symbols`` is unused.
    Turnover is said of what is sold or bought, and counted both ways by the engine."""
    each: tuple[float, float] = (0.0, 1.0)
    assets: dict[str, tuple[float, float]] = {}
    groups: dict[str, tuple[float, float]] = {}
    names: dict[About, set[str]] = {about: set() for about in _NAMED}
    words: dict[str, str] = {}
    cash, cost = (0.0, 0.0), USUAL_COST
    turnover: float | None = None
    smallest: float | None = None
    most_names: int | None = None
    unused = []
    for one in limits:
        low, high = one.least or 0.0, 1.0 if one.most is None else one.most
        words[one.key] = one.said
        match one.about:
            case About.EACH:
                each = (low, max(low, high))
            case About.GROUP:
                groups[one.name] = (low, max(low, high))
            case About.CASH:
                cash = (min(low, 1.0), min(max(low, high), 1.0))
            case About.TURNOVER:
                turnover = 2.0 * high
            case About.NAMES:
                most_names = max(int(one.most or 1), 1)
            case About.COST:
                cost = high
            case About.ORDER:
                smallest = one.least
            case _:
                named = _named(one, symbols, held)
                unused += [] if named else [one]
                words |= {f"{one.about}:{symbol}": one.said for symbol in named}
                if one.about is About.ASSET:
                    assets |= dict.fromkeys(named, (low, max(low, high)))
                else:
                    names[one.about] |= set(named)
    demands = Demands(
        each=each,
        assets=assets,
        groups=groups,
        never_sell=frozenset(names[About.NEVER_SELL]),
        never_buy=frozenset(names[About.NEVER_BUY]),
        keep=frozenset(names[About.KEEP]),
        avoid=frozenset(names[About.AVOID]),
        cash=cash,
        turnover=turnover,
        names=most_names,
        cost_rate=cost,
        words=words,
    )
    return Asked(demands, members_of(groups, symbols, universe), tuple(unused), smallest)


_NAMED = (About.NEVER_SELL, About.NEVER_BUY, About.KEEP, About.AVOID)


def _named(limit: Limit, symbols: Sequence[str], held: Mapping[str, float]) -> list[str]:
    """Which of ``symbols`` a limit about a share speaks of; all that is held may be meant."""
    owned = [s for s, share in held.items() if share > 0] if limit.name == ALL else []
    return [s for s in owned or [limit.name] if s in symbols]


def members_of(
    groups: Iterable[str], symbols: Sequence[str], universe: Universe
) -> dict[str, tuple[str, ...]]:
    """The ``symbols`` of each sector."""
    sectors = {s: found.sector for s in symbols if (found := universe.get(s)) is not None}
    return {
        name: tuple(symbol for symbol in symbols if sectors.get(symbol) == name) for name in groups
    }


def views_of(beliefs: Sequence[Belief], symbols: Sequence[str]) -> tuple[View, ...]:
    """Those about ``symbols`` alone."""
    return tuple(
        prefer(one.better, one.worse, one.value, one.confidence)
        if one.worse
        else believe(one.better, one.value, one.confidence)
        for one in beliefs
        if one.better in symbols and (one.worse is None or one.worse in symbols)
    )


def pack(wishes: Wishes) -> dict[str, Any]:
    goals = [
        asdict(one)
        | {"due": one.due.isoformat(), "since": one.since.isoformat() if one.since else None}
        for one in wishes.goals
    ]
    return {
        "limits": [asdict(one) for one in wishes.limits],
        "beliefs": [asdict(one) for one in wishes.beliefs],
        "goals": goals,
    }


def unpack(packed: Mapping[str, Any] | None) -> Wishes:
    if not packed:
        return Wishes()
    return Wishes(
        tuple(Limit(**{**one, "about": About(one["about"])}) for one in packed["limits"]),
        tuple(Belief(**one) for one in packed["beliefs"]),
        tuple(_goal(one) for one in packed["goals"]),
    )


def _goal(packed: Mapping[str, Any]) -> Goal:
    since = packed.get("since")  # those of before know of none
    days = {"due": date.fromisoformat(packed["due"])}
    return Goal(**{**packed, **days, "since": date.fromisoformat(since) if since else None})


def kept(person: Person, portfolio: PortfolioRecord) -> Wishes:
    """What is remembered for a portfolio."""
    return unpack(person.preferences.get(KEY, {}).get(str(portfolio.id)))


async def keep(
    work: UnitOfWork, person: Person, portfolio: PortfolioRecord, wishes: Wishes
) -> None:
    """Remember ``wishes`` in place of all that was remembered for the portfolio.

    A proposal that knew nothing of a new limit is no longer open, nor one for other goals.
    """
    known = (await work.users.get(person.id)).preferences
    before = unpack(known.get(KEY, {}).get(str(portfolio.id)))
    told = await work.recommendations.latest_open(portfolio.id)
    for_goals = told is not None and told.content.method in GOAL_WAYS
    others = for_goals and wishes.goals != before.goals
    if told is not None and (others or set(wishes.limits) - set(before.limits)):
        await work.recommendations.set_status(told.id, person.id, "replaced", told.content.at)
    every = {**known.get(KEY, {}), str(portfolio.id): pack(wishes)}
    if wishes == Wishes():
        every.pop(str(portfolio.id))
    await work.users.change(person.id, preferences={**known, KEY: every})
