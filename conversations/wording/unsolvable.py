"""Why a portfolio could not be worked out, for reasons other than its limits."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.wording.figures import count, listed, percent

REASONS = {
    "nothing_held": "you hold nothing that I could work with",
    "no_prices": "I have no prices of them",
    "constant_prices": "their prices never moved",
    "no_asset_beats_cash": "none of them is expected to earn more than cash",
    "one_asset": "one share alone leaves nothing to choose",
    "bad_budgets": "a share of the risk is above zero for each, and they add up to something",
    "singular": "two of them move exactly alike, or one does not move at all",
    "views_clash": "your views contradict each other",
    "no_limit_to_risk": "any risk would do for that goal: it asks for less than is there already",
    "lost_everything": "a portfolio of the past lost everything",
}


def sentence(reason: str, facts: Mapping[str, float | str]) -> str:
    """``I could not work that out: …``, with a sensible offer where there is one."""
    return f"I could not work that out: {_reason(reason, facts)}."


def nothing_usable(left_out: str) -> str:
    """Nothing of what is held can be worked with; ``left_out`` says why."""
    return f"There is nothing I could rearrange. {left_out}"


def _reason(reason: str, facts: Mapping[str, float | str]) -> str:
    match reason:
        case "too_few_days":
            days, needed = int(facts.get("days", 0)), int(facts.get("needed", 0))
            return f"there are {count(days, 'day')} of prices, and it takes {needed}"
        case "target_out_of_reach":
            return _target(facts)
        case "drawdown_out_of_reach":
            lowest = percent(float(facts.get("lowest", 0.0)), 1)
            return f"every portfolio of these fell further; the least was {lowest}"
        case "goal_out_of_reach":
            return _goal(facts)
        case "not_enough_cash":
            return "there is not enough money for whole shares of them"
        case "no_prices" | "constant_prices" if facts.get("symbols"):
            names = str(facts["symbols"]).split()
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            return f"{REASONS[reason]} ({listed(names[:5])}{more})"
    return REASONS.get(reason, "the numbers did not settle; try other limits or another way")


def _target(facts: Mapping[str, float | str]) -> str:
    target = percent(float(facts.get("target", 0.0)), 1)
    if "lowest" in facts and "highest" in facts:
        low, high = (percent(float(facts[key]), 1) for key in ("lowest", "highest"))
        reach = low if low == high else f"{low} to {high}"
        return f"{target} is out of reach; with your limits it can be {reach}"
    return f"{target} is out of reach; the most is {percent(float(facts.get('highest', 0.0)), 1)}"


def _goal(facts: Mapping[str, float | str]) -> str:
    name = str(facts.get("goal", "your goal"))
    return f"with these shares {name} cannot be reached with the chance you want"
