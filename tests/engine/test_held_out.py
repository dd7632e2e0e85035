"""The held-out investors and the implanted ledgers: possible, repeatable, and honest twins."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from benchmarks.validation import held_out, implanted
from benchmarks.validation.held_out import BIASES, HABITS, STRENGTHS, Person, mind_of
from benchmarks.validation.held_out_life import Life
from benchmarks.validation.held_out_market import Place, found_place
from benchmarks.validation.held_out_mind import Luck, Mind
from benchmarks.validation.implanted import Implant, NoLedgers
from benchmarks.validation.investor import LEVELS, Investor
from engine.ledger import Kind, book
from engine.prices import Prices


@cache
def people() -> tuple[Investor, ...]:
    return tuple(held_out.population(7, 24))


@cache
def place() -> Place:
    return found_place(3, names=80)


def person(seed: int, labels: dict[str, float]) -> Person:
    return held_out.draw(np.random.default_rng(seed), 80, labels)


def life(seed: int, mind: Mind) -> Life:
    nature = replace(person(seed, {}).nature, exits=1.0, positions=8)
    luck = Luck.drawn(seed, nature.last - nature.first + 1, len(place().prices.symbols))
    return Life(place(), nature, mind, luck).live()


def same(one: Investor, other: Investor) -> bool:
    plain = ("name", "family", "trades", "until", "labels", "exposure", "market", "lost", "unclear")
    return all(getattr(one, name) == getattr(other, name) for name in plain) and bool(
        np.array_equal(one.prices.close, other.prices.close, equal_nan=True)
    )


def assert_possible(prices: Prices, investor: Investor) -> None:
    """Never more sold than held, and every price within the day's range."""
    book(investor.trades)
    assert len({trade.id for trade in investor.trades}) == len(investor.trades)
    assert [t.at for t in investor.trades] == sorted(t.at for t in investor.trades)
    assert investor.trades[-1].at.date() <= investor.until
    for trade in investor.trades:
        bar = prices.bar(trade.symbol, trade.at.date())
        assert bar is not None
        assert bar.low is not None
        assert bar.high is not None
        assert bar.low - 1e-4 <= float(trade.price) <= bar.high + 1e-4


def test_ledgers_are_possible() -> None:
    for investor in people():
        assert_possible(investor.prices, investor)


def test_the_seed_decides_everything() -> None:
    again = list(held_out.population(7, 3))
    assert all(same(one, other) for one, other in zip(people(), again, strict=False))
    other = next(iter(held_out.population(8, 1)))
    assert other.trades != people()[0].trades


def test_labels_have_occasions_and_levels() -> None:
    for investor in people():
        assert set(investor.labels) <= set(BIASES)
        assert set(investor.labels.values()) <= set(LEVELS)
        assert set(investor.exposure) == set(investor.labels)
        assert all(count > 0 for count in investor.exposure.values())
        assert set(investor.lost) == set(investor.labels) - {"loss_aversion"}
        assert not set(investor.labels) & investor.unclear - {"loss_aversion"}
        assert investor.family.startswith("null") == (not investor.labels)


def test_half_of_the_people_have_no_bias() -> None:
    drawn = [held_out.draw(np.random.default_rng([5, n]), 40) for n in range(2000)]
    counts = np.bincount([len(one.labels) for one in drawn], minlength=4) / len(drawn)
    assert counts == pytest.approx(held_out.SHARES, abs=0.03)
    assert {one.habit for one in drawn} == {None, *HABITS}
    assert not any(one.labels and one.habit for one in drawn)


def test_a_mind_without_biases_is_plain() -> None:
    assert mind_of({}, 10) == Mind()
    assert Mind().plain
    assert mind_of({"loss_aversion": 3.0}, 10).plain  # told in the quiz alone
    for bias in STRENGTHS:
        made = mind_of({bias: 1.0}, 10)
        assert sum(getattr(made, one.name) != 0 for one in fields(Mind)) == 1


def test_strengths_grow_with_the_level() -> None:
    for name, strengths in STRENGTHS.values():
        assert list(strengths) == sorted(set(strengths)), name
        assert strengths[0] > 0


@pytest.mark.parametrize("bias", sorted(STRENGTHS))
def test_a_bias_switched_off_is_the_plain_investor(bias: str) -> None:
    """Level 0 lives the plain life, order by order; a weak bias changes some of it, since the twins
    meet the same chances; a strong one changes it too."""
    name, strengths = STRENGTHS[bias]
    plain = life(11, Mind())
    assert life(11, replace(Mind(), **{name: 0.0})).orders == plain.orders
    scale = 8 if name == "boredom" else 1
    weak, strong = (
        life(11, replace(Mind(), **{name: strengths[n] * scale})).orders for n in (0, -1)
    )
    assert strong != plain.orders
    assert strong[0].row == plain.orders[0].row
    met = {(one.row, one.name) for one in plain.orders}
    common = met & {(one.row, one.name) for one in weak}
    assert len(common) > len(met) / 10


def test_the_lost_money_is_the_difference_of_the_twins() -> None:
    someone = person(2, {"recency": 3.0})
    found = held_out.live(someone, place(), "x")
    nature = someone.nature
    luck = Luck.drawn(someone.seed, nature.last - nature.first + 1, len(place().prices.symbols))
    biased = Life(place(), nature, mind_of(someone.labels, 8), luck, someone.size).live()
    plain = Life(place(), replace(nature, last=biased.row), Mind(), luck).live()
    years = (biased.row - nature.first + 1) / 252
    assert found.lost["recency"] == pytest.approx((plain.money - biased.money) / years)
    assert plain.row == biased.row


def test_impressions_do_not_look_ahead() -> None:
    """What people see on a day does not change when that day's and later prices do."""
    from benchmarks.validation.held_out_impressions import impress

    prices, day = place().prices, 900
    moves = np.diff(np.log(prices.close), axis=0, prepend=np.nan)
    moves[0] = np.where(np.isnan(prices.close[0]), np.nan, 0.0)
    other = prices.close.copy()
    other[day:] *= np.random.default_rng(1).uniform(0.5, 2, other[day:].shape)
    changed = np.diff(np.log(other), axis=0, prepend=np.nan)
    changed[0] = moves[0]
    volume = prices.volume.copy()
    volume[day:] *= 3
    altered = Prices(
        prices.symbols, prices.days, prices.open, prices.high, prices.low, other, volume
    )
    one = impress(prices, moves, place().sector)
    two = impress(altered, changed, place().sector)
    for name in ("surprise", "salience", "surge", "runaway", "high", "group"):
        np.testing.assert_array_equal(getattr(one, name)[: day + 1], getattr(two, name)[: day + 1])


def test_the_market_has_no_momentum() -> None:
    """Over names, a month does not foretell the next; the average over many months is nothing."""
    found = []
    for seed in (21, 22):
        close = np.log(found_place(seed).prices.close)
        month = close[21:] - close[:-21]
        for row in range(0, len(month) - 21, 21):
            known = ~np.isnan(month[row] + month[row + 21])
            found.append(np.corrcoef(month[row, known], month[row + 21, known])[0, 1])
    assert abs(np.mean(found)) < 0.05


def test_everything_known_is_there() -> None:
    home = place()
    assert home.crowd.values.shape == home.news.values.shape == home.prices.close.shape
    assert np.isnan(home.prices.close).any()  # late and delisted names
    assert 0.3 < np.nanmean(home.crowd.values) < 0.7
    assert home.signals.symbols == home.prices.symbols


# Layer D


@cache
def implants() -> tuple[Investor, ...]:
    try:
        return tuple(implanted.population(4, 15))
    except NoLedgers as missing:
        pytest.skip(str(missing))


def test_implanted_ledgers_are_possible_and_repeatable() -> None:
    for investor in implants():
        assert_possible(investor.prices, investor)
        assert 450 < len(investor.trades) <= 496
    again = implanted.population(4, 15)
    assert all(same(one, other) for one, other in zip(implants(), again, strict=True))


def test_without_a_share_the_ledger_stays_real() -> None:
    implants()
    for ledger in implanted.read_ledgers():
        made = implanted.plant(
            ledger, Implant("disposition", 3.0, 0.0), np.random.default_rng(1), "x"
        )
        real = list(zip(ledger.moments, ledger.asset, strict=True))
        told = {(trade.at, ledger.symbols.index(trade.symbol)) for trade in made.trades}
        assert told <= set(real)
        assert made.labels == {}
        assert "disposition" in made.unclear


def test_an_implanted_tilt_is_found_again() -> None:
    """More of what is sold is a gain when every sale is drawn again with a tilt to gains."""
    implants()
    found = {}
    for level in (0.0, 3.0):
        won = fair = 0
        for ledger in implanted.read_ledgers():
            made = implanted.plant(
                ledger, Implant("disposition", level, 1.0), np.random.default_rng(9), "x"
            )
            closed = book(made.trades).closures
            gains = [closure.gain > 0 for closure in closed]
            won, fair = won + sum(gains), fair + len(gains)
        found[level] = won / fair
    assert found[3.0] > found[0.0] + 0.05


def test_only_the_chosen_kind_of_choice_is_drawn_again() -> None:
    implants()
    ledger = implanted.read_ledgers()[1]
    rng = np.random.default_rng(3)
    made = implanted.plant(ledger, Implant("disposition", 2.0, 1.0), rng, "x")
    bought = [t.symbol for t in made.trades if t.kind is Kind.BUY]
    real = [ledger.symbols[a] for a, b in zip(ledger.asset, ledger.buys, strict=True) if b]
    assert bought == real
