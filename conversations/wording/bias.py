"""What is said about biases: the report, the evidence, the warning before a trade, the why."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

from conversations.wording.figures import (
    count,
    listed,
    money,
    percent,
    short_day,
    signed_percent,
)
from conversations.wording.trades import demo_mark
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.diagnosis import monitor

NAMES = {
    "disposition": "Selling winners early",
    "sunk_cost": "Averaging down",
    "overconfidence": "Overtrading",
}
TERMS = {
    "disposition": "disposition effect",
    "sunk_cost": "sunk cost",
    "overconfidence": "overconfidence",
}
UNITS = {
    "sale days": ("sale day", "sale days"),
    "switches": ("switch", "switches"),
    "days of adding": ("day of adding", "days of adding"),
}
CERTAINTY = {
    Label.NONE: "not seen",
    Label.POSSIBLE: "possible",
    Label.LIKELY: "likely",
    Label.STRONG: "strong evidence",
}
MOST_CAVEATS = 2
FEWEST_CASES = 5  # below that a median says nothing


def name(bias: str) -> str:
    return NAMES.get(bias, bias.replace("_", " ").capitalize())


def sample(finding: BiasFinding) -> str:
    """``64 sale days``: what the statistic was counted on."""
    one, many = UNITS.get(finding.unit, (finding.unit.removesuffix("s"), finding.unit))
    return count(finding.n, one, many)


def reading_trades(trades: int) -> str:
    return f"Reading your {count(trades, 'trade')}…"


def report(
    findings: Sequence[BiasFinding], trades: int, currency: str, *, demo: bool, notes: Sequence[str]
) -> str:
    """Answer first; then the cost, what is clear, and what cannot be said yet."""
    known = [one for one in findings if one.label is not Label.INSUFFICIENT]
    seen = [one for one in known if one.detected]
    lines = []
    if seen:
        lines.append(f"Strongest: {_named(seen[0])}.")
        lines.append(f"{_sentence(_statistic(seen[0]))} {_cost(seen[0], currency)}")
        lines += [f"Also: {_named(one)}: {_statistic(one)}." for one in seen[1:3]]
    elif known:
        lines.append("No bias stands out in your trades.")
    else:
        lines.append(f"I see {count(trades, 'trade')}. That is too few; I would be guessing.")
    lines += _rest(findings)
    lines += notes
    lines[0] = demo_mark(demo=demo) + lines[0]
    return "\n".join(line for line in lines if line)


def _named(finding: BiasFinding) -> str:
    """``selling winners early (disposition effect), strong evidence``."""
    what = f"{name(finding.bias).lower()} ({TERMS.get(finding.bias, finding.bias)})"
    return f"{what}, {CERTAINTY[finding.label]}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _statistic(finding: BiasFinding) -> str:
    measures = finding.measures
    if finding.bias == "overconfidence":
        turnover, edge = measures["turnover"], measures["mean_gap"]
        return (
            f"you turn over {percent(turnover)} of the portfolio a year, and after a switch the "
            f"new share did {signed_percent(edge, 1)} against the old in a year ({sample(finding)})"
        )
    low, high = _bounds(finding)
    span = f"90% range {_times(low)}–{_times(high)}, {sample(finding)}"
    odds = f"{_times(finding.theta)}×"
    if finding.bias == "disposition":
        return f"the odds that you sell a winner are {odds} those of a loser ({span})"
    if finding.bias == "sunk_cost":
        return f"you add to losers at {odds} the odds of winners ({span})"
    return f"odds {odds} ({span})"


def _times(log_odds: float) -> str:
    """``2.2``, ``58``: an odds ratio in two digits."""
    odds = math.exp(min(log_odds, 20.0))
    return f"{odds:.1f}" if odds < 10 else f"{odds:,.0f}" if odds < 1000 else "over 1,000"


def _bounds(finding: BiasFinding) -> tuple[float, float]:
    spread = 1.645 * finding.se
    return finding.theta - spread, finding.theta + spread


def _cost(finding: BiasFinding, currency: str) -> str:
    if finding.cost is None:
        return "What it cost cannot be said yet: too few of those trades are old enough."
    verb = "It cost you about" if finding.cost >= 0 else "It earned you about"
    text = f"{verb} {_about(abs(finding.cost), currency)} a year"
    spans_zero = False
    if finding.cost_ci is not None:
        low, high = finding.cost_ci
        low, high = (low, high) if finding.cost >= 0 else (-high, -low)
        text += f" (90% range {_about(low, currency)} to {_about(high, currency)})"
        spans_zero = low < 0 < high
    if finding.cost_share is not None:
        text += f", {percent(abs(finding.cost_share), 1)} of average value"
    return f"{text}; it may as well be nothing." if spans_zero else f"{text}."


def _about(amount: float, currency: str) -> str:
    """Money in three digits: more would pretend to know."""
    size = abs(amount)
    digits = 2 - math.floor(math.log10(size)) if size >= 1 else 0
    return money(round(amount, min(digits, 0)), currency, cents=False)


def _rest(findings: Sequence[BiasFinding]) -> list[str]:
    possible = [
        one for one in findings
        if not one.detected and one.label not in (Label.INSUFFICIENT, Label.NONE)
    ]  # fmt: skip
    clear = [one for one in findings if one.label is Label.NONE]
    missing = [one for one in findings if one.label is Label.INSUFFICIENT]
    lines = []
    if possible:
        lines.append(
            "Possible, not proven: "
            + listed([f"{name(one.bias).lower()} ({sample(one)})" for one in possible])
            + "."
        )
    if clear:
        words = [
            f"{name(one.bias).lower()} ({'the opposite, in fact; ' if one.opposite else ''}"
            f"{sample(one)})"
            for one in clear
        ]
        lines.append(f"No sign beyond chance: {listed(words)}.")
    if missing:
        words = [f"{name(one.bias).lower()} ({sample(one)}, need {one.n_min})" for one in missing]
        lines.append(f"Not enough data: {listed(words)}.")
    return lines


def why_report(findings: Sequence[BiasFinding], currency: str) -> str:
    """Where the figures of the report come from, with the sample size and what could mislead."""
    known = [one for one in findings if one.label is not Label.INSUFFICIENT]
    if not known:
        return "I compare what you did with what you could have done; there is too little yet."
    top = known[0]
    lines = [_why(top)]
    lines.append(
        f"Intensity {top.intensity:.0f} of 100 (90% range {top.ci90[0]:.0f}–{top.ci90[1]:.0f}); "
        "50 is the average retail investor of the published studies. "
        f"Chance that the bias is there: {percent(min(top.p_present, 0.999), 1)}."
    )
    if top.cost is not None:
        lines.append(
            f"Cost: what those trades would have earned over {top.horizon} trading days if done "
            "the other way, times the share the bias explains; interval by block bootstrap."
        )
    if top.calibration is Calibration.WEAK:
        lines.append("This one is calibrated weakly: treat it as experimental.")
    lines += [CAVEATS[key] for key in top.caveats if key in CAVEATS][:MOST_CAVEATS]
    lines.append("I don't know your taxes, cash needs or plans.")
    return "\n".join(lines)


def _why(finding: BiasFinding) -> str:
    measures = finding.measures
    if finding.bias == "disposition" and "pgr" in measures and "plr" in measures:
        return (
            f"Disposition effect: on {sample(finding)} you realised "
            f"{measures['pgr']:.2f} of your gains and {measures['plr']:.2f} of your losses "
            "(Odean 1998); odds compared day by day (Mantel–Haenszel)."
        )
    return f"{TERMS.get(finding.bias, finding.bias).capitalize()}: {_statistic(finding)}."


CAVEATS = {
    "sign_flips_under_fifo": "Counted first in, first out, the sign would be the other way round.",
    "sign_flips_without_rebalancing": "Without trims of large positions the sign turns round.",
    "sign_flips_without_december": "Without December the sign turns round: perhaps tax selling.",
    "mostly_single_position": "On most sale days you held one position: little to compare with.",
    "no_benchmark": "There is no other share with prices to compare with.",
    "cost_rate_assumed": "Your fees are not recorded; I assumed 0.2% for a round trip.",
    "low_turnover": "You trade less than 20% of the portfolio a year.",
    "one_asset": "Only one asset was ever held, so there is nothing to compare with.",
    "unpriced_symbols": "Some assets have no prices and were left out of part of this.",
    "opened_before_file": "Positions opened before your first recorded trade were left out.",
    "unsplit_prices": "Some prices jump as if a split was left out; those days were not used.",
    "prices_disagree": "Some of your prices are far from that day's close: check for splits.",
}


def evidence(finding: BiasFinding, *, demo: bool, shown: int = 3) -> str:
    """The trades that weigh most, the costliest first."""
    known = [one for one in finding.evidence if one.kappa is not None]
    ranked = sorted(known, key=lambda one: -(one.kappa or 0.0))[:shown] or finding.evidence[:shown]
    first = f"{demo_mark(demo=demo)}{name(finding.bias)}: {len(ranked)} costliest"
    lines = [f"{first} of {len(finding.evidence)}:"]
    lines += [
        f"{_traded(one.symbol)} {short_day(one.day)}: {_facts(finding.bias, one.facts)}"
        for one in ranked
    ]
    return "\n".join(lines)


def _traded(symbol: str) -> str:
    """``NVDA``, or ``KO → PEP`` for a switch."""
    return symbol.replace(">", " → ")


def _facts(bias: str, facts: Mapping[str, float]) -> str:
    parts = []
    if "gain" in facts:
        parts.append(f"sold at {signed_percent(facts['gain'])}")
    if "loss" in facts:
        parts.append(f"added at {signed_percent(-facts['loss'])}")
    if "after" in facts and bias == "overconfidence":
        parts.append(f"the new one did {signed_percent(facts['after'])} against the old in a year")
    elif "after" in facts:
        parts.append(f"{signed_percent(facts['after'])} in the 3 months after")
    return " → ".join(parts) or "too recent to say what came of it"


def no_evidence() -> str:
    return 'I have no report to show trades from. Ask "biases" first.'


def warning(found: monitor.Warning) -> str:
    """One or two sentences: this decision, and the person's own record."""
    facts = found.facts
    if found.bias == "disposition":
        return _warn_disposition(found)
    if found.bias == "sunk_cost":
        text = (
            f"You are adding to a loser ({signed_percent(-_number(facts, 'loss'))}). On "
            f"{count(int(_number(facts, 'adding_days')), 'day of adding', 'days of adding')} you "
            f"added to losers {count(int(_number(facts, 'added_losers')), 'time')}, to winners "
            f"{count(int(_number(facts, 'added_winners')), 'time')}."
        )
        return text + _afterwards(facts, "the share moved", "3 months")
    text = (
        f"You sold {facts['sold']} within three weeks: a switch. You turn over "
        f"{percent(_number(facts, 'turnover'))} of the portfolio a year."
    )
    return text + _afterwards(facts, "the new share did against the old", "a year")


def _number(facts: Mapping[str, float | str], key: str) -> float:
    return float(facts[key])


def _afterwards(facts: Mapping[str, float | str], what: str, span: str) -> str:
    """What came of the earlier ones, with how many they were."""
    if "median_after" not in facts or _number(facts, "n") < FEWEST_CASES:
        return ""
    cases = count(int(_number(facts, "n")), "such trade")
    moved = signed_percent(_number(facts, "median_after"), 1)
    return f"\nAfter {cases} {what} a median {moved} in {span}: a hint, not proof."


def _warn_disposition(found: monitor.Warning) -> str:
    facts, finding = found.facts, found.finding
    low, high = _bounds(finding)
    text = (
        f"The odds that you sell a winner are {_times(finding.theta)}× those of a loser "
        f"(90% range {_times(low)}–{_times(high)}, {sample(finding)})."
    )
    if "median_days_winner" in facts and "median_days_loser" in facts:
        winner, loser = _number(facts, "median_days_winner"), _number(facts, "median_days_loser")
        text += (
            f" Your last {int(_number(facts, 'of'))} sold winners you kept {winner:.0f} days, "
            f"losers {loser:.0f} (median)."
        )
    return text + _afterwards(facts, "the share moved", "3 months")


def why_warning(found: monitor.Warning) -> str:
    facts, finding = found.facts, found.finding
    chance = percent(min(finding.p_present, 0.999), 1)
    if found.bias == "disposition":
        first = (
            f"Disposition effect: winners realised {_number(facts, 'pgr'):.2f} of the time, "
            f"losers {_number(facts, 'plr'):.2f}, on {int(_number(facts, 'sale_days'))} sale days "
            "(Odean 1998; odds compared day by day, Mantel–Haenszel)."
        )
    else:
        first = f"{TERMS.get(found.bias, found.bias).capitalize()}: {_statistic(finding)}."
    return (
        f"{first}\nChance that the pattern is there: {chance}. I don't know your taxes, cash needs "
        'or plan. If this trade was planned, press "It was planned" and I stop counting it.'
    )


def picture_alt(findings: Sequence[BiasFinding]) -> str:
    """What the chart shows, for those who do not see it."""
    said = []
    for one in findings:
        if one.label is Label.INSUFFICIENT:
            said.append(f"{name(one.bias)}: not enough data")
        else:
            said.append(f"{name(one.bias)}: {one.intensity:.0f} of 100, {CERTAINTY[one.label]}")
    return "Bias profile. " + "; ".join(said) + "."


def chart_title(findings: Sequence[BiasFinding]) -> str:
    """The conclusion, as the title of the picture."""
    seen = [one for one in findings if one.detected]
    if all(one.label is Label.INSUFFICIENT for one in findings):
        return "Not enough data yet"
    if not seen:
        return "No bias stands out"
    return f"Strongest: {name(seen[0].bias).lower()}"


def chart_subtitle(trades: int, first: date | None, last: date | None) -> str:
    said = count(trades, "trade")
    if first is None or last is None:
        return said
    return f"{said}, {short_day(first)} to {short_day(last)}"


def evidence_title(finding: BiasFinding) -> str:
    """The conclusion of the picture: what mostly came of those trades."""
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    if not after:
        return name(finding.bias)
    rose = sum(value > 0 for value in after)
    if finding.bias == "overconfidence":
        return f"After {rose} of {count(len(after), 'switch', 'switches')} the new share did better"
    what = "sale" if finding.bias == "disposition" else "addition"
    return f"After {rose} of {count(len(after), what)} the share went on to rise"


def mixed(currencies: Sequence[str]) -> str:
    """There are no exchange rates, so a cost over several currencies is no sum of money."""
    return (
        f"You trade in {listed(list(currencies))} and I have no exchange rates: "
        "the costs add unlike money, so trust the odds, not the amounts."
    )
