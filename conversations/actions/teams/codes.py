"""One-time codes: 128 bits, in groups that can be typed; only their hash is kept."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import timedelta

BYTES = 16
LASTS = timedelta(minutes=10)
TRIES, WINDOW = 5, timedelta(minutes=15)  # wrong codes of one chat (reliability.md A3)
_LETTERS = 26  # of 128 bits in base32
# As people type it: groups with hyphens, spaces or nothing between them.
PATTERN = r"(?P<code>([a-z2-7][- ]?){25}[a-z2-7])"
_BETWEEN = re.compile(r"[^A-Z2-7]")


def make() -> str:
    """A new code: ``ABCDE-FGHIJ-KLMNO-PQRST-UVWXYZ``."""
    letters = base64.b32encode(secrets.token_bytes(BYTES)).decode().rstrip("=")
    starts = range(0, 20, 5)
    return "-".join([*(letters[n : n + 5] for n in starts), letters[20:]])


def digest(said: str) -> bytes:
    """What is kept of a code, however it was typed. A hash without a salt will do: nobody can try
    2**128 codes."""
    return hashlib.sha256(_BETWEEN.sub("", said.upper()).encode()).digest()
