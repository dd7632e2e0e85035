"""Questions about another past or another day: "what if I hadn't sold NVDA in May", "market drops
30%", "what if I put 5k into bonds"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from conversations.reading.alternatives import compiled
from conversations.reading.calendar_words import MONTH, month_number
from conversations.reading.contenders import BONDS, CASH
from conversations.reading.dates import Sure, find_days
from conversations.reading.meaning import World
from conversations.reading.naming import SECTOR, SHARE, Marked, mark_names, sector
from conversations.reading.numbers import AMOUNT, read_number
from conversations.reading.periods import NUMBER, SIGN, UNIT, Period, read_period
from conversations.reading.plain import plain_text

LONGEST = 300  # characters
_THEN = re.compile(r"(?i)[\s.,?!]*(?:then|back then|so early|too early)?[\s.,?!]*")


ALWAYS = Period()
_PARTS = {"all": 1.0, "half": 0.5}


class Kind(StrEnum):
    """What is imagined."""

    UNDONE = "undone"  # trades that were not made
    HABIT = "habit"  # a habit that one did not have
    FROZEN = "frozen"  # what was held each 1 January, left alone through the year
    BEHAVIOUR = "behaviour"  # each habit alone, all together, and what they share
    SHOCK = "shock"  # a fall or rise of the market or a sector
    REPLAY = "replay"  # a crisis of the past, on today's holdings
    MONEY = "money"  # new money put in, or money taken out


@dataclass(frozen=True, slots=True)
class WhatIf:
    """``side``: "buy", "sell" or "" of the trades undone, of ``symbol`` ("": of any) within
    ``period``. ``habit``: as the engine names it, "" for all that were found. ``size``: of a
    shock, -0.3 for a fall of 30 %, of the market or of ``sector``. ``episode``: as said, "2008".
    ``amount`` of money, or a number of ``shares``, into ``target``, negative: out of it; ``share``:
    the part of it that is sold. A target is a symbol, "bonds", "cash" or "" (spread as it is)."""

    kind: Kind
    symbol: str = ""
    side: str = ""
    period: Period = ALWAYS
    habit: str = ""
    size: float = 0.0
    sector: str = ""
    episode: str = ""
    amount: float = 0.0
    shares: float = 0.0
    share: float = 0.0
    target: str = ""


_LEAD = (
    r"(?:(?:and |but |ok |so )?(?:what|how)(?: would (?:happen|have happened|it be)| about)?"
    r"(?: if)? "
    r"|if |suppose |imagine |say |what would )?"
)
_NOT_DONE = compiled(
    rf"^{_LEAD}(?:i(?:'d never| had ?n[o']?t| hadn't| had not| had never| never"
    r"| did ?n[o']?t| didn't| did not)"
    r"(?: ever)? (?P<verb>sold|sell|bought|buy|traded|trade|touched)"
    rf"|without (?:(?:my|the) )?(?P<noun>sales?|purchases?|trades?) (?:of|in)"
    rf"|i had (?P<kept>kept|held)(?: on to| onto)?)"
    rf"(?: (?:all |any |my |the |of )*)?\s?(?P<share>{SHARE}|anything|everything)?"
    r"(?: (?:shares|stock|stocks))?(?P<rest>.{0,80})$"
)
_HABITS = (
    ("disposition", r"(?:all )?(?:(?:my|the) )?early sales|selling (?:my )?winners(?: too early)?"),
    ("panic_selling", r"(?:my |the )?panic(?:ked|king)?(?: sales?| selling)?|panic-?selling"),
    ("fomo", r"(?:my )?fomo(?: (?:buys?|purchases?))?|chasing(?: hot stocks)?"),
    ("overconfidence", r"(?:so much |my )?over-?trading|trading (?:so|too) much"),
    ("sunk_cost", r"averaging down|adding to losers|doubling down"),
    ("", r"(?:all )?(?:my )?(?:biases|habits|mistakes)"),
)
_HABIT = tuple(
    (
        name,
        compiled(
            rf"^{_LEAD}(?:i had ?n[o']?t |i hadn't |without |no |i had (?:not|never) |"
            rf"all )?(?:done |been )?(?:{said})\W*$"
        ),
    )
    for name, said in _HABITS
)
_FROZEN = compiled(
    rf"^{_LEAD}(?:i (?:had ?n[o']?t|hadn't|had not|had never|never) traded"
    r"(?: at all| so (?:much|often)| anything| that much)?"
    r"|i had (?:just |simply )?(?:held|kept|done nothing|bought and held)"
    r"(?: (?:everything|my (?:portfolio|shares)|what i had|on))?|(?:my )?own benchmark|"
    r"(?:my portfolio )?frozen(?: (?:each|every|on (?:each|every)) (?:1 )?january(?: 1)?)?)\W*$"
)
_BEHAVIOUR = compiled(
    r"^(?:(?:what|how much) (?:do|did|does|have) (?:all )?my (?:habits|biases|behaviou?r|mistakes) "
    r"cost(?: me)?(?: (?:all |taken )?together| in total| altogether)?"
    r"|(?:the )?(?:total )?cost of (?:all )?(?:my )?(?:behaviou?r|habits|biases)"
    r"(?: (?:all )?together)?)\W*$"
)
_FALL = (
    r"(?:drops?|falls?|crash(?:es)?|declines?|loses?|sinks?|tanks?|(?:goes |is )?down|correction)"
)
_RISE = r"(?:rises?|gains?|rall(?:y|ies)|jumps?|(?:goes |is )?up)"
_MARKET = r"(?:the |stock |whole )*(?:markets?|stocks|everything|s ?& ?p(?: ?500)?|index)"
_SHOCK = compiled(
    rf"^{_LEAD}(?:(?P<what>{_MARKET}|{SECTOR})(?: (?:would|were to|should|stocks?))* "
    rf"(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))(?: by| of)? (?P<size>{NUMBER}) ?%"
    rf"|(?:a |an )?(?P<size2>{NUMBER}) ?% (?P<what2>{_MARKET}|{SECTOR})? ?"
    rf"(?:(?P<fall2>{_FALL})|(?P<rise2>{_RISE}))(?: (?:in|of) (?P<what3>{_MARKET}|{SECTOR}))?)"
    r"(?: (?:do|mean|hit|cost|happens?|happened|to|for|me|my|our|club|portfolio|the|would))*\W*$"
)
_HALF = compiled(rf"^{_LEAD}{_MARKET} (?P<word>halves|is cut in half|doubles)\W*$")
_EPISODES = (
    ("2008", r"2008|2007|(?:the )?(?:global )?financial crisis|gfc|lehman|subprime"),
    ("2000", r"2000(?:[ -]?(?:to|-)[ -]?2002)?|2001|dot-?com(?: (?:bubble|crash|bust))?"),
    ("2020", r"2020|(?:the )?(?:covid|corona(?:virus)?|pandemic)(?: crash)?"),
    ("2022", r"2022|(?:the )?(?:rate|inflation) (?:shock|year)"),
    ("2011", r"2011|(?:the )?euro crisis"),
    ("2018", r"2018|(?:the )?christmas (?:crash|fall)"),
)
_REPLAY = tuple(
    (
        name,
        compiled(
            rf"^{_LEAD}(?:replay |repeat |rerun |another |a new |an? )?(?:of )?(?:{said})"
            r"(?: (?:happens?|happened|came|comes|repeats?|again|replay|itself|crash|crisis|"
            r"once more|back))*\W*$"
        ),
    )
    for name, said in _EPISODES
)
_REPLAY_OF = compiled(rf"^{_LEAD}(?:replay|rerun) (?:of )?(?P<year>(?:1[89]|20)\d\d)\W*$")
_SUM = rf"{SIGN}(?P<money>{AMOUNT}){UNIT}"
_INTO = compiled(
    rf"^{_LEAD}(?:i (?:were to )?(?:put|add(?:ed)?|invest(?:ed)?|bought|buy|moved?|paid|pay)"
    rf"(?: in)? )?{_SUM}(?: more| new money| of new money)?"
    rf"(?: (?:in(?:to)?|of|to|for|worth of) (?P<target>{SHARE}|bonds?|cash|it|"
    r"(?:my|the) portfolio|everything))?\W*$"
)
_OUT_OF = compiled(
    rf"^{_LEAD}i (?:were to )?(?:sell|sold|take out|took out|withdr[ae]w|cash in)"
    rf" {_SUM}(?: (?:of|from|out of|worth of) (?P<target>{SHARE}|it|(?:my|the) portfolio|"
    r"everything))?\W*$"
)
_SHARES = compiled(
    rf"^{_LEAD}i (?:were to )?(?P<verb>buy|bought|add(?:ed)?|sell|sold) "
    rf"(?P<count>{AMOUNT}|all|half)"
    rf"(?: (?:more|(?:of )?my|the|shares?(?: of)?))* (?P<target>{SHARE})(?: (?:shares?|stock))?\W*$"
)


_SELLS_ALL = re.compile(
    r"(?i)/?(?:and |but |ok |so )?(?:what|how about)[ -]if (?:i|we) (?:just |now |would |were to )*"
    r"(?:sell|sold|liquidate|liquidated|cash out|cashed out|get rid of|dump|dumped)"
    r"(?:(?: of)? (?:everything|it all|all(?: of (?:it|them))?|(?:all )?(?:of )?"
    r"my (?:whole |entire )?"
    r"(?:portfolio|positions|holdings|shares|stocks)))?(?: (?:now|today|tomorrow|right now))?\W*"
)


def sells_all(text: str) -> bool:
    """Whether ``text`` asks what it would be to sell all that is held."""
    return _SELLS_ALL.fullmatch(" ".join(text.split())) is not None


def read_what_if(text: str, world: World) -> WhatIf | None:
    """What is imagined; None where it is not understood. Never raises."""
    words = plain_text(text)[:LONGEST].replace("\n", " ").strip(" .?!")
    words = re.sub(r"(?i)\s?\b(?:per ?cent|pct)\b", "%", words)
    for name, pattern in _HABIT:
        if pattern.match(words):
            return WhatIf(Kind.HABIT, habit=name)
    if _FROZEN.match(words):
        return WhatIf(Kind.FROZEN)
    if _BEHAVIOUR.match(words):
        return WhatIf(Kind.BEHAVIOUR)
    for name, pattern in _REPLAY:
        if pattern.match(words):
            return WhatIf(Kind.REPLAY, episode=name)
    year = _REPLAY_OF.match(words)
    if year:  # of no crisis that is kept, which is said
        return WhatIf(Kind.REPLAY, episode=year["year"])
    marked = mark_names(words, world, least=1)
    return _read_shock(marked) or _read_money(marked) or _read_undone(marked, world)


def _read_shock(marked: Marked) -> WhatIf | None:
    half = _HALF.match(marked.text)
    if half:
        return WhatIf(Kind.SHOCK, size=1.0 if half["word"].casefold() == "doubles" else -0.5)
    found = _SHOCK.match(marked.text)
    if found is None:
        return None
    size = float((found["size"] or found["size2"]).replace(",", ".")) / 100.0
    falls = bool(found["fall"] or found["fall2"])
    if size == 0.0 or (falls and size > 1.0):
        return None
    what = found["what"] or found["what2"] or found["what3"] or ""
    named = sector(what) if re.fullmatch(SECTOR, what) else ""
    return WhatIf(Kind.SHOCK, size=-size if falls else size, sector=named)


def _read_money(marked: Marked) -> WhatIf | None:
    shares = _SHARES.match(marked.text)
    if shares:
        sign = -1.0 if shares["verb"].casefold().startswith("s") else 1.0
        symbol, count = marked.share(shares["target"]), shares["count"].casefold()
        if count in _PARTS:
            found = WhatIf(Kind.MONEY, share=_PARTS[count], target=symbol)
            return found if sign < 0.0 else None
        return WhatIf(Kind.MONEY, shares=sign * float(read_number(count).value), target=symbol)
    for sign, pattern in ((1.0, _INTO), (-1.0, _OUT_OF)):
        said = pattern.match(marked.text)
        amount = float(read_number(said["money"]).value) if said else 0.0
        if said and amount > 0.0:
            target = _target(said["target"], marked)
            return WhatIf(Kind.MONEY, amount=sign * amount, target=target)
    return None


def _target(said: str | None, marked: Marked) -> str:
    if said is None:
        return ""
    if re.fullmatch(SHARE, said):
        return marked.share(said)
    word = said.casefold()
    return BONDS if word.startswith("bond") else CASH if word == "cash" else ""


def _read_undone(marked: Marked, world: World) -> WhatIf | None:
    found = _NOT_DONE.match(marked.text)
    if found is None:
        return None
    rest = re.sub(r"(?i)\bin (?=[a-z]{3,9}\b)", "in ", found["rest"] or "")
    period, left = _when(rest, world)
    if not _THEN.fullmatch(left):
        return None
    share = found["share"] or ""
    symbol = marked.share(share) if re.fullmatch(SHARE, share) else ""
    if not symbol and not share and period == ALWAYS:
        return None
    return WhatIf(Kind.UNDONE, symbol=symbol, side=_side(found), period=period)


def _side(found: re.Match[str]) -> str:
    said = (found["verb"] or found["noun"] or "").casefold()
    if found["kept"] or said.startswith(("sell", "sold", "sale")):
        return "sell"
    return "buy" if said.startswith(("b", "purchase")) else ""


def _when(words: str, world: World) -> tuple[Period, str]:
    """A stretch of years, a month of the last twelve ("in May"), or a day."""
    period, rest = read_period(words, world.today)
    if period != ALWAYS:
        return period, rest
    return _month_or_day(words, world)


def _month_or_day(words: str, world: World) -> tuple[Period, str]:
    month = re.search(rf"(?i)\b(?:in|during|last) (?P<month>{MONTH})\b(?! \d)", words)
    if month:
        number = month_number(month["month"])
        year = world.today.year - (number > world.today.month)
        last = monthrange(year, number)[1]
        period = Period(date(year, number, 1), date(year, number, last))
        return period, words.replace(month[0], "")
    for mention in find_days(words, world.today, world.day_first):
        if mention.sure is Sure.CLEAR and len(mention.days) == 1:
            rest = words[: mention.start] + words[mention.end :]
            return Period(mention.days[0], mention.days[0]), re.sub(r"(?i)\b(?:on|in)\b", "", rest)
    return ALWAYS, words
