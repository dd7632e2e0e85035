"""“my nudges”: what was said first, and what waits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.actions import preferences
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.nudging import telling
from conversations.nudging.listening import KEPT_ON
from conversations.turn import Turn
from conversations.wording import nudges as words

SHOWN = 3


@intent(
    "nudge_list",
    label="My nudges",
    summary="See what I said first, and what waits",
    group="reminders",
    examples=("my nudges", "show my nudges", "what did you nudge me about?"),
    pattern=(
        r"/?((show (me )?|list )?(all )?my (last |recent )?nudges"
        r"|what (did|do) you nudge me (about|for)|which nudges (wait|are waiting))\W*"
    ),
    guess="take",
)
async def nudge_list(turn: Turn, said: Details) -> Reply:
    heard = await turn.work.nudges.history(turn.person.id, SHOWN)
    waiting = [
        one for one in await turn.work.nudges.waiting(turn.person.id) if telling.pairs_of([one])
    ]
    place = ZoneInfo(turn.person.time_zone)
    lines = [
        (
            record.said_at.astimezone(place).date(),
            kind.told(record.facts, turn.portfolio.currency).partition("\n")[0],
        )
        for record, kind in telling.pairs_of(heard)
        if record.said_at is not None
    ]
    silent = await _stopped(turn)
    text = words.overview(
        lines,
        waiting,
        telling.labels_of([one.grouped for one in waiting]),
        turn.person.time_zone,
        demo=turn.portfolio.demo,
        silent=silent,
    )
    again = [Button("Start again", "nudges_on:")] if silent else []
    return Reply(text, row(*again, Button("Settings", "pick:nudges")))


@press("nudges_on")
async def start_again(turn: Turn, said: Details) -> Reply:
    undo = await preferences.change(turn, preferences={KEPT_ON: turn.now.isoformat()})
    return Reply(words.gone_on(), row(undo))


async def _stopped(turn: Turn) -> bool:
    """We asked whether to go on and heard no yes since."""
    asked = await turn.work.nudges.asked_at(turn.person.id)
    kept: str | None = turn.person.preferences.get(KEPT_ON)
    return asked is not None and (kept is None or datetime.fromisoformat(kept) <= asked)
