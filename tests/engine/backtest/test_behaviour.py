"""What habits cost on the ledger: parts and interaction that add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.backtest.attribution.behaviour import attribute
from engine.backtest.change import Financing, Question, UnknownName
from engine.backtest.counterfactuals.registry import change_named
from engine.backtest.what_if import answer
from engine.diagnosis.examination import diagnose
from engine.prices import Prices
from engine.record.record import prepare
from engine.returns import NoReturn
from tests.engine.biases.records import random_trader, years_of_prices

PRICES = years_of_prices(4000, 900)


def person(seed: int = 8, prices: Prices = PRICES) -> Question:
    told = random_trader(prices, seed, days=220, tilt=1.5, down=1.5)
    until = prices.days[-1].item()
    record = prepare(told, prices, until=until)
    findings = diagnose(record, np.random.default_rng(1)).findings
    return Question(told, prices, until, findings=findings, given=record)


QUESTION = person()


@pytest.mark.parametrize("financing", Financing)
@pytest.mark.parametrize("seed", [1, 8])
def test_the_effects_add_up(seed: int, financing: Financing) -> None:
    found = attribute(person(seed), np.random.default_rng(2), financing=financing)
    assert found.adding_up() < 1e-12
    total = found.together.difference
    assert found.part_paths.shape == (len(found.days), len(found.parts))
    scale = 1e-12 * float(np.abs(found.together.actual.values).max())
    np.testing.assert_allclose(
        found.part_paths.sum(axis=1) + found.interaction_path, total, atol=scale
    )
    assert found.total == total[-1]
    costs = [part.cost for part in found.parts]
    assert costs == sorted(costs, reverse=True)
    for part in found.parts:
        assert part.outcome.interval is not None
        assert part.outcome.actual is found.together.actual


def test_one_bias_alone_has_no_interaction() -> None:
    found = attribute(QUESTION, biases=["disposition"])
    (part,) = found.parts
    assert found.interaction == 0.0
    assert found.total == part.cost
    alone = answer(change_named("without_bias"), QUESTION.asking("disposition"))
    assert alone.total == part.cost, "what there would be more of without the habit is its cost"
    assert part.cost == alone.changed.values[-1] - alone.actual.values[-1]
    assert alone.rewritten == found.together.rewritten


def test_biases_that_share_no_trade_and_no_share_only_add_up() -> None:
    """With money lent for nothing, what is undone in one place changes nothing in another, unless
    the same trade is undone twice or a sale no longer fits."""
    shared = attribute(QUESTION, biases=["disposition", "loss_aversion"], financing=Financing.CASH)
    finding = next(f for f in QUESTION.findings if f.bias == "disposition")
    half = len(finding.evidence) // 2
    apart = (
        replace(finding, evidence=finding.evidence[:half]),
        replace(finding, bias="anchoring", evidence=finding.evidence[half:]),
    )
    split = attribute(
        replace(QUESTION, findings=apart),
        biases=["disposition", "anchoring"],
        financing=Financing.CASH,
    )
    assert len(split.parts) == 2
    assert split.interaction == pytest.approx(0.0, abs=1e-6)
    assert shared.adding_up() < 1e-12


def test_what_was_not_found_costs_nothing() -> None:
    none = attribute(replace(QUESTION, findings=()))
    assert (none.parts, none.interaction, none.total) == ((), 0.0, 0.0)
    assert none.part_paths.shape == (len(none.days), 0)
    with pytest.raises(UnknownName):
        attribute(QUESTION, biases=["luck"])
    with pytest.raises(NoReturn):
        attribute(Question((), PRICES, PRICES.days[-1].item()))
