"""What is handed to the engine besides trades and prices."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest

from conversations.actions import trading
from conversations.actions.context import COUNTRIES, context_of, countries, home
from conversations.desk import Desk
from engine.ledger import Kind, Trade
from engine.market.instruments import Instrument, Universe
from engine.record.context import Quiz
from storage import listings
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.conversations.talk import Talk


def buy(symbol: str) -> Trade:
    at = datetime(2022, 12, 28, 15, tzinfo=UTC)
    return Trade(uuid4(), at, Kind.BUY, symbol, Decimal(1), Decimal(100))


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("Europe/Zurich", "CH"), ("UTC", None)],
)
def test_a_time_zone_tells_the_country(zone: str, country: str | None) -> None:
    assert home(zone) == country


def test_every_exchange_of_the_listings_lies_somewhere() -> None:
    assert {one.exchange for one in listings.read()} <= set(COUNTRIES)


def test_what_is_traded_nowhere_known_has_no_country() -> None:
    universe = Universe.of(
        [Instrument("SAP.DE", "SAP", "EUR", "XETR"), Instrument("X", "X", "USD", "????")]
    )
    assert countries(universe, ["SAP.DE", "X", "Y"]) == {"SAP.DE": "DE"}


async def test_a_person_with_a_quiz_in_berlin(talk: Talk) -> None:
    await talk.say("time zone Berlin")
    await talk.say("quiz")
    for said in ("no", "yes", "yes", "yes"):
        await talk.say(said)
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        assert person.portfolio
        portfolio = await work.portfolios.get(person.portfolio)
        found = await context_of(work, person, portfolio, [buy("AAPL")], crowd_since=None)
    assert found.home == "DE"
    assert found.countries == {"AAPL": "US"}
    assert found.quiz == Quiz(3.0, 4.0)
    assert found.crowd is None


async def test_nobody_lives_in_the_demo(demo: Talk) -> None:
    await demo.say("time zone Berlin")
    async with demo.storage.transaction() as work:
        person = await work.users.known_as("web", demo.chat)
        assert person.portfolio
        portfolio = await work.portfolios.get(person.portfolio)
        since = date(2020, 1, 1)
        found = await context_of(work, person, portfolio, [buy("AAPL")], crowd_since=since)
    assert found.home is None
    assert found.crowd is None


async def test_a_warning_knows_what_others_did(storage: Storage) -> None:
    """The crowd of the last days reaches the monitor, without the person's own trades."""
    for number in range(6):
        other = Talk(storage, Desk(storage, Cache(None)), f"other{number}")
        await other.say("bought 3 AAPL at 126.04 on 2022-12-28")
        await other.press("Save")
    ana = Talk(storage, Desk(storage, Cache(None)), "ana")
    await ana.say("portfolio")
    async with storage.transaction() as work:
        person = await work.users.known_as("web", "ana")
        assert person.portfolio
        portfolio = await work.portfolios.get(person.portfolio)
        found = await trading._context(work, portfolio, [buy("AAPL")], whole=False)
    assert found.crowd is not None
    assert found.crowd.symbols == ("AAPL",)
    assert np.array_equal(found.crowd.values, [[1.0]])
