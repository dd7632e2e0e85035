"""“my nudges”: what was said first, and what waits."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.nudging import telling, voices
from conversations.nudging.listening import KEPT_ON
from conversations.nudging.voices import Settings
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
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    zone = kept.voice.time_zone if kept.voice else turn.person.time_zone
    heard = await turn.work.nudges.history(kept.listener, SHOWN)
    waiting = [
        one for one in await turn.work.nudges.waiting(kept.listener) if telling.pairs_of([one])
    ]
    lines = [
        (
            record.said_at.astimezone(ZoneInfo(zone)).date(),
            kind.told(record.facts, turn.portfolio.currency).partition("\n")[0],
        )
        for record, kind in telling.pairs_of(heard)
        if record.said_at is not None
    ]
    silent = await _stopped(turn, kept)
    text = words.overview(
        lines,
        waiting,
        telling.labels_of([one.grouped for one in waiting]),
        zone,
        demo=turn.portfolio.demo,
        silent=silent,
    )
    if kept.voice is not None:
        text = words.of_team(turn.portfolio.name, text)
    again = [Button("Start again", "nudges_on:")] if silent else []
    return Reply(text, row(*again, Button("Settings", "pick:nudges")))


@press("nudges_on")
async def start_again(turn: Turn, said: Details) -> Reply:
    kept = await voices.settings(turn)
    if isinstance(kept, Reply):
        return kept
    undo = await voices.change(turn, kept, {KEPT_ON: turn.now.isoformat()})
    return undo if isinstance(undo, Reply) else Reply(words.gone_on(), row(undo))


async def _stopped(turn: Turn, kept: Settings) -> bool:
    """We asked whether to go on and heard no yes since."""
    asked = await turn.work.nudges.asked_at(kept.listener)
    yes: str | None = kept.preferences.get(KEPT_ON)
    return asked is not None and (yes is None or datetime.fromisoformat(yes) <= asked)
