"""Messages keep to what Telegram allows, by a clock that only passes when somebody waits."""

from __future__ import annotations

import pytest

from bot.door import NotYet
from bot.telegram.pace import Pace
from tests.bot.telegram.people import Clock


async def test_twenty_five_a_second_over_all_chats() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for chat in range(1, 101):
        await pace.wait(chat)
    assert clock.seconds == pytest.approx(99 / 25)


async def test_one_a_second_in_a_chat() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    sent = []
    for _ in range(4):
        await pace.wait(7)
        sent.append(clock.seconds)
    assert sent == pytest.approx([0, 1, 2, 3])


async def test_twenty_a_minute_in_a_group_and_nobody_sleeps_that_long() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for _ in range(20):
        await pace.wait(-7)
    with pytest.raises(NotYet) as told:
        await pace.wait(-7)
    assert told.value.seconds == pytest.approx(60 - clock.seconds)
    assert not told.value.tried
    await pace.wait(8)  # others are not kept waiting
    clock.seconds = 60.0
    await pace.wait(-7)


async def test_when_told_to_wait_nobody_is_written_to() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    pace.halt(30)
    with pytest.raises(NotYet):
        await pace.wait(1)
    clock.seconds = 29.0
    await pace.wait(1)
    assert clock.seconds == 30.0


async def test_chats_that_rest_are_forgotten() -> None:
    clock = Clock()
    pace = Pace(clock, clock.sleep)
    for chat in range(1, 25_000):
        await pace.wait(chat)
    assert len(pace._chats) < 12_000
