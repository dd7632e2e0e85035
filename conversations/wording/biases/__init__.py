"""What each bias is called and how its figures are told. One file each; dropping one in adds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from conversations.wording.figures import count
from engine.detection.finding import BiasFinding, Evidence

Facts = Mapping[str, float]  # of one trade of the evidence
Told = Mapping[str, float | str]  # what the monitor says of a proposed trade
LATER = "or lower, {horizon} trading days later"


@dataclass(frozen=True, slots=True)
class Picture:
    """How the evidence is drawn: from where each trade stood to where it led (charts.aftermath)."""

    begin: str | None = None  # the fact that says where it stood; None: the row begins at zero
    sign: int = 1  # -1 where that fact is a loss, told without its sign
    begin_label: str = ""
    higher: str = "higher"
    lower: str = LATER  # of these three, {horizon} is the number of trading days
    unit: str = "%"


@dataclass(frozen=True, slots=True)
class Words:
    """All that is particular to one bias; every bias of the engine has such a file here.

    ``called``: a regular expression of what people call it, in lower case.
    ``states``: the statistic with its range, a clause without full stop.
    ``scale``: what an intensity of 50 stands for, after "50 is"; empty where it has no meaning.
    ``tells``: what happened in one trade of the evidence, in a few words; None where no single
    trade shows the bias. ``marks``: the same in 16 characters at most, for the picture.
    ``warns``: one sentence before a trade that feeds it; None where none can. ``explains``: for
    "why?", where it is more than the statistic. ``adds``: what is worth a word whatever the
    sample, a clause without full stop; empty where there is nothing. ``lacks``: what is missing
    beside the number, a sentence; empty where it is only the number.
    """

    bias: str
    name: str  # "Selling winners early"
    term: str  # "disposition effect"
    means: str  # one sentence
    called: str
    unit: tuple[str, str]  # what n counts: one, and many of them
    scale: str
    states: Callable[[BiasFinding], str]
    explains: Callable[[BiasFinding], str] | None = None
    brief: Callable[[BiasFinding], str] | None = None  # of a measured state, for the report
    adds: Callable[[BiasFinding], str] | None = None
    lacks: Callable[[BiasFinding], str] | None = None
    tells: Callable[[Facts], str] | None = None
    marks: Callable[[Evidence], str] | None = None
    warns: Callable[[Told, BiasFinding], str] | None = None
    because: Callable[[Told, BiasFinding], str] | None = None  # "why?" after the warning
    trade: tuple[str, str] = ("trade", "trades")  # what the evidence consists of
    rival: str = "the market"  # what the evidence was compared with
    outcome: str = "the share went on to rise"  # said of those after which "after" is above 0
    picture: Picture = Picture()


@cache
def known() -> Mapping[str, Words]:
    """The words of all biases, by the engine's name of each.

    Raises ValueError when two files speak of one bias.
    """
    found: dict[str, Words] = {}
    for module in iter_modules(__path__, f"{__name__}."):
        words: Words = import_module(module.name).WORDS
        if words.bias in found:
            raise ValueError(f"two files have words for {words.bias!r}")
        found[words.bias] = words
    return found


@cache
def naming() -> str:
    """A pattern for what people call the biases; the group that matched is the engine's name."""
    return "|".join(
        f"(?P<{one.bias}>{one.called}|{re.escape(one.name)}|{re.escape(one.term)})"
        for one in known().values()
    )


def words_of(bias: str) -> Words:
    """Raises KeyError for a bias that nobody has written a file for."""
    return known()[bias]


def sample(finding: BiasFinding) -> str:
    """``64 sale days``: what the statistic was counted on."""
    if finding.unit == "answers":  # fewer are asked than follow from them
        return "from your answers"
    return count(finding.n, *units(finding))


def units(finding: BiasFinding) -> tuple[str, str]:
    """One and many of what n counts."""
    known_unit = words_of(finding.bias).unit
    if finding.unit == known_unit[1]:
        return known_unit
    return finding.unit.removesuffix("s"), finding.unit  # a bias with two ways to be measured
