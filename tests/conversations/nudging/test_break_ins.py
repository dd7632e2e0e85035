"""What must not leak, or be lost, by what we say first and compare; each was open once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import pytest

from benchmarks.nudge_facts import FACTS
from conversations.nudging.experiments.assignment import held
from conversations.nudging.experiments.effects import effects
from conversations.nudging.experiments.measuring import READY
from conversations.nudging.registry import kind_named
from scheduler.jobs import measuring, nudges
from storage.comparisons import LEFT_ALONE, NEVER, SPOKEN, Comparisons
from storage.nudge_records import NudgeRecord, Reading, Readings
from storage.records import Person
from storage.truths.registry import truths
from storage.unit_of_work import Storage
from tests.conversations.company import Somebody, code_in, person
from tests.conversations.nudging.conftest import Spoken
from tests.conversations.nudging.test_voices import ids, status, want
from tests.conversations.test_teams import ON, club


@pytest.fixture
async def books(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    yield found
    await found.close()


async def who(one: Somebody | Spoken) -> Person:
    channel = one.channel if isinstance(one, Somebody) else "web"
    async with one.storage.transaction() as work:
        return await work.users.known_as(channel, one.chat)


async def drawn(one: Somebody | Spoken, group: str) -> bool:
    me = await who(one)
    assert me.portfolio is not None
    async with one.storage.transaction() as work:
        return await held(work, me, me.portfolio, group, one.now)


async def linked(storage: Storage, first: str, second: str) -> tuple[Somebody, Somebody]:
    """Ana on two doors, of which the first is the older account."""
    ana = person(storage, first)
    phone = ana.on("telegram", second)
    await ana.say("hello")
    await phone.say("hello")
    return ana, phone


async def join(one: Somebody, other: Somebody) -> None:
    await other.say(f"link {code_in((await one.say('link my account')).text)}")
    assert (await other.press("Yes")).text.startswith("✅")


async def test_what_somebody_chose_themselves_is_not_compared(ana: Spoken) -> None:
    ana.storage.comparisons = Comparisons(0.999999, "secret")
    await ana.say("pace nudges digest")
    assert not await drawn(ana, "pace"), "they asked for it"
    assert not await drawn(ana, "digest"), "it is what they asked for pace to come in"
    assert await drawn(ana, "fomo"), "of this they said nothing"
    await ana.say("fomo nudges on")
    assert not await drawn(ana, "fomo"), "they have asked for it meanwhile"
    shown = await ana.say("the fomo test")
    assert "you chose these nudges yourself and hear them" in shown.text
    async with ana.storage.transaction() as work:
        me = await work.users.known_as("web", "ana")
        (arm,) = await work.arms.of(me.id)
    assert (arm.arm, arm.left_at) == (LEFT_ALONE, None), "who was drawn is still counted"


@pytest.mark.parametrize("who_left", ["ana", "4711"])
async def test_who_takes_part_in_no_test_does_not_after_linking_either(
    storage: Storage, who_left: str
) -> None:
    storage.comparisons = Comparisons(0.999999, "secret")
    ana, phone = await linked(storage, "ana", "4711")
    left = ana if who_left == "ana" else phone
    other = phone if left is ana else ana
    await left.say("leave all tests")
    await join(ana, phone)
    for one in (ana, phone):
        assert not await drawn(one, "pace")
    assert "Two accounts again" in (await ana.say("unlink")).text
    assert not await drawn(left, "goals")
    assert await drawn(other, "goals"), "that was the other's wish"


async def test_an_old_undo_does_not_end_the_wish_for_no_tests(ana: Spoken) -> None:
    ana.storage.comparisons = Comparisons(0.999999, "secret")
    await drawn(ana, "pace")
    one = await ana.say("leave the pace test")
    ana.wait(minutes=1)
    every = await ana.say("leave all tests")
    await ana.press("Undo", on=one)
    assert (await who(ana)).preferences["comparisons"] == NEVER
    assert not await drawn(ana, "goals")
    await ana.say("currency EUR")
    await ana.say("undo")
    assert (await who(ana)).preferences["comparisons"] == NEVER
    await ana.press("Undo", on=every)
    assert await drawn(ana, "goals")


async def wanted(one: Somebody, portfolio: UUID, kind: str = "pace", **more: Any) -> UUID:
    me, found = await who(one), kind_named(kind)
    assert found is not None
    record = NudgeRecord(
        uuid4(), portfolio, me.id, kind, found.group, uuid4().hex, FACTS[kind], 1.0, one.now,
        one.now + timedelta(days=2), listener=me.id,
    )  # fmt: skip
    async with one.storage.transaction() as work:
        assert await work.nudges.want(replace(record, **more))
    return record.id


async def test_what_was_said_counts_for_two_accounts_that_became_one(
    storage: Storage, books: Any
) -> None:
    ana, phone = await linked(storage, "ana", "4711")
    before = await who(phone)
    assert before.portfolio is not None
    said = await wanted(phone, before.portfolio)
    async with storage.transaction() as work:
        await work.nudges.said([said], uuid4(), phone.now)
    await join(ana, phone)
    me = await who(ana)
    async with storage.transaction() as work:
        assert [one.id for one in await work.nudges.history(me.id, 3)] == [said]
    await ana.say("unlink")
    async with storage.transaction() as work:
        assert [one.id for one in await work.nudges.history(before.id, 3)] == [said]
        assert await work.nudges.history(me.id, 3) == []


async def test_nothing_is_said_of_what_is_somebody_else_s_again(
    storage: Storage, books: Any
) -> None:
    """A wrong link, undone within its ten minutes; meanwhile a job had found something to say."""
    ana, bob = await linked(storage, "ana", "4711")
    theirs = (await who(bob)).portfolio
    assert theirs is not None
    await join(ana, bob)
    waits = await wanted(ana, theirs)
    kept = await wanted(ana, theirs, "fomo", status="digest")
    await ana.say("unlink")
    late = await wanted(ana, theirs, "panic")  # by a job that had begun before
    await books.execute("UPDATE inbox SET received_at = $1", ana.now - timedelta(days=2))
    await nudges.run(ana.desk, ana.now)
    for one in (waits, kept, late):
        assert (await status(books, one))[0] == "dropped"


async def test_who_is_no_longer_in_a_team_is_told_nothing_of_its_channel(
    storage: Storage, books: Any
) -> None:
    ana, ben, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    said = await want(ana)
    await ana.say("make Ben owner of Club")
    assert (await ben.say("remove Ana from Club")).text.startswith("Ana no longer shares Club")
    me = await who(ana)
    async with storage.transaction() as work:
        theirs = await work.belongings.of(me.id)
        assert str(said) not in str(theirs["nudges"]), "it was said to the team"
        await work.doors.close("web", "investing", "is_archived", ana.now)
        before = len(await work.outbox.transcript("web", "ana"))
        told = len(await work.outbox.transcript("web", "ben"))
    await nudges.run(ana.desk, ana.now)
    async with storage.transaction() as work:
        assert len(await work.outbox.transcript("web", "ana")) == before
        lines = await work.outbox.transcript("web", "ben")
    assert lines[told].body["text"].startswith("Club: I can no longer write in the channel")


async def test_what_two_agreed_to_take_back_is_sound(storage: Storage) -> None:
    ana, ben, _, _ = (one.in_("investing") for one in await club(storage, second_yes=True))
    card = await ana.say(f"record bought 10 AAPL at 125.70 {ON} for club")
    saved = await ben.press("Approve", on=card)
    ana.wait(hours=25)
    asked = await ana.press("Undo – either, 24 h", on=saved)
    assert asked.labels == ["Approve", "Reject"], asked.text
    ben.now = ana.now
    done = await ben.press("Approve", on=asked)
    assert "#1 removed" in done.text
    for again in (await ben.press("Approve", on=asked), await ana.press("Approve", on=asked)):
        assert again.text == "No draft waits for a second yes."
    drafts = next(one for one in truths() if one.name == "drafts")
    async with storage.transaction() as work:
        assert list(await drafts.breaches(work._connection, ana.now)) == []


async def test_what_two_took_back_is_not_put_back_by_one(storage: Storage) -> None:
    """Not even by one of the two who had agreed on it first."""
    ana, ben, cem, dan = (one.in_("investing") for one in await club(storage, second_yes=True))
    private = person(storage, "ana")
    await private.say("make Cem a member of Club")
    code = code_in((await private.say("invite a member to Club")).text)
    await person(storage, "dan").say(f"join {code}")
    card = await ana.say(f"record bought 10 AAPL at 125.70 {ON} for club")
    saved = await ben.press("Approve", on=card)
    alone = await ana.press("Undo – either, 24 h", on=saved)
    assert "#1 removed" in alone.text
    back = await ana.press("Restore", on=alone)
    assert "#1" in back.text, "one's own undo is put back alone"
    assert "Approve" not in back.labels
    asked = await cem.send(f"undo:{saved.buttons[0][1].partition(':')[2]}")
    gone = await dan.press("Approve", on=asked)
    assert "#1 removed" in gone.text
    again = await ana.press("Restore", on=gone)
    assert again.labels == ["Approve", "Reject"], again.text


async def test_a_team_s_trades_are_no_measure_of_one_person(ana: Spoken) -> None:
    ana.storage.comparisons = Comparisons(0.5, "secret")
    await drawn(ana, "pace")
    me = await who(ana)
    assert me.portfolio is not None
    async with ana.storage.transaction() as work:
        await work.members.make(me.portfolio, me.id, "Ana", ana.now)
    ana.now += READY
    await measuring.run(ana.desk, ana.now)
    async with ana.storage.transaction() as work:
        (arm,) = await work.arms.of(me.id)
    assert arm.measured == {"missing": "shared"}


async def test_one_person_on_two_doors_does_not_agree_with_themselves(storage: Storage) -> None:
    ana, _, _, _ = await club(storage, second_yes=True)
    phone = ana.on("telegram", "4711")
    await phone.say("hello")
    await join(ana, phone)
    await ana.say(f"bought 10 AAPL at 125.70 {ON} for Club")
    await ana.press("Save")
    for words in ("drafts", "approve 1", "approve all", "approve"):
        told = await phone.say(words)
    assert told.text.startswith("You wrote this draft")
    async with storage.transaction() as work:
        _, team = await ids(ana)
        (draft,) = await work.drafts.all_open_shared(team, ana.now)
        me = await who(phone)
        assert not await work.drafts.take_shared(draft.id, team, me.id, ana.now)


def told(n: int) -> Readings:
    """Of ``n`` people, one of five left alone."""
    rng = np.random.default_rng(3)
    start = date(2026, 1, 1)
    return Readings(
        {
            "pace": tuple(
                Reading(
                    LEFT_ALONE if k % 5 == 0 else SPOKEN, 0.2, start + timedelta(days=k),
                    float(theta), None,
                )
                for k, theta in enumerate(rng.normal(0, 0.5, n))
            )
        }
    )  # fmt: skip


def test_two_looks_never_differ_by_fewer_than_five_people_of_each_arm() -> None:
    seen = [effects(told(n))["pace"].habit for n in range(150, 230)]
    changes = [(a, b) for a, b in pairwise(seen) if a != b]
    assert len(changes) > 2
    for a, b in changes:
        assert b.spoken - a.spoken >= 5
        assert b.left_alone - a.left_alone >= 5
