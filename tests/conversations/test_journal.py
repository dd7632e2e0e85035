"""Dialogue (g): why, how sure, notes; asked a month later; what the notes come to."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest

from conversations.actions.drafts import short
from conversations.actions.journal import journaling
from conversations.desk import Desk
from conversations.messages import Address, IncomingMessage
from conversations.turn import begin
from engine.ledger import Kind, Trade
from engine.prices import Bar
from scheduler.jobs import journal
from storage.cache import Cache
from tests.conversations.sample_person import check
from tests.conversations.talk import Talk

WHY = ["Plan", "News", "Dip", "Tip/FOMO", "Skip", "Undo"]


async def _bought(talk: Talk, said: str = "bought 5 MSFT at 241.01 today") -> None:
    await talk.say(said)
    await talk.press("Save" if "Save" in talk.heard.labels else "Keep")
    if not talk.heard.first.startswith("✅ Saved"):
        await talk.press("Save")


@pytest.fixture
async def live(talk: Talk) -> Talk:
    """On 18 November 2026, with prices of MSFT and of a fund until then."""
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(120)]
    async with talk.storage.transaction() as work:
        for symbol, step in (("MSFT", 1.0), ("SPY", 0.5)):
            bars = [Bar(day, 400 + step * n) for n, day in enumerate(days)]
            await work.market.load("csv", symbol, bars)
    return Talk(talk.storage, Desk(talk.storage, Cache(None), sources=("csv",)))


async def _told(talk: Talk) -> list[str]:
    """All that we said in the chat, after the job has looked at the clock."""
    await journal.run(talk.desk, talk.now)
    await talk.settle()
    async with talk.storage.transaction() as work:
        said = await work.outbox.transcript("web", talk.chat)
    return [line.body["text"] for line in said if line.mine]


async def test_the_dialogue(live: Talk) -> None:
    """As in the model: saved, why, how sure, a note, and why it was bought."""
    await _bought(live, "bought 5 MSFT at 478 today")
    assert live.heard.text.endswith("One tap: why?")
    assert live.heard.labels == WHY
    sure = await live.press("Tip/FOMO")
    assert sure.text == "Noted. How sure were you?"
    assert sure.labels == ["1", "2", "3", "4", "5"]
    told = await live.say("4")
    assert told.text == "Noted: Tip/FOMO, sure 4/5. I'll ask you in 30 days how it went."
    noted = await live.say("note: podcast said earnings will beat, felt rushed")
    assert noted.text == "📝 Added to #1. I'll ask you in 30 days how it went."
    why = await live.say("why did i buy MSFT")
    assert why.text == (
        "Today #1: Tip/FOMO, sure 4/5 – “podcast said earnings will beat, felt rushed”."
    )
    assert why.labels == ["All MSFT notes"]
    every = await live.press("All MSFT notes")
    assert every.text.splitlines() == [
        "1 note, newest first:",
        "Note 1 · Today · #1 BUY 5 MSFT @ $478.00: “podcast said earnings will beat, felt rushed”",
    ]


async def test_it_is_asked_once_after_a_month_with_the_outcome(live: Talk) -> None:
    await live.say("time zone berlin")
    await _bought(live, "bought 5 MSFT at 478 today")
    await live.press("Dip")
    live.now = datetime(2026, 12, 18, 8, 59, tzinfo=UTC)
    assert not any("Would you do it again?" in one for one in await _told(live))
    live.wait(minutes=1)  # ten o'clock in Berlin
    await asyncio.gather(*(journal.run(live.desk, live.now) for _ in range(2)))
    asked = [one for one in await _told(live) if "Would you do it again?" in one]
    assert asked == [
        "30 days ago, #1: BUY 5 MSFT @ $478.00 (Dip).\n"
        "In 30 days MSFT +6.3%, the market +3.4% (SPY). One trade proves nothing.\n"
        "Would you do it again?"
    ]
    live.wait(days=40)
    assert len([one for one in await _told(live) if "Would you do it again?" in one]) == 1
    async with live.storage.transaction() as work:
        person = await work.users.known_as("web", live.chat)
        assert person.portfolio
        trade = (await work.trades.of(person.portfolio))[0]
    assert (await live.send(f"went:{short(trade.id)}:no")).text == "Noted, thank you."
    assert "would not do it again" in (await live.say("why did i buy microsoft")).text


async def test_quiet_hours_put_a_question_off_and_never_means_never(live: Talk) -> None:
    await _bought(live, "bought 5 MSFT at 478 today")
    await live.press("News")
    await live.say("message me 12 to 20 weekdays")
    live.now = datetime(2026, 12, 18, 10, 0, tzinfo=UTC)
    assert not any("again?" in one for one in await _told(live))
    live.wait(hours=2)
    assert any("again?" in one for one in await _told(live))
    await _bought(live, "bought 1 MSFT at 508 today")
    await live.say("never message me first")
    told = await live.say("note: no hurry")
    assert told.text == "📝 Added to #2.", "nothing is promised"


async def test_of_two_trades_one_is_asked_a_day(live: Talk) -> None:
    for shares in (5, 6):
        await _bought(live, f"bought {shares} MSFT at 478 today")
        await live.press("Dip")
    live.now = datetime(2026, 12, 18, 10, tzinfo=UTC)
    counts = []
    for hours in (0, 13, 11):  # ten o'clock, an hour before midnight, ten o'clock
        live.wait(hours=hours)
        counts.append(sum("Would you do it again?" in one for one in await _told(live)))
    assert counts == [1, 1, 2]


async def test_of_an_undone_trade_nobody_is_asked(live: Talk) -> None:
    await _bought(live, "bought 5 MSFT at 478 today")
    await live.press("Plan")
    await live.say("undo")
    live.wait(days=31)
    assert not any("again?" in one for one in await _told(live))


async def test_every_answer_is_optional_and_nothing_is_asked_twice(talk: Talk) -> None:
    await _bought(talk)
    saved = talk.heard
    assert (await talk.press("Skip")).text.startswith("OK, no reason kept.")
    await talk.press("Undo", on=saved)
    assert "why?" not in (await talk.press("Restore")).text
    assert (await talk.say("why did i buy MSFT")).text.endswith("no reason noted.")
    assert (await talk.press("News", on=saved)).text == "Noted. How sure were you?"
    assert (await talk.press("Dip", on=saved)).text == "Noted. How sure were you?"
    assert (await talk.say("skip")).text.startswith("OK, no reason kept.")
    assert "Dip" in (await talk.say("why did i buy MSFT")).text
    await talk.say("journal questions off")
    await _bought(talk, "bought 1 MSFT at 241.01 today")
    assert talk.heard.labels == ["Undo", "Add reason"]
    assert (await talk.press("Add reason")).labels == WHY[:-1]
    assert (await talk.say("it was a tip")).text == "Noted. How sure were you?"
    both = await talk.say("bought 1 KO at 63 today and bought 2 KO at 62 today")
    if "Save both" in both.labels:
        assert "why?" not in (await talk.press("Save both")).text


async def test_a_trade_that_was_asked_about_is_not_asked_about_again(talk: Talk) -> None:
    await _bought(talk)
    async with talk.storage.transaction() as work:
        message = IncomingMessage("again", talk.chat, Address("web", talk.chat), talk.now)
        turn = await begin(message, work, talk.now, talk.desk)
        recorded = await work.trades.of(turn.portfolio.id)
        assert (await journaling.after_saving(turn, recorded, [])).text == ""


async def test_only_their_word_makes_a_trade_planned(talk: Talk) -> None:
    async def planned() -> list[bool]:
        async with talk.storage.transaction() as work:
            person = await work.users.known_as("web", talk.chat)
            assert person.portfolio
            return [one.planned for one in await work.trades.of(person.portfolio)]

    await _bought(talk)
    await talk.press("Plan")
    asked = await talk.say("5/5")
    assert asked.text.endswith("Then I leave it out of your bias scores.")
    assert asked.labels == ["It was planned", "No"]
    assert await planned() == [False]
    done = await talk.say("it was planned")
    assert done.text == "Noted as planned – #1 is left out of your bias scores."
    assert await planned() == [True]
    assert (await talk.say("undo")).text == "OK, #1 stays in your bias scores."
    assert await planned() == [False]


async def test_notes_are_changed_deleted_and_come_back(talk: Talk) -> None:
    assert (await talk.say("note: early bird")).text.startswith("There is no trade yet")
    await _bought(talk)
    await talk.say("note on #1: felt rushed.\nTwo lines, 3 reasons")
    assert (await talk.say("note on #9: what?")).text.startswith("There is no trade #9")
    assert "“felt rushed. Two lines, 3 reasons”" in (await talk.say("my notes")).text
    assert (await talk.say("edit note 1: it was the news")).text == (
        "✅ Note 1 on #1 now: “it was the news”."
    )
    assert "“felt rushed." in (await talk.say("undo")).text
    assert (await talk.say("delete note 1")).text.startswith("↩️ Note 1 on #1 deleted")
    assert (await talk.say("my notes")).text.startswith("No notes yet.")
    assert (await talk.say("delete note 1")).text.startswith("There is no note 1")
    await talk.say("delete note 1")
    for n in range(7):
        await talk.say(f"note: number {n}")
    page = await talk.say("notes on microsoft")
    assert page.first == "7 notes, newest first (1 to 5):"
    assert len((await talk.press("Older")).text.splitlines()) == 3
    assert (await talk.send("unnote:nonsense")).text
    assert (await talk.send("reason:x:tip")).text.startswith("That trade is not in")


async def test_a_note_on_an_open_card_belongs_to_the_card(talk: Talk) -> None:
    await talk.say("bought 5 MSFT at 241.01 on 2022-12-27")
    card = await talk.say("note: cloud growth, hold 3 y")
    assert "Note: cloud growth, hold 3 y" in card.text
    await talk.press("Save")
    await talk.press("Plan")
    why = await talk.say("why did i buy MSFT")
    assert why.text == "27 Dec 2022 #1: Plan – “cloud growth, hold 3 y”."


async def test_others_cannot_read_or_press(talk: Talk) -> None:
    await _bought(talk)
    saved = talk.heard
    await talk.say("note: mine")
    other = Talk.with_(talk.storage, "bob")
    assert (await other.say("my notes")).text.startswith("No notes yet.")
    stolen = next(data for label, data in saved.buttons if label == "News")
    assert (await other.send(stolen)).text.startswith("That trade is not in this portfolio")


async def _lived(talk: Talk, plan: int, tips: int) -> None:
    """A record of trades with reasons on the prices of the demo market."""
    rng = np.random.default_rng(5)
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        assert person.portfolio
        for n in range(plan + tips):
            at = datetime(2018, 1, 10, 15, tzinfo=UTC) + timedelta(days=37 * n)
            symbol = str(rng.choice(["AAPL", "KO", "MSFT", "XOM", "WMT"]))
            trade = Trade(uuid4(), at, Kind.BUY, symbol, Decimal(1), Decimal(100))
            await work.trades.add(person.portfolio, trade)
            await work.journal.open(person.portfolio, person.id, trade.id, at)
            reason = "plan" if n % ((plan + tips) // max(tips, 1) or 1) or not tips else "tip"
            await work.journal.answer(person.portfolio, trade.id, reason=reason)


async def test_what_the_notes_say_about_fomo(talk: Talk) -> None:
    none = await talk.say("what do my notes say")
    assert none.text.startswith("Not enough data")
    await _lived(talk, 32, 8)
    said = await talk.say("what do my notes say about fomo")
    lines = said.text.splitlines()
    assert lines[0].startswith("8 FOMO trades: median ")
    assert " after 30 days; 32 planned: " in lines[0]
    assert lines[0].endswith(" Small sample (8).")
    assert lines[1].startswith("90% intervals: ")
    assert lines[2].startswith("FOMO less planned: ")
    assert "average of 19 shares" in lines[3]
    assert said.picture is not None
    check(said.text)
    again = await talk.say("what do my notes say about fomo")
    assert again.text == said.text, "the same books give the same figures"
    listed = await talk.press("List")
    assert len(listed.text.splitlines()) == 9
    check(listed.text)
    every = await talk.press("All reasons", on=said)
    assert "Tip/FOMO: " in every.text
    assert "n=32" in every.text
    plan = await talk.say("what do my notes say about planned trades?")
    assert plan.first.startswith("32 planned trades: median ")
    news = await talk.say("what do my notes say about news")
    assert news.first == "0 news trades with a known outcome: not enough data (5 needed)."
    assert "market" in (await talk.say("why?")).text


async def test_below_five_no_median_is_told(talk: Talk) -> None:
    await _lived(talk, 4, 1)
    said = await talk.say("what do my notes say about plan")
    assert said.first == "4 planned trades with a known outcome: not enough data (5 needed)."
    assert said.picture is None


async def test_the_morning_question_is_only_a_tag(talk: Talk) -> None:
    await talk.say("time zone berlin")
    on = await talk.say("mood question on")  # a Wednesday afternoon
    assert "Thu 19 Nov 2026, 08:55 (Berlin)" in on.text
    talk.now = datetime(2026, 11, 19, 7, 55, tzinfo=UTC)
    await journal.run(talk.desk, talk.now)
    assert (await _told(talk)).count("How are you today?") == 1
    assert (await talk.send("mood:-1")).text.startswith("Noted: 😣.")
    await _bought(talk)
    assert "😣" in (await talk.say("why did i buy MSFT")).text
    talk.now = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # five hours late: the morning is over
    assert (await _told(talk)).count("How are you today?") == 1
    talk.now = datetime(2026, 11, 23, 7, 55, tzinfo=UTC)  # a weekend later
    assert (await _told(talk)).count("How are you today?") == 2
    await talk.say("stop asking my mood")
    talk.wait(days=1)
    assert (await _told(talk)).count("How are you today?") == 2
