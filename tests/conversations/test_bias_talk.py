"""The report, one bias in depth, what it cost, the twin: as transcripts in the demo."""

from __future__ import annotations

import pytest

from tests.conversations.talk import Talk


async def test_the_report_in_six_lines(demo: Talk) -> None:
    report = await demo.say("biases")
    assert report.first == "DEMO · Strongest: averaging down (sunk cost), strong evidence."
    assert len(report.text.splitlines()) <= 6
    assert "All of it together" in report.text
    assert "costs overlap, so they don't add up." in report.text
    assert "Not enough data for" in report.text
    assert report.picture
    assert report.labels[:3] == ["Cost over time", "The trades behind it", "What could I do?"]
    assert "Averaging down" in report.labels
    assert len(report.labels) <= 6
    assert "Strength" in (await demo.say("why?")).text


async def test_from_the_report_into_depth_and_on(demo: Talk) -> None:
    report = await demo.say("biases")
    seen = await demo.press("Averaging down", on=report)
    assert seen.first == "DEMO · Averaging down (sunk cost): strong evidence."
    assert seen.picture
    assert "More is bought of what stands at a loss" in seen.text
    assert "90% range" in seen.text
    assert "50 is an investor who" in seen.text
    trades = await demo.press("The trades behind it", on=seen)
    assert trades.first.startswith("DEMO · Averaging down: 3 costliest of ")
    assert trades.picture
    cost = await demo.press("Cost over time", on=seen)
    assert cost.first.startswith("DEMO · Averaging down over time. It ")
    assert cost.picture
    assert "Added up from" in cost.text
    assert (await demo.press("What could I do?", on=seen)).first.startswith(
        "DEMO · Averaging down: rules people test for this"
    )


async def test_one_bias_without_a_report_before(demo: Talk) -> None:
    seen = await demo.say("tell me about overtrading")
    assert seen.first == "DEMO · Overtrading (overconfidence): no clear sign."
    assert seen.picture
    assert "Cost over time" not in seen.labels, "what is not seen has no cost"
    async with demo.storage.transaction() as work:
        person = await work.users.known_as("web", demo.chat)
        assert person.portfolio
        assert await work.scores.latest(person.portfolio), "the report it comes from is kept"


async def test_a_bias_without_trades_is_explained(talk: Talk) -> None:
    seen = await talk.say("how about fomo?")
    assert seen.first.startswith("FOMO buying (fear of missing out): no trades recorded yet")
    assert "A share is bought" in seen.text
    assert (await talk.say("loss aversion")).labels[0] == "Take the quiz"


async def test_states_are_measured_and_too_little_is_said(demo: Talk) -> None:
    seen = await demo.say("am I diversified?")
    assert seen.first.endswith(": measured.")
    assert "equal holdings" in seen.text
    crowd = await demo.say("my herding")
    assert crowd.first.endswith(": not enough data.")
    assert "I don't know what others traded" in crowd.text
    assert crowd.labels == ["Bias report"]


async def test_a_menu_asks_which_bias(talk: Talk) -> None:
    assert (await talk.send("pick:bias")).text.startswith("I look for ")
    assert (await talk.send("bias:nonsense")).text.startswith("I look for ")


async def test_the_disciplined_twin(demo: Talk) -> None:
    seen = await demo.say("my twin")
    assert seen.first.startswith("DEMO · Your disciplined twin would have about $")
    assert "It is you without: " in seen.text
    assert "not a promise" in seen.text
    assert seen.picture
    assert "done the other way" in (await demo.say("why?")).text
    assert (await demo.say("end demo")).text
    assert (await demo.say("my twin")).text.startswith("No trades recorded yet.")


@pytest.mark.parametrize("data", ["bias:x", "behind:x", "cost:x", "could:x", "try:x", "try:all:x"])
async def test_buttons_of_no_bias_do_nothing(demo: Talk, data: str) -> None:
    heard = await demo.send(data)
    assert "broke" not in heard.text
    assert heard.text


async def test_nobody_sees_the_cost_of_another_portfolio(demo: Talk) -> None:
    seen = await demo.say("averaging down")
    await demo.say("end demo")
    heard = await demo.press("Cost over time", on=seen)
    assert heard.text.startswith("I have no report to show trades from.")
