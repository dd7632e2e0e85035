"""What money is for, from words: "30k for a flat in 2029, at most 10% chance to miss"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conversations.reading.alternatives import compiled
from conversations.reading.currencies import CODES, currency_of
from conversations.reading.meaning import World
from conversations.reading.numbers import AMOUNT, read_number, write_digits
from conversations.reading.plain import plain_text

LONGEST = 300  # characters
LEAST_AMOUNT = 500.0  # of an aim without a time: less is more likely a price
USUAL_CHANCE = 0.1  # of missing an aim, where nobody says
LEAST_CHANCE, MOST_CHANCE = 0.001, 0.5
LONGEST_YEARS = 60.0
_NO_NAMES = ("share", "shares", "stock", "stocks", "each", "all", "everything", "sale", "now")


@dataclass(frozen=True, slots=True)
class Aim:
    """``amount`` of money in ``years``, for ``name``. None: not said.

    What was said may make no sense: years that are over, a ``chance`` of nothing.
    """

    name: str
    amount: float | None
    years: float | None
    chance: float | None = None
    now: float | None = None  # money set aside for it
    share: float | None = None  # or the part of the portfolio
    monthly: float | None = None
    currency: str | None = None  # of the amount
    said: str = ""

    @property
    def sensible(self) -> bool:
        """Whether the chance, if one was said, is one to plan with."""
        return self.chance is None or LEAST_CHANCE <= self.chance < MOST_CHANCE


_MARK = rf"[$€£¥₹]|(?:{CODES})\b"
_NOUN = r"dollars?|euros?|pounds?|bucks|francs?|yen"
_SIGN = rf"(?:(?:{_MARK})\s?)?"
_UNIT = rf"(?:\s?(?:{_MARK}|(?:{_NOUN})\b))?"
_MONEY = rf"{_SIGN}({AMOUNT}){_UNIT}"
_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_YEAR = r"(?:19|20|21)\d\d"
_WANTED = compiled(
    rf"^(?:(?:i|we) (?:need|want|would like|'d like|have to have|am saving|'m saving|save|plan)"
    rf"(?: to have| to get| for)?|i'd like|goal|my goal is|save|saving|aim|for)?:?\s?{_MONEY}"
)
_LAST = 2 / 365.25  # so that a year ends in its December, whichever year it is
_GOAL = compiled(rf"^(?:(?:my|a|new|another)\s){{0,2}}goal(?: is)?\s?[:=-]?\s(?={_SIGN}\d)")
_NAME = (
    r"(?:(?:an?|the|my|our|his|her)\s)?(?P<name>[a-z][a-z'-]{0,20}(?:\s[a-z][a-z'-]{0,20}){0,3})"
)
_UNPRICED = compiled(
    r"^(?:(?:(?:i|we)(?:'m| am|'re| are) )?(?:saving(?: up)?|save(?: up)?) (?:for|to buy)"
    r"|(?:(?:i|we) (?:want|need|plan) to save(?: up)?|(?:i|we) (?:want|need) money) (?:for|to buy)"
    r"|(?:i|we) (?:want|would like|'d like|plan)(?: to (?:buy|get|have))?(?=\s(?:an?|my|our)\s)"
    rf"|(?:my |new |a )?goal(?: is|:)?)\s{_NAME}$"
)
_LABELLED = compiled(rf"^(?P<name>[a-z][a-z' -]{{1,40}}?)\s?(?::|-|=)\s?{_MONEY}")
_FOR = compiled(
    r"\b(?:for|to buy|to pay for|towards?)\s(?:an?\s|the\s|my\s|our\s|his\s|her\s)?"
    r"(?P<name>(?:(?!in\b|by\b|at\b|with\b|until\b|within\b|from\b|after\b|of\b|before\b)"
    r"[a-z][a-z'-]{0,20}\s?){1,4})"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_WHEN = compiled(
    r"\b(?:(?:in|by|until|before|at the end of|end of)\s(?:the (?:year|end of)\s)?"
    rf"(?:(?P<month>{_MONTH})\s)?(?P<year>{_YEAR})"
    rf"|(?:in|within|over|after|for)\s(?:the next\s)?(?P<years>{_NUMBER})\s(?:years?|yrs?)"
    r"|(?:in|within)\s(?P<months>\d{1,3})\smonths?"
    rf"|(?P<years2>{_NUMBER})\syears?(?: from now)?)\b"
)
_CHANCE = compiled(
    rf"(?:at most|no more than|max(?:imum)?|less than|with|up to|under|<)?\s?(?:an?\s)?"
    rf"(?P<miss>{_NUMBER})\s?%\s?(?:chance|probability|risk)(?:\s(?:to|of|that i|that we)\s"
    rf"(?:missing|miss|failing|fail|falling short|fall short|not (?:making|reaching|getting))"
    rf"(?:\s(?:it|the goal|that))?)?"
    rf"|(?:at least\s)?(?P<reach>{_NUMBER})\s?%\s(?:sure|certain|chance to (?:make|reach|get) it|"
    rf"confident|likely|safe)"
)
_ASIDE = compiled(
    rf"(?:\bwith )?{_MONEY}\s(?:of (?:it|that|my (?:portfolio|money|holdings)))"
    r"(?:\s(?:is |are )?(?:set aside|meant|reserved|for (?:it|that)))?"
    rf"|(?:\bi have )?{_MONEY}\s(?:is |are )?(?:already )?(?:set|put) aside"
    rf"|\b(?:from|with|out of|starting (?:with|from)|using|i have|having|of which i have)\s{_MONEY}"
    r"(?:\s(?:now|today|set aside|saved|already|of it|of my portfolio))?"
)
_SET_ASIDE = compiled(
    rf"^(?:(?:please )?(?:set|put) (?:aside )?|use |take |reserve |make it |it's |i have )?"
    rf"(?:{_MONEY}|(?P<part>{_NUMBER})\s?%|(?P<word>half|a third|a quarter|all|everything))"
    r"(?P<of>\s(?:of (?:it|that|this|my (?:portfolio|money|holdings)|the portfolio))?"
    r"(?:\s?(?:is |are )?(?:set aside|aside|reserved|meant))?)"
    rf"\s?(?:for|towards?|to|into)\s{_NAME}$"
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
    """The aim that ``text`` states; None for anything else. Never raises.

    With money and a time for it the name may be missing, with one of them it may not.
    """
    words = _PERCENT.sub("%", _digits(text)).strip(" .!?")
    rest = _GOAL.sub("", words)
    chance, rest = _take(_CHANCE, rest)
    monthly, rest = _take(_MONTHLY, rest)
    part, rest = _take(_PART, rest)
    aside, rest = _take(_ASIDE, rest)
    when, rest = _take(_WHEN, rest)
    years = _years(when, world) if when else None
    wanted = _LABELLED.match(rest) or _WANTED.match(rest)
    amount = _money(wanted) if wanted else None
    named = None
    if wanted:
        named, left = _take(_FOR, rest[wanted.end() :])
    else:
        named, left = _UNPRICED.match(rest.strip(" ,;")), ""
    name = (wanted and wanted.groupdict().get("name")) or (named["name"] if named else "")
    name = name.strip().lower().removesuffix(" goal")
    if _FILLER.sub("", left).strip(" ,.;-()") or amount == 0:
        return None
    if (years is None or amount is None) and not _is_aim(name, amount, world):
        return None
    return Aim(
        name=name or "my goal",
        amount=amount,
        years=years,
        chance=_chance(chance),
        now=_money(aside) if aside else None,
        share=_part(part),
        monthly=_money(monthly) if monthly else None,
        currency=_currency(wanted[0]) if wanted else None,
        said=words,
    )


def _is_aim(name: str, amount: float | None, world: World) -> bool:
    """Whether words without an amount or a time are about a goal: they say what it is, and that
    is no share, and the amount is no price."""
    if not name or name.upper() in world.universe or name.split()[0] in _NO_NAMES:
        return False
    return amount is None or amount >= LEAST_AMOUNT


def read_when(text: str, world: World) -> float | None:
    """Years from today alone: "2029", "in 5 years", "June 2029"; less than 0 for a time gone by."""
    words = _digits(text).strip(" .!?")
    for said in (words, f"in {words}"):
        found = _WHEN.fullmatch(said)
        if found is not None:
            return _years(found, world)
    return None


def read_chance(text: str) -> float | None:
    """A chance to miss alone: "10%", "5", "at most 5% chance to miss"."""
    words = _PERCENT.sub("%", _digits(text)).strip(" .!?")
    found = _CHANCE.fullmatch(words)
    if found is not None:
        return _chance(found)
    plain = re.fullmatch(rf"(?i)(?:at most |up to )?({_NUMBER})\s?%?", words)
    return float(plain[1].replace(",", ".")) / 100 if plain else None


def read_aside(text: str) -> tuple[str, float | None, float | None] | None:
    """``20k of it for the flat``: the goal with money or a part of the portfolio; None for
    anything else."""
    words = _digits(text).strip(" .!?")
    found = _SET_ASIDE.match(words)
    if found is None or not (found["of"].strip() or "aside" in words.lower()):
        return None
    name = found["name"].strip().lower().removesuffix(" goal")
    if found["part"]:
        return name, None, float(found["part"].replace(",", ".")) / 100
    if found["word"]:
        return name, None, read_part(found["word"])
    return name, _money(found), None


def read_money(text: str) -> tuple[float, str | None] | None:
    """An amount alone, with its currency if that is said: "20k", "$5,000", "20k of it"."""
    words = _digits(text).strip(" .!?")
    found = re.fullmatch(rf"(?i)(?:about |around )?{_MONEY}(?: of (?:it|my portfolio))?", words)
    return (_money(found), _currency(found[0])) if found else None


def _currency(said: str) -> str | None:
    """The currency that is named beside an amount; "$" is the one of whoever says it."""
    found = re.search(rf"(?i){_MARK}|\b(?:{_NOUN})\b", said)
    return currency_of(found[0]) if found and found[0] != "$" else None


def read_part(text: str) -> float | None:
    """A part of the portfolio alone: "20%", "half", "all of it"."""
    words = plain_text(text)[:LONGEST].lower().strip(" .!?")
    words = words.removesuffix(" of it")
    named = {"half": 0.5, "a quarter": 0.25, "a third": 1 / 3, "all": 1.0}
    if words in named:
        return named[words]
    if words in ("everything", "the whole portfolio", "all of my portfolio"):
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
        early = found[0].lower().startswith(("by", "before", "until"))
        ends = 0 if early else 1
        part = ends if not found["month"] else _month_of(found["month"], ends)
        part -= 0.0 if early else _LAST
        gone = world.today.timetuple().tm_yday / 365.25
        return int(found["year"]) + part - world.today.year - gone
    if found["months"]:
        return int(found["months"]) / 12
    return float((found["years"] or found["years2"]).replace(",", "."))


def _month_of(name: str, ends: int) -> float:
    return (_MONTHS.index(name[:3].lower()) + ends) / 12


def _chance(found: re.Match[str] | None) -> float | None:
    if found is None:
        return None
    if found["miss"]:
        return float(found["miss"].replace(",", ".")) / 100
    return round(1.0 - float(found["reach"].replace(",", ".")) / 100, 12)


def _part(found: re.Match[str] | None) -> float | None:
    if found is None:
        return None
    part = 1.0 if found["all"] else float(found["part"].replace(",", ".")) / 100
    return part if 0 < part <= 1 else None
