"""Dialogue (e): a test on the past, other terms, the years, and what stands in the way."""

from __future__ import annotations

import re

import pytest

from conversations.actions.backtesting import outcomes, trials
from conversations.actions.backtesting.outcomes import Stuck
from conversations.reading.contenders import Contender, Contest
from conversations.reading.trials import Trial
from engine.backtest.panel import Problem, Trouble, Way
from storage.records import BacktestRecord
from tests.conversations.talk import Heard, Talk


async def _kept(talk: Talk) -> list[BacktestRecord]:
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        assert person.portfolio
        return await work.backtests.of(person.portfolio, 10)


def _growth(heard: Heard) -> list[float]:
    found = re.findall(r"([+−]\d+\.\d)% a year \(90% range", heard.text)
    return [float(one.replace("−", "-")) for one in found]


async def test_dialogue_e(demo: Talk) -> None:
    first = await demo.say("backtest 60/40 vs my portfolio since 2015")
    lines = first.text.split("\n")
    assert re.match(
        r"DEMO · 60/40 \+\d\.\d% a year \(90% range −?\d+% to \d+%\), worst fall −\d+%; "
        r"yours \+\d+\.\d% a year \(90% range −?\d+% to \d+%\), worst fall −\d+%\.",
        lines[0],
    )
    assert lines[1].startswith(
        "Jan 2015–28 Dec 2022, monthly rebalancing, 0.05% a trade, in USD, $10,000 → "
    )
    assert "S&P 500 index (no dividends) and bonds are cash at 0%" in first.text
    assert re.search(
        r"Careful: today's weights in the past = you already knew the winners\. "
        r"Your real trades since Dec 2017: −?\d+\.\d% a year \(90% range −?\d+% to \d+%\)\.",
        first.text,
    )
    assert len(lines) <= 6
    assert first.picture
    assert first.labels == ["Use my real trades", "Yearly table", "Full report", "Change period"]

    dearer = await demo.say("what about fees 0.5%")
    assert "0.5% a trade" in dearer.text
    assert all(new < old for new, old in zip(_growth(dearer), _growth(first), strict=True))

    table = await demo.press("Yearly table")
    years = re.findall(r"^(20\d\d)\*?\s", table.text, re.MULTILINE)
    assert years == [str(year) for year in range(2015, 2023)]

    own = await demo.say("use my real trades")
    assert own.first.startswith("DEMO · Your real trades +")
    assert "Your first trade is of Dec 2017, so the test begins there." in own.text
    why = await demo.say("why?")
    assert "blocks of" in why.text
    assert "survived" in why.text


async def test_the_figures_are_those_of_the_engine(demo: Talk) -> None:
    told = await demo.say("backtest 50% AAPL 50% KO since 2010, yearly rebalancing, no fees")
    kept = (await _kept(demo))[0]
    found = outcomes.unpack(kept.content)
    close = {symbol: [] for symbol in ("AAPL", "KO")}  # type: ignore[var-annotated]
    async with demo.storage.transaction() as work:
        prices = await work.market.prices(None, ("demo",))
    first = prices.row_at(found.days[0])
    for symbol in close:
        close[symbol] = prices.close[first:, prices.column(symbol)]
    worth, held = 1.0, {}
    path = []
    for row in range(len(found.days)):
        if held:
            worth = sum(held[symbol] * close[symbol][row] for symbol in close)
        if row == 0 or found.days[row].year > found.days[row - 1].year:
            held = {symbol: worth / 2 / close[symbol][row] for symbol in close}
        path.append(worth)
    assert found.runs[0].course == pytest.approx(path, rel=1e-9)
    years = (len(path) - 1) / 252
    assert _growth(told)[0] == pytest.approx(100 * (path[-1] ** (1 / years) - 1), abs=0.051)
    assert not kept.personal


async def test_asked_twice_it_is_found_again(demo: Talk) -> None:
    await demo.say("backtest 60/40 vs the market since 2010")
    once = await _kept(demo)
    again = await demo.say("backtest 60/40 against the s&p 500 since 2010")
    assert [one.id for one in await _kept(demo)] == [one.id for one in once]
    assert again.picture
    demo.wait(minutes=1)  # what was asked at the same moment has no order
    await demo.say("backtest 60/40 vs the market since 2011")
    assert len(await _kept(demo)) == 2
    listed = await demo.say("my backtests")
    assert listed.text.split("\n")[1:] == [
        "1) 60/40 against the market, Jan 2011–Dec 2022",
        "2) 60/40 against the market, Jan 2010–Dec 2022",
    ]
    opened = await demo.press("Open 2")
    assert "Jan 2010–28 Dec 2022" in opened.text
    assert opened.picture


async def test_shared_only_after_a_second_yes_where_it_shows_holdings(demo: Talk) -> None:
    await demo.say("backtest my portfolio since 2018")
    id = (await _kept(demo))[0].id
    ben = Talk(demo.storage, demo.desk, "ben")
    await ben.say("demo")
    refused = await ben.say(f"open backtest {id}")
    assert refused.text.startswith("I know no test of that name here.")
    asked = await demo.say("share this backtest")
    assert "Whoever knows its id could read it" in asked.text
    shared = await demo.press("Share it")
    assert shared.text.startswith(f"✅ Shared. Others can say “open backtest {id}”")
    seen = await ben.say(f"open backtest {id}")
    assert "Your portfolio, Jan 2018" in seen.text
    await demo.press("Stop sharing", on=shared)
    assert (await ben.say(f"open backtest {id}")).text.startswith("I know no test")


async def test_a_followup_needs_something_to_follow(demo: Talk) -> None:
    assert (await demo.say("what about fees 0.5%")).text.startswith("What shall I test")
    assert (await demo.say("yearly table")).text.startswith("What shall I test")
    asked = await demo.say("backtest")
    assert asked.labels == ["60/40 vs mine", "My real trades vs market", "My portfolio"]
    unclear = await demo.say("backtest dogecoin vs my portfolio")
    assert unclear.text.startswith("I did not understand “dogecoin”, so I tested nothing.")


async def test_days_that_there_are_not(demo: Talk) -> None:
    late = await demo.say("backtest AAPL since 2030")
    assert late.text == "My prices end on 28 Dec 2022, before 1 Jan 2030."
    backwards = await demo.say("backtest AAPL from 2020 to 2010")
    assert backwards.text.startswith("From 1 Jan 2020 to 31 Dec 2010 there is no trading day.")
    early = await demo.say("backtest KO since 1980")
    assert "Prices of all of them begin in Jan 1990, so the test does too." in early.text


def test_every_trouble_has_a_sentence_and_a_way_out() -> None:
    from conversations.intents.backtest import _OFFERS
    from conversations.wording import stuck

    for trouble in Trouble:
        problem = Problem("RIVN", trouble, "2021-11-10", "2022-01-03", 3, 0.01)
        said = stuck.sentence(Stuck("prices", (problem,)))
        assert "RIVN" in said
        assert said.endswith("Nothing is filled in without you. What shall I do?")
        assert all(way in Way for way, _ in _OFFERS[trouble])
        assert len(_OFFERS[trouble]) <= 3
    jump = Problem("RIVN", Trouble.JUMP, "2021-11-10", "", 1, 100.0)
    assert "jumps 100× up on 10 Nov 2021, as if by a split" in stuck.sentence(
        Stuck("prices", (jump,))
    )


def test_a_trial_survives_being_remembered() -> None:
    trial = Trial(
        (Contender(Contest.MIX, "60/40", {"stocks": 0.6, "bonds": 0.4}),),
        since="2015-01-01",
        ways={"RIVN": ("leave out", "")},
    )
    assert trials.unpack(trials.pack(trial)) == trial
    assert trials.unpack({"contenders": 3}) is None
    assert trials.unpack(None) is None
    with pytest.raises(ValueError, match=r"."):
        outcomes.unpack(b"nothing")
