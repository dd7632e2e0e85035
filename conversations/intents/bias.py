"""“tell me about recency”: one bias in depth, with the trades that show it and what it cost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from conversations.actions import picturing, reviewing
from conversations.intents import Details, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import bias as words
from conversations.wording import bias_pictures as pictures
from conversations.wording import depth
from conversations.wording.biases import known, naming
from engine.detection.finding import BiasFinding, Label
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork

_LEAD = (
    r"(please |and |so |ok |hm )?((can you |could you )?(tell me|say) (a bit |something )?(more )?"
    r"(about|on)|what about|how about|explain( to me)?|describe|show( me)?|what( is|'s| are)|define"
    r"|do i|am i|did i|have i( been)?|how (is|bad is|strong is|much)|(more|details?) (on|about|of)"
    r"|in depth|is it|is there|any|(the )?(cost|price|damage) of|what (does|did|has)"
    r"|how much (does|did|has|is))"
)
_TAIL = (
    r"( bias| effect| habit| tendency)?( in (depth|detail)| details?| too (much|often))?"
    r"( costs?( me)?| costing me)?( (a|per) year| so far)?"
)


@intent(
    "bias",
    label="One bias in depth",
    summary="Look at one habit closely",
    group="habits",
    examples=("tell me about averaging down", "my herding", "how about panic selling?", "recency"),
    pattern=rf"/?({_LEAD} )?(my |the |an? |i )?({naming()}){_TAIL}\W*",
    rank=3,
    guess="take",
)
async def bias(turn: Turn, said: Details) -> Reply:
    named = next((name for name, found in said.items() if found), None)
    return Reply(depth.which()) if named is None else await _look(turn, named)


@press("bias")
async def pressed(turn: Turn, said: Details) -> Reply:
    if said["data"] not in known():
        return Reply(depth.which(), row(Button("Bias report", "pick:biases")))
    return await _look(turn, said["data"])


async def _look(turn: Turn, name: str) -> Reply:
    if not await turn.work.trades.count(turn.portfolio.id):
        buttons = [Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade")]
        if name == "loss_aversion":
            buttons.insert(0, Button("Take the quiz", "pick:quiz"))
        return Reply(depth.no_trades(name), row(*buttons))
    turn.later.append(("bias_depth", {"portfolio": str(turn.portfolio.id), "bias": name}))
    return Reply(depth.looking(name))


@task("bias_depth")
async def show_depth(job: Job) -> Finish:
    """From the last report where it still holds, else from a new one, which is kept."""
    details = job.task.details
    id, name = UUID(details["portfolio"]), details["bias"]
    portfolio, finding = await reviewing.known_finding(job.desk, id, name)
    review = None
    if finding is None or name == "loss_aversion":  # the quiz may have been taken since
        review = await reviewing.review(job.desk, id, job.now)
        portfolio = review.portfolio
        finding = next(one for one in review.profile.findings if one.bias == name)
    case = await reviewing.open_case(job.desk, id, job.now, fresh=False)
    png = await job.desk.compute(picturing.draw_depth, case, finding)

    async def finish(work: UnitOfWork) -> Reply:
        if review is not None:
            await reviewing.keep(work, review, job.now)
        return _reply(finding, portfolio, png)

    return finish


def _reply(finding: BiasFinding, portfolio: PortfolioRecord, png: bytes | None) -> Reply:
    alt = pictures.picture_alt([finding])
    if finding.evidence:
        alt = f"{pictures.evidence_title(finding)}. {depth.picture_subtitle(finding)}."
    return Reply(
        depth.one(finding, portfolio.currency, demo=portfolio.demo),
        row(*_buttons(finding)),
        image=Image(png, alt) if png else None,
        why=depth.why(finding),
    )


def _buttons(finding: BiasFinding) -> list[Button]:
    name = finding.bias
    told = finding.label is not Label.INSUFFICIENT
    buttons = []
    if name == "loss_aversion" and "lambda_quiz" not in finding.measures:
        buttons.append(Button("Take the quiz", "pick:quiz"))
    if told and finding.evidence:
        buttons.append(Button("The trades behind it", f"behind:{name}"))
    seen = told and finding.label is not Label.NONE
    if seen and finding.cost is not None and finding.evidence:
        buttons.append(Button("Cost over time", f"cost:{name}"))
    if told:
        buttons.append(Button("What could I do?", f"could:{name}"))
    return [*buttons, Button("Bias report", "pick:biases")]


@intent(
    "behind",
    label="The trades behind it",
    summary="See the trades that show a habit",
    group="habits",
    examples=("the trades behind it", "show me the trades behind it"),
    pattern=r"/?(show( me)? )?(the |which )?trades behind (it|this|that)\W*",
    guess="offer",
)
async def behind_the_strongest(turn: Turn, said: Details) -> Reply:
    """Where no button says of which habit: of the one that the report names first."""
    latest = await turn.work.scores.latest(turn.portfolio.id)
    told = [one for one in words.ranked(latest[1] if latest else ()) if one.evidence]
    return await behind(turn, {"data": told[0].bias if told else ""})


@press("behind")
async def behind(turn: Turn, said: Details) -> Reply:
    """The trades that show a bias, with what happened after each."""
    found = await _stored(turn.work, turn.portfolio.id, said["data"])
    if found is None or not found.evidence:
        return Reply(words.no_evidence(), row(Button("Bias report", "pick:biases")))
    turn.later.append(_promised("bias_evidence", turn, said))
    return Reply(words.evidence(found, demo=turn.portfolio.demo))


@task("bias_evidence")
async def draw_evidence(job: Job) -> Finish:
    details = job.task.details
    async with job.desk.storage.transaction() as work:
        portfolio = await work.portfolios.get(UUID(details["portfolio"]))
        found = await _stored(work, portfolio.id, details["bias"])

    async def finish(work: UnitOfWork) -> Reply:
        if found is None:
            return Reply(words.no_evidence(), row(Button("Bias report", "pick:biases")))
        text = words.evidence(found, demo=portfolio.demo)
        buttons = [Button("What could I do?", f"could:{found.bias}")]
        if found.cost is not None:
            buttons.insert(0, Button("Cost over time", f"cost:{found.bias}"))
        image = Image(png, f"{pictures.evidence_title(found)}. {depth.picture_subtitle(found)}.")
        return Reply(text, row(*buttons), image=image, why=depth.why(found))

    png = await job.desk.compute(picturing.draw_evidence, found) if found else b""
    return finish


@press("cost")
async def cost(turn: Turn, said: Details) -> Reply:
    """What a bias has cost up to each day."""
    found = await _stored(turn.work, turn.portfolio.id, said["data"])
    if found is None:
        return Reply(words.no_evidence(), row(Button("Bias report", "pick:biases")))
    if found.cost is None or not found.evidence:
        return Reply(depth.no_cost(found.bias), row(Button("Bias report", "pick:biases")))
    turn.later.append(_promised("bias_cost", turn, said))
    return Reply(depth.cost_over_time(found, turn.portfolio.currency, demo=turn.portfolio.demo))


@task("bias_cost")
async def draw_cost(job: Job) -> Finish:
    id, name = UUID(job.task.details["portfolio"]), job.task.details["bias"]
    case = await reviewing.open_case(job.desk, id, job.now, fresh=False)
    async with job.desk.storage.transaction() as work:
        found = await _stored(work, id, name)
    png = await job.desk.compute(picturing.draw_cost, case, found) if found else b""

    async def finish(work: UnitOfWork) -> Reply:
        if found is None:
            return Reply(words.no_evidence(), row(Button("Bias report", "pick:biases")))
        currency = case.portfolio.currency
        text = depth.cost_over_time(found, currency, demo=case.portfolio.demo)
        buttons = [Button("What could I do?", f"could:{name}")]
        if found.evidence:
            buttons.insert(0, Button("The trades behind it", f"behind:{name}"))
        image = Image(png, f"{depth.cost_title(found, currency)}. {depth.picture_subtitle(found)}.")
        return Reply(text, row(*buttons), image=image, why=depth.why(found))

    return finish


async def _stored(work: UnitOfWork, portfolio: UUID, name: str) -> BiasFinding | None:
    """The finding of the last report, if there is enough data for one."""
    latest = await work.scores.latest(portfolio)
    if latest is None:
        return None
    found = next((one for one in latest[1] if one.bias == name), None)
    return None if found is None or found.label is Label.INSUFFICIENT else found


def _promised(kind: str, turn: Turn, said: Details) -> tuple[str, dict[str, Any]]:
    return kind, {"portfolio": str(turn.portfolio.id), "bias": said["data"]}
