"""A person's own history changed in one way: exact money by hand, and what must always hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.backtest.change import (
    Change,
    Financing,
    Question,
    UnknownName,
    UnknownTrades,
)
from engine.backtest.counterfactuals.registry import change_named, changes
from engine.backtest.own_benchmark import compare_years
from engine.backtest.undoing import Undo, rewrite
from engine.backtest.what_if import Outcome, answer
from engine.ledger import Kind, NoPrice, Rules, Trade, book
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE
from engine.record.record import prepare
from engine.returns import NoReturn
from tests.engine.backtest.trading import (
    LAST,
    WALK,
    closes,
    one_trade,
    ten_thousand,
    those_that_fit,
)
from tests.engine.biases.records import real_prices
from tests.engine.ledger_text import trades

END = date(2024, 1, 4)


def undoing(*undos: Undo) -> Change:
    return Change("test", lambda question: undos, financing=Financing.CASH)


def without(told: Sequence[Trade], prices: Prices, *numbers: int, **wishes: object) -> Outcome:
    ids = frozenset(UUID(int=n) for n in numbers)
    question = Question(told, prices, prices.days[-1].item(), ids=ids)
    return answer(change_named("without_trades"), question, **wishes)  # type: ignore[arg-type]


def test_a_sale_that_was_not_made_brings_no_money() -> None:
    told = trades("2024-01-01 buy 10 A 10 fee 1\n2024-01-02 sell 5 A 12 fee 1")
    found = without(told, closes("2024-01-01", A=[10, 12, 15, 20]), 2)
    assert found.changed.worth[:, 0].tolist() == [100, 120, 150, 200]
    assert found.changed.cash.tolist() == [0, -59, -59, -59]
    assert found.changed.flows.tolist() == found.actual.flows.tolist() == [101, -59, 0, 0]
    assert found.difference.tolist() == [0, 1, 16, 41]
    assert (found.total, found.share, found.borrowed) == (41, 41 / 100, 59)
    assert found.changed.imbalance() < 1e-15
    assert (found.hindsight.known, found.hindsight.worse) == (1, 0)
    assert without(told, closes("2024-01-01", A=[10, 12, 15, 11]), 2).hindsight.worse == 1


def test_the_money_of_a_sale_that_was_not_made_comes_from_everything_else() -> None:
    told = trades(
        """
        2024-01-01 deposit 200
        2024-01-01 buy 10 A 10
        2024-01-01 buy 10 B 10
        2024-01-02 sell 5 A 12
        2024-01-02 withdrawal 60
        """
    )
    prices = closes("2024-01-01", A=[10, 12, 15, 20], B=[10, 10, 10, 10])
    lent = without(told, prices, 4)
    assert lent.changed.cash.tolist() == [0, -60, -60, -60]
    found = without(told, prices, 4, financing=Financing.SHARES)
    # 220 held, 60 needed: 8/11 of all shares stay, and grow from 160 to 8/11 of 300
    assert found.changed.cash == pytest.approx([0, 0, 0, 0], abs=1e-12)
    assert found.changed.values == pytest.approx([200, 160, 160 + 8 / 11 * 30, 8 / 11 * 300])
    assert found.changed.imbalance() < 1e-15
    assert found.total == pytest.approx(8 / 11 * 300 - 200)
    assert found.borrowed == pytest.approx(0, abs=1e-12)
    # the mix of shares is that of the ledger either way
    assert found.largest[1] == ("A", pytest.approx(2 / 3))
    assert found.volatility[1] == pytest.approx(lent.volatility[1])


def test_a_sale_is_cut_to_the_shares_that_are_there() -> None:
    told = trades(
        """
        2024-01-01 buy 10 A 10
        2024-01-02 buy 10 A 12
        2024-01-03 sell 15 A 15 fee 3
        """
    )
    prices = closes("2024-01-01", A=[10, 12, 15, 20])
    found = without(told, prices, 2)
    assert len(found.rewritten.cut) == 1
    assert found.rewritten.trades[-1].quantity == 10
    assert found.rewritten.trades[-1].fee == 2
    assert found.total == (-100 + 150 - 2) - (-220 + 225 - 3 + 100)
    # without both nothing is cut, and everything that is left is the rest
    both = without(told, prices, 2, 3)
    assert len(both.rewritten.cut) == 0
    assert both.changed.worth[-1].tolist() == [200]
    nothing = without(told, prices, 1, 2, 3)
    assert nothing.changed.values.tolist() == pytest.approx(np.cumsum(found.actual.flows))
    assert nothing.total == -102


def test_dividends_follow_the_shares_and_splits_stay_in_the_prices() -> None:
    told = trades(
        """
        2024-01-01 buy 10 A 100
        2024-01-02 sell 10 A 110
        2024-01-02 buy 10 A 110
        2024-01-03 split 10 A
        2024-01-04 dividend 100 A 0.5
        """
    )
    prices = closes("2024-01-01", A=[10, 11, 12, 13])
    kept = without(told, prices, 2)
    assert kept.changed.worth[:, 0].tolist() == [1000, 2200, 2400, 2600]
    assert kept.changed.dividends[-1].tolist() == [100]
    assert kept.total == 1300 - 1100 + 50
    sold = without(told, prices, 3)
    assert [t.kind for t in sold.rewritten.splits] == [Kind.SPLIT]
    assert sold.changed.worth[:, 0].tolist() == [1000, 0, 0, 0]
    assert sold.changed.dividends[-1].tolist() == [0]
    assert sold.total == 1100 - 1300 - 50


def test_what_is_put_off_is_made_at_a_close_and_pays_its_fee_then() -> None:
    told = trades("2024-01-01 buy 10 A 10 fee 1\n2024-01-02 sell 10 A 12 fee 2")
    prices = closes("2024-01-01", A=[10, 12, 15, 20])
    later = Undo(((UUID(int=2), 1.0),), date(2024, 1, 3))
    question = Question(told, prices, END)
    found = answer(undoing(later), question)
    assert found.changed.worth[:, 0].tolist() == [100, 120, 0, 0]
    assert found.difference.tolist() == [0, 2, 30, 30]
    assert answer(undoing(replace(later, free=True)), question).total == 32
    half = answer(undoing(Undo(((UUID(int=2), 0.5),), date(2024, 1, 3))), question)
    assert half.difference.tolist() == [0, 1, 15, 15]
    # the money of a purchase is in the market meanwhile: the mean of A and B
    prices = closes("2024-01-01", A=[10, 10, 15, 15], B=[10, 15, 15, 15])
    instead = Undo(((UUID(int=1), 1.0),), date(2024, 1, 3), market=True)
    found = answer(undoing(instead), Question(told[:1], prices, END))
    grown = 1.25 * 1.25  # (0 + 0.5) / 2, then (0.5 + 0) / 2
    assert found.difference == pytest.approx([0, 25, 100 * grown - 150, 100 * grown - 150])
    # sold before: the market is left on that day, and nothing is bought later
    early = trades("2024-01-01 buy 10 A 10 fee 1\n2024-01-02 sell 10 A 10")
    found = answer(undoing(instead), Question(early, prices, END))
    assert found.difference == pytest.approx([0, 25, 25, 25])
    assert len(found.rewritten.cut) == 1


def test_interest_on_what_cash_is_more_or_less() -> None:
    told = trades("2024-01-01 buy 10 A 10\n2024-01-02 sell 5 A 12")
    prices = closes("2024-01-01", A=[10, 12, 15, 20])
    found = without(told, prices, 2, rate=0.1)
    assert found.total == pytest.approx(100 - 60 * 1.1 ** (2 / 365))
    assert found.changed.imbalance() < 1e-15


def test_interest_that_the_person_was_paid_stays() -> None:
    told = trades(
        """
        2024-01-01 buy 10 A 10
        2024-01-02 interest 5
        2024-01-02 sell 5 A 12
        """
    )
    prices = closes("2024-01-01", A=[10, 12, 15, 20])
    for chosen in Financing:
        found = without(told, prices, 3, financing=chosen)
        assert found.changed.interest.tolist() == [0, 5, 0, 0]
        assert found.changed.imbalance() < 1e-15


def test_frozen_at_the_first_of_january() -> None:
    told = trades(
        """
        2023-12-30 buy 10 A 10
        2024-01-02 sell 10 A 11 fee 1
        2024-01-02 buy 11 B 10 fee 1
        """
    )
    days = np.array(["2023-12-30", "2024-01-01", "2024-01-02", "2024-12-31", "2025-01-02"])
    table = np.array([[10, 10], [10, 10], [11, 10], [20, 11], [10, 22.0]])
    prices = Prices.from_closes(("A", "B"), days.astype("datetime64[D]"), table)
    question = Question(told, prices, date(2025, 1, 2))
    found = answer(change_named("frozen_january"), question)
    # 10 A through 2024, worth 200; then the 11 B that were really held, and the cash of the rest
    assert found.changed.worth.tolist() == [[100, 0], [100, 0], [110, 0], [0, 121], [0, 242]]
    assert found.difference.tolist() == pytest.approx([0, 0, 2, 81, 81])
    first, second = compare_years(found.actual, found.changed)
    assert (first.year, second.year) == (2024, 2025)
    assert first.frozen == pytest.approx(1.0)
    assert first.gross == pytest.approx((1 + 10 / 210) * 1.1 - 1)
    assert first.net == pytest.approx((1 + 8 / 212) * 1.1 - 1)
    assert (second.gross, second.frozen) == (pytest.approx(1.0), pytest.approx(1.0))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(one_trade(), min_size=2, max_size=30),
    st.booleans(),
    st.sampled_from(Financing),
    st.data(),
)
def test_every_cent_of_a_changed_ledger_is_explained(
    told: list[Trade], short: bool, financing: Financing, data: st.DataObject
) -> None:
    rule = Rules(allow_short=short)
    told = those_that_fit(list({t.id: t for t in told}.values()), rule)
    orders = [t for t in told if t.kind in (Kind.BUY, Kind.SELL)]
    assume(orders)
    chosen = data.draw(st.lists(st.sampled_from(orders), min_size=1, unique=True))
    undos = [
        Undo(
            ((trade.id, data.draw(st.sampled_from([1.0, 1.0, 0.3]))),),
            data.draw(st.one_of(st.none(), st.sampled_from(WALK.days.tolist()))),
            data.draw(st.booleans()),
            data.draw(st.booleans()),
        )
        for trade in chosen
    ]
    question = Question(told, WALK, LAST, rule)
    found = answer(undoing(*undos), question, financing=financing)
    scale = 1.0 + float(
        np.abs(found.changed.worth).max(initial=0.0) + np.abs(found.actual.traded).max()
    )
    assert found.changed.imbalance() * np.abs(found.changed.values).max(initial=0) < 1e-9 * scale
    assert found.changed.flows.tolist() == found.actual.flows.tolist()
    if financing is Financing.CASH:
        # the exact ledgers say the same of the money
        there, was = (book(one, rule).cash for one in (found.rewritten.trades, told))
        more = found.changed.cash[-1] - found.actual.cash[-1]
        assert more == pytest.approx(float(there - was), rel=1e-9, abs=1e-9 * scale)
    else:
        least = np.minimum(found.actual.cash, 0.0) - found.changed.cash
        worth = found.changed.worth.sum(axis=1)
        assert (least[worth > 1e-6 * scale] < 1e-6 * scale).all()
    if all(one.until for one in undos) and not any(t.kind is Kind.SPLIT for t in told):
        left = {symbol: book(told, rule).held(symbol) for symbol in ("AAPL", "TSLA")}
        after = book(found.rewritten.trades, rule)
        assert {symbol: after.held(symbol) for symbol in left} == left


def test_bad_input_is_said() -> None:
    told = trades("2024-01-01 deposit 100\n2024-01-01 buy 10 A 10")
    prices = closes("2024-01-01", A=[10, 12, 15, 20])
    for wrong in ((), (1,), (7,), (2, 7)):
        with pytest.raises(UnknownTrades):
            without(told, prices, *wrong)
    with pytest.raises(NoReturn):
        without([], prices, 1)
    with pytest.raises(NoPrice):
        without(trades("2024-01-01 buy 1 XYZ 10"), prices, 1)
    with pytest.raises(UnknownName):
        answer(change_named("without_bias"), Question(told, prices, END, name="luck"))
    with pytest.raises(UnknownName):
        answer(change_named("rule_kept"), Question(told, prices, END, name="luck"))
    with pytest.raises(KeyError):
        change_named("luck")
    one_day = without(told, closes("2024-01-01", A=[11]), 2)
    assert one_day.total == -10
    for change in changes():
        asked = Question(told, prices, END, ids=frozenset([UUID(int=2)]), name="cooling_off")
        if change.name != "without_bias":
            answer(change, asked, np.random.default_rng(1))


def test_what_has_no_close_on_the_day_is_not_ended() -> None:
    told = trades("2024-01-01 buy 10 A 10\n2024-01-02 sell 10 A 12")
    bare = closes("2024-01-05", B=[1.0])
    undo = Undo(((UUID(int=2), 1.0),), date(2024, 1, 3))
    found = rewrite(told, [undo], bare, END, Rules())
    assert (found.added, found.left_out) == (0, {UUID(int=2)})


def test_ten_thousand_trades_of_real_prices() -> None:
    prices = real_prices()
    told = ten_thousand(prices)
    question = Question(told, prices, prices.days[-1].item())
    found = answer(change_named("frozen_january"), question, np.random.default_rng(1))
    assert len(found.rewritten.left_out) > 8000
    assert found.changed.imbalance() < 1e-12
    assert len(compare_years(found.actual, found.changed)) == 10
    every = frozenset(t.id for t in told if t.kind is Kind.SELL)
    kept = answer(change_named("without_trades"), replace(question, ids=every))
    bought = sum((t.quantity for t in told if t.kind is Kind.BUY), Decimal(0))
    last = {s: float(prices.close[-1, n]) for n, s in enumerate(prices.symbols)}
    worth = sum(float(t.quantity) * last[t.symbol] for t in told if t.kind is Kind.BUY)
    assert bought > 0
    assert kept.changed.worth[-1].sum() == pytest.approx(worth, rel=1e-9)


def test_a_benchmark_that_is_held_as_well_stands_for_the_market() -> None:
    told = trades(
        """
        2024-01-01 buy 10 A 10
        2024-01-01 buy 1 SPY 100
        2024-01-02 split 2 SPY
        2024-01-03 sell 2 SPY 60
        """
    )
    prices = closes("2024-01-01", A=[10, 10, 10, 8], SPY=[50, 55, 60, 66])
    context = replace(NOTHING_ELSE, benchmark="SPY")
    record = prepare(told, prices, until=END, context=context)
    question = Question(told, prices, END, given=record)
    undo = Undo(((UUID(int=1), 1.0),), END, market=True)
    found = answer(undoing(undo), question)
    # one more SPY of then, which are two at the end; A is bought back at 8
    assert question.market == "SPY"
    assert found.changed.worth.tolist() == [[0, 200], [0, 220], [0, 120], [80, 0]]
    assert found.total == (-100 + 132 - 80 + 80) - (-100 + 80)


def test_an_old_close_of_what_is_kept_is_said() -> None:
    told = trades("2024-01-01 buy 10 A 10\n2024-01-02 sell 10 A 12")
    prices = closes("2024-01-01", A=[10, 12, float("nan"), float("nan")], B=[1, 1, 1, 1])
    found = without(told, prices, 2)
    assert found.carried == (("A", date(2024, 1, 3)), ("A", END))
    assert found.total == 0
    with pytest.raises(NoPrice):
        without(told, closes("2024-01-03", B=[1, 1]), 2)
