"""What Slack shows as people's names: asked for seldom, and never waited for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.installations import Clients
from bot.slack.places import Workspace
from bot.slack.reading import name_in

log = structlog.get_logger(__name__)

KNOWN_FOR = 3_600.0  # seconds until a name is asked for again
UNKNOWN_FOR = 300.0  # likewise where it could not be had: no scope, not visible, Slack is slow
PATIENCE = 1.0  # seconds: who knocks waits for no more than three
KEPT = 10_000  # people remembered
_SHOWN = ("display_name", "real_name")  # of a profile: what Slack shows, and what it falls back to


@dataclass(slots=True)
class Names:
    """Names by workspace and user, as ``users.info`` has them (it needs ``users:read``)."""

    clients: Clients
    clock: Callable[[], float] = time.monotonic
    _known: dict[tuple[Workspace, str], tuple[str, float]] = field(default_factory=dict)

    async def of(self, workspace: Workspace, user: str) -> str:
        """The name of somebody; "" where Slack does not tell it to us. Never raises for Slack."""
        now, key = self.clock(), (workspace, user)
        if key in self._known and self._known[key][1] > now:
            return self._known[key][0]
        name = await self._ask(workspace, user)
        self._known.pop(key, None)
        self._known[key] = (name, now + (KNOWN_FOR if name else UNKNOWN_FOR))
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return name

    async def _ask(self, workspace: Workspace, user: str) -> str:
        try:
            client = await self.clients.of(workspace)
            if client is None:
                return ""
            told = await asyncio.wait_for(client.users_info(user=user), PATIENCE)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as problem:
            log.info("a name was not told", error=type(problem).__name__)
            return ""
        return shown(told.get("user"))


def shown(user: Any) -> str:
    """The name in a user as Slack describes one; "" where there is none, as of who was deleted."""
    if not isinstance(user, dict):
        return ""
    profile = user.get("profile")
    known = profile if isinstance(profile, dict) else {}
    told = [*(known.get(name) for name in _SHOWN), user.get("real_name"), user.get("name")]
    names = [name_in(one) for one in told if isinstance(one, str)]
    return next((one for one in names if one), "")
