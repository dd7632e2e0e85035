"""What must always be true of the ledger, whatever is told."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.ledger import (
    ImpossibleTrade,
    Kind,
    LotMethod,
    NotEnoughShares,
    Portfolio,
    Rules,
    Trade,
    book,
    in_order,
    realised,
    replay,
)

SYMBOLS = ("AAPL", "TSLA")
START = datetime(2025, 1, 1, tzinfo=UTC)
EVERY_RULES = [Rules(method, short) for method in LotMethod for short in (False, True)]

quantities = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.decimals("0.0000000001", "1000", places=10),
    st.decimals("1", "999999999999", places=2),
)
prices = st.one_of(st.decimals("0", "500", places=2), st.decimals("0", "99999999", places=10))
fees = st.one_of(st.just(Decimal(0)), st.decimals("0", "20", places=2))
ratios = st.sampled_from(["2", "3", "7", "1.5", "0.1", "0.3333333333", "0.6666666667", "0.37"])


@st.composite
def one_trade(draw: st.DrawFn) -> Trade:
    kind = draw(st.sampled_from([*Kind, Kind.BUY, Kind.BUY, Kind.SELL, Kind.SELL]))
    symbol = draw(st.sampled_from(SYMBOLS))
    quantity, price, fee = Decimal(1), draw(prices), draw(fees)
    if kind is Kind.SPLIT:
        quantity, price = Decimal(draw(ratios)), Decimal(0)
    elif kind in (Kind.BUY, Kind.SELL, Kind.DIVIDEND):
        quantity = draw(quantities)
    else:
        symbol = ""
    if kind not in (Kind.BUY, Kind.SELL, Kind.SPLIT):
        price += 1
    minute = draw(st.integers(0, 40))  # so that some share an instant
    key = UUID(int=draw(st.integers(0, 2**100)))
    return Trade(key, START + timedelta(minutes=minute), kind, symbol, quantity, price, fee)


histories = st.lists(one_trade(), max_size=25)
rules_of_booking = st.sampled_from(EVERY_RULES)


def those_that_fit(told: list[Trade], rules: Rules) -> list[Trade]:
    """Leaves out, in order of time, what could not be booked."""
    portfolio, fitting = Portfolio(), []
    for trade in in_order(told):
        try:
            portfolio = portfolio.after(trade, rules)
        except (NotEnoughShares, ImpossibleTrade):
            continue
        fitting.append(trade)
    return fitting


def booked_or_refused(
    told: list[Trade], rules: Rules
) -> tuple[Portfolio | None, NotEnoughShares | ImpossibleTrade | None]:
    try:
        return book(told, rules), None
    except (NotEnoughShares, ImpossibleTrade) as fact:
        return None, fact


class Sums:
    """The model: sums of fractions, which know nothing of lots."""

    def __init__(self, booked: list[Trade]) -> None:
        self.held: dict[str, Fraction] = defaultdict(Fraction)
        self.total: dict[Kind, Fraction] = defaultdict(Fraction)
        self.fees, self.traded = Fraction(), Fraction()  # traded: paid - received
        for trade in in_order(booked):
            amount, fee = Fraction(trade.quantity) * Fraction(trade.price), Fraction(trade.fee)
            sign = {Kind.BUY: 1, Kind.SELL: -1}.get(trade.kind, 0)
            self.held[trade.symbol] += sign * Fraction(trade.quantity)
            self.traded += sign * amount + (fee if sign else 0)
            self.fees += 0 if sign else fee
            self.total[trade.kind] += amount
            if trade.kind is Kind.SPLIT:
                told = Fraction(trade.quantity)
                third = {"0.3333333333": Fraction(1, 3), "0.6666666667": Fraction(2, 3)}
                held = self.held[trade.symbol] * third.get(str(trade.quantity), told)
                self.held[trade.symbol] = Fraction(round(held * 10**10), 10**10)
        self.fees += self.total[Kind.FEE]
        self.cash = self.total[Kind.DEPOSIT] - self.total[Kind.WITHDRAWAL]
        self.cash += self.total[Kind.DIVIDEND] + self.total[Kind.INTEREST]
        self.cash -= self.fees + self.traded


def assert_the_books_agree(portfolio: Portfolio, sums: Sums) -> None:
    for symbol in SYMBOLS:
        lots = [lot for lot in portfolio.lots if lot.symbol == symbol]
        assert Fraction(portfolio.held(symbol)) == sums.held[symbol]
        assert all(lot.quantity * lots[0].quantity > 0 for lot in lots)  # one direction, no dust
        assert all(lot.fee >= 0 and lot.opened_at <= portfolio.until for lot in lots)
        position = portfolio.position(symbol)
        assert (position is None) == (not lots)
        if position:
            assert Fraction(position.cost) == sum(Fraction(lot.cost) for lot in lots)

    cost = sum(Fraction(lot.cost) for lot in portfolio.lots)
    gained = sum(Fraction(closure.gain) for closure in portfolio.closures)
    assert sums.traded == cost - gained
    assert Fraction(realised(portfolio)) == gained
    assert Fraction(portfolio.cash) == sums.cash
    assert Fraction(portfolio.fees) == sums.fees
    assert Fraction(portfolio.dividends) == sums.total[Kind.DIVIDEND]
    assert Fraction(portfolio.interest) == sums.total[Kind.INTEREST]
    assert Fraction(portfolio.deposits) == sums.total[Kind.DEPOSIT]
    for closure in portfolio.closures:
        made = Fraction(closure.proceeds) - Fraction(closure.cost)
        assert Fraction(closure.gain) == made
        assert closure.opened_at <= closure.closed_at
        assert closure.fees >= 0


@given(histories, rules_of_booking)
def test_shares_and_money_are_neither_made_nor_lost(told: list[Trade], rules: Rules) -> None:
    booked = those_that_fit(told, rules)
    portfolio = book(booked, rules)
    assert_the_books_agree(portfolio, Sums(booked))
    if rules.lot_method is LotMethod.AVERAGE:
        assert len({lot.symbol for lot in portfolio.lots}) == len(portfolio.lots)
    if not rules.allow_short:
        assert all(lot.quantity > 0 for lot in portfolio.lots)
        assert all(closure.quantity > 0 for closure in portfolio.closures)


@given(histories, rules_of_booking)
def test_booking_one_by_one_booking_at_once_and_a_replay_agree(
    told: list[Trade], rules: Rules
) -> None:
    booked = those_that_fit(told, rules)
    portfolio = Portfolio()
    for trade, held, cash in replay(booked, rules):
        portfolio = portfolio.after(trade, rules)
        assert (portfolio.held(trade.symbol), portfolio.cash) == (held, cash)
    assert portfolio == book(booked, rules)


@given(histories, rules_of_booking, st.data())
def test_the_order_of_telling_counts_only_within_an_instant(
    told: list[Trade], rules: Rules, data: st.DataObject
) -> None:
    booked = those_that_fit(told, rules)
    by_instant: dict[datetime, list[Trade]] = defaultdict(list)
    for trade in booked:
        by_instant[trade.at].append(trade)
    instants = data.draw(st.permutations([trade.at for trade in booked]))
    again = [by_instant[at].pop(0) for at in instants]  # as told within an instant
    assert in_order(again) == booked
    assert book(again, rules) == book(booked, rules)


@given(histories, rules_of_booking, st.data())
def test_a_trade_undone_was_never_there(
    told: list[Trade], rules: Rules, data: st.DataObject
) -> None:
    """Booking keeps nothing back: with or without the trade in between, the result is the same."""
    booked = those_that_fit(told, rules)
    before = book(booked, rules)
    extra = data.draw(one_trade())
    place = data.draw(st.integers(0, len(booked)))
    told_more = [*booked[:place], extra, *booked[place:]]
    _, refusal = booked_or_refused(told_more, rules)
    if refusal:
        assert refusal.trade in told_more
    assert book([t for t in told_more if t is not extra], rules) == before


@given(histories)
def test_both_lot_methods_gain_the_same_once_everything_is_sold(told: list[Trade]) -> None:
    booked = those_that_fit(told, Rules())
    end = START + timedelta(days=1)
    for n, position in enumerate(book(booked).positions()):
        left, quantity = position.quantity, position.quantity
        while left:  # in sales no larger than a sale may be
            quantity = min(left, Decimal("999999999999"))
            left -= quantity
            key = UUID(int=2**101 + n)
            sale = Trade(key, end, Kind.SELL, position.symbol, quantity, Decimal("3.17"))
            booked.append(sale)
    fifo, average = (book(booked, Rules(method)) for method in LotMethod)
    assert fifo.lots == average.lots == ()
    assert realised(fifo) == realised(average)


@given(histories, rules_of_booking)
def test_the_figures_do_not_depend_on_who_set_which_precision(
    told: list[Trade], rules: Rules
) -> None:
    booked = those_that_fit(told, rules)
    expected = book(booked, rules)
    with localcontext() as context:
        context.prec = 5
        found = book(booked, rules)
        assert found == expected
        assert realised(found) == realised(expected)
        assert found.positions() == expected.positions()


class Talk(RuleBasedStateMachine):
    """A person who tells, back-dates, tells at once, undoes and starts over."""

    method = LotMethod.FIFO

    def __init__(self) -> None:
        super().__init__()
        self.rules = Rules(self.method)
        self.told: list[Trade] = []
        self.portfolio = Portfolio()

    def record(self, trades: list[Trade]) -> None:
        """What an action does: book everything anew, keep it only if it fits."""
        portfolio, refusal = booked_or_refused(trades, self.rules)
        if portfolio:
            self.portfolio, self.told = portfolio, trades
        elif isinstance(refusal, NotEnoughShares):
            left = self.left_by_the_model(trades, refusal.trade)
            assert left == Fraction(refusal.held) - Fraction(refusal.wanted) < 0
        else:
            assert refusal.trade.kind in (Kind.SPLIT, Kind.DIVIDEND)

    @staticmethod
    def left_by_the_model(trades: list[Trade], upto: Trade) -> Fraction:
        ordered = in_order(trades)
        place = next(n for n, trade in enumerate(ordered) if trade is upto)
        return Sums(ordered[: place + 1]).held[upto.symbol]

    @rule(trade=one_trade())
    def tell(self, trade: Trade) -> None:
        self.record([*self.told, trade])

    @precondition(lambda self: self.portfolio.lots)
    @rule(data=st.data())
    def sell_what_is_held(self, data: st.DataObject) -> None:
        lot = data.draw(st.sampled_from(self.portfolio.lots))
        part = data.draw(st.sampled_from([Decimal(1), Decimal("0.5")]))
        quantity = round(min(lot.quantity, Decimal("1e9")) * part, 10)
        if quantity:
            price, fee = data.draw(prices), data.draw(fees)
            key = UUID(int=data.draw(st.integers(0, 2**100)))
            at = self.portfolio.until
            self.record([*self.told, Trade(key, at, Kind.SELL, lot.symbol, quantity, price, fee)])

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        gone = data.draw(st.integers(0, len(self.told) - 1))
        self.record(self.told[:gone] + self.told[gone + 1 :])

    @rule()
    def restart(self) -> None:
        self.portfolio = book(list(self.told), self.rules)

    @invariant()
    def the_books_agree(self) -> None:
        assert_the_books_agree(self.portfolio, Sums(self.told))


class TalkAtAverageCost(Talk):
    method = LotMethod.AVERAGE


LONG_TALKS = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestTalk = Talk.TestCase
TestTalk.settings = LONG_TALKS
TestTalkAtAverageCost = TalkAtAverageCost.TestCase
TestTalkAtAverageCost.settings = LONG_TALKS
