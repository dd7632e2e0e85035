"""Pairs of coins: which of the two is the money."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.broker_files.locale import Locale
from engine.delimited import Unreadable

MONEY = (
    "EUR", "USD", "GBP", "TRY", "BRL", "JPY", "AUD", "PLN", "RON", "ZAR", "UAH", "CZK", "ARS",
)  # fmt: skip
_QUOTES = (
    *MONEY, "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "BTC", "ETH", "BNB",
)  # fmt: skip
_GLUED = re.compile(r"(?P<number>[\d.,eE-]*\d)(?P<coin>[A-Z][A-Z0-9]*)?")


def quote_of(one: str, other: str) -> str:
    """Which of two coins prices are told in. Raises Unreadable where neither usually is."""
    for coin in _QUOTES:
        if coin in (one, other):
            return coin
    raise Unreadable("pair_unknown", f"{one}/{other}")


def split_pair(pair: str, base: str = "", quote: str = "") -> tuple[str, str]:
    """The coin and the money of ``BTCEUR``. Raises Unreadable."""
    plain = pair.upper().replace("/", "").replace("-", "").replace("_", "")
    if base and quote:
        return base, quote
    if base and plain.startswith(base) and plain != base:
        return base, plain[len(base) :]
    for coin in sorted(_QUOTES, key=len, reverse=True):
        if plain.endswith(coin) and plain != coin:
            return plain[: -len(coin)], coin
    raise Unreadable("pair_unknown", pair)


def glued(text: str, locale: Locale) -> tuple[Decimal, str]:
    """The number and the coin of ``0.05BTC``; "" where none is named. Raises Unreadable."""
    found = _GLUED.fullmatch(text.strip())
    if found is None:
        raise Unreadable("number_unreadable", text)
    return locale.number(found["number"]), found["coin"] or ""
