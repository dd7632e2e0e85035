"""Numbers as people write them: 1,852.00, 1.852,00, 2k, "one hundred eighty five point two"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

LARGEST = Decimal(10) ** 9
FINEST = Decimal("1e-9")

# Every repetition is bounded, so that no text makes a search slower than linear.
DIGITS = r"(?:\d{1,3}(?:[,.']\d{3}){1,6}(?:[.,]\d{1,12})?|\d{1,30}(?:[.,]\d{1,30})?|[.,]\d{1,30})"
_SCALE_NAMES = {
    "k": 10**3,
    "thousand": 10**3,
    "grand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mio": 10**6,
    "mm": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
}
AMOUNT = (
    rf"(?:{DIGITS}(?:(?:k|mn|mio|mm|m|bn)\b|\s?(?:thousand|grand|million|billion)\b)?"
    r"(?!\d|[.,]{1,3}\d|[abd-oq-wyzABD-OQ-WYZ]|\s?%|\s?percent\b))"
)
_READ = re.compile(rf"({DIGITS})\s?([A-Za-z]*)$")
_SPACED = re.compile(r"(?<![\d.,'])(\d{1,3})((?: 000){1,3})(?![\d.,'/:-])")
_GLUED = re.compile(
    r"(?<![\w.,$])(\d[\d.,]{0,20})(?=[A-Za-z]{2})(?!(?:st|nd|rd|th|am|pm|mn|mm|bn)\b)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and what else its digits could mean ("1.852" is also 1852)."""

    value: Decimal
    others: tuple[Decimal, ...] = ()
    said: str = ""


def read_number(said: str) -> Number:
    """The number that ``said``, a match of AMOUNT or DIGITS, stands for. Raises ValueError."""
    found = _READ.match(said.strip())
    scale = _SCALE_NAMES.get(found[2].casefold(), None if found[2] else 1) if found else None
    if found is None or scale is None:
        raise ValueError(f"not a number: {said[:40]!r}")
    values = [value * scale for value in _read_digits(found[1])]
    return Number(values[0], tuple(values[1:]), said.strip())


def _read_digits(digits: str) -> list[Decimal]:
    digits = digits.replace("'", "")
    marks = [mark for mark in digits if mark in ",."]
    if not marks:
        return [Decimal(digits)]
    last = marks[-1]
    plain = digits.replace(",", "").replace(".", "")
    whole, _, part = digits.rpartition(last)
    as_decimal = Decimal((whole.replace(",", "").replace(".", "") or "0") + "." + part)
    if len(set(marks)) == 2:  # 1,852.00 and 1.852,00: the last mark is the decimal one
        return [as_decimal]
    if len(marks) > 1:  # 1,000,000
        return [Decimal(plain)]
    if len(part) != 3 or whole in ("", "0"):
        return [as_decimal]
    if last == ",":  # 1,852 is mostly one thousand and so on, and 1.852 mostly is not
        return [Decimal(plain), as_decimal]
    return [as_decimal, Decimal(plain)]


def decimal_mark(text: str) -> str | None:
    """The mark that ``text`` evidently writes before decimals, "." or ","; None: it does not say.

    Only numbers that can be read in one way count as evidence.
    """
    seen = set()
    for found in re.finditer(DIGITS, text):
        marks = [mark for mark in found[0] if mark in ",."]
        if marks and (len(set(marks)) == 2 or len(found[0].rpartition(marks[-1])[2]) != 3):
            seen.add(marks[-1])
    return seen.pop() if len(seen) == 1 else None


_ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
_ORDINAL_DAY = re.compile(
    r"(?i)\b((?:on\s)?the\s)((?:(?:twenty|thirty)[\s-])?(?:first|second|third|[a-z]{3,9}th))"
    r"(?=\s(?:of|at|for)\b|\s?[.,;:!@]|\s?$)"
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Text with its number words in digits, and the words that can be read in several ways."""

    text: str
    unclear: tuple[tuple[str, tuple[Decimal, ...]], ...] = ()


_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ("hundred", "thousand", "million")
_WORDS = frozenset(["zero", *_UNITS, *_TEENS, *_TENS, *_SCALES])
_WORD = "(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + ")"
_PHRASE = re.compile(
    rf"(?i)(?<![\w.])(?:an?\s(?=(?:{'|'.join(_SCALES)})\b))?{_WORD}"
    rf"(?:(?:\s|-|\sand\s|\soh\s){_WORD}){{0,11}}(?:\spoint(?:\s{_WORD}){{1,6}}|\sand\sa\shalf)?"
    r"(?!\w)"
)
_PIECE = re.compile(rf"(?i)(?<!\w){_WORD}(?!\w)")
_MONEY = re.compile(
    rf"(?i)(?<![\w.,])({DIGITS})\s?(dollars?|euros?|pounds?)\sand\s(\d{{1,2}})\s?(?:cents?|pence)\b"
)
_DOZENS = re.compile(r"(?i)(?<![\w.])(?:(half\sa)\s|an?\s|(\d{1,4})\s)?dozen(?:\sof)?(?!\w)")
_PART_OF_ONE = re.compile(r"(?i)(?<![\w.,/$])(\d)/([2-9]|10)\s(?:of\sa\s)?(?=shares?\b)")
_HALVES = re.compile(r"(?i)(?<![\w.])(\d{1,6})\sand\sa\shalf(?!\w)")
_REPEATED = re.compile(r"(?<![\d.,])(\d{1,9})\s?\(\1\)")  # "five (5)"
_SINGLE = re.compile(r"(?i)(?<!\w)(?<!\d\s)(?<!per\s)(?:an?|a\ssingle|one\ssingle)\s(?=shares?\b)")


def write_digits(text: str) -> Rewritten:
    """``text`` with number words ("ten", "a dozen", "half a share") written in digits."""
    unclear: list[tuple[str, tuple[Decimal, ...]]] = []

    def rewrite(found: re.Match[str]) -> str:
        values = _word_values(found[0])
        if not values:  # "five and six"
            return _PIECE.sub(lambda word: str(_count(word[0].casefold())), found[0])
        if len(values) > 1:
            unclear.append((found[0], values))
        return f"{values[0]:f}"

    text = _SPACED.sub(lambda found: found[1] + found[2].replace(" ", ""), text)
    text = _PART_OF_ONE.sub(_divided, text)
    text = _ORDINAL_DAY.sub(_ordinal_day, text)
    text = _PHRASE.sub(rewrite, text)
    text = _DOZENS.sub(_count_dozens, text)
    text = _HALVES.sub(r"\1.5", text)
    text = _MONEY.sub(lambda found: f"{found[1]}.{int(found[3]):02} {found[2]}", text)
    text = re.sub(r"(?i)\bhalf\sa\sshare\b", "0.5 shares", text)
    text = _SINGLE.sub("1 ", text)
    text = _REPEATED.sub(r"\1", text)
    return Rewritten(_GLUED.sub(r"\1 ", text), tuple(unclear))


def _divided(found: re.Match[str]) -> str:
    share = Decimal(found[1]) / Decimal(found[2])
    return f"{share:f} " if share == share.quantize(FINEST) else found[0]


def _ordinal_day(found: re.Match[str]) -> str:
    """ "on the fifth" as "on the 5th"."""
    word = found[2].casefold().replace(" ", "-")
    return f"{found[1]}{_ORDINALS.index(word)}th" if word in _ORDINALS[1:] else found[0]


def _count_dozens(found: re.Match[str]) -> str:
    return "6" if found[1] else str(12 * int(found[2] or 1))


def _word_values(said: str) -> tuple[Decimal, ...]:
    """What number words mean; several values when they can be read in several ways."""
    words = said.casefold().replace("-", " ").split()
    if words[0] in ("a", "an"):
        words[0] = "one"
    extra = Decimal(0)
    if words[-3:] == ["and", "a", "half"]:
        words, extra = words[:-3], Decimal("0.5")
    decimals = ""
    if "point" in words:
        at = words.index("point")
        tail = [_count(word) for word in words[at + 1 :]]
        words, decimals = words[:at], "".join(str(digit) for digit in tail)
    whole = _count(" ".join(words))
    if whole is not None:
        return (Decimal(f"{whole}.{decimals}" if decimals else whole) + extra,)
    return () if decimals or extra or "and" in words else tuple(_pairs(words))


def _pairs(words: list[str]) -> Iterator[Decimal]:
    """ "one eighty five" is 185 or 1.85; "twenty ten" is 2010 or 20.10."""
    words = [word for word in words if word != "oh"]
    for cut in range(1, len(words)):
        left, right = _count(" ".join(words[:cut])), _count(" ".join(words[cut:]))
        if left is not None and right is not None and right < 100:
            yield Decimal(left * 100 + right)
            yield Decimal(f"{left}.{right:02}")
            return


@lru_cache(maxsize=1024)
def _count(words: str) -> int | None:
    from text_to_num import text2num

    try:
        return int(text2num(words, "en"))
    except ValueError:
        return None
