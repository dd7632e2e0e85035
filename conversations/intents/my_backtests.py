"""“my backtests”: tests that were made, opened again, and shared by their id."""

from __future__ import annotations

from uuid import UUID

from conversations.actions.backtesting import backtests
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.results import show
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import backtest as words
from storage.unit_of_work import UnitOfWork

SHOWN = 6


@intent(
    "my_backtests",
    label="My backtests",
    summary="See earlier tests on the past",
    group="past",
    examples=("my backtests", "show my tests", "earlier backtests"),
    pattern=r"/?(?:(?:show|list|see) )?(?:my |earlier |old |saved )(?:back-?tests|tests)\W*",
    guess="take",
)
async def my_backtests(turn: Turn, said: Details) -> Reply:
    found = await turn.work.backtests.of(turn.portfolio.id, SHOWN)
    buttons = [Button(f"Open {n}", f"backtest_open:{one.id}") for n, one in enumerate(found, 1)]
    text = words.saved([(one.id, one.title) for one in found])
    return Reply(text, row(*(buttons or [Button("60/40 vs mine", "backtest:sixty")])))


@press("backtest_open")
async def opened(turn: Turn, said: Details) -> Reply:
    return _open(turn, said["data"])


@intent(
    "open_backtest",
    label="Open a test",
    summary="Open a test that was shared with you",
    examples=("open backtest nfxovhkod3", "show backtest nfxovhkod3"),
    pattern=r"/?(?:open|show|see) (?:back-?test|test) (?P<id>[a-z2-7]{10})",
    guess="offer",
)
async def open_backtest(turn: Turn, said: Details) -> Reply:
    return _open(turn, said.get("id", "").lower())


def _open(turn: Turn, id: str) -> Reply:
    turn.later.append(("open_backtest", {"portfolio": str(turn.portfolio.id), "backtest": id}))
    return Reply(words.opening())


@task("open_backtest")
async def draw_again(job: Job) -> Finish:
    details = job.task.details
    outcome = await backtests.kept(job.desk, UUID(details["portfolio"]), details["backtest"])
    png = b""
    if outcome is not None:
        title, subtitle = words.title(outcome), words.subtitle(outcome)
        png = await job.desk.compute(backtests.draw, outcome, title, subtitle)

    async def finish(work: UnitOfWork) -> Reply:
        if outcome is None:
            return Reply(words.no_such(), row(Button("My backtests", "pick:my_backtests")))
        turn = await begin_for(job.task, work, job.now, job.desk)
        turn.state[backtests.LAST] = outcome.id
        await turn.keep_state()
        return show(outcome, png, words.name(outcome))

    return finish


@intent(
    "share_backtest",
    label="Share the test",
    summary="Let others open your last test by its id",
    examples=("share this backtest", "share it with my team", "stop sharing this backtest"),
    pattern=(
        r"/?(?P<stop>(?:stop|end) )?shar(?:e|ing) (?:(?:this|that|the|my)(?: last)? "
        r"(?:back-?test|test|result)|it with (?:my |the |our )?(?:team|club|friends?|others))\W*"
    ),
    guess="offer",
)
async def share_backtest(turn: Turn, said: Details) -> Reply:
    """What shows holdings or trades is shared after a second yes only."""
    outcome = await backtests.last(turn, turn.state.get(backtests.LAST))
    if outcome is None:
        return Reply(words.how_to_ask(), row(Button("My backtests", "pick:my_backtests")))
    if not await _is_owner(turn):
        return Reply(words.only_owners_share())
    if said.get("stop"):
        await turn.work.backtests.share(turn.portfolio.id, outcome.id, None)
        return Reply(words.unshared(), row(Button("Share again", "pick:share_backtest")))
    if outcome.personal:
        buttons = row(Button("Share it", f"share:{outcome.id}"), Button("No", "share:no"))
        return Reply(words.sharing_shows_holdings(), buttons)
    return await _share(turn, outcome.id)


@press("share")
async def share(turn: Turn, said: Details) -> Reply:
    if said["data"] == "no":
        return Reply(words.not_shared())
    return await _share(turn, said["data"])


async def _is_owner(turn: Turn) -> bool:
    """What a team holds is shown to others by its owners alone."""
    access = await turn.work.members.access(turn.person.id, turn.portfolio.id)
    return access is not None and access.role == "owner"


async def _share(turn: Turn, id: str) -> Reply:
    if not await _is_owner(turn):
        return Reply(words.only_owners_share())
    if not await turn.work.backtests.share(turn.portfolio.id, id, turn.now):
        return Reply(words.no_such(), row(Button("My backtests", "pick:my_backtests")))
    return Reply(words.shared(id), row(Button("Stop sharing", f"unshare:{id}")))


@press("unshare")
async def unshare(turn: Turn, said: Details) -> Reply:
    if not await _is_owner(turn):
        return Reply(words.only_owners_share())
    await turn.work.backtests.share(turn.portfolio.id, said["data"], None)
    return Reply(words.unshared())
