"""The biases of buying together: each finds its own, and none is taken for another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cache
from types import ModuleType
from uuid import uuid4

import numpy as np
import pytest
from scipy.stats import rankdata

from engine.biases import attention, familiarity, fomo, lottery, recency, regret
from engine.detection.declaration import P_VALUE
from engine.detection.purchase_bias import attribute
from engine.detection.scoring import attributable, shrink
from engine.diagnosis import BiasFinding, Calibration, Label
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.record import Record, prepare
from engine.record.signals import Signals
from tests.engine.biases.buyers import buyer, made_market, real_market, record_of
from tests.engine.biases.records import flat_prices, trade, trades_of

OURS = {module.BIAS.name: module for module in (recency, lottery, fomo, attention, regret)}
TWICE = {"recency": {"z21": 0.8}, "lottery": {"zmax": 0.6}, "fomo": {"hot": 1.38}}


def market(kind: str, seed: int) -> tuple[Prices, Signals]:
    return real_market(300 + 900 * (seed % 8)) if kind == "real" else made_market(seed % 6)


@cache
def people(kind: str, tilts: tuple[tuple[str, float], ...], count: int) -> tuple[Record, ...]:
    made = []
    for seed in range(count):
        prices, signals = market(kind, seed)
        first = 10_000 * len(tilts) + sum(ord(c) for name, _ in tilts for c in name) * 100
        made.append(record_of(buyer(prices, signals, first + seed, dict(tilts)), prices, signals))
    return tuple(made)


def ranks(kind: str, module: ModuleType, tilts: Mapping[str, float], count: int) -> float:
    """AUC of θ / s of those with the tilts against those without."""
    scores = []
    for group in ((), tuple(tilts.items())):
        found = [module.detect(record, None) for record in people(kind, group, count)]
        scores.append([f.theta / f.se for f in found if not np.isnan(f.theta)])
    order = rankdata(scores[0] + scores[1])[len(scores[0]) :]
    n, m = len(scores[1]), len(scores[0])
    return float((order.sum() - n * (n + 1) / 2) / (n * m))


@pytest.mark.parametrize("kind", ["real", "made"])
@pytest.mark.parametrize("agent", list(TWICE))
def test_one_habit_is_not_taken_for_another(kind: str, agent: str) -> None:
    """Twice the published effect, 2 years, 75 trades (cross_talk_joint_clogit.json). With 50 people
    on either side an AUC of .5 is known to ± .06."""
    for bias, module in OURS.items():
        if bias == "attention" and kind == "real":
            continue
        score = ranks(kind, module, TWICE[agent], 50)
        if bias == agent:
            assert score >= 0.80, bias
        else:
            assert score <= 0.65, bias


def test_the_check_alone_would_take_recency_for_a_lottery() -> None:
    tilted = [lottery.detect(r, None) for r in people("real", (("z21", 0.8),), 50)]
    alone = np.array([f.measures["check_theta"] / f.measures["check_se"] for f in tilted])
    joint = np.array([f.theta / f.se for f in tilted])
    assert np.mean(alone > 1.645) > 0.3
    assert np.mean(joint > 1.645) < 0.15


@pytest.mark.parametrize("tilts", [{}, {"z252": 0.8}, {"z21": -0.6}])
def test_nulls_are_rejected_as_often_as_said(tilts: dict[str, float]) -> None:
    """People without a bias, momentum investors, contrarians (120 of each: 5 % ± 2)."""
    rejected: dict[str, list[bool]] = {name: [] for name in OURS}
    strong: dict[str, list[bool]] = {name: [] for name in OURS}
    for kind in ("real", "made"):
        for record in people(kind, tuple(tilts.items()), 60):
            for name, module in OURS.items():
                if name == "recency" and "z21" in tilts:
                    continue
                finding = module.detect(record, None)
                if np.isnan(finding.theta):
                    continue
                rejected[name].append(finding.measures[P_VALUE] <= 0.05)
                strong[name].append(finding.intensity >= 50 and finding.p_present >= 0.95)
    for name, found in rejected.items():
        if found:
            assert np.mean(found) <= 0.11, name
            assert np.mean(strong[name]) < 0.05, name
    assert 0.02 <= np.mean([one for found in rejected.values() for one in found]) <= 0.08


def test_regret_is_found() -> None:
    z = []
    for seed in range(30):
        prices, signals = market("real", seed)
        trades = buyer(prices, signals, seed, {"regret": 0.92, "sold": 1.0}, buys=60)
        finding = regret.detect(record_of(trades, prices, signals), None)
        assert finding.n >= 15
        assert finding.label is not Label.INSUFFICIENT
        assert finding.measures["check_theta"] == pytest.approx(finding.theta, abs=1.2)
        z.append((finding.theta - 0.92) / finding.se)
    assert abs(np.mean(z)) < 0.5
    assert np.std(z) == pytest.approx(1.0, abs=0.35)


def test_what_they_declare() -> None:
    wanted = {
        "recency": (0.40, 20, Calibration.WEAK),
        "lottery": (0.30, 20, Calibration.WEAK),
        "fomo": (0.69, 20, Calibration.WEAK),
        "attention": (0.30, 20, Calibration.WEAK),
        "regret": (0.46, 15, Calibration.PUBLISHED),
    }
    for name, module in OURS.items():
        bias = module.BIAS
        assert (bias.theta50, bias.n_min, bias.calibration) == wanted[name]


def test_attention_needs_volumes() -> None:
    prices, signals = market("real", 1)
    finding = attention.detect(record_of(buyer(prices, signals, 1, {}), prices, signals), None)
    assert finding.label is Label.INSUFFICIENT
    assert finding.caveats == ("small_universe", "no_volume")
    assert finding.cost is None
    made, known = market("made", 1)
    trades = buyer(made, known, 1, {"zvol": 0.9}, buys=60)
    found = attention.detect(record_of(trades, made, known), None)
    assert found.theta == pytest.approx(0.9, abs=2.5 * found.se)
    assert found.caveats == ()


def test_the_ratio_of_the_definition() -> None:
    """9 hot of 40 purchases where one in twenty is hot."""
    check = fomo.ratio(9, np.full(40, 0.05))
    assert check.theta == pytest.approx(1.335, abs=5e-4)
    assert check.se == pytest.approx(0.689, abs=5e-4)


def test_one_more_hot_purchase_never_lowers_fomo() -> None:
    prices, signals = market("made", 2)
    trades = buyer(prices, signals, 5, {}, buys=40)
    before = fomo.detect(record_of(trades, prices, signals), None)
    tried = 0
    used = {t.at.date() for t in trades}
    for row in range(300, 700, 40):
        day = prices.days[row].item()
        hot = np.flatnonzero(signals.hot[row] & (np.abs(np.nan_to_num(signals.z21[row])) < 0.5))
        if not len(hot) or day in used:
            continue
        name = prices.symbols[int(hot[0])]
        extra = trade(9000 + row, day, Kind.BUY, name, 30, float(prices.close[row, hot[0]]))
        after = fomo.detect(record_of([*trades, extra], prices, signals), None)
        assert after.theta > before.theta
        assert after.measures["evidence_buys"] == before.measures["evidence_buys"] + 1
        tried += 1
    assert tried >= 3


def finding_of(module: ModuleType, tilts: dict[str, float], kind: str = "real") -> BiasFinding:
    prices, signals = market(kind, 3)
    record = record_of(buyer(prices, signals, 3, tilts, buys=60), prices, signals)
    found = module.detect(record, np.random.default_rng(1))
    assert isinstance(found, BiasFinding)
    return found


@pytest.mark.parametrize(
    ("module", "tilts", "fact"),
    [
        (recency, {"z21": 1.0}, "month_return"),
        (lottery, {"zmax": 1.0}, "best_day"),
        (fomo, {"hot": 2.0}, "week_return"),
    ],
)
def test_evidence_and_cost(module: ModuleType, tilts: dict[str, float], fact: str) -> None:
    finding = finding_of(module, tilts)
    measures = finding.measures
    assert len(finding.evidence) == measures["evidence_buys"] > measures["expected_buys"]
    known = [e for e in finding.evidence if e.kappa is not None]
    assert len(finding.evidence) - len(known) == measures["incomplete"]
    for one in known:
        assert one.kappa == pytest.approx(-one.facts["value"] * one.facts["against"])
        assert {fact, "value", "after", "against"} == set(one.facts)
    if module is recency:
        share = 1 - measures["expected_buys"] / measures["evidence_buys"]
    else:
        shrunk = finding.theta * module.BIAS.theta50**2
        share = 1 - np.exp(-shrunk / (module.BIAS.theta50**2 + finding.se**2))
    assert measures["attributable"] == pytest.approx(share)
    prices, signals = market("real", 3)
    years = record_of(buyer(prices, signals, 3, tilts, buys=60), prices, signals).years(63)
    total = sum(e.kappa for e in known if e.kappa is not None)
    assert finding.cost == pytest.approx(share * total / years)
    assert finding.cost_ci is not None
    assert finding.cost is not None
    assert finding.cost_ci[0] < finding.cost < finding.cost_ci[1]


def test_the_interval_of_a_cost_holds_the_doubt_about_theta() -> None:
    """With the same κ on every day only θ is in doubt: the 90 % interval is the one of its normal
    distribution, and its spread by the days' influence the one of the inverse Hessian."""
    prices, signals = market("real", 3)
    trades = buyer(prices, signals, 3, {"z21": 0.4}, buys=150)
    record = record_of(trades, prices, signals)
    estimate = record.purchases.estimate("z21")
    spread = float(np.sqrt(np.square(estimate.influence).sum()))
    assert spread == pytest.approx(estimate.se, rel=0.2)
    first, length = record.span()
    rows = np.arange(first, first + length)
    rng = np.random.default_rng(1)
    cost, share = attribute(record, estimate, 0.4, rows, np.ones(length), rng)
    ends = estimate.theta + np.array([-1.645, 1.645]) * spread
    wanted = attributable(shrink(ends, estimate.se, 0.4)) * length / record.years(63)
    assert cost.interval == pytest.approx(tuple(wanted), rel=0.15)
    assert cost.yearly == pytest.approx(share * length / record.years(63))


def test_who_chases_the_month_is_not_said_to_fear_missing_out() -> None:
    """They do buy hot shares, as those rose last month; by their share alone 3 in 10 would be."""
    tilted = [fomo.detect(r, None) for r in people("made", (("z21", 0.8),), 50)]
    assert np.mean([f.measures[P_VALUE] <= 0.05 for f in tilted]) <= 0.14
    hot = sum(f.measures["evidence_buys"] for f in tilted)
    assert hot > 1.4 * sum(f.measures["expected_buys"] for f in tilted)


def proposal(symbol: str, prices: Prices, row: int, quantity: float = 40.0) -> Trade:
    at = datetime.combine(prices.days[row].item(), time(15), UTC)
    price = Decimal(str(float(prices.close[row, prices.column(symbol)])))
    return Trade(uuid4(), at, Kind.BUY, symbol, Decimal(str(quantity)), price)


@pytest.mark.parametrize(
    ("module", "term", "fact", "shown"),
    [
        (recency, "z21", "month_return", "month"),
        (lottery, "zmax", "best_day", "best"),
        (attention, "zvol", "volume_z", "zvol"),
    ],
)
def test_before_a_purchase_of_the_top_fifth(
    module: ModuleType, term: str, fact: str, shown: str
) -> None:
    prices, signals = market("made", 3)
    row = len(prices.days) - 1
    record = record_of(buyer(prices, signals, 3, {term: 1.0}, buys=60), prices, signals)
    order = np.argsort(-getattr(signals, term)[row])
    names = [prices.symbols[int(n)] for n in order]
    fed = [n for n in names if module.feeds(record, proposal(n, prices, row, 500))]
    assert fed == names[:12]
    proposed = proposal(names[0], prices, row)
    assert not module.feeds(record, replace(proposed, planned=True))
    assert not module.feeds(record, replace(proposed, kind=Kind.SELL))
    assert not module.feeds(record, replace(proposed, symbol="NOWHERE"))
    facts = module.facts(record, proposed, module.detect(record, None))
    assert facts["symbol"] == names[0]
    assert facts[fact] == pytest.approx(getattr(signals, shown)[row, order[0]])
    assert {"evidence_buys", "buys", "expected_buys", "median_after", "n", "horizon"} <= set(facts)


def test_before_a_hot_purchase_the_day_itself_is_not_looked_at() -> None:
    prices, signals = market("made", 3)
    row = 600
    while not signals.hot[row].any():
        row += 1
    name = prices.symbols[int(np.flatnonzero(signals.hot[row])[0])]
    trades = buyer(prices, signals, 3, {}, buys=40)
    day = prices.days[row].item()
    for known in (prices, prices.until(prices.days[row - 1].item())):
        record = prepare(trades, known, until=day)
        assert fomo.feeds(record, proposal(name, prices, row, 500))
        finding = fomo.detect(record, None)
        facts = fomo.facts(record, proposal(name, prices, row), finding)
        assert facts["week_return"] == pytest.approx(signals.week[row, prices.column(name)])
    cold = prices.symbols[int(np.flatnonzero(~signals.hot[row])[0])]
    assert not fomo.feeds(record, proposal(cold, prices, row, 500))


REGRET = """2024-01-02 buy 10 A 80
    2024-01-02 buy 10 B 120
    2024-01-02 buy 10 C 100
    2024-01-02 buy 10 D 80
    2024-01-09 sell 10 A 110
    2024-01-10 sell 10 B 90
    2024-01-10 sell 5 D 90
    2024-01-16 buy 10 A 100"""


def test_a_comfortable_repurchase_and_its_cost() -> None:
    """A: sold at 110 with a gain, bought back at 100. B, sold at a loss and dearer, was avoided."""
    closes = {"A": [100.0] * 16 + [95.0] * 30, "B": [100.0] * 16 + [120.0] * 30}
    prices = flat_prices("2024-01-01", 46, closes | {"C": 100.0, "D": 100.0})
    day = prices.days[-1].item()
    record = prepare(trades_of(REGRET), prices, until=day, horizon=10)
    finding = regret.detect(record, None)
    assert (finding.n, finding.measures["comfortable"]) == (1, 1)
    (evidence,) = finding.evidence
    assert evidence.symbol == "A"
    assert evidence.kappa == pytest.approx(1000 * (0.20 + 0.05))
    assert evidence.facts["since_sale"] == pytest.approx(100 / 110 - 1)
    assert evidence.facts["prior_gain"] == pytest.approx(110 / 80 - 1)
    assert finding.theta > 0


def test_before_a_repurchase() -> None:
    prices = flat_prices("2024-01-01", 46, {"A": 100.0, "B": 100.0, "C": 100.0, "D": 100.0})
    trades = trades_of("\n".join(REGRET.splitlines()[:-1]))
    record = prepare(trades, prices, until=prices.days[-1].item())
    fed = {n: regret.feeds(record, proposal(n, prices, 45, 10)) for n in "ABCD"}
    assert fed == {"A": True, "B": False, "C": False, "D": False}
    proposed = proposal("A", prices, 45, 10)
    assert not regret.feeds(record, replace(proposed, price=Decimal(115)))
    facts = regret.facts(record, proposed, regret.detect(record, None))
    assert facts["since_sale"] == pytest.approx(100 / 110 - 1)
    assert facts["n"] == 0.0


def test_familiar_names() -> None:
    prices = flat_prices("2024-01-01", 40, dict.fromkeys("ABCD", 100.0))
    lines = ["2024-01-02 buy 10 A 100", "2024-01-09 buy 10 A 100", "2024-01-16 buy 10 B 100"]
    record = prepare(trades_of("\n".join(lines)), prices, until=prices.days[-1].item())
    finding = familiarity.detect(record, None)
    assert finding.measures["familiar_buys"] == 1
    assert finding.measures["expected_buys"] == pytest.approx(0.5)
    assert finding.label is Label.INSUFFICIENT
    often = finding_of(familiarity, {"familiar": 2.0})
    assert often.label is Label.MEASURED
    assert often.theta > 0
