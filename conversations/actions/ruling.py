"""Trying rules on one's own history, in another process, and the picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from conversations.actions.reviewing import Case
from conversations.wording import rules as words
from engine.rules.registry import rule_named
from engine.rules.rule import Outcome, try_rule


def try_and_draw(case: Case, names: Sequence[str]) -> tuple[tuple[Outcome, ...], bytes]:
    """What each of the named rules would have brought, and how they compare.

    Raises KeyError for a rule that there is not.
    """
    from charts import rules  # here: matplotlib is slow to import, and others only talk

    record = case.record()
    outcomes = []
    for name in names:
        rule = rule_named(name)
        if rule is None:
            raise KeyError(name)
        # Each rule gets the same draws, so that it says the same alone and beside others.
        outcomes.append(try_rule(rule, record, np.random.default_rng([case.seed, 2])))
    rows = [
        rules.RuleRow(
            name=words.row_name(one),
            yearly=nan if one.yearly is None else one.yearly,
            low=nan if one.interval is None else one.interval[0],
            high=nan if one.interval is None else one.interval[1],
            changed=one.changed,
            of=one.of,
        )
        for one in outcomes
    ]
    png = rules.draw(
        rows,
        currency=case.portfolio.currency,
        title=words.title(outcomes),
        subtitle=words.subtitle(outcomes),
    )
    return tuple(outcomes), png
