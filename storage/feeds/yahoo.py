"""Prices from Yahoo Finance, through yfinance.

Yahoo's plain OHLC are adjusted for splits and not for dividends, which is what ``Prices`` asks
for; yfinance's ``auto_adjust`` would take the dividends out as well, so it is off. After a split
all older bars change, so a symbol is best asked for as a whole from time to time. Quotes in pence
are turned into pounds, as instruments are listed. Yahoo offers this to people for personal use and
without any promise: it is the first source, and never the only one.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from engine.prices import Bar
from storage.feeds import FeedResult, FeedUnreachable

NAME = "yahoo"
PATIENCE = 8.0  # seconds for one symbol, all requests together
PER_REQUEST = 4.0
FIRST_DAY = date(1962, 1, 2)  # Yahoo has nothing older
HUNDREDTHS = {"GBp": 0.01, "GBX": 0.01, "ZAc": 0.01, "ILA": 0.01}


@dataclass(frozen=True, slots=True)
class Yahoo:
    origin: str = ""  # another server to ask in the place of Yahoo's
    name: str = NAME

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        """One symbol after the other, until one gets no answer: then those before it are returned.

        Raises FeedUnreachable when that is the first.
        """
        found: dict[str, tuple[Bar, ...]] = {}
        missing: list[str] = []
        session = await asyncio.to_thread(_session, self.origin)
        for symbol in symbols:
            try:
                bars = await asyncio.to_thread(_ask, session, symbol, since or FIRST_DAY, until)
            except FeedUnreachable:
                if not found and not missing:
                    raise
                break
            if bars is None:
                missing.append(symbol)
            else:
                found[symbol] = bars
        newest = max((bars[-1].day for bars in found.values() if bars), default=None)
        return FeedResult(found, tuple(missing), newest)


def feed(where: str = "") -> Yahoo:
    return Yahoo(where)


def _ask(session: Any, symbol: str, since: date, until: date) -> tuple[Bar, ...] | None:
    """The bars of one symbol; nothing when Yahoo does not know it."""
    import yfinance
    from yfinance.exceptions import YFException, YFRateLimitError, YFTickerMissingError

    session.deadline = time.monotonic() + PATIENCE
    ticker = yfinance.Ticker(symbol, session=session)
    # yfinance asks for the time zone of each symbol first, and takes a refusal for an unknown
    # symbol; days of UTC hold the sessions of every exchange that we list.
    ticker._tz = "UTC"
    try:
        table = ticker.history(
            start=since, end=until + timedelta(days=1), auto_adjust=False, actions=False
        )
        factor = HUNDREDTHS.get(ticker.history_metadata.get("currency"), 1.0)
    except YFTickerMissingError:
        return None
    except YFRateLimitError as refused:
        raise FeedUnreachable(NAME, "too many requests") from refused
    except (OSError, ValueError, KeyError, TypeError, AttributeError, YFException) as failed:
        # A page of HTML or half an answer ends in any of these, somewhere inside of yfinance.
        raise FeedUnreachable(NAME, _reason(failed)) from failed
    days = (moment.date() for moment in table.index)
    rows = table[["Close", "Open", "High", "Low", "Volume"]].to_numpy(dtype=float).tolist()
    return tuple(_bar(day, row, factor) for day, row in zip(days, rows, strict=True) if row[0] > 0)


def _bar(day: date, row: Sequence[float], factor: float) -> Bar:
    first, highest, lowest = (_known(value * factor) for value in row[1:4])
    return Bar(day, row[0] * factor, first, highest, lowest, _known(row[4]))


def _known(value: float) -> float | None:
    return None if value != value else value


def _reason(failed: Exception) -> str:
    if isinstance(failed, OSError):
        return "no connection"
    return f"an answer without prices ({type(failed).__name__})"


def _session(origin: str) -> Any:
    """A session whose requests together keep a deadline, whatever time yfinance allows each."""
    import yfinance
    from curl_cffi import requests

    class Hurried(requests.Session):  # type: ignore[type-arg]
        deadline = 0.0

        def request(self, method: Any, url: str, *rest: Any, **options: Any) -> Any:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise requests.exceptions.Timeout("out of time")
            options["timeout"] = min(left, PER_REQUEST)
            if origin:
                url = urlunsplit((*urlsplit(origin)[:2], *urlsplit(url)[2:]))
            return super().request(method, url, *rest, **options)

    # Importing it has put its own deprecations on everybody's screen.
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="yfinance")
    logging.getLogger("yfinance").addHandler(logging.NullHandler())  # failures are ours to tell
    yfinance.config.debug.hide_exceptions = False
    yfinance.set_tz_cache_location(str(Path(tempfile.gettempdir()) / "bpo-yfinance"))
    return Hurried(impersonate="chrome")
