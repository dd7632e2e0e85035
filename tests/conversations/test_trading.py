"""Recording trades, as transcripts: the straight path, the questions, the undo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from conversations.actions import trading
from conversations.reading.meaning import IssueKind
from tests.conversations.talk import Talk

ON = "on 2022-12-28"  # the last day of the demo market: AAPL closed at 125.67


async def holdings(talk: Talk) -> dict[str, Decimal]:
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        assert person.portfolio
        return {
            symbol: quantity for symbol, quantity, _ in await work.positions.of(person.portfolio)
        }


async def buy(talk: Talk, words: str) -> None:
    await talk.say(words)
    assert (await talk.press("Save")).text.startswith("✅"), talk.heard.text


async def test_a_trade_is_shown_saved_undone_and_restored(talk: Talk) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert card.first == "BUY 10 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022"
    assert "= $1,257.00 · fee 0 · close that day $125.67 ✓" in card.text
    assert card.labels == ["Save", "Edit", "Cancel"]
    assert await holdings(talk) == {}

    saved = await talk.press("Save")
    assert saved.first.startswith("✅ Saved #1: BUY 10 AAPL @ $125.70.")
    assert "AAPL now 10 sh, avg $125.70, 100% of portfolio." in saved.text
    assert saved.id == card.id  # the same message, edited
    assert await holdings(talk) == {"AAPL": Decimal(10)}

    undone = await talk.press("Undo")
    assert undone.text == "↩️ #1 removed (BUY 10 AAPL @ $125.70). AAPL back to 0 sh."
    assert await holdings(talk) == {}
    restored = await talk.press("Restore")
    assert restored.text.startswith("✅ #1 restored")
    assert await holdings(talk) == {"AAPL": Decimal(10)}


async def test_words_change_the_open_card(talk: Talk) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert "fee $1.00" in (await talk.say("fee 1")).text
    assert (await talk.say("qty 12")).first.startswith("BUY 12 Apple")
    assert "@ $124.90" in (await talk.say("at 124.9")).first
    changed = await talk.say("2022-12-27")
    assert "Tue 27 Dec 2022" in changed.text
    await talk.say("2022-12-28")
    assert (await talk.press("Save")).first == "✅ Saved #1: BUY 12 AAPL @ $124.90."


async def test_cancel_saves_nothing(talk: Talk) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert (await talk.say("cancel")).text == "Cancelled. Nothing was saved."
    assert (await talk.press("Save", on=card)).text.startswith("That card was cancelled.")
    assert (await talk.say("cancel")).text == "There is nothing to cancel."
    assert await holdings(talk) == {}


async def test_a_button_works_once(talk: Talk) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    await talk.press("Save", on=card)
    again = await talk.press("Save", on=card)
    assert again.text == "That is saved already, as #1. Nothing was added."
    assert await holdings(talk) == {"AAPL": Decimal(10)}


async def test_another_persons_button_does_nothing(talk: Talk) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    ben = Talk(talk.storage, talk.desk, "ben")
    said = await ben.send(dict(card.buttons)["Save"])
    assert said.text == "There is nothing waiting to be confirmed."
    assert await holdings(talk) == await holdings(ben) == {}


async def test_a_card_expires_and_can_be_shown_again(talk: Talk) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    talk.wait(minutes=16)
    expired = await talk.press("Save")
    assert expired.text == "That card expired (15 min). Nothing was saved."
    shown = await talk.press("Show it again")
    assert shown.first.startswith("BUY 10 Apple")
    assert (await talk.press("Save")).first.startswith("✅ Saved #1")


async def test_an_unknown_ticker_is_asked_about(talk: Talk) -> None:
    asked = await talk.say(f"bought 10 APPL at 125.70 {ON}")
    assert asked.first.startswith("I don't know APPL.")
    assert "AAPL Apple" in asked.labels
    assert "Keep APPL, no prices" in asked.labels
    assert (await talk.press("AAPL")).first.startswith("BUY 10 Apple (AAPL)")


async def test_an_unknown_ticker_can_be_kept(talk: Talk) -> None:
    await talk.say(f"bought 10 ZZZQ at 12.50 {ON}")
    kept = await talk.press("Keep")
    assert kept.first.startswith("BUY 10 ZZZQ @ $12.50")
    assert "no price of that day to check it against" in kept.text


async def test_a_symbol_that_trades_in_two_places(talk: Talk) -> None:
    asked = await talk.say(f"bought 5 SAP at 100 {ON}")
    assert "more than one place" in asked.text
    assert {label[:6].strip() for label in asked.labels} >= {"SAP.DE"}


async def test_more_than_is_held_cannot_be_sold(talk: Talk) -> None:
    await buy(talk, "bought 10 AAPL at 129.70 on 2022-12-27")
    asked = await talk.say(f"sold 30 AAPL at 125.70 {ON}")
    assert asked.text == "You held 10 AAPL on that day."
    assert asked.labels[:3] == ["Sell 10", "I'm short 20", "An earlier buy is missing"]
    sale = await talk.press("Sell 10")
    assert sale.first.startswith("SELL 10 Apple")
    assert (await talk.press("Save")).text.endswith("AAPL: none held now.\nOne tap: why?")


async def test_a_short_sale_needs_a_yes(talk: Talk) -> None:
    await talk.say(f"sold 30 AAPL at 125.70 {ON}")
    card = await talk.press("I'm short 30")
    assert card.first.startswith("SELL 30 Apple")
    await talk.press("Save")
    assert await holdings(talk) == {"AAPL": Decimal(-30)}


async def test_a_missing_earlier_buy_can_be_told_first(talk: Talk) -> None:
    await talk.say(f"sold 30 AAPL at 125.70 {ON}")
    told = await talk.press("An earlier buy is missing")
    assert told.text.startswith("Tell me the earlier purchase of AAPL first")
    await buy(talk, "bought 40 AAPL at 131.80 on 2022-12-22")
    card = await talk.press("Show my sale again", on=told)
    assert card.first.startswith("SELL 30 Apple")
    await talk.press("Save")
    assert await holdings(talk) == {"AAPL": Decimal(10)}


async def test_a_back_dated_sale_must_leave_enough_for_later_ones(talk: Talk) -> None:
    await buy(talk, "bought 10 AAPL at 131.80 on 2022-12-22")
    await buy(talk, f"sold 8 AAPL at 125.70 {ON}")
    asked = await talk.say("sold 5 AAPL at 131.50 on 2022-12-23")
    assert "#2 SELL 8 AAPL @ $125.70 no longer fits" in asked.text


async def test_an_undo_that_a_later_sale_needs_is_refused(talk: Talk) -> None:
    await buy(talk, "bought 10 AAPL at 131.80 on 2022-12-22")
    await buy(talk, f"sold 8 AAPL at 125.70 {ON}")
    await talk.say("undo 1")
    refused = await talk.press("Undo it")
    assert "#2 SELL 8 AAPL @ $125.70 needs those shares" in refused.text
    assert await holdings(talk) == {"AAPL": Decimal(2)}


async def test_the_same_trade_twice_is_asked_about(talk: Talk) -> None:
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}")
    talk.wait(minutes=4)
    asked = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    assert asked.text == "Same as #1, recorded 4 min ago."
    assert asked.labels == ["It's the same", "Second trade"]
    await talk.press("Second trade")
    await talk.press("Save")
    assert await holdings(talk) == {"AAPL": Decimal(20)}


async def test_the_future_has_not_happened(talk: Talk) -> None:
    asked = await talk.say("bought 5 AAPL at 125 tomorrow")
    assert "That day hasn't come yet" in asked.text


async def test_a_holiday_is_named(talk: Talk) -> None:
    asked = await talk.say("bought 5 AAPL at 126 on 26 Dec 2022")
    assert asked.first.startswith("The market was closed on Mon 26 Dec 2022 (")
    assert asked.labels[:3] == ["Fri 23 Dec 2022", "Tue 27 Dec 2022", "Keep – other venue"]
    await talk.press("Tue 27")
    assert "Tue 27 Dec 2022" in talk.heard.text


async def test_an_odd_price_is_held_against_the_day(talk: Talk) -> None:
    asked = await talk.say(f"bought 10 AAPL at 12.52 {ON}")
    assert "AAPL closed at $125.67 on Wed 28 Dec 2022, not near $12.52" in asked.text
    assert asked.labels == ["$125.20", "$125.67", "Keep 12.52", "Cancel"]
    assert "@ $125.67" in (await talk.press("$125.67")).first


async def test_total_or_each_is_decided_by_the_day(talk: Talk) -> None:
    card = await talk.say(f"bought 40 KO for 2504 {ON}")
    assert "@ $62.60" in card.first
    assert "I took that as the total" in card.text


async def test_two_trades_in_one_sentence_are_saved_together(talk: Talk) -> None:
    await buy(talk, "bought 10 AAPL at 131.80 on 2022-12-22")
    card = await talk.say(f"sold 10 AAPL at 125.70 {ON} and bought 5 MSFT at 233.40 {ON}")
    assert card.first == "2 drafts – save them together?"
    assert card.labels == ["Save both", "Edit a", "Edit b", "Cancel"]
    saved = await talk.press("Save both")
    assert saved.first.startswith("✅ Saved #2 and #3")
    assert await holdings(talk) == {"MSFT": Decimal(5)}


async def test_what_is_missing_is_asked_for_one_thing_at_a_time(talk: Talk) -> None:
    asked = await talk.say(f"bought some AAPL {ON}")
    assert "how many" in asked.text
    asked = await talk.say("7")
    assert "at what price" in asked.text
    card = await talk.say("125.70")
    assert card.first.startswith("BUY 7 Apple (AAPL) @ $125.70")


async def test_cash_dividends_and_splits_are_kept_too(talk: Talk) -> None:
    await buy(talk, "deposited 5000")
    await buy(talk, f"bought 40 KO at 62.60 {ON}")
    await buy(talk, f"KO paid a dividend of 12.40 {ON}")
    await buy(talk, f"KO split 2:1 {ON}")
    assert await holdings(talk) == {"KO": Decimal(80)}
    listed = await talk.say("trades")
    assert "DIVIDEND KO $12.40" in listed.text
    assert "SPLIT KO 2:1" in listed.text
    assert "DEPOSIT $5,000.00" in listed.text


async def test_interest_is_a_card_of_its_own_and_can_be_undone(talk: Talk) -> None:
    card = await talk.say("received 3.20 interest")
    assert card.first.startswith("INTEREST $3.20 · ")
    assert card.labels == ["Save", "Edit", "Cancel"]
    assert (await talk.say("no, 3.40")).first.startswith("INTEREST $3.40 · ")
    assert (await talk.press("Save")).first == "✅ Saved #1: INTEREST $3.40."
    assert "↩️ #1 removed (INTEREST $3.40)." in (await talk.say("undo")).text


async def test_an_older_undo_asks_first(talk: Talk) -> None:
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}")
    talk.wait(minutes=2)
    asked = await talk.say("undo")
    assert asked.text == "Undo #1 BUY 10 AAPL @ $125.70 (2 min ago)?"
    assert asked.labels == ["Undo it", "No"]
    assert (await talk.press("Undo it")).text.startswith("↩️ #1 removed")
    assert (await talk.say("undo")).text == "There is no trade to undo."


async def test_a_failing_handler_loses_its_work_not_its_turn(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    with monkeypatch.context() as broken:
        broken.setattr(trading, "settle", _fail)  # after the trade has been written
        said = await talk.press("Save", on=card)
    assert said.text.startswith("Something broke on my side – nothing was saved or changed.")
    assert await holdings(talk) == {}
    assert (await talk.say("trades")).text.startswith("No trades recorded yet.")
    assert (await talk.press("Save", on=card)).first.startswith("✅ Saved #1")


async def _fail(*_: object) -> None:
    raise RuntimeError("broken on purpose")


def test_every_question_has_words() -> None:
    from conversations.wording.questions import _SIMPLE

    spoken = set(_SIMPLE) | {
        IssueKind.SYMBOL_UNKNOWN,
        IssueKind.PRICE_ODD,
        IssueKind.PRICE_MISSING,
        IssueKind.QUANTITY_MISSING,
        IssueKind.TOTAL_OR_EACH,
        IssueKind.DATE_HOLIDAY,
        IssueKind.CURRENCY,
    }
    assert spoken == set(IssueKind)
