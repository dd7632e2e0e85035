"""Settings: each is echoed, takes effect, and can be taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conversations.nudge_classes import CLASSES, WAYS
from conversations.wording import figures, formats, risk_profile
from tests.conversations.sample_person import check
from tests.conversations.talk import Talk

CHANGES = [
    ("currency CHF", "✅ Your currency is now CHF", "Currency: CHF"),
    ("time zone tokyo", "✅ Your time zone is now Asia/Tokyo.", "time zone: Asia/Tokyo"),
    ("set quiet hours 22 to 8", "✅ I may message you every day 08:00–22:00", "every day 8–22"),
    ("quiet hours 20 to 9", "✅ I may message you every day 09:00–20:00", "every day 9–20"),
    ("message me 9 to 17 weekdays", "✅ I may message you Mon–Fri", "Mon–Fri 9–17"),
    ("never message me first", "✅ I never message you first now.", "message you: never"),
    ("all nudges digest", "✅ All nudges: digest, they wait for", "nudges: all digest"),
    ("turn off pace nudges", "✅ Pace nudges: off, none come.", "nudges: mixed"),
    ("journal questions off", "✅ Journal questions are off.", "journal questions: off"),
    ("use average cost", "✅ Gains are now counted by average cost", "average cost"),
    ("format germany", "✅ Numbers and dates are now as in Germany", "as in Germany"),
]


async def test_a_change_is_echoed_shown_and_taken_back(talk: Talk) -> None:
    before = await talk.say("settings")
    check(before.text)
    for said, echo, shown in CHANGES:
        heard = await talk.say(said)
        assert heard.text.startswith(echo)
        assert heard.labels == ["Undo"]
        assert shown in (await talk.say("settings")).text
        assert (await talk.press("Undo", on=heard)).text == "↩️ That setting is as it was before."
    assert (await talk.say("settings")).text == before.text
    again = await talk.press("Undo", on=heard)
    assert again.text == "I no longer know what that was before. Nothing was changed."


async def test_undo_as_a_word_takes_the_last_change_back(talk: Talk) -> None:
    await talk.say("pace nudges silent")
    await talk.say("pace nudges off")
    await talk.say("undo")
    assert "Silent: Pace" in (await talk.say("nudges")).text


async def test_everything_can_be_reset_and_comes_back(talk: Talk) -> None:
    first = (await talk.say("settings")).text
    for said, _, _ in CHANGES:
        await talk.say(said)
    await talk.say("max 20% in one stock")
    changed = (await talk.say("settings")).text
    asked = await talk.say("reset settings")
    assert asked.labels == ["Reset", "No"]
    assert (await talk.press("No")).text == "OK, nothing was changed."
    assert (await talk.say("settings")).text == changed
    await talk.press("Reset", on=asked)
    done = talk.heard
    assert (await talk.say("settings")).text == first
    assert "20%" in (await talk.say("my limits")).text, "limits are no settings"
    await talk.press("Undo", on=done)
    assert (await talk.say("settings")).text == changed


async def test_a_change_that_the_books_refuse_changes_nothing(talk: Talk) -> None:
    await talk.send("set:short:on")
    allowed = talk.heard
    await talk.say("sold 5 KO at 63.00 on 2022-12-28")
    await talk.press("Save")
    refused = await talk.press("Undo", on=allowed)
    assert refused.text.startswith("You are short KO at some time")
    assert (await talk.send("reset:")).text.startswith("You are short KO at some time")
    assert "Short positions: allowed" in (await talk.say("settings")).text


async def test_every_class_of_nudges_can_be_set_by_button(talk: Talk) -> None:
    for one in CLASSES:
        shown = await talk.say(f"{one.name} nudges")
        assert shown.labels == ["Silent", "Digest", "Off"]
        await talk.press("Digest")
    assert (await talk.say("market nudges")).labels == ["On", "Silent", "Off"]
    assert "Digest: Pace, Concentration," in (await talk.say("nudges")).text
    assert set(WAYS) == {"on", "silent", "digest", "off"}


async def test_what_cannot_be_read_changes_nothing(talk: Talk) -> None:
    before = (await talk.say("settings")).text
    for said in ("quiet hours soon", "language klingon", "currency XXX", "time zone atlantis"):
        assert not (await talk.say(said)).text.startswith("✅")
    for data in ("nudge:x:y", "hours:x", "format:x", "unset:x", "set:x", "bear:x", "cashlimit:x"):
        assert "broke" not in (await talk.send(data)).text
    assert (await talk.say("settings")).text == before


async def test_numbers_and_dates_follow_the_person(talk: Talk) -> None:
    assert "€1.234,56, Wed 18 Nov 2026" in (
        await _after(talk, "currency EUR", "numbers as in germany")
    )
    assert "Nov 18, 2026" in await _after(talk, "numbers and dates as in the US")
    assert "2026-11-18" in await _after(talk, "format sweden")
    await talk.say("format germany")
    assert "= $1.257,00" in (await talk.say("bought 10 AAPL at 125.70 on 2022-12-28")).text
    other = Talk.with_(talk.storage, "bob")
    assert "$1,257.00" in (await other.say("bought 10 AAPL at 125.70 on 2022-12-28")).text


async def _after(talk: Talk, *said: str) -> str:
    for one in said:
        await talk.say(one)
    return talk.heard.text


def test_a_format_is_found_by_country_language_or_look() -> None:
    found = ["german", "the US", "en-us", "1.234,56", "1,234.56", "1’234.56", "Swiss.", "x"]
    wanted = ["de-DE", "en-US", "en-US", "de-DE", "en-GB", "de-CH", "de-CH", None]
    assert [formats.find(one) for one in found] == wanted
    formats.use("de-DE")
    assert figures.money(Decimal("-1234.5"), "EUR") == "−€1.234,50"
    assert figures.percent(0.123, 1) == "12,3%"
    assert figures.count(1234, "trade") == "1.234 trades"
    formats.use("nonsense")
    assert figures.day(date(2026, 11, 18)) == "Wed 18 Nov 2026"


async def test_the_risk_profile(talk: Talk) -> None:
    await talk.say("currency EUR")
    first = await talk.say("risk profile")
    assert first.text.startswith("Six short questions of the Global Preference Survey,")
    assert first.labels == ["0–3", "4–6", "7–10", "Skip", "Stop"]
    assert (await talk.say("11")).first == "Tap, or type a number from 0 to 10."
    assert (await talk.press("4–6")).labels == ["4", "5", "6", "Back"]
    second = await talk.press("4")
    assert second.text == (
        "2/6 · Which would you rather have: a 50% chance of €300, and otherwise nothing – or "
        "€160 for sure?"
    )
    assert second.labels == ["The chance", "€160 for sure", "Back", "Skip", "Stop"]
    assert (await talk.press("€160")).first.endswith("– or €80 for sure?")
    assert (await talk.press("€160", on=second)).first.endswith("– or €80 for sure?"), "answered"
    assert (await talk.say("1")).first.endswith("– or €120 for sure?")
    assert (await talk.say("back")).first.endswith("– or €80 for sure?")
    assert (await talk.say("300")).first.endswith("– or €120 for sure?")
    assert (await talk.press("Stop")).text.startswith("Stopped after 3 answers;")
    assert (await talk.say("risk profile")).first.startswith("4/6")
    assert (await talk.say("7")).first == (
        "Tap one of the two, or type 1 for the chance and 2 for the sure sum."
    )
    assert (await talk.say("120")).first.endswith("– or €100 for sure?")
    await talk.press("The chance")
    done = await talk.press("€110")
    assert done.text.split("\n")[:2] == [
        "Risk tolerance: 4 of 10 by your own word; to you a 50% chance of €300 is worth €100–110.",
        "On average it pays €150; it is worth less than that: careful with risk (relative risk "
        "aversion 0.31 to 0.37; 0 is neutral).",
    ]
    assert done.labels == ["10%", "20%", "35%", "Undo"]
    check(done.text)
    assert "changes no proposal" in done.text
    why = (await talk.say("why?")).text
    assert "Falk et al. 2018" in why
    assert "can't place you among others" in why
    shown = "risk: 4 of 10 by your own word; to you a 50% chance of €300 is worth €100–110"
    assert shown in (await talk.say("settings")).text
    assert (await talk.press("Undo", on=done)).text
    assert "risk: not asked yet" in (await talk.say("settings")).text


async def test_questions_may_be_skipped_and_what_makes_no_sense_is_said(talk: Talk) -> None:
    await talk.say("currency JPY")
    await talk.say("risk profile")
    assert (await talk.press("Skip")).first.endswith("or ¥16,000 for sure?")
    for _ in range(4):
        await talk.say("1")
    assert (await talk.press("The chance")).text.split("\n")[:2] == [
        "Risk tolerance: to you a 50% chance of ¥30,000 is worth more than ¥31,000.",
        "You took the chance over as much for sure as it can pay at best: if that was a slip, "
        '"risk profile" asks again.',
    ]
    await talk.say("risk profile")
    await talk.say("10")
    own = await talk.say("skip")
    assert own.first == "Risk tolerance: 10 of 10 by your own word."
    await talk.say("risk profile")
    await talk.press("Skip")
    assert (await talk.press("Skip")).text == "All skipped: nothing was kept."
    assert "risk: 10 of 10 by your own word" in (await talk.say("settings")).text


def test_a_profile_of_the_earlier_questions_stays_until_it_is_taken_again() -> None:
    earlier = {"risk_score": {"points": 30, "band": "above average", "at": "2026-11-01"}}
    assert risk_profile.current(earlier) == (
        "above average (provisional, 30 points from the earlier 13 questions)"
    )
    new = {"risk_profile": {"willing": None, "took": [False] * 5, "currency": "USD"}}
    assert risk_profile.current(earlier | new) == "to you a 50% chance of $300 is worth $0–10"


async def test_a_bearable_fall_limits_proposals_only_after_a_yes(demo: Talk) -> None:
    asked = await demo.say("i can bear a fall of 20%")
    assert "Today's holdings, at today's weights, fell " in asked.text
    assert asked.text.endswith("in cash?")
    assert asked.labels[1:] == ["No", "Undo"]
    assert (await demo.press("No")).text.startswith("OK, no limit.")
    assert (await demo.say("my limits")).text.startswith("No limits yet")
    kept = await demo.press("Yes", on=asked)
    assert kept.text.startswith("✅ Proposals keep at least ")
    assert "cash" in (await demo.say("my limits")).text
    await demo.press("Undo", on=kept)
    assert (await demo.say("my limits")).text.startswith("No limits yet")
