"""What a nudge says, with its buttons; several of one moment are one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from conversations.actions import drafts
from conversations.messages import Button, Image, Reply, row
from conversations.nudge_classes import known
from conversations.nudging.kind import Kind
from conversations.nudging.registry import kind_named
from conversations.wording import nudges as words
from storage.nudge_records import NudgeRecord
from storage.records import PortfolioRecord

MOST = 2  # reasons told in one message; of the rest it says that there are more
LINES = 6  # of one message
OWN = 4  # buttons that a kind may have of its own: two rows of three with the usual two
SNOOZE = timedelta(days=7)
LATE = "late"  # the reason of what was asked for and comes later than it should have


def compose(
    said: Sequence[NudgeRecord],
    message: UUID,
    portfolio: PortfolioRecord,
    now: datetime,
    *,
    silent: bool,
    ask: bool,
    zone: str = "UTC",
    elsewhere: bool = False,
    team: bool = False,
) -> Reply:
    """``said``: the heaviest first. ``ask``: also whether to go on. ``zone``: of who hears it.
    ``elsewhere``: another portfolio than this one is open now. ``team``: it is said in a channel,
    about the portfolio that all who read it share, and any of them may press its buttons."""
    pairs = pairs_of(said)
    shown = pairs[:MOST]
    told = [kind.told(record.facts, portfolio.currency) for record, kind in shown]
    more = len(pairs) - len(told)
    overdue = [one.born_at for one in said if one.reason == LATE]
    around = (more > 0) + elsewhere + ask + bool(overdue)
    if sum(one.count("\n") + 1 for one in told) + around > LINES:
        told = [told[0], *(one.partition("\n")[0] for one in told[1:])]
    lines = words.joined(told, more)
    if team:
        lines = words.of_team(portfolio.name, lines)
    if elsewhere:
        lines += f"\n{words.elsewhere(portfolio.name)}"
    if overdue:
        lines += f"\n{words.overdue(min(overdue), zone)}"
    if ask:
        text, buttons = f"{lines}\n{words.keep_sending()}", asking(message)
    else:
        text, buttons = lines, answers(pairs, message)
    return Reply(
        text,
        row(*buttons),
        image=_image(shown, told),
        why=why(said, now),
        for_all=team,
        open=team,
        silent=silent,
    )


def _image(shown: Sequence[tuple[NudgeRecord, Kind]], told: Sequence[str]) -> Image | None:
    """The first picture there is; its sentence says what it shows."""
    for (record, _), sentence in zip(shown, told, strict=True):
        if record.image is not None:
            return Image(record.image, sentence)
    return None


def pairs_of(said: Sequence[NudgeRecord]) -> list[tuple[NudgeRecord, Kind]]:
    """Each with its kind; those whose file is gone are left out."""
    found = ((one, kind_named(one.kind)) for one in said)
    return [(one, kind) for one, kind in found if kind is not None]


def answers(pairs: Sequence[tuple[NudgeRecord, Kind]], message: UUID) -> list[Button]:
    """[Show me] [Snooze 7 days] [Why this?] [Stop these]; the answers of the heaviest, where its
    kind has its own, take the place of the first two. What was asked for can only be asked about:
    it comes whatever is snoozed or off."""
    short = drafts.short(message)
    first, kind = pairs[0]
    ends = bool(classes_of(pairs))
    if kind.answers is not None:
        begin = list(kind.answers(first.facts))[:OWN]
    else:
        shows = [one.shows for _, one in pairs if one.shows is not None]
        snooze = [Button(words.SNOOZE, f"nudged:snooze:{short}")] if ends else []
        begin = [*shows[:1], *snooze]
    stop = [Button(words.STOP, f"nudged:stop:{short}")] if ends else []
    return [*begin, Button(words.WHY, f"nudged:why:{short}"), *stop]


def classes_of(pairs: Sequence[tuple[NudgeRecord, Kind]]) -> list[str]:
    """The classes that can be snoozed or stopped: those of what nobody asked for."""
    return list(dict.fromkeys(one.grouped for one, kind in pairs if not kind.asked_for))


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
