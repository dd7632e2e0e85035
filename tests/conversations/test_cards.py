"""What an open card promises: it saves what it shows, says what it means, and can be talked to."""

from __future__ import annotations

import pytest

from tests.conversations.talk import Talk
from tests.conversations.test_trading import ON, buy, holdings


async def test_an_old_card_saves_nothing_but_shows_what_would_be_saved(demo: Talk) -> None:
    old = await demo.say("sold 5 AAPL at 125.70 today")
    new = await demo.say("no, 12")
    assert "SELL 12 Apple" in new.first
    shown = await demo.press("Save", on=old)
    assert "SELL 12 Apple" in shown.first
    assert "⚠️" in new.text
    assert (await demo.press("Save", on=shown)).first.startswith("✅ DEMO · Saved #218: SELL 12")


async def test_half_is_half_once(demo: Talk) -> None:
    card = await demo.say("sold 21 AAPL at 125.70 today")
    half = await demo.press("Save half")
    assert "SELL 10 Apple" in half.first
    again = await demo.press("Save half", on=card)
    assert "SELL 10 Apple" in again.first


async def test_what_was_waved_through_does_not_outlive_its_trade(talk: Talk) -> None:
    await talk.say(f"sold 5 AAPL at 125.70 {ON}")
    short = await talk.press("I'm short 5")
    assert "This leaves you short 5 AAPL. Saving it allows short positions" in short.text
    other = await talk.say("no, MSFT at 233.40")
    assert "You held no MSFT" in other.text


async def test_a_warning_is_shown_for_the_trade_it_is_about(demo: Talk) -> None:
    assert "⚠️" in (await demo.say("sold 10 AAPL at 125.70 today")).text
    assert "⚠️" in (await demo.say("no, 100 PFE at 49.25")).text
    await demo.say("cancel")
    both = await demo.say("sold 10 AAPL at 125.70 and bought 5 KO at 62.60")
    assert "⚠️" in both.text


async def test_why_does_not_use_a_card_up(demo: Talk) -> None:
    card = await demo.say("sold 10 AAPL at 125.70 today")
    why = await demo.say("why?")
    assert why.labels == card.labels
    saved = await demo.press("Save anyway", on=why)
    assert saved.first.startswith("✅ DEMO · Saved")
    assert saved.id == why.id  # where the person is looking, not at the card above
    assert "Average = what the shares you hold cost" in (await demo.say("why?")).text


@pytest.mark.parametrize("said", ["save", "Save", "yes", "ok"])
async def test_a_button_can_be_typed(talk: Talk, said: str) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert (await talk.say(said)).first.startswith("✅ Saved #1")


async def test_words_that_change_nothing_leave_the_card_open(talk: Talk) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    said = await talk.say("zorp the flimflam")
    assert said.first == (
        "I couldn't read that as a change to this card, so nothing was changed. "
        'Change it in words like "fee 1", or press a button.'
    )
    assert said.labels == ["Save", "Edit", "Cancel"]
    assert (await talk.press("Save")).first.startswith("✅ Saved #1")


async def test_each_trade_is_in_the_currency_it_is_quoted_in(talk: Talk) -> None:
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}")
    await talk.say(f"bought 10 SAP.DE at 100 {ON}")
    saved = await talk.press("Save")
    assert "BUY 10 SAP.DE @ €100.00" in saved.text
    assert "avg €100.00." in saved.text
    seen = await talk.say("portfolio")
    assert "1 position worth $1,257" in seen.first
    assert "1 position in EUR without a price" in seen.first
    await talk.say("currency CHF")
    assert "$1,257" in (await talk.say("portfolio")).text
    assert "@ €100.00" in (await talk.say("trades")).text


async def test_a_price_older_than_the_purchase_values_nothing(talk: Talk) -> None:
    await buy(talk, "bought 10 AAPL at 230.15 on 16 Nov 2026")
    seen = await talk.say("portfolio")
    assert seen.first == "1 position in USD without a price."
    assert "No price since the last purchase of AAPL" in seen.text


async def test_a_short_position_has_its_gain_the_right_way_round(talk: Talk) -> None:
    await talk.say("sold 10 AAPL at 131.80 on 2022-12-22")
    await talk.press("I'm short 10")
    await talk.press("Save")
    seen = await talk.say("portfolio")
    assert "worth −$1,257, +$61 not yet realised (+5%)" in seen.first
    assert "AAPL  −10" in seen.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (f"KO paid a dividend of 12.40 {ON}", "You never held KO before that day"),
        (f"KO split 2:1 {ON}", "You held no KO on that day"),
        (f"sold all my KO at 62.60 {ON}", "You hold no KO."),
    ],
)
async def test_what_cannot_have_happened_is_said_to_be_so(talk: Talk, said: str, why: str) -> None:
    asked = await talk.say(said)
    assert asked.text.startswith(why)
    assert asked.labels == ["An earlier buy is missing", "Cancel"]


async def test_the_order_of_telling_is_the_order_of_booking(talk: Talk) -> None:
    await talk.say("time zone Berlin")
    talk.wait(hours=7)  # 22:00 UTC, 23:00 in Berlin: New York has closed
    await talk.say("bought 10 ZZQ at 5 today")
    await talk.press("Keep")
    await talk.press("Save")
    talk.wait(hours=12)
    await talk.say("sold 10 ZZQ at 6 yesterday")
    assert (await talk.press("Save")).text.endswith("ZZQ: none held now.\nOne tap: why?")


async def test_a_trade_told_in_the_middle_of_the_start_is_a_trade(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert card.first.startswith("BUY 10 Apple")


async def test_a_setting_pressed_twice_is_set_once(talk: Talk) -> None:
    shown = await talk.say("settings")
    await talk.press("Allow shorts", on=shown)
    await talk.press("Allow shorts", on=shown)
    assert "Short positions: allowed" in (await talk.say("settings")).text
    assert await holdings(talk) == {}


async def test_dividends_are_counted(talk: Talk) -> None:
    await buy(talk, "bought 40 KO at 62.90 on 2022-12-23")
    await buy(talk, f"KO paid a dividend of 12.40 {ON}")
    assert "dividends +$12." in (await talk.say("portfolio")).text


async def test_a_report_over_two_currencies_says_so(talk: Talk) -> None:
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}")
    await buy(talk, f"bought 10 SAP.DE at 100 {ON}")
    assert (
        "You trade in EUR and USD and I have no exchange rates" in (await talk.say("biases")).text
    )
