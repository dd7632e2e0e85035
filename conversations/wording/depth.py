"""What is said of one bias: what it is, how strong it is here, its cost, how far to trust it."""

from __future__ import annotations

import math

from conversations.wording import bias, caveats
from conversations.wording.biases import known, sample, units, words_of
from conversations.wording.figures import count, listed, short_day
from conversations.wording.trades import demo_mark
from engine.detection.finding import BiasFinding, Calibration, Label

HALF = 50.0  # of the scale: no habit reaches it without being seen, a single event may
# Caveats that say why there is nothing to count, or nothing to conclude.
ABSENT = {
    "home_unknown",
    "never_sold",
    "no_benchmark",
    "no_countries",
    "no_crowd_data",
    "no_news",
    "no_volume",
    "one_asset",
    "too_few_for_benchmark",
}
UNDECIDED = {"ask_the_quiz", "not_identified", "quiz_inconsistent", "v_shape"}
UNCLEAR = "There are enough of them, but they do not point anywhere: I cannot tell."


def looking(name: str) -> str:
    return f"Looking at your record: {bias.plain(bias.name(name))}…"


def which() -> str:
    """When "one bias" was picked from a menu and none was named."""
    names = [bias.plain(words.name) for words in known().values()]
    return f'I look for {listed(names)}. Ask about one: "tell me about averaging down".'


def no_trades(name: str) -> str:
    return (
        f"{_heading(name)}: no trades recorded yet, so there is nothing to see it in.\n"
        f"{words_of(name).means}"
    )


def one(finding: BiasFinding, currency: str, *, demo: bool) -> str:
    """Definition, own figures, strength, cost, trust: at most seven short lines."""
    words = words_of(finding.bias)
    first = f"{demo_mark(demo=demo)}{_heading(finding.bias)}: {_verdict(finding)}."
    if finding.label is Label.INSUFFICIENT:
        lines = [first, words.means, _missing(finding)]
    else:
        lines = [first, words.means, bias.sentence(bias.statistic(finding))]
        lines.append(bias.intensity(finding))
        if finding.label is not Label.NONE and bias.has_cost(finding):
            lines.append(bias.cost(finding, currency))
    lines += [bias.addition(finding), _trust(finding)]
    return "\n".join(line for line in lines if line)


def _heading(name: str) -> str:
    words = words_of(name)
    same = words.term.casefold() == words.name.casefold()
    return words.name if same else f"{words.name} ({words.term})"


def _verdict(finding: BiasFinding) -> str:
    if finding.label in (Label.INSUFFICIENT, Label.MEASURED):
        return bias.CERTAINTY[finding.label]
    if finding.opposite:
        return "in your trades it is the other way round"
    if finding.label is Label.NONE:
        happened = finding.intensity >= HALF and bias.addition(finding)
        return (
            f"{bias.CERTAINTY[finding.label]}{' of a habit, but it happened' if happened else ''}"
        )
    if finding.detected:
        return bias.certainty(finding)
    return f"{bias.certainty(finding)}, not proven"


def _missing(finding: BiasFinding) -> str:
    """How far it is to the first number; nothing where a caveat says what is missing."""
    if not finding.n and ABSENT & set(finding.caveats):
        return ""
    if finding.n >= finding.n_min:
        lacks = words_of(finding.bias).lacks
        return (lacks(finding) if lacks else "") or ("" if finding.caveats else UNCLEAR)
    return (
        f"I have {sample(finding)} and need {finding.n_min}; with fewer I would be guessing."
        if finding.n
        else f"I need {count(finding.n_min, *units(finding))} and have none yet."
    )


def _trust(finding: BiasFinding) -> str:
    said = []
    if finding.label not in (Label.INSUFFICIENT, Label.MEASURED):
        if not math.isnan(finding.p_present):
            said.append(bias.chance(finding))
        if finding.calibration is Calibration.WEAK:
            said.append("Experimental: no study says how strong it is in single investors.")
    return " ".join([*said, *_caveats(finding)])


def _caveats(finding: BiasFinding) -> list[str]:
    """Of a figure what could make it wrong; where there is none, only what it would take."""
    if finding.label is not Label.INSUFFICIENT:
        return caveats.told(finding.caveats)
    keys = [key for key in finding.caveats if key in ABSENT | UNDECIDED]
    if not keys and finding.n >= finding.n_min and not _missing(finding):
        keys = list(finding.caveats[-1:])
    return caveats.told(keys)


def why(finding: BiasFinding) -> str:
    """Where the figures come from; the cost with its horizon."""
    if finding.label is Label.INSUFFICIENT:
        return "\n".join(line for line in (_missing(finding), *_caveats(finding)) if line)
    lines = [bias.explanation(finding)]
    if finding.cost is not None and finding.evidence:
        lines.append(
            f"Cost: what came of those {words_of(finding.bias).trade[1]} over {finding.horizon} "
            "trading days against the other way, times the share the bias explains; interval by "
            "block bootstrap."
        )
    return "\n".join([*lines, bias.PERSONAL])


def picture_subtitle(finding: BiasFinding) -> str:
    """``39 sales, 3 Feb 2019 to 8 Dec 2022``."""
    trades = count(len(finding.evidence), *words_of(finding.bias).trade)
    if not finding.evidence:
        return trades
    days = [one.day for one in finding.evidence]
    return f"{trades}, {short_day(min(days))} to {short_day(max(days))}"


def cost_title(finding: BiasFinding, currency: str) -> str:
    said = bias.cost(finding, currency).partition(" (")[0]
    return said.partition(", counted")[0].rstrip(".")


def cost_over_time(finding: BiasFinding, currency: str, *, demo: bool) -> str:
    """The cost with its range, and from how many trades it adds up."""
    known_ones = [one for one in finding.evidence if one.kappa is not None]
    left_out = len(finding.evidence) - len(known_ones)
    trade = words_of(finding.bias).trade
    lines = [
        f"{demo_mark(demo=demo)}{bias.name(finding.bias)} over time. {bias.cost(finding, currency)}"
    ]
    said = f"Added up from {count(len(known_ones), *trade)}"
    if left_out:
        said += f"; {count(left_out, 'more is', 'more are')} too recent or without a price"
    lines.append(f"{said}. What came of a trade is partly luck; the range says how much.")
    return "\n".join(lines)


def no_cost(name: str) -> str:
    return (
        f"I can't put a cost on {bias.plain(bias.name(name))}: it shows in no single trade whose "
        "outcome I know."
    )
