"""One person on several apps, proven by a code: joined, parted, and never by a guess."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.web.stream import show
from conversations.actions.teams import codes
from scheduler.jobs import housekeeping
from storage.unit_of_work import Storage
from tests.conversations.company import Somebody, code_in, person, share

ON = "on 2022-12-28"


async def bought(one: Somebody, words: str) -> None:
    await one.say(f"bought {words} {ON}")
    assert (await one.press("Save")).text.startswith("✅"), one.heard.text


async def both(storage: Storage) -> tuple[Somebody, Somebody]:
    """Ana on the web page with two trades, and her Telegram with one."""
    ana = person(storage, "ana")
    phone = ana.on("telegram", "4711")
    await bought(ana, "10 AAPL at 125.70")
    await bought(ana, "5 AAPL at 125.70")
    await bought(phone, "3 MSFT at 234.50")
    return ana, phone


async def test_two_accounts_become_one_and_nothing_is_lost(storage: Storage) -> None:
    ana, phone = await both(storage)
    code = code_in((await ana.say("link my account")).text)
    asked = await phone.say(f"/start {code}")
    assert asked.first.startswith("Join this account (1 trade) with the one on the web page (2 tr")
    linked = await phone.press("Yes")
    assert linked.first == (
        "✅ One account now: the web page and Telegram. All portfolios are kept, with 3 trades; "
        "settings are those of the older account."
    )
    assert "10 AAPL" in (await phone.say("trades")).text  # the same history everywhere
    await phone.say("use Main 2")
    assert "3 MSFT" in (await phone.say("trades")).text
    assert "Telegram" in (await ana.say("my accounts")).text
    assert "linked accounts" in (await ana.say("log")).text
    again = await phone.say(f"link {code}")
    assert again.text.startswith("That code was used before")


async def test_joining_is_undone_for_ten_minutes(storage: Storage) -> None:
    ana, phone = await both(storage)
    before = await contents(storage)
    await phone.say(f"link {code_in((await ana.say('link my account')).text)}")
    await phone.press("Yes")
    assert await contents(storage) != before
    assert (await ana.say("unlink")).text.startswith("↩️ Two accounts again")
    assert await contents(storage) == before
    assert "3 MSFT" in (await phone.say("trades")).text
    assert "There is nothing to unlink" in (await ana.say("unlink")).text


async def contents(storage: Storage) -> list[object]:
    """Who has what: portfolios and names by person."""
    async with storage._engine.begin() as connection:
        rows = await connection.execute(
            text(
                "SELECT channel, c.name, p.name, p.id FROM channel_identities c"
                " JOIN portfolios p ON p.user_id = c.user_id ORDER BY 1, 2, 3, 4"
            )
        )
        return [tuple(row) for row in rows]


async def test_after_that_an_app_is_taken_off(storage: Storage) -> None:
    ana, phone = await both(storage)
    await phone.say(f"link {code_in((await ana.say('link my account')).text)}")
    await phone.press("Yes")
    ana.wait(minutes=11)
    phone.now = ana.now
    assert "only within 10 minutes" in (await ana.say("unlink")).text
    assert (await ana.say("unlink telegram")).text.startswith("✅ Telegram no longer leads")
    assert "AAPL" not in (await phone.say("trades")).text
    assert "10 AAPL" in (await ana.say("trades")).text
    assert "the only way" in (await ana.say("unlink web")).text


async def test_a_code_that_is_wrong_old_or_ones_own_is_refused(storage: Storage) -> None:
    ana, phone = await both(storage)
    code = code_in((await ana.say("link my account")).text)
    assert (await ana.say(f"link {code}")).text.startswith("That code is your own")
    phone.wait(minutes=10)
    assert (await phone.say(f"link {code}")).text.startswith("That code has expired")
    newer = code_in((await ana.say("link my account")).text)
    ana.now = phone.now
    newest = code_in((await ana.say("link my account")).text)
    assert (await phone.say(f"link {newer}")).text.startswith("That code was used before")
    await phone.say(f"link {newest}")
    phone.wait(minutes=11)
    assert (await phone.press("Yes")).text.startswith("That code has expired")
    assert "AAPL" not in (await phone.say("trades")).text


async def test_the_way_to_telegram_is_an_address_once_its_name_is_known(storage: Storage) -> None:
    ana, phone = person(storage, "ana"), person(storage, "ana").on("telegram", "4711")
    assert "t.me" not in (await ana.say("link my account")).text
    async with storage.transaction() as work:
        await work.doors.called("telegram", "old_bot", ana.now)
        await work.doors.called("telegram", "bpo_bot", ana.now)
    heard = await ana.say("link my account")
    code = code_in(heard.text)
    assert f"https://t.me/bpo_bot?start={code}\n" in heard.text
    line = next(one for one in await ana._lines() if one.id == heard.id)
    assert show(line)["leads"] is True  # the page makes a link of it
    assert "t.me" not in (await phone.say("link my account")).text  # that is where they are
    assert (await phone.say(f"/start {code}")).text.startswith("Join this account")
    await phone.press("Yes")
    kept = next(one for one in await ana._lines() if one.id == heard.id)
    assert "https://t.me/bpo_bot?start=••••" in kept.body["text"]  # no page makes a link of that


async def test_no_message_shows_a_code_that_was_used_or_has_expired(storage: Storage) -> None:
    ana, phone = await both(storage)
    prose = "a long sentence of ordinary words that has more than twenty six letters"
    for words in (f"join {prose}", prose):
        await phone.say(words)
    used = code_in((await ana.say("link my account")).text)
    await phone.say(f"link {used.lower().replace('-', ' ')}")
    await phone.press("Yes")
    await share(ana, (person(storage, "ben"), "member"))
    old, typed = [code_in((await ana.say("link my account")).text) for _ in range(2)]
    new = code_in((await ana.say("invite a member to Club")).text)
    messages = await said(storage)
    assert used[:5] not in messages
    assert used[:5].lower() not in messages
    assert messages.count("••••") == 5, "asked for (twice in a reply), invited, both typed"
    assert all(one in messages for one in (old, typed, new)), "they are good for ten minutes"
    ana.wait(minutes=11)
    await housekeeping.run(ana.desk, ana.now)
    messages = await said(storage)
    assert not any(one in messages for one in (old, typed, new))
    assert messages.count(prose) == 2


async def said(storage: Storage) -> str:
    """Everything in the outbox and the inbox."""
    async with storage._engine.begin() as connection:
        rows = await connection.execute(
            text(
                "SELECT body ->> 'text' FROM outbox"
                " UNION ALL SELECT convert_from(body, 'UTF8') FROM inbox"
            )
        )
        return "\n".join(rows.scalars())


async def test_guesses_are_counted_by_chat_and_stop(storage: Storage) -> None:
    ana, phone = await both(storage)
    good = code_in((await ana.say("link my account")).text)
    for _ in range(codes.TRIES):
        assert "I don't know that code" in (await phone.say(f"link {codes.make()}")).text
    for words in (f"link {good}", f"join {good}", f"start {good}"):
        assert "Too many wrong codes" in (await phone.say(words)).text
    phone.wait(minutes=16)
    ana.now = phone.now
    good = code_in((await ana.say("link my account")).text)
    assert (await phone.say(f"link {good}")).first.startswith("Join this account")


async def test_only_the_hash_of_a_code_is_kept(storage: Storage) -> None:
    ana = person(storage, "ana")
    code = code_in((await ana.say("link my account")).text)
    assert len(code.replace("-", "")) == 26  # 128 bits in base32
    async with storage._engine.begin() as connection:
        rows = (await connection.execute(text("SELECT code_hash FROM link_codes"))).scalars()
        assert list(rows) == [codes.digest(code)]
    assert codes.digest(code) == codes.digest(code.lower().replace("-", " "))


@pytest.mark.parametrize("minutes", [9, 11])
async def test_a_code_lasts_ten_minutes(storage: Storage, minutes: int) -> None:
    ana, phone = await both(storage)
    code = code_in((await ana.say("link my account")).text)
    phone.now += timedelta(minutes=minutes)
    heard = await phone.say(f"link {code}")
    assert heard.first.startswith("Join" if minutes == 9 else "That code has expired")
