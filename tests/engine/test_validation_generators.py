"""The simulated people: without a bias they are nulls, with one they look as published."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from benchmarks.validation import nulls
from benchmarks.validation.habits import BIASES, Makings, answer_quiz, make_habits
from benchmarks.validation.hazard import GAIN, SaleHazard
from benchmarks.validation.investor import Investor
from benchmarks.validation.life import Habit, Landscape, Life, Nature
from benchmarks.validation.markets import KINDS, settle
from benchmarks.validation.noise import write
from benchmarks.validation.people import (
    MEAN_TURNOVER,
    MEDIAN_TURNOVER,
    draw,
    draw_nature,
    live,
    population,
    single,
)
from benchmarks.validation.realisation_utility import RealisationUtility, barriers
from benchmarks.validation.scores import pooled
from engine.biases import disposition
from engine.detection.finding import BiasFinding
from engine.record.record import prepare

ROWS = 504 + 3 * 252 + 255


@pytest.fixture(scope="module")
def land() -> Landscape:
    return Landscape(settle("garch", 3, names=60, rows=ROWS))


def person(seed: int, turnover: float = 0.9, years: int = 3) -> Nature:
    return Nature(
        seed=seed, first=504, last=503 + 252 * years, turnover=turnover, positions=9, fee=0.001,
        additions=0.5, familiar=0.4, considered=15, partial=0.2,
    )  # fmt: skip


def examined(land: Landscape, seed: int, *habits: Habit) -> BiasFinding:
    life = Life(land, person(seed), habits)
    life.live()
    shown = land.setting.prices
    trades = write(life.orders, shown, {}, seed)
    record = prepare(trades, shown, until=shown.days[-1].item(), signals=land.setting.signals)
    return disposition.detect(record, None)


def theta_of(found: list[BiasFinding]) -> tuple[float, float]:
    """The pooled statistic and its standard error."""
    theta, se = (np.array([getattr(one, name) for one in found]) for name in ("theta", "se"))
    known = np.isfinite(theta) & np.isfinite(se)
    return pooled(theta, se), float(1 / np.sqrt((1 / se[known] ** 2).sum()))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_market_looks_like_one(kind: str) -> None:
    setting = settle(kind, 1, names=60, rows=1000)
    returns = np.diff(np.log(setting.prices.close), axis=0)
    yearly = returns.std(axis=0) * np.sqrt(252)
    assert 0.12 < np.median(yearly) < 0.6
    common = np.corrcoef(returns.T)[np.triu_indices(60, 1)].mean()
    assert 0.08 < common < 0.7
    assert (setting.prices.high >= setting.prices.close).all()
    assert (setting.prices.low <= setting.prices.close).all()
    volume = np.log(setting.prices.volume[1:])
    linked = [np.corrcoef(volume[:, n], np.abs(returns[:, n]))[0, 1] for n in range(60)]
    assert np.mean(linked) > 0.2


def test_turnover_is_that_of_households() -> None:
    drawn = [draw_nature(np.random.default_rng(seed)).turnover for seed in range(6000)]
    assert np.median(drawn) == pytest.approx(MEDIAN_TURNOVER, rel=0.08)
    assert np.mean(drawn) == pytest.approx(MEAN_TURNOVER, rel=0.15)


def test_turnover_that_was_wanted_is_lived(land: Landscape) -> None:
    sold = []
    for seed in range(8):
        life = Life(land, person(seed), ())
        life.live()
        sold.append(sum(order.side < 0 for order in life.orders) / 9 / 3)
    assert np.mean(sold) == pytest.approx(0.9, rel=0.2)


def test_natures_do_not_depend_on_the_biases() -> None:
    plain = draw(np.random.default_rng(4), 80, labels={})
    biased = draw(np.random.default_rng(4), 80, labels={"recency": 3.0, "regret": 1.0})
    assert plain.nature == biased.nature
    assert plain.makings == biased.makings


def test_about_half_have_no_bias() -> None:
    carried = [len(draw(np.random.default_rng(seed), 80).labels) for seed in range(800)]
    assert 0.40 <= np.mean(np.array(carried) == 0) <= 0.60
    assert max(carried) == 3


def test_equal_seeds_make_equal_people() -> None:
    first, second = (next(iter(population(5, 1))) for _ in range(2))
    assert (first.trades, first.labels, first.lost) == (second.trades, second.labels, second.lost)
    assert first.trades


# The quiz tells of loss aversion; the strength of overconfidence is the turnover itself.
@pytest.mark.parametrize("bias", sorted({*BIASES} - {"loss_aversion", "overconfidence"}))
def test_a_bias_of_no_strength_changes_nothing(land: Landscape, bias: str) -> None:
    made = Makings.drawn(np.random.default_rng(1))
    plain = Life(land, person(2, years=2), make_habits({}, made))
    other = Life(land, person(2, years=2), make_habits({bias: 0.0}, made))
    assert plain.live() == other.live()
    assert plain.orders == other.orders


def test_a_bias_changes_what_is_done_and_the_twin_pays_for_it() -> None:
    for investor in single(3, 2, "panic_selling", 3.0):
        assert isinstance(investor, Investor)
        assert set(investor.lost) == {"panic_selling"}
    assert investor.lost["panic_selling"] != 0.0


@pytest.mark.parametrize("habits", ["hazard", "barriers"])
def test_sellers_without_the_bias_treat_gains_and_losses_alike(
    land: Landscape, habits: str
) -> None:
    off = SaleHazard(0.0, 0.5) if habits == "hazard" else RealisationUtility(0.0)
    theta, se = theta_of([examined(land, seed, off) for seed in range(30)])
    assert abs(theta) < 3 * se


def test_hazards_of_the_average_household_give_its_proportions(land: Landscape) -> None:
    found = [examined(land, 100 + seed, SaleHazard(GAIN, 0.5)) for seed in range(30)]
    theta, se = theta_of(found)
    assert abs(theta - 0.52) < 3 * se + 0.12  # the V-shape adds a little
    assert _pooled_ratio(found) == pytest.approx(0.148 / 0.098, rel=0.25)  # Odean 1998


def test_barriers_give_more_realised_gains_than_losses(land: Landscape) -> None:
    found = [examined(land, 200 + seed, RealisationUtility(0.33, 1.5)) for seed in range(30)]
    assert _pooled_ratio(found) == pytest.approx(0.148 / 0.098, rel=0.3)


def _pooled_ratio(found: list[BiasFinding]) -> float:
    counts = {key: sum(one.measures[key] for one in found) for key in ("rg", "pg", "rl", "pl")}
    gains = counts["rg"] / (counts["rg"] + counts["pg"])
    return gains / (counts["rl"] / (counts["rl"] + counts["pl"]))


def test_barriers_are_those_of_realisation_utility() -> None:
    lower, upper = barriers(1.0)
    assert 0 < lower < 1 < upper < 1.5  # small gains are taken soon, losses late
    assert abs(log(lower)) > 3 * log(upper)
    assert barriers(2.5)[0] < lower  # who minds losses more realises them later


def test_whoever_minds_losses_refuses_more_bets() -> None:
    calm = next(
        m
        for m in (Makings.drawn(np.random.default_rng(s)) for s in range(50))
        if m.quiz is not None
    )
    fearful, fair = (answer_quiz(labels, calm) for labels in ({"loss_aversion": 1.0}, {}))
    assert fearful is not None
    assert fair is not None
    assert (fearful.accepted or 0.0) < (fair.accepted or 0.0)


@pytest.mark.parametrize("kind", sorted(nulls.KINDS))
def test_the_confusable_trade_too(land: Landscape, kind: str) -> None:
    habit = nulls.KINDS[kind](np.random.default_rng(3))
    life = Life(land, person(6), [] if habit is None else [habit])
    life.live()
    assert len(life.orders) > 12
    assert {order.side for order in life.orders} >= {1}


def test_a_life_is_cut_where_its_decisions_suffice() -> None:
    drawn = draw(np.random.default_rng(8), 40, labels={"sunk_cost": 2.0})
    land = Landscape(settle("regimes", 2, names=60))
    found = live(drawn, land, "someone")
    assert found.labels == {"sunk_cost": 2.0}
    assert found.until <= found.prices.days[-1].item()
