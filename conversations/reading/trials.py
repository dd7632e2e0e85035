"""What somebody wants tested on the past: "60/40 vs my portfolio since 2015, fees 0.5%"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from conversations.reading.contenders import Contender, Contest, read_contender
from conversations.reading.meaning import World
from conversations.reading.numbers import read_number
from conversations.reading.periods import MONEY, NUMBER, Period, read_period
from conversations.reading.plain import plain_text

LONGEST = 400  # characters
MOST_CONTENDERS = 3
USUAL_RATE = 0.0005  # of the money traded, where nobody says
USUAL_CAPITAL = 10_000.0


class Pace(StrEnum):
    """When weights are brought back, as people say it."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    NEVER = "never"
    BANDS = "bands"  # when a weight is off by ``Trial.band``


@dataclass(frozen=True, slots=True)
class Trial:
    """What is tested against what. Money is in the portfolio's currency.

    ``ways``: by symbol, what was decided about a trouble with its prices: a value of
    ``engine.backtest.panel.Way`` and the symbol of a proxy or "".
    """

    contenders: tuple[Contender, ...] = ()
    since: str = ""  # ISO; "": as far back as all prices go
    until: str = ""
    pace: Pace = Pace.MONTHLY
    band: float = 0.05
    rate: float = USUAL_RATE
    fixed: float = 0.0  # money per order
    capital: float = USUAL_CAPITAL
    monthly: float = 0.0  # money added each month, negative: taken out
    ways: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    lag: int = 0  # closes from a decision to the close that it is filled at


_OWN = (Contest.NOW, Contest.TRADES)
_PACES = (
    (Pace.NEVER, r"buy(?:ing)? (?:and|&|n) hold(?:ing)?|(?:never|not|without|no) rebalanc\w*"),
    (Pace.DAILY, r"daily|every day|each day"),
    (Pace.WEEKLY, r"weekly|every week|each week|once a week"),
    (Pace.MONTHLY, r"monthly|every month|each month|once a month"),
    (Pace.QUARTERLY, r"quarterly|every (?:quarter|3 months|three months)|four times a year"),
    (Pace.YEARLY, r"yearly|annual(?:ly)?|every (?:year|12 months)|once a year"),
)
_NO_LONGER = re.compile(
    rf"(?i)\b(?:instead of|rather than|not) (?:{'|'.join(said for _, said in _PACES[1:])})\b"
)
_REBALANCING = r"re-?balanc(?:ing|ed?)"
_BAND = re.compile(
    rf"(?i)(?:\b(?:(?:with |in )?bands? of |{_REBALANCING} (?:at|when|if) )({NUMBER}) ?%(?: off)?"
    rf"|(?<![\w.,])({NUMBER}) ?% bands?\b)(?: {_REBALANCING})?"
)
_NO_COSTS = re.compile(
    r"(?i)\b(?:no|without(?: any)?|zero|free of|ignoring) (?:fees?|costs?|commissions?)\b"
)
_COST_WORD = r"(?:transaction |trading )?(?:fees?|costs?|commissions?)"
_COSTS = re.compile(
    rf"(?i)(?:\b{_COST_WORD} (?:of |at |are |were |is |be )?(?P<a>{NUMBER}) ?"
    rf"(?P<ua>%|bps?\b|basis points?\b)"
    rf"|(?<![\w.,])(?P<b>{NUMBER}) ?(?P<ub>%|bps?\b|basis points?\b)(?: (?:in|of))? {_COST_WORD})"
    r"(?: (?:per|a|each) (?:trade|order))?"
)
_FIXED = re.compile(
    rf"(?i)(?:\b{_COST_WORD} (?:of |at )?{MONEY}(?: (?:per|a|each) (?:trade|order))?"
    rf"|{MONEY} (?:{_COST_WORD} )?(?:per|a|each) (?:trade|order))"
)
_MONTHLY = re.compile(
    rf"(?i)\b(?P<verb>adding|saving|investing|putting in|paying in|plus|add|save|invest|"
    rf"withdrawing|taking out|spending)?\s?{MONEY} (?:a|per|each|every) month\b"
)
_OUT = ("withdrawing", "taking out", "spending")
_BESIDES = ("adding", "add", "plus")  # to what there is at the start
_CAPITAL = re.compile(rf"(?i)\b(?:with|starting (?:with|from)|from|of|on) {MONEY}(?=$|[\s,.;])")
_VERSUS = re.compile(
    r"(?i)\s?(?:\bvs\b\.?|\bversus\b|\bagainst\b|\bor\b|\bthan\b"
    r"|\bcompared?(?: it| this| that)? (?:to|with)\b)\s?"
)
_ADDED = re.compile(
    r"(?i)^\W*(?:(?:and|but|what about|how about) )*(?:vs\b|versus|against|compared?)"
)
_INTO = re.compile(r"(?i)^(?:in|into) ")  # "100 a month in KO"
_FILLER = re.compile(
    r"(?i)^(?:[\s,:;.?!-]|(?:please|with|at|and|but|the|a|an|on|in|for|using|to|it|only|instead|"
    r"what|how|about|if|would|have|done|did|do|been|then|now|rebalanc(?:ing|ed?)|weights?|"
    r"each|per trade|trade)\b)*$"
)


_STARTED = re.compile(
    r"(?i)\b(?:since|from when|starting when|from the day) (?:the day )?"
    r"(?:i (?:first )?(?:started|began|begun|start|bought|traded)"
    r"(?: (?:trading|investing|out|here))?"
    r"|my (?:first|very first) (?:trade|purchase|buy|day))\b"
)


def from_the_start(text: str, first: date) -> str:
    """``text`` with "since I started" as the day of the ``first`` trade."""
    return _STARTED.sub(f"since {first.isoformat()}", text)


def speaks_of_the_start(text: str) -> bool:
    return _STARTED.search(text) is not None


def read_trial(text: str, world: World, before: Trial | None = None) -> tuple[Trial, str]:
    """The trial that ``text`` asks for, and what of it was not understood ("" if nothing).

    ``before``: what a follow-up ("what about fees 0.5%") changes. Never raises.
    """
    words = plain_text(text)[:LONGEST].replace("\n", " ")
    words = re.sub(r"(?i)\s?\b(?:per ?cent|pct)\b", "%", words)
    trial = before or Trial()
    steps: tuple[Callable[[Trial, str, date], tuple[Trial, str]], ...] = (
        _costs,
        _monthly,
        _period,
        _pace,
        _capital,
    )
    for step in steps:
        trial, words = step(trial, words, world.today)
    return _contenders(trial, words, world)


def _costs(trial: Trial, words: str, today: date) -> tuple[Trial, str]:
    found = _NO_COSTS.search(words)
    if found:
        return replace(trial, rate=0.0, fixed=0.0), _without(words, found)
    found = _COSTS.search(words)
    if found:
        unit = (found["ua"] or found["ub"]).casefold()
        size = _number(found["a"] or found["b"]) / (100.0 if unit == "%" else 10_000.0)
        trial, words = replace(trial, rate=size), _without(words, found)
    found = _FIXED.search(words)
    if found:
        money = next(one for one in found.groups() if one)
        trial, words = replace(trial, fixed=_money(money)), _without(words, found)
    return trial, words


def _monthly(trial: Trial, words: str, today: date) -> tuple[Trial, str]:
    found = _MONTHLY.search(words)
    if not found:
        return trial, words
    verb = (found["verb"] or "").casefold()
    money = _money(next(one for one in found.groups()[1:] if one))
    if trial == Trial() and verb not in (*_OUT, *_BESIDES) and not _CAPITAL.search(words):
        trial = replace(trial, capital=money)  # "100 a month in KO": the first of them begins
    return replace(trial, monthly=-money if verb in _OUT else money), _without(words, found)


def _period(trial: Trial, words: str, today: date) -> tuple[Trial, str]:
    period, rest = read_period(words, today)
    if period == Period():
        return trial, words
    since = period.since.isoformat() if period.since else ""
    until = period.until.isoformat() if period.until else ""
    return replace(trial, since=since, until=until), rest


def _pace(trial: Trial, words: str, today: date) -> tuple[Trial, str]:
    found = _BAND.search(words)
    if found:
        size = _number(found[1] or found[2]) / 100.0
        return replace(trial, pace=Pace.BANDS, band=size), _without(words, found)
    given_up = _NO_LONGER.search(words)
    words = _without(words, given_up) if given_up else words
    for pace, said in _PACES:
        found = re.search(rf"(?i)\b(?:{_REBALANCING} )?(?:{said})\b(?: {_REBALANCING})?", words)
        if found:
            return replace(trial, pace=pace), _without(words, found)
    return trial, words


def _capital(trial: Trial, words: str, today: date) -> tuple[Trial, str]:
    found = _CAPITAL.search(words)
    if not found or not (money := next(one for one in found.groups() if one)):
        return trial, words
    if _money(money) < 100.0:  # "from 60": a weight rather than a sum
        return trial, words
    return replace(trial, capital=_money(money)), _without(words, found)


def _contenders(trial: Trial, words: str, world: World) -> tuple[Trial, str]:
    named: list[Contender] = []
    unknown: list[str] = []
    for piece in _VERSUS.split(words):
        if not piece or _FILLER.match(piece):
            continue
        found, rest = read_contender(_INTO.sub("", piece.strip(" ,:;.?!-")), world)
        named += [found] if found is not None and found not in named else []
        if rest and not _FILLER.match(rest):
            unknown.append(rest)
    if len(named) == 1 and trial.contenders and _ADDED.match(words):
        # "against the market" adds somebody to compare with; the last makes room where it is full.
        others = [one for one in trial.contenders if _unsaid(one) != _unsaid(named[0])]
        named = [*others[: MOST_CONTENDERS - 1], named[0]]
    elif len(named) == 1 and named[0].kind in _OWN and trial.contenders:
        # "use my real trades" says which of one's own is meant, not that the rest goes.
        named = [named[0], *(one for one in trial.contenders if one.kind not in _OWN)]
    if named:
        trial = replace(trial, contenders=tuple(named[:MOST_CONTENDERS]), ways={})
    return trial, ", ".join(unknown)


def _unsaid(one: Contender) -> Contender:
    """Without the words that it was named by."""
    return replace(one, named="")


def _without(words: str, found: re.Match[str]) -> str:
    left = re.sub(r"(?i)[\s,]*\b(?:with|at|and|in|using|but)$", "", words[: found.start()].rstrip())
    return f"{left.rstrip(' ,')} {words[found.end() :].lstrip(' ,')}".strip()


def _number(said: str) -> float:
    return float(said.replace(",", "."))


def _money(said: str) -> float:
    return float(read_number(said).value)
