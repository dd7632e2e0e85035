"""Messages keep to what Telegram allows, by a clock that only passes when somebody waits; all
workers together, and each by itself while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from telegram.ext import AIORateLimiter

from bot.door import NotYet
from bot.slack.pacing import POST
from bot.slack.pacing import Pace as SlackPace
from bot.slack.places import Workspace
from bot.telegram.door import Telegram
from bot.telegram.pace import Pace
from storage import cache as caches
from storage.cache import Cache
from storage.turns import MOST_NAMES
from storage.unit_of_work import Storage
from tests.bot.telegram.people import Clock
from tests.bot.telegram.stub import TOKEN

AWAY = "redis://127.0.0.1:9/0"  # the discard port: nothing listens


def workers(clock: Clock, url: str | None = None) -> tuple[Pace, Pace]:
    """Two that share a cache."""
    cache = Cache(url)
    return Pace(cache, clock, clock.sleep), Pace(cache, clock, clock.sleep)


def most(moments: list[float], seconds: float) -> int:
    """The most messages in any so many seconds."""
    return max(sum(at <= one < at + seconds - 1e-6 for one in moments) for at in moments)


@pytest.mark.parametrize("url", [None, AWAY])
async def test_twenty_five_a_second_over_all_chats_and_workers(url: str | None) -> None:
    clock, sent = Clock(), []
    both = workers(clock, url)
    for chat in range(1, 101):
        await both[chat % 2].wait(chat)
        sent.append(clock.seconds)
    assert clock.seconds == pytest.approx(99 / 25)
    assert most(sent, 1.0) == 25


async def test_workers_that_ask_at_once_get_different_turns() -> None:
    """Through two connections to one Redis, as two processes have."""
    clock, slept = Clock(), []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    caches = [Cache(None), Cache(None)]
    caches[1]._redis = caches[0]._redis
    paces = [Pace(cache, clock, sleep) for cache in caches]
    await asyncio.gather(*(paces[n % 2].wait(n + 1) for n in range(60)))
    assert sorted(slept) == pytest.approx([n / 25 for n in range(1, 60)])


async def test_one_a_second_in_a_chat() -> None:
    clock, sent = Clock(), []
    both = workers(clock)
    for n in range(4):
        await both[n % 2].wait(7)
        sent.append(clock.seconds)
    assert sent == pytest.approx([0, 1, 2, 3])


async def test_one_a_second_in_a_channel_of_slack() -> None:
    clock, sent = Clock(), []
    cache = Cache(None)
    both = SlackPace(cache, clock, clock.sleep), SlackPace(cache, clock, clock.sleep)
    for n in range(4):
        await both[n % 2].wait("C1", 1.0, Workspace("T1"), POST)
        sent.append(clock.seconds)
    assert sent == pytest.approx([0, 1, 2, 3])


async def test_twenty_a_minute_in_a_group_and_nobody_sleeps_that_long() -> None:
    clock = Clock()
    one, other = workers(clock)
    for n in range(20):
        await (one, other)[n % 2].wait(-7)
    with pytest.raises(NotYet) as told:
        await one.wait(-7)
    assert told.value.seconds == pytest.approx(60 - clock.seconds)
    assert not told.value.tried
    await one.wait(8)  # others are not kept waiting
    clock.seconds = 60.0
    await other.wait(-7)


async def test_when_one_is_told_to_wait_nobody_is_written_to() -> None:
    clock = Clock()
    one, other = workers(clock)
    await one.halt(30)
    for pace in (one, other):
        with pytest.raises(NotYet):
            await pace.wait(1)
    clock.seconds = 29.0
    await other.wait(1)
    assert clock.seconds == 30.0


@contextmanager
def lost(cache: Cache) -> Iterator[None]:
    """Redis goes away in the middle."""
    whole = cache._redis

    class Nobody:
        def __getattr__(self, name: str) -> Callable[..., None]:
            raise caches.RedisError("gone")

    cache._redis = Nobody()
    yield
    cache._redis, cache._away_until = whole, 0.0


async def test_a_redis_that_goes_away_leaves_each_to_its_own_turns() -> None:
    """M7: nothing fails, and what this process has sent still counts."""
    clock = Clock()
    cache = Cache(None)
    pace = Pace(cache, clock, clock.sleep)
    for _ in range(10):
        await pace.wait(-7)
    with lost(cache):
        for _ in range(10):
            await pace.wait(-7)
        assert clock.seconds == pytest.approx(19)
        with pytest.raises(NotYet):
            await pace.wait(-7)
        assert not cache.reachable
    await pace.wait(8)


async def test_chats_that_rest_are_forgotten() -> None:
    clock = Clock()
    cache = Cache(AWAY)
    pace = Pace(cache, clock, clock.sleep)
    for chat in range(1, 2 * MOST_NAMES + 2):
        await pace.wait(chat)
    assert len(cache._turns) <= MOST_NAMES


def test_the_library_limits_as_well() -> None:
    door = Telegram(Storage("postgresql://nobody@127.0.0.1:1/nothing"), TOKEN)
    limiter = door.bot.rate_limiter
    assert isinstance(limiter, AIORateLimiter)
    assert limiter._base_limiter is not None
    assert limiter._base_limiter.max_rate == 30
    assert (limiter._group_max_rate, limiter._group_time_period) == (20, 60)
