"""What has to hold of the data: sound data pass every look, and each damage is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage.truths import truth as looking
from storage.truths.registry import truths
from storage.unit_of_work import Storage
from tests.storage.people import draft, purchase, somebody

# For each truth, what somebody (or a fault of ours) may do to the data; several where it has parts.
DAMAGE = {
    "positions": (
        "UPDATE positions SET quantity = quantity + 1",
        "DELETE FROM positions",
        "INSERT INTO positions SELECT portfolio_id, 'GHOST', 1, 1 FROM positions",
        "UPDATE trades SET kind = 'sell'",
    ),
    "drafts": (
        "UPDATE drafts SET id = gen_random_uuid()",
        "UPDATE drafts SET status = 'cancelled'",
        "DELETE FROM drafts",
    ),
    "replies": (
        "INSERT INTO outbox (channel, chat, body, answers, sent_at)"
        " SELECT channel, chat, body, answers, now() FROM outbox",
        "UPDATE inbox SET answered_at = NULL",
    ),
    "waiting": (
        "UPDATE inbox SET answered_at = NULL, received_at = now() - interval '61 seconds'",
        "UPDATE outbox SET sent_at = NULL, created_at = now() - interval '11 minutes'",
        "UPDATE outbox SET sent_at = NULL, created_at = now() - interval '1 hour',"
        " leased_until = now() - interval '11 minutes'",
    ),
    "leases": (
        "UPDATE tasks SET done_at = NULL, leased_until = now() - interval '3 minutes'",
        "UPDATE outbox SET sent_at = NULL, leased_until = now() - interval '40 seconds'",
    ),
    "nudges": (
        "UPDATE nudges SET status = 'waiting'",
        "UPDATE nudges SET said_at = NULL",
        "UPDATE nudges SET born_at = said_at + interval '1 minute',"
        " stale_at = said_at + interval '1 day'",
        "UPDATE nudges SET status = 'waiting', said_at = NULL,"
        " decide_at = now() - interval '7 hours'",
    ),
    "audit": (
        "UPDATE audit SET kind = 'undone'",
        "DELETE FROM audit",
    ),
    "people": (
        "UPDATE nudges SET listener = gen_random_uuid()",
        "UPDATE audit SET actor = gen_random_uuid()",
        "INSERT INTO teams (portfolio_id, made_at) SELECT id, now() FROM portfolios",
    ),
}


@pytest.fixture(autouse=True)
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look is about all there is."""
    monkeypatch.setattr(looking, "SLICES", 1)


async def lived(storage: Storage) -> None:
    """Somebody who asked, traded, was answered, worked for and spoken to."""
    person, portfolio = await somebody(storage)
    told = purchase()
    async with storage.transaction() as work:
        work.audit.actor = person.id
        await work.drafts.add(
            draft(person, id=told.id, status="saved", created_at=datetime.now(UTC))
        )
        await work.trades.add(portfolio, told, now=datetime.now(UTC))
        await work.positions.replace(portfolio, [("AAPL", told.quantity, told.price)])
        asked = await work.inbox.accept("web", "m1", "7", b"{}")
        assert asked is not None
        await work.inbox.answered(asked)
        reply = await work.outbox.add("web", "7", {"text": "hello"}, answers=asked)
        await work.outbox.sent(reply)
        await work.tasks.done(await work.tasks.add("review", "web", "7", person.id, {}))
    await do(
        storage,
        "INSERT INTO nudges (id, portfolio_id, user_id, listener, kind, grouped, key, facts,"
        " born_at, stale_at, decide_at, status, said_at, message)"
        " SELECT gen_random_uuid(), id, user_id, user_id, 'pace', 'pace', 'w', '{}', now(),"
        " now() + interval '1 day', now(), 'said', now(), gen_random_uuid() FROM portfolios",
    )


async def do(storage: Storage, statement: str) -> None:
    async with storage._engine.begin() as connection:
        await connection.execute(text(statement))


async def broken(storage: Storage) -> set[str]:
    """The truths that do not hold, as the job finds them."""
    now, found = datetime.now(UTC) + timedelta(seconds=1), set()
    for truth in truths():
        async with storage.transaction() as work:
            if await work.watch.check(truth, now):
                found.add(truth.name)
    return found


def test_every_truth_is_damaged_here() -> None:
    assert set(DAMAGE) == {one.name for one in truths()}


@pytest.mark.parametrize(
    ("name", "damage"), [(name, one) for name, several in DAMAGE.items() for one in several]
)
async def test_a_damage_is_found_and_sound_data_are_not_doubted(
    storage: Storage, name: str, damage: str
) -> None:
    assert await broken(storage) == set()
    await lived(storage)
    assert await broken(storage) == set()
    await do(storage, damage)
    assert name in await broken(storage)


async def test_what_is_broken_is_kept_until_it_is_mended(storage: Storage) -> None:
    await lived(storage)
    await do(storage, "UPDATE positions SET quantity = 6")
    await broken(storage)
    async with storage.transaction() as work:
        first = {one.name: one for one in await work.watch.checked()}["positions"]
    await broken(storage)
    async with storage.transaction() as work:
        again = {one.name: one for one in await work.watch.checked()}["positions"]
    assert first.broken_since == again.broken_since
    assert again.breaches == 1
    assert again.example
    await do(storage, "UPDATE positions SET quantity = 5")
    assert await broken(storage) == set()
    async with storage.transaction() as work:
        mended = {one.name: one for one in await work.watch.checked()}["positions"]
    assert (mended.broken_since, mended.breaches, mended.example) == (None, 0, "")


async def test_a_breach_in_another_slice_is_not_forgotten(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(storage)
    await do(storage, "UPDATE positions SET quantity = 6")
    assert await broken(storage) == {"positions"}
    # Now nothing is in the slice, and nothing was traded lately.
    monkeypatch.setattr(looking, "SLICES", 10**9)
    await do(storage, "UPDATE trades SET recorded_at = now() - interval '2 days'")
    await do(storage, "UPDATE drafts SET created_at = now() - interval '2 days'")
    assert "positions" in await broken(storage)
