"""What is known of a person and a market besides trades and prices, for the engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources

from conversations.actions import quizzing
from engine.ledger import Trade
from engine.market.instruments import Universe
from engine.record.context import Context
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

# Of an exchange by its ISO 10383 code, for what is traded there; funds of the world are not told
# apart from shares.
COUNTRIES = {
    "XNYS": "US",
    "XNAS": "US",
    "ARCX": "US",
    "BATS": "US",
    "XTSE": "CA",
    "XLON": "GB",
    "XETR": "DE",
    "XFRA": "DE",
    "XPAR": "FR",
    "XAMS": "NL",
    "XBRU": "BE",
    "XLIS": "PT",
    "XMIL": "IT",
    "XMAD": "ES",
    "XSWX": "CH",
    "XWBO": "AT",
    "XDUB": "IE",
    "XSTO": "SE",
    "XOSL": "NO",
    "XCSE": "DK",
    "XHEL": "FI",
    "XWAR": "PL",
    "XTKS": "JP",
    "XHKG": "HK",
    "XSHG": "CN",
    "XSES": "SG",
    "XKRX": "KR",
    "XTAI": "TW",
    "XBOM": "IN",
    "XNSE": "IN",
    "XASX": "AU",
    "XNZE": "NZ",
    "BVMF": "BR",
    "XMEX": "MX",
    "XJSE": "ZA",
    "XTAE": "IL",
}


async def context_of(
    work: UnitOfWork,
    person: Person,
    portfolio: PortfolioRecord,
    trades: Sequence[Trade],
    *,
    crowd_since: date | None,
) -> Context:
    """The answers to the quiz, what others traded, where the shares and the person are at home.

    ``crowd_since``: None leaves the others out. The demo's investor never traded among others, and
    is not the person who looks on: nobody knows where that one lives.
    """
    crowd = None
    if crowd_since is not None and not portfolio.demo:
        crowd = await work.crowd.shares(portfolio.id, crowd_since)
    universe = await work.instruments.universe()
    return Context(
        crowd=crowd,
        quiz=quizzing.kept(person.preferences),
        countries=countries(universe, {trade.symbol for trade in trades if trade.symbol}),
        home=None if portfolio.demo else home(person.time_zone),
    )


def countries(universe: Universe, symbols: Iterable[str]) -> dict[str, str]:
    """ISO 3166 codes, by symbol, of those whose exchange is known."""
    found = {}
    for symbol in symbols:
        instrument = universe.get(symbol)
        if instrument is not None and instrument.exchange in COUNTRIES:
            found[symbol] = COUNTRIES[instrument.exchange]
    return found


def home(zone: str) -> str | None:
    """The country of a time zone; None for UTC and the like."""
    return _zones().get(zone)


@cache
def _zones() -> dict[str, str]:
    """The country that each time zone of the tz database lies in."""
    table = resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text()
    rows = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return {row[2]: row[0] for row in rows}
