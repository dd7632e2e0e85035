"""“what could I do?”: rules that people test for a habit, tried on one's own history."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import reviewing, ruling
from conversations.intents import Details, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, offered
from conversations.wording import bias
from conversations.wording import rules as words
from conversations.wording.biases import known, naming
from engine.detection.finding import Label
from engine.rules.registry import rule_named, rules_for
from storage.unit_of_work import UnitOfWork

PREFIX = "could:"
FIRST = ("disposition", "overconfidence", "fomo", "panic_selling")  # what most people ask about
SEEN = (Label.POSSIBLE, Label.LIKELY, Label.STRONG)
ALL = "all:"  # before the name of a bias: all of its rules


@intent(
    "rules",
    label="What could I do?",
    summary="Test a rule on your own past",
    group="habits",
    examples=("what could I do?", "rules", "how can I improve?", "what rules could help"),
    pattern=(
        r"/?(what (could|can|should) (i|we) do( (about|against) (it|that|this)"
        rf"| (about|against) (my |the |an? )?({naming()})"
        r"| better| differently| instead)?"
        r"|(show( me)?|test|try|which|what|any) ?(the |some )?rules?( (could|can|would) help( me)?"
        r"| are there| to test)?|rules"
        r"|how (can|could|do) i (improve|do better|stop( it| that)?|avoid (it|that)))\W*"
    ),
    rank=4,
    guess="take",
)
async def rules(turn: Turn, said: Details) -> Reply:
    """About the bias that is named, or was last spoken of; else about the strongest."""
    about = (
        next((name for name, found in said.items() if found), None)
        or _spoken_of(turn)
        or await _strongest(turn)
    )
    if about is None and await turn.work.scores.latest(turn.portfolio.id):
        return Reply(words.where_to_begin(), row(*_beginnings()))
    if about is None:
        return Reply(words.not_looked_yet(), row(Button("Bias report", "pick:biases")))
    return _offer(turn, about)


@press("could")
async def pressed(turn: Turn, said: Details) -> Reply:
    if said["data"] not in known():
        return Reply(words.not_looked_yet(), row(Button("Bias report", "pick:biases")))
    return _offer(turn, said["data"])


def _beginnings() -> list[Button]:
    return [Button(bias.name(one), f"{PREFIX}{one}") for one in FIRST]


def _spoken_of(turn: Turn) -> str | None:
    data = [one.data for line in offered(turn.state) for one in line]
    found = next((one.removeprefix(PREFIX) for one in data if one.startswith(PREFIX)), None)
    return found if found in known() else None


async def _strongest(turn: Turn) -> str | None:
    """The first bias of which the last report saw a sign, and that there are rules for."""
    latest = await turn.work.scores.latest(turn.portfolio.id)
    findings = bias.ranked(latest[1]) if latest else []
    told = [one for one in findings if one.label in SEEN]
    return next((one.bias for one in told if rules_for(one.bias)), None)


def _offer(turn: Turn, about: str) -> Reply:
    found = rules_for(about)
    report = Button("Bias report", "pick:biases")
    if not found:
        return Reply(words.none_known(about), row(report))
    buttons = [Button(f"Test {n}", f"try:{one.name}") for n, one in enumerate(found, start=1)]
    if len(found) > 1:
        buttons.append(Button("Test all", f"try:{ALL}{about}"))
    return Reply(words.offered(found, about, demo=turn.portfolio.demo), row(*buttons, report))


@press("try")
async def try_(turn: Turn, said: Details) -> Reply:
    data = said["data"]
    if data.startswith(ALL):
        names = [one.name for one in rules_for(data.removeprefix(ALL))]
    else:
        names = [data] if rule_named(data) is not None else []
    if not names:
        return Reply(words.not_looked_yet(), row(Button("Bias report", "pick:biases")))
    turn.later.append(("rules", {"portfolio": str(turn.portfolio.id), "rules": names}))
    return Reply(words.trying(len(names)))


@task("rules")
async def test_rules(job: Job) -> Finish:
    details = job.task.details
    case = await reviewing.open_case(job.desk, UUID(details["portfolio"]), job.now, fresh=False)
    outcomes, png = await job.desk.compute(ruling.try_and_draw, case, details["rules"])
    portfolio = case.portfolio

    async def finish(work: UnitOfWork) -> Reply:
        if len(outcomes) == 1:
            text = words.tried(outcomes[0], portfolio.currency, demo=portfolio.demo)
        else:
            text = words.tried_all(outcomes, portfolio.currency, demo=portfolio.demo)
        return Reply(
            text,
            row(Button("Other rules", "pick:rules"), Button("Bias report", "pick:biases")),
            image=Image(png, words.title(outcomes)),
            why=words.why(outcomes),
        )

    return finish
