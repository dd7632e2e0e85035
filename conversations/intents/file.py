"""A dropped CSV file: read it, show what would be added, add it on a yes."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import drafts, importing
from conversations.actions.importing import NotText, Preview, TooBig
from conversations.intents import Details, press
from conversations.messages import Button, File, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import importing as words
from conversations.wording import tasks
from engine.ledger import ImpossibleTrade, NotEnoughShares
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork


@press("file")
async def dropped(turn: Turn, said: Details) -> Reply:
    file = said.get("file")
    if not isinstance(file, File):
        return Reply(words.gone())
    turn.later.append(("read_file", {"file": file.id, "portfolio": str(turn.portfolio.id)}))
    return Reply(words.reading(file.name), key=f"file:{file.id}")


@press("import")
async def add(turn: Turn, said: Details) -> Reply:
    file, _, portfolio = said["data"].partition(":")
    if drafts.long(portfolio) != turn.portfolio.id:
        return Reply(tasks.elsewhere(demo=turn.portfolio.demo))
    here = turn.message.address
    if await turn.work.tasks.began(
        "import_file", here.channel, here.chat, turn.person.id, {"file": file}
    ):
        return Reply(words.pressed_before())
    turn.later.append(("import_file", {"file": file, "portfolio": str(turn.portfolio.id)}))
    return Reply(words.importing(), replaces=f"file:{file}", key=f"file:{file}")


@press("unfile")
async def leave(turn: Turn, said: Details) -> Reply:
    return Reply(words.dropped(), replaces=f"file:{said['data']}")


@task("read_file")
async def read_file(job: Job) -> Finish:
    found = await _preview(job)

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Reply):
            return found
        name, portfolio, seen = found
        days = [trade.at.date() for trade in seen.new]
        text = words.preview(
            name, len(seen.new), seen.known, seen.problems, (min(days), max(days)),
            demo=portfolio.demo,
        )  # fmt: skip
        file = job.task.details["file"]
        where = drafts.short(portfolio.id)
        load = Button(f"Import {len(seen.new)} new", f"import:{file}:{where}")
        return Reply(text, row(load, Button("Cancel", f"unfile:{file}")))

    return finish


@task("import_file")
async def import_file(job: Job) -> Finish:
    found = await _preview(job)

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Reply):
            return found
        _, portfolio, seen = found
        turn = await begin_for(job.task, work, job.now, job.desk)
        if turn.portfolio.id != portfolio.id:
            return Reply(tasks.elsewhere(demo=turn.portfolio.demo))
        locked = await work.portfolios.lock(portfolio.id)
        if locked.version != portfolio.version:
            return Reply(words.moved_on())
        batch = await importing.record(work, locked, seen.new, job.now)
        return Reply(
            words.imported(len(seen.new), demo=portfolio.demo),
            row(Button("Undo", f"unbatch:{batch}"), Button("Bias report", "pick:biases")),
        )

    return finish


async def _preview(job: Job) -> tuple[str, PortfolioRecord, Preview] | Reply:
    """What the uploaded file would add to the portfolio, or why it adds nothing."""
    details = job.task.details
    async with job.desk.storage.transaction() as work:
        upload = await work.uploads.get(
            details["file"], channel=job.task.channel, chat=job.task.chat
        )
        portfolio = await work.portfolios.get(UUID(details["portfolio"]))
        recorded = await work.trades.of(portfolio.id)
    if upload is None:
        return Reply(words.gone())
    name, data = upload
    try:
        seen = await job.desk.compute(importing.preview, data, recorded, portfolio)
    except NotText:
        return Reply(words.not_text(name))
    except TooBig:
        return Reply(words.too_big(name))
    except NotEnoughShares as fact:
        return Reply(words.does_not_fit(fact.symbol, fact.wanted, fact.held, fact.at.date()))
    except ImpossibleTrade as fact:
        return Reply(tasks.cannot_be(fact.trade, fact.reason))
    if len(seen.investors) > 1:
        return Reply(words.several_investors(seen.investors))
    if not seen.new:
        if seen.known:
            return Reply(words.all_known(name, seen.known))
        return Reply(words.nothing_in_it(name, seen.problems, seen.first_line))
    return name, portfolio, seen
