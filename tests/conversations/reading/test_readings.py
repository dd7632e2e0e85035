"""Whole sentences: what is understood, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from conversations.reading.trades import DayRange, IssueKind, TradeReading, World, read_trades
from engine.ledger import Kind
from engine.market.instruments import Instrument, Universe

from .world import phrase_world


def _one(text: str, world: World | None = None) -> TradeReading:
    (reading,) = read_trades(text, world or phrase_world())
    return reading


def _kinds(reading: TradeReading) -> set[IssueKind]:
    return {issue.kind for issue in reading.issues}


def _values(reading: TradeReading, kind: IssueKind) -> list[str]:
    issue = reading.issue(kind)
    assert issue is not None
    return [choice.value for choice in issue.choices]


def test_a_whole_trade() -> None:
    reading = _one("On monday at 10:30 I bought 10 AAPL at $185.20, fee 1, because of the podcast")
    assert reading.side is Kind.BUY
    assert reading.symbol == "AAPL"
    assert (reading.quantity, reading.price) == (Decimal(10), Decimal("185.20"))
    assert reading.fee == 1
    assert (reading.on, reading.at_time) == (date(2026, 11, 16), time(10, 30))
    assert reading.currency == "USD"
    assert reading.note == "because of the podcast"
    assert reading.source.startswith("On monday")
    assert reading.issues == ()
    assert not reading.unchecked


# The two silent errors of the first measurement (nlu.md 2), and their kin.
@pytest.mark.parametrize(
    ("text", "price", "assumed"),
    [
        ("bought ten shares of AAPL for 185.20", "185.20", ()),
        ("bought 40 KO for $2,480", "62", ("total",)),
        ("bought 10 AAPL at 1852", "185.2", ("total",)),
        ("sold 1000 VOD.L at 72.1", "0.721", ("pence",)),
        ("bought 10 AAPL for 1.852,00", "185.2", ("total",)),
        ("sold AAPL 185.20 x 10", "185.20", ()),
        ("bought AAPL 10 @ 185.20 = 1852.00", "185.20", ()),
        ("bought AAPL 185.20 10", "185.20", ()),
        ("bought 10 AAPL for $1,853.50 incl. 1.50 fees", "185.2", ("total",)),
        ("sold 10 KO for 618.50 after 1.50 fees", "62", ("total",)),
    ],
)
def test_the_prices_of_the_day_show_what_was_meant(
    text: str, price: str, assumed: tuple[str, ...]
) -> None:
    reading = _one(text)
    assert reading.price == Decimal(price)
    assert reading.assumed == assumed
    assert reading.issues == ()


def test_a_total_and_a_price_make_the_quantity() -> None:
    reading = _one("bought $620 of KO at 62.00")
    assert reading.quantity == 10
    assert reading.assumed == ("quantity",)
    assert _values(_one("put $500 into AAPL at 185"), IssueKind.QUANTITY_MISSING) == ["2.702703"]


def test_an_odd_price_offers_what_would_fit_the_close_and_to_keep_it() -> None:
    reading = _one("bought 10 AAPL at 18.52")
    assert reading.price == Decimal("18.52")
    assert _values(reading, IssueKind.PRICE_ODD) == ["185.2", "185.6", "keep"]


def test_a_price_said_to_be_each_is_not_divided() -> None:
    assert _kinds(_one("bought 10 AAPL at 1852 each")) == {IssueKind.PRICE_ODD}


def _silent(world: World) -> World:
    return replace(world, quote=lambda symbol, day: None)


def test_without_prices_nothing_is_checked_and_for_is_asked() -> None:
    world = _silent(phrase_world())
    reading = _one("bought 10 AAPL at 1852 yesterday", world)
    assert reading.unchecked
    assert reading.price == 1852
    assert reading.issues == ()
    asked = _one("bought 40 KO for $2,480", world)
    assert _kinds(asked) == {IssueKind.TOTAL_OR_EACH}
    assert _values(asked, IssueKind.TOTAL_OR_EACH) == ["total", "each"]
    assert asked.amount == 2480
    assert asked.price is None
    assert _one("bought 1 KO for $62", world).price == 62


def test_closes_alone_span_a_range_too() -> None:
    narrow = DayRange(Decimal(100), Decimal(102), Decimal(102), exact=False)
    world = replace(phrase_world(), quote=lambda symbol, day: narrow)
    assert _one("bought 10 AAPL at 97.01", world).issues == ()
    assert _kinds(_one("bought 10 AAPL at 96.9", world)) == {IssueKind.PRICE_ODD}
    assert _one("bought 10 AAPL at 105.06", world).issues == ()
    assert _kinds(_one("bought 10 AAPL at 105.07", world)) == {IssueKind.PRICE_ODD}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("sold some tesla", "quantity_missing price_missing"),
        ("10 AAPL @ 185.20", "side"),
        ("shorted 5 TSLA at 241", "short"),
        ("bought 10 APPL at 185", "symbol_unknown"),
        ("bought 5 SAP", "symbol_ambiguous price_missing"),
        ("bought 10 at 185.20", "symbol_missing"),
        ("bought ten Apple at one eighty five", "number_unclear"),
        ("bought 1.500 F at 11.05", "number_unclear"),
        ("bought ~10 AAPL at 185", "number_unclear"),
        ("sold 5 or 6 TSLA at 241", "quantity_missing number_unclear"),
        ("sold half of my 20 TSLA at 241", "number_unclear"),
        ("bought 10 AAPL at 185, sorry, 12", "number_unclear"),
        ("bought 3 MSFT 3/4 at 410", "date_unclear"),
        ("bought 10 AAPL at 185 last week", "date_vague"),
        ("bought 5 SPY at 600 tomorrow", "date_future"),
        ("sold 5 TSLA at 241 on saturday", "date_holiday"),
        ("bought 5 SPY at 600 on 27 Nov 2025", "date_holiday"),
        ("bought 12 SAP.DE at 140 usd", "currency"),
        ("bought 0 AAPL at 185", "absurd"),
        ("bought -10 AAPL at 185", "absurd"),
        ("bought 10 AAPL at -185", "absurd"),
        ("bought 99999999999 AAPL at 185", "absurd"),
        ("bought 10.1234567891 AAPL at 185", "absurd"),
        ("bought 10 AAPL at 185, fee 0.1%", "fee_unclear"),
        ("bought 10 AAPL for 1853 including fees", "fee_unclear"),
        ("bought 2 AAPL calls at 185", "not_shares"),
        ("bought 10 AAPL at 185 twice", "number_unclear"),
        ("bought 10 AAPL at 185, commission 5 bps", "fee_unclear"),
        ("bought 10 AAPL at 185 in EUR", "currency"),
        ("bought 10 AAPL at 185 sek", "currency"),
        ("bought 1O AAPL at 185", "quantity_missing"),
        ("bought 10 AAPL at 185..20", "price_missing"),
        ("dad bought 10 AAPL at 185", "happened"),
        ("I think I bought 10 AAPL at 185", "happened"),
        ("KO paid a dividend", "amount_missing"),
        ("deposited -50", "absurd"),
    ],
)
def test_what_is_asked(text: str, kinds: str) -> None:
    assert _kinds(_one(text)) == set(map(IssueKind, kinds.split()))


def test_a_holiday_names_itself_and_the_sessions_around_it() -> None:
    issue = _one("bought 5 SPY at 600 on 27 Nov 2025").issue(IssueKind.DATE_HOLIDAY)
    assert issue is not None
    assert issue.said == "Thanksgiving"
    assert [choice.value for choice in issue.choices] == ["2025-11-26", "2025-11-28", "keep"]


def test_parts_of_a_holding() -> None:
    for text, shares in {
        "sold all my NVDA at 131": "12",
        "exited MSFT at 411": "8",
        "sold half my TSLA at 241": "10",
        "sold 30% of my KO at 62": "12",
        "sold two thirds of my NVDA at 131": "8",
        "sold 1/4 of my TSLA at 241": "5",
        "sold all but 2 of my NVDA at 131": "10",
        "sold 50 % of AAPL at 185": "7.5",
    }.items():
        reading = _one(text)
        assert (reading.quantity, reading.issues) == (Decimal(shares), ()), text
    asked = _one("sold a third of my TSLA at 241")
    assert _kinds(asked) == {IssueKind.NUMBER_UNCLEAR}
    assert _values(asked, IssueKind.NUMBER_UNCLEAR) == ["6", "7"]
    assert asked.quantity is None
    assert _kinds(_one("sold nearly all my KO at 62")) == {IssueKind.QUANTITY_MISSING}
    assert _kinds(_one("sold all my AMZN at 201")) == {IssueKind.QUANTITY_MISSING}


def test_several_trades_share_what_was_said_once() -> None:
    def told(text: str) -> list[tuple[str, str, str, str]]:
        return [
            (str(one.side), str(one.symbol), str(one.quantity), str(one.on))
            for one in read_trades(text, phrase_world())
        ]

    assert told("yesterday I sold 5 TSLA at 241 and bought 12 KO at 62") == [
        ("sell", "TSLA", "5", "2026-11-17"),
        ("buy", "KO", "12", "2026-11-17"),
    ]
    assert told("bought 5 AAPL at 185, then 5 more at 184.50") == [
        ("buy", "AAPL", "5", "2026-11-18"),
        ("buy", "AAPL", "5", "2026-11-18"),
    ]
    assert told("bought 1 SPY at 600, 2 VTI at 291 and 3 QQQ at 505 yesterday") == [
        ("buy", "SPY", "1", "2026-11-17"),
        ("buy", "VTI", "2", "2026-11-17"),
        ("buy", "QQQ", "3", "2026-11-17"),
    ]
    one, two = read_trades("sold 10 AAPL at 185 and bought 5 MSFT at 411 yesterday", phrase_world())
    assert _kinds(one) == {IssueKind.DATE_UNCLEAR}  # yesterday too, or today?
    assert two.on == date(2026, 11, 17)
    first, second = read_trades("bought 5 KO @ 62, 3 PEP @ 163, fee 1 each", phrase_world())
    assert _kinds(first) == {IssueKind.FEE_UNCLEAR}
    assert second.fee == 1


def test_it_is_the_one_that_was_talked_about() -> None:
    world = replace(phrase_world(), last_symbol="TSLA")
    reading = _one("sold 5 of it at 241", world)
    assert reading.symbol == "TSLA"
    assert reading.assumed == ("symbol",)
    assert _one("bought 5 at 241", world).symbol is None


@pytest.mark.parametrize(
    ("text", "side", "amount", "quantity", "price"),
    [
        ("got 12.40 dividend from KO", Kind.DIVIDEND, "12.40", None, None),
        ("dividend MSFT 0.83 per share on 8 shares", Kind.DIVIDEND, None, "8", "0.83"),
        ("AAPL split 4:1", Kind.SPLIT, None, "4", "0"),
        ("T reverse split 1:10", Kind.SPLIT, None, "0.1", "0"),
        ("deposited 5000", Kind.DEPOSIT, "5000", None, None),
        ("put 2k into my account", Kind.DEPOSIT, "2000", None, None),
        ("took 250 out of my account", Kind.WITHDRAWAL, "250", None, None),
        ("broker charged me a 4.95 account fee", Kind.FEE, "4.95", None, None),
        ("received 3.20 interest", Kind.INTEREST, "3.20", None, None),
        ("IBKR paid 3.20 in intrest", Kind.INTEREST, "3.20", None, None),
        ("interest on cash 12.45", Kind.INTEREST, "12.45", None, None),
        ("paid 5 margin interest", Kind.FEE, "5", None, None),
    ],
)
def test_other_events(
    text: str, side: Kind, amount: str | None, quantity: str | None, price: str | None
) -> None:
    reading = _one(text)
    assert reading.side is side
    got = reading.amount, reading.quantity, reading.price
    assert got == tuple(None if one is None else Decimal(one) for one in (amount, quantity, price))
    assert reading.issues == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "AAPL",
        "will apple go up tomorrow?",
        "should I sell 5 TSLA at 241?",
        "what if I sold my NVDA",
        "I'd buy 10 KO at 60",
        "I want to sell 5 TSLA and buy 10 KO",
        "didn't buy 10 AAPL at 185",
        "my brother bought 100 TSLA at 241",
        "nvidia added 3% yesterday",
        "AAPL closed at 185",
        "interest rates rose 3",
        "I get 5% interest",
        "I have interest in 3 shares",
        "buy AAPL if it drops below 180",
        "set a limit order to buy 10 AAPL at 180",
        "paper trade: bought 10 AAPL at 185",
        "show me my last 5 AAPL trades",
        "how much would 10 AAPL at 185 cost",
        "I regret selling 5 TSLA at 241",
        "market sold off on monday",
        "backtest 60/40 AAPL/MSFT since 2015",
        "sold my house",
        "got it, thanks",
    ],
)
def test_what_is_no_trade(text: str) -> None:
    assert read_trades(text, phrase_world()) == ()


def test_a_question_beside_a_trade_leaves_the_trade() -> None:
    reading = _one("Bought 10 AAPL at 185. Should I sell MSFT?")
    assert (reading.symbol, reading.issues) == ("AAPL", ())


def test_reasons_hide_no_terms() -> None:
    assert (
        _one("sold 5 TSLA at 241 - needed cash for 2 flights").note == "needed cash for 2 flights"
    )
    assert _one("bought 10 AAPL at 185, 3rd tranche").issues == ()
    assert _one("bought 20 PFE 28.45 (comm. 0.99)").fee == Decimal("0.99")
    assert (
        len(read_trades("sold 5 KO at 62 because of 3% and bought 2 SPY at 600", phrase_world()))
        == 2
    )
    # A day within the reason may or may not be the day of the trade.
    asked = _one("bought 10 AAPL at 185 because it fell yesterday")
    assert _kinds(asked) == {IssueKind.DATE_UNCLEAR}


def test_an_empty_universe_is_survived() -> None:
    world = replace(phrase_world(), universe=Universe.of([]), holdings={})
    assert _kinds(_one("bought 10 AAPL at 185", world)) == {IssueKind.SYMBOL_UNKNOWN}


def test_thousands_of_instruments_are_searched() -> None:
    many = Universe.of(Instrument(f"Q{number:04}", f"Quux {number}") for number in range(5000))
    world = replace(phrase_world(), universe=many)
    assert _one("bought 10 Q0042 at 5", world).symbol == "Q0042"
