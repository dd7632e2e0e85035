"""Who is left alone, what becomes of their habits, and what people see and may leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import pytest

from conversations.nudge_classes import CLASSES
from conversations.nudging.experiments.assignment import held
from conversations.nudging.experiments.choosing import preferences
from conversations.nudging.experiments.effects import effects
from conversations.nudging.experiments.measuring import READY
from conversations.nudging.experiments.outcomes import outcomes
from engine.inference.sequential import Verdict
from engine.prices import Prices
from scheduler.jobs import measuring
from storage.comparisons import LEFT_ALONE, SPOKEN, Comparisons
from storage.nudge_records import Arm, Reading, Readings
from storage.unit_of_work import Storage
from tests.conversations.company import code_in, person
from tests.conversations.nudging.conftest import Spoken
from tests.engine.biases.records import random_trader, years_of_prices

DAY = timedelta(days=1)


@pytest.fixture
async def eve(ana: Spoken) -> Spoken:
    """Ana where everybody is left alone but for one in a million."""
    ana.storage.comparisons = Comparisons(0.999999, "secret")
    return ana


async def drawn(one: Spoken, group: str = "pace") -> bool:
    me = await one.me()
    assert me.portfolio is not None
    async with one.storage.transaction() as work:
        return await held(work, me, me.portfolio, group, one.now)


async def arms(one: Spoken) -> dict[str, Arm]:
    me = await one.me()
    async with one.storage.transaction() as work:
        return {arm.grouped: arm for arm in await work.arms.of(me.id)}


async def test_somebody_is_left_alone_for_ninety_days_and_no_longer(eve: Spoken) -> None:
    assert await drawn(eve)
    eve.storage.comparisons = Comparisons(0.5, "another")  # what was drawn stays
    eve.wait(days=89)
    assert await drawn(eve)
    eve.wait(days=1)
    assert not await drawn(eve)
    assert (await arms(eve))["pace"].share == 0.999999


async def test_who_is_never_drawn(eve: Spoken) -> None:
    assert not await drawn(eve, "proposals")  # nothing measures it
    await eve.say("fomo nudges off")
    assert not await drawn(eve, "fomo")
    eve.storage.comparisons = Comparisons(0.0, "secret")
    assert not await drawn(eve)
    assert await arms(eve) == {}
    eve.storage.comparisons = Comparisons(0.999999, "secret")
    assert await drawn(eve)
    eve.storage.comparisons = Comparisons(0.0, "secret")
    assert not await drawn(eve)  # switched off for all
    await measuring.run(eve.desk, eve.now)
    assert (await arms(eve))["pace"].left_at == eve.now


def test_the_draw_is_fair_and_nobody_can_choose_it() -> None:
    people = [UUID(int=n) for n in range(4000)]
    one, same, other = Comparisons(0.2, "a"), Comparisons(0.2, "a"), Comparisons(0.2, "b")
    pace = np.array([one.arm(id, "pace") == LEFT_ALONE for id in people])
    assert pace.tolist() == [same.arm(id, "pace") == LEFT_ALONE for id in people]
    rest = [[other.arm(id, "pace") == LEFT_ALONE for id in people]]
    rest += [[one.arm(id, "fomo") == LEFT_ALONE for id in people]]
    for drawn_ in [pace, *map(np.array, rest)]:
        assert abs(drawn_.mean() - 0.2) < 4 * (0.16 / 4000) ** 0.5
    for drawn_ in rest:
        assert abs(np.corrcoef(pace, drawn_)[0, 1]) < 4 / 4000**0.5
    with pytest.raises(ValueError, match="share"):
        Comparisons(1.0)


def test_every_class_says_what_it_is_measured_by_or_is_not_compared() -> None:
    assert {one.name for one in CLASSES} - set(outcomes()) == {"proposals"}


async def test_a_comparison_is_seen_and_left(eve: Spoken) -> None:
    nothing = await eve.say("what is tested on me?")
    assert nothing.text.startswith("Nothing is tested on you now.")
    assert nothing.labels == ["Test nothing on me"]
    await drawn(eve)
    seen = await eve.say("am I in an experiment?")
    assert seen.text == (
        "1 comparison of nudges: I leave you alone with pace.\n"
        "Pace: I leave you alone; since 18 Nov 2026, until 16 Feb 2027.\n"
        "Tap one for what is compared and what is known."
    )
    assert seen.labels == ["Pace", "Leave all"]
    pace = await eve.press("Pace")
    assert pace.text == (
        "Pace: I leave you alone; since 18 Nov 2026, until 16 Feb 2027.\n"
        "Compared: how much you switch, in the 90 days from 18 Nov 2026 against the year before; "
        "then those who hear pace nudges against those who don't.\n"
        "Of all so far: too few to say (fewer than 5; it takes a few hundred).\n"
        "Yourself: known from 19 Mar 2027 on."
    )
    assert "A draw decides" in (await eve.say("why?")).text
    gone = await eve.say("leave the pace test")
    assert gone.text == (
        "✅ You hear pace nudges like everybody from now on, and are not drawn for that again."
    )
    assert not await drawn(eve)
    assert "you left it" in (await eve.say("the pace test")).text
    assert (await eve.press("Undo", on=gone)).text.startswith("↩️")
    assert await drawn(eve)


async def test_who_leaves_all_is_not_drawn_for_what_has_not_begun(eve: Spoken) -> None:
    await drawn(eve)
    gone = await eve.say("leave all tests")
    assert not await drawn(eve)
    assert not await drawn(eve, "goals")
    await eve.press("Undo", on=gone)
    assert await drawn(eve)
    assert await drawn(eve, "goals")


async def test_what_became_of_a_habit_is_measured_once(eve: Spoken, demo_prices: Prices) -> None:
    """On real prices of 2021 and 2022; the assignment lies in July."""
    eve.now = eve.now.replace(year=2022, month=7, day=4)
    me = await eve.me()
    assert me.portfolio is not None
    market = years_of_prices(len(demo_prices.days) - 600, 600)
    made = [replace(one, id=uuid4()) for one in random_trader(market, 3, days=250, tilt=1.5)]
    async with eve.storage.transaction() as work:
        await work.trades.add_many(me.portfolio, made, source="file", batch=None)
    await drawn(eve)
    await drawn(eve, "disposition")
    await drawn(eve, "digest")
    eve.now += READY - DAY
    await measuring.run(eve.desk, eve.now)
    assert (await arms(eve))["pace"].measured_at is None
    eve.now += DAY
    await measuring.run(eve.desk, eve.now)
    found = await arms(eve)
    for name in ("pace", "disposition"):
        measured = found[name].measured
        assert measured is not None
        assert measured["se"] > 0
        assert measured["before"] > measured["after"] > 0
        assert measured["share"] is not None
    eve.now += DAY
    await measuring.run(eve.desk, eve.now)
    assert (await arms(eve)) == found
    own = (await eve.say("the pace test")).text
    assert "One person's change proves nothing." in own
    assert "most fall back by themselves" in own
    assert own.count("\n") < 6


async def test_without_trades_it_is_counted_as_missing(eve: Spoken) -> None:
    await drawn(eve)
    eve.now += READY
    await measuring.run(eve.desk, eve.now)
    assert (await arms(eve))["pace"].measured == {"missing": "no trades before"}
    assert "too few trades" in (await eve.say("pace test")).text


def readings(effect: float, n: int = 600) -> Readings:
    rng = np.random.default_rng(7)
    start = np.datetime64("2026-01-01")
    made = {}
    for group, shift in (("pace", effect), ("fomo", 0.0)):
        spoken = rng.random(n) > 0.2
        theta = rng.normal(0, 0.5, n) + shift * spoken
        made[group] = tuple(
            Reading(SPOKEN if s else LEFT_ALONE, 0.2, (start + k // 5).item(), float(t), float(t))
            for k, (s, t) in enumerate(zip(spoken, theta, strict=True))
        )
    return Readings(made)


async def test_what_helps_goes_first_the_same_all_day(ana: Spoken) -> None:
    me = await ana.me()
    async with ana.storage.transaction() as work:
        assert await preferences(work, me.id, ana.now) == {}
        ana.storage.comparisons.remember(readings(-0.4), ana.now)
        known = effects(await work.arms.readings(ana.now))
        assert known["pace"].verdict is Verdict.HELPS
        assert known["fomo"].verdict is Verdict.UNKNOWN
        today = await preferences(work, me.id, ana.now)
        assert await preferences(work, me.id, ana.now + timedelta(minutes=50)) == today
        first = [await preferences(work, uuid4(), ana.now) for _ in range(40)]
        assert set(today) == set(outcomes())
        assert np.mean([one["pace"] > one["fomo"] for one in first]) > 0.9
    seen = effects(readings(0.4))["pace"]
    assert seen.verdict is Verdict.HARMS


async def test_two_accounts_become_one_with_the_earlier_arm(storage: Storage) -> None:
    ana = person(storage, "ana")
    phone = ana.on("telegram", "4711")
    await ana.say("hello")
    await phone.say("hello")
    async with storage.transaction() as work:
        old, new = [await work.users.known_as(*at) for at in (("telegram", "4711"), ("web", "ana"))]
        assert old.portfolio is not None
        assert new.portfolio is not None
        storage.comparisons = Comparisons(0.5, "secret")
        first = await work.arms.assign(old.id, "pace", old.portfolio, {}, ana.now - DAY)
        second = await work.arms.assign(new.id, "pace", new.portfolio, {}, ana.now)
        await work.arms.assign(old.id, "fomo", old.portfolio, {}, ana.now)
    await phone.say(f"link {code_in((await ana.say('link my account')).text)}")
    assert (await phone.press("Yes")).text.startswith("✅")
    async with storage.transaction() as work:
        both = await work.users.known_as("telegram", "4711")
        kept = await work.arms.get(both.id, "pace")
        assert kept == replace(first, person=both.id)
        assert await work.arms.get(both.id, "fomo") is not None
    assert "Two accounts again" in (await ana.say("unlink")).text
    async with storage.transaction() as work:
        assert await work.arms.get(old.id, "pace") == first
        assert await work.arms.get(new.id, "pace") == second


async def test_it_is_handed_out_and_forgotten(eve: Spoken) -> None:
    await drawn(eve)
    me = await eve.me()
    async with eve.storage.transaction() as work:
        found = (await work.belongings.of(me.id))["nudge_arms"]
        assert [(one["grouped"], one["arm"]) for one in found] == [("pace", LEFT_ALONE)]
        await work.belongings.erase([me.id], "receipt", ("web", "ana"), eve.now)
        assert await work.arms.of(me.id) == []


async def test_arms_of_two_processes_are_one(eve: Spoken, dsn: str) -> None:
    """Whoever draws second finds what the first has drawn."""
    await drawn(eve)
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    try:
        eve.storage.comparisons = Comparisons(0.1, "another")
        me = await eve.me()
        assert me.portfolio is not None
        async with eve.storage.transaction() as work:
            again = await work.arms.assign(me.id, "pace", me.portfolio, {}, eve.now)
        assert again.arm == LEFT_ALONE
        assert await books.fetchval("SELECT count(*) FROM nudge_arms") == 1
    finally:
        await books.close()
