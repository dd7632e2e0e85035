"""Returns of a list of trades and time-weighted ones: textbook values, awkward histories."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ledger import (
    Kind,
    LotMethod,
    NoPrice,
    NotEnoughShares,
    Rules,
    Trade,
    book,
    market_value,
)
from engine.prices import Prices
from engine.returns import (
    Flow,
    NoReturn,
    Undefined,
    annualised,
    daily_returns,
    money_weighted,
    portfolio_returns,
    time_weighted,
)
from tests.engine.ledger_text import trades

NAN = float("nan")


def closes(first: str, /, step: int = 1, **columns: list[float]) -> Prices:
    """Prices of consecutive days, or of every ``step``-th."""
    table = np.array(list(columns.values()), dtype=float).T
    days = np.datetime64(first, "D") + step * np.arange(len(table))
    return Prices.from_closes(list(columns), days, table)


def floats(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


def test_linking_by_hand() -> None:
    # 100 grows to 110; 90 come in and 200 become 190; 40 go out at the end of a day at 150.
    values, flows = floats(100, 110, 190, 150), floats(100, 0, 90, -40)
    daily = daily_returns(values, np.maximum(flows, 0), np.maximum(-flows, 0))
    assert daily == pytest.approx([0, 0.1, -0.05, 0])
    assert time_weighted(values, flows) == pytest.approx(1.1 * 0.95 - 1)


def test_days_out_of_the_market_return_nothing() -> None:
    values, flows = floats(100, 0, 0, 50, 60), floats(100, -120, 0, 50, 0)
    assert time_weighted(values, flows) == pytest.approx(1.2 * 1.2 - 1)


@pytest.mark.parametrize(
    ("values", "flows"),
    [
        ([0, 10], [0, 0]),  # money out of nothing
        ([-10, 5], [0, 20]),  # a debt to start with
        ([100, -10], [100, 0]),  # a debt in the end
    ],
)
def test_a_day_without_capital_has_no_return(values: list[float], flows: list[float]) -> None:
    with pytest.raises(NoReturn) as fact:
        time_weighted(floats(*values), floats(*flows))
    assert fact.value.reason is Undefined.NO_CAPITAL


def test_a_total_loss_is_a_return() -> None:
    assert time_weighted(floats(100, 0, 0), floats(100, 0, 0)) == -1


def test_annualised() -> None:
    assert annualised(0.21, 730) == pytest.approx(0.1)
    assert annualised(-0.5, 365) == pytest.approx(-0.5)


def test_the_two_share_example_of_the_textbooks() -> None:
    """CFA curriculum: one share at 200, a second at 225 a year later, both worth 235 after two;
    5 of dividend a share and year. Time-weighted 10.76 % a year, money-weighted 9.39 %."""
    told = trades(
        """
        2021-01-01 buy 1 ACME 200
        2021-12-31 dividend 1 ACME 5
        2022-01-01 buy 1 ACME 225
        2023-01-01 dividend 2 ACME 5
        """
    )
    close = np.full((731, 1), 200.0)
    close[364:730], close[730] = 225, 235
    days = np.datetime64("2021-01-01") + np.arange(731)
    found = portfolio_returns(told, Prices.from_closes(["ACME"], days, close), date(2023, 1, 1))
    assert found.time_weighted == pytest.approx(230 / 200 * 480 / 450 - 1, rel=1e-12)
    assert annualised(found.time_weighted, 730) == pytest.approx(0.1076, abs=1e-4)
    assert found.money_weighted == pytest.approx(0.0939, abs=1e-4)
    assert found.values[-1] == 470
    assert found.carried == ()


def test_shares_alone_by_hand() -> None:
    told = trades(
        """
        2025-03-03 buy 10 AAPL 100 fee 10
        2025-03-04 buy 10 TSLA 50
        2025-03-05 sell 10 AAPL 120 fee 5
        2025-03-06 dividend 10 TSLA 1
        2025-03-07 fee 2
        """
    )
    prices = closes(
        "2025-03-03", AAPL=[101, 110, 115, 1, 1, 1], TSLA=[1, 55, 60, 54, 54, 60], X=[NAN] * 6
    )
    found = portfolio_returns(told, prices, date(2025, 3, 8))
    assert found.values == pytest.approx([1010, 1650, 600, 540, 540, 600])
    assert found.inflows == pytest.approx([1010, 500, 0, 0, 2, 0])
    assert found.outflows == pytest.approx([0, 0, 1195, 10, 0, 0])
    factors = [1010 / 1010, 1650 / 1510, 1795 / 1650, 550 / 600, 540 / 542, 600 / 540]
    assert found.daily + 1 == pytest.approx(factors)
    assert found.time_weighted == pytest.approx(np.prod(factors) - 1)
    at = [Flow(date(2025, 3, d), a) for d, a in [(3, 1010), (4, 500), (5, -1195), (6, -10), (7, 2)]]
    assert found.money_weighted == pytest.approx(money_weighted(at, 600, date(2025, 3, 8)))


def test_cash_belongs_to_the_portfolio_once_deposits_are_told() -> None:
    told = trades(
        """
        2025-03-03 deposit 2000 fee 4
        2025-03-03 buy 10 AAPL 100 fee 1
        2025-03-04 dividend 10 AAPL 2
        2025-03-05 sell 5 AAPL 120
        2025-03-06 withdrawal 1000 fee 3
        """
    )
    prices = closes("2025-03-03", AAPL=[100, 105, 110, 115])
    found = portfolio_returns(told, prices, date(2025, 3, 6))
    cash = [995, 1015, 1615, 612]
    assert found.values == pytest.approx(np.add(cash, [1000, 1050, 550, 575]))
    assert found.inflows.tolist() == [2000, 0, 0, 0]
    assert found.outflows.tolist() == [0, 0, 0, 1000]
    assert found.time_weighted == pytest.approx((612 + 575 + 1000) / 2000 - 1)


def test_interest_is_earned_and_not_paid_in() -> None:
    told = trades("2025-03-03 deposit 1000\n2025-03-04 interest 10\n2025-03-05 deposit 100")
    found = portfolio_returns(told, closes("2025-03-03", AAPL=[1, 1, 1]), date(2025, 3, 5))
    assert found.values.tolist() == [1000, 1010, 1110]
    assert found.inflows.tolist() == [1000, 0, 100]
    assert found.time_weighted == pytest.approx(0.01)


def test_a_split_changes_neither_value_nor_return() -> None:
    """Prices are adjusted for the split, trades before it are in old shares at old prices."""
    prices = closes("2025-03-03", AAPL=[25, 26, 27, 28, 30])
    told = trades(
        """
        2025-03-03 buy 10 AAPL 100
        2025-03-05 09:00 split 4 AAPL
        2025-03-06 sell 20 AAPL 28
        """
    )
    found = portfolio_returns(told, prices, date(2025, 3, 7))
    assert found.values == pytest.approx([1000, 1040, 1080, 560, 600])
    assert found.time_weighted == pytest.approx(30 / 25 - 1)
    early = portfolio_returns(told, prices, date(2025, 3, 4))  # the split is still to come
    assert early.values == pytest.approx([1000, 1040])


def test_a_short_without_deposits_has_a_course_but_no_time_weighted_return() -> None:
    prices = closes("2025-03-03", AAPL=[100, 90, 80])
    told = trades("2025-03-03 sell 10 AAPL 100")
    with pytest.raises(NotEnoughShares):
        portfolio_returns(told, prices, date(2025, 3, 5))
    found = portfolio_returns(told, prices, date(2025, 3, 5), Rules(allow_short=True))
    assert found.values.tolist() == [-1000, -900, -800]
    assert found.time_weighted is Undefined.NO_CAPITAL
    assert np.isnan(found.daily).tolist() == [False, True, True]
    funded = trades("2025-03-03 deposit 1000\n2025-03-03 sell 10 AAPL 100")
    found = portfolio_returns(funded, prices, date(2025, 3, 5), Rules(allow_short=True))
    assert found.time_weighted == pytest.approx(0.2)


def test_missing_closes_are_carried_forward_and_reported() -> None:
    prices = closes("2025-03-03", AAPL=[100, NAN, NAN, 110], TSLA=[50, 50, NAN, 50])
    told = trades("2025-03-03 buy 1 AAPL 100\n2025-03-04 buy 1 TSLA 50\n2025-03-05 sell 1 TSLA 50")
    found = portfolio_returns(told, prices, date(2025, 3, 6))
    assert found.values.tolist() == [100, 150, 100, 110]
    assert found.carried == (("AAPL", date(2025, 3, 4)), ("AAPL", date(2025, 3, 5)))


def test_a_close_before_the_first_trade_is_the_last_known_one() -> None:
    prices = closes("2025-03-03", AAPL=[100, NAN, NAN])
    found = portfolio_returns(trades("2025-03-04 buy 1 AAPL 101"), prices, date(2025, 3, 5))
    assert found.values.tolist() == [100, 100]
    assert len(found.carried) == 2


@pytest.mark.parametrize("column", [{"AAPL": [NAN, 1]}, {"TSLA": [1, 1]}])
def test_what_never_had_a_price_is_not_guessed(column: dict[str, list[float]]) -> None:
    prices = closes("2025-03-03", **column)
    with pytest.raises(NoPrice) as fact:
        portfolio_returns(trades("2025-03-03 buy 1 AAPL 100"), prices, date(2025, 3, 4))
    assert fact.value.symbol == "AAPL"


def test_trades_between_and_after_the_days_with_prices() -> None:
    prices = closes("2025-03-07", step=3, AAPL=[100, 110])  # a Friday and a Monday
    told = trades("2025-03-08 buy 1 AAPL 100\n2025-03-12 buy 1 AAPL 120")
    found = portfolio_returns(told, prices, date(2025, 3, 15))
    assert found.days.tolist() == [date(2025, 3, 10), date(2025, 3, 15)]
    assert found.values.tolist() == [110, 220]
    assert found.carried == (("AAPL", date(2025, 3, 15)),)
    assert found.inflows.tolist() == [100, 120]
    calm = portfolio_returns(told[:1], prices, date(2025, 3, 15))
    assert calm.days.tolist() == [date(2025, 3, 10)]  # nothing is known of the days after it


def test_later_prices_and_trades_change_nothing() -> None:
    told = trades("2025-03-03 buy 1 AAPL 100\n2025-03-05 sell 1 AAPL 1\n2025-03-05 deposit 7")
    short, long = closes("2025-03-03", AAPL=[100, 105]), closes("2025-03-03", AAPL=[100, 105, 1])
    found = [portfolio_returns(told, p, date(2025, 3, 4)) for p in (short, long)]
    assert found[0].values.tolist() == found[1].values.tolist() == [100, 105]
    assert found[0].money_weighted == found[1].money_weighted


def test_nothing_told_has_no_return() -> None:
    prices = closes("2025-03-03", AAPL=[100, 105])
    for told in ([], trades("2025-03-06 buy 1 AAPL 100")):
        with pytest.raises(NoReturn):
            portfolio_returns(told, prices, date(2025, 3, 4))


@st.composite
def told_and_prices(draw: st.DrawFn) -> tuple[list[Trade], Prices, np.ndarray]:
    """Trades at noon of days with prices; raw prices (T, 2) beside the adjusted ones."""
    length = draw(st.integers(3, 12))
    raw = np.array(draw(st.lists(st.integers(5, 500), min_size=2 * length, max_size=2 * length)))
    raw = raw.reshape(length, 2).astype(float)
    told, held, adjusted = [], {"A": 0, "B": 0}, raw.copy()
    for n in range(draw(st.integers(1, 15))):
        at = datetime(2025, 3, 3, 12, tzinfo=UTC)
        day = draw(st.integers(told[-1].at.day - 3 if told else 0, length - 1))
        symbol, kind = draw(st.sampled_from("AB")), draw(st.sampled_from(["buy", "sell", "split"]))
        quantity, price = draw(st.integers(1, 9)), draw(st.integers(1, 500))
        if not held[symbol] or kind == "buy":
            kind, held[symbol] = "buy", held[symbol] + quantity
        elif kind == "sell":
            quantity = min(quantity, held[symbol])
            held[symbol] -= quantity
        else:
            held[symbol], price = held[symbol] * quantity, 0
            adjusted[:day, "AB".index(symbol)] /= quantity
        amounts = Decimal(quantity), Decimal(price)
        told.append(Trade(UUID(int=n), at + timedelta(days=day), Kind(kind), symbol, *amounts))
    days = np.datetime64("2025-03-03") + np.arange(length)
    return told, Prices.from_closes(["A", "B"], days, adjusted), raw


@given(told_and_prices(), st.sampled_from(LotMethod))
def test_every_value_is_that_of_the_books_of_the_day_at_the_prices_of_the_day(
    drawn: tuple[list[Trade], Prices, np.ndarray], method: LotMethod
) -> None:
    told, prices, raw = drawn
    until = date(2025, 3, 3) + timedelta(days=len(raw) - 1)
    found = portfolio_returns(told, prices, until, Rules(method))
    offset = len(raw) - len(found.days)
    for row, day in enumerate(found.days.tolist()):
        of_day = {s: Decimal(int(raw[offset + row, n])) for n, s in enumerate("AB")}
        portfolio = book([t for t in told if t.at.date() <= day])
        assert found.values[row] == pytest.approx(float(market_value(portfolio, of_day)), rel=1e-9)
    bought = sum(t.quantity * t.price for t in told if t.kind is Kind.BUY)
    assert found.inflows.sum() == pytest.approx(float(bought))
    gain = found.values[-1] + found.outflows.sum() - found.inflows.sum()
    earned = (found.values + found.outflows) - (
        np.concatenate(([0], found.values[:-1])) + found.inflows
    )
    assert earned.sum() == pytest.approx(gain, abs=1e-6)


@given(
    st.lists(st.floats(1, 1000), min_size=2, max_size=20), st.lists(st.integers(0, 5), min_size=20)
)
def test_savings_do_not_change_the_time_weighted_return_of_one_share(
    close: list[float], saved_each_day: list[int]
) -> None:
    """Bought at the close before: the return is the share's own, however much was saved when."""
    values, flows, shares = [close[0]], [close[0]], 1
    for n in range(1, len(close)):
        shares += saved_each_day[n]
        flows.append(saved_each_day[n] * close[n - 1])
        values.append(shares * close[n])
    found = time_weighted(floats(*values), floats(*flows))
    assert found == pytest.approx(close[-1] / close[0] - 1, rel=1e-9, abs=1e-9)
