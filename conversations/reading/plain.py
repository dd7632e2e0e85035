"""Text as people send it, made plain: one kind of space, dash, quote and digit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 10_000  # characters that are looked at
_MOST_MARKS = 30  # combining marks in a row; no writing needs more

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－➖"), "-")
_QUOTES = {ord("’"): "'", ord("‘"): "'", ord("ʼ"): "'", ord("´"): "'", ord("`"): "'"} | {
    ord("“"): '"',
    ord("”"): '"',
    ord("„"): '"',
    ord("«"): '"',
    ord("»"): '"',
}
_MARKS = _DASHES | _QUOTES | {ord("×"): "x", ord("⁄"): "/", ord("•"): "-", ord("…"): "."}
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "1/3", "⅔": "2/3", "⅛": "0.125"}
_MIXED = re.compile(r"(?:(\d)\s?)?([½¼¾⅛])")
# Thin and non-breaking spaces group digits; a plain space stands between two numbers.
_GROUPS = re.compile(r"(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))")
_CURRENCY_WORDS = re.compile(r"(?i)\bus\s?\$")


def plain_text(text: str) -> str:
    """``text`` normalised (NFKC), at most LONGEST characters, without what cannot be read.

    Line breaks are kept, other white space becomes single spaces; control characters, lone
    surrogates and emoji become spaces. Never raises.
    """
    text = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    text = _MIXED.sub(_write_fraction, text)
    text = _GROUPS.sub("", text)
    text = composed(text)[:LONGEST]
    text = text.translate(_MARKS)
    text = "".join(map(_readable, text))
    text = _CURRENCY_WORDS.sub("$", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def composed(text: str) -> str:
    """``text`` in NFKC, in linear time.

    Marks are sorted while they are composed, which takes quadratic time where thousands stand in a
    row; of each row the first are kept (Unicode's Stream-Safe Text Format, UAX 15).
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", "".join(_with_few_marks(text)))


def _with_few_marks(text: str) -> Iterator[str]:
    row = 0
    for character in text:
        marks = character >= "\u0300" and unicodedata.combining(
            unicodedata.normalize("NFKD", character)[0]
        )
        row = row + 1 if marks else 0
        if row <= _MOST_MARKS:
            yield character


def _write_fraction(found: re.Match[str]) -> str:
    whole, part = found[1], _FRACTIONS[found[2]]
    return part if not whole else whole + part.removeprefix("0")


def _readable(character: str) -> str:
    if character in "\n\r\v\f\u2028\u2029":
        return "\n"
    kind = unicodedata.category(character)
    if kind[0] in "LNP" or kind == "Sc" or character in "+=<>~^|%":
        return "" if character in "§¤" else _western(character, kind)
    return "" if kind in ("Mn", "Cf") else " "


def _western(character: str, kind: str) -> str:
    """Arabic-Indic and other decimal digits as 0 to 9; other numerals are not numbers to us."""
    if kind == "Nd" and not character.isascii():
        return str(unicodedata.decimal(character))
    return " " if kind in ("No", "Nl") else character
