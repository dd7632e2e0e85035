"""The quiz: bets one after the other, halved until the border is found; stored, used, forgotten."""

from __future__ import annotations

from itertools import product
from math import isclose, log

import pytest

from conversations.actions import quizzing
from conversations.actions.quizzing import Answers
from engine.biases.loss_aversion import score_quiz
from engine.record.context import Quiz
from tests.conversations.talk import Talk


def answer_all(border: int, *, slip: bool = False) -> Answers:
    """Somebody who takes every bet that loses up to ``border`` per cent; at the end they slip."""
    answers = Answers(100.0)
    while (loss := answers.question) is not None:
        taken = loss <= border
        answers = answers.with_(taken != (slip and answers.again))
    return answers


@pytest.mark.parametrize(
    ("border", "accepted", "rejected"),
    [(1, None, 2), (2, 2, 3), (3, 3, 4), (4, 4, 5), (5, 5, 6), (6, 6, 7), (7, 7, None)],
)
def test_the_border_is_found_in_four_questions(
    border: int, accepted: float | None, rejected: float | None
) -> None:
    answers = answer_all(border)
    assert len(answers.given) <= quizzing.MOST
    assert answers.agree
    assert answers.result() == Quiz(accepted, rejected)
    unsure = answer_all(border, slip=True)
    assert not unsure.agree
    wide = quizzing.weight(unsure.result())
    sure = quizzing.weight(answers.result())
    assert wide[2] / wide[1] > sure[2] / sure[1], "who contradicts themselves is known less well"


@pytest.mark.parametrize("given", list(product([True, False], repeat=quizzing.MOST)))
def test_whatever_is_answered_ends_with_a_result(given: tuple[bool, ...]) -> None:
    answers = Answers(100.0)
    for taken in given:
        if answers.question is None:
            break
        answers = answers.with_(taken)
        assert quizzing.unpack(quizzing.pack(answers)) == answers
    assert answers.question is None
    middle, low, high = quizzing.weight(answers.result())
    assert 0.5 < low < middle < high < 10
    assert isclose(log(middle), score_quiz(answers.result())[0])


def test_the_stakes_are_round_and_matter() -> None:
    assert quizzing.unit(None) == 100.0
    assert quizzing.unit(40.0) == 10.0
    assert quizzing.unit(102_517.0) == 1000.0
    assert quizzing.unit(73_000.0) == 500.0
    assert quizzing.unit(1_990.0) == 10.0


async def preferences(talk: Talk) -> dict[str, object]:
    async with talk.storage.transaction() as work:
        return (await work.users.known_as("web", talk.chat)).preferences


async def test_a_minute_of_bets(talk: Talk) -> None:
    first = await talk.say("quiz")
    assert first.text.splitlines()[1] == (
        "1 of at most 4 · A coin is tossed once: heads you win $600, tails you lose $400. "
        "Would you take the bet?"
    )
    assert first.labels == ["I'd take it", "I'd pass"]
    assert "lose $200" in (await talk.press("I'd pass")).text
    assert "3 of at most 4" in (await talk.say("yes")).text
    assert (await talk.say("I'd pass")).first == (
        "The last one, to be sure: a coin is tossed once, tails you lose $200, heads you win $600. "
        "Would you take the bet?"
    )
    assert "quiz" not in await preferences(talk), "nothing is stored before the end"
    done = await talk.say("Yes!")
    assert done.first == (
        "A loss weighs about 2.4× as much with you as a gain of the same size "
        "(90% range 1.6–3.7, from your answers)."
    )
    assert "You would risk $200 but not $300, against a win of $600." in done.text
    stored = (await preferences(talk))["quiz"]
    assert isinstance(stored, dict)
    assert (stored["accepted"], stored["rejected"]) == (2.0, 3.0)
    assert stored["at"].startswith("2026-11-18T15:00")
    assert "6% that could be won" in (await talk.say("why?")).text


async def test_no_is_an_answer_while_a_bet_is_open(talk: Talk) -> None:
    await talk.say("loss aversion quiz")
    assert "lose $200" in (await talk.say("no")).text
    assert (await talk.say("no")).text.startswith("The last one")
    done = await talk.say("no")
    assert "You passed even where $200 could be lost" in done.text
    assert (await talk.say("no")).text == "There is nothing to cancel."


async def test_a_slip_is_told(talk: Talk) -> None:
    await talk.say("quiz")
    for said in ("yes", "no", "no", "no"):
        await talk.say(said)
    assert "To the bet that could lose $400 you said both yes and no" in talk.heard.text


async def test_it_waits_while_something_else_is_asked(talk: Talk) -> None:
    await talk.say("quiz")
    await talk.say("yes")
    assert (await talk.say("portfolio")).text.startswith("No positions yet.")
    again = await talk.say("yes")
    assert again.first == "Where we were:", "an answer counts only right after its question"
    assert "2 of at most 4" in again.text
    await talk.say("bought 10 AAPL at 125.70 on 2022-12-28")
    assert talk.heard.labels[0] == "Save"
    await talk.press("Save")
    assert "2 of at most 4" in (await talk.say("quiz")).text
    assert "3 of at most 4" in (await talk.press("I'd take it")).text


async def test_it_can_be_cancelled_and_gone_on_with(talk: Talk) -> None:
    await talk.say("quiz")
    await talk.say("yes")
    assert (await talk.say("cancel")).text == "Cancelled. Nothing was saved."
    assert "quiz" not in await preferences(talk)
    assert "of at most 4" not in (await talk.say("yes")).text, "no answer to what was given up"
    assert "2 of at most 4" in (await talk.say("quiz")).text


async def test_other_words_are_not_taken_for_answers_once_it_is_out_of_sight(talk: Talk) -> None:
    await talk.say("quiz")
    await talk.say("portfolio")
    assert "of at most 4" not in (await talk.say("it depends on the weather")).text


async def test_words_that_are_no_answer_are_asked_again(talk: Talk) -> None:
    await talk.say("quiz")
    assert (await talk.say("it depends on the weather")).first == (
        'Say "yes" or "no" – or "cancel".'
    )
    assert "1 of at most 4" in talk.heard.text


async def test_a_question_is_no_slip(talk: Talk) -> None:
    await talk.say("quiz")
    for said in ("should I buy tesla?", "what if i put 5k into KO"):
        assert "of at most 4" not in (await talk.say(said)).text, said
    assert (await talk.say("i'd take it")).first == "Where we were:"


async def test_a_button_pressed_twice_answers_once(talk: Talk) -> None:
    first = await talk.say("quiz")
    await talk.press("I'd take it", on=first)
    again = await talk.press("I'd take it", on=first)
    assert "2 of at most 4" in again.text


@pytest.mark.parametrize("data", ["quiz:", "quiz:9:take", "quiz:0:maybe", "quiz:x", "quiz:0:take"])
async def test_made_up_buttons_store_nothing(talk: Talk, data: str) -> None:
    heard = await talk.send(data)
    assert "1 of at most 4" in heard.text
    assert "quiz" not in await preferences(talk)


async def test_it_can_be_taken_again_and_forgotten(talk: Talk) -> None:
    assert (await talk.say("forget my quiz")).text.startswith("There is no quiz of yours")
    await talk.say("quiz")
    for _ in range(4):
        await talk.say("yes")
    assert "You took even the bet that could lose $700" in talk.heard.text
    assert "1 of at most 4" in (await talk.press("Take it again")).text
    assert (await preferences(talk))["quiz"], "the old result stays until there is a new one"
    assert (await talk.say("forget my quiz")).text.startswith("✅ Your quiz answers are forgotten.")
    assert "quiz" not in await preferences(talk)


async def test_the_answers_are_in_the_report(demo: Talk) -> None:
    before = await demo.say("loss aversion")
    assert "not enough data" in before.first
    assert before.labels[0] == "Take the quiz"
    await demo.press("Take the quiz")
    assert "win $6,000" in demo.heard.text, "a hundredth of the portfolio is the scale"
    for said in ("no", "yes", "yes", "yes"):
        await demo.say(said)
    after = await demo.say("my loss aversion")
    assert "A loss weighs 1.7× as much with you" in after.text
    assert "from the quiz" in after.text
    assert "Take the quiz" not in after.labels
