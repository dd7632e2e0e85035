"""“help”: what can be asked for, made from what is known."""

from __future__ import annotations

from conversations.intents import Details, intent, known
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome


@intent(
    "help",
    label="Help",
    summary="Show what I can do",
    examples=("help", "/help", "menu", "what can you do?"),
    pattern=r"/?(help|menu|commands|what can you do|more)\W*",
    rank=9,
    guess="take",
)
async def help_(turn: Turn, said: Details) -> Reply:
    offered = [one for one in known() if one.rank]
    buttons = [Button(one.label, f"pick:{one.name}") for one in offered if one.name != "help"]
    text = welcome.help_text([(one.summary, one.examples[0]) for one in offered])
    return Reply(text, row(*buttons[:6]))
