"""Dialogue (a): first contact and the four questions, pressed and typed, each to be skipped."""

from __future__ import annotations

import pytest

from conversations.intents.start import ANSWERS
from tests.conversations.talk import Talk


async def test_the_dialogue(talk: Talk) -> None:
    hello = await talk.say("hi")
    assert hello.text == (
        "I help you see how your own habits affect your returns.\n"
        "Tell me your trades in plain words or send a broker CSV – I check for patterns, test "
        "ideas on history and warn you before you repeat a costly one.\n"
        "I'm a tool for education, not a licensed adviser. I can't place orders. "
        "Your data stays on this server."
    )
    assert hello.labels == ["Start – 4 questions", "Just try the demo", "What do you store?"]
    currency = await talk.press("Start")
    assert currency.text == "1/4 · Which currency do you think in?"
    assert currency.labels == ["USD", "EUR", "GBP", "Other…", "Skip"]
    zone = await talk.say("eur")
    assert zone.first.startswith("2/4 · Time zone?")
    assert zone.labels == [
        "Berlin, 16:00 now",
        "London, 15:00",
        "New York, 10:00",
        "Other…",
        "Skip",
    ]
    hours = await talk.say("berlin")
    assert hours.text == (
        "3/4 · When may I message you first? At most one nudge a day, never in quiet hours."
    )
    assert hours.labels == ["08–22", "Only weekdays", "Never, I'll ask", "Skip"]
    fall = await talk.say("9 to 8pm weekdays")
    assert fall.text == (
        "Nudges Mon–Fri 09:00–20:00 Berlin. OK.\n"
        "4/4 · Your portfolio falls 20% in a month. What do you most likely do?"
    )
    assert fall.labels == ["Sell some", "Nothing", "Buy more", "Skip"]
    more = await talk.say("nothing")
    assert more.text == "Two more short questions make it less of a guess (30 s). Continue?"
    assert more.labels == ["Yes", "Later"]
    done = await talk.say("later")
    assert done.first == (
        "✅ Set: EUR · Berlin · nudges Mon–Fri 9–20 · risk: balanced (provisional, 1 of 3 answers)."
    )
    assert done.labels == ["Add a trade", "Import CSV", "Demo portfolio", "Settings"]
    assert (await talk.say("hi")).text == "Welcome back: 0 positions, 0 trades recorded."


async def test_all_of_it_can_be_pressed(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    assert (await talk.press("Other…")).text.startswith("Which one?")
    await talk.say("sek")
    assert (await talk.press("Other…")).text.startswith("Which one?")
    await talk.say("singapore")
    await talk.press("Only weekdays")
    await talk.press("Buy more")
    assert (await talk.press("Yes")).text.startswith("How would your best friend")
    await talk.press("Willing after research")
    done = await talk.press("+4,800")
    assert done.first == (
        "✅ Set: SEK · Singapore · nudges Mon–Fri 8–22 · risk: bold (provisional, 3 of 3 answers)."
    )


async def test_every_question_can_be_skipped_by_word_or_button(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    for word in ("skip", "no", "later"):
        await talk.say(word)
    assert talk.heard.first.startswith("4/4")
    assert (await talk.press("Skip")).first == "✅ Set: USD · UTC."


async def test_no_to_more_questions_keeps_what_was_said(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    for word in ("gbp", "london", "never", "sell some"):
        await talk.say(word)
    assert (await talk.say("no")).first.startswith("Best and worst case")
    done = await talk.say("no")
    assert done.first == (
        "✅ Set: GBP · London · no nudges · risk: cautious (provisional, 1 of 3 answers)."
    )


async def test_what_is_no_answer_is_asked_again(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    for wrong, right in (("doubloons", "usd"), ("atlantis", "nyc"), ("whenever", "never")):
        again = await talk.say(wrong)
        assert wrong in again.first
        assert again.labels[-1] == "Skip"
        await talk.say(right)
    assert (await talk.say("who knows")).first == "Please tap one of these, or Skip."
    card = await talk.say("bought 10 AAPL at 125.70 on 2022-12-28")
    assert card.first.startswith("BUY 10 Apple"), "a trade told in between is a trade"


async def test_what_is_stored(talk: Talk) -> None:
    await talk.say("hi")
    told = await talk.press("What do you store?")
    assert told.first == (
        "Your trades, notes, settings, and your chat id, with the messages of this chat. "
        "No message is used for training."
    )
    assert told.labels == ["Export everything", "Delete everything", "Full privacy text"]
    full = await talk.press("Full privacy text")
    assert len(full.text.splitlines()) == 6


async def test_what_is_asked_in_between_is_answered_and_the_question_stays(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    for said in ("should I buy tesla?", "what if i put 5k into KO", "do i sell winners too early"):
        heard = await talk.say(said)
        assert heard.labels[-1:] != ["Skip"], (said, heard.text)
    assert "the blue one" in (await talk.say("the blue one")).first
    assert (await talk.say("EUR")).text.startswith("2/4")


async def test_start_under_the_greeting_begins_the_questions(talk: Talk) -> None:
    await talk.say("hello")
    assert (await talk.say("start")).first.startswith("1/4")


@pytest.mark.parametrize("label", [label for _, label, _ in ANSWERS["cases"]])
async def test_every_answer_about_the_cases_is_one(talk: Talk, label: str) -> None:
    await talk.say("start")
    await talk.press("Start")
    for word in ("gbp", "london", "never", "sell some", "yes", "cautious"):
        await talk.say(word)
    assert (await talk.press(label)).first.startswith("✅ Set: ")
