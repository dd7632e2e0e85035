"""A club that is spoken to first: in the channel it chose and only there, by rules of its owner."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from benchmarks.nudge_facts import FACTS
from conversations.desk import Desk
from conversations.nudging import listening
from conversations.nudging.registry import kind_named
from scheduler.jobs import nudges, team_week
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office, seen
from tests.bot.telegram.people import Town
from tests.dialogues.test_club import ROOM, club_in_slack, club_in_telegram, thread_of

MOVED = "Club · AAA moved −10.0% on 1 Feb 2026, 4× its usual day."
OWNERS = "Only an owner of Club can do that. Nothing was changed."
CHOSEN = "✅ I speak first about Club here, every day 08:00–22:00, UTC time"
TEAM = "SELECT portfolio_id FROM team_voices"


async def want(storage: Storage, now: object) -> UUID:
    """Something happened with what the club holds; the club's portfolio."""
    kind = kind_named("market_move")
    assert kind is not None
    async with storage.transaction() as work:
        team = (await work._connection.exec_driver_sql(TEAM)).scalar_one()
        owner = (await work.portfolios.get(team)).person
        wanted = NudgeRecord(
            uuid4(), team, owner, kind.name, kind.group, uuid4().hex, FACTS[kind.name], 1.0, now,
            now + timedelta(days=2), listener=team,
        )  # fmt: skip
        assert await work.nudges.want(wanted)
    return team


async def spoke(storage: Storage, team: UUID) -> object:
    async with storage.transaction() as work:
        return await work.nudges.spoken_in_room(team)


async def test_in_slack_it_comes_to_the_channel_and_its_owner_stops_it(
    office: Office,  # noqa: F811 - it is the fixture
) -> None:
    await club_in_slack(office)
    chosen = await office.say("nudge us here", channel=ROOM)
    assert (chosen.channel, chosen.text.startswith(CHOSEN)) == (ROOM, True)
    assert (await office.say("nudge us here", "U0BEN", channel=ROOM)).text == OWNERS
    office.wait(minutes=30)
    team = await want(office.storage, office.now)
    before = {room: len(office.slack.to(room)) for room in (ROOM, "D0ANA", "D0BEN")}
    await nudges.run(office.desk, office.now)
    await office.settle()
    after = {room: len(office.slack.to(room)) for room in before}
    assert after == before | {ROOM: before[ROOM] + 1}, "there, and nowhere else"
    said = thread_of(office)[-1]
    assert (said.text.partition("\n")[0], said.thread) == (MOVED, None)
    assert said.labels == ["Show me", "Snooze 7 days", "Why this?", "Stop these"]
    why = await office.press("Why this?", said, "U0BEN")
    assert why.text.startswith('Rule "market move"')
    assert "Change limit" not in why.labels, "that is for the owner"
    refused = await office.press("Stop these", said, "U0BEN")
    assert refused.text == OWNERS
    stopped = await office.press("Stop these", said)
    assert stopped.text.startswith("✅ Market nudges off.")
    assert stopped.channel == ROOM
    office.wait(days=1)
    await want(office.storage, office.now)
    silent = len(office.slack.to(ROOM))
    await nudges.run(office.desk, office.now)
    await office.settle()
    assert len(office.slack.to(ROOM)) == silent
    assert await spoke(office.storage, team) is not None


async def test_in_slack_what_is_said_in_a_thread_is_said_in_its_room(
    office: Office,  # noqa: F811
) -> None:
    await club_in_slack(office)
    await office.say("nudge us here", channel=ROOM)
    team = await want(office.storage, office.now)
    first = await spoke(office.storage, team)
    asked = await office.say("portfolio", "U0BEN", channel=ROOM, thread_ts="1700000000.000100")
    assert asked.thread == "1700000000.000100"
    written = await spoke(office.storage, team)
    assert written > first, "a thread is part of the channel"
    async with office.storage.transaction() as work:
        owner = (await work.portfolios.get(team)).person
        found = await listening.audience_of(work, team, owner)
        assert found.home == listening.Home("slack", f"T0TEAM:{ROOM}::")
        assert found.spoke_at == written
    await office.say("help", "U0BEN", channel="C0OTHER", thread_ts="1700000000.000200")
    assert await spoke(office.storage, team) == written, "another channel is not"


async def test_in_telegram_it_comes_to_the_group_and_its_owner_stops_it(storage: Storage) -> None:
    town = Town(storage)
    ana, ben, dan = await club_in_telegram(town)
    refused = await ben.say("@bpo_test_bot nudge us here")
    assert refused.text == OWNERS
    assert (await ana.say("@bpo_test_bot nudge us here")).text.startswith(CHOSEN)
    town.wait(minutes=30)
    await want(storage, town.now)
    private = [len(town.platform.shown(id)) for id in (501, 502)]
    await nudges.run(town.desk, town.now)
    await town.settle()
    said = ana.heard
    assert said.text.partition("\n")[0] == MOVED
    assert [len(town.platform.shown(id)) for id in (501, 502)] == private
    assert said.labels == ["Show me", "Snooze 7 days", "Why this?", "Stop these"]
    await ben.press("Why this?", said)
    assert any(one.text.startswith('Rule "market move"') for one in ben.sees)
    assert said.labels == ["Show me", "Snooze 7 days", "Stop these"], "asking answers nothing"
    await ben.press("Stop these", said)
    await dan.press("Stop these", said)
    shown = [one.text for id in (501, 502, 503, ana.chat) for one in town.platform.shown(id)]
    assert any(OWNERS in one for one in shown)
    assert not any("nudges off" in one for one in shown)
    await ana.press("Stop these", said)
    assert any(one.text.startswith("✅ Market nudges off.") for one in ana.sees)


async def test_a_club_hears_of_its_week_on_sunday_evening(
    office: Office,  # noqa: F811
) -> None:
    await club_in_slack(office)
    await office.say("nudge us here in Berlin", channel=ROOM)
    draft = await office.say("bought 10 AAPL at 125.70 on 2022-12-28", channel=ROOM)
    await office.press("Approve", draft, "U0BEN")
    desk: Desk = office.desk
    office.wait(days=4, hours=2)  # Sunday 22 November, 18:00 in Berlin
    for shares in (3, 4):
        await office.say(f"bought {shares} MSFT at 234.50 on 2022-12-28", channel=ROOM)
    office.wait(minutes=15)  # nobody is interrupted
    before = len(office.slack.to(ROOM))
    for _ in range(2):
        await team_week.run(desk, office.now)
        office.wait(minutes=5)
        await nudges.run(desk, office.now)
        await office.settle()
    (week,) = [seen(one) for one in office.slack.to(ROOM)[before:]]
    assert week.text == (
        "Club this week: 1 trade saved, 0 undone.\nActive: Ana and Ben.\n"
        "2 drafts waiting for a second yes."
    )
    assert week.labels == ["Snooze 7 days", "Why this?", "Stop these"]
    why = await office.press("Why this?", week, "U0BEN")
    assert why.text.startswith("Sent on Sundays to teams that chose a channel")
