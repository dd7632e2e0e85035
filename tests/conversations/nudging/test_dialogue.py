"""The talk about what was said first: dialogue (h), on a real database."""

from __future__ import annotations

from datetime import timedelta

from conversations.nudging import looks
from tests.conversations.nudging.conftest import Spoken

PACE = {
    "buys": 4,
    "usual": 1.0,
    "limit": 3.0,
    "cost": 0.006,
    "low": 0.001,
    "high": 0.011,
    "weeks": 7,
}
SAID = (
    "You're near a pattern: 4 buys in 7 days, your usual is 1.\n"
    "Weeks like this cost you 0.6% of your holdings on average (90% range 0.1%–1.1%, 7 weeks)."
)
WHY = (
    'Rule "pace": buys in 7 days ≥ 3× your 6-month median, and past cost significant at 90%.\n'
    "Cost: what was bought against the market, 63 trading days later, in 7 weeks like it "
    "(Barber and Odean 2000).\n"
    "Sent once, inside your hours. Next possible in 14 days."
)


async def test_dialogue_h(ana: Spoken) -> None:
    await ana.want(facts=PACE)
    (said,) = await ana.hear()
    assert said.text == SAID
    assert said.labels == ["Show me", "Snooze 7 days", "Why this?", "Stop these"]
    why = await ana.press("Why this?")
    assert why.text == WHY
    assert why.labels == ["Change limit", "Stop these", "OK"]
    stopped = await ana.press("Stop these")
    assert stopped.text == (
        "✅ Pace nudges off. Others stay: concentration, disposition, panic, FOMO, goals, market, "
        "digest, twin, proposals."
    )
    assert stopped.labels == ["Undo", "All off"]
    id = await ana.want(facts=PACE)
    ana.wait(days=1)
    assert await ana.hear() == []
    assert await ana.status(id) == ("dropped", "off")
    assert "as it was before" in (await ana.press("Undo", on=stopped)).text
    await ana.want(facts=PACE)
    ana.wait(minutes=11)
    assert [one.text for one in await ana.hear()] == [SAID]
    await ana.press("All off", on=stopped)
    assert (await ana.say("nudges")).text.splitlines()[1].startswith("Off: Pace, Concentration")


async def test_words_do_what_the_buttons_do(ana: Spoken) -> None:
    await ana.want(facts=PACE)
    await ana.hear()
    assert (await ana.say("why?")).text == WHY
    assert (await ana.say("stop these")).text.startswith("✅ Pace nudges off.")


async def test_snoozed_for_a_week_and_back(ana: Spoken) -> None:
    await ana.want()
    await ana.hear()
    off = await ana.press("Snooze 7 days")
    assert off.text == "✅ No pace nudges until 25 Nov 2026."
    ana.wait(days=2)
    gone, kept = await ana.want(), await ana.want("winners")
    assert len(await ana.hear()) == 1
    assert await ana.status(gone) == ("dropped", "snoozed")
    assert await ana.status(kept) == ("said", "")
    await ana.press("Undo", on=off)
    ana.wait(days=3)  # one of the three a week is kept for Sunday's digest
    await ana.want()
    assert len(await ana.hear()) == 1


async def test_the_limit_is_changed_and_kept(ana: Spoken) -> None:
    await ana.want(facts=PACE)
    await ana.hear()
    await ana.press("Why this?")
    ask = await ana.press("Change limit")
    assert ask.text == "Pace: I speak from 3× on. From when shall I?"
    assert ask.labels == ["2×", "5×"]
    done = await ana.press("5×")
    assert done.text == "✅ Pace: I speak from 5× on."
    assert (await ana.me()).preferences["nudge_limits"] == {"pace": 5.0}
    await ana.press("Undo")
    assert "nudge_limits" not in (await ana.me()).preferences
    for nonsense in ("nudgelimit:pace:17", "nudgelimit:nothing:3.0", "nudgelimit:winners"):
        await ana.send(nonsense)
    assert "nudge_limits" not in (await ana.me()).preferences


async def test_several_are_one_message_and_one_answer(ana: Spoken) -> None:
    await ana.want(facts=PACE, weight=3.0)
    await ana.want("winners", weight=2.0)
    await ana.want("market_move", weight=1.0)
    (said,) = await ana.hear()
    lines = said.text.splitlines()
    assert lines[0] == SAID.splitlines()[0]
    assert lines[2].startswith("Also: AAA is up 20%")
    assert lines[-1] == 'And 1 other: say "my nudges".'
    assert len(lines) <= 6
    why = await ana.press("Why this?")
    assert len(why.text.splitlines()) <= 6
    stopped = await ana.press("Stop these", on=said)
    assert stopped.text.startswith("✅ Pace, disposition and market nudges off.")


async def test_after_three_ignored_it_asks_once_and_stops(ana: Spoken) -> None:
    for _ in range(3):
        await ana.want()
        assert len(await ana.hear()) == 1
        ana.wait(days=3)
    await ana.want()
    (asked,) = await ana.hear()
    assert asked.text.splitlines()[-1] == (
        "You left the last three unanswered. Keep sending? Without a yes I stop."
    )
    assert asked.labels == ["Yes", "Stop"]
    ana.wait(days=3)
    gone = await ana.want()
    assert await ana.hear() == []
    assert await ana.status(gone) == ("dropped", "nobody listens")
    listed = await ana.say("my nudges")
    assert "I stopped after three without an answer." in listed.text
    assert listed.labels == ["Start again", "Settings"]
    kept = await ana.press("Yes", on=asked)
    assert kept.text == "✅ I go on: at most one a day and three a week."
    ana.wait(days=1)
    await ana.want()
    (said,) = await ana.hear()
    assert said.labels[0] == "Show me"


async def test_a_message_in_between_is_an_answer(ana: Spoken) -> None:
    for _ in range(4):
        await ana.want()
        (said,) = await ana.hear()
        assert "Keep sending?" not in said.text
        ana.wait(hours=1)
        await ana.say("portfolio")
        ana.wait(days=3)


async def test_stop_is_a_stop(ana: Spoken) -> None:
    for _ in range(4):
        await ana.want()
        (said,) = await ana.hear()
        ana.wait(days=3)
    assert (await ana.press("Stop", on=said)).text.startswith("✅ No more nudges.")
    gone = await ana.want()
    ana.wait(days=1)
    assert await ana.hear() == []
    assert await ana.status(gone) == ("dropped", "off")


async def test_my_nudges_lists_what_was_said_and_what_waits(ana: Spoken) -> None:
    none = await ana.say("my nudges")
    assert none.text == "No nudges so far. They come seldom."
    ana.wait(minutes=20)
    await ana.want(facts=PACE)
    await ana.hear()
    await ana.want("winners")
    await ana.hear()
    listed = await ana.say("my nudges")
    assert listed.text.splitlines() == [
        "Your last nudges:",
        "18 Nov 2026: You're near a pattern: 4 buys in 7 days, your usual is 1.",
        "Waiting: disposition; not before Thu 19 Nov 2026, 08:00 (UTC).",
    ]
    await ana.say("demo")
    assert "About the demo none come: its market stands still." in (await ana.say("my nudges")).text


async def test_of_somebody_else_s_message_nothing_is_said(ana: Spoken) -> None:
    await ana.want(facts=PACE)
    (said,) = await ana.hear()
    ben = Spoken(ana.storage, ana.desk, "ben", ana.now, books=ana.books)
    for data in [data for _, data in said.buttons if data.startswith("nudged:")]:
        assert (await ben.send(data)).text.startswith("I no longer know which message that was.")
    for data in ("nudged:why:x", "nudged:", "nudged:why:" + "a" * 22):
        assert (await ben.send(data)).text.startswith("I no longer know which message that was.")
    assert "nudges" not in (await ben.me()).preferences


async def test_an_open_question_keeps_its_buttons(ana: Spoken) -> None:
    await ana.say("time zone berlin")
    card = await ana.say("bought 10 AAPL")
    ana.wait(minutes=20)
    await ana.want()
    assert len(await ana.hear()) == 1
    assert card.buttons
    assert (await ana.say("cancel")).text


async def test_an_intention_is_kept_listed_and_forgotten(ana: Spoken) -> None:
    kept = await ana.say("if AAPL falls 20% I will read my plan and wait a week")
    assert kept.text == (
        "✅ Kept: “if AAPL falls 20% I will read my plan and wait a week”\n"
        "I'll quote it to you once AAPL has fallen 20% since 18 Nov 2026, by the closing price."
    )
    ana.wait(minutes=1)
    assert (await ana.say("when the market drops 10%, I'll do nothing")).text.startswith("✅ Kept")
    listed = await ana.say("my intentions")
    assert listed.text.splitlines()[1:] == [
        "1) “if AAPL falls 20% I will read my plan and wait a week” (since 18 Nov 2026)",
        "2) “when the market drops 10%, I'll do nothing” (since 18 Nov 2026)",
    ]
    gone = await ana.press("Forget 1")
    assert gone.text.startswith("↩️ Forgotten: “if AAPL")
    assert (await ana.press("Restore")).text.startswith("✅ Kept")
    assert (await ana.say("if NOSUCH falls 20% I will wait")).text.startswith(
        "I know no prices of NOSUCH"
    )
    assert (await ana.say("if it falls 20% I will wait")).text.startswith("You hold nothing")
    assert (await ana.say("if AAPL falls 100% I will wait")).text.startswith("Say a fall of")
    assert (await ana.send("unintend:x")).text.startswith("There is no such intention.")
    await ana.say("demo")
    assert "stands still" in (await ana.say("if it falls 20% I will wait")).text


async def test_how_often_the_portfolio_is_asked_for_is_counted(ana: Spoken) -> None:
    me = await ana.me()
    await ana.say("bought 3 MSFT at 234.50 on 2022-12-28")
    await ana.press("Save")
    for words in ("portfolio", "my twin", "price of MSFT", "price of KO", "help", "demo"):
        await ana.say(words)
    await ana.say("end demo")
    ana.wait(days=1)
    await ana.say("portfolio")
    await ana.say("demo")
    await ana.say("portfolio")
    async with ana.storage.transaction() as work:
        found = await looks.of(work, me.id)
    today = ana.now.date()
    assert found == {today: 1, today - timedelta(days=1): 3}
