"""Keys, passwords and account numbers in what people paste, so that they can be masked at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from math import log2

FEWEST = 4  # masked characters in a row by which a masked secret is known again
_GENERIC = 32  # characters from which a random-looking word is taken for a key
_RANDOM = 3.5  # bits per letter: English words have fewer, keys more


class Secret(Enum):
    """What kind of thing was found; the value stands in its place, letter by letter."""

    KEY = "•"
    LOGIN = "◦"
    NUMBER = "▪"


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: Secret


_PRIVATE = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:(?!-----END )[\s\S]){0,9000}+"
    r"(?:-----END [A-Z ]{0,40}-----)?"
)
_KEYS = re.compile(
    r"\b(?:[spr]k[-_](?:[a-z]{2,8}[-_])?[A-Za-z0-9_-]{16,200}"
    r"|A(?:KIA|SIA)[0-9A-Z]{16}\b|AIza[\w-]{30,60}|ya29\.[\w-]{20,300}"
    r"|gh[pousr]_[A-Za-z0-9]{20,100}|github_pat_\w{20,120}|glpat-[\w-]{15,60}"
    r"|xox[abeoprs]-[\w-]{10,200}|xapp-[\w-]{10,200}|hf_[A-Za-z0-9]{20,60}"
    r"|SG\.[\w-]{15,40}\.[\w-]{15,60}|npm_[A-Za-z0-9]{30,40}"
    r"|\d{8,10}:[\w-]{35}\b"  # a bot of Telegram
    r"|hooks\.slack\.com/services/[\w/]{10,100}"
    r"|(?:0x)?[0-9a-fA-F]{64}\b|[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b)"
)
# The first "eyJ" of a run: where that is no token, no later one of the run is, and trying each of
# them would take a hostile text quadratic time.
_TOKEN = re.compile(
    r"(?<![\w-])(?:(?!\beyJ)[\w-])*+"
    r"(?P<value>eyJ[\w-]{8,}+\.[\w-]{8,4000}+(?:\.[\w-]{0,4000}+){0,3})"
)
_LABELLED = re.compile(
    r"\b(?:api[ _-]?(?:key|secret)|(?:secret|private|access)[ _-]?(?:key|token)|secret|token"
    r"|bearer)\s?(?:is\s|[:=]\s?|\s)[\"']?(?P<value>[\w+/=.~-]{8,300})",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:password|passwd|passcode|pwd|passphrase|pw)\s?"
    r"(?:[:=]\s?(?P<named>\S{4,100})|is\s?:?\s(?P<told>\S{4,100}))"
    r"|\b(?:pin|cvv|cvc)(?: code)?\s?(?:is|[:=])\s?:?\s?(?P<digits>\d{3,8})\b",
    re.IGNORECASE,
)
_SEED = re.compile(
    r"\b(?:seed|recovery|mnemonic|backup)(?: phrase| words)?\s?(?:is|:|=)?\s?"
    r"(?P<value>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2} ?(?:[A-Za-z0-9]{4} ?){2,7}[A-Za-z0-9]{0,4}\b")
_CARD = re.compile(
    r"(?<![\d.,])(?:[2-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?"
    r"|3[47]\d{2}([ -]?)\d{6}\2\d{5})(?![\d.,]\d|\d)"
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # the digit sum of twice a digit
_WORD = re.compile(rf"(?<![\w/.:-])[A-Za-z0-9_+=-]{{{_GENERIC},400}}(?![\w/])")
# Codes and ids of our own, which are said to us on purpose.
_OURS = re.compile(
    r"\s{0,9}+/?(?:link|start|join|open|accept|delete|\S{1,12} code)\b", re.IGNORECASE
)


def find_secrets(text: str) -> tuple[Span, ...]:
    """Where ``text`` holds something that should not have been sent, without overlaps."""
    found = [
        Span(*match.span(), Secret.KEY)
        for keys in (_PRIVATE, _KEYS)
        for match in keys.finditer(text)
    ]
    found += [
        Span(*match.span("value"), Secret.KEY)
        for keys in (_TOKEN, _SEED)
        for match in keys.finditer(text)
    ]
    found += [
        Span(*match.span("value"), Secret.KEY)
        for match in _LABELLED.finditer(text)
        if _mixed(match["value"])
    ]
    found += _passwords(text)
    found += _numbers(text, _IBAN, is_iban)
    found += _numbers(text, _CARD, is_card)
    if not _OURS.match(text):
        found += [
            Span(*match.span(), Secret.KEY)
            for match in _WORD.finditer(text)
            if _looks_random(match[0])
        ]
    return tuple(_apart(found))


def hide_secrets(text: str) -> str:
    """``text`` with every letter of a secret replaced; what stands around it keeps its place."""
    pieces, end = [], 0
    for span in find_secrets(text):
        pieces += [text[end : span.start], span.kind.value * (span.end - span.start)]
        end = span.end
    return "".join([*pieces, text[end:]])


def hidden(text: str) -> Secret | None:
    """The kind of secret that ``text`` holds, masked or not."""
    for kind in Secret:
        if kind.value * FEWEST in text:
            return kind
    found = find_secrets(text)
    return found[0].kind if found else None


def is_iban(said: str) -> bool:
    """Whether the check digits are right (ISO 13616: the number modulo 97 is 1)."""
    plain = said.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34:
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def is_card(said: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1, Luhn)."""
    digits = [int(letter) for letter in said if letter.isdigit()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) < 2:
        return False
    return (sum(digits[::-2]) + sum(_DOUBLED[digit] for digit in digits[-2::-2])) % 10 == 0


def _numbers(text: str, pattern: re.Pattern[str], holds: Callable[[str], bool]) -> Iterator[Span]:
    for match in pattern.finditer(text):
        if holds(match[0]):
            end = match.start() + len(match[0].rstrip())
            yield Span(match.start(), end, Secret.NUMBER)


def _passwords(text: str) -> Iterator[Span]:
    """After "is" only what no English word looks like: "my password is safe" tells nothing."""
    for match in _PASSWORD.finditer(text):
        told = match["told"]
        if told is None or any(not letter.isalpha() for letter in told.rstrip(".,!?")):
            group = next(name for name, value in match.groupdict().items() if value)
            yield Span(*match.span(group), Secret.LOGIN)


def _mixed(word: str) -> bool:
    """Letters and digits together: what is said about a key in English has no digits in it."""
    return any(one.isdigit() for one in word) and any(one.isalpha() for one in word)


def _looks_random(word: str) -> bool:
    kinds = (any(map(test, word)) for test in (str.isdigit, str.islower, str.isupper))
    if not all(kinds):
        return False
    shares = [word.count(letter) / len(word) for letter in set(word)]
    return -sum(share * log2(share) for share in shares) >= _RANDOM


def _apart(spans: list[Span]) -> Iterator[Span]:
    """The earliest and longest of those that overlap, and what the others have beyond it."""
    end = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if span.end > end:
            yield Span(max(span.start, end), span.end, span.kind)
            end = span.end
