"""Where in Slack something was said, and by whom: the name of a chat, written and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass

CHANNEL = "slack"
ID = r"[A-Z][A-Z0-9]{1,30}"
STAMP = r"[0-9]{1,10}\.[0-9]{1,9}"
_CHAT = re.compile(
    rf"(?P<team>{ID})(@(?P<enterprise>{ID}))?:((?P<channel>{ID}):(?P<thread>{STAMP})?:)?(?P<user>{ID})?",
    re.ASCII,
)
_ID = re.compile(ID, re.ASCII)
_STAMP = re.compile(STAMP, re.ASCII)


def is_id(written: object) -> bool:
    """Whether Slack could have given something this id."""
    return isinstance(written, str) and _ID.fullmatch(written) is not None


def is_stamp(written: object) -> bool:
    """Whether it is the time stamp that names a message."""
    return isinstance(written, str) and _STAMP.fullmatch(written) is not None


@dataclass(frozen=True, slots=True)
class Workspace:
    """Whose token is used: a workspace's own, or that of the organisation it belongs to."""

    team: str
    enterprise: str = ""  # only where the whole organisation has installed us

    def __str__(self) -> str:
        return f"{self.team}@{self.enterprise}" if self.enterprise else self.team

    @property
    def key(self) -> tuple[str, str]:
        """Enterprise and team under which the installation is kept."""
        return (self.enterprise, "") if self.enterprise else ("", self.team)


@dataclass(frozen=True, slots=True)
class Place:
    """One person's conversation: in their direct messages, or in a thread that others read.

    Without a person it is a channel as a whole, as for what is told to all of a team. The person
    is part of a thread's name, so that two who talk in one thread do not mix, and so that what is
    private finds its way into the right direct messages.
    """

    workspace: Workspace
    user: str
    channel: str = ""  # "": the direct messages with us
    thread: str = ""  # "" in a channel: a slash command, which belongs to no thread

    @property
    def shared(self) -> bool:
        """Whether others read along."""
        return bool(self.channel)

    @property
    def room(self) -> str:
        """The name of the channel, whatever the thread and whoever speaks; "" for nobody else's."""
        return f"{self.workspace}:{self.channel}::" if self.channel else ""

    @property
    def person(self) -> str:
        """The name under which the person is known, wherever in the workspace they write."""
        return f"{self.workspace.enterprise or self.workspace.team}:{self.user}"

    @property
    def chat(self) -> str:
        inside = f"{self.channel}:{self.thread}:" if self.channel else ""
        return f"{self.workspace}:{inside}{self.user}"


def parse(chat: str) -> Place | None:
    """The place that ``Place.chat`` wrote; nothing when it is none."""
    found = _CHAT.fullmatch(chat)
    if found is None or not (found["user"] or found["channel"]):
        return None
    workspace = Workspace(found["team"], found["enterprise"] or "")
    return Place(workspace, found["user"] or "", found["channel"] or "", found["thread"] or "")
