"""Whether 10,000 people in twelve time zones are spoken to as promised, and how fast it goes.

The policy and the delivery run unchanged on a made-up clock (benchmarks/nudge_simulation.py); the
pacing is that of the Telegram door, whose own clock stands still while nothing is sent.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

from benchmarks import nudge_simulation as simulation
from benchmarks.conversation import row
from bot.telegram.pace import OVERALL, Pace
from storage.cache import Cache

PEOPLE, SEED, SEARCHED = 10_000, 7, 50
DUE = 10_000
FAULTS = ("early", "late", "doubled", "quiet", "silence", "stale", "a day", "a week", "asked",
          "starved", "overheard")  # fmt: skip


def measure() -> list[dict[str, Any]]:
    began = perf_counter()
    found = asyncio.run(simulation.simulate(PEOPLE, SEED, SEARCHED))
    took = perf_counter() - began
    seconds, floor = asyncio.run(paced(DUE))
    among = dict.fromkeys(FAULTS, f"of {found.messages:,} messages")
    for searched in ("late", "starved"):  # minute by minute: it takes time
        among[searched] = f"to {PEOPLE // SEARCHED} people"
    rows = [
        row(f"nudges {one}, {among[one]}", found.faults[one], "nudges", "<= 0") for one in FAULTS
    ]
    rows += [
        row(f"nudges dropped: {why}, of {found.wanted:,} wanted", n, "nudges", None)
        for why, n in sorted(found.dropped.items())
    ]
    return [
        *rows,
        row("nudges said", found.said, "nudges", None),
        row("transactions that died and were done again", found.deaths, "deaths", None),
        row("90 days of 10,000 people simulated", took, "s", None),
        row("10,000 nudges through the pacing", seconds, "s", f"<= {1.05 * floor:.1f}"),
    ]


async def paced(count: int, cache: Cache | None = None) -> tuple[float, float]:
    """Seconds until the last of ``count`` messages to different chats is sent, and the least that
    the overall limit allows. Without a ``cache`` the turns are kept by a Redis in this process."""
    clock = [0.0]

    async def sleep(seconds: float) -> None:
        clock[0] += seconds

    pace = Pace(cache, lambda: clock[0], sleep)
    for chat in range(1, count + 1):
        await pace.wait(chat)
    return clock[0], (count - 1) * OVERALL.gap
