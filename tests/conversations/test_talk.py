"""Start, demo, help, what is not understood, what is hostile, files: as transcripts."""

from __future__ import annotations

import pytest

from engine.diagnosis.registry import detectors
from tests.conversations.talk import Talk


async def test_first_contact_and_four_questions(talk: Talk) -> None:
    hello = await talk.say("/start")
    assert hello.first == "I help you see how your own habits affect your returns."
    assert hello.labels == ["Start – 4 questions", "Just try the demo", "What do you store?"]
    await talk.press("Start")
    assert talk.heard.first == "1/4 · Which currency do you think in?"
    assert (await talk.say("eurosies")).text.startswith("I don't know the currency")
    assert (await talk.say("eur")).first.startswith("2/4")
    assert (await talk.say("berlin")).first.startswith("3/4")
    assert (await talk.say("9 to 8pm weekdays")).first.startswith("Nudges Mon–Fri")
    assert (await talk.say("nothing")).labels == ["Yes", "Later"]
    assert (await talk.say("later")).first.startswith("✅ Set: EUR · Berlin")
    assert (await talk.say("hi")).first == "Welcome back: 0 positions, 0 trades recorded."


async def test_every_question_can_be_skipped(talk: Talk) -> None:
    await talk.say("start")
    await talk.press("Start")
    for _ in range(4):
        await talk.press("Skip")
    assert talk.heard.first.startswith("✅ Set: USD · UTC")


async def test_the_demo_is_labelled_and_can_be_removed(demo: Talk) -> None:
    assert demo.heard.first.startswith("DEMO · loaded a made-up investor's portfolio")
    assert "today is Wed 28 Dec 2022, the last day of its data" in demo.heard.text
    assert (await demo.say("portfolio")).first.startswith("DEMO · ")
    assert (await demo.say("demo")).first.startswith("DEMO · the demo portfolio is open already")
    assert (await demo.say("end demo")).first.startswith("The demo portfolio is gone.")
    assert (await demo.say("portfolio")).first.startswith("No positions yet.")
    assert (await demo.say("end demo")).first.startswith("No demo portfolio is open.")


async def test_the_report_warning_save_and_undo_of_the_demo(demo: Talk) -> None:
    report = await demo.say("what are my biases?")
    assert report.first.startswith("DEMO · Strongest: ")
    assert report.picture
    assert "90% range" in report.text
    assert "$" in report.text
    why = await demo.say("why?")
    assert "Mantel–Haenszel" in why.text
    assert "Odean 1998" in why.text
    await demo.press("The trades behind it", on=report)
    assert demo.heard.picture
    assert "costliest of" in demo.heard.first

    card = await demo.say("sold 10 AAPL at 125.70 today")
    assert card.first == "DEMO · SELL 10 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022"
    assert "gain +$" in card.text
    assert "⚠️ The odds that you sell a winner are 2.5× those of a loser" in card.text
    assert card.labels == [
        "Save anyway",
        "Save half",
        "Remind me in 7 days",
        "Why?",
        "It was planned",
        "Cancel",
    ]
    assert "Of the winners you could have sold you sold 16%" in (await demo.press("Why?")).text
    planned = await demo.press("It was planned", on=card)
    assert "⚠️" not in planned.text
    saved = await demo.press("Save", on=planned)
    assert saved.first.startswith("✅ DEMO · Saved #")
    assert (await demo.say("undo")).first.startswith("↩️ DEMO · #")
    async with demo.storage.transaction() as work:
        person = await work.users.known_as("web", demo.chat)
        assert person.portfolio
        version, findings = await work.scores.latest(person.portfolio) or (0, ())
    assert {one.bias for one in findings} == {one.bias.name for one in detectors()}
    assert version > 0


async def test_half_of_a_warned_trade(demo: Talk) -> None:
    await demo.say("biases")
    await demo.say("sold 21 AAPL at 125.70 today")
    half = await demo.press("Save half")
    assert "SELL 10 Apple" in half.first
    assert (await demo.press("Save")).first.startswith("✅ DEMO · Saved")


async def test_too_little_is_said_to_be_too_little(talk: Talk) -> None:
    await talk.say("bought 10 AAPL at 125.70 on 2022-12-28")
    await talk.press("Save")
    report = await talk.say("biases")
    assert report.first == "I see 1 trade. That is too few; I would be guessing."
    assert "Not enough data" in report.text
    assert report.labels == ["Take the quiz", "Record a trade"]
    twin = await talk.say("my twin")
    assert twin.text.endswith("your trades are too few to find any yet.")
    rules = await talk.say("what could I do?")
    assert rules.text.startswith("No habit stands out in your trades so far")
    assert (await talk.press("Overtrading")).first.startswith("Overtrading: rules people test")
    home = await talk.say("home bias")
    assert "I need 3 holdings" not in home.text, "holdings are not what is missing"
    assert "I take yours from your time zone" in home.text


async def test_what_is_not_understood_gets_three_choices(talk: Talk) -> None:
    first = await talk.say("zorp the flimflam")
    assert first.text.startswith("I didn't understand that, and saved nothing.")
    assert len(first.labels) == 3
    assert (await talk.say("grmpf")).text.startswith("I don't get it yet.")
    assert (await talk.say("help")).text.startswith("Tell me trades in your own words")


async def test_a_question_about_the_future_records_nothing(talk: Talk) -> None:
    said = await talk.say("will apple go up tomorrow?")
    assert "BUY" not in said.text
    assert said.text.startswith("I can't know that.")


HOSTILE = [
    "",
    "   ",
    "\x00\x00",
    "bought \x00 10 AAPL",
    "\ud800 bought 5",
    "\u202etxt.exe",
    "bought 1e400 AAPL at 10",
    "bought 10 AAPL at 99999999999999",
    "bought 0 AAPL at 10",
    "bought -5 AAPL at 10",
    "bought 10 AAPL at 125 on 0000-00-00",
    "bought 10 AAPL at 125 on 99999-12-31",
    "bought 10 AAPL at 125 on 31 February",
    "🍏" * 500,
    "<script>alert(1)</script>",
    "'; DROP TABLE trades; --",
]


@pytest.mark.parametrize("said", HOSTILE)
async def test_hostile_words_are_answered_politely_and_save_nothing(talk: Talk, said: str) -> None:
    heard = await talk.say(said)
    assert heard.text
    assert "broke" not in heard.text
    assert not any(label.startswith("Save") for label in heard.labels)


async def test_a_megabyte_of_text_is_refused_politely(talk: Talk) -> None:
    heard = await talk.say("bought 10 AAPL at 125.70 " * 40_000)
    assert heard.text.startswith("That message is too long for me")


@pytest.mark.parametrize(
    "data", ["", ":", "save:", "save:%%", "ask:x:y:z", "nope:1", "undo:1", "x"]
)
async def test_made_up_buttons_do_nothing(talk: Talk, data: str) -> None:
    if data:
        heard = await talk.send(data)
        assert "broke" not in heard.text


FILE = b"""time,symbol,side,quantity,price,fee
2022-12-01,AAPL,buy,10,147.00,1
2022-12-20,AAPL,sell,4,132.10,1
2022-12-21,KO,B,x,63
2022-12-22,KO,B,0,63
2022-12-23,KO,B,20,62.90
"""


async def test_a_file_is_previewed_imported_known_again_and_undone(talk: Talk) -> None:
    seen = await talk.drop("mine.csv", FILE)
    assert seen.first == "mine.csv, 1 Dec–23 Dec 2022: 3 trades."
    assert "2 lines failed: 4 “" in seen.text
    assert ", 5 “the quantity is 0" in seen.text
    done = await talk.press("Import 3 new")
    assert done.text == "✅ Imported 3 trades, as one step."
    assert (await talk.drop("mine.csv", FILE)).text.startswith("I know all 3 trades in mine.csv")
    assert (await talk.say("undo")).text == "↩️ The import was undone: 3 trades removed."
    assert (await talk.say("portfolio")).first.startswith("No positions yet.")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Konto;Datum;Stueck\n1;2;3\n", "Read 0 of 1 line of f.csv"),
        (b"\x00\x01\x02binary", "f.csv is not a text file"),
        (b"", "I found no trades in f.csv"),
        (
            b"time,symbol,side,quantity,price\n2022-12-20,AAPL,sell,4,132\n",
            "f.csv: nothing for the books.",
        ),
    ],
)
async def test_files_that_cannot_be_used(talk: Talk, data: bytes, said: str) -> None:
    assert (await talk.drop("f.csv", data)).text.startswith(said)


async def test_settings(talk: Talk) -> None:
    shown = await talk.say("settings")
    assert "Gains counted: first in, first out" in shown.text
    assert (await talk.press("Use average cost")).text.startswith(
        "✅ Gains are now counted by aver"
    )
    assert (await talk.say("currency EUR")).text.startswith("✅ Your currency is now EUR")
    assert (await talk.say("time zone Zurich")).text == "✅ Your time zone is now Europe/Zurich."
    assert (await talk.say("time zone Atlantis")).text.startswith("I don't know a place called")
    shown = await talk.say("settings")
    assert "Currency: EUR · time zone: Europe/Zurich" in shown.text
    assert "average cost" in shown.text
