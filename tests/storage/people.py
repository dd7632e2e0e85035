"""Somebody to whom the tests' trades, drafts and messages belong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from engine.ledger import Kind, Trade
from storage.records import Draft, Person
from storage.unit_of_work import Storage

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def somebody(storage: Storage, name: str = "ada") -> tuple[Person, UUID]:
    """A person and the portfolio that is theirs from the start."""
    async with storage.transaction() as work:
        person = await work.users.known_as("web", name)
    assert person.portfolio is not None
    return person, person.portfolio


def purchase(quantity: str = "5", price: str = "125.70", **more: Any) -> Trade:
    return Trade(
        **{
            "id": uuid4(),
            "at": NOW,
            "kind": Kind.BUY,
            "symbol": "AAPL",
            "quantity": Decimal(quantity),
            "price": Decimal(price),
            **more,
        }
    )


def draft(person: Person, **more: Any) -> Draft:
    return Draft(
        **{
            "id": uuid4(),
            "portfolio": person.portfolio,
            "person": person.id,
            "channel": "web",
            "chat": "7",
            "content": {"symbol": "AAPL"},
            "status": "open",
            "created_at": NOW,
            "expires_at": NOW + timedelta(days=1),
            **more,
        }
    )
