"""“What could I do?”: rules, tested on one's own history."""

from __future__ import annotations

from tests.conversations.talk import Talk


async def test_rules_for_what_was_spoken_of(demo: Talk) -> None:
    await demo.say("selling winners early")
    offered = await demo.say("what could I do?")
    assert offered.first == (
        "DEMO · Selling winners early: rules people test for this – none is advice:"
    )
    assert "1) keep winners 63 trading days longer" in offered.text
    assert offered.labels == ["Test 1", "Test 2", "Test 3", "Test all", "Bias report"]
    tried = await demo.press("Test 1")
    assert tried.first.startswith("DEMO · Keep winners 63 trading days longer: it would have")
    assert "90% range" in tried.text
    assert "Held against what you really did, over 63 trading days, in " in tried.text
    assert tried.picture
    assert "luck" in (await demo.say("why?")).text
    both = await demo.press("Test all", on=offered)
    assert len(both.text.splitlines()) == 4
    assert both.picture


async def test_rules_for_the_strongest(demo: Talk) -> None:
    assert (await demo.say("rules")).text.startswith("I have to look at your trades first")
    await demo.say("biases")
    await demo.say("portfolio")
    offered = await demo.say("how can I improve?")
    assert offered.first.startswith("DEMO · Averaging down: rules people test")
    assert offered.labels[0] == "Test 1"


async def test_without_trades_there_is_nothing_to_test(talk: Talk) -> None:
    assert (await talk.say("what should I do?")).text.startswith("I have to look at your trades")


async def test_rules_for_the_habit_that_is_named(demo: Talk) -> None:
    offered = await demo.say("what could I do about FOMO buying?")
    assert offered.first.startswith("DEMO · FOMO buying: rules people test")
