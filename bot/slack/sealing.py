"""Encryption at rest: AES-256-GCM, each text bound to the row that it belongs to."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, NONCE = 32, 12  # bytes
VERSION = b"\x01"


class BadKey(ValueError):
    """A key is not 32 bytes, written in base64."""


class Unopened(Exception):
    """No key opens it: it was changed, belongs to another row, or its key is gone."""


def new_key() -> str:
    """A key for the settings."""
    return base64.urlsafe_b64encode(os.urandom(KEY)).decode()


def read_keys(written: str) -> list[bytes]:
    """Keys separated by commas; the first seals, all open. Raises BadKey."""
    keys = []
    for one in filter(None, (part.strip() for part in written.split(","))):
        try:
            key = base64.urlsafe_b64decode(one + "=" * (-len(one) % 4))
        except (ValueError, binascii.Error) as problem:
            raise BadKey("expected 32 bytes in base64") from problem
        if len(key) != KEY:
            raise BadKey("expected 32 bytes in base64")
        keys.append(key)
    return keys


class Seal:
    """Seals with the first key and opens with any, so that keys can change without a pause."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``keys``: one at least, of 32 bytes each."""
        self._ciphers = [AESGCM(key) for key in keys]

    def close(self, plain: bytes, row: str) -> bytes:
        """``plain``, sealed so that it opens for ``row`` only."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._ciphers[0].encrypt(nonce, plain, row.encode())

    def open(self, sealed: bytes, row: str) -> bytes:
        """What was sealed for ``row``. Raises Unopened."""
        nonce, text = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        if sealed[:1] != VERSION or len(nonce) != NONCE:
            raise Unopened
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, text, row.encode())
            except InvalidTag:
                continue
        raise Unopened
