"""What Slack sends is read without ever falling over; what we say is never read as markup."""

from __future__ import annotations

import html
import json
from random import Random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.door import clean
from bot.slack import reading
from bot.slack.places import parse
from bot.slack.rendering import LONGEST_BLOCK, escape, render
from conversations.messages import LONGEST_TEXT, Address, File, IncomingMessage
from tests.bot.slack.office import seen
from tests.bot.slack.standin import Slack, check_blocks, check_words
from tests.faults import hostile

STAMPS = ("1790000000.000100", "0.0", "9999999999.999999999", "99999999999.1", "-1.0", "1e9", "x")
IDS = ("T0TEAM", "U0ANA", "C0ROOM", "D0ANA", "", "t", "U" * 99, "U0\x00", "Ü0", "U0 A")
TEXTS = ("<@U0BOT> hi", "<", ">", "<<>>", "<|>", "<!channel>", "&amp;lt;", "<https://a.b|" * 50)


def good(chance: Random) -> dict[str, Any]:
    """A payload as Slack would send it."""
    team, stamp = "T0TEAM", f"17900{chance.randrange(10**5):05d}.{chance.randrange(10**6):06d}"
    user = {"id": "U0ANA", "name": "ana", "team_id": team}
    said = {"type": "message", "channel": "D0ANA", "channel_type": "im", "user": "U0ANA",
            "text": "portfolio", "ts": stamp}  # fmt: skip
    event = {"type": "event_callback", "team_id": team, "event_id": "Ev1", "authorizations": [
        {"is_bot": True, "user_id": "U0BOT", "team_id": team}]}  # fmt: skip
    file = {"id": "F0FILE", "name": "a.csv", "size": 12, "mimetype": "text/csv"}
    action = {"action_id": "1.0.0:save:x", "value": "save:x", "block_id": ":0", "action_ts": stamp}
    container = {"type": "message", "channel_id": "C0ROOM", "message_ts": stamp, "thread_ts": stamp}
    changed = {"message": {**said, "edited": {"ts": stamp}}, "previous_message": {"text": "x"}}
    kinds: tuple[dict[str, Any], ...] = (
        {**event, "event": said},
        {**event, "event": {**said, "type": "app_mention", "channel": "C0ROOM"}},
        {**event, "event": {**said, "subtype": "file_share", "files": [file, file]}},
        {**event, "event": {**said, "subtype": "message_changed", **changed}},
        {**event, "event": {"type": "file_shared", "channel_id": "D0ANA", "user_id": "U0ANA",
                            "file_id": "F0FILE", "event_ts": stamp}},
        {"type": "block_actions", "team": {"id": team}, "user": user, "actions": [action],
         "container": container},
        {"type": "shortcut", "team": {"id": team}, "user": user, "callback_id": "pick:help",
         "action_ts": stamp},
        {"command": "/bpo", "text": "help", "team_id": team, "user_id": "U0ANA",
         "channel_id": "C0ROOM", "trigger_id": "1.2", "user_name": "ana"},
    )  # fmt: skip
    return json.loads(json.dumps(chance.choice(kinds)))  # type: ignore[no-any-return]


def spoil(chance: Random, payload: Any) -> None:
    """Change one thing in it, however deep."""
    while isinstance(payload, dict | list) and payload:
        keys = list(payload) if isinstance(payload, dict) else list(range(len(payload)))
        key = chance.choice(keys)
        if not isinstance(payload[key], dict | list) or chance.random() < 0.2:
            payload[key] = chance.choice(
                (
                    hostile.value(chance), hostile.text(chance), chance.choice(STAMPS),
                    chance.choice(IDS), chance.choice(TEXTS), "a" * 20_000, 2**70, {}, [],
                )
            )  # fmt: skip
            return
        payload = payload[key]


def body(chance: Random) -> bytes:
    kind = chance.randrange(20)
    if kind == 0:
        return hostile.body(chance)
    payload = good(chance)
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        spoil(chance, payload)
    raw = json.dumps(payload).encode()
    if kind == 1:
        return raw[: chance.randrange(len(raw))]
    if kind == 2:
        message = reading.read(raw)
        packed = json.loads(reading.pack(message)) if message else {}
        spoil(chance, packed)
        return json.dumps(packed).encode()
    return raw


def check(message: IncomingMessage | None) -> None:
    if message is None:
        return
    place = parse(message.address.chat)
    assert place is not None
    assert message.sender == place.person
    assert message.shared == place.shared == message.aside
    assert 0 < len(message.id) <= 1_000
    assert len(message.text) <= LONGEST_TEXT
    file = (message.file.id, message.file.name) if message.file else ()
    for word in (message.id, message.text, message.pressed or "", message.called, *file):
        assert clean(word) == word
        word.encode()
    again = reading.read(reading.pack(message))
    assert again == message, "what is kept is what was heard"


def test_h1_ten_thousand_payloads_are_read() -> None:
    chance, understood = Random(6), 0
    for _ in range(10_000):
        raw = body(chance)
        message = reading.read(raw)
        check(message)
        understood += message is not None
        try:
            payload = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if isinstance(payload, dict):
            for one in reading.messages(payload):
                check(one)
    assert 3_000 < understood < 9_500  # the payloads are neither all good nor all bad


def test_h1_extremes_are_read() -> None:
    deep = b'{"type":"event_callback","team_id":"T0","event":' + b"[" * 100_000
    million = json.dumps(
        {**good(Random(0)), "text": "<" * 2**20, "command": "/bpo", "team_id": "T0TEAM",
         "user_id": "U0ANA", "channel_id": "C0ROOM", "trigger_id": "1", "type": None}
    ).encode()  # fmt: skip
    for raw in (deep, million, b"", b"\xff\xfe", b"null", b"[]", b"1e999"):
        check(reading.read(raw))
    long = reading.words_in("<" * 10**6 + ">")
    assert len(long) <= reading.LONGEST_RAW


def test_markup_is_read_as_people_wrote_it() -> None:
    for raw, words in (
        ("<@U0BOT> sold 5 AAPL", "sold 5 AAPL"),
        ("sold 5 <http://AAPL.DE|AAPL.DE> at 1", "sold 5 AAPL.DE at 1"),
        ("see <https://x.y/z>", "see https://x.y/z"),
        ("A&amp;B &lt;3 &amp;lt;", "A&B <3 &lt;"),
        ("<#C123|general> <!here> <!subteam^S1|@team> <mailto:a@b.c>", "#general @team a@b.c"),
        ("a < b", "a < b"),
    ):
        assert reading.words_in(raw) == words


def test_who_is_not_heard() -> None:
    chance = Random(1)
    for spoiled in (
        {"bot_id": "B1"}, {"user": "U0BOT"}, {"subtype": "channel_join"}, {"subtype": "me_message"},
        {"channel": "C0ROOM", "channel_type": "channel"}, {"user": None}, {"ts": "soon"},
    ):  # fmt: skip
        payload = good(chance)
        while payload.get("event", {}).get("type") != "message" or "subtype" in payload["event"]:
            payload = good(chance)
        assert reading.messages(payload)
        payload["event"] |= spoiled
        assert not reading.messages(payload), spoiled


def test_a_message_in_a_thread_belongs_to_it_and_to_who_wrote_it() -> None:
    chance = Random(2)
    payload = good(chance)
    while payload.get("event", {}).get("type") != "app_mention":
        payload = good(chance)
    (first,) = reading.messages(payload)
    payload["event"] |= {"thread_ts": payload["event"]["ts"], "ts": "1790000009.000001"}
    (second,) = reading.messages(payload)
    assert first.address == second.address
    assert first.room == second.room == "T0TEAM:C0ROOM::"
    payload["event"]["user"] = "U0BEN"
    (other,) = reading.messages(payload)
    assert other.address != first.address
    assert other.room == first.room


def test_an_organisation_is_known_by_its_own_id() -> None:
    payload = good(Random(3))
    while payload.get("event", {}).get("type") != "app_mention":
        payload = good(Random(str(payload)))
    payload["authorizations"] = [{"is_enterprise_install": True, "enterprise_id": "E0ORG"}]
    (message,) = reading.messages(payload)
    assert message.address.chat.startswith("T0TEAM@E0ORG:C0ROOM:")
    assert message.sender == "E0ORG:U0ANA"


def test_kept_and_read_again() -> None:
    here = Address("slack", "T0TEAM:U0ANA")
    at = reading.messages(
        {"command": "", "text": "", "trigger_id": "1", "team_id": "T0TEAM", "user_id": "U0ANA",
         "channel_id": "D0"}
    )[0].sent_at  # fmt: skip
    for message in (
        IncomingMessage("1", "T0TEAM:U0ANA", here, at, "sold 5"),
        IncomingMessage("1", "T0TEAM:U0ANA", here, at, "qty 3\nnote: x", pressed="edit:a:1:0"),
        IncomingMessage("1", "T0TEAM:U0ANA", here, at, file=File("F0FILE", "a.csv", 3)),
        IncomingMessage("1", "T0TEAM:U0ANA", here, at, unheard="voice"),
        IncomingMessage("1", "T0TEAM:U0ANA", here, at, "new", edited=True),
    ):
        assert reading.read(reading.pack(message)) == message
    assert reading.read(reading.pack(IncomingMessage("1", "T0TEAM:U0EVE", here, at))) is None


NASTY = st.text(
    st.sampled_from("<>!@#&;|*_~`:chanelU0BOTthps/.-[]() \n\x00\u202e☃") | st.characters()
)


@given(NASTY, NASTY, NASTY)
@example("<!channel>", "<@U0BOT>", "<https://a.b|c>")
@example("a\n<" * 50 + "&amp;", "&", "<#C1>")
def test_h3_words_never_become_markup(text: str, label: str, alt: str) -> None:
    text = clean(text)
    shown = {"text": text, "alt": alt, "buttons": [[{"label": label or "x", "data": "save:1"}]]}
    slack = Slack(files={"F1": {"data": b"x"}})
    messages = render(shown, owner="U0ANA", picture="F1")
    for message in messages:
        check_words(message.text)
        check_blocks(message.blocks, 50, slack)
        for block in message.blocks:
            assert block["type"] in {"rich_text", "actions", "image"}
    read = "\n".join(seen({"blocks": one.blocks, "channel": "", "ts": "", "text": ""}).text
                     for one in messages)  # fmt: skip
    assert [line for line in read.split("\n") if line.strip()] == [
        line for line in text.split("\n") if line.strip()
    ]
    assert "<" not in escape(text)
    assert html.unescape(escape(text)) == text


def test_long_replies_are_split_within_the_limits() -> None:
    lines = [f"line {n} " + "x" * (n % 200) for n in range(600)]
    lines[100] = "y" * 10_000
    lines[200:210] = [f"AAPL  {n}  {n}%" for n in range(10)]
    buttons = [[{"label": "b" * 100, "data": f"d:{n}"} for n in range(7)]]
    messages = render({"text": "\n".join(lines), "buttons": buttons, "revision": 3})
    assert len(messages) > 3
    for message in messages:
        check_blocks(message.blocks, 50, Slack())
        assert len(message.text) <= 4_000 * 5
    assert [block["type"] for block in messages[0].blocks].count("actions") == 0
    assert [block["type"] for block in messages[-1].blocks].count("actions") == 2
    pieces = [
        block["elements"][0]["elements"][0]["text"]
        for message in messages
        for block in message.blocks
        if block["type"] == "rich_text"
    ]
    assert all(len(one) <= LONGEST_BLOCK for one in pieces)
    assert "".join("".join(pieces).split()) == "".join("".join(lines).split())


def test_tables_keep_their_columns_and_the_answer_stands_out() -> None:
    (message,) = render({"text": "The answer.\nNVDA  24%  10%\nAAPL  14%  10%\nDone."})
    kinds = [block["elements"][0]["type"] for block in message.blocks]
    assert kinds == ["rich_text_section", "rich_text_preformatted", "rich_text_section"]
    assert message.blocks[0]["elements"][0]["elements"][0]["style"] == {"bold": True}
