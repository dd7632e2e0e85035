"""What is said of limits: which there are, which clash, and how far one would have to give."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite

from conversations.actions.allocation.proposals import Impossible, Proposed
from conversations.reading.demands import ALL, About, Limit
from conversations.wording.figures import count, listed, percent
from engine.optimization.solution import Relaxation

MOST = 8  # limits listed
DROP = "forget my limits"
INSTEAD = (
    'Say which shares not to hold ("no TSLA"), limit a sector ("tech at most 30%"), or say '
    '"only what I hold".'
)


def one(limit: Limit) -> str:
    """``at most 10% in each``, ``KO is never sold``."""
    bounds = _range(limit.least, limit.most)
    match limit.about:
        case About.EACH:
            return f"{bounds} in each share"
        case About.ASSET:
            return f"{bounds} in {limit.name}"
        case About.GROUP:
            none = limit.most == 0
            return f"nothing in {limit.name}" if none else f"{bounds} in {limit.name}"
        case About.CASH:
            return "no cash" if limit.most == 0 else f"{bounds} in cash"
        case About.TURNOVER:
            return f"turnover {bounds}"
        case About.NAMES:
            return f"at most {count(int(limit.most or 0), 'share')}"
        case About.COST:
            return f"costs of {percent(limit.most or 0.0, 2)} of each trade"
        case About.ORDER:
            return f"no order below {limit.least or 0.0:,.10g}"
    return _of_a_share(limit)


def _of_a_share(limit: Limit) -> str:
    """What may not be done with one."""
    match limit.about:
        case About.NEVER_SELL:
            return "nothing is sold" if limit.name == ALL else f"{limit.name} is never sold"
        case About.NEVER_BUY:
            return f"no more {limit.name} is bought"
        case About.KEEP:
            return f"{limit.name} stays as it is"
    return f"no {limit.name}"


def _range(least: float | None, most: float | None) -> str:
    if least and most is not None and most != least:
        return f"{share(least)} to {share(most)}"
    if least and most == least:
        return share(least)
    return f"at least {share(least)}" if least else f"at most {share(most or 0.0)}"


def share(value: float) -> str:
    """``10%``, ``12.5%``: a digit only where it says something."""
    return percent(value, 0 if abs(value * 100 - round(value * 100)) < 0.05 else 1)


def all_of(limits: Sequence[Limit]) -> str:
    """``at most 10% in each share; KO is never sold``."""
    shown = [one(limit) for limit in limits[:MOST]]
    more = len(limits) - MOST
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def kept(limits: Sequence[Limit], *, new: Sequence[Limit]) -> str:
    """After something was said: what is remembered now."""
    said = f"Noted: {all_of(new)}."
    others = [limit for limit in limits if limit.key not in {one.key for one in new}]
    if others:
        said += f"\nStill there: {all_of(others)}."
    return f'{said}\nI keep to that in every proposal until you say "{DROP}".'


def list_of(limits: Sequence[Limit]) -> str:
    if not limits:
        return 'No limits yet. Say one: "max 10% in one stock", "never sell KO", "5% cash".'
    return "\n".join(["Your limits:", *(f"– {one(limit)}" for limit in limits)])


def forgotten(how_many: int) -> str:
    if not how_many:
        return "There were no limits to forget."
    return f"Forgotten: {count(how_many, 'limit')}."


def remembered(limits: Sequence[Limit]) -> str:
    """Of limits that were said with something else."""
    return (
        f'{_kept(len(limits))} ({all_of(limits)}) for later proposals too, until you say "{DROP}".'
    )


def _kept(how_many: int) -> str:
    return "I keep that limit" if how_many == 1 else "I keep those limits"


def not_understood(rest: Sequence[str], indexes: Sequence[str] = ()) -> str:
    """``indexes``: what was asked of the members of one."""
    lines = []
    if rest:
        said = listed([f'"{one}"' for one in rest[:3]])
        lines.append(f"I did not understand {said}, and left it out.")
    if indexes:
        said = listed([f'"{one}"' for one in indexes[:3]])
        lines.append(f"I know no lists of who is in an index, so I left out {said}. {INSTEAD}")
    return "\n".join(lines)


def missed(found: Proposed, limits: Sequence[Limit]) -> str:
    """Which limits whole shares cannot keep, and what becomes of them: empty where all are kept."""
    after = dict(zip(found.symbols, found.after.tolist(), strict=True))
    reached = {"cash": found.cash, "turnover": found.turnover}
    broken, rest = [], []
    for key in found.recommendation.missed:
        side, _, name = key.partition(":")
        value = after.get(name, reached.get(side))
        told = "" if value is None else share(value)
        known = _limit_of(side, name, limits)
        if known is None and side == "turnover" and found.question.turnover is not None:
            known = Limit(About.TURNOVER, most=found.question.turnover)
        if known is not None:
            about = f"{name} " if known.name != name and name in after else ""
            broken.append(f"“{one(known)}”" + (f" ({about}{told})" if told else ""))
        elif side == "cash":
            rest.append(f"whole shares leave {told} in cash")
        else:
            rest.append(f"whole shares end at {told} in {name}, beyond its cap")
    if broken:
        rest.append(f"whole shares miss your limit {listed(broken)}")
    return listed(rest)


def unused(limits: Sequence[Limit]) -> str:
    names = listed(list(dict.fromkeys(limit.name for limit in limits)))
    return f"Your limit on {names} changes nothing: it is not among these shares."


def impossible(found: Impossible, limits: Sequence[Limit]) -> str:
    """Which limits clash, and how far one of them would have to give."""
    told = listed([clash(found, key, limits) for key in found.clashing]) or all_of(limits)
    lines = [f"No portfolio meets all of this: {told}."]
    offers = [relaxed(one) for one in usable_of(found)]
    if offers:
        lines.append(f"It would do to have {listed(offers, 'or')}.")
    return "\n".join(lines)


def why_impossible() -> str:
    return (
        "These limits leave no portfolio at all, whatever the prices do; without any one of them "
        "there is one. Each button lets one limit give by the least that suffices, and keeps it so."
    )


def clash(found: Impossible, key: str, limits: Sequence[Limit] = ()) -> str:
    """One of the clashing demands in words: ``at most 10% each, only 6 shares = 60%``.

    Where no giving way alone would do, its bound is not known: in the words of the limit then.
    """
    bound, needed = next(((b, n) for name, b, n in found.relaxations if name == key), (None, 0.0))
    side, _, name = key.partition(":")
    known = _limit_of(side, name, limits)
    if known is not None and (bound is None or known.about is About.AVOID):
        return one(known)
    value = "so much" if bound is None else share(bound)
    match side:
        case "upper" if name == "*":
            if bound is None or bound * found.assets >= 1:
                return f"at most {value} each"
            shares = count(found.assets, "share")
            return f"at most {value} each, only {shares} = {share(bound * found.assets)}"
        case "upper":
            return f"at most {value} in {name}"
        case "lower":
            return f"at least {value} in {'each share' if name == '*' else name}"
        case "group":
            side = "at most" if bound is None or needed > bound else "at least"
            return f"{side} {value} in {name}"
        case "cash":
            least = "at most" if needed > (bound or 0.0) else "at least"
            return f"{least} {value} in cash" if bound else "everything invested"
        case "turnover":
            return "turnover of at most " + ("so much" if bound is None else share(bound / 2))
        case "names":
            return "so few shares" if bound is None else f"at most {count(int(bound), 'share')}"
    return key


_SIDES = {
    "upper": (About.AVOID, About.KEEP, About.NEVER_BUY, About.ASSET, About.EACH),
    "lower": (About.NEVER_SELL, About.KEEP, About.ASSET, About.EACH),
    "group": (About.GROUP,),
    "cash": (About.CASH,),
    "turnover": (About.TURNOVER,),
    "names": (About.NAMES,),
}


def _limit_of(side: str, name: str, limits: Sequence[Limit]) -> Limit | None:
    wanted = "" if name == "*" else name
    for about in _SIDES.get(side, ()):
        for limit in limits:
            if limit.about is about and (limit.name in (wanted, ALL) or about is About.EACH):
                return limit
    return None


def usable_of(found: Impossible) -> list[Relaxation]:
    """What can be offered."""
    every = [Relaxation(*one) for one in found.relaxations]
    return [one for one in every if isfinite(one.needed) and rounded(one) <= _highest(one.key)]


def _highest(key: str) -> float:
    return 1e4 if key == "names" else 2.0 if key == "turnover" else 1.0


def rounded(relaxation: Relaxation) -> float:
    """What is needed, rounded to whole per cent so that it suffices."""
    if relaxation.key == "names":
        return float(ceil(relaxation.needed - 1e-9))
    looser = ceil if relaxation.needed > relaxation.bound else floor
    exact = relaxation.needed * 100
    return looser(exact - 1e-7 if looser is ceil else exact + 1e-7) / 100


def button(relaxation: Relaxation) -> str:
    """The label of the button that lets this limit give."""
    said = relaxed(relaxation)
    return f"{said[:1].upper()}{said[1:]}"


def relaxed(relaxation: Relaxation) -> str:
    """``up to 17% each``."""
    value = rounded(relaxation)
    more = relaxation.needed > relaxation.bound
    side, _, name = relaxation.key.partition(":")
    bound = "up to" if more else "down to"
    match side:
        case "upper" | "lower":
            return f"{bound} {share(value)} {'each' if name == '*' else 'in ' + name}"
        case "group":
            return f"{bound} {share(value)} in {name}"
        case "cash":
            return f"{bound} {share(value)} in cash"
        case "turnover":
            return f"{bound} {share(value / 2)} turnover"
        case "names":
            return f"up to {count(int(value), 'share')}"
    return f"{relaxation.key} {share(value)}"
