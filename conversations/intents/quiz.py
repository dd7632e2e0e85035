"""“quiz”: four bets at most, which tell how much more a loss weighs than a gain."""

from __future__ import annotations

from conversations.actions import quizzing
from conversations.actions.quizzing import MOST, WIN, Answers
from conversations.elsewhere import known_to_others
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.trades import read_trades
from conversations.turn import Turn, offered
from conversations.wording import quiz as words
from conversations.wording.trades import demo_mark

FLOW = "quiz"
TAKING = frozenset({"yes", "y", "yep", "yeah", "sure", "ok", "okay", "take", "accept", "deal"}) | {
    f"{start}{end}"
    for start in ("", "i'd ", "i would ", "i'll ", "yes, i'd ", "yes i would ")
    for end in ("take it", "take the bet", "accept", "do it")
}
PASSING = frozenset(
    {"no", "n", "nope", "nah", "pass", "refuse", "decline", "skip", "no thanks"}
) | {
    f"{start}{end}"
    for start in ("i'd ", "i would ", "i'll ", "no, i'd ", "no i would ")
    for end in ("pass", "refuse", "decline", "not", "not take it", "not take the bet")
}


@intent(
    "quiz",
    label="Quiz",
    summary="See how much a loss weighs with you",
    group="habits",
    examples=("quiz", "loss aversion quiz", "take the quiz", "retake the quiz"),
    pattern=(
        r"/?((i want to |let me |can i |let's )?(take|start|do|play|continue|resume|redo|retake)? ?"
        r"(on )?(with )?(the |a |my )?((loss[ -]aversion|coin|bet|betting|risk) )?quiz"
        r"( again| please| me)?)\W*"
    ),
    rank=6,
    guess="offer",
)
async def quiz(turn: Turn, said: Details) -> Reply:
    """Start, or go on where it was left."""
    going = quizzing.unpack(turn.state.get(quizzing.KEY))
    if going is not None and going.given:
        turn.state["flow"] = FLOW
        return _ask(turn, going, words.resumed())
    return await _start(turn)


@intent(
    "forget_quiz",
    label="Forget my quiz",
    summary="Forget your quiz answers",
    examples=("forget my quiz", "delete my quiz answers"),
    pattern=r"/?(forget|delete|remove|undo|drop|erase) (my |the )?quiz( results?| answers?)?\W*",
)
async def forget(turn: Turn, said: Details) -> Reply:
    _leave(turn)
    if not await quizzing.forget(turn.work, turn.person):
        return Reply(words.nothing_kept(), row(Button("Take the quiz", "quiz:start")))
    return Reply(words.forgotten(), row(Button("Take it again", "quiz:start")))


@press("quiz")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``quiz:start``, ``quiz:forget``, ``quiz:2:take``: the answer to the third question."""
    place, _, verdict = said["data"].partition(":")
    if place == "forget":
        return await forget(turn, {})
    going = quizzing.unpack(turn.state.get(quizzing.KEY))
    if place == "start" or going is None:
        return await _start(turn)
    if place == str(len(going.given)) and verdict in ("take", "pass"):
        return await _take(turn, going, verdict == "take")
    turn.state["flow"] = FLOW  # a button of an earlier question: it is answered already
    return _ask(turn, going, words.resumed())


@flow(FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed answer to the bet that was shown last."""
    going = quizzing.unpack(turn.state.get(quizzing.KEY))
    if going is None:
        turn.state["flow"] = None
        return None
    said = " ".join(text.replace("’", "'").lower().split()).rstrip(" .!?")
    shown, answered = _shown(turn), said in TAKING | PASSING
    if answered and not shown:  # something else was asked in between
        return _ask(turn, going, words.resumed())
    if answered:
        return await _take(turn, going, said in TAKING)
    world = await turn.world()
    if (
        not shown
        or read_trades(text, world)
        or await known_to_others(text, said, world, asked=FLOW)
    ):
        return None
    return _ask(turn, going, words.yes_or_no())


def _shown(turn: Turn) -> bool:
    """Whether the buttons of the open bet are those offered last."""
    return any(one.data.startswith("quiz:") for line in offered(turn.state) for one in line)


async def _start(turn: Turn) -> Reply:
    answers = Answers(quizzing.unit(await _worth(turn)))
    turn.state["flow"], turn.state[quizzing.KEY] = FLOW, quizzing.pack(answers)
    return _ask(turn, answers, words.opening())


async def _worth(turn: Turn) -> float | None:
    """What the positions are worth at the last closes; None where that is not known."""
    prices = await turn.prices()
    total = 0.0
    for symbol, quantity, _ in await turn.work.positions.of(turn.portfolio.id):
        bar = prices.latest(symbol)
        total += float(quantity) * bar.close if bar is not None else 0.0
    return total or None


def _ask(turn: Turn, answers: Answers, before: str) -> Reply:
    loss = answers.question
    assert loss is not None, "a finished quiz is not kept"
    place = len(answers.given)
    text = words.question(
        place + 1,
        MOST,
        quizzing.money(answers, WIN),
        quizzing.money(answers, loss),
        turn.portfolio.currency,
        again=answers.again,
    )
    buttons = (Button(words.TAKE, f"quiz:{place}:take"), Button(words.PASS, f"quiz:{place}:pass"))
    lines = [one for one in (before, text) if one]
    return Reply(demo_mark(demo=turn.portfolio.demo) + "\n".join(lines), row(*buttons))


async def _take(turn: Turn, answers: Answers, taken: bool) -> Reply:
    answers = answers.with_(taken)
    if answers.question is not None:
        turn.state["flow"], turn.state[quizzing.KEY] = FLOW, quizzing.pack(answers)
        return _ask(turn, answers, "")
    _leave(turn)
    found = answers.result()
    await quizzing.keep(turn.work, turn.person, found, turn.now)
    text = words.result(
        quizzing.weight(found), found, answers.unit, turn.portfolio.currency, agree=answers.agree
    )
    return Reply(
        text,
        row(
            Button("Bias report", "pick:biases"),
            Button("Take it again", "quiz:start"),
            Button("Forget it", "quiz:forget"),
        ),
        why=words.why(),
    )


def _leave(turn: Turn) -> None:
    turn.state.pop(quizzing.KEY, None)
    if turn.state.get("flow") == FLOW:
        turn.state["flow"] = None
