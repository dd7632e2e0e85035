"""App Home: what a person sees of their portfolio before they ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.slack.rendering import actions, plain, words
from conversations.desk import Desk
from conversations.intents import known
from conversations.messages import IncomingMessage, Reply
from conversations.turn import begin
from conversations.wording import slack as said
from storage.unit_of_work import UnitOfWork

# Intents whose answers are the page, each under its title; one more is one more line.
SECTIONS = (
    ("holdings", ""),
    ("reminders", said.reminders_title()),
    ("settings", said.settings_title()),
)
MOST_LINES = 8  # of a section: the total, five positions, what is left out, the date
BUTTONS = ("biases", "trade", "trades")


async def view(
    message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk
) -> dict[str, Any]:
    """The page for who sent ``message``: the answers that the conversation would give."""
    intents = {one.name: one for one in known()}
    blocks: list[dict[str, Any]] = [_title(said.home_title(message.called)[:150])]
    for name, title in SECTIONS:
        if name not in intents:
            continue
        turn = await begin(message, work, now, desk)
        blocks += _section(await intents[name].picked(turn, {}), title, name)
    wanted = [(intents[name].label, f"pick:{name}") for name in BUTTONS if name in intents]
    blocks += [{"type": "divider"}, actions(wanted, ":menu"), _small(said.disclaimer())]
    return {"type": "home", "blocks": blocks}


def _section(reply: Reply, title: str, name: str) -> list[dict[str, Any]]:
    lines = reply.text.split("\n")
    blocks = [{"type": "divider"}, _title(title)] if title else []
    blocks += words("\n".join(lines[:MOST_LINES]), lead=True)
    for n, row in enumerate(reply.buttons):
        blocks.append(actions([(one.label, one.data) for one in row], f":{name}{n}"))
    return blocks


def _title(text: str) -> dict[str, Any]:
    return {"type": "header", "text": plain(text)}


def _small(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [plain(text)]}
