"""“my twin”: what the same person without the habits would have."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import picturing, reviewing
from conversations.intents import Details, intent
from conversations.messages import Button, Image, Reply, row
from conversations.nudging import looks
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import books
from conversations.wording import twin as words
from conversations.wording.bias import UNTESTED
from storage.unit_of_work import UnitOfWork


@intent(
    "twin",
    label="My twin",
    summary="Compare yourself with your disciplined twin",
    group="habits",
    examples=("my twin", "disciplined twin", "show me my disciplined twin"),
    pattern=(
        r"/?((show( me)?|see|what about|how is|how('s| is)|compare( me)?( with| to)?) )?"
        r"(my |the )?(disciplined |rational )?twin( doing)?\W*"
    ),
    guess="take",
)
async def twin(turn: Turn, said: Details) -> Reply:
    recorded = await turn.work.trades.count(turn.portfolio.id)
    if not recorded:
        return Reply(books.no_trades(None), row(Button("Demo portfolio", "pick:demo")))
    looks.note(turn)
    turn.later.append(("twin", {"portfolio": str(turn.portfolio.id)}))
    return Reply(words.replaying(recorded))


@task("twin")
async def replay(job: Job) -> Finish:
    """The twin comes out of a review, which is kept: the figures are those of the report."""
    review = await reviewing.review(job.desk, UUID(job.task.details["portfolio"]), job.now)
    portfolio, found = review.portfolio, review.twin
    buttons = row(Button("Bias report", "pick:biases"), Button("What could I do?", "pick:rules"))
    png = b""
    if found is not None and found.replaced:
        png = await job.desk.compute(picturing.draw_twin, found, portfolio.currency)

    async def finish(work: UnitOfWork) -> Reply:
        await reviewing.keep(work, review, job.now)
        if found is None or not found.replaced:
            tested = any(one.label not in UNTESTED for one in review.profile.findings)
            return Reply(words.nothing(tested=tested, demo=portfolio.demo), buttons)
        return Reply(
            words.told(found, portfolio.currency, demo=portfolio.demo),
            buttons,
            image=Image(png, words.title(found, portfolio.currency)),
            why=words.why(found, portfolio.currency),
        )

    return finish
