"""Bodies that nobody in their right mind would send: nonsense, half-sense and poison."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

POISON = (
    "\x00", "\ud800", "\udfff", "\u202e", "\u2066", "\u200b", "\ufeff", "\x1b[2J", "\x85", "\u2028",
    "\U000e0001", "\uffff", "👩‍👩‍👧", "a\u0301\u0316\u0347", "٣", "½", "²", "Ⅷ", "１２５", "＄",
    "𝟏",
)  # fmt: skip
NUMBERS = (
    "0", "-3", "1e400", "-0", "NaN", "Infinity", "1e-400", "9" * 400, "0." + "0" * 300 + "1",
    "1,234.56", "1.234,56", "1'000", "--5", "5-", "1/0", "0x10", "٣٤", "1_000", ".", "1e9", "½",
)  # fmt: skip
DAYS = (
    "31 february", "2022-13-45", "0000-00-00", "9999-12-31", "10000-01-01", "1/1/1", "day -5",
    "999999999 days ago", "the 99th", "13/13/13", "yesterday tomorrow", "32 dec", "1969-12-31",
    "29 feb 2023", "12e5-01-01", "last " * 40 + "monday", "1000000 weeks ago", "24:61:99",
)  # fmt: skip
WORDS = (
    "bought", "sold", "AAPL", "at", "on", "each", "total", "fee", "undo", "/start", "biases", "why",
    "#", "@", "$", "%", "half", "all", "my", "split", "dividend", "(", ")", "[", "*+?", "\\", "'",
    '"', "';--", "<script>", "{{7*7}}", "${x}", "../../etc/passwd", "demo", "cancel", "edit",
    "note:",
)  # fmt: skip
VERBS = (
    "save", "ask", "drop", "again", "edit", "half", "planned", "twins", "short", "sellheld", "undo",
    "missing", "restore", "unbatch", "keep", "pick", "behind", "start", "file", "", "nobody",
)  # fmt: skip


def text(chance: random.Random) -> str:
    """Something typed, pasted, or made to do harm."""
    kind = chance.randrange(8)
    if kind == 0:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(80)))
    if kind == 1:
        return f"bought {chance.choice(NUMBERS)} AAPL at {chance.choice(NUMBERS)}"
    if kind == 2:
        return f"sold 5 AAPL at 125.70 on {chance.choice(DAYS)}"
    if kind == 3:
        return chance.choice(POISON).join(chance.choice(WORDS) for _ in range(12))
    if kind == 4:
        return chance.choice((*POISON, *WORDS, " ", "\n", ",")) * chance.randrange(3_000)
    if kind == 5:
        return " ".join(chance.choice((*WORDS, *NUMBERS, *DAYS)) for _ in range(20))
    if kind == 6:
        return f"undo #{chance.choice(NUMBERS)}"
    return "bought 3 AAPL at 125.70 " + chance.choice(POISON) * chance.randrange(1, 20)


def press(chance: random.Random) -> str:
    """Button data that no button of ours has."""
    tail = chance.choice((text(chance)[:9], "A" * 22, ":::", "0", "-1", "🦉" * 9, "\x00", ""))
    return f"{chance.choice(VERBS)}:{tail}"


def value(chance: random.Random) -> Any:
    """Any JSON value at all."""
    makers: tuple[Callable[[], Any], ...] = (
        lambda: None,
        lambda: chance.choice((True, False)),
        lambda: chance.choice((0, -1, 2**63, 10**18, -(10**400), 1e308, 0.1)),
        lambda: text(chance),
        lambda: [text(chance)],
        lambda: {text(chance): chance.random()},
        lambda: chance.choice(("2026-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59")),
        lambda: chance.choice(("9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00", "\ud800")),
    )
    return chance.choice(makers)()


def letter(chance: random.Random, chat: str) -> dict[str, Any]:
    """A message as our own doors write it, in which anything may be wrong."""
    written: dict[str, Any] = {
        "id": str(chance.randrange(10**9)),
        "sender": chat,
        "chat": chat,
        "sent_at": "2026-01-01T00:00:00+00:00",
    }
    kind = chance.randrange(4)
    if kind == 0:
        written |= {"pressed": press(chance), "label": text(chance), "on": value(chance)}
    elif kind == 1:
        size = chance.choice((0, 10, 2**40, value(chance)))
        written["file"] = {"id": press(chance), "name": text(chance), "size": size}
    else:
        written |= {"text": text(chance), "too_long": value(chance)}
    for _ in range(chance.choice((0, 0, 0, 0, 0, 1, 3))):
        written[chance.choice(list(written))] = value(chance)
    return written


def body(chance: random.Random, chat: str = "7") -> bytes:
    """The bytes of one message: mostly letters, some cut short, some no letters at all."""
    kind = chance.randrange(20)
    if kind == 0:
        return chance.randbytes(chance.randrange(200))
    if kind == 1:
        depth = chance.choice((1_000, 100_000))
        return b'{"text":' + b"[" * depth
    if kind == 2:
        return json.dumps(value(chance)).encode()
    written = json.dumps(letter(chance, chat))
    if kind == 3:
        return written[: chance.randrange(len(written))].encode()
    if kind == 4:
        return written.encode("utf-16") if chance.random() < 0.5 else b"\xff" + written.encode()
    return written.encode()
