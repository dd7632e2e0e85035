"""App Home: what a person sees before they ask: value, positions, open nudges, settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from bot.slack.rendering import actions, plain, words
from conversations.desk import Desk
from conversations.intents import known
from conversations.messages import IncomingMessage, Reply, row
from conversations.nudging import telling
from conversations.turn import Turn, begin
from conversations.wording import nudges as wording
from conversations.wording import slack as said
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import UnitOfWork

HOLDINGS = "holdings"  # the intent with which the page begins
# Intents whose answers are the rest of the page, each under its title; one more is one more line.
SECTIONS = (
    ("reminders", said.reminders_title()),
    ("settings", said.settings_title()),
)
MOST_LINES = 8  # of a section: the total, five positions, what is left out, the date
OPEN_FOR = timedelta(days=14)  # then a nudge that nobody answered is open no more
MOST_NUDGES = 3  # messages of nudges that are shown
RECENT = 12  # nudges among which those are looked for; one message tells several
MOST_SHARED = 5  # portfolios
BUTTONS = ("biases", "trade", "trades")


async def view(
    message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk
) -> dict[str, Any]:
    """The page for who sent ``message``: the answers that the conversation would give."""
    intents = {one.name: one for one in known()}
    blocks: list[dict[str, Any]] = [_title(said.home_title(message.called)[:150])]
    turn = await _opened(message, work, now, desk)
    blocks += _section(await intents[HOLDINGS].picked(turn, {}), "", HOLDINGS)
    blocks += await _shared(turn)
    blocks += await _nudges(turn)
    for name, title in SECTIONS:
        turn = await _opened(message, work, now, desk)
        blocks += _section(await intents[name].picked(turn, {}), title, name)
    wanted = [(intents[name].label, f"pick:{name}") for name in BUTTONS]
    blocks += [{"type": "divider"}, actions(wanted, ":menu"), _small(said.disclaimer())]
    return {"type": "home", "blocks": blocks}


async def _opened(message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk) -> Turn:
    """A turn about the person's own choice, whatever an open card is about."""
    turn = await begin(message, work, now, desk)
    await turn.come_home()
    return turn


async def _shared(turn: Turn) -> list[dict[str, Any]]:
    """The first line of what is held in each portfolio that others share with the person."""
    intents = {one.name: one for one in known()}
    lines = []
    for one in (await turn.work.members.shared_with(turn.person.id))[:MOST_SHARED]:
        if one.portfolio == turn.portfolio.id:
            continue
        asked = replace(turn.message, text=f"portfolio for {one.name}")
        about = await begin(asked, turn.work, turn.now, turn.desk)
        if about.portfolio.id != one.portfolio:  # its name says something else to us
            continue
        told = await intents[HOLDINGS].picked(about, {})
        lines.append(said.shared(one.name, told.text.partition("\n")[0]))
    return _section(Reply("\n".join(lines)), said.shared_title(), "shared") if lines else []


async def _nudges(turn: Turn) -> list[dict[str, Any]]:
    """What was said first and not answered, each message with its buttons; and what waits."""
    person, nudges = turn.person.id, turn.work.nudges
    written = max((at for _, _, at in await nudges.spoken(person)), default=None)
    unanswered = [
        one
        for one in await nudges.history(person, RECENT)
        if one.said_at is not None
        and one.answered_at is None
        and one.said_at > turn.now - OPEN_FOR
        and (written is None or written <= one.said_at)
    ]
    blocks = [{"type": "divider"}, _title(said.nudges_title())]
    messages = [list(some) for _, some in groupby(unanswered, key=lambda one: one.message)]
    for n, some in enumerate(messages[:MOST_NUDGES]):
        if (reply := _told(some, turn)) is not None:
            blocks += _section(reply, "", f"nudge{n}-")
    waiting = [one for one in await nudges.waiting(person) if telling.pairs_of([one])]
    labels = telling.labels_of([one.grouped for one in waiting])
    silent = not any(block["type"] == "actions" for block in blocks)
    return blocks + words(said.nudges_open(labels, none=silent))


def _told(some: Sequence[NudgeRecord], turn: Turn) -> Reply | None:
    """One message of nudges as it was said; nothing where no file knows them any more."""
    pairs, message = telling.pairs_of(some), some[0].message
    if not pairs or message is None:
        return None
    told = [kind.told(record.facts, turn.portfolio.currency) for record, kind in pairs]
    shown = told[: telling.MOST]
    text = wording.joined(shown, more=len(told) - len(shown))
    return Reply(text, row(*telling.answers(pairs, message)))


def _section(reply: Reply, title: str, name: str) -> list[dict[str, Any]]:
    lines = reply.text.split("\n")
    blocks = [{"type": "divider"}, _title(title)] if title else []
    blocks += words("\n".join(lines[:MOST_LINES]), lead=True)
    for n, line in enumerate(reply.buttons):
        blocks.append(actions([(one.label, one.data) for one in line], f":{name}{n}"))
    return blocks


def _title(text: str) -> dict[str, Any]:
    return {"type": "header", "text": plain(text)}


def _small(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [plain(text)]}
