"""“rebalance me, max 10% in one stock”: a portfolio within the limits, and what it takes."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from conversations.actions.allocation import drawing, offering, optimising, proposals, wishes
from conversations.actions.allocation.optimising import Opened, choosable
from conversations.actions.allocation.proposals import (
    Proposed,
    Question,
    Tested,
)
from conversations.actions.allocation.wishes import Wishes
from conversations.intents import Details, intent, press
from conversations.intents import known as intents
from conversations.messages import Button, Image, Reply, row
from conversations.reading.demands import Limit, read_demands
from conversations.reading.ways import names, read_way
from conversations.refusals import refuse
from conversations.tasks import Finish, Job, task
from conversations.turn import TOPIC, Turn, begin_for
from conversations.wording import limits as limit_words
from conversations.wording import optimisation as words
from conversations.wording import trades
from storage.unit_of_work import UnitOfWork

MILDER = 0.3  # of the turnover that was proposed before: "less change"
LEAST_TURNOVER = 0.01
TESTED = frozenset({"backtest", "change_backtest"})  # after these a way is one more to test
_ALSO = re.compile(r"(?i)\W*(?:and |but |ok |so )*(?:what about|how about|and|versus|vs) ")
_LEAD = (
    r"(?:please |can you |could you |would you |let'?s |i want (?:you )?to |i'd like (?:you )?to "
    r"|help me |how (?:can|could|should|do|would) i |now |ok |and )?"
)
_OBJECT = r"(?: (?:me|it|us|everything|all|(?:my|the|our) (?:portfolio|holdings|money|weights)))?"
_REST = r"(?P<rest>[\s,:;.-].{0,500})?"


@intent(
    "optimise",
    label="Rebalance",
    summary="Get a portfolio within your limits",
    group="proposals",
    examples=(
        "rebalance me, max 10% in one stock",
        "optimise my portfolio",
        "minimum variance",
        "risk parity, at most 20% each",
        "lower my risk",
    ),
    pattern=(
        r"/?(?!.*\b(?:bought|sold|purchased)\b)"
        rf"(?:{_LEAD}(?:re-?balance|optimi[sz]e|re-?allocate){_OBJECT}{_REST}"
        rf"|{_LEAD}(?:propose|suggest|find|build|make|compute|show)(?: me| us)? "
        r"(?:an? |the |some )?(?:better |new |other |good |best |efficient |optimal )?"
        rf"(?:portfolio|weights|allocation|proposal)(?P<rest2>[\s,:;.-].{{0,500}})?"
        r"|propose(?: (?:something|one))?"
        rf"|{_LEAD}(?:reduce|lower|cut|lessen) (?:my |the |this )?(?:risk|volatility|swings)"
        r"(?P<rest3>[\s,:;.-].{0,500})?"
        rf"|{_LEAD}(?:use |choose |try |what about |how about )?"
        rf"(?P<way>(?:{names()})(?: portfolio| weights)?)(?P<rest4>[\s,:;.-].{{0,500}})?)"
    ),
    rank=5,
    guess="take",
)
async def optimise(turn: Turn, said: Details) -> Reply:
    """Limits that are said with it are remembered; what is not understood is said."""
    if turn.topic in TESTED and said.get("way") and _ALSO.match(turn.message.text):
        change = next(one for one in intents() if one.name == "change_backtest")
        return await change.handler(turn, {"said": f"vs {said['way']}"})
    text = " ".join(
        said[key] for key in ("way", "rest", "rest2", "rest3", "rest4") if said.get(key)
    )
    way, rest = read_way(text)
    demanded = read_demands(rest, await turn.world())
    known = wishes.kept(turn.person, turn.portfolio)
    known = Wishes(wishes.with_limits(known.limits, demanded.limits), known.beliefs, known.goals)
    if demanded.limits:
        await wishes.keep(turn.work, turn.person, turn.portfolio, known)
    method = way.method or proposals.HABITS
    question = Question(method, dict(way.parameters), bool(way.everything))
    notes = [limit_words.remembered(demanded.limits)] if demanded.limits else []
    if demanded.rest or demanded.indexes:
        notes.append(limit_words.not_understood(demanded.rest, demanded.indexes))
    return await ask(turn, question, known.limits, "\n".join(notes))


async def ask(turn: Turn, question: Question, known: tuple[Limit, ...], note: str = "") -> Reply:
    """Promise the answer to ``question``."""
    held = await turn.work.positions.of(turn.portfolio.id)
    if not held:
        buttons = row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade"))
        return Reply(words.nothing_held(), buttons)
    kind = "goals" if question.method in wishes.GOAL_WAYS else "optimise"
    turn.state[TOPIC] = "optimise"
    turn.later.append((kind, {"question": proposals.pack(question), "note": note}))
    working = words.working(len(held), question, known)
    return Reply(f"{trades.demo_mark(demo=turn.portfolio.demo)}{working}")


@intent(
    "all_shares",
    label="Use all shares",
    summary="Choose from all shares with prices",
    examples=("use all shares", "with all stocks", "choose from all shares"),
    pattern=(
        r"/?((please )?((and )?(now )?(use|with|from|choose from|among|take|try) )"
        r"(all|any|every|other|new)( (of )?(the|your|my))? (shares?|stocks?|names|companies)"
        r"( (that )?(you|i) (know|have prices (of|for)))?)( please)?\W*"
    ),
    guess="offer",
)
async def all_shares(turn: Turn, said: Details) -> Reply:
    return await pressed(turn, {"data": "all"})


@press("optimise")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``optimise:``, ``optimise:all``, ``optimise:black_litterman``: as if it had been said."""
    known = wishes.kept(turn.person, turn.portfolio)
    name = said["data"]
    if name == "all":
        question = proposals.unpack(optimising.last(turn).get("question"))
        question = Question(question.method, question.parameters, everything=True)
    else:
        question = Question(name) if name == proposals.VIEWS else Question()
    return await ask(turn, question, known.limits)


@press("relax")
async def relax(turn: Turn, said: Details) -> Reply:
    """``relax:upper:*:0.17``: a limit gives way by as much as is needed, and is kept so."""
    key, _, value = said["data"].rpartition(":")
    known = wishes.kept(turn.person, turn.portfolio)
    question = proposals.unpack(optimising.last(turn).get("question"))
    relaxed = wishes.relaxed(known.limits, key, float(value)) if _is_share(value) else None
    if relaxed is None:
        return Reply(words.how_to_ask())
    if key == "turnover" and question.turnover is not None:
        question = question.milder(float(value) / 2)
    else:
        changed = Wishes(relaxed, known.beliefs, known.goals)
        await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    return await ask(turn, question, relaxed)


def _is_share(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal() and float(value) <= 1e4


@intent(
    "less_change",
    label="Less change",
    summary="The same with fewer trades",
    examples=("less change", "fewer trades", "even less"),
    pattern=(
        r"/?((with |make |and )?(even |much |a bit )?(less|fewer|smaller) "
        r"(changes?|trades|trading|turnover)|(even|still) (less|fewer)|too (much|many) "
        r"(changes?|trades|trading|turnover)|gentler|milder)( please)?\W*"
    ),
    guess="offer",
)
async def less_change(turn: Turn, said: Details) -> Reply:
    last = optimising.last(turn)
    question, turnover = proposals.unpack(last.get("question")), last.get("turnover")
    known = wishes.kept(turn.person, turn.portfolio).limits
    if not turnover:
        return Reply(words.how_to_ask(), row(Button("Rebalance", "optimise:")))
    cap = max(round(float(turnover) * MILDER, 2), LEAST_TURNOVER)
    return await ask(turn, question.milder(cap), known)


@task("optimise")
async def work_out(job: Job) -> Finish:
    """Read, work out, then test; the message says how far it is."""
    details = job.task.details
    question = proposals.unpack(details["question"])
    opened = await optimising.open_situation(job.desk, UUID(details["portfolio"]), job.now)
    found = await job.desk.compute(optimising.propose, opened.situation, question)
    tested, png = None, b""
    if isinstance(found, Proposed):
        if found.recommendation.moves and question.turnover is None:
            await optimising.show(job, words.testing())
            tested = await job.desk.compute(optimising.look_at_unseen, opened.situation, question)
        png = await job.desk.compute(
            drawing.draw_proposal, found, words.title(found), words.subtitle(found)
        )

    async def finish(work: UnitOfWork) -> Reply:
        turn = await begin_for(job.task, work, job.now, job.desk)
        await offering.offer(turn, opened, found, details["question"])
        if isinstance(found, Proposed):
            return _reply(opened, found, tested, png, details["note"])
        refused = refuse(opened, found, question)
        note = details["note"]
        return replace(refused, text=f"{refused.text}\n{note}") if note else refused

    return finish


def _reply(opened: Opened, found: Proposed, tested: Tested | None, png: bytes, note: str) -> Reply:
    situation, demo = opened.situation, opened.portfolio.demo
    left_out = words.left_out(situation.elsewhere, found.dropped, list(situation.held))
    notes = [one for one in (left_out, note) if one]
    if found.unused:
        notes.append(limit_words.unused(found.unused))
    too_old = offering.is_too_old(opened, found)
    if known_until := words.old_prices(
        optimising.closes_of(situation), situation.until, too_old=too_old
    ):
        notes.append(known_until)
    if found.question.turnover is not None:
        cap = found.question.turnover
        text = words.milder(found, cap, situation.wishes.limits, situation.currency, demo=demo)
        text = "\n".join([text, *notes])
    else:
        text = words.proposal(
            found, tested, situation.wishes.limits, situation.currency, demo=demo, notes=notes
        )
    return Reply(
        text,
        row(*_buttons(opened, found, too_old=too_old)),
        image=Image(png, f"{words.title(found)}."),
        why=words.why(found, tested),
    )


def _buttons(opened: Opened, found: Proposed, *, too_old: bool) -> list[Button]:
    if not found.recommendation.moves:
        more = choosable(opened.situation, found.question)
        use_all = [Button("Use all shares", "optimise:all")] if more else []
        return [*use_all, Button("Portfolio", "pick:holdings")]
    milder = "Even less" if found.question.turnover is not None else "Less change"
    first = Button("Trade list", "pick:trade_list")
    return [
        Button("Refresh prices", "refresh:") if too_old else first,
        Button(milder, "pick:less_change"),
        Button("How did it do?", "pick:tested"),
        Button("Why?", "pick:why"),
        Button("Dismiss", "pick:dismiss"),
    ]
