"""Whose nudges somebody speaks about: their own, or those of the team that reads a channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from conversations.actions import preferences as own
from conversations.messages import Button, Reply, pack
from conversations.nudging.hours import hours_of
from conversations.nudging.listening import home_of
from conversations.turn import Turn
from conversations.wording import teams
from conversations.wording import voices as words
from storage.nudge_records import TeamVoice
from storage.unit_of_work import UnitOfWork

KEY = "voice_before"  # of the chat's memory: what the last changes took the place of
REMEMBERED = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """How nudges come to ``listener``. ``voice``: of the team; None: they are a person's own."""

    listener: UUID
    preferences: Mapping[str, Any]
    voice: TeamVoice | None = None


def about_team(turn: Turn) -> bool:
    """Whether it is about the team's nudges: where others read along, and where one who talks alone
    has named a shared portfolio that is not the one they keep open."""
    if turn.access is None or not turn.access.shared:
        return False
    return turn.message.shared or turn.portfolio.id != turn.person.portfolio


async def settings(turn: Turn) -> Settings | Reply:
    if not about_team(turn):
        return Settings(turn.person.id, turn.person.preferences)
    voice = await turn.work.voices.of(turn.portfolio.id)
    if voice is None:
        return Reply(words.silent(turn.portfolio.name))
    return Settings(voice.portfolio, voice.preferences, voice)


async def change(turn: Turn, known: Settings, new: Mapping[str, Any]) -> Button | Reply:
    """Set preferences; the button that takes it back, or why not: for a team an owner does it."""
    if known.voice is None:
        return await own.change(turn, preferences=new)
    chosen = {**known.voice.preferences, **new}
    return await put(turn, known.voice.portfolio, replace(known.voice, preferences=chosen))


async def put(turn: Turn, portfolio: UUID, new: TeamVoice | None) -> Button | Reply:
    """Have a team spoken to as ``new`` says, or not at all; with the button that takes it back.

    The one way to change it: by an owner, with a line in the log.
    """
    refused = await refusal(turn, portfolio)
    if refused is not None:
        return refused
    before = await turn.work.voices.of(portfolio)
    await _put(turn, portfolio, before, new)
    token = uuid4().hex[:8]
    told = {**turn.state.get(KEY, {}), token: {"portfolio": str(portfolio), "was": _packed(before)}}
    turn.state[KEY] = dict(list(told.items())[-REMEMBERED:])
    return Button("Undo", f"unvoice:{token}")


async def refusal(turn: Turn, portfolio: UUID) -> Reply | None:
    """What is said to those who are no owner."""
    access = await turn.work.members.access(turn.person.id, portfolio)
    if access is not None and access.shared and access.role == "owner":
        return None
    return Reply(teams.owner_only(turn.portfolio.name if access is None else access.name))


async def take_back(turn: Turn, token: str) -> Reply:
    kept = turn.state.get(KEY, {}).get(token)
    if kept is None:
        return Reply(words.not_remembered())
    portfolio = UUID(kept["portfolio"])
    if (refused := await refusal(turn, portfolio)) is not None:
        return refused
    was = _unpacked(portfolio, kept["was"])
    await _put(turn, portfolio, await turn.work.voices.of(portfolio), was)
    turn.state[KEY] = {name: one for name, one in turn.state[KEY].items() if name != token}
    name = (await turn.work.portfolios.get(portfolio)).name
    return Reply(words.taken_back(name, silent=was is None))


async def _put(
    turn: Turn, portfolio: UUID, before: TeamVoice | None, new: TeamVoice | None
) -> None:
    if new is None:
        await turn.work.voices.silence(portfolio)
        kind = "nudges stopped"
    else:
        await turn.work.voices.choose(new)
        moved = before is None or (before.channel, before.chat) != (new.channel, new.chat)
        kind = "nudges chosen" if moved else "nudges changed"
    await turn.work.audit.note(portfolio, kind, turn.now)


def _packed(voice: TeamVoice | None) -> dict[str, Any] | None:
    if voice is None:
        return None
    by = str(voice.chosen_by) if voice.chosen_by else None
    kept = {**asdict(voice), "chosen_at": voice.chosen_at.isoformat(), "chosen_by": by}
    kept.pop("portfolio")
    return kept


def _unpacked(portfolio: UUID, kept: dict[str, Any] | None) -> TeamVoice | None:
    if kept is None:
        return None
    by = UUID(kept["chosen_by"]) if kept["chosen_by"] else None
    at = datetime.fromisoformat(kept["chosen_at"])
    return TeamVoice(portfolio, **{**kept, "chosen_by": by, "chosen_at": at})


async def silence_lost(work: UnitOfWork, now: datetime) -> int:
    """Speak no more to teams whose channel is gone, and tell the owner who chose it, once, within
    their own hours; to how many of them something was said.

    Until those hours begin the team is as good as silent: its channel is not reached.
    """
    told = 0
    for voice, reason in await work.voices.lost():
        portfolio = await work.portfolios.get(voice.portfolio)
        chosen = voice.chosen_by
        access = await work.members.access(chosen, portfolio.id) if chosen else None
        theirs = chosen if chosen and access else portfolio.person  # who left learns no more of it
        owner = await work.users.get(theirs)
        opens = hours_of(owner.preferences, owner.time_zone).next_open(now)
        if opens is not None and opens > now and reason != "unbound":
            continue
        await work.voices.silence(voice.portfolio)
        await work.audit.note(voice.portfolio, "nudges ended", now)
        home = home_of(await work.nudges.spoken(owner.id))
        if home is None or opens is None or reason == "unbound":
            continue  # who took the portfolio off the channel knows it
        reply = Reply(words.lost(portfolio.name))
        await work.outbox.add(home.channel, home.chat, pack(reply))
        told += 1
    return told
