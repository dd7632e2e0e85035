"""Ninety days of many people on a made-up clock; and ten thousand nudges through the pacing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks import nudge_judging as judging
from benchmarks import nudge_simulation as simulation
from benchmarks.nudge_storage import Heard, Somebody
from benchmarks.nudges import paced
from storage.cache import Cache
from storage.nudge_records import NudgeRecord

NOBODY = "redis://127.0.0.1:9/0"  # the discard port: nothing listens


async def test_nobody_is_spoken_to_early_late_twice_or_in_quiet_hours() -> None:
    found = await simulation.simulate(people=300, seed=1, every=3)
    assert not found.faults
    assert found.wanted > 5_000
    assert found.messages > 2_000
    assert found.deaths > 200
    assert {"stale", "off", "late", "nobody listens", "not for all"} <= set(found.dropped)


async def test_the_judge_sees_what_is_wrong() -> None:
    """Each promise, broken by hand."""
    one, outages, _ = await simulation.live(5, 1)
    assert not judging.judge(one)
    found = [(n, heard, said_in(one, heard)) for n, heard in enumerate(one.heard)]
    plain = {"asked for", judging.DIGEST}
    at, heard, (record, *_) = next(each for each in found[3:] if not plain & classes(each[2]))
    one.heard.append(replace_at(heard, timedelta(0)))
    assert judging.judge(one)["doubled"] == 1
    one.heard.pop()
    for shift, fault in ((timedelta(hours=-90), "early"), (timedelta(days=30), "stale")):
        one.heard[at] = replace_at(heard, shift)
        assert judging.judge(one)[fault] == 1
    one.heard[at] = heard
    one.nudges[record.id] = replace(record, said_at=heard.at + timedelta(days=9))
    assert judging.lateness(one, outages)["late"] == 1
    one.nudges[record.id] = record
    one.wrote.append(heard.at - timedelta(minutes=9))
    assert judging.judge(one)["silence"] == 1
    one.hours = (heard.at.astimezone(one.zone).hour + 1, heard.at.astimezone(one.zone).hour, False)
    assert judging.judge(one)["quiet"] >= 1


def replace_at(heard: Heard, shift: timedelta) -> Heard:
    return Heard(heard.at + shift, heard.message, heard.body)


async def test_the_judge_sees_what_teams_overhear_and_digests_that_starve() -> None:
    team, outages, _ = await simulation.live(6, 1)
    assert team.team
    assert not judging.judge(team)
    record = next(one for one in team.nudges.values() if one.message == team.heard[0].message)
    team.nudges[record.id] = replace(record, kind="pace")
    assert judging.judge(team)["overheard"] == 1
    team.nudges[record.id] = record
    team.heard[0].body["chat"] = "7"
    assert judging.judge(team)["overheard"] == 1
    digest = next(one for one in team.nudges.values() if one.grouped == "digest" and one.said_at)
    assert not judging.lateness(team, outages)
    assert digest.said_at is not None
    team.nudges[digest.id] = replace(digest, said_at=digest.said_at + timedelta(days=1))
    assert judging.lateness(team, outages)["starved"] == 1


def said_in(one: Somebody, heard: Heard) -> list[NudgeRecord]:
    return [each for each in one.nudges.values() if each.message == heard.message]


def classes(records: list[NudgeRecord]) -> set[str]:
    told = {"asked for" for one in records if one.kind in ("intention", "cool_off")}
    return told | {one.grouped for one in records}


@pytest.mark.parametrize(("count", "url"), [(10_000, NOBODY), (1_000, None)])
async def test_ten_thousand_go_out_in_the_least_time_that_the_platform_allows(
    count: int, url: str | None
) -> None:
    """By the turns of this process; and by those of a Redis, whose protocol takes its time."""
    seconds, floor = await paced(count, Cache(url))
    assert floor - 1e-6 <= seconds <= 1.05 * floor
    assert seconds <= 420.0
