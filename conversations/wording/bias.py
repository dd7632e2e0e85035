"""What is said about biases as a whole: the report, the evidence, the why, the titles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from conversations.wording import caveats
from conversations.wording.biases import Facts, known, sample, words_of
from conversations.wording.figures import count, listed, money, percent, short_day
from conversations.wording.fragments import later
from conversations.wording.trades import demo_mark
from engine.detection.finding import BiasFinding, Calibration, Label

__all__ = ["sample"]  # bpo report shows it too

CERTAINTY = {
    Label.NONE: "no clear sign",
    Label.POSSIBLE: "possible",
    Label.LIKELY: "likely",
    Label.STRONG: "strong evidence",
    Label.MEASURED: "measured",
    Label.INSUFFICIENT: "not enough data",
}
SUREST = (
    Label.STRONG,
    Label.LIKELY,
    Label.POSSIBLE,
    Label.NONE,
    Label.MEASURED,
    Label.INSUFFICIENT,
)
UNTESTED = (Label.INSUFFICIENT, Label.MEASURED)
PERSONAL = "I don't know your taxes, cash needs or plans."
ALSO = 3  # further biases named in the report
FEWEST = 3  # trades of which it is worth saying how many rose
NAMED = 3  # biases in a list before they are only counted


def name(bias: str) -> str:
    """``Selling winners early``. Raises KeyError for a bias without words."""
    return words_of(bias).name


def names() -> Mapping[str, str]:
    """What a person calls each bias."""
    return {bias: words.name for bias, words in known().items()}


def ranked(findings: Sequence[BiasFinding]) -> list[BiasFinding]:
    """The detected first, the surest label first, and then by intensity: as the chart has them."""

    def place(finding: BiasFinding) -> tuple[bool, int, float]:
        strong = 0.0 if math.isnan(finding.intensity) else finding.intensity
        return not finding.detected, SUREST.index(finding.label), -strong

    return sorted(findings, key=place)


def reading_trades(trades: int) -> str:
    return f"Reading your {count(trades, 'trade')}…"


def report(
    findings: Sequence[BiasFinding],
    trades: int,
    currency: str,
    *,
    demo: bool,
    notes: Sequence[str],
    together: str = "",
) -> str:
    """Answer first; then the cost, what is clear, and what cannot be said yet.

    ``together``: what the disciplined twin says of all of them, where several were detected.
    """
    known_ones = [one for one in ranked(findings) if one.label not in UNTESTED]
    seen = [one for one in known_ones if one.detected]
    lines = []
    if seen:
        lines.append(f"Strongest: {named(seen[0])}.")
        costs = f" {cost(seen[0], currency)}" if has_cost(seen[0]) else ""
        lines.append(f"{sentence(statistic(seen[0]))}{costs}")
        lines.append(_also(seen[1:]))
        lines.append(together)
    elif known_ones:
        lines.append("No bias stands out in your trades.")
    else:
        lines.append(f"I see {count(trades, 'trade')}. That is too few; I would be guessing.")
    lines += [_unproven(known_ones), _rest(findings), *notes]
    lines[0] = demo_mark(demo=demo) + lines[0]
    return "\n".join(line for line in lines if line)


def is_scored(finding: BiasFinding) -> bool:
    """Whether it belongs into a report; what no study puts on a scale is told only when asked."""
    return bool(words_of(finding.bias).scale)


def named(finding: BiasFinding) -> str:
    """``selling winners early (disposition effect), strong evidence``."""
    words = words_of(finding.bias)
    what = plain(words.name)
    if words.term.casefold() != words.name.casefold():
        what = f"{what} ({words.term})"
    return f"{what}, {certainty(finding)}"


def certainty(finding: BiasFinding) -> str:
    """``likely``, ``strong evidence, experimental``."""
    weak = ", experimental" if is_experimental(finding) else ""
    return f"{CERTAINTY[finding.label]}{weak}"


def plain(name: str) -> str:
    """A name within a sentence: ``FOMO buying`` keeps its capitals."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def is_experimental(finding: BiasFinding) -> bool:
    return finding.calibration is Calibration.WEAK and finding.label not in UNTESTED


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def statistic(finding: BiasFinding) -> str:
    """What was found, with its range: a clause without full stop."""
    return words_of(finding.bias).states(finding)


def _also(others: Sequence[BiasFinding]) -> str:
    if not others:
        return ""
    said = [f"{plain(name(one.bias))} ({certainty(one)})" for one in others[:ALSO]]
    more = len(others) - len(said)
    return f"Also: {listed([*said, f'{more} more'] if more else said)}."


def addition(finding: BiasFinding) -> str:
    """What is worth a word whatever the sample, such as a sale of nearly everything."""
    adds = words_of(finding.bias).adds
    said = adds(finding) if adds else ""
    return sentence(said) if said else ""


def has_cost(finding: BiasFinding) -> bool:
    """Whether it has one, or will have one when its trades are old enough."""
    return finding.cost is not None or bool(finding.evidence)


def cost(finding: BiasFinding, currency: str) -> str:
    if finding.cost is None:
        return "What it cost cannot be said yet: too few of those trades are old enough."
    verb = "It cost you about" if finding.cost >= 0 else "It earned you about"
    text = f"{verb} {about(abs(finding.cost), currency)} a year"
    spans_zero = False
    if finding.cost_ci is not None:
        low, high = finding.cost_ci
        low, high = (low, high) if finding.cost >= 0 else (-high, -low)
        text += f" (90% range {about(low, currency)} to {about(high, currency)})"
        spans_zero = low < 0 < high
    text += over(finding.horizon)
    text += of_value(finding.cost_share)
    return f"{text}; it may as well be nothing." if spans_zero else f"{text}."


def over(horizon: int) -> str:
    """``, counted over 63 trading days after each trade``: what a cost was measured over."""
    return f", counted over {count(horizon, 'trading day')} after each trade" if horizon else ""


def of_value(share: float | None) -> str:
    """``, 1.6% of average value``; nothing for who mostly held cash: of little, all is much."""
    if share is None or abs(share) > 1.0:
        return ""
    return f", {percent(abs(share), 1 if abs(share) < 0.1 else 0)} of average value"


def more_or_less(yearly: float, interval: tuple[float, float] | None, currency: str) -> str:
    """``$1,200 a year more (90% range $300 less to $2,700 more)``: no sign to be misread."""

    def apart(amount: float) -> str:
        return f"{about(abs(amount), currency)} {'more' if amount >= 0 else 'less'}"

    said = f"{about(abs(yearly), currency)} a year {'more' if yearly >= 0 else 'less'}"
    if interval is None:
        return said
    low, high = sorted(interval)
    return f"{said} (90% range {apart(low)} to {apart(high)})"


def about(amount: float, currency: str) -> str:
    """Money in three digits: more would pretend to know."""
    size = abs(amount)
    digits = 2 - math.floor(math.log10(size)) if size >= 1 else 0
    return money(round(amount, min(digits, 0)), currency, cents=False)


def _unproven(tested: Sequence[BiasFinding]) -> str:
    """What may be there, and what shows no sign."""
    possible = [one for one in tested if not one.detected and one.label is not Label.NONE]
    clear = [one for one in tested if one.label is Label.NONE]
    said = []
    if possible:
        words = [f"{plain(name(one.bias))} ({sample(one)})" for one in possible]
        said.append(f"Possible, not proven: {_few(words, 'habit')}.")
    if clear:
        words = [
            f"{plain(name(one.bias))} ({'the opposite, in fact; ' if one.opposite else ''}"
            f"{sample(one)})"
            for one in clear
        ]
        said.append(f"No clear sign: {_few(words, 'habit')}.")
    return " ".join(said)


def _few(words: list[str], what: str) -> str:
    """All of them, or the first two and how many more."""
    if len(words) <= NAMED:
        return listed(words)
    shown = words[: NAMED - 1]
    return listed([*shown, f"{len(words) - len(shown)} more {what}s"])


def _rest(findings: Sequence[BiasFinding]) -> str:
    """What cannot be said yet, and the states that are only described."""
    missing = [one for one in findings if one.label is Label.INSUFFICIENT and is_scored(one)]
    said = []
    if missing:
        near = max(missing, key=_nearness)
        nearest = f"{plain(name(near.bias))} ({sample(near)}, need {near.n_min})"
        if len(missing) == 1:
            said.append(f"Not enough data: {nearest}.")
        else:
            said.append(f"Not enough data for {count(len(missing), 'habit')}, nearest: {nearest}.")
    besides = [
        brief(one)
        for one in findings
        if one.label is Label.MEASURED and (brief := words_of(one.bias).brief) is not None
    ]
    besides += [
        added for one in findings if (adds := words_of(one.bias).adds) and (added := adds(one))
    ]
    if besides:
        said.append(f"Besides: {'; '.join(besides)}.")
    return " ".join(said)


def _nearness(finding: BiasFinding) -> float:
    """How much of what is needed is there; what lacks something else than cases comes last."""
    share = finding.n / finding.n_min if finding.n_min else 1.0
    return share if share < 1 else -1.0


def why_report(findings: Sequence[BiasFinding], currency: str) -> str:
    """Where the figures of the report come from, with the sample size and what could mislead."""
    known_ones = [one for one in ranked(findings) if one.label not in UNTESTED]
    if not known_ones:
        return "I compare what you did with what you could have done; there is too little yet."
    top = known_ones[0]
    if not top.detected:
        return "\n".join([_nothing_found(known_ones), PERSONAL])
    lines = [explanation(top), f"{intensity(top)} {chance(top)}"]
    if top.cost is not None:
        lines.append(
            f"Cost: what those trades would have earned over {top.horizon} trading days if done "
            "the other way, times the share the bias explains; interval by block bootstrap."
        )
    if is_experimental(top):
        lines.append("This one is calibrated weakly: treat it as experimental.")
    lines += caveats.told(top.caveats)
    lines.append(PERSONAL)
    return "\n".join(lines)


def _nothing_found(tested: Sequence[BiasFinding]) -> str:
    top = max(tested, key=lambda one: one.p_present)
    return (
        f"I tested {count(len(tested), 'habit')}, each against what chance would do, and count one "
        "as found when it is beyond chance, all of them together (Benjamini–Hochberg, 10%). "
        f"Nearest to it: {plain(name(top.bias))}, {likely(top)} likely to be there."
    )


def explanation(finding: BiasFinding) -> str:
    """How the statistic of a bias was counted, for "why?"."""
    words = words_of(finding.bias)
    if words.explains is not None and finding.label is not Label.INSUFFICIENT:
        return words.explains(finding)
    return f"{words.term.capitalize()}: {statistic(finding)}."


def intensity(finding: BiasFinding) -> str:
    """``Strength 62 of 100 (90% range 41–77); 50 is …``; nothing where there is no scale."""
    scale = words_of(finding.bias).scale
    if not scale or math.isnan(finding.intensity):
        return ""
    low, high = finding.ci90
    span = ""
    if not math.isnan(low) and not math.isnan(high):
        span = f" (90% range {low:.0f}–{high:.0f})"
        if round(finding.intensity) > round(high):
            span = f", for the worst event (90% range of the habit {low:.0f}–{high:.0f})"
        elif round(finding.intensity) < round(low):
            # The estimate is drawn towards 0, its range is not.
            span = f", told cautiously (90% range without that caution {low:.0f}–{high:.0f})"
    return f"Strength {finding.intensity:.0f} of 100{span}; 50 is {scale}."


def chance(finding: BiasFinding) -> str:
    return f"Chance that the bias is there: {likely(finding)}."


def likely(finding: BiasFinding) -> str:
    """``47%``, ``99.7%``: never certain."""
    return percent(min(finding.p_present, 0.999), 1 if finding.p_present > 0.99 else 0)


def evidence(finding: BiasFinding, *, demo: bool, shown: int = 3) -> str:
    """The trades that weigh most, the costliest first."""
    priced = [one for one in finding.evidence if one.kappa is not None]
    costliest = sorted(priced, key=lambda one: -(one.kappa or 0.0))[:shown]
    told = costliest or finding.evidence[:shown]
    which = "costliest" if priced else "first"
    first = f"{demo_mark(demo=demo)}{name(finding.bias)}: {len(told)} {which}"
    lines = [f"{first} of {len(finding.evidence)}:"]
    lines += [
        f"{_traded(one.symbol)} {short_day(one.day)}: {_facts(finding.bias, one.facts)}"
        for one in told
    ]
    return "\n".join(lines)


def _traded(symbol: str) -> str:
    """``NVDA``, or ``KO → PEP`` for a switch."""
    return symbol.replace(">", " → ")


def _facts(bias: str, facts: Facts) -> str:
    words = words_of(bias)
    parts = [words.tells(facts)] if words.tells else []
    if not words.picture.unit.strip().startswith("pts"):
        parts.append(later(facts, words.rival))  # a switch says by itself how the two fared
    return " → ".join(one for one in parts if one) or "too recent to say what came of it"


def no_evidence() -> str:
    return 'I have no report to show trades from. Ask "biases" first.'


def mixed(currencies: Sequence[str]) -> str:
    """There are no exchange rates, so a cost over several currencies is no sum of money."""
    return (
        f"You trade in {listed(list(currencies))} and I have no exchange rates: "
        "the costs add unlike money, so trust the odds, not the amounts."
    )
