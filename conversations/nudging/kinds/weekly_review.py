"""The week on Sunday evening: what it earned, what was done, what matters most, one question
(Benartzi and Thaler 1995: once a week is seldom enough to look; Harkin and others 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conversations.actions import drafts, reviewing, weeks
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from conversations.messages import Button
from conversations.nudge_classes import known
from conversations.nudging.kind import Facts, Kind, Look, Occasion
from conversations.nudging.registry import kind_named
from conversations.nudging.rescoring import rescore
from conversations.nudging.rounds import Moment
from conversations.wording import bias, formats
from conversations.wording import weeks as words
from engine.detection.finding import BiasFinding
from engine.ledger import Kind as Side
from engine.ledger import Trade
from storage.nudge_records import NudgeRecord
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

PLAN = "week_plan"  # of the preferences: what somebody plans for a week
FRESH = timedelta(days=8)  # of a plan: it was made on or after the last Sunday
HEAVY = 9.0  # it names the message


def find(look: Look) -> Sequence[Occasion]:
    """Its job wants it on Sundays."""
    return ()


async def review(
    desk: Desk, person: Person, portfolio: PortfolioRecord, moment: Moment, now: datetime
) -> Occasion | None:
    """None where nothing was traded, nothing is held and nothing was kept for it."""
    case = await reviewing.open_case(desk, portfolio.id, now, fresh=False)
    async with desk.storage.transaction() as work:
        kept = await work.nudges.kept_for_digest(person.id)
        currency = await _currency(work, case)
        answered = await work.journal.entries(portfolio.id)
    findings = await rescore(desk, case, now)
    week = await desk.compute(weeks.look, case, moment.day, person.time_zone, currency)
    if not (week.holds or week.buys or week.sales or kept):
        return None
    formats.use(person.preferences.get(formats.KEY))
    silent = {id for id, entry in answered.items() if entry.reason is None}
    asked = _asked(case.trades, moment.day, person.time_zone, {*answered} - silent)
    facts: dict[str, Any] = {
        "week": moment.key,
        "sunday": moment.day.isoformat(),
        "currency": currency,
        "holds": week.holds,
        "money": week.earned.money if week.earned else None,
        "share": week.earned.share if week.earned else None,
        "market_share": week.earned.market if week.earned else None,
        "market": week.market,
        "last": week.last.isoformat() if week.last else None,
        "buys": week.buys,
        "sales": week.sales,
        "planned": week.planned,
        "usual": week.usual,
        "weeks": week.weeks,
        "trades": len(case.trades),
        "habit": words.habit(_strongest(findings)),
        "plan": _plan(person, portfolio, moment.day),
        "asks": asked,
    }
    facts |= _kept(kept, portfolio.currency)
    return Occasion(moment.key, facts, HEAVY, moment.stale - now, week.png or None)


async def _currency(work: UnitOfWork, case: Case) -> str:
    """Of all that was ever traded; "" where those are several: then there is no sum of money."""
    universe = await work.instruments.universe()
    found = {
        instrument.currency if (instrument := universe.get(symbol)) else case.portfolio.currency
        for symbol in case.symbols
    }
    return found.pop() if len(found) == 1 else ""


def _asked(
    trades: Sequence[Trade], sunday: date, zone: str, told: set[Any]
) -> dict[str, str] | None:
    """The newest trade of the week of which nobody knows why it was made, a sale rather than a
    purchase."""
    place = ZoneInfo(zone)
    silent = [
        one
        for one in weeks.of_week(trades, sunday, place)
        if one.kind in (Side.BUY, Side.SELL) and not one.planned and one.id not in told
    ]
    if not silent:
        return None
    one = max(silent, key=lambda one: (one.kind is Side.SELL, one.at))
    day = one.at.astimezone(place).date().isoformat()
    return {
        "trade": drafts.short(one.id),
        "symbol": one.symbol,
        "side": one.kind.value,
        "day": day,
    }


def _strongest(findings: Sequence[BiasFinding]) -> BiasFinding | None:
    detected = [one for one in findings if one.detected]
    return bias.ranked(detected)[0] if detected else None


def _plan(person: Person, portfolio: PortfolioRecord, sunday: date) -> str:
    kept = person.preferences.get(PLAN)
    if not kept or kept["portfolio"] != portfolio.id.hex:
        return ""
    return str(kept["words"]) if sunday - date.fromisoformat(kept["day"]) < FRESH else ""


def _kept(kept: Sequence[NudgeRecord], currency: str) -> dict[str, list[str]]:
    """What was wanted in the digest: ids, what each says, and the class of each as people read
    it."""
    pairs = [(one, kind) for one in kept if (kind := kind_named(one.kind)) is not None]
    labels = [found.label if (found := known(one.grouped)) else one.grouped for one, _ in pairs]
    return {
        "kept": [str(one.id) for one, _ in pairs],
        "notes": [kind.told(one.facts, currency) for one, kind in pairs],
        "groups": labels,
    }


def answers(facts: Facts) -> Sequence[Button]:
    found = [Button("Plan next week", "weekplan:ask")]
    if facts["asks"] is not None:
        trade = facts["asks"]["trade"]
        found = [Button("Yes", f"foreseen:{trade}:yes"), Button("No", f"foreseen:{trade}:no")]
    if facts["notes"]:
        found.append(Button("Notes", f"weeknotes:{facts['week']}"))
    return found


KIND = Kind(
    name="weekly_review",
    group="digest",
    source="Harkin and others 2016",
    find=find,
    told=words.told,
    why=words.why,
    again=timedelta(days=7),
    answers=answers,
    scheduled=True,
)
