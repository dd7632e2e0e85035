"""Making a backtest, keeping it, and finding it again."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from uuid import UUID

from conversations.actions.allocation import optimising
from conversations.actions.backtesting import grounds, outcomes
from conversations.actions.backtesting.outcomes import Outcome, Stuck
from conversations.desk import Desk
from conversations.reading.trials import Trial
from conversations.tasks import Job
from conversations.turn import Turn
from conversations.wording import backtest as words
from storage.records import BacktestRecord, Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

LAST = "backtest"  # of the chat's memory: the id of the last result


@dataclass(frozen=True, slots=True)
class Made:
    """``png``: of an outcome only."""

    person: Person
    portfolio: PortfolioRecord
    outcome: Outcome | Stuck
    png: bytes


async def make(job: Job, portfolio: UUID, trial: Trial) -> Made:
    """The outcome, worked out in another process; one that was made before is found again."""
    named = [symbol for one in trial.contenders for symbol in one.weights]
    opened = await grounds.open_ground(job.desk, portfolio, job.now, named)
    known = await _find(job.desk, opened.ground, trial)
    if known is not None:
        outcome: Outcome | Stuck = known
    else:
        await optimising.show(job, words.running(trial))
        outcome = await job.desk.compute(_run, opened.ground, trial)
    png = b""
    if isinstance(outcome, Outcome):
        png = await job.desk.compute(draw, outcome, words.title(outcome), words.subtitle(outcome))
    return Made(opened.person, opened.portfolio, outcome, png)


async def keep(work: UnitOfWork, made: Made, job: Job) -> None:
    """Store an outcome, or note that it was asked for again."""
    outcome = made.outcome
    if isinstance(outcome, Outcome):
        await work.backtests.add(
            BacktestRecord(
                id=outcome.id,
                portfolio=made.portfolio.id,
                person=made.person.id,
                title=words.name(outcome),
                personal=outcome.personal,
                content=outcomes.pack(outcome),
                made_at=job.now,
            )
        )


async def last(turn: Turn, id: str | None) -> Outcome | None:
    """The outcome with this id among those of the portfolio, if it is still kept and readable."""
    record = await turn.work.backtests.get(turn.portfolio.id, id) if id else None
    return None if record is None else _read(record)


async def kept(desk: Desk, portfolio: UUID, id: str) -> Outcome | None:
    """The same outside of a turn; a shared one of somebody else's where it is not one's own."""
    async with desk.storage.transaction() as work:
        record = await work.backtests.get(portfolio, id) or await work.backtests.shared(id)
    return None if record is None else _read(record)


def draw(outcome: Outcome, title: str, subtitle: str) -> bytes:
    """Worth and falls of all contenders; for another process."""
    from charts import backtest  # here: matplotlib is slow to import, and others only talk
    from conversations.wording.contenders import called

    lines = [backtest.Line(called(one.contender), one.course) for one in outcome.runs]
    return backtest.draw(
        outcome.days,
        lines,
        capital=outcome.trial.capital,
        currency=outcome.currency,
        title=title,
        subtitle=subtitle,
        alone=bool(outcome.trial.monthly),
    )


async def _find(desk: Desk, ground: grounds.Ground, trial: Trial) -> Outcome | None:
    from conversations.actions.backtesting.identity import identify

    async with desk.storage.transaction() as work:
        record = await work.backtests.get(ground.portfolio.id, identify(ground, trial))
    found = None if record is None else _read(record)
    # How many were tried has changed since, and the words may have been others.
    return None if found is None else replace(found, trial=trial, tried=ground.tried)


def _read(record: BacktestRecord) -> Outcome | None:
    """None of what another version kept."""
    try:
        return outcomes.unpack(record.content)
    except (ValueError, json.JSONDecodeError):
        return None


def _run(ground: grounds.Ground, trial: Trial) -> Outcome | Stuck:
    from conversations.actions.backtesting import running  # here: its methods are slow to import

    return running.run(ground, trial)
