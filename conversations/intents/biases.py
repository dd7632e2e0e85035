"""“biases”: the report with its picture, and the trades behind it."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import reviewing
from conversations.intents import Details, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import bias, books, trades
from engine.detection.finding import Label
from engine.diagnosis import BiasFinding
from storage.unit_of_work import UnitOfWork


@intent(
    "biases",
    label="Bias report",
    summary="See your biases",
    examples=("biases", "what are my biases?", "bias report", "my profile"),
    pattern=(
        r"/?((what are |show |see )?(me )?(my |the )?"
        r"(bias(es)?|bias (report|profile)|report|profile)"
        r"|am i biased|how (am|do) i (doing|trade))\W*"
    ),
    rank=2,
)
async def biases(turn: Turn, said: Details) -> Reply:
    recorded = await turn.work.trades.count(turn.portfolio.id)
    if not recorded:
        return Reply(
            books.no_trades(None),
            row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade")),
        )
    turn.later.append(("bias_report", {"portfolio": str(turn.portfolio.id)}))
    return Reply(bias.reading_trades(recorded))


@task("bias_report")
async def make_report(job: Job) -> Finish:
    review = await reviewing.review(job.desk, UUID(job.task.details["portfolio"]), job.now)

    async def finish(work: UnitOfWork) -> Reply:
        await reviewing.keep(work, review, job.now)
        portfolio, findings = review.portfolio, review.profile.findings
        notes = []
        if review.freshness.unreachable:
            notes.append(
                trades.feeds_unreachable(review.freshness.unreachable, review.prices_until)
            )
        universe = await work.instruments.universe()
        known = [found for one in review.symbols if (found := universe.get(one)) is not None]
        if len(currencies := {one.currency for one in known}) > 1:
            notes.append(bias.mixed(sorted(currencies)))
        told = [one for one in findings if one.evidence and one.label is not Label.INSUFFICIENT]
        buttons = [
            Button("The trades behind it", f"behind:{one.bias}")
            for one in told[:1]
        ]  # fmt: skip
        return Reply(
            bias.report(
                findings,
                review.profile.trades,
                portfolio.currency,
                demo=portfolio.demo,
                notes=notes,
            ),
            row(*buttons, Button("Why?", "pick:why")),
            image=Image(review.png, bias.picture_alt(findings)),
            why=bias.why_report(findings, portfolio.currency),
        )

    return finish


@press("behind")
async def behind(turn: Turn, said: Details) -> Reply:
    """The trades that show a bias, with what happened after each."""
    latest = await turn.work.scores.latest(turn.portfolio.id)
    found = next((one for one in latest[1] if one.bias == said["data"]), None) if latest else None
    if found is None:
        return Reply(bias.no_evidence(), row(Button("Bias report", "pick:biases")))
    turn.later.append(
        ("bias_evidence", {"portfolio": str(turn.portfolio.id), "bias": said["data"]})
    )
    return Reply(bias.evidence(found, demo=turn.portfolio.demo))


@task("bias_evidence")
async def draw_evidence(job: Job) -> Finish:
    details = job.task.details
    async with job.desk.storage.transaction() as work:
        portfolio = await work.portfolios.get(UUID(details["portfolio"]))
        latest = await work.scores.latest(portfolio.id)
    findings: tuple[BiasFinding, ...] = latest[1] if latest else ()
    found = next((one for one in findings if one.bias == details["bias"]), None)

    async def finish(work: UnitOfWork) -> Reply:
        if found is None:
            return Reply(bias.no_evidence(), row(Button("Bias report", "pick:biases")))
        text = bias.evidence(found, demo=portfolio.demo)
        return Reply(text, row(Button("Why?", "pick:why")), image=Image(png, text))

    png = await job.desk.compute(reviewing.draw_evidence, found) if found else b""
    return finish
