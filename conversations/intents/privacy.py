"""“privacy”: what is kept of a person, where, and how to get it out or away."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome

EXPORT = Button("Export everything", "pick:export_everything")
DELETE = Button("Delete everything", "pick:delete_everything")


@intent(
    "stored",
    label="What do you store?",
    summary="See what is stored",
    group="data",
    examples=("what do you store?", "what do you know about me"),
    pattern=r"/?what (data )?do you (store|keep|save|know)( about me| of me| on me)?\W*",
    guess="take",
)
async def stored(turn: Turn, said: Details) -> Reply:
    full = Button("Full privacy text", "pick:privacy")
    return Reply(welcome.what_is_stored(), row(EXPORT, DELETE, full))


@intent(
    "privacy",
    label="Privacy",
    summary="Read the whole privacy text",
    group="data",
    examples=("privacy", "full privacy text", "privacy policy"),
    pattern=(
        r"/?((show |read )?(the |your |my )?(full )?privacy( (text|policy|notice|settings))?)\W*"
    ),
    guess="take",
)
async def privacy(turn: Turn, said: Details) -> Reply:
    return Reply(welcome.privacy(), row(EXPORT, DELETE))
