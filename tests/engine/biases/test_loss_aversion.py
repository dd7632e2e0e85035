"""Loss aversion: the quiz by hand, simulated sellers, and which of the three outcomes it is."""

from __future__ import annotations

import json
from dataclasses import replace
from math import exp, isnan, log, sqrt

import numpy as np
import pytest

from engine.biases.loss_aversion import BIAS, Weights, _ratio, detect, pool, score_quiz, weigh
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.ledger import Trade
from engine.prices import Prices
from engine.record.choices import Choices
from engine.record.context import Context, Quiz
from engine.record.record import Record
from tests.engine.biases.random_markets import bought, record_of, sold, walk
from tests.engine.biases.records import SHARED, flat_prices, random_trader, years_of_prices


def sellers(seed: int, days: int, weight: float, aversion: float) -> Choices:
    """One sale a day among eight positions by a conditional logit; results ±20 %."""
    rng = np.random.default_rng(seed)
    result = np.exp(rng.normal(0, 0.2, (days, 8))) - 1
    felt = np.maximum(result, 0) ** 0.88 - aversion * np.maximum(-result, 0) ** 0.88
    best = np.argmax(weight * felt + rng.gumbel(size=result.shape), axis=1)
    chosen = (np.arange(8) == best[:, None]).ravel()
    nothing, flat = np.zeros(8 * days), result.ravel()
    return Choices(
        day=np.repeat(np.arange(days), 8),
        symbol=np.tile(np.arange(8), days),
        result=flat,
        gain=flat > 0,
        usable=np.ones(8 * days, dtype=np.bool_),
        chosen=chosen,
        decision=np.where(chosen, 0, -1),
        value=nothing,
        held_days=nothing,
        alone=0,
    )


def seller(prices: Prices, seed: int, days: int, gain: float, loss: float) -> list[Trade]:
    """The same in a market: every day a sale among ten positions, and another share bought."""
    rng = np.random.default_rng(seed)
    made: list[Trade] = []
    held: dict[int, tuple[float, float]] = {}

    def buy(row: int, column: int) -> None:
        held[column] = (bought(made, prices, row, column, 1000.0), prices.close[row, column])

    for column in range(10):
        buy(100, column)
    for row in np.linspace(160, len(prices.days) - 1, days).astype(int).tolist():
        columns = list(held)
        result = np.array([prices.close[row, c] / held[c][1] - 1 for c in columns])
        felt = gain * np.maximum(result, 0) ** 0.88 + loss * np.maximum(-result, 0) ** 0.88
        column = columns[int(np.argmax(felt + rng.gumbel(size=len(columns))))]
        sold(made, prices, row, column, held.pop(column)[0])
        buy(row, int(rng.choice([c for c in range(30) if c not in held and c != column])))
    return made


def with_quiz(record: Record, quiz: Quiz) -> Record:
    return replace(record, context=Context(quiz=quiz))


def asked(accepted: float | None, rejected: float | None) -> BiasFinding:
    record = record_of([], flat_prices("2024-01-01", 5, {"A": 100.0}))
    return detect(with_quiz(record, Quiz(accepted, rejected)), None)


@pytest.mark.parametrize(
    ("accepted", "rejected", "ratio", "se"),
    [
        (2.0, 3.0, 2.4, log(1.5) / sqrt(12)),
        (5.0, 6.0, 6 / 5.5, log(1.2) / sqrt(12)),
        (7.0, None, 6 / 7.75, log(8.5 / 7) / sqrt(12)),  # all accepted
        (None, 2.0, 4.0, log(2) / sqrt(12)),  # none accepted
        (6.0, 3.0, 6 / 4.5, log(2) / sqrt(12)),  # contradicting answers span the range
        (4.0, 4.0, 1.5, log(4.5 / 3.5) / sqrt(12)),
    ],
)
def test_the_quiz_by_hand(
    accepted: float | None, rejected: float | None, ratio: float, se: float
) -> None:
    theta, error = score_quiz(Quiz(accepted, rejected))
    assert exp(theta) == pytest.approx(ratio)
    assert error == pytest.approx(se)


def test_somebody_who_only_took_the_quiz() -> None:
    finding = asked(2.0, 3.0)
    assert (finding.unit, finding.n, finding.n_min) == ("answers", 6, 6)
    assert finding.calibration is Calibration.PUBLISHED
    assert finding.label is Label.STRONG
    assert "quiz_only" in finding.caveats
    assert "ask_the_quiz" not in finding.caveats
    assert finding.measures["lambda_quiz"] == finding.measures["lambda"] == pytest.approx(2.4)
    assert finding.measures["lambda_lo"] < 2.4 < finding.measures["lambda_hi"]
    assert finding.intensity == pytest.approx(50, abs=4)  # about the average of the study
    assert finding.cost is None
    assert "cost_unknown" in finding.caveats


def test_losses_weigh_less_than_gains() -> None:
    finding = asked(7.0, None)
    assert finding.opposite
    assert finding.intensity == 0


def test_contradicting_answers_are_said() -> None:
    assert "quiz_inconsistent" in asked(6.0, 3.0).caveats
    assert "quiz_inconsistent" not in asked(3.0, 4.0).caveats


def test_pooling_by_inverse_variance() -> None:
    assert pool((1.0, 0.1), (0.0, 0.2)) == pytest.approx((0.8, sqrt(1 / 125)))


def test_the_delta_method() -> None:
    """γ 2 and -3, standard errors .4 and .6, correlation 0: s² = .2² + .2²."""
    weights = Weights(2.0, -3.0, np.diag([0.16, 0.36]), 200)
    assert weights.identified
    assert weights.ratio() == pytest.approx((log(1.5), sqrt(0.08)))
    assert not Weights(0.6, -3.0, np.diag([0.16, 0.36]), 200).identified
    assert Weights(2.0, 0.1, np.diag([0.16, 0.36]), 200).v_shape


@pytest.mark.parametrize(("weight", "days"), [(1.0, 150), (1.0, 500), (3.0, 150)])
def test_as_often_identified_and_as_far_off_as_in_the_research(weight: float, days: int) -> None:
    file = SHARED / "lambda_identifiability.json"
    if not file.exists():
        pytest.skip("the research data are not here")
    (expected,) = (
        one
        for one in json.loads(file.read_text())
        if (one["kappa"], one["lam"], one["n"]) == (weight, 2.25, days)
    )
    drawn = [weigh(sellers(seed, days, weight, 2.25)) for seed in range(150)]
    found = [one.ratio()[0] for one in drawn if one is not None and one.identified]
    assert len(found) / len(drawn) == pytest.approx(expected["identified"], abs=0.10)
    assert expected["iqr"][0] < np.median(np.exp(found)) < expected["iqr"][1]


def test_people_without_it_are_rarely_accused() -> None:
    """Gains and losses weigh the same (λ = 1): at most 8 in 100 of 200 at the 5 % level."""
    drawn = [weigh(sellers(seed, 150, 3.0, 1.0)) for seed in range(200)]
    ratios = [one.ratio() for one in drawn if one is not None and one.identified]
    assert len(ratios) > 190
    assert np.mean([theta > 1.645 * se for theta, se in ratios]) <= 0.08


def test_several_sales_in_a_day_are_choices_among_what_was_kept() -> None:
    choices = sellers(1, 60, 3.0, 2.25)
    both = replace(choices, chosen=choices.chosen | (choices.symbol == 3))
    weights = weigh(both)
    assert weights is not None
    assert weights.days == 60
    everything = replace(choices, chosen=np.ones(len(choices.day), dtype=np.bool_))
    assert weigh(everything) is None


def test_from_sales_alone_it_is_weak_and_asks_for_the_quiz() -> None:
    prices = walk(3, own=0.03)
    record = record_of(seller(prices, 3, 330, 8.0, -24.0), prices)
    finding = detect(record, None)
    assert finding.unit == BIAS.unit
    assert finding.n >= BIAS.n_min
    assert finding.calibration is Calibration.WEAK
    assert finding.measures["lambda_sales"] == finding.measures["lambda"] > 1.3
    assert "ask_the_quiz" in finding.caveats
    joined = detect(with_quiz(record, Quiz(3.0, 4.0)), None)
    assert joined.unit == BIAS.unit
    assert joined.calibration is Calibration.PUBLISHED
    assert "quiz_only" not in joined.caveats
    low, high = sorted((joined.measures["lambda_sales"], joined.measures["lambda_quiz"]))
    assert low < joined.measures["lambda"] < high


def test_large_losses_sold_as_well_are_no_evidence() -> None:
    prices = walk(4, own=0.03)
    record = record_of(seller(prices, 4, 330, 6.0, 6.0), prices)
    finding = detect(record, None)
    assert "v_shape" in finding.caveats
    assert finding.intensity == 0
    assert finding.label is Label.NONE
    assert finding.p_present == 0
    assert detect(with_quiz(record, Quiz(2.0, 3.0)), None).unit == "answers"


def test_random_sellers_are_not_identified() -> None:
    prices = years_of_prices(4000, 756)
    found = [
        detect(record_of(random_trader(prices, seed, days=200), prices), None) for seed in range(20)
    ]
    assert all(one.n >= BIAS.n_min for one in found)
    assert sum(not isnan(one.theta) for one in found) <= 2
    assert all(
        {"v_shape", "not_identified"} & set(one.caveats) for one in found if one.theta != one.theta
    )


def test_few_sales_do_not_water_down_the_quiz() -> None:
    prices = walk(5, own=0.03)
    record = record_of(seller(prices, 5, 60, 8.0, -18.0), prices)
    assert detect(record, None).label is Label.INSUFFICIENT
    finding = detect(with_quiz(record, Quiz(2.0, 3.0)), None)
    assert finding.measures["lambda"] == pytest.approx(2.4)
    assert "quiz_only" in finding.caveats


def test_an_error_beyond_all_floats_is_no_crash() -> None:
    """The logarithm of λ had an error of thousands in a record of random trades of four years."""
    assert _ratio(log(2.25)) == pytest.approx(2.25)
    assert np.isfinite(_ratio(5_000.0))
    assert _ratio(-5_000.0) == 0.0
