"""One rule kept: the decisions that it would have changed are made later, or not over a quarter.

Only rules that say when, or say no, are followed on the ledger. Those that change a part of a
decision (``sell_in_thirds``, ``cap_one_name``) or wait for each decision differently
(``wait_to_rebuy``) have their money in ``engine.rules`` only.
"""

from __future__ import annotations

from engine.backtest.change import Change, Question, UnknownName
from engine.backtest.evidence import fills_of, horizon_end
from engine.backtest.undoing import Undo
from engine.record.record import Record
from engine.record.switches import pair
from engine.rules.registry import rule_named
from engine.rules.rule import HORIZON

_LATER = ("calm_sales", "cooling_off", "keep_winners")  # by so many days as the parameter says
_IN_THE_MARKET = ("no_adding_to_losers", "no_jumpers")
_SWITCHES = ("few_switches",)


def undo(question: Question) -> tuple[Undo, ...]:
    """The decisions that the rule ``question.name`` changes. Raises UnknownName."""
    rule = rule_named(question.name)
    if rule is None or rule.name not in _LATER + _IN_THE_MARKET + _SWITCHES:
        raise UnknownName(question.name)
    record = question.record
    changed = rule.change(record, rule.parameter).decision.tolist()
    if rule.name in _SWITCHES:
        return _unswitched(record, changed)
    rows = min(int(rule.parameter), HORIZON) if rule.name in _LATER else HORIZON
    return tuple(
        Undo(
            fills_of(record, decision, 1.0),
            horizon_end(record, decision, rows),
            market=rule.name in _IN_THE_MARKET,
        )
        for decision in changed
    )


def _unswitched(record: Record, bought: list[int]) -> tuple[Undo, ...]:
    switches, value = pair(record), record.history.decisions.value
    place = {purchase: n for n, purchase in enumerate(switches.bought.tolist())}
    found = []
    for purchase in bought:
        sale, money = int(switches.sold[place[purchase]]), switches.value[place[purchase]]
        parts = tuple(
            one
            for leg in (purchase, sale)
            for one in fills_of(record, leg, min(float(money / value[leg]), 1.0))
        )
        found.append(Undo(parts, horizon_end(record, purchase, HORIZON)))
    return tuple(found)


CHANGE = Change("rule_kept", undo)
