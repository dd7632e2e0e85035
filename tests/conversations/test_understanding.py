"""Free text: the gates on phrases written before tuning, and what a guess may never do."""

from __future__ import annotations

import re

import pytest

from conversations.classifying.guesses import LIKELY, guess, learnt
from conversations.classifying.model import Classifier, learn
from conversations.classifying.phrases import MOST, WIDE, WIDEST, expand, spread, written
from conversations.intents import _flows, known, pressed
from conversations.reading.forecasts import asks_for_forecast, is_question
from conversations.understanding import normal
from conversations.wording import general
from tests.conversations.intent_phrases import OWN_WORDS, answer, destructive, load, reckon
from tests.conversations.talk import Talk

WRONG, REACHED = 0.05, 0.92
CHANCE = 15  # sealed phrases that the templates, written later by the same hand, happen to make
BROKEN = "Something broke"
# What takes something away or cannot be taken back; whoever adds such an intent adds it here.
REMOVING = re.compile(
    r"forget|delete|remove|undo|end_demo|cancel|dismiss|reset|leave|unlink|erase|import"
)


@pytest.mark.parametrize("name", ["sealed", "tuning"])
def test_phrases_are_understood_or_asked_about(name: str) -> None:
    """``sealed`` was written before the phrase files, and nobody has looked at its errors.

    At first sight, before any tuning: of its 246 phrases 80.1 % right, 10.6 % one tap away,
    1.2 % asked about in vain and 8.1 % wrong; nothing was nearly removed.
    """
    counts, phrases, removed = reckon(name)
    total = sum(counts.values())
    shown = phrases.get("wrong", []) if name == "tuning" else []
    assert total >= (240 if name == "sealed" else 120)
    assert counts["wrong"] <= WRONG * total, shown
    assert counts["right"] + counts["one tap"] >= REACHED * total
    assert removed == 0


def test_nothing_that_takes_away_may_be_guessed() -> None:
    for one in known():
        assert one.guess == "never" or not REMOVING.search(one.name), one.name


@pytest.mark.parametrize(
    "said",
    [
        "please wipe every trade that i ever told you about",
        "get rid of the last purchase would you",
        "erase the goals that i set some time ago",
        "undo the thing from before",
        "stop all the nudges and delete my account",
        "forget what i told you about views",
    ],
)
def test_what_takes_away_is_named_and_never_done(said: str) -> None:
    given = answer(said)
    assert not given.name
    assert given.own_words
    assert not destructive(given)


def test_the_sealed_set_has_enough_that_is_not_ours() -> None:
    wanted = [one for _, one in load("sealed")]
    assert sum("none" in one for one in wanted) >= 40
    assert sum(OWN_WORDS in one for one in wanted) >= 10
    made = {said for phrases in written().values() for said in phrases}
    assert len(made & {said for said, _ in load("sealed")}) <= CHANCE


def test_phrase_files_expand_evenly() -> None:
    assert expand("(show|list) me my (plans|)") == [
        "show me my plans",
        "show me my",
        "list me my plans",
        "list me my",
    ]
    assert spread(["a", "b", "c", "d"], 2) == ["b", "d"]
    for name, phrases in written().items():
        assert len(phrases) <= (WIDE if name == WIDEST else MOST), name
        assert not [one for one in phrases if re.search(r"[()|]", one)], name


def test_an_intent_without_a_phrase_file_is_learnt_from_its_examples() -> None:
    unwritten = next(one for one in known() if one.name not in written() and one.examples)
    names = {one.name for one in learnt().guess(unwritten.examples[0])}
    assert unwritten.name in names


def test_learning_twice_comes_to_the_same() -> None:
    few = {name: said[:20] for name, said in list(written().items())[:12]}
    said = "how is my stuff doing these days"
    assert Classifier(learn(few)).guess(said) == Classifier(learn(few)).guess(said)


def test_unfamiliar_words_are_offered_but_never_answered() -> None:
    assert guess("why is the grass green").taken is None
    assert guess("flimflam zorp").taken is None
    first = learnt().guess("what stocks do i own")[0]
    assert first.name == "holdings"
    assert first.chance >= LIKELY


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("will apple go up tomorrow?", True),
        ("should i sell my tesla", True),
        ("sell all my apple?", True),
        ("did i sell apple", True),
        ("sold 10 AAPL at 125?", False),
        ("sold ten apple, ok?", False),
        ("bought 10 AAPL at 125", False),
        ("sold all my apple", False),
    ],
)
def test_a_question_without_a_number_tells_of_no_trade(said: str, question: bool) -> None:
    assert is_question(said) is question


@pytest.mark.parametrize(
    "said",
    [
        "will apple go up",
        "should i buy tesla now",
        "is it a good time to sell",
        "what will the market do next year",
        "which stock will rise",
        "give me a stock tip",
        "apple is going to crash",
        "recommend me a stock",
        "is nvidia overvalued",
    ],
)
def test_the_future_is_recognised(said: str) -> None:
    assert asks_for_forecast(said)


@pytest.mark.parametrize(
    "said",
    [
        "what if the market drops 30%",
        "will i reach my goals",
        "what do i own",
        "how would 60/40 have done since 2010",
        "what should i do about my habits",
        "market drops 30%",
        "should i be worried about my biases",
        "bought 10 AAPL at 125",
        "remind me to buy apple",
    ],
)
def test_what_can_be_known_is_no_forecast(said: str) -> None:
    assert not asks_for_forecast(said)


async def test_every_intent_that_may_be_guessed_can_be_picked(demo: Talk) -> None:
    """Picked from a menu there are no details: nobody may stumble over that."""
    for one in known():
        if one.guess != "never":
            heard = await demo.send(f"pick:{one.name}")
            assert BROKEN not in heard.text, one.name


ALWAYS = ("undo", "cancel", "back", "help", "why?", "stop", "more", "menu")


@pytest.mark.parametrize("word", ALWAYS)
async def test_some_words_always_work(talk: Talk, word: str) -> None:
    """In every question that can be open, they are no answer to it."""
    for flow in sorted(_flows):
        async with talk.storage.transaction() as work:
            person = await work.users.known_as("web", talk.chat)
            await work.dialogs.put("web", talk.chat, person.id, {"flow": flow, "misses": 0})
        heard = await talk.say(word)
        assert BROKEN not in heard.text, flow
        assert "couldn't read that as a change" not in heard.text, flow
        assert not heard.text.startswith("I didn't understand"), flow


async def test_a_number_that_nobody_asked_for_is_no_sum_of_money(demo: Talk) -> None:
    for said in ("5", "2020", "-3", "1,000"):
        assert (await demo.say(said)).first.startswith("I had asked for no number"), said


async def test_cancel_in_words_presses_the_button(talk: Talk) -> None:
    asked = await talk.drop(
        "trades.csv", b"time,symbol,side,quantity,price\n2022-12-28,AAPL,buy,1,125.7\n"
    )
    assert "Cancel" in asked.labels
    assert (await talk.say("cancel")).text != general.nothing_to_cancel()
    asked = await talk.drop(
        "trades.csv", b"time,symbol,side,quantity,price\n2022-12-28,AAPL,buy,1,125.7\n"
    )
    assert (await talk.say("import")).text.startswith("✅ Imported 1 trade")


async def test_words_that_nothing_knows_are_offered_the_usual(talk: Talk) -> None:
    for said in ("glorp zibble", "glorp zibble"):
        heard = await talk.say(said)
        assert heard.labels[:2] == ["Record a trade", "Portfolio"]
        assert heard.labels[-1] == "Help"
    assert not {"Small talk", "Someone to talk to"} & set((await talk.say("our herding")).labels)


async def test_a_trade_named_by_its_number_is_the_one_that_goes(demo: Talk) -> None:
    assert (await demo.say("delete trade 210")).first.startswith("DEMO · Undo #210 ")
    assert "Undo" not in (await demo.say("delete 210")).first


async def test_a_goal_without_holdings_says_that_it_was_not_kept(talk: Talk) -> None:
    heard = await talk.say("30k for a flat in 2029, at most 10% chance to miss")
    assert heard.first.startswith("I can't work out “flat” yet, and kept nothing")


async def test_more_goes_on_where_there_is_more(demo: Talk) -> None:
    await demo.say("trades")
    assert "(11–20)" in (await demo.say("more")).first


def test_the_menu_button_exists() -> None:
    assert pressed("pick") is not None
    assert normal("  Hello’s   there?! ") == "Hello's there"
