"""How fast messages go: to one channel, to a whole workspace, and when Slack asks for a pause."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

import pytest

from bot.door import NotYet
from bot.slack.pacing import BETWEEN_EDITS, BETWEEN_MESSAGES, POST, POSTS_IN_A_MINUTE, Pace
from bot.slack.places import Workspace
from storage.turns import Limit, Turns
from tests.bot.slack.office import Office, seen
from tests.bot.slack.standin import TEAM
from tests.bot.slack.test_slack_delivery import edit, queue, send


async def test_messages_keep_their_pace(office: Office) -> None:
    for n in range(4):
        await queue(office, f"m{n}")
    while await send(office):
        pass
    assert office.slept == [BETWEEN_MESSAGES] * 3
    office.slept.clear()
    id = await queue(office, "0 %")
    office.seconds += 10
    await send(office)
    for n in range(3):
        await edit(office, id, f"{n}0 %")
        await send(office)
    assert office.slept == [BETWEEN_EDITS] * 2
    shown = office.slack.to("D0ANA")
    assert seen(shown[-1]).text == "20 %"
    assert len(shown) == 5


async def test_many_who_wait_for_one_channel_come_again() -> None:
    async def sleep(seconds: float) -> None:
        return None

    pace, here, there = Pace(clock=lambda: 100.0, sleep=sleep), Workspace("T1"), Workspace("T2")
    for _ in range(16):
        await pace.wait("C1", 1.0, here, POST)
    with pytest.raises(NotYet) as caught:
        await pace.wait("C1", 1.0, here, POST)
    assert (caught.value.seconds, caught.value.tried) == (16.0, False)
    await pace.wait("C1", 1.0, there, POST)


async def test_m8_a_limit_of_the_workspace_is_kept_by_all(office: Office) -> None:
    """Slack tells one sender to wait: nobody else asks meanwhile, and nothing is given up."""
    await queue(office, "hello")
    for n in range(12):
        await queue(office, "hello", chat=f"{TEAM}:U0P{n}")
    office.slack.faults["chat.postMessage"] = [("429", 40)]
    while await send(office):
        pass
    assert office.slack.calls["chat.postMessage"] == 1
    office.wait(seconds=41)
    while await send(office):
        pass
    assert office.slack.calls["chat.postMessage"] == 14
    assert len(office.slack.messages) == 13


class Alone:
    """The turns of one process, without a Redis to ask."""

    def __init__(self) -> None:
        self.turns = Turns()

    async def turn(self, limits: Sequence[Limit], now: float, patience: float) -> float:
        return self.turns.take(limits, now, patience)


async def test_ten_thousand_nudges_in_one_workspace() -> None:
    """They leave as fast as Slack takes them, by eight senders, with the pauses it asks for."""
    posts, senders, latency, pauses = 10_000, [0.0] * 8, 0.15, {2_000: 30.0, 7_000: 60.0}
    now, here = 0.0, Workspace("T1")
    asked: list[float] = []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = Pace(Alone(), clock=lambda: now, sleep=sleep)  # type: ignore[arg-type] # as it is used
    waiting = [(0.0, n) for n in range(posts)]
    while waiting:
        due, n = heappop(waiting)
        now = max(heappop(senders), due)
        try:
            await pace.wait(f"U{n}", BETWEEN_MESSAGES, here, POST)
        except NotYet as fact:
            heappush(waiting, (now + fact.seconds, n))
        else:
            asked.append(now)
            now += latency
            if (pause := pauses.pop(len(asked), None)) is not None:
                await pace.halt(here, POST, pause)
                heappush(waiting, (now + pause, n))
        heappush(senders, now)
    gap = 60 / POSTS_IN_A_MINUTE
    assert len(asked) == posts + 2, "each once, and twice who was told to wait"
    assert min(b - a for a, b in pairwise(sorted(asked))) >= gap - 1e-6
    least = (posts - 1) * gap + 2 * latency + 30 + 60
    assert least - 0.01 <= asked[-1] <= least * 1.05
