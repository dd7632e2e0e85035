"""Several drafts that wait for a second yes: listed, numbered, approved one by one or together."""

from __future__ import annotations

from storage.unit_of_work import Storage
from tests.conversations.test_teams import ON, club


async def test_drafts_are_listed_and_approved_by_their_number(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage, second_yes=True)
    assert (await ben.say("drafts for Club")).text == "No draft of Club waits for a second yes."
    for said in (f"bought 10 AAPL at 125.70 {ON}", f"bought 4 KO at 62.60 {ON}"):
        await ana.say(f"{said} for Club")
        assert ana.heard.labels[0] == "Save"
        unsent = await ben.say("drafts for Club")
        assert said[7:11] not in unsent.text, "a card that was not sent waits for nobody"
        await ana.press("Save", on=ana.heard)
    shown = await ben.say("drafts")
    assert shown.text == (
        "Club: 2 drafts wait for a second yes.\n"
        "1) BUY 10 AAPL @ $125.70 – Ana, Wed 15:00\n"
        "2) BUY 4 KO @ $62.60 – Ana, Wed 15:00"
    )
    assert shown.labels == ["Approve 1", "Approve 2", "Approve all"]
    assert "somebody else has to say yes" in (await ana.say("drafts")).text
    assert (await ana.say("approve 1")).text.startswith("You wrote this draft")
    assert (await ben.say("approve 2")).text == "✅ #1 saved · Ana + Ben 15:00."
    assert "KO" in (await ben.say("trades for Club")).text
    assert (await ben.say("approve 2")).text == "No draft waits for a second yes."
    assert (await ben.say("approve 7")).first == "I showed you no draft number 7. These wait:"


async def test_all_are_approved_and_approve_alone_asks_which(storage: Storage) -> None:
    ana, ben, cem, _ = await club(storage, second_yes=True)
    ana, ben, cem = (one.in_("investing") for one in (ana, ben, cem))
    for said in ("10 AAPL at 125.70", "4 KO at 62.60"):
        await ana.say(f"bought {said} {ON}")
    asked = await ben.say("approve")
    assert asked.first == "Club: 2 drafts wait for a second yes."
    await ana.say(f"bought 2 MSFT at 234.50 {ON}")
    assert (await cem.say("approve all")).first == "Club: 3 drafts wait for a second yes."
    assert (await cem.say("approve all")).text.startswith("You look on in Club")
    told = await ben.say("approve all")
    assert told.text == "✅ #1 saved · Ana + Ben 15:00.\n✅ #2 saved · Ana + Ben 15:00."
    assert (await ben.say("drafts")).first == "Club: 1 draft waits for a second yes."
    assert (await ben.say("reject 1")).text == "Ben rejected Ana's draft. Nothing was saved."


async def test_an_answer_given_in_private_says_which_portfolio_it_is_about(
    storage: Storage,
) -> None:
    _, ben, _, _ = await club(storage)
    await ben.say("use Club")
    await ben.say(f"bought 10 AAPL at 125.70 {ON}, fee 1")
    await ben.press("Save")
    said = ("biases", "my fees", "trades", "rebalance me", "market drops 30%", "undo")
    for words in said:
        assert "Club · " in (await ben.say(words)).first, words
    assert "Club" not in (await ben.say("what is beta")).text
