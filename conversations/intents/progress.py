"""“am I getting better?”: the habits of one year against those of another."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from conversations.actions import progressing, reviewing
from conversations.intents import Details, intent
from conversations.messages import Button, Image, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import bias, books
from conversations.wording import progress as words
from storage.unit_of_work import UnitOfWork

LONG_AGO = 30  # days after which what was told at first is worth a word


@intent(
    "progress",
    label="Progress",
    summary="See whether a habit gets weaker",
    group="habits",
    examples=("progress", "am I getting better?", "how have my habits changed?"),
    pattern=(
        r"/?(((show( me)?|see|what about|how is|how's) )?(my |the )?progress( report| over time)?"
        r"|(my |the )?progress (on|with|in|against) (my )?[a-z &-]{3,40}"
        r"|(am i|have i been) (getting|becoming) (any )?(better|worse)( over time| lately)?"
        r"|(am i|have i|did i|have i been) improv(e|ed|ing)( over time| lately)?"
        r"|(have|did|how (have|did)) my (habits?|bias(es)?) (changed?|improved?)( over time)?)"
        r"\W{0,30}"
    ),
    rank=4,
    guess="take",
)
async def progress(turn: Turn, said: Details) -> Reply:
    recorded = await turn.work.trades.count(turn.portfolio.id)
    if not recorded:
        return Reply(books.no_trades(None), row(Button("Demo portfolio", "pick:demo")))
    turn.later.append(("progress", {"portfolio": str(turn.portfolio.id)}))
    return Reply(words.reading_years(recorded))


@task("progress")
async def follow(job: Job) -> Finish:
    case = await reviewing.open_case(job.desk, UUID(job.task.details["portfolio"]), job.now)
    found = await job.desk.compute(progressing.follow_and_draw, case)
    demo = case.portfolio.demo

    async def finish(work: UnitOfWork) -> Reply:
        first = await _first_report(work, case.portfolio.id, job.now.date())
        buttons = [Button("Bias report", "pick:biases"), Button("What could I do?", "pick:rules")]
        title = words.title(found.changes)
        return Reply(
            words.told(found.timeline, found.changes, first, demo=demo),
            row(*buttons),
            image=Image(found.png, title) if found.png else None,
            why=words.why(found.changes),
        )

    return finish


async def _first_report(
    work: UnitOfWork, portfolio: UUID, today: date
) -> tuple[date, list[str]] | None:
    """The day of the first report and what it saw, if that is some time ago."""
    history = await work.scores.history(portfolio)
    if not history or (today - history[0][0].date()).days < LONG_AGO:
        return None
    first = history[0][0]
    seen = [bias.plain(bias.name(one.bias)) for at, one in history if at == first and one.detected]
    return (first.date(), seen) if seen else None
