"""What is said about biases as a whole: the report, the evidence, the warning, the why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from conversations.wording import caveats
from conversations.wording.biases import Facts, known, sample, words_of
from conversations.wording.figures import count, listed, money, percent, short_day
from conversations.wording.fragments import later
from conversations.wording.trades import demo_mark
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.diagnosis import monitor

__all__ = ["sample"]  # bpo report shows it too

CERTAINTY = {
    Label.NONE: "not seen",
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
ALSO = 3  # further biases named in the report
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
        lines.append(f"{sentence(statistic(seen[0]))} {cost(seen[0], currency)}")
        lines.append(_also(seen[1:]))
        lines.append(together)
    elif known_ones:
        lines.append("No bias stands out in your trades.")
    else:
        lines.append(f"I see {count(trades, 'trade')}. That is too few; I would be guessing.")
    lines += [_unproven(known_ones), _rest(findings), *notes]
    lines[0] = demo_mark(demo=demo) + lines[0]
    return "\n".join(line for line in lines if line)


def named(finding: BiasFinding) -> str:
    """``selling winners early (disposition effect), strong evidence``."""
    words = words_of(finding.bias)
    what = plain(words.name)
    if words.term.casefold() != words.name.casefold():
        what = f"{what} ({words.term})"
    return f"{what}, {certainty(finding)}"


def certainty(finding: BiasFinding) -> str:
    """``likely``, ``strong evidence, experimental``."""
    weak = ", experimental" if _experimental(finding) else ""
    return f"{CERTAINTY[finding.label]}{weak}"


def plain(name: str) -> str:
    """A name within a sentence: ``FOMO buying`` keeps its capitals."""
    return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"


def _experimental(finding: BiasFinding) -> bool:
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
    if finding.cost_share is not None:
        text += f", {percent(abs(finding.cost_share), 1)} of average value"
    return f"{text}; it may as well be nothing." if spans_zero else f"{text}."


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
        said.append(f"No sign beyond chance: {_few(words, 'habit')}.")
    return " ".join(said)


def _few(words: list[str], what: str) -> str:
    """All of them, or the first two and how many more."""
    if len(words) <= NAMED:
        return listed(words)
    shown = words[: NAMED - 1]
    return listed([*shown, f"{len(words) - len(shown)} more {what}s"])


def _rest(findings: Sequence[BiasFinding]) -> str:
    """What cannot be said yet, and the states that are only described."""
    missing = [one for one in findings if one.label is Label.INSUFFICIENT]
    said = []
    if missing:
        near = max(missing, key=_nearness)
        nearest = f"{plain(name(near.bias))} ({sample(near)}, need {near.n_min})"
        if len(missing) == 1:
            said.append(f"Not enough data: {nearest}.")
        else:
            said.append(f"Not enough data for {count(len(missing), 'habit')}, nearest: {nearest}.")
    measured = [
        brief(one)
        for one in findings
        if one.label is Label.MEASURED and (brief := words_of(one.bias).brief) is not None
    ]
    if measured:
        said.append(f"Besides: {listed(measured)}.")
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
    lines = [explanation(top), f"{intensity(top)} {chance(top)}"]
    if top.cost is not None:
        lines.append(
            f"Cost: what those trades would have earned over {top.horizon} trading days if done "
            "the other way, times the share the bias explains; interval by block bootstrap."
        )
    if _experimental(top):
        lines.append("This one is calibrated weakly: treat it as experimental.")
    lines += caveats.told(top.caveats)
    lines.append("I don't know your taxes, cash needs or plans.")
    return "\n".join(lines)


def explanation(finding: BiasFinding) -> str:
    """How the statistic of a bias was counted, for "why?"."""
    words = words_of(finding.bias)
    if words.explains is not None and finding.label is not Label.INSUFFICIENT:
        return words.explains(finding)
    return f"{words.term.capitalize()}: {statistic(finding)}."


def intensity(finding: BiasFinding) -> str:
    """``Intensity 62 of 100 (90% range 41–77); 50 is …``; nothing where there is no scale."""
    scale = words_of(finding.bias).scale
    if not scale or math.isnan(finding.intensity):
        return ""
    low, high = finding.ci90
    span = ""
    if not math.isnan(low) and not math.isnan(high):
        span = f" (90% range {low:.0f}–{high:.0f})"
        if not round(low) <= round(finding.intensity) <= round(high):
            # The estimate is drawn towards 0, its range is not.
            span = f", cautiously (90% range {low:.0f}–{high:.0f} without the caution)"
    return f"Intensity {finding.intensity:.0f} of 100{span}; 50 is {scale}."


def chance(finding: BiasFinding) -> str:
    return f"Chance that the bias is there: {_likely(finding)}."


def _likely(finding: BiasFinding) -> str:
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


def warning(found: monitor.Warning) -> str:
    """One or two sentences: this decision, and the person's own record."""
    words = words_of(found.bias)
    assert words.warns is not None, f"{found.bias} warns of a trade and has no words for it"
    return words.warns(found.facts, found.finding)


def why_warning(found: monitor.Warning) -> str:
    words, finding = words_of(found.bias), found.finding
    likely = _likely(finding)
    if words.because is not None:
        first = words.because(found.facts, finding)
    else:
        first = explanation(finding)
    weak = " This measure is experimental." if _experimental(finding) else ""
    return (
        f"{first}\nChance that the pattern is there: {likely}.{weak} I don't know your taxes, cash "
        'needs or plan. If this trade was planned, press "It was planned" and I stop counting it.'
    )


def picture_alt(findings: Sequence[BiasFinding]) -> str:
    """What the chart shows, for those who do not see it."""
    shown = [
        one
        for one in ranked(findings)
        if one.label not in (Label.INSUFFICIENT, Label.NONE) and not math.isnan(one.intensity)
    ]
    said = [
        f"{name(one.bias)}: {one.intensity:.0f} of 100, {CERTAINTY[one.label]}" for one in shown
    ]
    clear = sum(one.label is Label.NONE for one in findings)
    missing = sum(one.label is Label.INSUFFICIENT for one in findings)
    said += [f"not seen: {count(clear, 'habit')}"] if clear else []
    said += [f"not enough data: {count(missing, 'habit')}"] if missing else []
    return f"Bias profile. {'; '.join(said)}."


def chart_title(findings: Sequence[BiasFinding]) -> str:
    """The conclusion, as the title of the picture."""
    seen = [one for one in ranked(findings) if one.detected]
    if all(one.label in UNTESTED for one in findings):
        return "Not enough data yet"
    if not seen:
        return "No bias stands out"
    return f"Strongest: {plain(name(seen[0].bias))}"


def chart_subtitle(trades: int, first: date | None, last: date | None) -> str:
    said = count(trades, "trade")
    if first is None or last is None:
        return said
    return f"{said}, {short_day(first)} to {short_day(last)}"


def evidence_title(finding: BiasFinding) -> str:
    """The conclusion of the picture: what mostly came of those trades."""
    words = words_of(finding.bias)
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    if not after:
        return words.name
    rose = sum(value > 0 for value in after)
    return f"After {rose} of {count(len(after), *words.trade)} {words.outcome}"


def mixed(currencies: Sequence[str]) -> str:
    """There are no exchange rates, so a cost over several currencies is no sum of money."""
    return (
        f"You trade in {listed(list(currencies))} and I have no exchange rates: "
        "the costs add unlike money, so trust the odds, not the amounts."
    )
