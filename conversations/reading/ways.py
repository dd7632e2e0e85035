"""Which way of choosing a portfolio somebody asks for, and from what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.reading.alternatives import compiled
from conversations.reading.plain import plain_text

LONGEST = 600  # characters


@dataclass(frozen=True, slots=True)
class Way:
    """``method`` and ``parameters`` as the engine names them; None: not said.

    ``everything``: from all shares that have prices; None: not said.
    """

    method: str | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    everything: bool | None = None


_NUMBER = r"\d{1,4}(?:[.,]\d{1,3})?"
_SHARE = rf"({_NUMBER})\s?%"
_PER_YEAR = r"(?: (?:a|per|each) year| p\.?a\.?| yearly| annually)?"
_MOST = r"(?:of )?(?:at most |max(?:imum)? |no more than |below |under |up to |about |around )?"
_LEAST = r"(?:of )?(?:at least |min(?:imum)? |above |over |about |around )?"
# The longer names come first. A group of digits is a share that goes into the parameter.
_METHODS = (
    ("hierarchical_risk_parity", "", r"hierarchical risk parity|hrp"),
    ("risk_parity", "", r"risk[ -]parity|equal risk(?: contributions?)?|risk budget(?:ing|s)?"),
    ("inverse_volatility", "", r"inverse[ -]volatility|inverse risk"),
    ("maximum_diversification", "", r"max(?:imum)?[ -]diversification|most diversified"),
    ("maximum_sharpe", "", r"max(?:imum)?[ -]sharpe(?: ratio)?|best sharpe(?: ratio)?|tangency"),
    (
        "minimum_variance",
        "",
        r"min(?:imum|imal)?[ -](?:variance|volatility|risk|vol)|(?:least|lowest|smallest) "
        r"(?:variance|volatility|risk)|minvar|as (?:safe|calm) as possible|safest|calmest",
    ),
    ("equal_weight", "", r"equal(?:ly)?[ -]weight(?:s|ed)?|1/n|the same of each"),
    ("cvar", "", r"(?:mean[ -])?cvar|expected shortfall|(?:least|smallest) tail (?:risk|loss)"),
    (
        "cdar",
        "tolerance",
        rf"(?:max(?:imum)? )?draw-?downs? (?:of )?{_MOST}{_SHARE}"
        rf"|(?:at most|max(?:imum)?|no more than) {_SHARE} (?:of )?draw-?down"
        rf"|never (?:fall|drop|lose) more than {_SHARE}",
    ),
    ("cdar", "", r"cdar|(?:least|smallest|min(?:imum)?) draw-?downs?"),
    ("semivariance", "", r"(?:mean[ -])?semi-?variance|(?:least )?downside risk"),
    ("mean_absolute_deviation", "", r"mean absolute deviation|mad portfolio"),
    ("regret_penalised", "", r"regret[ -]penali[sz]ed|penali[sz]ed regret|averse to regret"),
    ("minimax_regret", "", r"minimax regret|(?:least|smallest|min(?:imum)?) regret"),
    ("prospect_theory", "", r"(?:cumulative )?prospect(?: theory)?|cpt"),
    ("loss_aversion", "", r"loss[ -]avers(?:ion|e)"),
    (
        "black_litterman",
        "",
        r"black[ -]?(?:and )?[ -]?litterman|(?:with|from|on|using|by) (?:my |the )?views?",
    ),
    (
        "goals",
        "",
        r"(?:with|for|from|using|by) (?:my (?:own )?|the )?goals|(?:for|with) my (?:own )?goal",
    ),
    ("mental_accounts", "", r"mental accounts?"),
    ("debiased", "", r"de-?biased?|without my (?:biases|habits)|against my (?:biases|habits)"),
    (
        "target_return",
        "target",
        rf"(?:target |expected )?returns? {_LEAST}{_SHARE}{_PER_YEAR}"
        rf"|{_LEAST}{_SHARE} (?:expected )?return{_PER_YEAR}",
    ),
    (
        "target_risk",
        "target",
        rf"(?:target )?(?:risk|volatility) {_MOST}{_SHARE}{_PER_YEAR}"
        rf"|{_MOST}{_SHARE} (?:risk|volatility){_PER_YEAR}",
    ),
    ("mean_variance", "", r"mean[ -]variance|markowitz"),
)
_NAMED = tuple(
    (name, parameter, compiled(rf"\b(?:{pattern})(?!\w)")) for name, parameter, pattern in _METHODS
)
_STOCKS = r"(?:stocks?|shares?|names|companies|tickers)"
_ALL = compiled(
    rf"\b(?:from |with |using |use |choose from |out of |among |across |over )?(?:all|any|every) "
    rf"(?:the |of the |other )?{_STOCKS}(?: (?:that )?(?:you|i) (?:know|have prices (?:for|of)))?"
    rf"|\b(?:from |with |use )?(?:the whole|all of the) (?:market|universe|list|index)"
    rf"|\b(?:also )?(?:with |add |allow |use )?(?:new|other) {_STOCKS}(?: too)?\b"
)
_OWN = compiled(
    rf"\b(?:only )?(?:from |with |using |among )?(?:only )?(?:what i (?:hold|own|have)"
    rf"|my (?:own )?(?:holdings|{_STOCKS})|no new {_STOCKS})(?: only)?\b"
)
_LINK = re.compile(
    r"(?i)^[\s,:;.-]*(?:(?:for|to|by|with|at(?! most| least| the)|using|as|a|an|the|portfolio|"
    r"allocation|mix|and|but|"
    r"method|please|me|my|weights|on|from)\b[\s,:;.-]*){0,6}"
)
_ENDING = re.compile(r"(?i)[\s,]?\b(?:for|to|by|with|using|as|a|an|the|and|at)$")
_BEGINNING = re.compile(r"(?i)^\s?(?:portfolio|allocation|mix|method|weights)\b")
_EMPTY = re.compile(r"(?i)^[\s,:;.-]*+(?:portfolio|allocation|mix|method|weights|please)?\W*+$")


def read_way(text: str) -> tuple[Way, str]:
    """The way, and what of ``text`` is left: limits, or words that mean nothing here.

    Never raises. "" is left where all is understood.
    """
    words = plain_text(text)[:LONGEST]
    words = re.sub(r"(?i)\s?\b(?:per ?cent|pct)\b", "%", words)
    method, parameters = None, {}
    for name, parameter, pattern in _NAMED:
        found = pattern.search(words)
        if found is None:
            continue
        method = name
        share = next((one for one in found.groups() if one), None)
        if parameter and share:
            parameters[parameter] = round(float(share.replace(",", ".")) / 100, 12)
        words = _without(words, found)
        break
    everything = None
    for value, pattern in ((False, _OWN), (True, _ALL)):
        found = pattern.search(words)
        if found is not None:
            everything = value
            words = _without(words, found)
    rest = _LINK.sub("", words).strip(" ,:;.-!?")
    return Way(method, parameters, everything), "" if _EMPTY.match(rest) else rest


def _without(words: str, found: re.Match[str]) -> str:
    before = _ENDING.sub("", words[: found.start()].rstrip())
    after = _BEGINNING.sub("", words[found.end() :])
    joint = ", " if before.strip(" ,") and after.strip(" ,") else " "
    return f"{before.rstrip(' ,')}{joint}{after.lstrip(' ,')}".strip()


def names() -> str:
    """A pattern of every name of a method, for a sentence that is nothing else."""
    return "|".join(pattern for name, parameter, pattern in _METHODS if name != "loss_aversion")
