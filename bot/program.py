"""Putting the program together: settings in, objects out, run until told to stop, drain."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import structlog

from bot.door import Door
from bot.post import answer_next, send_next, work_next
from bot.settings import Settings
from bot.sources import open_feeds
from bot.stopping import attentive, to_the_end, until
from bot.terminal import Terminal
from bot.web.door import Web
from conversations.classifying.guesses import keep_in, learnt
from conversations.computing import Pool
from conversations.desk import DEMO, Desk
from conversations.intents import known
from conversations.reading.meaning import World
from conversations.reading.trades import read_trades
from engine.market.instruments import Instrument, Universe
from storage import embedded
from storage.cache import Cache
from storage.comparisons import Comparisons
from storage.feeds import demo
from storage.schema import migrate
from storage.unit_of_work import Storage

if TYPE_CHECKING:
    from bot.slack.wiring import Connected
    from bot.telegram.wiring import Connected as ConnectedTelegram

log = structlog.get_logger(__name__)

LOOK_AGAIN = 1.0  # seconds: a bell may ring for nobody, so everyone looks now and then
AFTER_A_FAULT = 1.0
DRAIN = 10.0  # seconds that running work has to finish
SENDERS = 8  # a platform that is slow, or paced, holds one
ASKERS = 8  # pieces of slow work that may wait for others while every computing process is busy

Say = Callable[[str], None]
Step = Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that the roles share."""

    settings: Settings
    storage: Storage
    desk: Desk
    doors: Mapping[str, Door]
    stop: asyncio.Event
    slack: Connected | None = None
    telegram: ConnectedTelegram | None = None


@asynccontextmanager
async def database(settings: Settings, say: Say) -> AsyncIterator[str]:
    """The address of a database that is up to date; our own server where none is given."""
    server = None
    if settings.database_url is None:
        say("Starting the database")
        server = await to_the_end(embedded.start, settings.home)
    dsn = settings.database_url or (server.dsn if server else "")
    try:
        await migrate(dsn)
        yield dsn
    finally:
        if server is not None:
            await to_the_end(server.stop)


@asynccontextmanager
async def opened(settings: Settings, say: Say) -> AsyncIterator[Program]:
    """The program, ready to run its roles; on leaving, everything is let go of in order.

    SIGINT and SIGTERM break the start off; later they set the program's ``stop``.
    """
    known()  # a broken intent stops the start, not the first person who meets it
    keep_in((settings.learnt or settings.home).expanduser())
    with attentive() as attention:
        async with database(settings, say) as dsn:
            cache = Cache(settings.redis_url)
            storage = Storage(
                dsn,
                pool=connections(settings),
                comparisons=Comparisons(settings.nudge_holdout, settings.encryption_key or ""),
            )
            pool, closing = Pool(settings.processes), AsyncExitStack()
            try:
                await load_demo(storage, say)
                desk = Desk(
                    storage=storage,
                    cache=cache,
                    feeds=open_feeds(settings),
                    sources=settings.source_names,
                    pool=pool,
                )
                doors: dict[str, Door] = {"web": Web(storage), "terminal": Terminal(storage)}
                if telegram := _telegram(settings, storage, cache):
                    doors["telegram"] = telegram.door
                    closing.push_async_callback(telegram.close)
                if slack := _slack(settings, storage, desk):
                    doors["slack"] = slack.door
                    closing.push_async_callback(slack.close)
                attention.running = True
                yield Program(settings, storage, desk, doors, attention.stop, slack, telegram)
            finally:
                await closing.aclose()
                await to_the_end(pool.close)
                await storage.close()
                await cache.close()


def _telegram(settings: Settings, storage: Storage, cache: Cache) -> ConnectedTelegram | None:
    """The Telegram door, where a token is set; only then its library is loaded."""
    if not settings.telegram_token:
        return None
    from bot.telegram.wiring import connect

    return connect(settings, storage, cache)


def _slack(settings: Settings, storage: Storage, desk: Desk) -> Connected | None:
    """The Slack door, where it was set up; only then its libraries are loaded."""
    if not (settings.slack_bot_token or settings.slack_client_id):
        return None
    from bot.slack.wiring import connect

    return connect(settings, storage, desk)


def connections(settings: Settings) -> int:
    """How many transactions are open at most, with some to spare for the web and the scheduler."""
    return settings.workers + settings.processes + ASKERS + SENDERS + 8


async def load_demo(storage: Storage, say: Say) -> None:
    """Load the demo market, once."""
    async with storage.transaction() as work:
        if await work.market.last_day((DEMO,)) is not None:
            return
    say("Loading the demo market (20 shares, 1990-2022)")
    prices = await asyncio.to_thread(demo.read)
    async with storage.transaction() as work:
        await work.market.load_matrix(DEMO, prices)


def warm_up() -> None:
    """What a computing process loads before it is asked for something: every statistic and picture
    there is, and the letters of the pictures. The first report would have to wait for it."""
    import charts
    from charts import bias_profile
    from conversations.actions import picturing, progressing, ruling  # noqa: F401
    from engine.diagnosis.registry import detectors
    from engine.rules.registry import rules

    for found in iter_modules(charts.__path__, f"{charts.__name__}."):
        import_module(found.name)
    detectors()
    rules()
    bias_profile.draw((), title="Ready", subtitle="", names={}, currency="USD")


def warm_talk() -> None:
    """What the first sentences would have to wait for: calendars and words, loaded on first use,
    and what the classifier learns, which takes seconds where it was not kept."""
    day = date(2022, 12, 28)
    world = World(day, Universe.of([Instrument("AAPL", "Apple")]), {}, lambda symbol, on: None)
    for said in (
        "bought ten AAPL at 125.70 two days ago",
        "sold 1 AAPL at 2 on the feast of st. x",
    ):
        read_trades(said, world)
    learnt()


def settle_in() -> None:
    """Load what comes late, then spare the collector all that is here to stay.

    Modules, calendars and listings are hundreds of thousands of objects that never die; walking
    them in the middle of an answer takes a tenth of a second.
    """
    warm_talk()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def keep_doing(program: Program, step: Step, bell: str, hands: int) -> None:
    """Do ``step`` whenever there is something to do, up to ``hands`` at once, until told to stop.

    A ring calls one more hand to work, and a hand works on until it finds nothing: so nobody is
    woken in vain. Faults are survived.
    """
    shift = _Shift(program, step, bell)
    with program.storage.bell.listen(bell) as ear:
        async with asyncio.TaskGroup() as group:
            while not program.stop.is_set():
                if shift.busy < hands:
                    shift.busy += 1
                    group.create_task(shift.work_off())
                shift.rings += await ear.heard(LOOK_AGAIN)


@dataclass(slots=True)
class _Shift:
    """Hands that do the same step; ``rings`` is how often they were called."""

    program: Program
    step: Step
    bell: str
    busy: int = 0
    rings: int = 0

    async def work_off(self) -> None:
        """Do the step until there is nothing left, and nobody rang while we were looking."""
        try:
            while not self.program.stop.is_set():
                rings = self.rings
                if not await self.step() and rings == self.rings:
                    break  # and no longer busy before anybody can ring again
        except Exception:
            log.exception("a step failed", bell=self.bell)  # the database may be away
            await asyncio.sleep(AFTER_A_FAULT)
        finally:
            self.busy -= 1


def workers(program: Program) -> list[Awaitable[None]]:
    """The worker role: answers, slow work, replies."""
    storage, desk, doors = program.storage, program.desk, program.doors

    def now() -> datetime:
        return datetime.now(UTC)

    async def answering() -> bool:
        return await answer_next(storage, doors, desk, now())

    async def working() -> bool:
        return await work_next(storage, desk, now())

    async def sending() -> bool:
        return await send_next(storage, doors, now())

    settings = program.settings
    asyncio.get_running_loop().run_in_executor(None, settle_in)
    if desk.pool is not None:
        desk.pool.warm(warm_up)
    return [
        keep_doing(program, answering, "inbox", settings.workers),
        # A look-up waits for the network, a report for the pool: neither keeps the other waiting.
        keep_doing(program, working, "tasks", settings.processes + ASKERS),
        keep_doing(program, sending, "outbox", SENDERS),
    ]


async def web(program: Program, up: Say) -> None:
    """The web role: serve the chat page until told to stop. ``up`` is told its address."""
    from bot.api.app import make_app  # only here are the libraries of the web loaded
    from bot.web.server import serve

    settings = program.settings
    app = make_app(program.storage, program.desk.cache, metrics_for_all=settings.metrics)
    for connected in (program.telegram, program.slack):
        if connected is not None:
            app.include_router(connected.routes())
    started = asyncio.Event()

    async def tell() -> None:
        await started.wait()
        up(f"http://{settings.host}:{settings.port}")

    telling = asyncio.create_task(tell())
    try:
        await until(program.stop, serve(app, settings.host, settings.port, started=started))
    finally:
        telling.cancel()


def attending(program: Program, say: Say) -> list[Awaitable[None]]:
    """What takes messages in from the chat platforms that have been set up."""
    return [
        connected.attend(program.stop, say)
        for connected in (program.telegram, program.slack)
        if connected is not None
    ]


def other_roles(program: Program, names: Iterable[str]) -> list[Awaitable[None]]:
    """Roles that live outside of the doors, found by their entry points."""
    found = {one.name: one for one in entry_points(group="bpo.roles")}
    return [found[name].load()(program.desk, program.stop) for name in names if name in found]


async def run(program: Program, roles: Iterable[Awaitable[None]]) -> None:
    """Run ``roles`` until told to stop or one of them ends; then let the others drain."""
    tasks = [asyncio.ensure_future(role) for role in roles]
    stopping = asyncio.create_task(program.stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        program.stop.set()
        stopping.cancel()
        try:
            await asyncio.wait(tasks, timeout=DRAIN)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome
