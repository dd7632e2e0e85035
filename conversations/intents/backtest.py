"""“backtest 60/40 vs my portfolio since 2015”: a test on the past, and what is changed about it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from conversations.actions.backtesting import backtests, fields, trials
from conversations.actions.backtesting.outcomes import Stuck
from conversations.elsewhere import TESTED
from conversations.intents import Details, intent, known, press
from conversations.messages import Button, Reply, row
from conversations.reading.contenders import Contender, Contest, read_contender
from conversations.reading.meaning import World
from conversations.reading.trials import (
    Trial,
    from_the_start,
    read_trial,
    speaks_of_the_start,
)
from conversations.results import show
from conversations.tasks import Finish, Job, task
from conversations.turn import TOPIC, Turn, begin_for
from conversations.wording import backtest as words
from conversations.wording import stuck as stuck_words
from conversations.wording.figures import percent
from engine.backtest.panel import Trouble, Way
from storage.unit_of_work import UnitOfWork

KEY = "trial"  # of the chat's memory
DOUBTED = "trial_doubted"  # of the chat's memory: a trial whose costs nobody pays
DOUBTFUL = 0.05  # of the money traded; private investors pay a twentieth of that, or less
_MINE = Contender(Contest.NOW, "mine")


@intent(
    "backtest",
    label="Backtest",
    summary="Test an idea on the past",
    group="past",
    examples=(
        "backtest 60/40 vs my portfolio since 2015",
        "backtest",
        "backtest my portfolio",
        "how would 50% AAPL 50% KO have done since 2010?",
        "test equal weight against minimum variance since 2000",
    ),
    pattern=(
        r"/?(?:(?:please |can you |let'?s |i want to )?(?:back-?test|back test|simulate)"
        r"(?! (?:both|it|the proposal)\W*$)(?P<rest>[\s:,].{1,390})?"
        r"|test (?P<rest2>.{1,300} (?:vs\.?|versus|against) .{1,200})"
        r"|(?:how|what) would (?P<rest3>.{1,300}?) "
        r"have (?:done|performed|returned|made|earned|grown(?: to)?|become|turned into|come to)"
        r"(?P<when>[\s,].{1,90})?)"
    ),
    rank=6,
    guess="take",
)
async def backtest(turn: Turn, said: Details) -> Reply:
    text = " ".join(said[key] for key in ("rest", "rest2", "rest3", "when") if said.get(key))
    text = await _dated(turn, text)
    trial, rest = read_trial(text, await turn.world())
    if rest:
        return Reply(words.not_understood(rest), row(Button("My portfolio", "backtest:mine")))
    if not trial.contenders:
        if not text.strip():
            return Reply(words.how_to_ask(), _ideas())
        trial = replace(trial, contenders=(_MINE,))
    return await ask(turn, trial)


def _ideas() -> tuple[tuple[Button, ...], ...]:
    return row(
        Button("60/40 vs mine", "backtest:sixty"),
        Button("My real trades vs market", "backtest:trades"),
        Button("My portfolio", "backtest:mine"),
    )


@press("backtest")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``backtest:sixty``: one of the ideas; ``backtest:own``: the last trial with real trades."""
    ideas = {
        "sixty": "60/40 vs my portfolio",
        "trades": "my real trades vs the market",
        "mine": "my portfolio vs the market",
        "own": "use my real trades",
    }
    text = ideas.get(said["data"])
    before = trials.unpack(turn.state.get(KEY)) if said["data"] == "own" else None
    if text is None:
        return Reply(words.how_to_ask(), _ideas())
    return await ask(turn, read_trial(text, await turn.world(), before)[0])


def _changes(text: str, world: World) -> Details | None:
    """A follow-up that changes the terms of a trial and says nothing else: "fees 0.5%"; or one
    that names somebody else to test: "what about KO"."""
    if (also := _ALSO.match(text.strip())) is not None:
        contender, rest = read_contender(also["what"].strip(), world)
        if contender is not None and not rest:
            return {"said": text, "also": also["what"].strip()}
        if _UNKNOWN.fullmatch(also["what"].strip()):
            return {"unknown": also["what"].strip()}
    before = Trial(contenders=(_MINE,))
    trial, rest = read_trial(from_the_start(text, world.today), world, before)
    other = trial.contenders != before.contenders and not text.lower().startswith(_VERSUS)
    return None if rest or other or trial == before else {"said": text}


_ALSO = re.compile(r"(?i)(?:and |but |ok |so )*(?:what|how) about (?P<what>.{2,120}?)\W*$")


# Ways to invest that people ask for and that cannot be tested with the prices there are.
_UNKNOWN = re.compile(
    r"(?i)(?:buying )?(?:momentum|(?:deep )?value|growth|quality|small[- ]caps?|high[- ]dividends?|"
    r"dividends?|low[- ]vol(?:atility)?|factors?|trend[- ]following|market timing|options?)"
    r"(?: (?:stocks?|shares?|companies|investing|strategy|factors?))?"
)


async def _dated(turn: Turn, text: str) -> str:
    """With "since I started" as a day; as it was where nothing is recorded."""
    if not speaks_of_the_start(text):
        return text
    recorded = await turn.work.trades.of(turn.portfolio.id)
    return from_the_start(text, min(one.at for one in recorded).date()) if recorded else text


_VERSUS = ("vs", "versus", "against", "compare", "use my", "with my real", "and vs", "and against")


@intent(
    "change_backtest",
    label="Change the test",
    summary="Change the period, costs or rebalancing of a test",
    examples=("what about fees 0.5%", "since 2008", "quarterly", "against the market"),
    recognise=_changes,
    guess="take",
)
async def change_backtest(turn: Turn, said: Details) -> Reply:
    if unknown := said.get("unknown"):
        return Reply(words.not_understood(unknown), row(Button("My portfolio", "backtest:mine")))
    before = trials.unpack(turn.state.get(KEY))
    text = await _dated(turn, said.get("said", ""))
    if also := said.get("also"):
        if turn.topic not in TESTED:
            return await _of_a_share(turn, also)
        text = f"vs {also}"
    if before is None:
        return Reply(words.how_to_ask(), _ideas())
    trial, _ = read_trial(text, await turn.world(), before)
    if trial == before:
        return Reply(words.how_to_change(), row(*_periods()))
    return await ask(turn, trial)


async def _of_a_share(turn: Turn, named: str) -> Reply:
    """ "what about KO" where no test was spoken about: what it costs, if it is a share."""
    price = next(one for one in known() if one.name == "price")
    return await price.handler(turn, {"named": named})


def _periods() -> tuple[Button, ...]:
    return (
        Button("Since 2000", "period:2000"),
        Button("Since 2008", "period:2008"),
        Button("Last 5 years", "period:5"),
    )


@press("period")
async def period(turn: Turn, said: Details) -> Reply:
    before = trials.unpack(turn.state.get(KEY))
    told = {"2000": "since 2000", "2008": "since 2008", "5": "the last 5 years"}.get(said["data"])
    if before is None or told is None:
        return Reply(words.how_to_change(), row(*_periods()))
    return await ask(turn, read_trial(told, await turn.world(), before)[0])


async def ask(turn: Turn, trial: Trial, *, sure: bool = False) -> Reply:
    """Promise the answer, and remember what was asked; a rate that nobody pays is doubted once."""
    turn.state[TOPIC] = "backtest"
    if trial.rate > DOUBTFUL and not sure:
        turn.state[DOUBTED] = trials.pack(trial)
        likely = Button(percent(trial.rate / 100, 2), "rate:hundredth")
        return Reply(
            words.costly(trial.rate),
            row(likely, Button(f"Yes, {percent(trial.rate)}", "rate:keep")),
        )
    turn.state[KEY] = trials.pack(trial)
    details = {"portfolio": str(turn.portfolio.id), "trial": trials.pack(trial)}
    turn.later.append(("backtest", details))
    return Reply(words.working(trial, turn.portfolio.currency, demo=turn.portfolio.demo))


@press("rate")
async def rate(turn: Turn, said: Details) -> Reply:
    """``rate:hundredth``, ``rate:keep``: what was meant by costs of half of all that is traded."""
    doubted = trials.unpack(turn.state.pop(DOUBTED, None))
    if doubted is None or said["data"] not in ("hundredth", "keep"):
        return Reply(words.how_to_change(), row(*_periods()))
    if said["data"] == "hundredth":
        doubted = replace(doubted, rate=doubted.rate / 100)
    return await ask(turn, doubted, sure=True)


@task("backtest")
async def run_backtest(job: Job) -> Finish:
    details = job.task.details
    trial = trials.unpack(details["trial"])
    assert trial is not None, "tasks are done by the version that promised them, or fail"
    made = await backtests.make(job, UUID(details["portfolio"]), trial)

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(made.outcome, Stuck):
            return _decide(made.outcome, trial)
        await backtests.keep(work, made, job)
        turn = await begin_for(job.task, work, job.now, job.desk)
        turn.state[backtests.LAST] = made.outcome.id
        await turn.keep_state()
        return show(made.outcome, made.png)

    return finish


_BEGIN = (Button("Try the demo", "pick:demo"), Button("Record a trade", "pick:trade"))
_OFFERS = {
    Trouble.STARTS_LATE: ((Way.START_THERE, "Start there"), (Way.LEAVE_OUT, "Leave it out")),
    Trouble.ENDS_EARLY: ((Way.ACCEPT, "Pay out at the end"), (Way.LEAVE_OUT, "Leave it out")),
    Trouble.GAPS: ((Way.ACCEPT, "Keep the last price"), (Way.LEAVE_OUT, "Leave it out")),
    Trouble.JUMP: ((Way.ACCEPT, "Believe the jump"), (Way.LEAVE_OUT, "Leave it out")),
    Trouble.NO_VOLUME: ((Way.ACCEPT, "Trade anyway"), (Way.LEAVE_OUT, "Leave it out")),
    Trouble.NO_PRICES: ((Way.LEAVE_OUT, "Leave it out"),),
}


def _decide(stuck: Stuck, trial: Trial) -> Reply:
    """One question at a time: what to do about the first symbol with a trouble."""
    if stuck.reason != "prices":
        dated = stuck.reason in stuck_words.OF_DAYS
        return Reply(stuck_words.sentence(stuck), row(*(_periods() if dated else _BEGIN)))
    first = stuck.problems[0]
    buttons = [
        Button(label, f"way:{way.name}:{first.symbol}"[:64])
        for way, label in _OFFERS[first.trouble]
    ]
    if first.trouble is Trouble.STARTS_LATE:
        buttons.append(Button("Proxy: the index", f"way:{Way.PROXY.name}:{first.symbol}"[:64]))
    return Reply(stuck_words.sentence(stuck), row(*buttons))


@press("way")
async def decide(turn: Turn, said: Details) -> Reply:
    """``way:LEAVE_OUT:RIVN``: what to do about the prices of a symbol, for this trial."""
    name, _, symbol = said["data"].partition(":")
    before = trials.unpack(turn.state.get(KEY))
    if before is None or name not in Way.__members__ or not symbol:
        return Reply(words.how_to_ask(), _ideas())
    way = Way[name]
    proxy = fields.INDEX if way is Way.PROXY else ""
    ways: dict[str, Any] = {**before.ways, symbol: (way.value, proxy)}
    return await ask(turn, replace(before, ways=ways))
