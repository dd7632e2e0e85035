"""What is put to the test, in words: "60/40", "my portfolio", "70% AAPL, 30% cash"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conversations.reading.meaning import World
from conversations.reading.naming import SHARE, Marked, mark_names
from conversations.reading.ways import read_way

CASH = "cash"
STOCKS, BONDS = "stocks", "bonds"  # legs of a mix that no symbol was named for


class Contest(StrEnum):
    """What kind of portfolio is meant."""

    NOW = "now"  # today's weights, as if they had always been held
    TRADES = "trades"  # what the person really did
    MIX = "mix"  # weights that were named
    METHOD = "method"  # a method of the optimiser, estimated anew on past data only
    MARKET = "market"  # the benchmark
    PROPOSAL = "proposal"  # the weights that were proposed last
    DATED = "dated"  # weights that change on given days


@dataclass(frozen=True, slots=True)
class Contender:
    """``weights``: of a mix, by symbol or leg, adding up to 1. ``named``: as the person said it.

    ``schedule``: of dated weights, by ISO day, by symbol, in force from that day on; what is
    missing to 1 is cash.
    """

    kind: Contest
    named: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    method: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    everything: bool = False  # a method may choose from all shares
    schedule: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


_TRADES = re.compile(
    r"(?i)^(?:(?:with |use )?my (?:own )?(?:(?:real|actual|own) )?(?:trades|history|trading|record)"
    r"|what i (?:really |actually )?(?:did|traded)|my real (?:portfolio|trades)|real me)$"
)
_NOW = re.compile(
    r"(?i)^(?:(?:my|our|the current|current|today'?s) "
    r"(?:current )?(?:portfolio|holdings|weights|positions|mix|allocation|shares|stocks)"
    r"|mine|me|myself|what i (?:hold|own|have)(?: now)?|it as it is|now)$"
)
_MARKET = re.compile(
    r"(?i)^(?:the )?(?:(?:stock )?market|index|benchmark|s ?& ?p(?: ?500)?|sp ?500|spx|"
    r"buying the market)$"
)
_PROPOSAL = re.compile(r"(?i)^(?:the |your |that )?(?:proposal|proposed(?: portfolio| weights)?)$")
_RATIO = re.compile(
    r"(?i)^(?:a |the )?(?:classic )?(\d{1,3})\s?[/-]\s?(\d{1,3})(?:\s?[/-]\s?(\d{1,3}))?"
    r"(?: (?:portfolio|mix|stocks?\W{0,3}(?:and |/)?bonds?|stock-bond))?$"
)
_LEG = r"(?P<leg>stocks?|equit(?:y|ies)|shares|bonds?|treasur(?:y|ies)|fixed income|cash|money)"
_WEIGHT = (
    r"(?P<weight>\d{1,3}(?:[.,]\d{1,3})?\s?%|half|a third|a quarter|\d{1,3}(?=\s§s)|the rest|rest)"
)
_SHARE_OF = r"(?P<weight2>\d{1,3}(?:[.,]\d{1,3})?)\s?%?"
_PART = re.compile(
    rf"(?i)(?:{_WEIGHT}\s?(?:of |in )?(?:(?P<share>{SHARE})|{_LEG})"
    rf"|(?P<share2>{SHARE})\s?(?:at |: ?|=)?{_SHARE_OF})"
)
_NAMES = re.compile(
    rf"(?i)^(?:only |just |holding |all in |all )?({SHARE})(?:(?:\s|,|and|&|\+)+{SHARE})*$"
)
_ALL_CASH = re.compile(r"(?i)^(?:all |only )?(?:cash|doing nothing|nothing)$")
_FRACTIONS = {"half": 0.5, "a third": 1 / 3, "a quarter": 0.25}
_JOINTS = re.compile(r"(?i)(?:[\s,;/&+-]|\band\b|\bin\b)+")


def read_contender(text: str, world: World) -> tuple[Contender | None, str]:
    """What ``text`` (made plain before) puts to the test, and what of it means nothing here."""
    simple = (
        (Contest.TRADES, _TRADES),
        (Contest.PROPOSAL, _PROPOSAL),
        (Contest.MARKET, _MARKET),
        (Contest.NOW, _NOW),
    )
    for kind, pattern in simple:
        if pattern.match(text):
            return Contender(kind, text), ""
    if _ALL_CASH.match(text):
        return Contender(Contest.MIX, text, {CASH: 1.0}), ""
    ratio = _RATIO.match(text)
    if ratio:
        return _ratio(ratio, text)
    marked = mark_names(text, world, least=1)
    mix = _mix(marked, text)
    if mix is not None:
        return mix, ""
    if _NAMES.match(marked.text):
        symbols = dict.fromkeys(marked.shares)
        return Contender(Contest.MIX, text, {s: 1.0 / len(symbols) for s in symbols}), ""
    way, rest = read_way(text)
    if way.method is not None:
        found = Contender(
            Contest.METHOD,
            text,
            method=way.method,
            parameters=dict(way.parameters),
            everything=bool(way.everything),
        )
        return found, rest
    return None, text


def _ratio(found: re.Match[str], text: str) -> tuple[Contender | None, str]:
    parts = [int(one) for one in found.groups() if one]
    if sum(parts) != 100:
        return None, text
    legs = (STOCKS, BONDS, CASH)
    weights = {leg: part / 100 for leg, part in zip(legs, parts, strict=False) if part}
    return Contender(Contest.MIX, text, weights), ""


def _mix(marked: Marked, text: str) -> Contender | None:
    """Weights with names; what is missing to 1 is cash. None where not everything was read."""
    weights: dict[str, float] = {}
    rest = marked.text
    for found in _PART.finditer(marked.text):
        share = found["share"] or found["share2"]
        name = marked.share(share) if share else _leg(found["leg"])
        said = (found["weight"] or found["weight2"]).casefold()
        size = round(1.0 - sum(weights.values()), 12) if said.endswith("rest") else _weight(said)
        weights[name] = weights.get(name, 0.0) + size
        rest = rest.replace(found[0], " ", 1)
    total = sum(weights.values())
    if not weights or total > 1.0 + 1e-9 or min(weights.values()) <= 0.0 or _JOINTS.sub("", rest):
        return None
    if total < 1.0 - 1e-9:
        weights[CASH] = round(weights.get(CASH, 0.0) + 1.0 - total, 12)
    return Contender(Contest.MIX, text, weights)


def _leg(said: str) -> str:
    word = said.casefold()
    if word in (CASH, "money"):
        return CASH
    return BONDS if word.startswith(("bond", "treasur", "fixed")) else STOCKS


def _weight(said: str) -> float:
    word = said.casefold().strip()
    return _FRACTIONS.get(word) or float(word.rstrip("% ").replace(",", ".")) / 100
