"""Words for selling into a falling market."""

from __future__ import annotations

from statistics import median

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import count, percent, short_day, signed_percent
from conversations.wording.fragments import afterwards, number, ratio, share_of_days, span
from engine.detection.finding import BiasFinding, Evidence

MONTHS = 6  # of holdings, below which nothing is told


def _states(finding: BiasFinding) -> str:
    stress, calm = finding.measures["stress_rate"], finding.measures["calm_rate"]
    return (
        f"in falling markets you sold {share_of_days(stress)} of the portfolio a day, otherwise "
        f"{share_of_days(calm)}: {ratio(finding)} as much ({span(finding)})"
    )


def _adds(finding: BiasFinding) -> str:
    """The event in which the most was sold, with its first day, however few days there are."""
    if not finding.measures.get("events"):
        return ""
    told = [one for one in finding.evidence if one.facts["event"]]
    worst = max((one.facts["share_sold"] for one in told), default=0.0)
    first = min((one.day for one in told if one.facts["share_sold"] == worst), default=None)
    if first is None:
        return ""
    severe = any(one.facts["severe"] for one in told if one.facts["share_sold"] == worst)
    much = "nearly all you held" if severe else f"{percent(worst)} of all you held"
    return f"around {short_day(first)} you sold {much} within a month, as prices fell"


def _lacks(finding: BiasFinding) -> str:
    months = int(finding.measures["months"])
    if finding.n < finding.n_min or months >= MONTHS:
        return ""
    return f"You have held shares for {count(months, 'month')}, and I need {MONTHS}."


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    events = count(int(counted["events"]), "time")
    sold = f", at worst {percent(counted['worst_share'])}" if counted["events"] else ""
    back = [one.facts["days_out"] for one in finding.evidence if "days_out" in one.facts]
    out = f" You were out for {count(round(median(back)), 'trading day')} (median)." if back else ""
    return (
        f"Panic selling: {count(int(counted['stress_days']), 'day')} of stress (your portfolio "
        "down 10% in a month, or the market falling hard) against "
        f"{count(int(counted['calm_days']), 'calm day')}. Half of everything or more was sold soon "
        f"after such days {events}{sold}.{out}"
    )


def _tells(facts: Facts) -> str:
    sold = f"sold {percent(facts['share_sold'])} of the portfolio"
    if "market" not in facts:
        return sold
    return f"{sold} after a month of {signed_percent(facts['market'])} in the market"


def _marks(one: Evidence) -> str:
    return f"sold {percent(one.facts['share_sold'])} of all"


def _warns(facts: Told, finding: BiasFinding) -> str:
    month = signed_percent(number(facts, "market")) if "market" in facts else ""
    market = f" ({month} in a month)" if month else ""
    text = (
        f"Prices fall hard{market}, and this would sell {percent(number(facts, 'share_sold'))} of "
        f"all you hold; in such times you sell {ratio(finding)} as much a day as in calm ones "
        f"({span(finding)})."
    )
    return text + afterwards(facts, "the share moved", "the time you were out")


WORDS = Words(
    bias="panic_selling",
    name="Panic selling",
    term="panic selling",
    means="Much is sold while prices fall hard, and a fall on paper becomes a loss for good.",
    called=r"panic(king|ked)?( sell(ing|s)?| sales?)?"
    r"|sell(ing)? in(to)? (a )?(panic|crash(es)?|fear)|crash selling",
    unit=("stress day", "stress days"),
    scale="an investor who sells three times as much in falling markets as in calm ones",
    states=_states,
    explains=_explains,
    adds=_adds,
    lacks=_lacks,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("sale", "sales"),
)
