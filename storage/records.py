"""What storage hands out where the engine has no type for it: plain frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from engine.ledger import LotMethod
from engine.optimization.recommendation import Recommendation

WAITED = "plan"  # ``Reminder.about`` of a trade that somebody waits with
SESSION_LIFETIME = timedelta(days=400)  # of a browser's session: the longest that cookies are kept


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who talks to us, whichever door they use."""

    id: UUID
    currency: str = "USD"
    time_zone: str = "UTC"
    day_first: bool | None = None  # how they write dates; None until they told us
    portfolio: UUID | None = None  # the one they are talking about now
    welcomed: bool = False
    preferences: dict[str, Any] = field(default_factory=dict)  # when nudges may come, ...


@dataclass(frozen=True, slots=True)
class PortfolioRecord:
    id: UUID
    person: UUID
    name: str
    demo: bool
    currency: str
    lot_method: LotMethod
    allow_short: bool
    version: int  # moves with every change of its trades


@dataclass(frozen=True, slots=True)
class Draft:
    """A trade waiting for a yes. ``id`` is the id the trade will have."""

    id: UUID
    portfolio: UUID
    person: UUID
    channel: str
    chat: str
    content: dict[str, Any]  # what conversations.actions.drafts packed
    status: str  # open, saved, cancelled, replaced
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RecommendationRecord:
    """What was recommended to a person, and what became of it."""

    id: UUID
    portfolio: UUID
    person: UUID
    content: Recommendation
    status: str  # open, partly, done, dismissed, expired, replaced
    follow_up_at: datetime | None = None  # when to ask whether it was done; None: not any more
    followed_up_at: datetime | None = None  # when that was last looked at


@dataclass(frozen=True, slots=True)
class Plan:
    """A recommendation that somebody keeps, under a number of its own."""

    id: UUID
    portfolio: UUID
    person: UUID
    recommendation: RecommendationRecord
    number: int
    created_at: datetime
    dismissed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be said to a person at ``due_at``, in the chat where they asked for it.

    ``about``: "proposal", "trade" or "plan" (a trade that they wait with), which ``subject`` names,
    or "words". ``time_zone``: in which the moment was said.
    """

    id: UUID
    portfolio: UUID
    person: UUID
    channel: str
    chat: str
    about: str
    due_at: datetime
    time_zone: str
    created_at: datetime
    subject: UUID | None = None
    words: str = ""
    sent_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """What somebody answered about a trade; None where they did not."""

    trade: UUID
    reason: str | None = None  # "plan", "news", "dip" or "tip"
    sure: int | None = None  # 1 to 5
    mood: int | None = None  # of that day: -1 tense, 0, 1 calm
    again: bool | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    trade: UUID
    number: int
    words: str
    at: datetime
    before: str | None = None  # what an edit took the place of


@dataclass(frozen=True, slots=True)
class JournalQuestion:
    """Something to ask at ``due_at``. ``trade``: None for how they feel today."""

    id: UUID
    portfolio: UUID
    person: UUID
    trade: UUID | None
    channel: str
    chat: str
    due_at: datetime
    at: datetime  # when it was decided to ask


@dataclass(frozen=True, slots=True)
class BacktestRecord:
    """Something tested on the past. ``id`` is made of its inputs; ``personal``: it shows what
    somebody holds or has traded; ``content`` is what ``actions.backtesting.outcomes`` packed."""

    id: str
    portfolio: UUID
    person: UUID
    title: str
    personal: bool
    content: bytes
    made_at: datetime
    shared_at: datetime | None = None  # None: only its owner may see it


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    id: int
    channel: str
    chat: str
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingReply:
    id: int
    channel: str
    chat: str
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Task:
    """Work too slow for a turn of talk, to be done outside of any transaction."""

    id: int
    kind: str
    channel: str
    chat: str
    person: UUID
    details: dict[str, Any]
    attempts: int
    reply_to: int | None  # the outbox id of "Working on it", which the result takes the place of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a conversation, for doors that show it from our own tables."""

    id: int
    mine: bool  # True: our reply; False: what the person sent
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A file that a reply carries."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Access:
    """What a person may do with a portfolio. ``role``: owner, member or viewer."""

    portfolio: UUID
    name: str
    role: str
    shared: bool = False  # with others; False: it is theirs alone
    second_yes: bool = False  # a trade needs the yes of two people

    @property
    def writes(self) -> bool:
        return self.role in ("owner", "member")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who shares a portfolio, as the others call them."""

    person: UUID
    role: str
    name: str
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Approval:
    """A trade that two people said yes to; None: one of them has gone since."""

    author: UUID | None
    approver: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit log. ``details``, ``actor``: None where they were erased."""

    number: int
    at: datetime
    kind: str
    facts: dict[str, Any]
    actor: UUID | None
    details: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row of an audit book that is not what was written."""

    book: UUID
    number: int
    what: str  # "missing", "changed", "erased without a note", "cut off"


@dataclass(frozen=True, slots=True)
class Account:
    """How a person is known on a door."""

    channel: str
    name: str
    since: datetime


class LooksOnly(Exception):
    """Somebody who may only look on wanted to change ``portfolio``."""

    def __init__(self, portfolio: UUID) -> None:
        super().__init__(str(portfolio))
        self.portfolio = portfolio


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A process that was alive at ``at``; of those that stand by, ``on_watch`` is False."""

    process: str
    role: str
    started_at: datetime
    at: datetime
    on_watch: bool


@dataclass(frozen=True, slots=True)
class JobRun:
    """What a job did last. ``problem``: the kind of its last failure."""

    job: str
    began_at: datetime
    ended_at: datetime | None
    failed_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether something that has to hold did hold when it was last looked at."""

    name: str
    checked_at: datetime
    broken_since: datetime | None
    breaches: int
    example: str
