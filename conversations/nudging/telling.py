"""What a nudge says, with its buttons; several of one moment are one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from conversations.actions import drafts
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import known
from conversations.nudging.kind import Kind
from conversations.nudging.registry import kind_named
from conversations.wording import nudges as words
from storage.records import NudgeRecord, PortfolioRecord

MOST = 2  # reasons told in one message; of the rest it says that there are more
SNOOZE = timedelta(days=7)


def compose(
    said: Sequence[NudgeRecord],
    message: UUID,
    portfolio: PortfolioRecord,
    now: datetime,
    *,
    silent: bool,
    ask: bool,
    elsewhere: bool,
) -> Reply:
    """``said``: the heaviest first. ``ask``: also whether to go on. ``elsewhere``: another
    portfolio than this one is open now."""
    pairs = pairs_of(said)
    told = [kind.told(record.facts, portfolio.currency) for record, kind in pairs[:MOST]]
    lines = words.joined(told, more=len(pairs) - len(told))
    if elsewhere:
        lines += f"\n{words.elsewhere(portfolio.name)}"
    if ask:
        text, buttons = f"{lines}\n{words.keep_sending()}", asking(message)
    else:
        text, buttons = lines, answers(pairs, message)
    return Reply(text, row(*buttons), why=why(said, now), silent=silent)


def pairs_of(said: Sequence[NudgeRecord]) -> list[tuple[NudgeRecord, Kind]]:
    """Each with its kind; those whose file is gone are left out."""
    found = ((one, kind_named(one.kind)) for one in said)
    return [(one, kind) for one, kind in found if kind is not None]


def answers(pairs: Sequence[tuple[NudgeRecord, Kind]], message: UUID) -> list[Button]:
    """[Show me] [Snooze 7 days] [Why this?] [Stop these]"""
    short = drafts.short(message)
    shows = [kind.shows for _, kind in pairs if kind.shows is not None]
    return [
        *shows[:1],
        Button(words.SNOOZE, f"nudged:snooze:{short}"),
        Button(words.WHY, f"nudged:why:{short}"),
        Button(words.STOP, f"nudged:stop:{short}"),
    ]


def asking(message: UUID) -> list[Button]:
    short = drafts.short(message)
    return [Button("Yes", f"nudged:on:{short}"), Button("Stop", f"nudged:off:{short}")]


def why(said: Sequence[NudgeRecord], now: datetime) -> str:
    """The rule, n and source of each, that it came once, and when there may be another."""
    pairs = pairs_of(said)
    told = [kind.why(record.facts) for record, kind in pairs]
    if len(told) > MOST:
        told = [one.partition("\n")[0] for one in told]
    return "\n".join([*told, words.sent_once(_next_days(pairs, now))])


def _next_days(pairs: Sequence[tuple[NudgeRecord, Kind]], now: datetime) -> int | None:
    """In how many days another of these kinds is possible; None: they were asked for."""
    waits = [(r.said_at or now) + kind.again - now for r, kind in pairs if not kind.asked_for]
    if not waits:
        return None
    return max(-(-min(waits) // timedelta(days=1)), 0)


def labels_of(groups: Sequence[str]) -> list[str]:
    """``Pace``, ``Disposition``: the classes as people read them, each once."""
    found = [known(one) for one in dict.fromkeys(groups)]
    return [one.label for one in found if one is not None]
