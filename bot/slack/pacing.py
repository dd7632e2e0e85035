"""Keeping to Slack's speed: one message a second in a channel, edits less often, and in a whole
workspace no more than it takes."""

from __future__ import annotations

from bot.pacing import Pacer
from bot.slack.places import Workspace
from storage.turns import Limit

BETWEEN_MESSAGES = 1.0  # seconds, in one channel
BETWEEN_EDITS = 1.5  # of one message: chat.update allows 50 in a minute
# docs.slack.dev, chat.postMessage: "several hundred messages per minute" in a workspace.
POST, POSTS_IN_A_MINUTE = "chat.postMessage", 300
LONGEST_WAIT = 15.0  # half of the time a sender has; who would wait longer comes again


class Pace(Pacer):
    """Hands out moments, in order, with a pause between two of the same name, whichever worker
    asks."""

    async def wait(self, name: str, pause: float, workspace: Workspace, method: str) -> None:
        """Return when ``method`` may be asked of a workspace about what is called ``name``. Raises
        NotYet when that would take long."""
        both = [Limit(f"slack:{workspace}:{name}", pause), _limit(workspace, method)]
        await self.turn(both, LONGEST_WAIT)

    async def halt(self, workspace: Workspace, method: str, seconds: float) -> None:
        """Slack asked for a pause: nobody asks that of the workspace before it is over."""
        await self.rest(_limit(workspace, method), seconds)


def _limit(workspace: Workspace, method: str) -> Limit:
    """Slack counts by method and workspace; what it does not tell of is only rested from."""
    gap = 60 / POSTS_IN_A_MINUTE if method == POST else 0.0
    return Limit(f"slack:{workspace}:{method}", gap)
