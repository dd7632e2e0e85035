"""Updates that are sent to us: only Telegram is believed, and 200 means that they are kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import httpx
import pytest

from bot.api.app import make_app
from bot.telegram.webhook import HEADER, PATH, ask_for, routes, secret
from storage.unit_of_work import Storage
from tests.bot.conftest import Unlimited
from tests.bot.telegram.people import Person, Town
from tests.bot.telegram.stub import TOKEN
from tests.bot.test_doors import odd

GOOD = secret(TOKEN)
INBOX = "SELECT count(*) FROM inbox"


@pytest.fixture
async def client(town: Town, storage: Storage) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app(storage, Unlimited())
    app.include_router(routes(town.door))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://advisor.test") as client:
        yield client


async def give(client: httpx.AsyncClient, update: Any, shown: str | None = GOOD) -> int:
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    headers = {} if shown is None else {HEADER: shown}
    return (await client.post(PATH, content=body, headers=headers)).status_code


async def test_an_update_is_kept_before_it_is_answered(
    client: httpx.AsyncClient, town: Town, ana: Person
) -> None:
    update = ana.writes("help")
    town.platform.updates = []
    assert [await give(client, update) for _ in range(3)] == [200] * 3
    assert await town.count(INBOX) == 1
    await town.settle()
    assert len(ana.sees) == 1


FORGED = [
    None, "", GOOD[:-1], GOOD + "a", GOOD.upper(), GOOD[::-1], "a" * 64, secret(TOKEN + "x"), TOKEN,
    GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"), f" {GOOD[:30]}", "ÿ" * 64,
]  # fmt: skip


@pytest.mark.parametrize("shown", FORGED)
async def test_without_the_secret_nothing_is_taken(
    client: httpx.AsyncClient, town: Town, ana: Person, shown: str | None
) -> None:
    """H2: wrong, missing, cut, in other letters, of another bot."""
    header = None if shown is None else shown.encode("latin-1")
    headers = {} if header is None else {HEADER.encode(): header}
    body = json.dumps(ana.writes("help")).encode()
    answer = await client.post(PATH, content=body, headers=headers)
    assert answer.status_code == 403
    assert answer.content == b""
    assert await town.count(INBOX) == 0


async def test_unreadable_updates_do_not_come_again(client: httpx.AsyncClient, town: Town) -> None:
    chance = Random(3)
    bodies: list[Any] = [b"", b"{", b"[" * 100_000, b"\xff\xfe", b"1", b"null"]
    bodies += [
        {"update_id": chance.choice([1, -1, 2**70]), "message": odd(chance)} for _ in "a" * 50
    ]
    assert {await give(client, body) for body in bodies} == {200}
    assert await town.count(INBOX) == 0


async def test_too_large_a_body_is_refused(client: httpx.AsyncClient, town: Town) -> None:
    assert await give(client, b"x" * (2**20 + 1)) == 413


async def test_what_could_not_be_kept_comes_again(
    client: httpx.AsyncClient, town: Town, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = ana.writes("help")
    with monkeypatch.context() as patch:
        patch.setattr(town.storage, "transaction", _fails)
        assert await give(client, update) == 503
    assert await give(client, update) == 200
    assert await town.count(INBOX) == 1


def _fails() -> Any:
    raise ConnectionError


async def test_telegram_is_told_the_address_and_the_secret(town: Town) -> None:
    await ask_for(town.door, "https://advisor.test/")
    asked = town.platform.webhook
    assert asked["url"] == f"https://advisor.test{PATH}"
    assert asked["secret_token"] == GOOD
    assert "callback_query" in asked["allowed_updates"]
