"""A file that nobody knows: which of its columns is what, asked, done and remembered."""

from __future__ import annotations

from conversations.actions.files import column_questions as asking
from conversations.actions.files import importing
from conversations.actions.files.column_questions import SIGN, Choice
from conversations.actions.files.importing import NotText, TooBig
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import importing as files
from conversations.wording import mapping as words
from engine.broker_files.locale import Order
from storage.unit_of_work import UnitOfWork

FLOW = "mapping"


@press("map")
async def map_file(turn: Turn, said: Details) -> Reply:
    file = said["data"]
    turn.later.append(("describe_file", {"file": file, "portfolio": str(turn.portfolio.id)}))
    return Reply(files.reading("its columns"), replaces=f"file:{file}", key=f"file:{file}")


@task("describe_file")
async def describe_file(job: Job) -> Finish:
    file = job.task.details["file"]
    async with job.desk.storage.transaction() as work:
        upload = await work.uploads.get(file, channel=job.task.channel, chat=job.task.chat)
    unknown = None
    try:
        unknown = await job.desk.compute(importing.describe_file, upload[1]) if upload else None
    except (NotText, TooBig):
        upload = None

    async def finish(work: UnitOfWork) -> Reply:
        if upload is None:
            return Reply(files.gone())
        if unknown is None:
            return Reply(files.no_table(upload[0]))
        turn = await begin_for(job.task, work, job.now, job.desk)
        turn.state["mapping"] = asking.begin(file, unknown, turn.person.day_first)
        turn.state["flow"] = FLOW
        reply = await _go_on(turn)
        await turn.keep_state()
        for kind, details in turn.later:
            here = job.task
            await work.tasks.add(kind, here.channel, here.chat, here.person, details)
        return reply

    return finish


@press("column")
async def column(turn: Turn, said: Details) -> Reply:
    """``column:date:1``: the second answer that was offered to the question about the date."""
    state = turn.state.get("mapping")
    wanted, _, place = said["data"].partition(":")
    if state is None or wanted != asking.upcoming(state):
        return Reply(files.gone() if state is None else words.choose())
    offered = asking.choices(state, wanted)
    if not place.isdecimal() or int(place) >= len(offered):
        return Reply(words.choose())
    asking.answer(state, wanted, offered[int(place)])
    return await _go_on(turn)


@flow(FLOW)
async def typed(turn: Turn, text: str) -> Reply | None:
    """A column that was typed instead of pressed; anything else is for others."""
    state = turn.state.get("mapping")
    wanted = asking.upcoming(state) if state else None
    if state is None or wanted is None:
        return None
    said = " ".join(text.lower().split())
    offered = asking.choices(state, wanted)
    named = [one for one in offered if said in (one.column, _label(one).lower())]
    if len(named) != 1:
        return None
    asking.answer(state, wanted, named[0])
    return await _go_on(turn)


async def _go_on(turn: Turn) -> Reply:
    """The next question, or the file read as it was described."""
    state = turn.state["mapping"]
    file, wanted = state["file"], asking.upcoming(state)
    if wanted is None:
        return await _finish(turn)
    offered = asking.choices(state, wanted)
    if not offered or (offered[0].column == SIGN and not state["signed"]):
        turn.state["flow"] = turn.state["mapping"] = None
        return Reply(words.no_column(wanted), row(Button("Known brokers", "pick:brokers")))
    questions = asking.asked(state)
    buttons = [
        Button(_label(one), f"column:{wanted}:{place}")
        for place, one in enumerate(offered)
        if one.column != SIGN or state["signed"]
    ]
    text = words.ask(
        _question(state["guesses"].get(wanted, ""), wanted, offered[0]),
        questions.index(wanted) + 1,
        len(questions),
        state["sample"],
    )
    return Reply(text, row(*buttons, Button("Cancel", "unmap:")), key=f"file:{file}")


def _question(guess: str, wanted: str, first: Choice) -> str:
    if guess and first.order:
        return words.ask_order(first.shown)
    return words.ask_decimal() if guess and first.decimal else words.WANTED[wanted]


def _label(one: Choice) -> str:
    if one.column == SIGN:
        return words.BY_SIGN
    more = ""
    if one.order:
        more = f", {words.DAY_FIRST if one.order == Order.DAY_FIRST else words.MONTH_FIRST}"
    elif one.decimal:
        more = f", {words.COMMA if one.decimal == ',' else words.POINT}"
    return f"{one.shown[:20]}{more}"


async def _finish(turn: Turn) -> Reply:
    state = turn.state["mapping"]
    mapping = asking.complete(state)
    packed = importing.pack_mapping(mapping)
    await turn.work.layouts.keep(turn.person.id, state["header"], packed, turn.now)
    turn.state["flow"] = turn.state["mapping"] = None
    turn.state["layout"] = state["header"]
    details = {
        "file": state["file"],
        "portfolio": str(turn.portfolio.id),
        "mapped": state["header"],
    }
    turn.later.append(("read_file", details))
    shown = {ours: asking.shown_of(state, name) for ours, name in mapping.columns.items()}
    return Reply(words.mapped(shown), key=f"file:{state['file']}")


@press("unmap")
async def leave(turn: Turn, said: Details) -> Reply:
    turn.state["flow"] = turn.state["mapping"] = None
    return Reply(files.dropped())


@intent(
    "forget_layout",
    label="Forget layout",
    summary="Forget how you described a file",
    examples=("forget that layout", "forget my layouts", "forget the file layout"),
    pattern=r"/?forget (?P<all>all )?(that|this|the|my|of)? ?(file |csv )?layouts?\W*",
)
async def forget(turn: Turn, said: Details) -> Reply:
    """The one described last; all of them where that was said."""
    known = await turn.work.layouts.of(turn.person.id)
    last = turn.state.get("layout")
    which = None if said.get("all") else last if last in known else next(iter(known), None)
    if not known:
        return Reply(words.none_known())
    gone = await turn.work.layouts.forget(turn.person.id, which)
    turn.state["layout"] = None
    return Reply(words.forgotten(gone))
