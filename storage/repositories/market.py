"""Prices over time, in and out in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

import numpy as np
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.arrays import Days, Floats
from engine.prices import Bar, Prices
from storage.market_cache import FIELDS, MarketCache, Series, Versions, assemble
from storage.repositories.loads import Loads
from storage.repositories.locks import hold
from storage.tables import market_data

# Rows go over the wire as PostgreSQL's own binary, glued together: numpy reads 166,000 of them in
# no time, where one Python object for each value would take most of a second.
_ROW = np.dtype([("time", ">i8"), *((name, ">f8") for name in FIELDS)])
_SINCE = np.datetime64("2000-01-01", "us")  # where PostgreSQL's clock begins
_READ = text(
    "SELECT source, symbol, string_agg(timestamptz_send(time)"  # noqa: S608 - names of columns
    + "".join(f" || float8send(coalesce({name}, 'NaN'))" for name in FIELDS)
    + """, ''::bytea ORDER BY time) AS rows
    FROM market_data
    WHERE source = ANY(:sources) AND (CAST(:symbols AS text[]) IS NULL OR symbol = ANY(:symbols))
    GROUP BY source, symbol"""
)
_WRITE = text(
    f"""INSERT INTO market_data (symbol, source, time, {", ".join(FIELDS)})
    SELECT :symbol, :source, to_timestamp(day * 86400.0), {", ".join(FIELDS)}
    FROM unnest(CAST(:days AS int[]), {", ".join(f"CAST(:{name} AS float8[])" for name in FIELDS)})
        AS bars(day, {", ".join(FIELDS)})
    ON CONFLICT (symbol, source, time)
    DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in FIELDS)}"""  # noqa: S608
)


class Market:
    def __init__(self, connection: AsyncConnection, loads: Loads, cache: MarketCache) -> None:
        self._connection = connection
        self._loads = loads
        self._cache = cache

    async def prices(self, symbols: Iterable[str] | None, sources: Sequence[str]) -> Prices:
        """The bars of ``symbols`` (None: of all there are), each from the first source that has it.

        A symbol that no source has is not among ``Prices.symbols``. Read once per process and
        version: the same question again costs one look at the versions.
        """
        wanted = None if symbols is None else tuple(dict.fromkeys(symbols))
        versions = await self._loads.versions(sources)
        asked, made = (wanted, tuple(sources)), tuple(versions.items())
        found = self._cache.find(asked, made)
        if found is None:
            found = assemble(await self._choose(wanted, versions))
            self._cache.keep(asked, made, found)
        return found

    async def last_day(self, sources: Sequence[str]) -> date | None:
        """The newest day that any of the sources has a bar of."""
        return await self._loads.last_day(sources)

    async def load(
        self, source: str, symbol: str, bars: Iterable[Bar], *, whole: bool = False
    ) -> None:
        """Keep bars; those of a day that is known take its place.

        ``whole``: they are all there is, as after a split, and what was known before goes.
        """
        told = list(bars)
        if not told:
            return
        days = np.array([bar.day for bar in told], dtype="datetime64[D]")
        table = np.array(
            [[getattr(bar, name) for bar in told] for name in FIELDS], dtype=np.float64
        )
        await hold(self._connection, "load", source)
        if whole:
            gone = delete(market_data).filter_by(source=source, symbol=symbol)
            await self._connection.execute(gone)
        await self._write(source, symbol, days, table)
        await self._loads.renew(source, last_day=_last(days))

    async def load_matrix(self, source: str, prices: Prices) -> bool:
        """Keep all of ``prices``. False when they are what was loaded last from this source."""
        await hold(self._connection, "load", source)
        digest = _digest(prices)
        if await self._loads.digest(source) == digest:
            return False
        table = np.stack([getattr(prices, name) for name in FIELDS])
        for symbol in prices.symbols:
            await self._write(source, symbol, prices.days, table[:, :, prices.column(symbol)])
        await self._loads.renew(source, last_day=_last(prices.days), digest=digest)
        return True

    async def _write(self, source: str, symbol: str, days: Days, table: Floats) -> None:
        known = ~np.isnan(table[FIELDS.index("close")])
        values = {
            name: [None if value != value else value for value in row.tolist()]
            for name, row in zip(FIELDS, table[:, known], strict=True)
        }
        await self._connection.execute(
            _WRITE,
            {
                "symbol": symbol,
                "source": source,
                "days": days[known].astype(np.int64).tolist(),
                **values,
            },
        )

    async def _read(
        self, source: str, version: int, wanted: tuple[str, ...] | None
    ) -> dict[str, Series | None]:
        """The series of ``wanted`` (None: all there are), read where the cache lacks them.

        What is known is taken before anything is awaited: others renew the cache meanwhile.
        """
        known, whole = self._cache.known(source, version)
        missing = None if wanted is None else [one for one in wanted if one not in known]
        if whole or missing == []:
            return known
        rows = await self._connection.execute(_READ, {"sources": [source], "symbols": missing})
        read: dict[str, Series | None] = dict.fromkeys(missing or ())
        read |= {row.symbol: _series(row.rows) for row in rows}
        self._cache.add(source, version, read, whole=wanted is None)
        return known | read

    async def _choose(
        self, wanted: tuple[str, ...] | None, versions: Versions
    ) -> list[tuple[str, Series]]:
        """Each symbol's series from the first source that has it."""
        chosen: dict[str, Series] = {}
        for source, version in versions.items():
            for symbol, series in (await self._read(source, version, wanted)).items():
                if series is not None:
                    chosen.setdefault(symbol, series)
        order = sorted(chosen) if wanted is None else [one for one in wanted if one in chosen]
        return [(symbol, chosen[symbol]) for symbol in order]


def _series(rows: bytes) -> Series:
    table = np.frombuffer(rows, dtype=_ROW)
    days = (_SINCE + table["time"].astype("timedelta64[us]")).astype("datetime64[D]")
    return Series(days, np.array([table[name] for name in FIELDS], dtype=np.float64))


def _last(days: Days) -> datetime:
    newest: date = days.max().item()
    return datetime.combine(newest, time(), UTC)


def _digest(prices: Prices) -> bytes:
    made = hashlib.sha256("|".join(prices.symbols).encode())
    for values in (prices.days, *(getattr(prices, name) for name in FIELDS)):
        made.update(np.ascontiguousarray(values).tobytes())
    return made.digest()
