"""“remind me”: noted, listed, forgotten, said exactly once; a trade put off after a warning."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from conversations.desk import Desk
from scheduler.jobs import reminders
from tests.conversations.talk import Talk


async def _told(talk: Talk) -> list[str]:
    """All that we said in the chat, after the job has looked at the clock."""
    await reminders.run(talk.desk, talk.now)
    await talk.settle()
    async with talk.storage.transaction() as work:
        said = await work.outbox.transcript("web", talk.chat)
    return [line.body["text"] for line in said if line.mine]


async def test_a_reminder_is_noted_listed_forgotten_and_comes_back(talk: Talk) -> None:
    await talk.say("time zone berlin")
    noted = await talk.say("remind me tomorrow at 9:30 to call the broker")
    assert noted.text == "✅ Reminder: Thu 19 Nov 2026, 09:30 (Berlin), about “call the broker”."
    assert noted.labels == ["Undo", "My reminders"]
    await talk.say("remind me in 7 days to look at AAPL")
    assert (await talk.say("my reminders")).text.splitlines() == [
        "Your reminders:",
        "1) Thu 19 Nov 2026, 09:30 (Berlin): “call the broker”",
        "2) Wed 25 Nov 2026, 10:00 (Berlin): “look at AAPL”",
    ]
    which = await talk.say("forget the reminder")
    assert which.first == "Which one?"
    gone = await talk.press("Forget 2", on=which)
    assert gone.text == "↩️ Forgotten: Wed 25 Nov 2026, 10:00 (Berlin), “look at AAPL”."
    back = await talk.press("Restore")
    assert back.text.startswith("✅ Reminder: Wed 25 Nov 2026, 10:00 (Berlin)")
    assert (await talk.say("undo")).text.startswith("↩️ Forgotten: Wed 25 Nov")
    assert (await talk.say("forget reminder 7")).text.startswith("There is no such reminder.")
    assert (await talk.say("forget all reminders")).text.startswith("↩️ Forgotten: Thu 19 Nov")
    assert (await talk.say("my reminders")).text.startswith("No reminders.")


async def test_it_is_said_once_at_its_moment(talk: Talk) -> None:
    await talk.say("remind me tomorrow to call the broker")
    talk.now = datetime(2026, 11, 19, 9, 59, 59, tzinfo=UTC)
    assert not [one for one in await _told(talk) if one.startswith("Reminder, as you asked")]
    talk.wait(seconds=1)
    words = "Reminder, as you asked on Wed 18 Nov 2026: call the broker"
    both = (reminders.run(talk.desk, talk.now) for _ in range(2))  # two schedulers at once
    await asyncio.gather(*both)
    assert (await _told(talk)).count(words) == 1
    again = Desk(talk.storage, talk.desk.cache)  # a program started anew
    await reminders.run(again, talk.now + timedelta(days=3))
    assert (await _told(talk)).count(words) == 1
    assert (await talk.say("my reminders")).text.startswith("No reminders.")


async def test_what_was_due_while_nobody_was_on_watch_comes_late(talk: Talk) -> None:
    await talk.say("remind me in 20 minutes to call")
    await talk.say("remind me in 10 minutes to breathe")
    talk.wait(days=2)
    assert [one.rpartition(": ")[2] for one in (await _told(talk))[-2:]] == ["breathe", "call"]


async def test_a_reminder_that_cannot_be_said_stays(talk: Talk) -> None:
    await talk.say("remind me in 20 minutes to call")
    talk.wait(hours=1)
    async with talk.storage.transaction() as work:
        found = await work.reminders.due(talk.now)
        assert found is not None
        async with talk.storage.transaction() as other:
            assert await other.reminders.due(talk.now) is None, "somebody is at it"
    async with talk.storage.transaction() as work:
        assert await work.reminders.due(talk.now) is not None, "and gave up"


async def test_without_a_moment_or_a_matter_nothing_is_kept(talk: Talk) -> None:
    asked = await talk.say("remind me")
    assert asked.text.startswith("When? ")
    assert asked.labels == ["Tomorrow 10:00", "In 7 days"]
    assert (await talk.press("In 7 days")).text.startswith("There is no open proposal")
    assert (await talk.say("remind me at 25:00")).text.startswith("I can't remind you then")
    assert (await talk.say("my reminders")).text.startswith("No reminders.")
    assert (await talk.send("unremind:nonsense")).text.startswith("There is no such reminder.")
    assert (await talk.send("reremind:x")).text.startswith("That reminder can't come back")


async def test_a_proposal_is_spoken_of_as_it_stands_by_then(demo: Talk) -> None:
    await demo.say("minimum variance, max 20% in one stock")
    listed = await demo.say("trade list")
    noted = await demo.press("Remind me tomorrow", on=listed)
    assert "about the trades of your proposal" in noted.first
    demo.wait(days=1)
    told = (await _told(demo))[-1]
    assert told.startswith("DEMO · Reminder, as you asked: SELL ")
    assert "of your proposal of Wed 28 Dec 2022" in told

    await demo.say("remind me tomorrow")
    await demo.say("exclude AAPL")  # the proposal knew nothing of that
    demo.wait(days=1)
    assert "a new limit has taken its place" in (await _told(demo))[-1]

    await demo.say("forget my limits")
    await demo.say("minimum variance, max 20% in one stock")
    await demo.say("remind me tomorrow")
    await demo.say("dismiss")
    assert (await demo.say("my reminders")).text.startswith("No reminders.")


async def test_it_says_when_it_is_about_another_portfolio(demo: Talk) -> None:
    await demo.say("remind me in 20 minutes to call")
    await demo.say("minimum variance, max 20% in one stock")
    await demo.say("remind me tomorrow")
    async with demo.storage.transaction() as work:
        person = await work.users.known_as("web", demo.chat)
        portfolios = await work.portfolios.of(person.id)
        own = next(one for one in portfolios if not one.demo)
        await work.users.change(person.id, portfolio=own.id)
    demo.wait(days=1)
    told = await _told(demo)
    assert told[-1].endswith('It is about the demo portfolio: say "demo" to get there.')
    assert told[-2].endswith(": call")


async def test_a_trade_is_put_off_after_a_warning(demo: Talk) -> None:
    await demo.say("biases")
    card = await demo.say("sold 10 AAPL at 125.70 today")
    off = await demo.press("Remind me in 7 days", on=card)
    assert off.text == (
        "✅ Not saved. I'll remind you of SELL 10 AAPL @ $125.70 on Wed 25 Nov 2026, 10:00 (UTC)."
    )
    demo.wait(days=7)
    told = (await _told(demo))[-1]
    assert "Reminder, as you asked on Wed 18 Nov 2026: SELL 10 AAPL @ $125.70." in told
    late = await demo.press("Save anyway", on=card)
    assert "Saved #" not in late.text
