"""“frontier”: return against risk with the person's place; and a proposal's test as a picture."""

from __future__ import annotations

from uuid import UUID

from conversations.actions.allocation import drawing, frontiers, optimising, proposals, wishes
from conversations.intents import Details, intent
from conversations.messages import Button, Image, Reply, row
from conversations.refusals import refuse
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import frontier as words
from conversations.wording import optimisation
from storage.unit_of_work import UnitOfWork


@intent(
    "frontier",
    label="Frontier",
    summary="See return against risk",
    group="proposals",
    examples=("efficient frontier", "show me the frontier", "where am I on the frontier?"),
    pattern=(
        r"/?((show( me)?|draw|plot|see) )?(the |my )?(efficient )?frontier"
        r"|/?where am i on the (efficient )?frontier\W*"
    ),
    guess="take",
)
async def frontier(turn: Turn, said: Details) -> Reply:
    if not await turn.work.positions.of(turn.portfolio.id):
        return Reply(optimisation.nothing_held(), row(Button("Demo portfolio", "pick:demo")))
    turn.later.append(("frontier", {}))
    return Reply(words.looking())


@task("frontier")
async def draw_frontier(job: Job) -> Finish:
    opened = await optimising.open_situation(job.desk, UUID(job.task.details["portfolio"]), job.now)
    seen = await job.desk.compute(frontiers.look, opened.situation)
    png = b""
    if isinstance(seen, frontiers.Seen):
        png = await job.desk.compute(frontiers.draw, seen, words.title(seen), words.subtitle())

    async def finish(work: UnitOfWork) -> Reply:
        if not isinstance(seen, frontiers.Seen):
            return refuse(opened, seen)
        return Reply(
            words.told(seen, demo=opened.portfolio.demo),
            row(Button("Rebalance", "optimise:"), Button("My limits", "pick:limits")),
            image=Image(png, words.alternative(seen)),
            why=words.why(),
        )

    return finish


@intent(
    "tested",
    label="How did it do?",
    summary="See a proposal on unseen years",
    examples=("how did it do?", "show me the test", "backtest both"),
    pattern=(
        r"/?((how|what) (did|would) it (do|have done)( on unseen years| before)?"
        r"|(show( me)?|see) the test|backtest (both|it|the proposal)|test the proposal)\W*"
    ),
    guess="take",
)
async def tested(turn: Turn, said: Details) -> Reply:
    question = optimising.last_question(turn)
    if question is None:
        return Reply(optimisation.how_to_ask(), row(Button("Rebalance", "optimise:")))
    turn.later.append(("tested", {"question": proposals.pack(question)}))
    known = wishes.kept(turn.person, turn.portfolio).limits
    held = await turn.work.positions.of(turn.portfolio.id)
    return Reply(optimisation.working(len(held), question, known))


@task("tested")
async def draw_test(job: Job) -> Finish:
    details = job.task.details
    question = proposals.unpack(details["question"])
    opened = await optimising.open_situation(job.desk, UUID(details["portfolio"]), job.now)
    situation = opened.situation
    answer = await job.desk.compute(optimising.propose, situation, question)
    found, png = None, b""
    idle = isinstance(answer, proposals.Proposed) and not answer.recommendation.moves
    if isinstance(answer, proposals.Proposed) and not idle:
        found = await job.desk.compute(optimising.look_at_unseen, situation, question)
        if found is not None:
            png = await job.desk.compute(
                drawing.draw_test,
                found,
                situation.currency,
                words.tested_title(found),
                words.tested_subtitle(found),
            )

    async def finish(work: UnitOfWork) -> Reply:
        if not isinstance(answer, proposals.Proposed):
            return refuse(opened, answer, question)
        if idle:
            return Reply(words.nothing_to_test(demo=opened.portfolio.demo))
        buttons = row(Button("Trade list", "pick:trade_list"), Button("Dismiss", "pick:dismiss"))
        text = words.tested(found, demo=opened.portfolio.demo)
        picture = Image(png, f"{words.tested_title(found)}.") if found else None
        return Reply(text, buttons, image=picture, why=optimisation.why(answer, found))

    return finish
