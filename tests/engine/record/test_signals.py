"""What was known before the open: by hand, never the future, and with holes in the prices."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.prices import Prices
from engine.record.signals import Signals, read_signals, read_today
from tests.engine.biases.buyers import made_market
from tests.engine.biases.records import flat_prices

ARRAYS = [field.name for field in fields(Signals)][2:]


def rough_prices(seed: int, rows: int = 420, names: int = 7) -> Prices:
    """Late listings, gaps of all lengths, an end, a jump like a split, volumes with holes."""
    rng = np.random.default_rng(seed)
    close = 50 * np.exp(np.cumsum(rng.standard_t(4, (rows, names)) * 0.015, axis=0))
    close[: rng.integers(1, rows // 2), 0] = np.nan
    close[rng.integers(rows // 2, rows) :, 1] = np.nan
    for length in (1, 5, 6, 30):
        start = int(rng.integers(0, rows - 40))
        close[start : start + length, 2] = np.nan
    close[int(rng.integers(5, rows - 5)) :, 3] /= 4
    volume = np.exp(rng.normal(9, 1, (rows, names)))
    volume[rng.random((rows, names)) < 0.05] = np.nan
    days = np.busday_offset(np.datetime64("2015-01-01", "D"), np.arange(rows), roll="forward")
    nothing = [np.full(close.shape, np.nan) for _ in range(3)]
    return Prices(tuple("ABCDEFG"[:names]), days, *nothing, close, volume)


def same(one: Signals, other: Signals, rows: slice, others: slice) -> None:
    for name in ARRAYS:
        np.testing.assert_allclose(
            getattr(one, name)[rows], getattr(other, name)[others], rtol=0, atol=1e-9, err_msg=name
        )


def test_by_hand() -> None:
    """Row 300 of a share whose closes are 1, 2, 3 … above 100, next to one that stands still."""
    path = 100.0 + np.arange(400)
    prices = flat_prices("2015-01-01", 400, {"UP": path, "FLAT": 50.0})
    signals, t = read_signals(prices), 300
    assert signals.month[t, 0] == pytest.approx(path[t - 1] / path[t - 22] - 1)
    assert signals.best[t, 0] == pytest.approx(path[t - 21] / path[t - 22] - 1)
    assert signals.week[t, 0] == pytest.approx(path[t - 1] / path[t - 6] - 1)
    assert signals.high[t].tolist() == [1.0, 1.0]
    for z in (signals.z21, signals.z252, signals.zmax):
        assert z[t] == pytest.approx([1.0, -1.0])
    assert np.isnan(signals.zvol).all()
    assert not signals.hot[:, 1].any()
    first = {name: int(np.argmax(~np.isnan(getattr(signals, name)[:, 0]))) for name in ARRAYS}
    assert (first["week"], first["month"], first["best"]) == (6, 22, 22)
    assert (first["z252"], first["high"]) == (253, 252)
    assert signals.tradable[:, 0].tolist() == [False] + [True] * 399


def test_hot_is_a_week_of_two_ordinary_ones() -> None:
    """Daily moves of ±1 %, then five days that add up to just over or under 2·√5 of them."""
    base = 100 * np.cumprod(np.where(np.arange(100) % 2, 1.01, 0.99))
    usual = np.std(np.where(np.arange(60) % 2, 0.01, -0.01), ddof=1)
    for factor, hot in ((1.02, True), (0.98, False)):
        daily = (1 + factor * 2 * np.sqrt(5) * usual) ** 0.2
        path = np.concatenate([base, base[-1] * daily ** np.arange(1, 6), [1.0]])
        signals = read_signals(flat_prices("2015-01-01", len(path), {"A": path}))
        assert bool(signals.hot[105, 0]) is hot
        assert not signals.hot[:104].any()


def test_hot_is_a_new_high_on_twice_the_volume() -> None:
    path = 100 * 1.0005 ** np.arange(300)
    path[280:] = path[279]  # stands still at the high
    volume = np.full((300, 1), 100.0)
    volume[270], volume[290] = 210.0, 190.0
    flat = flat_prices("2015-01-01", 300, {"A": path})
    hot = read_signals(
        Prices(flat.symbols, flat.days, flat.open, flat.high, flat.low, flat.close, volume)
    ).hot[:, 0]
    assert np.flatnonzero(hot).tolist() == [271]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 419))
def test_no_row_looks_at_its_own_day_or_later(seed: int, row: int) -> None:
    prices = rough_prices(seed)
    whole = read_signals(prices)
    until = read_signals(prices.until(prices.days[row].item()))
    same(whole, until, slice(0, row + 1), slice(None))
    close, volume = prices.close.copy(), prices.volume.copy()
    rng = np.random.default_rng(seed)
    close[row:] *= rng.uniform(0.1, 10, close[row:].shape)
    volume[row:] *= 50
    poisoned = Prices(
        prices.symbols, prices.days, prices.open, prices.high, prices.low, close, volume
    )
    same(whole, read_signals(poisoned), slice(0, row + 1), slice(0, row + 1))
    today = prices.days[row].item()
    same(whole, read_today(prices, today), slice(row, row + 1), slice(None))
    same(whole, read_today(poisoned, today), slice(row, row + 1), slice(None))


def test_holes_and_jumps() -> None:
    path = np.full((120, 3), 100.0) * 1.001 ** np.arange(120)[:, None] * [1.0, 1.01, 1.02]
    path[40:45, 0] = np.nan  # five days are carried
    path[60:66, 0] = np.nan  # the sixth is not
    path[80:, 1] *= 0.5  # like a split that the prices were not adjusted for
    prices = flat_prices("2015-01-01", 120, {"A": path[:, 0], "B": path[:, 1], "C": path[:, 2]})
    signals = read_signals(prices)
    assert np.flatnonzero(~signals.tradable[:, 0]).tolist() == [0, 66]
    assert signals.tradable[1:, 1].all()
    assert np.flatnonzero(np.isnan(signals.month[23:, 1])).tolist() == list(range(58, 79))
    assert np.nanmin(signals.month) > -0.01


def test_volumes() -> None:
    prices, signals = made_market(1)
    known = signals.zvol[300]
    ratio = prices.volume[299] / prices.volume[48:300].mean(axis=0)
    assert known == pytest.approx((ratio - ratio.mean()) / ratio.std())


def test_nothing_to_read() -> None:
    empty = Prices.from_closes((), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 0)))
    assert read_signals(empty).z21.shape == (0, 0)
    prices = flat_prices("2024-01-01", 3, {"A": 1.0, "B": 2.0})
    assert not read_today(prices, prices.days[0].item()).tradable.any()
    assert read_today(prices, prices.days[1].item()).tradable.all()
