"""What money is for, from words: "30k for a flat in 2029, at most 10% chance to miss"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.alternatives import compiled
from conversations.reading.meaning import World
from conversations.reading.numbers import AMOUNT, read_number, write_digits
from conversations.reading.plain import plain_text

LONGEST = 300  # characters
USUAL_CHANCE = 0.1  # of missing an aim, where nobody says
LONGEST_YEARS = 60.0


@dataclass(frozen=True, slots=True)
class Aim:
    """``amount`` of money in ``years``, for ``name``. None: not said."""

    name: str
    amount: float
    years: float
    chance: float | None = None
    now: float | None = None  # money set aside for it
    share: float | None = None  # or the part of the portfolio
    monthly: float | None = None
    said: str = ""


_SIGN = r"(?:[$€£]|(?:usd|eur|gbp|chf)\s)?\s?"
_UNIT = r"(?:\s?(?:[$€£]|dollars?|euros?|pounds?|bucks|usd|eur|gbp|chf)\b)?"
_MONEY = rf"{_SIGN}({AMOUNT}){_UNIT}"
_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_YEAR = r"(?:19|20|21)\d\d"
_WANTED = compiled(
    rf"^(?:(?:i|we) (?:need|want|would like|'d like|have to have|am saving|'m saving|save|plan)"
    rf"(?: to have| to get| for)?|i'd like|goal|my goal is|save|saving|aim|for)?:?\s?{_MONEY}"
)
_LABELLED = compiled(rf"^(?P<name>[a-z][a-z' -]{{1,40}}?)\s?(?::|-|=)\s?{_MONEY}")
_FOR = compiled(
    r"\b(?:for|to buy|to pay for|towards?)\s(?:an?\s|the\s|my\s|our\s|his\s|her\s)?"
    r"(?P<name>(?:(?!in\b|by\b|at\b|with\b|until\b|within\b|from\b|after\b|of\b|before\b)"
    r"[a-z][a-z'-]{0,20}\s?){1,4})"
)
_WHEN = compiled(
    r"\b(?:(?:in|by|until|before|at the end of|end of)\s(?:the (?:year|end of)\s)?"
    rf"(?P<year>{_YEAR})"
    rf"|(?:in|within|over|after|for)\s(?:the next\s)?(?P<years>{_NUMBER})\s(?:years?|yrs?)"
    r"|(?:in|within)\s(?P<months>\d{1,3})\smonths?"
    rf"|(?P<years2>{_NUMBER})\syears?(?: from now)?)\b"
)
_CHANCE = compiled(
    rf"(?:at most|no more than|max(?:imum)?|less than|with|up to|under|<)?\s?(?:an?\s)?"
    rf"(?P<miss>{_NUMBER})\s?%\s?(?:chance|probability|risk)(?:\s(?:to|of|that i)\s"
    rf"(?:missing|miss|failing|fail|falling short|fall short|not (?:making|reaching|getting))"
    rf"(?:\s(?:it|the goal|that))?)?"
    rf"|(?:at least\s)?(?P<reach>{_NUMBER})\s?%\s(?:sure|certain|chance to (?:make|reach|get) it|"
    rf"confident|likely|safe)"
)
_ASIDE = compiled(
    rf"\b(?:from|with|out of|starting (?:with|from)|using|i have|having|of which i have)\s{_MONEY}"
    r"(?:\s(?:now|today|set aside|saved|already|of it|of my portfolio))?"
)
_PART = compiled(
    rf"\b(?:from|with|using|out of)\s(?P<part>{_NUMBER})\s?%\s(?:of\s)?(?:my|the)\s"
    r"(?:portfolio|money)"
    r"|\b(?:with|from|using)\s(?P<all>all of it|everything|my whole portfolio|all my money)"
)
_MONTHLY = compiled(
    rf"\b(?:saving|save|adding|plus|and|with|putting in|paying in)?\s?{_MONEY}\s"
    r"(?:a|per|each|every)\smonth(?:ly)?\b"
)
_SCALED = compiled(r"\d\s(?:thousand|grand|million|billion)\b")
_PERCENT = re.compile(r"(?i)\b(?:per ?cents?|pct)\b")
_FILLER = compiled(
    r"\b(?:i|we|and|a|an|the|to|with|at|of|it|is|need|want|please|my|that|most|be)\b"
)


def read_aim(text: str, world: World) -> Aim | None:
    """The aim that ``text`` states: money and a time for it; None for anything else. Never raises.

    Without a name it is "my goal".
    """
    words = _PERCENT.sub("%", _digits(text)).strip(" .!?")
    rest = words
    chance, rest = _take(_CHANCE, rest)
    monthly, rest = _take(_MONTHLY, rest)
    part, rest = _take(_PART, rest)
    aside, rest = _take(_ASIDE, rest)
    when, rest = _take(_WHEN, rest)
    years = _years(when, world) if when else None
    wanted = _LABELLED.match(rest) or _WANTED.match(rest)
    if wanted is None or years is None or not 0 < years <= LONGEST_YEARS:
        return None
    amount = _money(wanted)
    rest = rest[wanted.end() :]
    named, rest = _take(_FOR, rest)
    if _FILLER.sub("", rest).strip(" ,.;-()") or amount <= 0:
        return None
    name = (wanted.groupdict().get("name") or (named["name"] if named else "")).strip().lower()
    return Aim(
        name=name or "my goal",
        amount=amount,
        years=years,
        chance=_chance(chance),
        now=_money(aside) if aside else None,
        share=_part(part),
        monthly=_money(monthly) if monthly else None,
        said=words,
    )


def read_money(text: str) -> float | None:
    """An amount alone: "20k", "$5,000"."""
    words = _digits(text).strip(" .!?")
    found = re.fullmatch(rf"(?i)(?:about |around )?{_MONEY}", words)
    return _money(found) if found else None


def read_part(text: str) -> float | None:
    """A part of the portfolio alone: "20%", "half", "all of it"."""
    words = plain_text(text)[:LONGEST].lower().strip(" .!?")
    named = {"half": 0.5, "half of it": 0.5, "a quarter": 0.25, "a third": 1 / 3}
    if words in named:
        return named[words]
    if words in ("all", "all of it", "everything", "the whole portfolio"):
        return 1.0
    found = re.fullmatch(rf"({_NUMBER})\s?%(?: of (?:it|my portfolio|the portfolio))?", words)
    part = float(found[1].replace(",", ".")) / 100 if found else 0.0
    return part if 0 < part <= 1 else None


def _digits(text: str) -> str:
    """``text`` with number words in digits; "2 million" is a number as it stands."""
    plain = plain_text(text)[:LONGEST]
    return plain if _SCALED.search(plain) else write_digits(plain).text


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    if found is None:
        return None, text
    return found, f"{text[: found.start()].rstrip(' ,;')} {text[found.end() :].lstrip()}".strip()


def _money(found: re.Match[str]) -> float:
    said = next(one for one in reversed(found.groups()) if one and one[0] in "0123456789.,")
    return float(read_number(said).value)


def _years(found: re.Match[str], world: World) -> float | None:
    if found["year"]:
        # "in 2029" lasts to its end; "by 2029" is over when it begins.
        ends = 0 if found[0].lower().startswith(("by", "before", "until")) else 1
        return (
            int(found["year"]) + ends - world.today.year - world.today.timetuple().tm_yday / 365.25
        )
    if found["months"]:
        return int(found["months"]) / 12
    return float((found["years"] or found["years2"]).replace(",", "."))


def _chance(found: re.Match[str] | None) -> float | None:
    if found is None:
        return None
    if found["miss"]:
        chance = float(found["miss"].replace(",", ".")) / 100
    else:
        chance = 1.0 - float(found["reach"].replace(",", ".")) / 100
    return chance if 0 < chance < 0.5 else None


def _part(found: re.Match[str] | None) -> float | None:
    if found is None:
        return None
    part = 1.0 if found["all"] else float(found["part"].replace(",", ".")) / 100
    return part if 0 < part <= 1 else None
