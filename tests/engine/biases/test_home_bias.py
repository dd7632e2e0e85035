"""Home bias: described against the world's markets, never tested."""

from __future__ import annotations

from math import isnan

import pytest

from engine.biases.home_bias import detect
from engine.detection.finding import BiasFinding, Label
from engine.market.world import world_share
from engine.record.context import Context
from engine.record.record import prepare
from tests.engine.biases.records import flat_prices, trades_of

PRICES = flat_prices("2024-01-01", 90, {"A": 10.0, "B": 10.0, "C": 10.0, "D": 10.0})
TRADES = trades_of(
    """2024-01-02 buy 60 A 10
    2024-01-02 buy 20 B 10
    2024-01-02 buy 20 C 10"""
)
PLACES = {"A": "DE", "B": "DE", "C": "US"}


def found(**known: object) -> BiasFinding:
    assert PRICES.last_day is not None
    context = Context(**known)  # type: ignore[arg-type]
    return detect(prepare(TRADES, PRICES, until=PRICES.last_day, context=context), None)


def test_the_share_at_home_against_the_worlds() -> None:
    finding = found(countries=PLACES, home="de", employer="B")
    world = world_share("DE")
    assert world is not None
    value = 1 - 0.2 / (1 - world)
    assert finding.theta == pytest.approx(value)
    assert finding.intensity == pytest.approx(100 * (1 - 2 ** (-value / 0.5)))
    assert (finding.label, finding.n, finding.cost) == (Label.MEASURED, 3, None)
    assert finding.measures["home_share"] == pytest.approx(0.8)
    assert finding.measures["employer_share"] == pytest.approx(0.2)
    assert finding.caveats == ("approximate_world_shares",)
    assert not finding.detected
    assert isnan(finding.p_present)


def test_more_abroad_than_the_world_is_no_bias() -> None:
    finding = found(countries=PLACES, home="US")
    assert finding.theta < 0
    assert finding.intensity == 0


def test_names_without_a_country_are_left_out_and_said() -> None:
    finding = found(countries={"B": "DE", "C": "US", "A": ""}, home="DE")
    assert finding.measures["home_share"] == pytest.approx(0.5)
    assert finding.measures["unplaced_share"] == pytest.approx(0.6)
    assert "countries_incomplete" in finding.caveats
    assert finding.label is Label.INSUFFICIENT  # two holdings are too few


@pytest.mark.parametrize(
    ("known", "caveat"),
    [
        ({}, "no_countries"),
        ({"home": "DE"}, "no_countries"),
        ({"countries": PLACES}, "no_countries"),
        ({"countries": PLACES, "home": "XX"}, "home_unknown"),
    ],
)
def test_what_is_missing_is_said(known: dict[str, object], caveat: str) -> None:
    finding = found(**known)
    assert finding.label is Label.INSUFFICIENT
    assert finding.caveats == (caveat,)


def test_nobody_without_trades() -> None:
    assert PRICES.last_day is not None
    context = Context(countries=PLACES, home="DE")
    finding = detect(prepare([], PRICES, until=PRICES.last_day, context=context), None)
    assert finding.label is Label.INSUFFICIENT


def test_the_table_of_the_world_adds_up() -> None:
    codes = [a + b for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    shares = [share for code in codes if (share := world_share(code)) is not None]
    assert 0.97 < sum(shares) <= 1.05
    assert world_share("XX") is None
