"""Updates are translated, whatever their shape; what Telegram shows is what was said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.door import clean
from bot.letter import pack
from bot.telegram.layout import aligned, entities, split, units
from bot.telegram.parts import FILE, LONGEST, PHOTO, TEXT, plan
from bot.telegram.updates import Changed, Heard, Me, translate
from conversations.messages import LONGEST_TEXT, IncomingMessage
from storage.records import Document, Picture
from storage.unit_of_work import Storage
from tests.bot.telegram.people import Town
from tests.bot.telegram.strictness import read_text
from tests.bot.telegram.stub import Message
from tests.bot.test_doors import EXTREME, check, odd

ME = Me(1234567890, "bpo_test_bot")
NOW = datetime(2026, 11, 18, 15, 12, tzinfo=UTC)
ANA = {"id": 501, "is_bot": False, "first_name": "Ana"}
ALONE = {"id": 501, "type": "private"}
GROUP = {"id": -100123, "type": "supergroup"}
WORDS_OF_TELEGRAM = """
    update_id message edited_message callback_query my_chat_member message_id date chat from id
    type text caption document file_id file_name file_size data is_bot first_name voice photo
    reply_to_message message_thread_id is_topic_message reply_markup inline_keyboard status
    new_chat_member migrate_to_chat_id
"""
KEYS = WORDS_OF_TELEGRAM.split()
MESSAGE = {"message_id": 7, "date": 1795000000, "chat": ALONE, "from": ANA, "text": "hi"}
GOOD: list[dict[str, Any]] = [
    {"update_id": 1, "message": MESSAGE},
    {"update_id": 1, "edited_message": MESSAGE},
    {"update_id": 1, "message": {**MESSAGE, "chat": GROUP, "text": "/help@bpo_test_bot"}},
    {"update_id": 1, "message": {**MESSAGE, "document": {"file_id": "f", "file_name": "a.csv"}}},
    {"update_id": 1, "message": {**MESSAGE, "voice": {}}},
    {"update_id": 1, "callback_query": {"id": "q", "from": ANA, "data": "x", "message": MESSAGE}},
    {"update_id": 1, "my_chat_member": {"chat": ALONE, "new_chat_member": {"status": "kicked"}}},
]


@pytest.fixture(scope="module")
def door() -> Any:
    """The door as it reads; reading needs no database."""
    return Town(Storage("postgresql://nobody@127.0.0.1:1/nothing")).door


def spoiled(chance: Random, value: Any) -> Any:
    """``value`` with some of its inside changed, added or left out."""
    if not isinstance(value, dict) or chance.random() < 0.05:
        return odd(chance)
    changed = dict(value)
    name = chance.choice([*changed, chance.choice(KEYS)])
    if chance.random() < 0.1:
        changed.pop(name, None)
    else:
        changed[name] = spoiled(chance, changed.get(name))
    return changed


@pytest.mark.parametrize("seed", [1, 2])
def test_anything_at_all_can_be_read(door: Any, seed: int) -> None:
    chance, read = Random(seed), 0
    for _ in range(5_000):
        update = chance.choice(GOOD)
        for _ in range(chance.randrange(4)):
            update = spoiled(chance, update)
        found = translate(update, ME, NOW)
        if isinstance(found, Heard):
            kept = door.read(pack(found.message, found.label, str(found.on)))
            assert found.file is not None or kept == found.message
            check(door, kept)
            read += 1
    assert read > 1_500  # the test reaches past the first check


@pytest.mark.parametrize("name", EXTREME)
def test_extremes_can_be_read(door: Any, name: str) -> None:
    check(door, door.read(EXTREME[name]))
    try:
        update = json.loads(EXTREME[name])
    except (ValueError, RecursionError):
        return
    assert translate(update, ME, NOW) is None
    assert not isinstance(translate({"update_id": 1, "message": update}, ME, NOW), Heard)


def heard(**content: Any) -> IncomingMessage | None:
    found = translate({"update_id": 1, "message": {**MESSAGE, **content}}, ME, NOW)
    return found.message if isinstance(found, Heard) else None


@pytest.mark.parametrize("date", [-1, 253_402_300_800, 10**18, -(10**18), 2**63, "1", None, True])
def test_a_date_that_is_none_is_no_message(date: Any) -> None:
    assert heard(date=date) is None


def test_long_words_keep_their_beginning() -> None:
    said = heard(text="\x00b" * 20_000)
    assert said is not None
    assert (said.text, said.too_long) == ("b" * LONGEST_TEXT, True)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("/help", "pick:help"),
        ("/biases@bpo_test_bot", "pick:biases"),
        ("/start", "/start"),
        ("/start k3y_of-22letters", "/start k3y_of-22letters"),
        ("/undo 12", "/undo 12"),
        ("/nonsense", "/nonsense"),
    ],
)
def test_commands(text: str, read: str) -> None:
    said = heard(text=text)
    assert said is not None
    assert (said.pressed or said.text) == read


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ({"text": "bought 10 AAPL"}, None),
        ({"text": "@bpo_test_bot what if tech falls 30%?"}, "what if tech falls 30%?"),
        ({"text": "hey @BPO_test_bot, biases"}, "hey biases"),
        ({"text": "mail me at x@bpo_test_bot"}, None),
        ({"text": "/undo"}, "pick:undo"),
        ({"text": "/undo@other_bot"}, None),
        ({"text": "yes", "reply_to_message": {"from": {"id": ME.id}}}, "yes"),
        ({"text": "yes", "reply_to_message": {"from": {"id": 5}}}, None),
        ({"text": "hi @bpo_test_bot", "from": {"id": 1087968824, "is_bot": True}}, None),
        ({"text": "hi @bpo_test_bot", "from": {"id": 777000, "is_bot": False}}, None),  # a channel
        ({"voice": {}}, None),
    ],
)
def test_in_a_group_only_what_is_meant_for_us_is_taken(
    content: dict[str, Any], read: str | None
) -> None:
    said = heard(**{**MESSAGE, "text": None, "chat": GROUP, **content})
    assert (said.pressed or said.text if said else None) == read
    assert said is None or said.shared


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"voice": {}}, "voice"),
        ({"video_note": {}}, "voice"),
        ({"photo": [{}], "caption": "bought 10 AAPL"}, "photo"),
        ({"sticker": {}}, "sticker"),
        ({"location": {}}, "other"),
        ({"document": {"file_id": "f", "file_name": "a.docx", "file_size": 9}}, "other file"),
        (
            {"document": {"file_id": "f", "file_name": "a.csv", "file_size": 5_000_001}},
            "large file",
        ),
    ],
)
def test_what_no_door_can_read(content: dict[str, Any], kind: str) -> None:
    said = heard(text=None, **content)
    assert said is not None
    assert said.unheard == kind


def test_topics_and_chats_that_move_or_close() -> None:
    topic = {"chat": GROUP, "is_topic_message": True, "message_thread_id": 45}
    said = heard(text="/help", **topic)
    assert said is not None
    assert said.address.chat == "-100123:45"
    moved = {**MESSAGE, "chat": {"id": -5, "type": "group"}, "migrate_to_chat_id": -1005}
    assert translate({"update_id": 1, "message": moved}, ME, NOW) == Changed("-5", moved_to="-1005")
    for forged in (moved | {"chat": ALONE}, moved | {"migrate_to_chat_id": 501}):
        told = translate({"update_id": 1, "message": forged}, ME, NOW)
        assert not isinstance(told, Changed), "from a group to a group, and nowhere else"
    assert translate(GOOD[-1], ME, NOW) == Changed("501", closed="blocked")


WORDS = st.text(st.characters(exclude_categories=["C"], include_characters="\n"), max_size=3000)
MARKUP = st.sampled_from(
    ["<b>", "</b>", "&amp;", "*x*", "_y_", "`", "[a](b)", "\n", "  a   b  c ", "🙂"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(WORDS, st.lists(st.one_of(MARKUP, WORDS), max_size=30).map("".join)))
def test_words_never_become_markup(text: str) -> None:
    """Through the plan and Telegram's own rules, text equals text and entities are only ours."""
    text = clean(text)
    parts = plan({"text": text, "buttons": []}, None, None, "bot")
    if any(part.kind == FILE for part in parts):
        assert parts[0].data.decode() == text.strip("\n").rstrip()
        return
    for part in parts:
        marks = [one.to_dict() for one in entities(part.text, lead=part.lead)]
        shown, kept = read_text(part.text, marks, {}, 4096)
        assert shown == part.text
        assert {one["type"] for one in kept} <= {"bold", "pre"}
        message = Message(1, 1, part.text, kept)
        assert message.marked("bold") in ([], [message.first])
        assert all(aligned(line) for one in message.marked("pre") for line in one.split("\n"))
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())


def test_long_replies_are_cut_between_paragraphs_and_never_in_a_table() -> None:
    table = "\n".join(f"row{n:3}   {n:5}   {n:5}" for n in range(60))
    text = "\n\n".join([f"Paragraph {n}. " + "word " * 200 for n in range(3)] + [table])
    pieces = split(text, LONGEST)
    assert [units(piece) <= LONGEST for piece in pieces] == [True] * len(pieces)
    assert sum(table in piece for piece in pieces) == 1
    assert all(piece.startswith(("Paragraph", "row")) for piece in pieces)


def test_cuts_fall_between_letters() -> None:
    pieces = split("🙂" * 5000, LONGEST)
    assert "".join(pieces) == "🙂" * 5000
    assert max(map(units, pieces)) <= LONGEST


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + width.to_bytes(4) + height.to_bytes(4)


def test_what_goes_with_the_words() -> None:
    picture, document = Picture(png(1280, 800), "What it shows."), Document("a.csv", "x/y", b"1")
    row = {"buttons": [[{"label": "Save", "data": "save:1"}]]}
    short, long = {"text": "x" * 1024, **row}, {"text": "x" * 1025, **row}
    kinds = [
        [part.kind for part in plan(*one, "bot")]
        for one in (
            (short, picture, None), (long, picture, None), (short, None, document),
            (short, picture, document), ({"text": "word " * 4000}, None, None),
            (short, Picture(png(12_000, 100), "wide"), None),
        )
    ]  # fmt: skip
    assert kinds == [[PHOTO], [PHOTO, TEXT], [FILE], [PHOTO, FILE], [FILE], [FILE]]
    said, words = plan(long, picture, None, "bot")
    assert (said.text, said.keyboard) == ("What it shows.", None)
    assert words.keyboard is not None
