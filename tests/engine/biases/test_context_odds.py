"""The biases that need more than trades, on records and contexts that are small, odd or empty."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from engine.biases import confirmation, herding, home_bias, under_diversification
from engine.detection.finding import Label
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE, Context, Panel
from engine.record.convention import DISCRETIONARY, EVERY_TRADE, Convention
from engine.record.record import prepare
from tests.engine.biases.records import flat_prices, trades_of

NO_PRICES = Prices.from_closes((), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 0)))
PRICES = flat_prices("2024-01-01", 30, {"A": 100.0, "B": 90.0})
NO_DAYS = Panel(("A", "B"), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 2)))
NOTHING_KNOWN = Panel(("A", "B"), PRICES.days, np.full((30, 2), np.nan))
FULL = Panel(("A", "B"), PRICES.days, np.tile([[0.9, 0.1], [0.1, 0.9]], (15, 1)))
OTHERS = Panel(("X",), PRICES.days, np.full((30, 1), 0.5))
CONTEXTS = [
    NOTHING_ELSE,
    *(Context(crowd=p, news=p, sentiment=p) for p in (NO_DAYS, NOTHING_KNOWN, FULL, OTHERS)),
    *(Context(news=p, sentiment=p) for p in (NO_DAYS, NOTHING_KNOWN, FULL, OTHERS)),
    Context(countries={"X": "US"}, home="US", employer="A", benchmark="B"),
    Context(benchmark="NOWHERE"),
]
TEXTS = [
    "",
    "2024-01-02 buy 10 A 100",
    "2024-01-02 sell 10 A 100",
    "2024-01-02 buy 10 A 100\n2024-01-02 sell 10 A 100",
    "2024-01-06 buy 10 NOWHERE 100\n2024-01-20 sell 10 NOWHERE 120",
    "2023-01-02 buy 10 A 100\n2024-01-08 sell 10 A 90\n2024-01-09 buy 5 B 90",
]


@pytest.mark.parametrize("module", [confirmation, herding, home_bias, under_diversification])
@pytest.mark.parametrize("prices", [PRICES, NO_PRICES], ids=["prices", "none"])
@pytest.mark.parametrize("convention", [DISCRETIONARY, EVERY_TRADE], ids=["own", "every"])
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_is_said_and_nothing_breaks(
    module: ModuleType, prices: Prices, convention: Convention, text: str
) -> None:
    trades = trades_of(text) if text else []
    until = PRICES.days[-1].item()
    for context in CONTEXTS:
        record = prepare(trades, prices, until=until, context=context, convention=convention)
        for rng in (None, np.random.default_rng(1)):
            finding = module.detect(record, rng)
            assert finding.label is Label.INSUFFICIENT
            assert not finding.detected
            assert finding.cost is None or np.isfinite(finding.cost)
