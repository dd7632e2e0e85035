"""“If it falls 20 % I will …”: read, kept and watched for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import uuid4

from conversations.nudging.kinds.intention import MARKET
from conversations.turn import Turn
from storage.nudge_records import Intention

MOST = 20  # that wait for one portfolio
LONGEST = 200  # characters of what somebody wants to be told
DEEPEST, HIGHEST = 0.99, 10.0
FALLING = ("fall", "drop", "los", "down", "crash", "sink", "declin")
PATTERN = (
    r"/?(?P<words>(if|when|once|should) (?P<what>[A-Za-z][\w.&' -]{0,40}?) "
    r"(ever )?(?P<moves>falls?|drops?|crashes|crash|sinks?|declines?|loses?|rises?|gains?|climbs?"
    r"|(is|goes?|are) (down|up))( by)?( more than| at least| about)? "
    r"(?P<size>\d{1,4}(\.\d+)?) ?(%|percent|per cent)( or more)?,? (then )?"
    r"(i|we)('ll|'d| will| won't| want to| plan to| am going to) .{2,150})"
)
_WHOLE = re.compile(r"it|everything|(my|the) (whole )?(portfolio|account|holdings)", re.IGNORECASE)
_MARKET = re.compile(r"(the )?(whole |stock )?(markets?|stocks|shares)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Read:
    """``symbol``: None where the name is that of nothing with prices."""

    symbol: str | None
    name: str
    change: float
    words: str


async def read(turn: Turn, said: dict[str, str]) -> Read:
    size = float(said["size"]) / 100
    falls = any(one in said["moves"].casefold() for one in FALLING)
    name = said["what"].strip()
    symbol = await _symbol_of(turn, name)
    return Read(symbol, name, -size if falls else size, said["words"].strip()[:LONGEST])


async def _symbol_of(turn: Turn, name: str) -> str | None:
    if _WHOLE.fullmatch(name):
        return ""
    if _MARKET.fullmatch(name):
        return MARKET
    prices = await turn.prices()
    if name.upper() in prices:
        return name.upper()
    found = [one for one in await turn.universe() if one.name.casefold() == name.casefold()]
    return found[0].symbol if found and found[0].symbol in prices else None


async def start_of(turn: Turn, symbol: str) -> float | None:
    """The price, or what the portfolio is worth, now; None where it is worth nothing."""
    prices = await turn.prices()
    if symbol == MARKET:
        return 1.0 if len(prices.days) else None
    if symbol:
        bar = prices.latest(symbol)
        return bar.close if bar else None
    held = await turn.work.positions.of(turn.portfolio.id)
    bars = [(float(quantity), prices.latest(one)) for one, quantity, _ in held]
    worth = sum(quantity * bar.close for quantity, bar in bars if bar and quantity > 0)
    return worth if worth > 0 else None


async def keep(turn: Turn, told: Read, symbol: str, start: float) -> Intention | None:
    """None where too many wait already."""
    waiting = await turn.work.intentions.waiting(turn.person.id, turn.portfolio.id)
    if len(waiting) >= MOST:
        return None
    kept = Intention(
        id=uuid4(),
        portfolio=turn.portfolio.id,
        person=turn.person.id,
        symbol=symbol,
        change=told.change,
        start=start,
        words=told.words,
        made_at=turn.now,
    )
    await turn.work.intentions.add(kept)
    return kept
