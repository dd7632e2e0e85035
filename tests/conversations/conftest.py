"""People who talk: on an empty ledger, and in the demo; and one who is only looked at."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.examination import diagnose
from engine.prices import Prices
from engine.record.context import Context, Quiz
from engine.record.record import prepare
from engine.simulation.sample_investor import DEMO_SEED, sample_trades
from storage.unit_of_work import Storage
from tests.conversations.sample_person import Person
from tests.conversations.talk import Talk


@pytest.fixture
async def talk(storage: Storage) -> Talk:
    """Somebody new, with a portfolio of their own on the prices of the demo market."""
    return Talk.with_(storage)


@pytest.fixture
async def demo(talk: Talk) -> Talk:
    """Somebody in the demo portfolio; today is 28 December 2022."""
    await talk.say("demo")
    return talk


@pytest.fixture(scope="session")
def person(demo_prices: Prices) -> Person:
    """The demo's investor with a quiz and a country; a record that nobody changes."""
    trades = list(sample_trades(demo_prices, np.random.default_rng(DEMO_SEED)))
    context = Context(
        quiz=Quiz(3.0, 4.0), countries=dict.fromkeys(demo_prices.symbols, "US"), home="US"
    )
    until = demo_prices.last_day
    assert until is not None
    record = prepare(trades, demo_prices, until=until, context=context)
    return Person(trades, record, diagnose(record, np.random.default_rng(1)).findings)
