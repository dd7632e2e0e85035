"""“refresh prices”: ask the sources of prices about what is held, and say what came of it."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import pricing
from conversations.actions.allocation import optimising
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import trade_list as words
from conversations.wording.trades import demo_mark
from storage.unit_of_work import UnitOfWork


@intent(
    "refresh",
    label="Refresh prices",
    summary="Ask for newer prices",
    examples=("refresh prices", "update the prices", "get new prices"),
    pattern=(
        r"/?(please )?(refresh|update|reload|get|fetch|load)( me)?( the| my| all)?"
        r"( new| newer| latest| current)? (prices|quotes|closes)( please)?\W*"
    ),
    guess="offer",
)
async def refresh(turn: Turn, said: Details) -> Reply:
    return await _promise(turn, {})


async def _promise(turn: Turn, details: dict[str, str]) -> Reply:
    if turn.portfolio.demo:
        return Reply(demo_mark(demo=True) + words.demo_ends(await turn.today()))
    if not turn.desk.live:
        return Reply(words.no_source())
    turn.later.append(("refresh", details))
    return Reply(words.refreshing())


@press("refresh")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``refresh:``: of what is held; ``refresh:NVDA``: of a share that was asked about."""
    return await _promise(turn, {"symbol": said["data"]} if said["data"] else {})


@task("refresh")
async def ask(job: Job) -> Finish:
    if symbol := job.task.details.get("symbol"):
        return await _ask_about(job, symbol)
    portfolio = UUID(job.task.details["portfolio"])
    before = await optimising.open_situation(job.desk, portfolio, job.now)  # asks the sources
    asked = before.freshness
    closes = optimising.closes_of(before.situation)

    async def finish(work: UnitOfWork) -> Reply:
        turn = await begin_for(job.task, work, job.now, job.desk)
        memory = optimising.last(turn)
        if closes is not None and memory.get("closes", "") != str(closes):
            turn.state[optimising.KEY] = {k: v for k, v in memory.items() if k != "closes"}
            await turn.keep_state()
        newer = bool(asked.loaded)
        text = words.refreshed(closes, asked.missing, asked.unreachable, newer=newer)
        return Reply(text, row(Button("Rebalance", "optimise:")))

    return finish


async def _ask_about(job: Job, symbol: str) -> Finish:
    asked = await pricing.refresh(job.desk, [symbol], job.now)

    async def finish(work: UnitOfWork) -> Reply:
        turn = await begin_for(job.task, work, job.now, job.desk)
        bar = (await turn.prices()).latest(symbol)
        text = words.refreshed_share(symbol, bar.day if bar else None, asked.unreachable)
        return Reply(
            text, row(Button("Try again", f"refresh:{symbol}")) if asked.unreachable else ()
        )

    return finish
