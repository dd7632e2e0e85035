"""Somebody who seems to be in distress: caring words, where to find help, no more nudges."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.pausing import pause, resume
from conversations.reading.distress import Distress, read_distress
from conversations.turn import Turn
from conversations.wording import general


def _recognise(text: str) -> Details | None:
    found = read_distress(text)
    return None if found is None else {"found": found}


async def _gently(turn: Turn, said: Details) -> Reply:
    """Where it was only guessed: the same help, and nothing is changed."""
    turn.state["offered"] = []
    return Reply(general.caring(paused=False), private=True)


@intent(
    "distress",
    label="Someone to talk to",
    summary="Find someone to talk to",
    examples=("I lost everything, I can't go on", "I don't want to live any more"),
    urgent=_recognise,
    picked=_gently,
    guess="take",
)
async def distress(turn: Turn, said: Details) -> Reply:
    """No buttons, and those offered before can no longer be typed: "yes" must not trade now."""
    turn.state["offered"] = []
    if said["found"] is Distress.HARDSHIP:
        return Reply(general.gentle(), private=True)
    await pause(turn, turn.now)
    return Reply(general.caring(paused=True), private=True)


@intent(
    "resume_nudges",
    label="Resume nudges",
    summary="Let me send nudges again",
    examples=("resume nudges", "start the nudges again", "you may send nudges again"),
    pattern=(
        r"/?(please )?((resume|unpause|restart|continue) (the |my |all )?nudges( again)?"
        r"|start (the |my )?nudges again|you (may|can) send (me )?nudges again)\W*"
    ),
)
async def resume_nudges(turn: Turn, said: Details) -> Reply:
    return Reply(general.nudges_resumed(paused=await resume(turn)))
