"""Resampled blocks of days keep the mean, know the spread, and leave zeros exactly zero."""

from __future__ import annotations

import numpy as np
import pytest

from engine.inference.bootstrap import resample_days


def test_the_mean_of_the_replications_is_the_sum() -> None:
    rng = np.random.default_rng(1)
    day, values = np.arange(5000), rng.normal(1, 1, (5000, 1))
    sums = resample_days(day, values, 5000, np.random.default_rng(2), 2000)
    assert sums.mean() == pytest.approx(values.sum(), rel=0.01)
    assert sums.std() == pytest.approx(np.sqrt(5000), rel=0.15)  # independent days, variance 1


def test_neighbouring_days_stay_together() -> None:
    """Runs of 21 equal days: the spread is that of the runs, √21 times that of single days."""
    rng = np.random.default_rng(1)
    values = np.repeat(rng.normal(0, 1, 60), 21)[:, None]
    sums = resample_days(np.arange(1260), values, 1260, np.random.default_rng(2), 2000)
    assert sums.std() > 2.5 * np.sqrt(1260)


def test_zeros_stay_zero_and_equal_columns_equal() -> None:
    values = np.stack([np.zeros(40), np.full(40, 0.1), np.full(40, 0.1)], axis=1)
    sums = resample_days(np.arange(40) * 3, values, 120, np.random.default_rng(2))
    assert not sums[:, 0].any()
    assert np.array_equal(sums[:, 1], sums[:, 2])


def test_the_same_randomness_gives_the_same_numbers() -> None:
    values = np.arange(30.0)[:, None]
    one, other = (
        resample_days(np.arange(30), values, 30, np.random.default_rng(5)) for _ in range(2)
    )
    assert np.array_equal(one, other)


def test_a_record_shorter_than_a_block() -> None:
    sums = resample_days(np.array([0, 1]), np.array([[1.0], [2.0]]), 2, np.random.default_rng(1), 5)
    assert sums[:, 0].tolist() == [3.0] * 5
