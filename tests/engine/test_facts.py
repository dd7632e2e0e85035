"""Exceptions are facts, and facts cross from the computing process to the one that talks."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from conversations.actions.files.importing import NotText, TooBig
from engine.ledger import Impossible, ImpossibleTrade, Kind, NoPrice, NotEnoughShares, Trade

SALE = Trade(
    UUID(int=1), datetime(2022, 12, 28, tzinfo=UTC), Kind.SELL, "AAPL", Decimal(30), Decimal(125)
)


@pytest.mark.parametrize(
    "fact",
    [
        NotEnoughShares(SALE, Decimal(10)),
        ImpossibleTrade(SALE, Impossible.FEE),
        NoPrice("AAPL"),
        NotText(),
        TooBig(),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_a_fact_survives_pickling_whole(fact: Exception) -> None:
    copy = pickle.loads(pickle.dumps(fact))  # noqa: S301 - our own bytes
    assert type(copy) is type(fact)
    assert vars(copy) == vars(fact)
    assert str(copy) == str(fact)


def test_facts_say_what_happened() -> None:
    assert str(NotEnoughShares(SALE, Decimal(10))) == (
        "30 AAPL sold at 2022-12-28 00:00:00+00:00, 10 held"
    )
    assert str(ImpossibleTrade(SALE, Impossible.FEE)).endswith(": fee")
