"""What a team may see of itself: whether its members follow each other, and its week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from conversations.actions.teams import approving, waiting_drafts
from conversations.turn import Turn
from conversations.wording import teams as words
from engine.arrays import Floats
from engine.biases import herding
from engine.detection.finding import BiasFinding
from engine.diagnosis.examination import discover
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from engine.record.record import prepare
from storage.records import Access, Entry
from storage.unit_of_work import UnitOfWork

FEWEST = 5  # others who traded a share on a day; of fewer nothing is said
WEEK = timedelta(days=7)
ONE_WAY = 0.8  # of those who traded a share on a day


@dataclass(frozen=True, slots=True)
class Followed:
    """How somebody trades beside the other members; ``finding``: None where those are too few."""

    others: int
    finding: BiasFinding | None


async def follow(turn: Turn, access: Access) -> Followed:
    """Whether the one who asks trades as the other members do, by what each trades alone.

    Only days on which at least five of the others traded the share count (storage.crowd), so
    nobody's trades can be told from the answer.
    """
    known = await turn.work.members.of(access.portfolio)
    others = sum(one.person != turn.person.id for one in known)
    own = [one for one in await turn.work.portfolios.of(turn.person.id) if not one.demo]
    if others < FEWEST or not own:
        return Followed(others, None)
    trades = await turn.work.trades.of(own[0].id)
    if not trades:
        return Followed(others, None)
    since = min(trade.at.date() for trade in trades)
    crowd = await turn.work.crowd.shares_within(access.portfolio, turn.person.id, since)
    if crowd is None:
        return Followed(others, None)
    prices = await turn.work.market.prices(None, turn.desk.sources)
    found = await turn.desk.compute(_judge, trades, prices, turn.now.date(), crowd)
    return Followed(others, found)


def _judge(trades: Sequence[Trade], prices: Prices, until: date, crowd: Panel) -> BiasFinding:
    record = prepare(trades, prices, until=until, context=Context(crowd=crowd))
    return discover((herding.detect(record, None),))[0]


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """``undone``: taken back and not restored. ``leant``: of the ``crowded`` pairs of a share and a
    day on which at least five members traded it alone, those on which four in five went one way."""

    name: str
    saved: int
    undone: int
    people: tuple[str, ...]
    waiting: int
    crowded: int
    leant: int


def lean(bought: Floats) -> int:
    """How many of these shares of buyers are four in five or more, or so of sellers: of one buyer
    among five, too, though 1 - 0.8 is a little less than 0.2."""
    return int((np.maximum(bought, 1.0 - bought) >= ONE_WAY - 1e-9).sum())


async def digest(work: UnitOfWork, portfolio: UUID, now: datetime) -> str:
    """The last seven days of a shared portfolio in words."""
    return words.digest(**asdict(await week_of(work, portfolio, now)))


async def week_of(work: UnitOfWork, portfolio: UUID, now: datetime) -> TeamWeek:
    """The last seven days of a shared portfolio."""
    record = await work.portfolios.get(portfolio)
    entries = await work.audit.since(portfolio, now - WEEK)
    members = await work.members.of(portfolio)
    saved = undone = 0
    for one in entries:
        told = one.details or {}
        if one.kind == "saved":
            saved += 1
        elif one.kind == "imported":
            saved += told["numbers"][1] - told["numbers"][0] + 1
        elif one.kind == "undone":
            undone += told["count"]
        elif one.kind == "restored":
            undone -= told["count"]
    active = {
        who
        for one in entries
        if one.kind in ("saved", "imported", "undone", "approved")
        for who in _active(one)
    }
    people = [one.name for one in members if one.person in active]
    if active - {one.person for one in members}:
        people.append(approving.named(members, None))
    waiting = await waiting_drafts.sent(work, portfolio, now)
    crowd = await work.crowd.shares_within(portfolio, None, (now - WEEK).date())
    bought = crowd.values[~np.isnan(crowd.values)] if crowd is not None else np.zeros(0)
    return TeamWeek(
        name=record.name,
        saved=saved,
        undone=max(undone, 0),
        people=tuple(people),
        waiting=len(waiting),
        crowded=len(bought),
        leant=lean(bought),
    )


def _active(one: Entry) -> Sequence[UUID | None]:
    """Who was at work: of what two agreed on, both."""
    if one.kind != "approved":
        return (one.actor,)
    return (UUID((one.details or {})["member"]), one.actor)
