"""A dropped CSV file: read it, show what would be added, add it on a yes."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from conversations.actions import drafts
from conversations.actions.backtesting import sheets
from conversations.actions.files import importing, isin_questions
from conversations.actions.files.admitting import Quotes
from conversations.actions.files.importing import NotText, Preview, Reader, TooBig
from conversations.actions.files.merging import Twins
from conversations.intents import Details, press
from conversations.messages import Button, File, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import importing as words
from conversations.wording import tasks
from engine.broker_files.registry import known
from engine.ledger import ImpossibleTrade, Kind, NotEnoughShares
from storage.records import Person, PortfolioRecord
from storage.unit_of_work import UnitOfWork

Found = tuple[str, PortfolioRecord, Preview, date]


@press("file")
async def dropped(turn: Turn, said: Details) -> Reply:
    file = said.get("file")
    if not isinstance(file, File):
        return Reply(words.gone())
    if file.size > importing.LARGEST:
        return _refused(words.too_big(file.name, menu_for(file.name)))
    turn.later.append(("read_file", {"file": file.id, "portfolio": str(turn.portfolio.id)}))
    return Reply(words.reading(file.name), key=f"file:{file.id}")


@press("dates")
async def dates(turn: Turn, said: Details) -> Reply:
    """Which of 03/04 is the month, for this file and from now on."""
    first, _, file = said["data"].partition(":")
    if first not in ("day", "month"):
        return Reply(words.gone())
    await turn.work.users.change(turn.person.id, day_first=first == "day")
    turn.later.append(
        ("read_file", {"file": file, "portfolio": str(turn.portfolio.id), "order": first})
    )
    return Reply(words.reading("it"), replaces=f"file:{file}", key=f"file:{file}")


@press("problems")
async def problems(turn: Turn, said: Details) -> Reply:
    where = {"file": said["data"], "portfolio": str(turn.portfolio.id)}
    turn.later.append(("list_problems", where))
    return Reply(words.reading("it again"))


@press("reread")
async def read_again(turn: Turn, said: Details) -> Reply:
    """After what was missing has been told."""
    file = said["data"]
    again = {"file": file, "portfolio": str(turn.portfolio.id), "again": turn.message.id}
    turn.later.append(("read_file", again))
    return Reply(words.reading("it again"), replaces=f"file:{file}", key=f"file:{file}")


@press("import")
async def add(turn: Turn, said: Details) -> Reply:
    return await _add(turn, said, {})


@press("merge")
async def add_merged(turn: Turn, said: Details) -> Reply:
    """What was told in words and stands in the file is one trade."""
    return await _add(turn, said, {"twins": Twins.MERGE})


@press("both")
async def add_both(turn: Turn, said: Details) -> Reply:
    """What was told in words and looks like a line of the file is a trade of its own."""
    return await _add(turn, said, {"twins": Twins.BOTH})


async def _add(turn: Turn, said: Details, answer: dict[str, str]) -> Reply:
    file, _, portfolio = said["data"].partition(":")
    if drafts.long(portfolio) != turn.portfolio.id:
        return Reply(tasks.elsewhere(demo=turn.portfolio.demo))
    here = turn.message.address
    if await turn.work.tasks.began(
        "import_file", here.channel, here.chat, turn.person.id, {"file": file}
    ):
        return Reply(words.pressed_before())
    where = {"file": file, "portfolio": str(turn.portfolio.id)}
    turn.later.append(("import_file", {**where, **answer}))
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
        name, portfolio, seen, today = found
        if seen.nameless or seen.openings:
            turn = await begin_for(job.task, work, job.now, job.desk)
            if seen.nameless:
                universe = await work.instruments.universe()
                asked = isin_questions.ask(turn, job.task.details["file"], seen.nameless, universe)
                await turn.keep_state()
                return asked
            first = min(one.on for one in seen.openings).isoformat()
            turn.state["opening"] = {"portfolio": str(portfolio.id), "on": first}
            await turn.keep_state()
        if not seen.new:
            return _nothing_new(job, found)
        text = words.preview(name, seen, today, demo=portfolio.demo)
        return Reply(text, _buttons(job, seen, portfolio), why=words.first_rows(seen))

    return finish


@task("list_problems")
async def list_problems(job: Job) -> Finish:
    found = await _preview(job)

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Reply):
            return found
        name, portfolio, seen, _ = found
        told = [
            *((one.line, "failed", words.phrase(one)) for one in seen.problems),
            *((one.line, "does not fit", words.phrase(one)) for one in seen.unfit),
            *((one.line, "not for the books", words.phrase(one)) for one in seen.left_out),
            *((one.line, "changed", words.phrase(one)) for one in seen.remarks),
        ]
        document = sheets.write_lines("problems.csv", sorted(told))
        buttons = _buttons(job, seen, portfolio, problems=False) if seen.new else ()
        return Reply(words.problem_list(name, seen), buttons, document=document)

    return finish


@task("import_file")
async def import_file(job: Job) -> Finish:
    found = await _preview(job)

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Reply):
            return found
        name, portfolio, seen, today = found
        turn = await begin_for(job.task, work, job.now, job.desk)
        if turn.portfolio.id != portfolio.id:
            return Reply(tasks.elsewhere(demo=turn.portfolio.demo))
        if not seen.new:
            return Reply(words.nothing_new(name, seen, today, demo=portfolio.demo))
        if seen.twins and "twins" not in job.task.details:  # told since the preview
            return Reply(words.moved_on())
        locked = await work.portfolios.lock(portfolio.id)
        if locked.version != portfolio.version:
            return Reply(words.moved_on())
        batch = await importing.record(
            work, locked, seen.new, job.now, seen.currencies, seen.replaces
        )
        counts: dict[Kind, int] = {}
        for one in seen.new:
            counts[one.kind] = counts.get(one.kind, 0) + 1
        return Reply(
            words.imported(counts, len(seen.twins), demo=portfolio.demo),
            row(Button("Undo", f"unbatch:{batch}"), Button("Bias report", "pick:biases")),
        )

    return finish


def _buttons(
    job: Job, seen: Preview, portfolio: PortfolioRecord, *, problems: bool = True
) -> tuple[tuple[Button, ...], ...]:
    file, where = job.task.details["file"], drafts.short(portfolio.id)
    buttons = [Button(f"Import {len(seen.new):,} new", f"import:{file}:{where}")]
    if seen.twins:
        more = len(seen.new) - len(seen.twins)
        merge = f"Merge {len(seen.twins):,}" + (f", add {more:,}" if more else "")
        buttons = [
            Button(merge, f"merge:{file}:{where}"),
            Button("Keep both", f"both:{file}:{where}"),
        ]
    if seen.openings:
        buttons.append(Button("Read it again", f"reread:{file}"))
    if problems and seen.remarkable:
        buttons.append(Button("Show problems", f"problems:{file}"))
    return row(*buttons, Button("Cancel", f"unfile:{file}"))


def _nothing_new(job: Job, found: Found) -> Reply:
    """All known, or nothing that the books can take: said which."""
    name, portfolio, seen, today = found
    file = job.task.details["file"]
    show = row(Button("Show problems", f"problems:{file}"))
    if seen.openings:
        show = row(Button("Read it again", f"reread:{file}"), *show[0])
    if seen.known:
        text = words.all_known(name, seen.known)
        also = words.preview(name, seen, today, demo=portfolio.demo)
        more = "\n".join(also.splitlines()[1:-1])
        return Reply(f"{text}\n{more}", show) if seen.remarkable else Reply(text)
    if (
        seen.oversold is not None
        and len(seen.unfit) == 1
        and not seen.problems
        and not seen.openings
    ):
        fact = seen.oversold
        return Reply(words.does_not_fit(fact.symbol, fact.wanted, fact.held, fact.at.date()), show)
    text = words.nothing_new(name, seen, today, demo=portfolio.demo)
    return Reply(text, show if seen.remarkable else ())


async def _preview(job: Job) -> Found | Reply:
    """What the uploaded file would add to the portfolio, or why it adds nothing."""
    details = job.task.details
    async with job.desk.storage.transaction() as work:
        upload = await work.uploads.get(
            details["file"], channel=job.task.channel, chat=job.task.chat
        )
        portfolio = await work.portfolios.get(UUID(details["portfolio"]))
        recorded = await work.trades.of(portfolio.id)
        person = await work.users.get(job.task.person)
        twins = details.get("twins")
        reader = await _reader(work, person, portfolio, Twins(twins) if twins else None)
    if upload is None:
        return Reply(words.gone())
    name, data = upload
    try:
        seen = await job.desk.compute(importing.preview, data, recorded, portfolio, reader, job.now)
    except NotText as fact:
        return _refused(words.not_text(name, fact.kind, menu_for(name)))
    except TooBig:
        return _refused(words.too_big(name, menu_for(name)))
    except NotEnoughShares as fact:
        return Reply(words.does_not_fit(fact.symbol, fact.wanted, fact.held, fact.at.date()))
    except ImpossibleTrade as fact:
        return Reply(tasks.cannot_be(fact.trade, fact.reason))
    if seen.order_asked:
        file = details["file"]
        choices = (Button("3 April", f"dates:day:{file}"), Button("March 4", f"dates:month:{file}"))
        return Reply(words.ask_order(name), row(*choices, Button("Cancel", f"unfile:{file}")))
    if len(seen.investors) > 1:
        return Reply(words.several_investors(seen.investors))
    if seen.layout is None:
        return _unknown(name, details["file"], seen)
    return name, portfolio, seen, job.now.astimezone(ZoneInfo(person.time_zone)).date()


async def _reader(
    work: UnitOfWork, person: Person, portfolio: PortfolioRecord, twins: Twins | None
) -> Reader:
    listed = {one.symbol: one.currency for one in await work.instruments.universe()}
    quotes = Quotes(listed, await work.layouts.currencies(portfolio.id), portfolio.currency)
    told = await work.layouts.of(person.id)
    return Reader(
        quotes,
        person.day_first,
        {key: importing.mapping_of(one) for key, one in told.items()},
        await work.layouts.symbols(person.id),
        await work.trades.told_in_chat(portfolio.id),
        twins,
    )


def _unknown(name: str, file: str, seen: Preview) -> Reply:
    others = Button("Known brokers", "pick:brokers")
    if seen.unknown is None:
        return Reply(words.no_table(name), row(others))
    text = words.unknown_layout(name, seen.unknown.lines, seen.unknown.first_line)
    return Reply(text, row(Button("Map it", f"map:{file}"), others))


def _refused(text: str) -> Reply:
    return Reply(text, row(Button("Other brokers", "pick:brokers")))


def menu_for(name: str) -> str:
    """Where the broker that a file's name speaks of keeps its download; Robinhood's as a model."""
    plain = name.lower().replace(" ", "").replace("_", "").replace("-", "")
    layouts = [one for one in known().values() if one.menu]
    named = [one for one in layouts if one.title.lower().replace(" ", "").replace("*", "") in plain]
    chosen = named[0] if named else known()["robinhood"]
    return words.where(chosen.title, chosen.menu)
