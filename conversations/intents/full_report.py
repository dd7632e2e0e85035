"""“full report”: the last test on the past as a page of its own, or as a PDF."""

from __future__ import annotations

from uuid import UUID

from conversations.actions.backtesting import backtests, reports
from conversations.intents import Details, intent, press
from conversations.messages import Button, Document, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import backtest as words
from storage.unit_of_work import UnitOfWork

HTML, PDF = "html", "pdf"


@intent(
    "full_report",
    label="Full report",
    summary="Get the full report of a test",
    examples=("full report", "full report (HTML)", "report as pdf", "send me the pdf"),
    pattern=(
        r"/?(?:(?:send (?:me )?|show (?:me )?|get )?(?:the |a )?full (?:back-?test )?report"
        r"(?: \(?(?:as )?(?:an? )?(?P<kind>html|pdf)\)?)?"
        r"|(?:the )?(?:back-?test )?report as (?:an? )?(?P<kind2>html|pdf)"
        r"|send (?:me )?(?:the |a )?(?P<kind3>pdf|html))\W*"
    ),
    guess="take",
)
async def full_report(turn: Turn, said: Details) -> Reply:
    asked = next((said[key] for key in ("kind", "kind2", "kind3") if said.get(key)), HTML)
    return await _ask(turn, asked.casefold())


@press("full_report")
async def pressed(turn: Turn, said: Details) -> Reply:
    return await _ask(turn, PDF if said["data"] == PDF else HTML)


async def _ask(turn: Turn, kind: str) -> Reply:
    outcome = await backtests.last(turn, turn.state.get(backtests.LAST))
    if outcome is None:
        return Reply(words.how_to_ask(), row(Button("60/40 vs mine", "backtest:sixty")))
    details = {"portfolio": str(turn.portfolio.id), "backtest": outcome.id, "kind": kind}
    turn.later.append(("full_report", details))
    return Reply(words.writing_report(kind))


@task("full_report")
async def write_report(job: Job) -> Finish:
    details = job.task.details
    outcome = await backtests.kept(job.desk, UUID(details["portfolio"]), details["backtest"])
    kind = details["kind"]
    data = b"" if outcome is None else await job.desk.compute(reports.write, outcome, kind)

    async def finish(work: UnitOfWork) -> Reply:
        if outcome is None:
            return Reply(words.how_to_ask())
        other = Button("As PDF", "full_report:pdf") if kind == HTML else None
        media = "application/pdf" if kind == PDF else "text/html"
        return Reply(
            words.report_ready(outcome, kind, len(data)),
            row(*([other] if other else []), Button("Yearly table", "pick:yearly_table")),
            document=Document(f"backtest-{outcome.id}.{kind}", media, data),
        )

    return finish
