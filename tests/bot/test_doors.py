"""The doors that are ours read anything at all without falling over."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.door import Door, clean
from bot.letter import pack
from bot.terminal import Terminal
from bot.web.door import Web
from conversations.messages import LONGEST_TEXT, Address, File, IncomingMessage
from storage.unit_of_work import Storage

STORAGE = Storage("postgresql://nobody@127.0.0.1:1/nothing")  # reading needs no database
DOORS: list[Door] = [Web(STORAGE), Terminal(STORAGE)]
NOW = datetime(2026, 11, 18, 15, 12, tzinfo=UTC)
GOOD: dict[str, Any] = {"id": "1", "sender": "c", "chat": "c", "sent_at": NOW.isoformat()}

LETTERS = "\x00\x07\t\r\n\x1b\u200b\u202e\u2066\u2028\ud800\udfff a1.:-é🙂\U0010ffff"
MOMENTS = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-18", "+292277-12-04"]
NUMBERS = [0, -1, 2**63, -(2**63) - 1, 10**300, 0.5, 1e308, float("nan"), float("inf"), True, None]
NAMES = ["id", "sender", "chat", "sent_at", "text", "pressed", "label", "file", "too_long", "on"]


def odd(chance: Random, depth: int = 0) -> Any:
    """Anything that JSON can hold, and some that it should not."""
    match chance.randrange(8 if depth < 3 else 6):
        case 0 | 1:
            return "".join(chance.choices(LETTERS, k=chance.randrange(30)))
        case 2:
            return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(20)))
        case 3:
            return chance.choice(MOMENTS)
        case 4:
            return chance.choice(NUMBERS)
        case 5:
            return chance.randrange(-(10**30), 10**30)
        case 6:
            return [odd(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            keys = [*NAMES, "name", "size", "\x00", ""]
            return {chance.choice(keys): odd(chance, depth + 1) for _ in range(chance.randrange(4))}


def odd_body(chance: Random) -> bytes:
    """Noise, any JSON, or a good letter with some of it changed, cut or overwritten."""
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        return json.dumps(odd(chance)).encode()
    good = GOOD | chance.choice(
        [{"text": "hi"}, {"pressed": "x"}, {"file": {"id": "x", "name": "n", "size": 1}}, {}]
    )
    changed = {name: odd(chance) for name in chance.sample(NAMES, chance.randrange(3))}
    if kind == 2 and isinstance(good.get("file"), dict):
        good["file"] = {**good["file"], chance.choice(["id", "name", "size"]): odd(chance)}
    body = json.dumps(good | changed, ensure_ascii=chance.random() < 0.5)
    raw = bytearray(body.encode(errors="surrogatepass"))
    if kind == 3:
        del raw[chance.randrange(len(raw)) :]
    if kind == 4:
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.channel)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_door_reads_anything(door: Door, seed: int) -> None:
    chance, read = Random(seed), 0
    for _ in range(5_000):
        message = door.read(odd_body(chance))
        check(door, message)
        read += message is not None
    assert read > 500  # the test reaches past the first check


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.channel)
@settings(deadline=None)
@given(body=st.binary() | st.text().map(lambda text: json.dumps({**GOOD, "text": text}).encode()))
def test_a_door_reads_what_hypothesis_thinks_of(door: Door, body: bytes) -> None:
    check(door, door.read(body))


def check(door: Door, message: IncomingMessage | None) -> None:
    if message is None:
        return
    assert message.address.channel == door.channel
    assert message.id
    assert message.sender
    assert message.address.chat
    assert message.sent_at.utcoffset() == NOW.utcoffset()
    assert len(message.text) <= LONGEST_TEXT
    words = [message.id, message.sender, message.address.chat, message.text, message.pressed or ""]
    if message.file is not None:
        words += [message.file.id, message.file.name]
        assert 0 <= message.file.size < 2**63
    for word in words:
        word.encode()
        assert clean(word) == word


DEEP = b'{"a":' * 1_000 + b"1" + b"}" * 1_000
EXTREME = {
    "deep": DEEP,
    "deeper": b"[" * 200_000,
    "deep inside": b'{"id":"1","sender":"c","chat":"c","sent_at":' + DEEP + b"}",
    "1 MB of text": json.dumps({**GOOD, "text": "a" * 2**20}).encode(),
    "1 MB of NUL": json.dumps({**GOOD, "text": "\x00" * 2**20}).encode(),
    "1 MB of bidi": json.dumps({**GOOD, "text": "\u202e" * 2**20}).encode(),
    "1 MB of noise": bytes(range(256)) * 4096,
    "a long number": b"1" * 100_000,
    "a huge number": json.dumps({**GOOD, "file": {"id": "x", "name": "n", "size": 2**63}}).encode(),
    "an endless number": b'{"id": 1e999999}',
    "UTF-16": json.dumps(GOOD | {"text": "hi"}).encode("utf-16"),
}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.channel)
@pytest.mark.parametrize("name", EXTREME)
def test_a_door_reads_extremes(door: Door, name: str) -> None:
    check(door, door.read(EXTREME[name]))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.channel)
def test_what_is_packed_is_read_again(door: Door) -> None:
    here = Address(door.channel, "chat")
    for message in (
        IncomingMessage("1", "chat", here, NOW, "sold 5\nAAPL – é 🙂"),
        IncomingMessage("1", "chat", here, NOW, "a" * LONGEST_TEXT, too_long=True),
        IncomingMessage("1", "chat", here, NOW, ""),
        IncomingMessage("1", "chat", here, NOW, pressed="save:1"),
        IncomingMessage("1", "chat", here, NOW, file=File("id", "trades.csv", 12)),
    ):
        assert door.read(pack(message, "Save", "1:2")) == message


def test_long_text_keeps_its_beginning() -> None:
    message = DOORS[0].read(json.dumps({**GOOD, "text": "\x00b" * 20_000}).encode())
    assert message is not None
    assert (message.text, message.too_long) == ("b" * LONGEST_TEXT, True)


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaned_text_can_be_stored_and_says_what_it_shows(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    cleaned.encode()
    assert all(unicodedata.category(letter)[0] != "C" for letter in cleaned.replace("\n", ""))


def test_cleaning_never_glues_words_together() -> None:
    assert clean("AAPL\t10\t185.20\r\nMSFT\r5\u2028x\x00y\u202ez\ud800") == (
        "AAPL 10 185.20\nMSFT\n5\nxyz"
    )
    assert clean("plain ascii") == "plain ascii"
    assert clean("bell\x07 tab\t") == "bell tab "
