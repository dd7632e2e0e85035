"""The model dialogues in Slack: the same words as on the web page, real pictures, real buttons."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from benchmarks.nudge_facts import FACTS
from storage.nudge_records import NudgeRecord
from storage.tables import channel_identities
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office, Payload, Seen, seen
from tests.bot.slack.standin import person
from tests.conversations.talk import Heard, Talk

PNG = b"\x89PNG\r\n\x1a\n"


def normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def same(ours: Seen, theirs: Heard) -> None:
    assert normal(ours.text) == normal(theirs.text)
    assert [normal(one) for one in ours.labels] == [normal(one) for one in theirs.labels]
    assert (ours.image is not None) == (theirs.picture is not None)


class Both:
    """One person on the page and in Slack, saying the same."""

    def __init__(self, office: Office, talk: Talk) -> None:
        self.office, self.talk = office, talk
        self.seen: Seen
        self.heard: Heard

    async def say(self, text: str) -> Seen:
        self.seen, self.heard = await self.office.say(text), await self.talk.say(text)
        same(self.seen, self.heard)
        return self.seen

    async def press(self, label: str) -> Seen:
        ours, theirs = self.seen, self.heard
        self.seen = await self.office.press(label, ours)
        self.heard = await self.talk.press(label, theirs)
        same(self.seen, self.heard)
        return self.seen


@pytest.fixture
async def both(office: Office, storage: Storage) -> Both:
    return Both(office, Talk.with_(storage, chat="web-ana"))


async def same_person(office: Office) -> None:
    """Who is known on the page as web-ana is Ana in Slack: one history on both doors."""
    async with office.storage.transaction() as work:
        person = await work.users.known_as("web", "web-ana")
        await work._connection.execute(
            insert(channel_identities).values(
                channel="slack", name="T0TEAM:U0ANA", user_id=person.id
            )
        )


async def test_b_recording_a_trade(both: Both) -> None:
    await both.say("demo")
    card = await both.say("bought 3 AAPL at 129.65 yesterday")
    assert "BUY 3" in card.text
    assert card.channel == "D0ANA"
    assert card.thread is None
    saved = await both.press("Save")
    assert "Saved #" in saved.text
    assert saved.ts == card.ts, "the card itself is changed"
    undone = await both.say("undo")
    assert "removed" in undone.text
    restored = await both.press("Restore")
    assert restored.text


async def test_c_a_bias_report_with_its_picture(both: Both) -> None:
    await both.talk.say("demo")
    await same_person(both.office)
    report = await both.say("what are my biases?")
    slack = both.office.slack
    assert report.image is not None
    file = slack.files[report.image]
    assert file["data"].startswith(PNG)
    assert int.from_bytes(file["data"][16:20], "big") >= 640
    assert len(file["alt"]) > 20, "the picture says its conclusion in words"
    (asked,) = [one for one in slack.to("D0ANA") if one["ts"] == report.ts]
    assert asked["edits"] >= 1, "the answer took the place of “Working on it”"
    detail = await both.press(both.heard.labels[0])
    assert detail.text


async def test_i_in_a_channel_what_is_private_is_answered_in_direct(office: Office) -> None:
    await office.say("demo", "U0BEN")
    asked = office.event("and mine?", "U0BEN", channel="C0ROOM")
    asked["event"]["text"] = "<@U0BOT> portfolio"
    answer = await office.changed(asked)
    assert answer.channel == "D0BEN"
    assert "position" in answer.text
    (note,) = office.slack.whispers
    assert (note["channel"], note["user"]) == ("C0ROOM", "U0BEN")
    assert note["thread_ts"] == asked["event"]["ts"]
    assert note["text"] == "Yours is private – I answered in our direct messages."
    assert not office.slack.to("C0ROOM"), "no holdings in a channel"


async def test_i_slow_work_asked_for_in_a_channel_stays_private(office: Office) -> None:
    await office.say("demo")
    report = await office.say("biases", channel="C0ROOM")
    assert report.channel == "D0ANA"
    assert report.image is not None
    pictures = [one for one in office.slack.files.values() if one.get("channel")]
    assert not office.slack.to("C0ROOM")
    assert not pictures


async def test_i_what_all_may_read_is_answered_in_the_thread(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A team's portfolio, as conversations.actions.privacy will tell of it."""

    async def yes(turn: object) -> bool:
        return True

    for module in ("dialogue", "understanding"):
        monkeypatch.setattr(f"conversations.{module}.may_speak", yes)
    asked = office.event("demo", channel="C0ROOM")
    first = await office.changed(asked)
    assert (first.channel, first.thread) == ("C0ROOM", asked["event"]["ts"])
    again = await office.say("bought 3 AAPL at 129.65 yesterday", channel="C0ROOM",
                             thread_ts=asked["event"]["ts"])  # fmt: skip
    assert (again.channel, again.thread) == ("C0ROOM", asked["event"]["ts"])
    await office.tell(office.pressing("Save", again, "U0BEN"))
    await office.settle()
    assert office.slack.whispers[-1]["text"] == "This belongs to <@U0ANA>."
    assert seen(office.slack.messages["C0ROOM", again.ts]).text == again.text
    saved = await office.press("Save", again)
    assert "Saved #" in saved.text
    assert saved.ts == again.ts


async def test_a_command_is_acknowledged_and_answered_in_direct(office: Office) -> None:
    told = await office.command("demo")
    assert told["text"].startswith("Working on it")
    await office.settle()
    assert office.slack.to("D0ANA")
    assert not office.slack.to("C0ROOM")
    assert not office.slack.whispers
    assert await office.command("help", channel="D0ANA") == {}


async def test_the_form_changes_the_card(office: Office) -> None:
    await office.say("demo")
    card = await office.say("bought 3 AAPL at 129.65 yesterday")
    await office.tell(office.pressing("Edit", card))
    await office.settle()
    (view,) = office.slack.views
    known = {one["block_id"]: one["element"] for one in view["blocks"]}
    assert known["quantity"]["initial_value"] == "3"
    assert known["price"]["initial_value"] == "129.65"
    assert known["date"]["initial_date"] == "2022-12-27"
    wrong = await office.tell(office.filled(view, quantity="three", price="0", fee="-1"))
    assert wrong["response_action"] == "errors"
    assert set(wrong["errors"]) == {"quantity", "price", "fee"}
    future = await office.tell(office.filled(view, date="2022-12-30"))
    assert set(future["errors"]) == {"date"}
    changed = await office.changed(
        office.filled(view, quantity="4", price="129.5", fee="1", note="felt <rushed> & late")
    )
    assert changed.ts == card.ts
    assert "BUY 4" in changed.text
    assert "129.50" in changed.text
    saved = await office.press("Save", changed)
    assert "Saved #" in saved.text
    async with office.storage.transaction() as work:
        person = await work.users.known_as("slack", "T0TEAM:U0ANA")
        assert person.portfolio is not None
        last = (await work.trades.of(person.portfolio))[-1]
    assert (str(last.quantity), last.note) == ("4", "felt <rushed> & late")


async def test_a_form_that_can_not_open_becomes_words(office: Office) -> None:
    await office.say("demo")
    card = await office.say("bought 3 AAPL at 129.65 yesterday")
    pressing = office.pressing("Edit", card)
    office.slack.triggers.clear()
    answer = await office.changed(pressing)
    assert "fee 1" in answer.text


async def test_nobody_sends_anothers_form(office: Office) -> None:
    await office.say("demo")
    card = await office.say("bought 3 AAPL at 129.65 yesterday")
    await office.tell(office.pressing("Edit", card))
    await office.settle()
    stranger = office.filled(office.slack.views[0], "U0EVE", quantity="99")
    assert (await office.tell(stranger))["response_action"] == "errors"


async def test_home_shows_the_portfolio(office: Office) -> None:
    await office.say("demo")
    await office.tell(office.envelope({"type": "app_home_opened", "user": "U0ANA", "tab": "home"}))
    await office.settle()
    page = office.slack.homes["U0ANA"]
    words = str(page["blocks"])
    assert "positions worth" in words
    assert "Reminders" in words
    rows = [block["elements"] for block in page["blocks"] if block["type"] == "actions"]
    buttons = [one for row in rows for one in row]
    assert {one["text"]["text"] for one in buttons} >= {"Bias report", "Record a trade"}
    payload = office.pressing("x", Seen("", (("x", buttons[-1], ":menu"),), None, "", "", None, ""))
    payload["container"] = {"type": "view", "view_id": "V1"}
    answer = await office.changed(payload)
    assert answer.channel == "D0ANA"
    await office.tell(office.envelope({"type": "app_home_opened", "user": "U0BEN", "tab": "home"}))
    await office.settle()
    assert "positions worth" not in str(office.slack.homes["U0BEN"]), "another's is another's"


async def test_people_are_named_as_slack_names_them(office: Office) -> None:
    told = await office.say("make a team portfolio called Club")
    assert "see you as Ana." in told.text
    await office.say("help")
    assert office.slack.calls["users.info"] == 1, "asked once an hour"
    office.slack.people["U0BEN"] = person("", "Ben <b>\nOkri")
    told = await office.say("make a team portfolio called Two", "U0BEN")
    assert "see you as Ben <b> Okri." in told.text


@pytest.mark.parametrize("case", ["scope", "stranger", "empty", "slow", "limited", "down"])
async def test_who_has_no_name_for_us_is_a_number(
    office: Office, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guest of another workspace, a permission that is missing, a Slack that does not answer."""
    monkeypatch.setattr("bot.slack.names.PATIENCE", 0.2)
    faults = {"slow": "hang", "limited": ("429", 30), "down": 500}
    match case:
        case "scope":
            office.slack.visible = False
        case "stranger":
            del office.slack.people["U0ANA"]
        case "empty":
            office.slack.people["U0ANA"] = {"profile": {"display_name": " ", "real_name": 7}}
        case _:
            office.slack.faults["users.info"] = [faults[case]] * 2
    told = await office.say("make a team portfolio called Club")
    assert "see you as Member 1." in told.text
    before = office.slack.calls["users.info"]
    await office.say("help")
    assert office.slack.calls["users.info"] == before, "not at once again"


async def test_home_shows_what_is_shared_and_the_open_nudges(office: Office) -> None:
    await office.press("Save", await office.say("bought 3 AAPL at 129.65 on 2022-12-27"))
    await office.say("make a team portfolio called Club")
    card = await office.say("bought 2 MSFT at 240 on 2022-12-27 for Club")
    await office.press("Save", card)
    await office.say("bought 5 MSFT at 240 on 2022-12-27 for Club")  # a card about it stays open
    async with office.storage.transaction() as work:
        me = await work.users.known_as("slack", "T0TEAM:U0ANA")
        assert me.portfolio is not None
        office.now = now = datetime.now(UTC) + timedelta(seconds=5)  # after all that was said
        for key, kind in (("a", "pace"), ("b", "concentration")):
            wanted = NudgeRecord(
                id=uuid4(), portfolio=me.portfolio, person=me.id, kind=kind, grouped=kind,
                key=key, facts=FACTS[kind], weight=1.0, born_at=now,
                stale_at=now + timedelta(hours=1),
            )  # fmt: skip
            await work.nudges.want(wanted)
            if key == "a":
                await work.nudges.said([wanted.id], message := uuid4(), now)
    await opened_home(office)
    shown = str(office.slack.homes["U0ANA"])
    assert "Shared with you" in shown
    assert "Club · 1 position worth" in shown
    assert "Waiting for your hours: concentration." in shown
    assert "Snooze 7 days" in shown
    pressed = [one for one in home_buttons(office) if one["text"]["text"] == "Stop these"]
    assert len(pressed) == 1, "of the one that was said"
    answer = await press_home(office, pressed[0])
    assert "Pace nudges off" in answer.text
    assert "Stop these" not in str(office.slack.homes["U0ANA"]), "the page is shown anew"
    async with office.storage.transaction() as work:
        (one,) = await work.nudges.of_message(me.id, message)
        assert one.answered_at is not None


async def test_home_changes_with_the_settings(office: Office) -> None:
    await office.say("demo")
    await opened_home(office)
    assert "FIFO" not in [one["text"]["text"] for one in home_buttons(office)]
    (button,) = [one for one in home_buttons(office) if one["text"]["text"] == "Use average cost"]
    await press_home(office, button)
    assert "Use FIFO" in [one["text"]["text"] for one in home_buttons(office)]


async def opened_home(office: Office) -> None:
    await office.tell(office.envelope({"type": "app_home_opened", "user": "U0ANA", "tab": "home"}))
    await office.settle()


def home_buttons(office: Office) -> list[Payload]:
    rows = [one for one in office.slack.homes["U0ANA"]["blocks"] if one["type"] == "actions"]
    return [one for row in rows for one in row["elements"]]


async def press_home(office: Office, button: Payload) -> Seen:
    payload = office.pressing("x", Seen("", (("x", button, ":menu"),), None, "", "", None, ""))
    payload["container"] = {"type": "view", "view_id": "V1"}
    return await office.changed(payload)


async def test_a_guest_who_mentions_us_is_told_alone(office: Office) -> None:
    """Dialogue (i): who does not share the channel's portfolio hears so in private."""
    await office.say("make a team portfolio called Club")
    await office.say("use Club here", channel="C0ROOM")
    before = len(office.slack.to("C0ROOM"))
    asked = office.event("portfolio", "U0EVE", channel="C0ROOM")
    asked["event"] |= {"user_team": "T0ELSE", "source_team": "T0ELSE"}
    asked |= {"team_id": "T0ELSE"}  # Slack Connect: the channel belongs to two workspaces
    await office.tell(asked)
    await office.settle()
    assert len(office.slack.to("C0ROOM")) == before, "nothing where others read"
    (told,) = office.slack.whispers
    assert (told["channel"], told["user"]) == ("C0ROOM", "U0EVE")
    assert "Link your account first" in told["text"]
    (button,) = told["blocks"][-1]["elements"]
    assert button["text"]["text"] == "Open DM"
    assert button["url"] == "https://slack.com/app_redirect?channel=D0EVE&team=T0TEAM"
    assert not office.slack.to("D0EVE")
    await office.say("help", "U0EVE")  # now they have met
    answer = await office.say("portfolio", "U0EVE", channel="C0ROOM")
    assert answer.channel == "D0EVE"


async def test_a_line_for_one_alone_is_shown_where_they_asked(office: Office) -> None:
    """Where Slack does not let us, as in a channel that we are not in, it goes to their own."""
    await office.say("make a team portfolio called Club")
    await office.say("use Club here", channel="C0ROOM")
    office.slack.whispers.clear()
    await office.tell(office.event("settings", channel="C0ROOM"))
    await office.settle()
    (told,) = office.slack.whispers
    assert told["text"].startswith("I keep portfolios private.")
    office.slack.faults["chat.postEphemeral"] = ["user_not_in_channel"] * 2
    answer = await office.say("settings", channel="C0ROOM")
    assert answer.channel == "D0ANA"
    assert len(office.slack.whispers) == 1


async def test_a_shortcut_is_a_menu_button(office: Office) -> None:
    answer = await office.changed(
        {
            "type": "shortcut",
            "callback_id": "pick:help",
            "team": {"id": "T0TEAM"},
            "user": {"id": "U0ANA"},
            "action_ts": "1790000000.5",
            "trigger_id": "1",
        }
    )
    assert answer.channel == "D0ANA"
    assert answer.buttons


async def test_slacks_markup_is_read_as_people_wrote_it(office: Office) -> None:
    await office.say("demo")
    card = await office.say("bought 3 <http://AAPL.US|AAPL> at 129.65 yesterday")
    assert "BUY 3" in card.text
    noted = await office.say("note: A&amp;B &lt;3")
    assert "A&B <3" in noted.text or "note" in noted.text.lower()
