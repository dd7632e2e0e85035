"""What is said of rules that people test: what each asks for, and what it would have brought."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.wording import bias
from conversations.wording.figures import count, percent
from conversations.wording.trades import demo_mark
from engine.rules.rule import HORIZON, Outcome, Rule

# What each rule asks for; {n} is its parameter.
ASKS = {
    "calm_sales": "in a falling market, sell a month ({n} trading days) later",
    "cap_one_name": "buy at most {percent} of the portfolio in one name",
    "cooling_off": "wait {n} trading days before every purchase",
    "few_switches": "make at most {times} a month",
    "keep_winners": "keep winners {n} trading days longer",
    "no_adding_to_losers": "never add to what stands at a loss",
    "no_jumpers": "don't buy what has just jumped",
    "sell_in_thirds": "sell in {n} parts, a month apart",
    "wait_to_rebuy": "wait {n} trading days before buying something back",
}
# What each is held against, and where the money is meanwhile.
AGAINST = {
    "calm_sales": "against selling at once",
    "cap_one_name": "against the sizes you bought, the rest in the market",
    "cooling_off": "against buying at once, the money in the market meanwhile",
    "few_switches": "against making all your switches",
    "keep_winners": "against selling them when you did",
    "no_adding_to_losers": "against your additions, the money in the market instead",
    "no_jumpers": "against buying them, the money in the market instead",
    "sell_in_thirds": "against selling all at once",
    "wait_to_rebuy": "against buying back at once, the money in the market meanwhile",
}
UNITS = {
    "sales": ("sale", "sales"),
    "purchases": ("purchase", "purchases"),
    "repurchases": ("repurchase", "repurchases"),
    "switches": ("switch", "switches"),
    "additions": ("addition", "additions"),
}


def asks(rule: str, parameter: float) -> str:
    """``keep winners 63 trading days longer``. Raises KeyError for a rule without words."""
    return ASKS[rule].format(
        n=f"{parameter:g}",
        percent=percent(parameter),
        times=count(int(parameter), "switch", "switches"),
    )


def offered(rules: Sequence[Rule], about: str, *, demo: bool) -> str:
    """The rules for one bias, to be tested."""
    lines = [
        f"{demo_mark(demo=demo)}{bias.name(about)}: rules people test for this – none is advice:"
    ]
    lines += [
        f"{n}) {asks(one.name, one.parameter)} – {AGAINST[one.name]}"
        for n, one in enumerate(rules, start=1)
    ]
    over = f"over the {HORIZON} trading days after"
    return "\n".join([*lines, f"Shall I test them on your own trades, {over}?"])


def none_known(about: str) -> str:
    return f"I know no rule to test for {bias.plain(bias.name(about))}."


def where_to_begin() -> str:
    return (
        "No habit stands out in your trades so far, so there is none to begin with. I know rules "
        "for each: which one is it about?"
    )


def not_looked_yet() -> str:
    return 'I have to look at your trades first: ask "biases".'


def trying(how_many: int) -> str:
    return f"Testing {count(how_many, 'rule')} on your trades…"


def tried(outcome: Outcome, currency: str, *, demo: bool) -> str:
    """One rule: what it changes, what it would have brought, what that rests on."""
    asked = asks(outcome.rule, outcome.parameter)
    first = f"{demo_mark(demo=demo)}{asked[:1].upper()}{asked[1:]}: {_changes(outcome)}."
    return "\n".join([first, f"{_brings(outcome, currency)}.", _rests_on([outcome])])


def tried_all(outcomes: Sequence[Outcome], currency: str, *, demo: bool) -> str:
    """A line for each, the best first."""
    ranked = sorted(outcomes, key=lambda one: -(one.yearly if one.yearly is not None else -1e300))
    lines = [
        f"{_capital(asks(one.rule, one.parameter))}: {_short(one, currency)}" for one in ranked
    ]
    lines[0] = demo_mark(demo=demo) + lines[0]
    return "\n".join([*lines, _rests_on(outcomes)])


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _changes(outcome: Outcome) -> str:
    if not outcome.of:
        return "it is about nothing that you did"
    one = UNITS[outcome.unit]
    if not outcome.changed:
        return f"it would have changed none of your {count(outcome.of, *one)}"
    return f"it would have changed {outcome.changed:,} of {count(outcome.of, *one)}"


def _brings(outcome: Outcome, currency: str) -> str:
    if outcome.yearly is None:
        return "What it would have brought cannot be said: too few of them are old enough"
    if not outcome.changed:
        return "Then nothing would be different"
    said = f"With it you would have about {_ranged(outcome, currency)}"
    said += bias.of_value(outcome.share)
    return f"{said}; {CHANCE}" if _unsure(outcome) else said


CHANCE = "it may as well be nothing"


def _ranged(outcome: Outcome, currency: str) -> str:
    """``$1,200 a year more (90% range $300 less to $2,700 more)``."""
    assert outcome.yearly is not None, "only what is known has a range"
    return bias.more_or_less(outcome.yearly, outcome.interval, currency)


def _short(outcome: Outcome, currency: str) -> str:
    if outcome.yearly is None:
        return "cannot be said yet."
    if not outcome.changed:
        return "nothing would be different."
    unsure = "; perhaps nothing" if _unsure(outcome) else ""
    return f"about {_ranged(outcome, currency)}{unsure}."


def _unsure(outcome: Outcome) -> bool:
    return outcome.interval is not None and outcome.interval[0] < 0 < outcome.interval[1]


def _rests_on(outcomes: Sequence[Outcome]) -> str:
    known = max(one.known for one in outcomes)
    return (
        f"Held against what you really did, over {outcomes[0].horizon} trading days, in "
        f"{count(known, 'trade')}{' at most' if len(outcomes) > 1 else ''}. Not a promise."
    )


def why(outcomes: Sequence[Outcome]) -> str:
    horizon = outcomes[0].horizon
    return (
        f"Each decision that a rule touches is compared with what was really done over {horizon} "
        "trading days; money that is not in the share is in the market. Every decision is changed "
        "on its own; gains are not invested again, taxes are left out. The range comes from "
        "resampling your own trades in blocks of a month. Of several rules one looks good by luck."
    )


def title(outcomes: Sequence[Outcome]) -> str:
    sure = [one for one in outcomes if one.yearly and not _unsure(one)]
    alone = len(outcomes) == 1
    if not sure:
        if alone:
            return "It would have made no sure difference"
        return "No rule would have made a sure difference"
    best = max(sure, key=lambda one: one.yearly or 0.0)
    if (best.yearly or 0.0) <= 0:
        return "It would not have helped" if alone else "No rule would have helped"
    return f"It would have helped to {asks(best.rule, best.parameter)}"


def subtitle(outcomes: Sequence[Outcome]) -> str:
    return f"{count(len(outcomes), 'rule')}, tried on your own trades"


def row_name(outcome: Outcome) -> str:
    return _capital(asks(outcome.rule, outcome.parameter))
