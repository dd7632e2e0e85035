"""One transaction, and the repositories that live in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cached_property, partial
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import address
from storage.bell import Bell
from storage.comparisons import Comparisons
from storage.market_cache import MarketCache
from storage.repositories.arms import Arms
from storage.repositories.audit import Audit
from storage.repositories.backtests import Backtests
from storage.repositories.belongings import Belongings
from storage.repositories.crowd import Crowd
from storage.repositories.dialogs import Dialogs
from storage.repositories.documents import Documents
from storage.repositories.doors import Doors
from storage.repositories.drafts import Drafts
from storage.repositories.events import Events
from storage.repositories.inbox import Inbox
from storage.repositories.instruments import Instruments
from storage.repositories.intentions import Intentions
from storage.repositories.journal import Journal
from storage.repositories.layouts import Layouts
from storage.repositories.links import Links
from storage.repositories.loads import Loads
from storage.repositories.market import Market
from storage.repositories.members import Members
from storage.repositories.nudges import Nudges
from storage.repositories.outbox import Outbox
from storage.repositories.pictures import Pictures
from storage.repositories.plans import Plans
from storage.repositories.portfolios import Portfolios
from storage.repositories.positions import Positions
from storage.repositories.recommendations import Recommendations
from storage.repositories.reminders import Reminders
from storage.repositories.rights import Rights
from storage.repositories.rounds import Rounds
from storage.repositories.scores import Scores
from storage.repositories.sessions import Sessions
from storage.repositories.slack import SlackInstallations
from storage.repositories.tasks import Tasks
from storage.repositories.trades import Trades
from storage.repositories.uploads import Uploads
from storage.repositories.users import Users
from storage.repositories.voices import Voices
from storage.repositories.watch import Watch

# No turn of talk takes long; what hangs must let go of its connection and its locks.
SERVER_SETTINGS = {
    "application_name": "bpo",
    "statement_timeout": "60s",
    "lock_timeout": "20s",
    "idle_in_transaction_session_timeout": "120s",
    "jit": "off",  # it costs more than it gains on statements of milliseconds
}


class UnitOfWork:
    """What one turn, request or job may read and write. It never commits itself."""

    def __init__(
        self, connection: AsyncConnection, cache: MarketCache, comparisons: Comparisons
    ) -> None:
        self._connection = connection
        self._cache = cache
        self._comparisons = comparisons

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """Undo only what happens inside, if what happens inside fails."""
        return self._connection.begin_nested()

    @cached_property
    def rights(self) -> Rights:
        return Rights()

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._connection)

    @cached_property
    def members(self) -> Members:
        return Members(self._connection)

    @cached_property
    def links(self) -> Links:
        return Links(self._connection)

    @cached_property
    def belongings(self) -> Belongings:
        return Belongings(self._connection, self.audit)

    @cached_property
    def users(self) -> Users:
        return Users(self._connection)

    @cached_property
    def portfolios(self) -> Portfolios:
        return Portfolios(self._connection, self.audit, self.rights)

    @cached_property
    def trades(self) -> Trades:
        return Trades(self._connection, self.audit, self.rights)

    @cached_property
    def positions(self) -> Positions:
        return Positions(self._connection)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self._connection, self.rights)

    @cached_property
    def dialogs(self) -> Dialogs:
        return Dialogs(self._connection)

    @cached_property
    def doors(self) -> Doors:
        return Doors(self._connection)

    @cached_property
    def slack(self) -> SlackInstallations:
        return SlackInstallations(self._connection)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self._connection)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self._connection)

    @cached_property
    def tasks(self) -> Tasks:
        return Tasks(self._connection)

    @cached_property
    def pictures(self) -> Pictures:
        return Pictures(self._connection)

    @cached_property
    def documents(self) -> Documents:
        return Documents(self._connection)

    @cached_property
    def layouts(self) -> Layouts:
        return Layouts(self._connection)

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self._connection)

    @cached_property
    def _loads(self) -> Loads:
        return Loads(self._connection)

    @cached_property
    def market(self) -> Market:
        return Market(self._connection, self._loads, self._cache)

    @cached_property
    def instruments(self) -> Instruments:
        return Instruments(self._connection, self._loads, self._cache)

    @cached_property
    def scores(self) -> Scores:
        return Scores(self._connection)

    @cached_property
    def events(self) -> Events:
        return Events(self._connection)

    @cached_property
    def recommendations(self) -> Recommendations:
        return Recommendations(self._connection)

    @cached_property
    def backtests(self) -> Backtests:
        return Backtests(self._connection)

    @cached_property
    def intentions(self) -> Intentions:
        return Intentions(self._connection)

    @cached_property
    def nudges(self) -> Nudges:
        return Nudges(self._connection)

    @cached_property
    def arms(self) -> Arms:
        return Arms(self._connection, self._comparisons)

    @cached_property
    def voices(self) -> Voices:
        return Voices(self._connection)

    @cached_property
    def rounds(self) -> Rounds:
        return Rounds(self._connection)

    @cached_property
    def plans(self) -> Plans:
        return Plans(self._connection)

    @cached_property
    def reminders(self) -> Reminders:
        return Reminders(self._connection)

    @cached_property
    def watch(self) -> Watch:
        return Watch(self._connection)

    @cached_property
    def journal(self) -> Journal:
        return Journal(self._connection, self.rights)

    @cached_property
    def crowd(self) -> Crowd:
        return Crowd(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._connection)


def _refuse_dead(connection: Any, _record: object, _proxy: object) -> None:
    """Have the pool open another connection for one that the server has hung up.

    The driver knows by now; asking the server anew for each transaction would cost a round trip.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


class Storage:
    """The database. ``transaction`` is the only thing in the program that commits."""

    def __init__(self, dsn: str, *, pool: int = 10, comparisons: Comparisons | None = None) -> None:
        """Raises BadDatabaseUrl. Connects when it is first used."""
        url = address.parse(dsn)
        self._engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=30,
            hide_parameters=True,  # they are what people said; errors end up in logs
            json_serializer=partial(json.dumps, allow_nan=False),
            connect_args={"server_settings": SERVER_SETTINGS, "timeout": 10},
        )
        event.listen(self._engine.sync_engine, "checkout", _refuse_dead)
        self.bell = Bell(url)
        self.market_cache = MarketCache()
        self.comparisons = Comparisons() if comparisons is None else comparisons

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        """Commit on a clean exit; undo everything otherwise."""
        async with self._engine.begin() as connection:
            yield UnitOfWork(connection, self.market_cache, self.comparisons)

    @asynccontextmanager
    async def watch(self, name: str) -> AsyncIterator[Callable[[], Awaitable[bool]] | None]:
        """Hold a watch that only one process may hold at a time; None when another has it.

        What is handed out says whether it is still ours: PostgreSQL lets go of it when the
        connection is lost, and then somebody else may hold it already.
        """
        async with self._engine.connect() as plain:
            connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
            taken = select(func.pg_try_advisory_lock(func.hashtextextended(name, 0)))
            if not (await connection.execute(taken)).scalar_one():
                yield None
                return

            async def ours() -> bool:
                try:
                    await connection.execute(select(1))
                except (SQLAlchemyError, OSError):
                    return False
                return True

            try:
                yield ours
            finally:
                if await ours():
                    await connection.execute(
                        select(func.pg_advisory_unlock(func.hashtextextended(name, 0)))
                    )

    async def close(self) -> None:
        await self.bell.close()
        await self._engine.dispose()
