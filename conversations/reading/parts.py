"""Parts of a holding: "all my NVDA", "half", "30%", "a third of", "all but 5"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from conversations.reading.masks import Rest
from conversations.reading.plausibility import rounded

_NAMED = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_PERCENT = re.compile(
    r"(?i)(?<![\w.,])(\d{1,3}(?:[.,]\d{1,4})?)\s?(?:%|percent\b)(?=\s(?:of|my|the)\b|\s?\x01)"
)
# "trimmed AAPL by 20%", which is not what the price did: "up by 20%".
_BY_PERCENT = re.compile(
    r"(?i)(?<!\bup\s)(?<!\bdown\s)(?<!ell\s)(?<!ose\s)(?<!ed\s)\bby\s(\d{1,3}(?:[.,]\d{1,4})?)\s?"
    r"(?:%|percent\b)"
)
_FRACTION = re.compile(
    r"(?i)(?:\b(?:an?\s|the\s)|\b(\d)\s|(?<![\w.,/])(?=half))?(half|third|quarter|fourth|fifth|"
    r"tenth)s?"
    r"(?=\s(?:of|my|the|our|this|that|it|at|@|\x01)|\s?\x01|$)"
)
_RATIO = re.compile(r"(?i)(?<![\w.,/$])(\d)/(\d{1,2})(?=\s(?:of|my)\b)")
_ALL_BUT = re.compile(r"(?i)\b(?:all|everything) (?:but|except(?: for)?) (\d{1,9})\b")
_ALL = re.compile(
    r"(?i)\b(?:all(?![- ]in\b|-time)|everything|the (?:rest|lot)|(?:my|the|an?) (?:entire|"
    r"whole|full|complete)|"
    r"entire|remaining)\b"
)
_ROUGHLY = re.compile(
    r"(?i)(?:\b(?:nearly|almost|about|around|roughly|most|approximately|over|more than|less than|"
    r"at least|up to)\s|~\s?)(?:an?\s|the\s)?"
    r"(?:all|everything|half|third|quarter|\d{1,3}\s?%)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """``over`` / ``under`` of what is held, less ``but``."""

    over: Decimal
    under: Decimal = Decimal(1)
    but: Decimal = Decimal(0)

    def of(self, held: Decimal) -> Decimal:
        """How many shares that is of ``held``, to a millionth."""
        return rounded(held * self.over / self.under - self.but)

    def is_exact(self, held: Decimal) -> bool:
        """Whether it comes to a number of shares with at most two decimals."""
        shares = held * self.over / self.under
        return shares == shares.quantize(Decimal("0.01"))


WHOLE = Part(Decimal(1))


def take_part(rest: Rest) -> Part | None:
    """The part of a holding that ``rest`` speaks of, taken out of it, or nothing."""
    if _ROUGHLY.search(rest.text):
        return None  # "nearly all": how many is to be asked
    if found := rest.take_first(_ALL_BUT):
        return Part(Decimal(1), but=Decimal(found[1]))
    if found := rest.take_first(_PERCENT):
        return Part(Decimal(found[1].replace(",", ".")), Decimal(100))
    if found := rest.take_first(_BY_PERCENT):
        return Part(Decimal(found[1].replace(",", ".")), Decimal(100))
    if found := rest.take_first(_RATIO):
        over, under = Decimal(found[1]), Decimal(found[2])
        return Part(over, under) if 0 < over <= under else None
    if found := rest.take_first(_FRACTION):
        return Part(Decimal(found[1] or 1), Decimal(_NAMED[found[2].casefold()]))
    return WHOLE if rest.take_first(_ALL) else None
