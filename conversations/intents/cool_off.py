"""“cool off 48 hours”: wait with the trade that is open; afterwards record it, drop it, or wait."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from conversations import cards
from conversations.actions import drafts, open_cards, reminding
from conversations.actions.drafts import Content
from conversations.cooling import A_DAY, wait
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.postponing import noted
from conversations.reading.moments import NoSuchMoment, read_moment
from conversations.reading.trades import review
from conversations.turn import Turn
from conversations.wording import cooling as words
from conversations.wording import reminders, trades
from storage.records import WAITED, Draft

HOUR = timedelta(hours=1)
MOST = timedelta(days=28)  # drafts are thrown away after a month
_SPAN = r"(?P<size>\d{1,4}|an?|one|two|three) (?P<unit>hour|hr|day|week)s?"
_SPAN_SAID = re.sub(r"\?P<\w+>", "?:", _SPAN)
_SIZES = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_UNITS = {"hour": HOUR, "hr": HOUR, "day": A_DAY, "week": 7 * A_DAY}
_BECAUSE = re.compile(r"\s*(?:\b(?:because|since)\b|[,:;]|\s-\s)\s*", re.IGNORECASE)
_LEAD = re.compile(r"^[\s,:;.-]*(?:(?:because|since)\b)?[\s,:]*", re.IGNORECASE)


@intent(
    "cool_off",
    label="Cool off",
    summary="Wait with the open trade",
    group="trades",
    examples=("cool off 48 hours", "wait a day", "cool off until monday because I feel rushed"),
    pattern=(
        r"/?(?:please |i(?:'ll| will|'d like to| want to| need to) |let me |let's )?"
        r"(?:(?:cool(?:ing)?[ -]?(?:off|down)|sleep on (?:it|that|this))(?P<rest>[\s,:].{0,300})?"
        rf"|wait (?P<span>(?:for |until |till )?(?:{_SPAN_SAID}|tomorrow|next week|mon|tue|wed|thu"
        r"|fri|sat|sun)\w*\b.{0,300}))"
    ),
)
async def cool_off(turn: Turn, said: Details) -> Reply:
    draft = await open_cards.find(turn)
    if draft is None or draft.portfolio != turn.portfolio.id:
        return Reply(words.nothing_open(), row(Button("Record a trade", "pick:trade")))
    try:
        until, reason = _read(turn, said.get("rest") or said.get("span") or "")
    except NoSuchMoment:
        return Reply(reminders.no_such_moment())
    if until > turn.now + MOST:
        return Reply(words.too_long(MOST.days))
    return await wait(turn, draft, until, reason)


def _read(turn: Turn, said: str) -> tuple[datetime, str]:
    """Until when, and the reason: "48 hours because ...", "until monday", "" for a day."""
    said = said.strip(" ,:")
    span = re.match(rf"(?:for )?{_SPAN}\b", said, re.IGNORECASE)
    if span:
        size = span["size"].casefold()
        wait_for = _UNITS[span["unit"].casefold()] * (_SIZES.get(size) or max(int(size), 1))
        return turn.now + wait_for, _LEAD.sub("", said[span.end() :]).strip()
    zone = turn.person.time_zone
    first, *rest = _BECAUSE.split(said, maxsplit=1)
    found = read_moment(re.sub(r"(?i)^(?:until|till|to) ", "", first), turn.now, zone).at
    if found is not None:
        return found, "".join(rest).strip()
    return turn.now + A_DAY, _LEAD.sub("", said).strip()


@press("uncool")
async def undo(turn: Turn, said: Details) -> Reply:
    """The reminder is forgotten, and the card is there again."""
    id = drafts.long(said["data"])
    gone = await turn.work.reminders.cancel(id, turn.person.id, turn.now) if id else None
    draft = await _kept(turn, gone.subject) if gone and gone.subject else None
    if draft is None:
        return Reply(words.gone())
    if draft.portfolio != turn.portfolio.id:
        return Reply(trades.other_portfolio())
    world = await turn.world()
    readings = (review(one, world) for one in drafts.unpack(draft.content).readings)
    return await cards.propose(turn, Content(tuple(readings)))


@press("cooled")
async def answered(turn: Turn, said: Details) -> Reply:
    """``cooled:<draft>:record``."""
    short, _, key = said["data"].partition(":")
    draft = await _kept(turn, drafts.long(short))
    if draft is None:
        return Reply(words.gone())
    if draft.portfolio != turn.portfolio.id:
        return Reply(trades.other_portfolio())
    content = drafts.unpack(draft.content)
    match key:
        case "record":
            return await _record(turn, content)
        case "again":
            until = turn.now + A_DAY
            wanted = await reminding.note(turn, until, WAITED, draft.id, content.waits)
            if wanted is None:
                return noted(None)
            undo_ = Button("Undo", f"unremind:{drafts.short(wanted.id)}")
            return Reply(words.waits(wanted, ""), row(undo_))
    again = Button("Wait another day", f"cooled:{short}:again")
    return Reply(words.dropped(), row(again))


async def _kept(turn: Turn, id: UUID | None) -> Draft | None:
    """The draft of a trade that this person waited with."""
    found = await turn.work.drafts.get(id, turn.person.id) if id else None
    return found if found is not None and "waits" in found.content else None


async def _record(turn: Turn, content: Content) -> Reply:
    """As a new trade of today: at which price, only they know."""
    world = await turn.world()
    fresh = [
        review(replace(one, price=None, amount=None, on=None, at_time=None, issues=()), world)
        for one in content.readings
    ]
    return await cards.propose(turn, Content(tuple(fresh)))
