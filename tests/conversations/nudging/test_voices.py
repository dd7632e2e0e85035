"""Teams are spoken to in the channel they chose, about what they share, and about nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from benchmarks.nudge_facts import FACTS
from conversations.intents.voice import read_how
from conversations.nudging import finding, listening
from conversations.nudging.kind import Occasion
from conversations.nudging.registry import kind_named
from scheduler.jobs import nudges
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import Storage
from tests.conversations.company import Somebody
from tests.conversations.test_teams import club

NOON = datetime(2026, 11, 18, 15, tzinfo=UTC)  # a Wednesday
CHOSEN = (
    "✅ I speak first about Club here, every day 08:00–22:00, UTC time: at most one a day and "
    'three a week.\nOwners change it: "market nudges silent", "nudge us here 9 to 18", '
    '"stop nudging us".'
)
MOVED = "Club · AAA moved −10.0% on 1 Feb 2026"


@pytest.fixture
async def books(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    yield found
    await found.close()


async def ids(ana: Somebody) -> tuple[UUID, UUID]:
    """Ana, and the portfolio that she shares."""
    async with ana.storage.transaction() as work:
        me = await work.users.known_as("web", "ana")
        (team,) = await work.members.shared_with(me.id)
        return me.id, team.portfolio


async def want(ana: Somebody, name: str = "market_move", **more: Any) -> UUID:
    """Something to say to the team, from now on."""
    me, team = await ids(ana)
    kind = kind_named(name)
    assert kind is not None
    record = NudgeRecord(
        uuid4(), team, me, name, kind.group, uuid4().hex, FACTS[name], 1.0, ana.now,
        ana.now + timedelta(days=2), listener=team,
    )  # fmt: skip
    async with ana.storage.transaction() as work:
        assert await work.nudges.want(replace(record, **more))
    return record.id


async def heard(ana: Somebody, chat: str = "investing") -> list[dict[str, Any]]:
    """What is said first in a chat when the job looks at the clock."""
    async with ana.storage.transaction() as work:
        before = {line.id for line in await work.outbox.transcript("web", chat)}
    await nudges.run(ana.desk, ana.now)
    async with ana.storage.transaction() as work:
        lines = await work.outbox.transcript("web", chat)
    return [line.body for line in lines if line.mine and line.id not in before]


async def status(books: Any, id: UUID) -> tuple[str, str]:
    row = await books.fetchrow("SELECT status, reason FROM nudges WHERE id = $1", id)
    return row["status"], row["reason"]


def data(body: dict[str, Any], label: str) -> str:
    buttons = [one for row in body["buttons"] for one in row]
    return str(next(one["data"] for one in buttons if one["label"] == label))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("", (None, None)),
        ("from 9 to 18", ({"from": 9, "to": 18, "weekdays": False}, None)),
        ("9 to 18 weekdays in Berlin", ({"from": 9, "to": 18, "weekdays": True}, "Europe/Berlin")),
        ("in Tokyo", (None, "Asia/Tokyo")),
        ("only weekdays", ({"from": 8, "to": 22, "weekdays": True}, None)),
        ("when it rains", None),
        ("in Nowhereville", None),
    ],
)
def test_hours_and_place_of_a_team(said: str, read: object) -> None:
    assert read_how(said) == read


async def test_an_owner_chooses_the_channel(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage)
    in_private = await ana.say("nudge us here")
    assert in_private.text.startswith("That is for the channel in which I am to speak")
    refused = await ben.in_("investing").say("nudge us here")
    assert refused.text == "Only an owner of Club can do that. Nothing was changed."
    group = ana.in_("investing")
    assert (await group.say("nudges")).text.startswith("I don't speak first about Club.")
    chosen = await group.say("send Club nudges here")
    assert chosen.text == CHOSEN
    assert "9 to 18" in (await group.say("nudge us here when it rains")).text
    assert "about Club, not Pool" in (await group.say("send Pool nudges here")).text
    assert "use Club here" in (await ana.in_("elsewhere").say("nudge us here")).text
    later = await group.say("nudge us here 9 to 18 in Berlin")
    assert "every day 09:00–18:00, Berlin time" in later.text
    await group.press("Undo")
    async with storage.transaction() as work:
        _, team = await ids(ana)
        voice = await work.voices.of(team)
    assert voice is not None
    assert (voice.chat, voice.time_zone, voice.preferences) == (
        "investing", "UTC", {"hours": {"from": 8, "to": 22}},
    )  # fmt: skip
    assert (await ben.in_("investing").say("stop nudging us")).text.startswith("Only an owner")
    stopped = await group.say("stop nudging us")
    assert stopped.text == "✅ I no longer speak first about Club."
    assert "as they did" in (await group.press("Undo")).text
    log = (await ana.say("log for Club")).text
    assert "chose where I speak first" in log
    assert "ended the nudges" in log


async def test_it_is_said_to_all_and_owners_decide(storage: Storage, books: Any) -> None:
    ana, ben, cem, dan = await club(storage)
    group = ana.in_("investing")
    await group.say("nudge us here")
    await want(ana)
    (body,) = await heard(ana)
    assert body["text"].startswith(MOVED)
    assert body["open"]
    assert body["for_all"]
    for one in (ben, cem):
        why = await one.in_("investing").send(data(body, "Why this?"))
        assert why.text.startswith('Rule "market move"')
        assert "Change limit" not in why.labels
        for label in ("Snooze 7 days", "Stop these"):
            refused = await one.in_("investing").send(data(body, label))
            assert refused.text == "Only an owner of Club can do that. Nothing was changed."
    stranger = await dan.in_("investing").send(data(body, "Why this?"))
    assert stranger.text.startswith("I keep portfolios private.")
    assert (await dan.send(data(body, "Why this?"))).text.startswith("I no longer know which")
    limit = await group.send("nudgelimit:market_move:6.0")
    assert limit.text == "✅ Market move: I speak from 6× on."
    stopped = await group.send(data(body, "Stop these"))
    assert stopped.text.startswith("✅ Market nudges off.")
    gone = await want(ana)
    ana.wait(days=1)
    assert await heard(ana) == []
    assert await status(books, gone) == ("dropped", "off")
    async with storage.transaction() as work:
        me = await work.users.known_as("web", "ana")
    assert "nudges" not in me.preferences, "her own are as they were"
    assert "✅ Club is as it was" not in (await group.press("Undo", on=stopped)).text
    await want(ana)
    assert len(await heard(ana)) == 1
    listed = await group.say("my nudges")
    assert listed.text.startswith("Club · Your last nudges:")
    assert "AAA moved" in listed.text
    assert (await ana.say("my nudges")).text == "No nudges so far. They come seldom."


async def test_classes_are_set_in_the_channel_and_by_name(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    for words in ("Club market nudges silent", "market nudges silent for Club"):
        assert (await ana.say(words)).text == (
            "Club · ✅ Market nudges: silent, they come without a sound."
        )
        assert (await ben.say(words)).text.startswith("Only an owner of Club")
        await ana.press("Undo")
    assert (await ana.in_("investing").say("market nudges silent")).text.startswith("Club · ✅")
    assert "Silent: Market" in (await ben.in_("investing").say("nudges")).text
    await want(ana)
    assert (await heard(ana))[0]["silent"]
    assert (await ana.say("Pool nudges off")).text.startswith("You have no portfolio called Pool")
    assert (await ana.say("nudges")).text.startswith("Nudges, at most one a day:")


async def test_a_team_counts_what_it_heard_itself(storage: Storage, books: Any) -> None:
    ana, _, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    await ana.say("bought 3 MSFT at 234.50 on 2022-12-28")
    me, team = await ids(ana)
    await books.execute("UPDATE inbox SET received_at = $1", ana.now - timedelta(days=2))
    await want(ana)
    assert len(await heard(ana)) == 1
    await want(ana)
    own = await want(ana, "pace", listener=None)
    said = await heard(ana, "ana")
    assert [one["text"].partition(":")[0] for one in said] == ["You're near a pattern"]
    assert await status(books, own) == ("said", "")
    assert await heard(ana) == [], "one a day, also here"
    ana.wait(days=1)
    await books.execute(
        "UPDATE inbox SET received_at = $1 WHERE id = (SELECT max(id) FROM inbox WHERE chat = $2)",
        ana.now - timedelta(minutes=4),
        "investing",
    )
    await books.execute("UPDATE nudges SET decide_at = $1", ana.now)
    assert await heard(ana) == [], "a member has just spoken there"
    ana.wait(minutes=6)
    assert len(await heard(ana)) == 1
    async with storage.transaction() as work:
        found = await listening.audience_of(work, team, me)
        listener = await listening.listener_of(work, found, ana.now)
    assert [one.answered for one in listener.said] == [True, False]


async def test_nothing_of_one_person_s_own_is_said_where_others_read(
    storage: Storage, books: Any
) -> None:
    ana, _, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    me, team = await ids(ana)
    async with storage.transaction() as work:
        own = next(one.id for one in await work.portfolios.of(me) if one.id != team)
    for wrong in (
        await want(ana, "pace"),  # a habit
        await want(ana, "goal_progress"),
        await want(ana, "intention"),
        await want(ana, portfolio=own),  # not what they share
    ):
        assert await heard(ana) == []
        assert await status(books, wrong) == ("dropped", "not for all")
    async with storage.transaction() as work:
        await work.members.bind("web", "investing", own, NOON)  # the channel is about another now
        kind, occasion = kind_named("market_move"), Occasion("x", FACTS["market_move"])
        assert kind is not None
        person_ = await work.users.get(me)
        assert await finding.want_one(work, person_, team, kind, occasion, ana.now, team)
        assert not await finding.want_one(work, person_, team, kind, occasion, ana.now, team)
    assert await heard(ana) == []
    async with storage.transaction() as work:
        assert await work.voices.of(team) is None


async def test_a_channel_that_is_gone_ends_it_and_its_owner_is_told_once(
    storage: Storage, books: Any
) -> None:
    ana, _, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    _, team = await ids(ana)
    waits = await want(ana)
    async with storage.transaction() as work:
        await work.doors.close("web", "investing", "is_archived", NOON)
    ana.wait(hours=8)  # 23:00
    assert await heard(ana, "ana") == []
    assert await status(books, waits) == ("dropped", "nowhere")
    ana.wait(hours=9)
    (told,) = await heard(ana, "ana")
    assert told["text"].startswith("Club: I can no longer write in the channel you chose, so")
    async with storage.transaction() as work:
        assert await work.voices.of(team) is None
    assert await heard(ana, "ana") == []


async def test_a_channel_that_became_another_one_takes_it_along(storage: Storage) -> None:
    ana, _, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    await want(ana)
    async with storage.transaction() as work:
        await work.doors.move("web", "investing", "investing 2")
    (body,) = await heard(ana, "investing 2")
    assert body["text"].startswith(MOVED)


async def test_who_takes_the_portfolio_off_the_channel_knows_it(storage: Storage) -> None:
    ana, _, _, _ = await club(storage)
    await ana.in_("investing").say("nudge us here")
    await ana.in_("investing").say("stop using it here")
    assert await heard(ana, "ana") == []
    async with storage.transaction() as work:
        assert await work.voices.all() == []
