"""Dialogue (i) with its people: the club's channel in Slack, and its group in Telegram."""

from __future__ import annotations

import re

from storage.unit_of_work import Storage
from tests.bot.slack.conftest import office  # noqa: F401 - a fixture
from tests.bot.slack.office import Office, Seen, seen
from tests.bot.telegram.people import Person, Town

ON = "on 2022-12-28"
ROOM = "C0ROOM"
GROUP = -100777
CODE = re.compile(r'"join ([A-Z0-9-]+)"')
DRAFT = re.compile(r"Draft by Ana: (Club · )?BUY 10 Apple \(AAPL\) @ \$125\.70 · Wed 28 Dec 2022\b")


def thread_of(office: Office) -> list[Seen]:  # noqa: F811 - it is the fixture
    return [seen(one) for one in office.slack.to(ROOM)]


async def club_in_slack(office: Office) -> None:  # noqa: F811
    await office.say("make a team portfolio called Club as Ana")
    code = CODE.search((await office.say("invite a member to Club")).text)
    assert code is not None
    assert (await office.say(f"join {code[1]} as Ben", "U0BEN")).text.startswith("✅")
    assert (await office.say("require a second yes for Club")).text.startswith("✅")
    bound = await office.say("use Club here", channel=ROOM)
    assert bound.channel == ROOM, "said in the thread, for all of them"
    assert bound.text.startswith("✅"), bound.text


async def test_in_slack_a_draft_by_command_gets_its_second_yes_in_the_channel(
    office: Office,  # noqa: F811
) -> None:
    await club_in_slack(office)
    before = len(thread_of(office))
    await office.command(f"record bought 10 AAPL at 125.70 {ON} for club")
    await office.settle()
    (card,) = thread_of(office)[before:]
    assert DRAFT.match(card.text), card.text
    assert card.text.endswith("Needs a second OK (Club rule).")
    assert card.labels == ["Approve", "Reject"]
    own = await office.press("Approve", card)
    assert own.text.startswith("You wrote this draft")
    assert (own.channel, office.slack.whispers[-1]["user"]) == (ROOM, "U0ANA")
    assert len(thread_of(office)) == before + 1, "that is for Ana alone"
    saved = await office.press("Approve", card, "U0BEN")
    assert (saved.channel, saved.ts) == (ROOM, card.ts), "the card itself says so"
    assert saved.text == "✅ #1 saved · Ana + Ben 15:00."
    assert saved.labels == ["Undo – either, 24 h"]
    undone = await office.press("Undo", saved, "U0BEN")
    assert "#1 removed" in undone.text
    assert undone.channel == ROOM


async def test_in_slack_a_mention_is_answered_in_its_thread_and_what_is_private_is_not(
    office: Office,  # noqa: F811
) -> None:
    await club_in_slack(office)
    asked = office.event(f"bought 10 AAPL at 125.70 {ON}", channel=ROOM)
    card = await office.changed(asked)
    thread = asked["event"]["ts"]
    assert (card.channel, card.thread) == (ROOM, thread)
    assert DRAFT.match(card.text), card.text
    saved = await office.press("Approve", card, "U0BEN")
    assert (saved.ts, saved.text) == (card.ts, "✅ #1 saved · Ana + Ben 15:00.")
    held = await office.say("portfolio", channel=ROOM)
    assert held.channel == ROOM
    assert "AAPL" in held.text
    await office.say(f"bought 3 MSFT at 234.50 {ON}", "U0BEN")
    await office.press("Save", seen(office.slack.to("D0BEN")[-1]), "U0BEN")
    lines = len(thread_of(office))
    await office.say("and mine?", "U0BEN", channel=ROOM)
    assert (
        "MSFT" in seen(office.slack.to("D0BEN")[-1]).text + seen(office.slack.to("D0BEN")[-2]).text
    )
    assert len(thread_of(office)) == lines, "nothing of it in the channel"
    assert office.slack.whispers[-1]["user"] == "U0BEN"
    drop = await office.say("market drops 30%", channel=ROOM)
    assert drop.channel == ROOM
    assert drop.image is not None
    stranger = await office.say("portfolio", "U0DAN", channel=ROOM)
    assert office.slack.whispers[-1]["user"] == "U0DAN", "for the stranger alone"
    assert stranger.ts == office.slack.whispers[-1]["ts"]
    assert "10 sh" not in stranger.text


async def test_in_slack_a_draft_from_the_direct_messages_is_put_before_the_channel(
    office: Office,  # noqa: F811
) -> None:
    await club_in_slack(office)
    mine = await office.say(f"bought 10 AAPL at 125.70 {ON} for Club")
    before = len(thread_of(office))
    sent = await office.press("Save", mine)
    assert seen(office.slack.messages["D0ANA", mine.ts]).text.startswith("Sent to Club"), sent.text
    (card,) = thread_of(office)[before:]
    assert DRAFT.match(card.text), card.text
    rejected = await office.press("Reject", card, "U0BEN")
    assert rejected.text == "Ben rejected Ana's draft. Nothing was saved."
    assert rejected.channel == ROOM


async def club_in_telegram(town: Town) -> tuple[Person, Person, Person]:
    """Ana, Ben and Dan, who has no share in it, in the group."""
    ana, ben = town.person(501, "Ana"), town.person(502, "Ben")
    await ana.say("make a team portfolio called Club")
    code = CODE.search((await ana.say("invite a member to Club")).text)
    assert code is not None
    assert (await ben.say(f"join {code[1]}")).text.startswith("✅")
    assert (await ana.say("require a second yes for Club")).text.startswith("✅")
    people = [town.member(GROUP, id, name) for id, name in ((501, "Ana"), (502, "Ben"))]
    dan = town.member(GROUP, 503, "Dan")
    bound = await people[0].say("@bpo_test_bot use Club here")
    assert bound.text.startswith("✅"), bound.text
    return people[0], people[1], dan


async def test_in_telegram_a_draft_in_the_group_gets_its_second_yes_there(
    storage: Storage,
) -> None:
    town = Town(storage)
    ana, ben, dan = await club_in_telegram(town)
    card = await ana.say(f"@bpo_test_bot record bought 10 AAPL at 125.70 {ON} for club")
    assert DRAFT.match(card.text), card.text
    assert card.labels == ["Approve", "Reject"]
    await ana.press("Approve", card)
    assert town.platform.shown(501)[-1].text.startswith("You wrote this draft")
    await dan.press("Approve", card)
    assert "AAPL" not in "".join(one.text for one in town.platform.shown(503))
    await ben.press("Approve", card)
    assert card.text == "✅ #1 saved · Ana + Ben 15:00."
    assert card.labels == ["Undo – either, 24 h"]
    held = await ben.say("@bpo_test_bot portfolio")
    assert "AAPL" in held.text
    alone = Person(town, 502, "Ben", 502)
    await alone.say(f"bought 3 MSFT at 234.50 {ON}")
    await alone.press("Save")
    before = len(ben.sees)
    await ben.say("@bpo_test_bot and mine?")
    assert not any("MSFT" in one.text for one in ben.sees)
    assert any("MSFT" in one.text and "234" not in one.text for one in alone.sees)
    assert len(ben.sees) - before <= 1
    drop = await ana.say("@bpo_test_bot market drops 30%")
    assert drop.kind == "photo"
    undone = await ben.press("Undo", card)
    assert "#1 removed" in "".join(one.text for one in ben.sees), undone.text
