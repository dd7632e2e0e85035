"""“biases”: the report with its picture."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from conversations.actions import reviewing
from conversations.intents import Details, intent
from conversations.messages import Button, Image, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import bias, books, trades, twin
from conversations.wording import bias_pictures as pictures
from engine.detection.finding import Label
from engine.diagnosis import BiasFinding
from storage.unit_of_work import UnitOfWork

UNTOLD = (Label.INSUFFICIENT, Label.MEASURED)
MOST = 6  # buttons: two rows


@intent(
    "biases",
    label="Bias report",
    summary="See your biases",
    group="habits",
    examples=("biases", "what are my biases?", "bias report", "my profile"),
    pattern=(
        r"/?((what are |show |see )?(me )?(my |the )?"
        r"(bias(es)?|bias (report|profile)|report|profile)"
        r"|am i biased|how (am|do) i (doing|trade))\W*"
    ),
    rank=2,
    guess="take",
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
        return Reply(
            bias.report(
                findings,
                review.profile.trades,
                portfolio.currency,
                demo=portfolio.demo,
                notes=notes,
                together=twin.together(review.twin, portfolio.currency),
            ),
            row(*_buttons(bias.ranked(findings))),
            image=Image(review.png, pictures.picture_alt(findings)),
            why=bias.why_report(findings, portfolio.currency),
        )

    return finish


def _buttons(findings: Sequence[BiasFinding]) -> list[Button]:
    """What can be asked of the strongest, and then a button for each of the next."""
    seen = [one for one in findings if one.detected]
    buttons = []
    if seen and seen[0].evidence:
        top = seen[0].bias
        if seen[0].cost is not None:
            buttons.append(Button("Cost over time", f"cost:{top}"))
        buttons.append(Button("The trades behind it", f"behind:{top}"))
    if seen:
        buttons.append(Button("What could I do?", f"could:{seen[0].bias}"))
    else:  # the text names the nearest of them
        seen = [one for one in findings if one.label not in UNTOLD][:2]
    missing = next((one for one in findings if one.bias == "loss_aversion"), None)
    if missing is not None and missing.label is Label.INSUFFICIENT:
        buttons.append(Button("Take the quiz", "pick:quiz"))
    buttons += [
        Button(bias.name(one.bias), f"bias:{one.bias}") for one in seen[: MOST - len(buttons)]
    ]
    if not seen:
        buttons.append(Button("Record a trade", "pick:trade"))
    return buttons
