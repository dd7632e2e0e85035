"""Settings: each is echoed, takes effect, and can be taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conversations.nudge_classes import CLASSES, WAYS
from conversations.wording import figures, formats
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


ANSWERS = (2, 3, 2, 3, 3, 3, 1, 3, 1, 2, 2, 2, 1)  # 30 points


async def test_the_risk_profile(talk: Talk) -> None:
    first = await talk.say("risk profile")
    assert first.text.startswith("13 short questions after Grable and Lytton (1999), about")
    await talk.say("9")
    assert talk.heard.first == "Tap or type a number from 1 to 4."
    early = talk.heard
    await talk.press(str(ANSWERS[0]), on=early)
    assert (await talk.press("4", on=early)).first.startswith("2/13"), "answered already"
    assert (await talk.press("Stop")).text.startswith("Stopped after 1 answer;")
    assert (await talk.say("risk profile")).first.startswith("2/13")
    for one in ANSWERS[1:]:
        await talk.say(str(one))
    assert talk.heard.first == (
        "Risk tolerance, provisional: above average – 30 points, from 13 to 47."
    )
    assert talk.heard.labels == ["10%", "20%", "35%", "Undo"]
    check(talk.heard.text)
    assert "changes no proposal" in talk.heard.text
    for told in (talk.heard.text, (await talk.say("why?")).text):
        assert "hort questions after Grable and Lytton (1999)" in told
        assert "validated" not in told
    assert "risk: above average (provisional, 30 points)" in (await talk.say("settings")).text


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
