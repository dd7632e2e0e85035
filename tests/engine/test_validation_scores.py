"""The scores against brute force, the noise of files, and a smoke run of the whole validation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.validation.__main__ import main
from benchmarks.validation.assessments import TESTED
from benchmarks.validation.holes import damage
from benchmarks.validation.markets import settle
from benchmarks.validation.noise import CHANCES, muddle
from benchmarks.validation.people import draw, single
from benchmarks.validation.scores import (
    average_precision,
    covered,
    interval,
    reliability_slope,
    roc_auc,
)
from tests.engine.biases.records import random_trader

scored = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30)


@given(scored)
def test_auc_is_the_chance_of_the_right_order(pairs: list[tuple[int, bool]]) -> None:
    score = np.array([float(value) for value, _ in pairs])
    positive = np.array([flag for _, flag in pairs])
    if positive.all() or not positive.any():
        assert np.isnan(roc_auc(score, positive))
        return
    gaps = score[positive][:, None] - score[~positive][None, :]
    assert roc_auc(score, positive) == pytest.approx(np.mean((gaps > 0) + 0.5 * (gaps == 0)))


def test_average_precision_of_a_known_order() -> None:
    score, positive = np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, True, False])
    assert average_precision(score, positive) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)
    assert average_precision(np.zeros(4), positive) == pytest.approx(0.5)


def test_honest_odds_have_slope_one_and_bold_ones_less() -> None:
    rng = np.random.default_rng(1)
    odds = rng.normal(0, 1.5, 20_000)
    truth = rng.random(20_000) < 1 / (1 + np.exp(-odds))
    assert reliability_slope(1 / (1 + np.exp(-odds)), truth) == pytest.approx(1.0, abs=0.06)
    assert reliability_slope(1 / (1 + np.exp(-2 * odds)), truth) < 0.6


def test_honest_intervals_cover_nine_in_ten() -> None:
    rng = np.random.default_rng(2)
    se = rng.uniform(0.2, 1.0, 20_000)
    assert covered(rng.normal(0.5, se), se, np.full(20_000, 0.5)) == pytest.approx(0.90, abs=0.01)


def test_the_interval_of_an_auc_holds_it() -> None:
    rng = np.random.default_rng(3)
    positive = np.arange(120) < 40
    score = rng.normal(positive * 1.0, 1.0)
    low, high = interval(roc_auc, score, positive, np.random.default_rng(4))
    assert low < roc_auc(score, positive) < high
    assert 0.05 < high - low < 0.25


def test_prices_are_damaged_but_not_beyond_use() -> None:
    whole = settle("garch", 1, names=60, rows=900).prices
    shown, splits = damage(np.random.default_rng(1), whole)
    lost = np.isnan(shown.close)
    assert 0.002 < lost.mean() < 0.03
    assert splits
    for name, (row, factor) in splits.items():
        ratio = shown.close[:row, name] / whole.close[:row, name]
        assert np.allclose(ratio[~np.isnan(ratio)], factor)


def test_every_flaw_of_a_file_occurs() -> None:
    prices = settle("garch", 1, names=60, rows=900).prices
    trades = random_trader(prices, 1, days=60)
    seen = set()
    for seed in range(60):
        found, flaws = muddle(np.random.default_rng(seed), trades)
        seen |= set(flaws)
        assert (found == trades) <= (not flaws or flaws == ("empty rows",))
        assert len({one.id for one in found}) == len(found)
    assert seen == set(CHANCES)


def test_who_has_one_bias_only_has_that_one() -> None:
    found = list(single(1, 2, "regret", 2.0, size=20))
    assert [dict(one.labels) for one in found] == [{"regret": 2.0}] * 2
    assert draw(np.random.default_rng(1), 20, labels={}).null is None


def test_a_quick_run_writes_every_table(tmp_path: Path) -> None:
    kept = tmp_path / "rows"
    asked = ["--quick", "--cores", "1", "--out", str(tmp_path), "--resume", str(kept)]
    assert main(asked) == 0
    text = (tmp_path / "validation.md").read_text()
    for bias in TESTED:
        assert f"## {bias}\n" in text
    figures = json.loads((tmp_path / "results.json").read_text())
    assert figures["people"] == {"in-family": 10}
    assert len(figures["cells"]) == 5 * len(TESTED)
    assert figures["seeds"]
    before = kept.read_text()
    assert main(asked) == 0  # everything is there already
    assert kept.read_text() == before
    assert json.loads((tmp_path / "results.json").read_text())["cells"] == figures["cells"]
