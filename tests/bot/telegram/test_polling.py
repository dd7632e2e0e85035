"""Asking Telegram for updates: none is lost, a wrong token stops nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.telegram import polling
from tests.bot.telegram.people import Person, Town


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(polling, "LOOK", 0.05)


class Attending:
    """The role, running."""

    def __init__(self, town: Town, public: str | None = None) -> None:
        self.town, self.said, self.stop = town, [], asyncio.Event()
        self.role = asyncio.create_task(
            polling.attend(town.door, self.stop, self.said.append, public)
        )

    async def until(self, happened: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while True:
                if happened():
                    return
                await asyncio.sleep(0.01)

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.role, 5)


async def test_updates_are_asked_for_and_the_menu_is_shown(town: Town, ana: Person) -> None:
    attending = Attending(town)
    await attending.until(lambda: town.platform.described)
    ana.writes("help")
    # Only when it is kept the next question moves past it.
    await attending.until(lambda: not town.platform.updates)
    await attending.end()
    assert await town.count("SELECT count(*) FROM inbox") == 1
    assert attending.said == ["Telegram: talk to https://t.me/bpo_test_bot"]
    async with town.door.storage.transaction() as work:  # so that other doors can point here
        assert await work.doors.name("telegram") == "bpo_test_bot"
    private = [one["command"] for one in town.platform.commands["all_private_chats"]]
    groups = [one["command"] for one in town.platform.commands["all_group_chats"]]
    assert {"help", "trade", "biases", "settings"} <= set(private)
    assert "settings" not in groups
    assert set(groups) <= set(private)


async def test_the_offset_waits_for_the_database(
    town: Town, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: while nothing can be kept, Telegram keeps it."""
    attending = Attending(town)
    await attending.until(lambda: town.platform.described)
    await asyncio.sleep(0.05)
    whole = type(town.storage).transaction
    failed: list[int] = []

    def fails(self: Any) -> Any:
        failed.append(1)
        raise ConnectionError

    monkeypatch.setattr(type(town.storage), "transaction", fails)
    ana.writes("help")
    await attending.until(lambda: len(failed) > 3)
    assert len(town.platform.updates) == 1
    monkeypatch.setattr(type(town.storage), "transaction", whole)
    await attending.until(lambda: not town.platform.updates)
    await attending.end()
    assert await town.count("SELECT count(*) FROM inbox") == 1


async def test_a_wrong_token_is_one_line_and_nothing_else_stops(town: Town) -> None:
    town.platform.token = "another"
    attending = Attending(town)
    await attending.until(lambda: attending.said)
    await asyncio.sleep(0.05)
    assert not attending.role.done()  # a role that ends would end the program
    assert len(attending.said) == 1
    assert "TELEGRAM_TOKEN" in attending.said[0]
    assert "1234567890" not in attending.said[0]
    await attending.end()


async def test_with_a_public_address_updates_are_sent_to_us(town: Town) -> None:
    attending = Attending(town, "https://advisor.test")
    await attending.until(lambda: town.platform.webhook)
    await attending.end()
    assert not [called for called, _ in town.platform.calls if called == "getUpdates"]


async def test_only_one_process_asks(town: Town, ana: Person) -> None:
    first = Attending(town)
    await first.until(lambda: town.platform.described)
    other = Town(town.storage)
    second = Attending(other)
    await second.until(lambda: second.said)
    await asyncio.sleep(0.1)
    assert not other.platform.described
    await first.end()
    await second.until(lambda: other.platform.described)  # and takes over
    await second.end()
