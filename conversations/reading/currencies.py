"""Currencies as people write them beside a sum: "$5", "5 euros", "72.1p", "USD 5"."""

from __future__ import annotations

from conversations.reading.numbers import AMOUNT

CODES = "usd|eur|gbp|chf|cad|aud|jpy|sek|nok|dkk|pln|inr|hkd|sgd|nzd|cny|krw|brl|mxn|zar"
_NAMES = {"dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP", "quid": "GBP"}
_NAMES |= {"sterling": "GBP", "franc": "CHF", "yen": "JPY"}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW"}
_CURRENCIES = {code: code.upper() for code in CODES.split("|")} | _NAMES | _SIGNS
_HUNDREDTHS = {"p": "GBP", "pence": "GBP", "penny": "GBP", "c": None, "cent": None, "¢": None}

EDGE = r"(?<![\w.,])"
BEFORE = rf"(?:[$€£¥₹₩]|\b(?:{CODES})\s?)"
AFTER = (
    rf"(?:[$€£¥₹₩¢]|(?:{CODES}|dollars?|bucks?|euros?|pounds?|quid|francs?|yen|sterling|pence|"
    r"penny|cents?|p|c)\b(?!/))"
)


def money(name: str, edge: str = EDGE) -> str:
    """A pattern for a sum of money with the groups ``name``, ``name``_before, ``name``_after."""
    return (
        rf"(?:(?P<{name}_before>{BEFORE})\s?|{edge})(?P<{name}>-?{AMOUNT})"
        rf"(?:\s?(?P<{name}_after>{AFTER}))?"
    )


def currency_of(text: str) -> str | None:
    """The ISO code that ``text`` is the name or the sign of ("euros", "in USD", "£", "pence")."""
    word = text.casefold().removeprefix("in ").strip()
    known = _CURRENCIES.get(word) or _CURRENCIES.get(word.rstrip("s"))
    return known or _HUNDREDTHS.get(word)


def is_hundredth(mark: str) -> bool:
    """Whether ``mark`` ("p", "cents") counts hundredths of a currency."""
    word = mark.casefold()
    return word in _HUNDREDTHS or word.rstrip("s") in _HUNDREDTHS
