"""Settings of a person, and the demo portfolio."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import uuid5
from zoneinfo import available_timezones

import numpy as np
from rapidfuzz import process

from conversations.actions import trading
from conversations.desk import DEMO
from engine.ledger import Trade
from engine.prices import Prices
from engine.simulation.sample_investor import DEMO_SEED, sample_trades
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

DEMO_NAME = "Demo"
SHORTEST = 4  # letters of a city that may be misspelt
CURRENCIES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "CHF",
        "JPY",
        "CAD",
        "AUD",
        "NZD",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "INR",
        "CNY",
        "HKD",
        "SGD",
        "KRW",
        "BRL",
        "MXN",
        "ZAR",
        "ILS",
        "TRY",
        "THB",
        "TWD",
        "AED",
        "SAR",
    ]
)
_CITIES = {"new york": "America/New_York", "nyc": "America/New_York", "munich": "Europe/Berlin"}
_CITIES |= {"frankfurt": "Europe/Berlin", "milan": "Europe/Rome", "geneva": "Europe/Zurich"}
_CITIES |= {"san francisco": "America/Los_Angeles", "boston": "America/New_York"}
_CITIES |= {"mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "beijing": "Asia/Shanghai"}
_CITIES |= {"washington": "America/New_York", "barcelona": "Europe/Madrid", "utc": "UTC"}


def read_currency(said: str) -> str | None:
    code = said.strip().upper()
    return code if code in CURRENCIES else None


@cache
def _zones() -> dict[str, str]:
    cities = {
        zone.rpartition("/")[2].replace("_", " ").lower(): zone
        for zone in sorted(available_timezones())
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))
    }
    return cities | _CITIES


def read_zone(said: str) -> str | None:
    """The IANA time zone of a city, or of a zone's own name; nothing when there is no such."""
    wanted = said.strip()[:60]
    if wanted in available_timezones():
        return wanted
    cities = _zones()
    name = wanted.lower().removeprefix("in ")
    if name in cities:
        return cities[name]
    if len(name) < SHORTEST:
        return None  # "no" is like Nouakchott
    near = process.extractOne(name, cities.keys(), score_cutoff=88)
    return cities[near[0]] if near else None


_HOURS = re.compile(
    r"(?P<start>\d{1,2})(:00)? ?(?P<am>am|pm)? ?(to|until|-|–|bis) ?"
    r"(?P<end>\d{1,2})(:00)? ?(?P<pm>am|pm)?(?P<days>.*)"
)


def read_hours(said: str) -> dict[str, Any] | None:
    """``9 to 8pm weekdays`` → from 9 to 20 on weekdays; ``never`` → no nudges."""
    text = said.strip().lower()[:80]
    if re.match(r"never|no\b|none|i'?ll ask", text):
        return {"never": True}
    if text in ("weekdays", "only weekdays"):
        return {"from": 8, "to": 22, "weekdays": True}
    match = _HOURS.match(text)
    if match is None:
        return None
    start = hour(int(match["start"]), match["am"])
    end = hour(int(match["end"]), match["pm"])
    if end <= start and match["pm"] is None and end < 12:
        end += 12  # nobody means "9 to 8" the morning after
    if not 0 <= start < end <= 24:
        return None
    days = match["days"]
    return {"from": start, "to": end, "weekdays": "week" in days or "mon" in days}


def hour(said: int, half: str | None) -> int:
    """8 and ``pm`` are 20; without a half of the day the number counts as it is."""
    if half == "pm" and said < 12:
        return said + 12
    return 0 if half == "am" and said == 12 else said


async def demo_of(work: UnitOfWork, person: Person) -> PortfolioRecord | None:
    return next((one for one in await work.portfolios.of(person.id) if one.demo), None)


async def start_demo(work: UnitOfWork, person: Person) -> tuple[list[Trade], date] | None:
    """Open the sample investor's portfolio; nothing when the demo market is not loaded."""
    last = await work.market.last_day((DEMO,))
    if last is None:
        return None
    prices = await work.market.prices(None, (DEMO,))
    portfolio = await work.portfolios.open(person.id, DEMO_NAME, demo=True)
    trades = [replace(trade, id=uuid5(portfolio.id, str(trade.id))) for trade in _sample(prices)]
    await work.trades.add_many(portfolio.id, trades, source="demo", batch=None)
    await trading.settle(work, portfolio, trading.rules_of(portfolio))
    await work.users.change(person.id, portfolio=portfolio.id, welcomed=True)
    return trades, last


_samples: dict[tuple[int, date | None], tuple[Trade, ...]] = {}


def _sample(prices: Prices) -> tuple[Trade, ...]:
    """The sample investor, generated once per state of the market: it is the same for everyone."""
    key = (DEMO_SEED, prices.last_day)
    if key not in _samples:
        _samples[key] = sample_trades(prices, np.random.default_rng(DEMO_SEED))
    return _samples[key]


async def end_demo(work: UnitOfWork, person: Person) -> bool:
    """Remove the demo portfolio with all that belongs to it; False when there is none."""
    demo = await demo_of(work, person)
    if demo is None:
        return False
    own = next(one for one in await work.portfolios.of(person.id) if not one.demo)
    await work.users.change(person.id, portfolio=own.id)
    await work.portfolios.discard(demo.id)
    return True


async def set_currency(work: UnitOfWork, person: Person, currency: str) -> None:
    """What a person thinks in: their own portfolio's currency, never the demo's."""
    await work.users.change(person.id, currency=currency)
    for portfolio in await work.portfolios.of(person.id):
        if not portfolio.demo:
            await work.portfolios.change(portfolio.id, currency=currency)
