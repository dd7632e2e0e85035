"""What is asked while a card or a goal is open, questions to the books, words, and follow-ups."""

from __future__ import annotations

import pytest

from conversations.classifying.slips import mistyped
from conversations.intents import known
from conversations.wording import glossary
from tests.conversations.talk import Talk
from tests.conversations.test_trading import ON, buy

OPEN = "Your card is still open: BUY 10 AAPL. “card” shows it."


async def test_something_else_is_answered_and_the_card_stays_open(talk: Talk) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    for said in ("what is my value", "should I buy tesla?", "what is beta", "biases"):
        heard = await talk.say(said)
        assert OPEN in heard.text.split("\n"), said
        assert "couldn't read" not in heard.text, said
    again = await talk.say("save")  # the card's buttons are no longer what was said last
    assert again.first == "Nothing is saved yet. This is the card:"
    assert (await talk.say("save")).first.startswith("✅ Saved #1")
    assert OPEN not in (await talk.say("what is beta")).text
    assert (await talk.say("card")).first.startswith("No card is open.")


async def test_a_slip_of_the_keys_offers_the_command_beside_the_card(talk: Talk) -> None:
    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    heard = await talk.say("biasses")
    assert "Did you mean “Bias report”" in heard.first
    assert heard.labels[:4] == ["Save", "Edit", "Cancel", "Bias report"]
    report = await talk.press("Bias report")
    assert OPEN in report.text
    shown = await talk.say("show the card")
    assert "BUY 10 Apple" in shown.text
    assert (await talk.press("Save")).first.startswith("✅ Saved #1")
    assert [one.name for one in mistyped("portfollio")] == ["holdings"]
    assert not mistyped("zorp the flimflam")


async def test_slow_answers_say_too_that_the_card_is_open(demo: Talk) -> None:
    await demo.say("bought 10 KO at 62.60 today")
    heard = await demo.say("backtest 60/40 since 2018")
    assert heard.text.endswith("Your card is still open: BUY 10 KO. “card” shows it.")
    assert "Sharpe" in (await demo.say("why?")).text  # of the test, which was said last
    assert (await demo.say("cancel")).text == "Cancelled. Nothing was saved."


async def test_my_goals_shows_the_question_that_is_open(demo: Talk) -> None:
    await demo.say("30k for a flat in 2029")
    heard = await demo.say("my goals")
    assert heard.first.startswith("“flat” is not kept yet. How much of your $102,517")
    assert heard.labels == ["The least it takes", "Half", "All of it"]


async def test_fees_by_year(talk: Talk) -> None:
    assert (await talk.say("my fees")).first == "No trades recorded yet, so no fees."
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}, fee 2")
    await buy(talk, "bought 5 KO at 46.27 on 2021-03-01, fee 1.50")
    await buy(talk, "bought 5 KO at 52.00 on 2021-11-01")
    heard = await talk.say("how much did I pay in fees")
    assert heard.text == (
        "You paid $3.50 (0.20% of the $1,748 traded) in fees, on 2 of 3 trades.\n"
        "2022: $2.00, 1 trade\n"
        "2021: $1.50, 2 trades"
    )


async def test_best_and_worst_trade_and_average_cost(demo: Talk) -> None:
    best = await demo.say("best trade")
    assert best.first.startswith("DEMO · Your best sale: #167 SELL 1,242 RRC @ $23.18, 15 Oct 2021")
    assert "gained $13,023 (+83%)" in best.first
    assert best.text.split("\n")[1] == "Of 94 sales, 79 gained; the middle one +$442."
    worst = await demo.press("Worst trade")
    assert "lost $7,086 (−55%)" in worst.first
    cost = await demo.say("average cost of apple")
    assert cost.first == (
        "DEMO · Apple (AAPL): $113.68 a share on average, fees included, for the 31 you hold."
    )


async def test_nothing_is_best_where_nothing_was_sold(talk: Talk) -> None:
    assert (await talk.say("worst trade")).first.startswith("No sale recorded yet")
    assert (await talk.say("average cost of apple")).first.startswith("You have no purchase of")


async def test_words_are_explained_and_more_says_more(talk: Talk) -> None:
    heard = await talk.say("what is a sharpe ratio?")
    assert heard.first.startswith("Sharpe ratio: return for the swings that were borne")
    assert (await talk.say("more")).text.startswith("It is a shaky number")
    assert (await talk.say("what does herding mean?")).first.startswith("Following the crowd (herd")
    assert (await talk.say("volatility?")).first.startswith("Volatility: how widely")


def test_every_term_is_found_by_its_name_and_says_it_in_short() -> None:
    asked = next(one for one in known() if one.name == "glossary")
    for key, term in glossary.terms().items():
        assert asked.details(f"what is {term.name}", None) is not None, term.name
        assert glossary.keyed(term.name) == key
        assert len(term.plain) < 240, term.name


async def test_advice_is_not_given(demo: Talk) -> None:
    heard = await demo.say("should I buy tesla?")
    assert heard.first.startswith("I don't advise buying or selling")
    assert heard.labels == ["History", "My record", "Bias report"]


async def test_starting_over_deletes_nothing_by_itself(talk: Talk) -> None:
    await buy(talk, f"bought 10 AAPL at 125.70 {ON}")
    await talk.say(f"bought 5 KO at 62.60 {ON}")
    asked = await talk.say("start over")
    assert asked.first == "What shall begin again? 1 trade is recorded, and nothing was changed."
    assert asked.labels == [
        "Clear what is open", "The four questions", "Delete everything", "Keep all",
    ]  # fmt: skip
    assert (await talk.press("Clear")).text == "Cancelled. Nothing was saved."
    asked = await talk.say("restart")
    assert (await talk.press("Delete")).text.startswith("This erases trades")
    assert (await talk.press("Keep all", on=asked)).text == "OK – everything stays as it is."
    assert "AAPL" in (await talk.say("trades")).text


async def test_what_follows_a_backtest_is_about_it(demo: Talk) -> None:
    assert (await demo.say("what about KO")).first.startswith("DEMO · Coca-Cola (KO) closed")
    await demo.say("backtest 60/40 since 2019")
    heard = await demo.say("what about risk parity")
    assert "60/40" in heard.first
    assert "the same risk from each" in heard.first
    began = await demo.say("since I started")
    assert began.text.split("\n")[1].startswith("Dec 2017–28 Dec 2022")
    assert (await demo.say("in EUR")).first.startswith("I know no exchange rate from USD to EUR")
    await demo.say("portfolio")
    assert "Proposal" in (await demo.say("what about risk parity")).first


async def test_costs_that_nobody_pays_are_doubted_first(demo: Talk) -> None:
    await demo.say("backtest 60/40 since 2019")
    doubt = await demo.say("fees 50%")
    assert doubt.first.startswith("50% of every trade would be a very high cost")
    assert doubt.labels == ["0.50%", "Yes, 50%"]
    assert "0.5% a trade" in (await demo.press("0.50%")).text


async def test_selling_everything_is_worked_out_and_not_recorded(demo: Talk) -> None:
    heard = await demo.say("what if I sell everything")
    assert heard.first == (
        "DEMO · Selling everything would bring about $102,517 in cash for 8 positions "
        "and realise a gain of $2,468."
    )
    assert (await demo.say("portfolio")).first.startswith("DEMO · 8 positions")


@pytest.mark.parametrize("said", ["what if I hadn't sold everything", "what if i sell half"])
async def test_other_sales_are_not_of_everything(demo: Talk, said: str) -> None:
    assert "Selling everything" not in (await demo.say(said)).text


async def test_no_shares_are_no_trade(talk: Talk) -> None:
    asked = await talk.say("bought 0 AAPL")
    assert asked.first.startswith("0 shares are no trade, so nothing can be recorded.")
    assert asked.labels == ["Cancel"]
    assert "BUY 3 Apple" in (await talk.say(f"3 at 125.70 {ON}")).text


async def test_a_price_in_another_currency_is_asked_for_and_never_converted(talk: Talk) -> None:
    asked = await talk.say(f"bought 12 SAP.DE at 140 usd {ON}")
    assert asked.first.endswith("I know no exchange rate for USD. What was the price in EUR?")
    assert asked.labels == ["It was €140.00", "Cancel"]
    assert "BUY 12 SAP (SAP.DE) @ €97.00" in (await talk.say("97")).text
    await talk.say(f"bought 12 SAP.DE at 140 usd {ON}")
    assert "@ €140.00" in (await talk.press("It was")).text


async def test_a_day_to_come_is_saved_as_a_plan_and_reminded_of(talk: Talk) -> None:
    asked = await talk.say("bought 5 SPY at 600 tomorrow")
    assert asked.labels == ["Wed 18 Nov 2026", "Save as plan", "Cancel"]
    kept = await talk.press("Save as plan")
    assert kept.first.startswith("✅ Not saved. I'll remind you of BUY 5 SPY @ $600.00 on Thu 19")
    assert (await talk.say("portfolio")).first.startswith("No positions yet.")
    assert "BUY 5 SPY" in (await talk.say("my reminders")).text


async def test_a_period_after_a_test_changes_the_test_and_not_the_open_card(demo: Talk) -> None:
    await demo.say("bought 3 TSLA at 112.71 today")
    await demo.say("backtest 60/40 since 2015")
    assert "\nJan 2019–28 Dec 2022" in (await demo.say("since 2019")).text
    assert (await demo.say("fee 1")).text.splitlines()[1].startswith("= $338.13 · fee $1.00")


async def test_ways_over_a_single_share_are_told_once(talk: Talk) -> None:
    await talk.say("bought 10 AAPL at 125.70 on 28 Dec 2022")
    await talk.say("save")
    heard = await talk.say("backtest equal weight vs risk parity since 2019")
    assert heard.first.startswith("The same in each and the same risk from each came out the same:")
    assert "chance alone" not in heard.text


async def test_what_cannot_be_tested_is_said(demo: Talk) -> None:
    heard = await demo.say("what about momentum?")
    assert heard.first.startswith("I did not understand “momentum”, so I tested nothing.")


async def test_what_was_typed_is_answered_below_it_and_a_button_in_its_place(talk: Talk) -> None:
    card = await talk.say("bought 10 AAPL at 125.70 on 28 Dec 2022")
    assert (await talk.say("cancel")).id > card.id
    card = await talk.say("bought 10 AAPL at 125.70 on 28 Dec 2022")
    assert (await talk.press("Cancel")).id == card.id
