"""What the advisor works with besides the database: price feeds, computing power, settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conversations.computing import Pool
from storage.cache import Cache
from storage.feeds import Feed
from storage.unit_of_work import Storage

T = TypeVar("T")
DEMO = "demo"  # the source of the demo market in market_data


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every turn and every task. ``feeds`` are asked by actions and jobs only."""

    storage: Storage
    cache: Cache
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    sources: tuple[str, ...] = (DEMO,)  # whose prices a person's own portfolio uses, best first
    pool: Pool | None = None  # heavy computing leaves the event loop; None: in a thread

    @property
    def live(self) -> tuple[Feed, ...]:
        """Feeds that can be asked for new prices."""
        return tuple(
            self.feeds[name] for name in self.sources if name in self.feeds and name != DEMO
        )

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        """``work(*arguments)`` outside of the event loop."""
        if self.pool is None:
            return await asyncio.to_thread(work, *arguments)
        return await self.pool.compute(work, *arguments)
