"""The jackknife of blocks: what it leaves out, and how near it comes to the bootstrap."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from engine.inference.blocks import jackknife_error, leave_out_blocks
from engine.inference.bootstrap import resample_days


def test_each_block_is_left_out_once_and_wraps_round() -> None:
    values = np.arange(50.0)[:, None]
    without = leave_out_blocks(values)[:, 0]
    assert without[0] == pytest.approx(values.sum() - np.arange(21).sum())
    assert without[3] == pytest.approx(values.sum() - np.arange(3, 24).sum())
    assert without[49] == pytest.approx(values.sum() - 49 - np.arange(20).sum())


def test_the_error_of_a_log_ratio_is_that_of_the_bootstrap() -> None:
    rng = np.random.default_rng(5)
    values = rng.poisson(0.3, size=(1000, 2)).astype(np.float64)
    without = leave_out_blocks(values)
    jack = jackknife_error(np.log(without[:, 0] / without[:, 1]))
    drawn = resample_days(np.arange(1000), values, 1000, rng)
    assert jack == pytest.approx(float(np.log(drawn[:, 0] / drawn[:, 1]).std()), rel=0.15)


def test_too_few_days_have_no_error() -> None:
    assert isnan(jackknife_error(np.zeros(0)))
    assert isnan(jackknife_error(np.zeros(10)))
    assert isnan(jackknife_error(np.full(60, np.nan)))
    assert leave_out_blocks(np.zeros((0, 4))).shape == (0, 4)
