"""What people answer to what was said first: to a follow-up, to a trade they waited with, and to a
month against their twin."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest

from benchmarks.nudge_facts import FACTS
from conversations.wording import cooling, teams, weeks
from conversations.wording import follow_up as words
from engine.prices import Prices
from engine.simulation.sample_investor import DEMO_SEED, sample_trades
from scheduler.jobs import cool_off, follow_up, monthly_twin
from storage.records import RecommendationRecord
from tests.conversations.nudging.conftest import Spoken
from tests.conversations.talk import Heard
from tests.storage.test_recommendations import content

DAY = timedelta(days=1)
LAST = datetime(2022, 12, 28, 15, tzinfo=UTC)  # a Wednesday; the market of the demo ends then
QUESTION = (
    "Your proposal of 14 Nov 2026 was: 9% into NVDA. Nothing of it is recorded.\nDid you do it?"
)
ANSWERS = ["All of it", "Partly", "Not yet", "No, dropped", "Why this?", "Stop these"]


async def proposed(ana: Spoken) -> UUID:
    """A proposal of four days ago, to be asked about now."""
    me = await ana.me()
    assert me.portfolio is not None
    told = content(ana.now - 4 * DAY, "25")
    kept = RecommendationRecord(uuid4(), me.portfolio, me.id, told, "open", ana.now)
    async with ana.storage.transaction() as work:
        await work.recommendations.add(kept)
    return kept.id


async def asked(ana: Spoken) -> list[Heard]:
    await follow_up.run(ana.desk, ana.now)
    ana.wait(minutes=6)
    return await ana.hear()


async def state(ana: Spoken, id: UUID) -> tuple[str, datetime | None]:
    async with ana.storage.transaction() as work:
        found = await work.recommendations.get(id, (await ana.me()).id)
    assert found is not None
    return found.status, found.follow_up_at


@pytest.mark.parametrize(
    ("label", "said", "buttons", "status", "again"),
    [
        ("All of it", "Noted, I don't ask again. Your books don't have all of it yet: I can't "
         "place orders. When done, tell me the fills or send the CSV.",
         ["Record a trade", "Import CSV", "Undo"], "open", False),
        ("Partly", "Noted, I don't ask again. What you record of it, I count.",
         ["Trade list", "Dismiss", "Undo"], "open", False),
        ("Not yet", "OK. I ask once more, on 2 Dec 2026.", ["Trade list", "Dismiss"], "open", True),
        ("No, dropped", "OK, dropped. Nothing was changed in your books.", ["Rebalance"],
         "dismissed", False),
    ],
)  # fmt: skip
async def test_each_answer_to_did_you_do_it(
    ana: Spoken, label: str, said: str, buttons: list[str], status: str, again: bool
) -> None:
    id = await proposed(ana)
    (question,) = await asked(ana)
    assert (question.text, question.labels) == (QUESTION, ANSWERS)
    done = await ana.press(label)
    assert (done.text, done.labels) == (said, buttons)
    assert (await state(ana, id))[0] == status
    if "Undo" in buttons:
        assert (await state(ana, id))[1] is None
        assert (await ana.press("Undo")).text == "OK. I ask once more, on 2 Dec 2026."
        assert (await state(ana, id))[1] is not None
    ana.wait(days=14)
    assert len(await asked(ana)) == (again or "Undo" in buttons)
    ended = await ana.press(label, on=question)
    assert ended.text.startswith("That proposal has ended") == (status == "dismissed")


async def test_notes_that_waited_for_the_digest_are_read_there(ana: Spoken) -> None:
    notes = {"notes": ["AAA has jumped 20% in a week."], "groups": ["FOMO"]}
    await ana.want("weekly_review", facts=notes)
    ana.wait(minutes=6)
    (review,) = await ana.hear()
    assert "And 1 note you wanted here (FOMO)." in review.text
    assert review.labels == ["Plan next week", "Notes", "Why this?", "Stop these"]
    told = await ana.press("Notes")
    assert told.text == "What you wanted in the digest:\nAAA has jumped 20% in a week."
    assert (await ana.send("weeknotes:2025-W01")).text.startswith("I no longer have those notes.")


async def test_what_was_asked_for_cannot_be_stopped_and_comes_late(ana: Spoken) -> None:
    """Its class goes on; where nobody was on watch it comes all the same, and says so."""
    await ana.want("intention", lasts=2 * DAY)
    late = await ana.want("pace", lasts=9 * DAY)
    due = ana.now
    ana.wait(days=2)
    (said,) = await ana.hear()
    assert said.text.splitlines()[-1] == (
        f"It comes late: it was due on Wed 18 Nov 2026, {due:%H:%M} (UTC), and I was not running."
    )
    assert said.text.startswith("AAA has moved −20.0% since you said on 5 Jan 2026:")
    assert await ana.status(late) == ("dropped", "late")
    assert said.labels == ["My intentions", "Why this?"]
    why = await ana.press("Why this?")
    assert why.labels == ["OK"]
    stop = dict(why.buttons)["OK"].replace(":ok:", ":stop:")
    for data in (stop, stop.replace(":stop:", ":snooze:")):
        assert (await ana.send(data)).text.startswith("You asked for that one")
    assert "nudges" not in (await ana.me()).preferences
    await ana.want("intention", weight=4.0)
    await ana.want("pace")
    ana.wait(days=1)
    (both,) = await ana.hear()
    assert "“if it falls 20% I will wait”" in both.text
    assert both.labels == ["My intentions", "Snooze 7 days", "Why this?", "Stop these"]
    stopped = await ana.press("Stop these")
    assert stopped.text.startswith("✅ Pace nudges off. Others stay: ")
    assert (await ana.me()).preferences["nudges"] == {"pace": "off"}


def test_what_is_said_of_one_of_few_and_of_none() -> None:
    once = teams.digest("Club", 0, 0, (), 1, 1, 1).splitlines()
    assert once[1:] == [
        "1 draft waiting for a second yes.",
        "In your own portfolios five or more of you traded the same share on the same day once, "
        "mostly one way (4 in 5 or more). A count, no proof.",
    ]
    assert "day 3 times, 2 of these mostly one way (4 in 5 or more)." in teams.digest(
        "Club", 0, 0, (), 0, 3, 2
    )
    week = FACTS["weekly_review"]
    assert "your usual week has under 0.1 (mean" in weeks.told(week | {"usual": 0.04}, "USD")
    assert "your usual week has 0 (mean" in weeks.told(week | {"usual": 0.0}, "USD")
    late = FACTS["cool_off"] | {"late": "Fri 20 Feb 2026, 10:00 (UTC)", "symbol": ""}
    assert cooling.told(late, "USD").splitlines()[1:] == [
        "I no longer have that trade, so I can't say what its price did.",
        "Nothing was saved of it.",
        "It comes late: it was due on Fri 20 Feb 2026, 10:00 (UTC), and I was not running.",
    ]
    done = FACTS["follow_up"] | {"outcome": "done"}
    assert words.why(done).startswith("Told because you bought and sold since then")


async def test_a_real_record_is_warned_waits_and_meets_its_twin(
    ana: Spoken, demo_prices: Prices
) -> None:
    ana.now = LAST
    me = await ana.me()
    assert me.portfolio is not None
    async with ana.storage.transaction() as work:
        for trade in sample_trades(demo_prices, np.random.default_rng(DEMO_SEED)):
            await work.trades.add(me.portfolio, trade)
    await ana.say("what are my biases?")
    card = await ana.say("bought 20 AAPL at 125.70 today")
    warned = card.text.partition("⚠️ ")[2]
    assert warned.startswith("AAPL had one of this month's wildest days")
    assert "Wait a day" in card.labels
    waits = await ana.press("Wait a day")
    assert waits.text.startswith("✅ Not saved. You wait with BUY 20 AAPL @ $125.70 until Thu 29")
    ana.wait(hours=25)
    await cool_off.run(ana.desk, ana.now)
    ana.wait(minutes=6)
    (over,) = await ana.hear()
    lines = over.text.splitlines()
    assert lines[0] == (
        "The time you gave yourself is over: BUY 20 AAPL @ $125.70, since Wed 28 Dec 2022."
    )
    assert f"\nYou had read: {warned}\n" in over.text
    assert len(lines) <= 6
    assert over.labels == ["Record it", "Drop it", "Wait another day", "Why this?"]
    ana.now = datetime(2023, 1, 2, 18, tzinfo=UTC)  # a Monday: the first weekday
    await monthly_twin.run(ana.desk, ana.now)
    ana.wait(minutes=6)
    (twin,) = await ana.hear()
    assert twin.text.startswith("December is over. Your disciplined twin would have about $")
    assert len(twin.text.splitlines()) <= 6
    assert twin.labels == ["What could I do?", "Snooze 7 days", "Why this?", "Stop these"]
    async with ana.storage.transaction() as work:
        line = next(line for line in await ana._lines() if line.id == twin.id)
        picture = await work.pictures.get(UUID(line.body["picture"]))
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    if "BPO_SHOTS" in os.environ:
        (Path(os.environ["BPO_SHOTS"]) / "twin.png").write_bytes(picture.png)
