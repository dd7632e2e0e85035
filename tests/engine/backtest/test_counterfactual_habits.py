"""A person's history without a habit or with a rule kept: beside the evidence of the diagnosis."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from uuid import UUID

import numpy as np
import pytest

from engine.backtest.change import (
    Financing,
    Question,
    UnknownName,
)
from engine.backtest.counterfactuals.registry import change_named
from engine.backtest.evidence import undo_evidence
from engine.backtest.path import Path
from engine.backtest.reconciliation import reconcile
from engine.backtest.what_if import answer
from engine.detection.finding import Instead
from engine.diagnosis.examination import diagnose
from engine.diagnosis.registry import detectors
from engine.diagnosis.twin import replay as replay_twin
from engine.record.record import prepare
from engine.rules.registry import rules
from tests.engine.biases.records import random_trader, years_of_prices

PRICES = years_of_prices(4000, 900)


def same(left: Path, right: Path) -> None:
    for name in ("symbols", "days", *(n for n in Path.__dataclass_fields__ if n != "notes")):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name), err_msg=name)


@cache
def person() -> Question:
    told = random_trader(PRICES, 8, days=220, tilt=1.5, down=1.5)
    until = PRICES.days[-1].item()
    record = prepare(told, PRICES, until=until)
    findings = diagnose(record, np.random.default_rng(1)).findings
    return Question(told, PRICES, until, findings=findings, given=record)


def test_no_change_is_the_same_path() -> None:
    nobody = replace(person(), findings=())
    found = answer(change_named("disciplined_twin"), nobody, np.random.default_rng(1))
    same(found.changed, found.actual)
    assert (found.total, found.interval, found.rewritten.left_out) == (0, (0, 0), frozenset())
    assert found.volatility[0] == found.volatility[1]


def test_the_twin_on_the_ledger_and_that_of_the_evidence() -> None:
    question = person()
    detected = [f for f in question.findings if f.detected]
    assert len(detected) > 2
    found = answer(
        change_named("disciplined_twin"),
        question,
        np.random.default_rng(2),
        financing=Financing.CASH,
    )
    twin = replay_twin(question.record, question.findings, None)
    why = reconcile(question, found, detected)
    assert why.twin == pytest.approx(twin.fully.total)
    assert why.twin + why.comparison + why.own_price + why.aftermath == pytest.approx(why.ledger)
    assert why.ledger == found.total
    assert found.interval is not None
    assert found.interval[0] < found.total < found.interval[1]
    assert found.hindsight.known == twin.replaced


@pytest.mark.parametrize("bias", ["disposition", "sunk_cost", "overconfidence"])
def test_one_bias_on_the_ledger(bias: str) -> None:
    question = person().asking(bias)
    finding = next(f for f in question.findings if f.bias == bias)
    found = answer(change_named("without_bias"), question, financing=Financing.CASH)
    known = [e for e in finding.evidence if e.kappa is not None]
    assert found.hindsight.known == len(known)
    why = reconcile(question, found, [finding])
    assert why.own_price == pytest.approx(0, abs=1e-6)  # they trade at the close
    instead = {one.bias.name: one.bias.instead for one in detectors()}[bias]
    if instead is Instead.KEEP:  # nothing stops fitting where shares are only kept
        assert why.aftermath == pytest.approx(0, abs=1e-6)
        assert found.rewritten.added == len(found.rewritten.left_out)


def test_rules_that_say_when_or_no_are_followed_on_the_ledger() -> None:
    followed = []
    for rule in rules():
        try:
            found = answer(change_named("rule_kept"), person().asking(rule.name))
        except UnknownName:
            continue
        followed.append(rule.name)
        assert found.changed.imbalance() < 1e-12
        assert len(found.rewritten.left_out) > 0
    assert set(followed) == {
        "calm_sales",
        "cooling_off",
        "few_switches",
        "keep_winners",
        "no_adding_to_losers",
        "no_jumpers",
    }


def test_hindsight_is_about_all_trades_of_the_kind() -> None:
    question = person()
    finding = next(f for f in question.findings if f.bias == "disposition")
    evidence = next(e for e in finding.evidence if e.kappa is not None)
    asked = replace(question, ids=frozenset([UUID(evidence.trade_id)]))
    found = answer(change_named("without_trades"), asked)
    assert len(found.rewritten.left_out) == 1
    assert found.hindsight.known > 5
    assert 0 < found.hindsight.worse < found.hindsight.known
    assert found.financing is Financing.CASH


def test_as_much_of_a_purchase_as_of_the_sale_before_it_is_undone() -> None:
    question = person()
    finding = next(f for f in question.findings if f.bias == "overconfidence")
    undos = undo_evidence(question.record, [finding])
    value = {id: float(t.quantity * t.price) for id, t in question.orders.items()}
    switched = [[part * value[id] for id, part in one.parts] for one in undos]
    assert all(len(money) == 2 and money[0] == pytest.approx(money[1]) for money in switched)
    parts = [part for one in undos for _, part in one.parts]
    assert 0 < min(parts) < max(parts) == 1.0
    assert not any(one.market for one in undos)
