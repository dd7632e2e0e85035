"""Whether a proposal was carried out, asked three days later and at most once more (Gollwitzer and
Sheeran 2006: what one meant to do and what one did lie apart)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from conversations.actions import drafts
from conversations.messages import Button
from conversations.nudging.finding import want_one
from conversations.nudging.kind import Facts, Kind, Look, Occasion
from conversations.wording import follow_up as words
from engine.optimization.follow_up import FollowUp, Outcome, Staleness, follow_up
from storage.records import RecommendationRecord
from storage.unit_of_work import UnitOfWork

AGAIN = timedelta(days=14)
LATE = timedelta(hours=24)
FORGOTTEN = timedelta(days=45)  # after which nobody wants to hear of it
ANSWERS = {
    "all": words.ALL,
    "partly": words.PARTLY,
    "notyet": words.NOT_YET,
    "dropped": words.DROPPED,
}


def find(look: Look) -> Sequence[Occasion]:
    """Its job wants it when the proposal says so."""
    return ()


async def settle(
    work: UnitOfWork, told: RecommendationRecord, sources: Sequence[str], now: datetime
) -> None:
    """Ask about one proposal that is due, and say when to ask again; of a demo, where time stands
    still, nobody asks."""
    assert told.follow_up_at is not None, "it is due"
    portfolio = await work.portfolios.get(told.portfolio)
    old = now - told.content.at > FORGOTTEN
    if portfolio.demo or old:
        await work.recommendations.remind(told.id, told.person, None)
        return
    if now - told.follow_up_at > LATE:  # nobody was on watch
        await work.recommendations.remind(told.id, told.person, now + AGAIN)
        return
    found = await compared(work, told, sources, now)
    person = await work.users.get(told.person)
    first = await want_one(work, person, portfolio.id, KIND, _occasion(told, found, 1), now)
    if not first:
        await want_one(work, person, portfolio.id, KIND, _occasion(told, found, 2), now)
    again = now + AGAIN if first and found.outcome is not Outcome.DONE else None
    await work.recommendations.remind(told.id, told.person, again)
    if found.outcome is Outcome.DONE:
        await work.recommendations.set_status(told.id, told.person, "done", now)
        await work.reminders.cancel_about(told.id, told.person, now)


async def compared(
    work: UnitOfWork, told: RecommendationRecord, sources: Sequence[str], now: datetime
) -> FollowUp:
    """What of it is in the books."""
    prices = await work.market.prices(None, sources)
    bars = {symbol: prices.latest(symbol) for symbol in told.content.prices}
    closes = {s: Decimal(repr(round(bar.close, 6))) for s, bar in bars.items() if bar is not None}
    return follow_up(told.content, await work.trades.of(told.portfolio), now, closes)


def _occasion(told: RecommendationRecord, found: FollowUp, time: int) -> Occasion:
    facts = {
        "proposal": drafts.short(told.id),
        "day": told.content.at.date().isoformat(),
        "outcome": found.outcome.value,
        "late": found.stale is not None and found.stale.why is Staleness.TIME,
        "share": found.share,
        "shares": [[one.symbol, one.share] for one in found.moves],
        "moves": [[one.order.symbol, one.after - one.before] for one in told.content.moves],
        "time": time,
    }
    return Occasion(f"{told.id}:{time}", facts, 1.5)


def answers(facts: Facts) -> Sequence[Button]:
    if facts["outcome"] == Outcome.DONE.value:
        return ()
    proposal = facts["proposal"]
    return [Button(label, f"followed:{proposal}:{key}") for key, label in ANSWERS.items()]


KIND = Kind(
    name="follow_up",
    group="proposals",
    source="Gollwitzer and Sheeran 2006",
    find=find,
    told=words.told,
    why=words.why,
    again=AGAIN,
    answers=answers,
    scheduled=True,
)
