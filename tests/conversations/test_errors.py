"""Dialogue (k): what goes wrong, asked about or answered in one line; each row a transcript."""

from __future__ import annotations

import json

import pytest
import structlog

from bot.letter import pack
from conversations.messages import Address, IncomingMessage
from conversations.pausing import paused
from conversations.reading.distress import Distress, read_distress
from conversations.reading.secrets import find_secrets, hidden, hide_secrets, is_card, is_iban
from tests.conversations.talk import START, Talk

ON = "on 2022-12-28"  # the last day of the demo market: AAPL closed at 125.67
CARING = (
    "I'm sorry – that sounds very hard. Please talk to someone now: findahelpline.com lists free "
    "lines by country; emergencies 112/911. I've paused all nudges."
)


async def preferences(talk: Talk) -> dict[str, object]:
    async with talk.storage.transaction() as work:
        return dict((await work.users.known_as("web", talk.chat)).preferences)


async def buy(talk: Talk, words: str) -> None:
    await talk.say(words)
    assert (await talk.press("Save")).text.startswith("✅"), talk.heard.text


# --- trades that are unclear or cannot be (more of them in test_trading) ---


async def test_an_unknown_ticker(talk: Talk) -> None:
    asked = await talk.say(f"bought 10 APPL at 125.70 {ON}")
    assert asked.first == "I don't know APPL. Apple is AAPL."
    assert asked.labels[0] == "AAPL Apple"
    assert "Keep APPL, no prices" in asked.labels


async def test_an_ambiguous_symbol_is_remembered(talk: Talk) -> None:
    asked = await talk.say(f"bought 5 SAP at 100 {ON}")
    assert "trades in more than one place" in asked.text
    assert {label[:6].strip() for label in asked.labels} >= {"SAP.DE", "SAP SA"}
    await talk.press("SAP.DE")
    await talk.press("Keep") if "Keep" in " ".join(talk.heard.labels) else None
    await buy_open(talk)
    again = await talk.say(f"bought 6 SAP at 100 {ON}")
    assert "more than one place" not in again.text


async def buy_open(talk: Talk) -> None:
    assert any(one.startswith("Save") for one in talk.heard.labels), talk.heard
    await talk.press("Save")


async def test_an_ambiguous_text(talk: Talk) -> None:
    await buy(talk, "bought 20 AAPL at 131.80 on 2022-12-22")
    asked = await talk.say(f"sold some apple {ON}")
    assert "how many" in asked.text
    priced = await talk.say("5")
    assert "at what price" in priced.text
    assert "$125.67" in priced.labels


async def test_another_trade_is_no_change_to_the_open_card(talk: Talk) -> None:
    await talk.say(f"sold some tesla {ON}")
    asked = await talk.say(f"bought 10 APPL at 125.70 {ON}")
    assert asked.first.startswith("I don't know APPL.")


async def test_a_day_that_can_be_read_in_two_ways(talk: Talk) -> None:
    asked = await talk.say("bought 3 MSFT 3/4 at 240")
    assert len([one for one in asked.labels if " Apr " in one or " Mar " in one]) == 2


async def test_a_price_in_another_currency(talk: Talk) -> None:
    asked = await talk.say(f"bought 12 SAP.DE at 100 usd {ON}")
    assert "and I know no exchange rate for" in asked.text


async def test_a_stale_card(talk: Talk) -> None:
    card = await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    talk.wait(minutes=16)
    stale = await talk.press("Save", on=card)
    assert stale.text.startswith("That card expired (15 min). Nothing was saved.")
    assert stale.labels == ["Show it again"]


async def test_an_unknown_button(talk: Talk) -> None:
    assert (await talk.send("nothing:1")).text.startswith("That button is no longer in use.")


# --- what nobody knows ---


async def test_a_prediction_is_not_made(demo: Talk) -> None:
    asked = await demo.say("will apple go up?")
    assert asked.text == (
        "I can't know that. I can show how AAPL moved after days like today, "
        "or how you did after such guesses."
    )
    assert asked.labels == ["History", "My record"]
    history = await demo.press("History")
    assert "AAPL stood higher a month later" in history.first
    assert "90% range of that share" in history.text
    assert "Not a forecast." in history.text
    assert "Wilson" in (await demo.say("why?")).text
    record = await demo.press("My record", on=asked)
    assert "A month after your purchases" in record.first
    assert "90% range of that share" in record.text


async def test_its_buttons_can_be_typed(demo: Talk) -> None:
    await demo.say("should I buy microsoft now?")
    assert "MSFT stood higher" in (await demo.say("history")).first


async def test_a_prediction_of_nothing_in_particular(talk: Talk) -> None:
    asked = await talk.say("which stock will rise next year?")
    assert asked.labels == ["My record"]
    assert (await talk.press("My record")).text.startswith("No trades")


async def test_prices_are_told(demo: Talk) -> None:
    told = await demo.say("price of apple")
    assert told.first.startswith("DEMO · Apple (AAPL) closed at $125.67 on 28 Dec 2022, −3.1%")
    assert (await demo.say("price of tesla")).text == "I have no prices of TSLA."
    assert (await demo.say("price of happiness")).text.startswith("Of which share?")


async def test_what_was_not_understood_before(demo: Talk) -> None:
    assert "FOMO buying" in (await demo.say("cost of fomo")).first
    progress = await demo.say("progress on fomo")
    assert not progress.text.startswith("I didn't understand")


# --- people ---


async def test_distress_gets_caring_words_and_silence(demo: Talk) -> None:
    await demo.say("sold 10 AAPL at 125.70 today")
    heard = await demo.say("I lost everything, I can't go on")
    assert heard.text == CARING
    assert heard.labels == []
    assert paused(await preferences(demo))
    agreed = await demo.say("yes")
    assert "Saved" not in agreed.text, "no trade may follow from a yes to caring words"
    assert (await demo.say("resume nudges")).text.startswith("Nudges are on again")
    assert not paused(await preferences(demo))


async def test_a_joke_about_a_loss_is_answered_gently(talk: Talk) -> None:
    heard = await talk.say("I lost everything on GME, lol")
    assert heard.text.startswith("I'm sorry – that sounds hard.")
    assert "findahelpline.com" in heard.text
    assert heard.labels == []
    assert not paused(await preferences(talk))


@pytest.mark.parametrize(
    "said",
    [
        "I want to end it all",
        "i can’t take this anymore",
        "sold AAPL, wish i was dead",
        "what is the point of living",
        "i dont want to live any more",
        "i lost it all. it's over",
        "no reason to live",
        "I cannot go on",
        "everyone would be better off without me",
        "dont want to wake up tomorrow",
        "i'm going to kill myself",
        "thinking about suicide",
        "my life is over",
        "i want to die",
        "there is no way out for me",
        "I lost all my savings and don't know what to do",
        "BOUGHT 10 AAPL AT 5 AND NOW I WANT TO DIE",
    ],
)
def test_danger_is_heard(said: str) -> None:
    assert read_distress(said) is Distress.DANGER


@pytest.mark.parametrize(
    "said",
    [
        "this stock is killing me",
        "kill my TSLA position",
        "dead cat bounce",
        "I can't go on holiday because of my losses",
        "I'd rather die than sell AAPL",
        "cut my losses",
        "cut myself some slack",
        "i'm dying to know",
        "end the demo",
        "take everything out of bonds",
        "is it worth living in Berlin",
        "can't cope with this app",
        "i take it all back",
        "that is dead money",
        "sold everything",
        "what is the point of rebalancing",
        "my longest life insurance fund",
        "stop loss at 10",
        "life sciences fund",
    ],
)
def test_ways_of_speaking_are_no_distress(said: str) -> None:
    assert read_distress(said) is None


async def test_small_talk(talk: Talk) -> None:
    heard = await talk.say("tell me a joke")
    assert heard.text == "Not my talent. I can do:"
    assert heard.labels == ["Record a trade", "Portfolio", "Bias report"]
    assert (await talk.say("who won the game last night?")).labels == heard.labels


async def test_two_misses_in_a_row(talk: Talk) -> None:
    await talk.say("flimflam of the zorp")
    heard = await talk.say("grmpf my tests")
    assert heard.text.startswith("I don't get it yet.")
    assert "rephrase with a ticker and a number" in heard.text
    assert heard.labels[-1] == "Help"
    assert len(heard.labels) == 3


async def test_yes_to_nothing(talk: Talk) -> None:
    assert (await talk.say("yes")).text.startswith("I had asked nothing")


# --- secrets ---

SECRETS = [
    "sk-proj-abcDEF123456789012345",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "xoxb-123456789012-abcdefABCDEF",
    "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaws",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----",
    "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab12",
    "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432",
    "4111 1111 1111 1111",
    "378282246310005",
]


@pytest.mark.parametrize("secret", SECRETS)
async def test_a_secret_is_warned_about_and_kept_nowhere(
    talk: Talk, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as logs:
        heard = await talk.say(f"here it is: {secret}")
    assert heard.text.startswith("That looks like ")
    assert heard.text.endswith(
        "– delete the message. I don't need broker logins and haven't stored it."
    )
    assert heard.labels == []
    parts = [part for part in secret.split() if len(part) > 3 and "KEY" not in part]
    kept = json.dumps([logs, caplog.text, await everything(talk)], default=str)
    assert not [part for part in parts if part in kept and part != "1111"]


async def everything(talk: Talk) -> list[str]:
    """All that the database holds of what was said, and the chat's memory."""
    async with talk.storage.transaction() as work:
        person = await work.users.known_as("web", talk.chat)
        lines = await work.outbox.transcript("web", talk.chat)
        state = await work.dialogs.get("web", talk.chat, person.id)
    return [str(line.body) for line in lines] + [str(state)]


def test_the_inbox_row_is_masked() -> None:
    message = IncomingMessage("1", "ana", Address("web", "ana"), START, text=f"key {SECRETS[0]}")
    body = json.loads(pack(message))
    assert body["text"] == "key " + "•" * len(SECRETS[0])
    assert hidden(body["text"]) is not None


@pytest.mark.parametrize("said", ["password: hunter2hunter", "my pin is 4711", "pw=abc!1234"])
def test_passwords_are_masked(said: str) -> None:
    assert "◦◦◦◦" in hide_secrets(said)


@pytest.mark.parametrize(
    "said",
    [
        "bought 10 AAPL at 125.70 on 2022-12-28",
        "bought 4111111111111112 AAPL at 5",
        "join ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ",
        "link 7Q2MABCD9XKLMNPQRSTUVWXYZ234567abc",
        "open backtest nfxovhkod3",
        "my password is safe",
        "sold tan 2022-12-28",
        "bought 10 PIN 2022-12-28 at 20",
        "https://example.org/a/very/long/path/that-has-no-secret-in-it-at-all",
        "my token portfolio is down",
        "is there a secret to success",
        "100 200 300 400 500 600 700 800 900",
        "DE0007164600",
    ],
)
def test_ordinary_words_are_no_secrets(said: str) -> None:
    assert find_secrets(said) == ()


def test_a_token_within_a_longer_word_is_masked_to_its_end() -> None:
    """ "access_token=eyJ...": a word that looks random begins earlier, and ends first."""
    head, said, sign = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
        "eyJzdWIiOiIxMjM0In0",
        "dozjgNryP4J3jV",
    )
    hid = hide_secrets(f"see https://x.io/cb?a=1&access_token={head}.{said}.{sign} please")
    assert (
        hid == f"see https://x.io/cb?a=1&{'•' * len(f'access_token={head}.{said}.{sign}')} please"
    )
    sealed = f"{head}.{said}.{said}.{said}.{sign}"  # of an encrypted one there are five parts
    assert set(hide_secrets(sealed)) == {"•"}


def test_a_private_key_without_an_end_is_masked() -> None:
    begun = "-----BEGIN RSA PRIVATE KEY-----"
    assert "MII" not in hide_secrets(begun + "MIIabc0" * 1_400 + " and more")[:9_000]


def test_check_digits() -> None:
    assert is_iban("GB82WEST12345698765432")
    assert not is_iban("GB83WEST12345698765432")
    assert is_card("4012888888881881")
    assert not is_card("4012888888881882")


async def test_a_long_run_of_letters_is_looked_at_quickly(talk: Talk) -> None:
    assert find_secrets("aA1" * 3_000 + " " + "4 " * 3_000 + "a" * 9_000) is not None


# --- the machine ---


async def test_an_error_of_ours_says_that_nothing_was_saved(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("on purpose")

    await talk.say(f"bought 10 AAPL at 125.70 {ON}")
    monkeypatch.setattr("conversations.actions.trading.confirm", fail)
    broken = await talk.press("Save")
    assert broken.text.startswith("Something broke on my side – nothing was saved or changed.")
    assert "Reference " in broken.text
