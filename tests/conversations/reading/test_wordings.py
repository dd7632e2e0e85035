"""The many ways in which people write the same thing, and what must never pass in silence."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from conversations.reading.trades import IssueKind, TradeReading, read_trades
from engine.ledger import Kind

from .world import phrase_world


def _all(text: str) -> tuple[TradeReading, ...]:
    return read_trades(text, phrase_world())


def _one(text: str) -> TradeReading:
    (reading,) = _all(text)
    return reading


def _kinds(reading: TradeReading) -> set[IssueKind]:
    return {issue.kind for issue in reading.issues}


_PRICES = """
410 something|410-something|410ish|410-ish|411 or so|411 and change|411 and a bit|411 give or take
411 more or less|just under 411|just over 411|a bit below 411|~411|about 411|roughly 411|approx 411
approx. 411|circa 411|ca. 411|ca 411|like 411|411 plus minus|411+|411?|411 approximately|maybe 411
411 or thereabouts|somewhere near 411|somewhere around 411|41x|low 410|mid 410|411 odd|close to 411
411 dollars or so|411 each, give or take|no more than 411|at most 411|must have been 411
"""
_COUNTS = """
about 10|roughly 10|10ish|10-ish|10 or so|10-odd|10+|over 10|at least 10|up to 10|nearly 10|like 10
just under 10|maybe 10|some 10|circa 10|~10|10 or thereabouts|close to 10|more than 10|say 10
"""


def _listed(text: str) -> list[str]:
    return [one for line in text.split("\n") for one in line.split("|") if one]


@pytest.mark.parametrize("price", _listed(_PRICES))
def test_a_price_that_is_a_guess_is_asked(price: str) -> None:
    assert IssueKind.NUMBER_UNCLEAR in _kinds(_one(f"bought 5 MSFT at {price}"))


@pytest.mark.parametrize("stretch", ["the low 410s", "the mid 410s", "the high 400s", "mid-410s"])
def test_a_stretch_of_prices_is_no_price(stretch: str) -> None:
    assert _kinds(_one(f"bought 5 MSFT in {stretch}")) == {IssueKind.PRICE_MISSING}


@pytest.mark.parametrize("count", _listed(_COUNTS))
def test_a_count_that_is_a_guess_is_asked(count: str) -> None:
    assert IssueKind.NUMBER_UNCLEAR in _kinds(_one(f"bought {count} KO at 62"))


@pytest.mark.parametrize(
    "price", ["exactly 411", "411 flat", "411 even", "411,-", "411 on the dot"]
)
def test_an_exact_price_is_not_asked(price: str) -> None:
    reading = _one(f"bought 5 MSFT at {price}")
    assert (reading.price, reading.issues) == (Decimal(411), ())


@pytest.mark.parametrize(
    "text",
    [
        "sold off 10 T at 22.5",
        "offloaded 10 T at 22.5",
        "cashed in 10 T at 22.5",
        "cashed in my 10 T at 22.5",
        "got out of 10 T at 22.5",
        "bailed on 10 T at 22.5",
        "bailed out of 10 T at 22.5",
        "sold out of 10 T at 22.5",
        "let 10 T go at 22.5",
        "took 10 T off the table at 22.5",
        "scaled back T by 10 at 22.5",
        "booked profits on 10 T at 22.5",
        "stopped out of 10 T at 22.5",
        "rid myself of 10 T at 22.5",
        "slld 10 T at 22.5",
        "closed my long on 10 T at 22.5",
    ],
)
def test_words_for_selling(text: str) -> None:
    reading = _one(text)
    assert (reading.side, reading.symbol, reading.quantity) == (Kind.SELL, "T", Decimal(10))
    assert (reading.price, reading.issues) == (Decimal("22.5"), ())


@pytest.mark.parametrize(
    "text",
    [
        "picked up 10 T at 22.5",
        "loaded up on 10 T at 22.5",
        "stocked up on 10 T at 22.5",
        "topped up T with 10 at 22.5",
        "jumped into 10 T at 22.5",
        "got in on 10 T at 22.5",
        "scaled into 10 T at 22.5",
        "snatched up 10 T at 22.5",
        "brought 10 T at 22.5",
        "bgt 10 T at 22.5",
        "re-bought 10 T at 22.5",
        "beefed up T by 10 at 22.5",
    ],
)
def test_words_for_buying(text: str) -> None:
    reading = _one(text)
    assert (reading.side, reading.symbol, reading.quantity) == (Kind.BUY, "T", Decimal(10))
    assert (reading.price, reading.issues) == (Decimal("22.5"), ())


@pytest.mark.parametrize(
    "text",
    [
        "MSFT 2 @ 411",
        "msft: 2 @ 411",
        "MSFT (2) @ 411",
        "took 2 MSFT at 411",
        "flipped 2 MSFT at 411",
        "got filled on 2 MSFT at 411",
        "got 2 MSFT filled at 411",
        "bought 2 MSFT at 411 oops sold",
        "bought, sorry sold, 2 MSFT at 411",
        "bought 2 MSFT at 411. Sorry, I meant sold.",
        "got assigned 2 MSFT at 411",
    ],
)
def test_the_side_is_asked_where_it_was_not_said(text: str) -> None:
    reading = _one(text)
    assert reading.side is None
    assert (reading.quantity, reading.price) == (Decimal(2), Decimal(411))
    assert IssueKind.SIDE in _kinds(reading)


def test_a_name_or_a_side_alone_is_asked_for_the_rest() -> None:
    assert _kinds(_one("AAPL 185.20")) == {IssueKind.SIDE, IssueKind.QUANTITY_MISSING}
    grabbed = _one("grabbed 4 now at 948")
    assert (grabbed.side, grabbed.quantity, grabbed.price) == (Kind.BUY, Decimal(4), Decimal(948))
    assert _kinds(grabbed) == {IssueKind.SYMBOL_MISSING}


@pytest.mark.parametrize(
    "text",
    [
        "bought 10, no wait 12, AAPL at 185.2",
        "bought 10 no 12 AAPL at 185.2",
        "bought 10 (actually 12) AAPL at 185.2",
        "bought 10 AAPL at 185.2, I mean 12",
        "bought 10 AAPL at 184, I mean 185.2",
        "bought 10 AAPL at 185.2. Sorry, 12 AAPL.",
        "bought 10 AAPL at 185.2. Actually it was 12.",
        "bought 10 AAPL at 185.2 - typo, 12",
        "bought 10 AAPL at 185.2, or was it 12",
        "bought 10 AAPL at 185.2, sorry, MSFT",
        "bought 10 AAPL at 185.2. No wait, TSLA.",
        "bought 10 MSFT, I mean AAPL, at 185.2",
    ],
)
def test_what_is_taken_back_is_never_recorded_in_silence(text: str) -> None:
    assert IssueKind.NUMBER_UNCLEAR in _kinds(_all(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "Order cancelled: BUY 5 KO @ 62",
        "Your order to buy 5 KO at 62.00 has been rejected",
        "Pending: buy 5 KO at 62",
        "bought 5 KO at 62 but it never filled",
        "sold 5 TSLA at 241 in my paper account",
    ],
)
def test_an_order_is_no_trade_yet(text: str) -> None:
    assert _kinds(_one(text)) == {IssueKind.HAPPENED}


def test_a_short_sale_is_seen_in_any_words() -> None:
    assert IssueKind.SHORT in _kinds(_one("opened a short on TSLA, 5 at 241"))
    assert IssueKind.SHORT in _kinds(_one("entered 5 TSLA short side at 241"))
    assert _one("sold 5 TSLA at 241, short of cash").issues == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("// plan: hold 3 years", "plan: hold 3 years"),
        ("# 3rd tranche", "3rd tranche"),
        ("#longterm", ""),
        ("-- hold until 2030", "hold until 2030"),
        ("(hold 3 years)", "hold 3 years"),
        ("[target 700]", "target 700"),
        ("-> hold 3 years", "hold 3 years"),
        (", target 700", "target 700"),
        ("with a stop at 580 and target 700", ""),
        (". Order #8841231", ""),
        (". It's at 610 now", "It's at 610 now"),
    ],
)
def test_plans_and_remarks_are_no_terms(text: str, note: str) -> None:
    space = "" if text[0] in ",." else " "
    reading = _one(f"bought 5 SPY at 600{space}{text}")
    assert (reading.quantity, reading.price, reading.issues) == (Decimal(5), Decimal(600), ())
    assert reading.note == note


@pytest.mark.parametrize(
    "said",
    [
        "broker took 2.50",
        "broker charged me 2.50",
        "they took 2.50",
        "IBKR took 2.50",
        "2.50 went to the broker",
        "paid 2.50 to my bank",
        "because of a podcast, fee 2.50",
        "because of a podcast (fee 2.50)",
        "hold 3 years, fee 2.50",
    ],
)
def test_a_fee_is_found_among_other_words(said: str) -> None:
    reading = _one(f"sold 3 TSLA at 241.2, {said}")
    assert (reading.fee, reading.price, reading.issues) == (
        Decimal("2.50"),
        Decimal("241.2"),
        (),
    )


def test_fees_that_are_several_or_hidden_are_asked() -> None:
    issue = _one("sold 5 TSLA at 241, SEC fee 0.02, commission 1").issue(IssueKind.FEE_UNCLEAR)
    assert issue is not None
    assert [choice.value for choice in issue.choices] == ["1.02", "0.02", "1"]
    for text in (
        "bought 5 SPY at 600, total incl. fees 3001",
        "bought 5 SPY at 600 fee 1. Or fee 2",
    ):
        assert _kinds(_one(text)) == {IssueKind.FEE_UNCLEAR}
    hidden = _one("bought 10 AAPL at 185 since they charged me 1 only")
    assert IssueKind.FEE_UNCLEAR in _kinds(hidden)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("a week ago today", date(2026, 11, 11)),
        ("a week ago yesterday", date(2026, 11, 10)),
        ("y'day", date(2026, 11, 17)),
        ("17. Nov.", date(2026, 11, 17)),
        ("nov17", date(2026, 11, 17)),
        ("2026 Nov 17", date(2026, 11, 17)),
        ("2d ago", date(2026, 11, 16)),
        ("2 days prior", date(2026, 11, 16)),
        ("on the 16th of this month", date(2026, 11, 16)),
    ],
)
def test_days(said: str, day: date) -> None:
    reading = _one(f"bought 3 GOOGL at 168 {said}")
    assert (reading.on, reading.issues) == (day, ())


@pytest.mark.parametrize(
    "said",
    [
        *("on the 5th or so", "on monday or so", "monday?", "5 Nov-ish", "a fortnight ago"),
        *("midweek", "the day prior", "lately", "in Q3", "on my birthday", "last session"),
        *("two mondays ago", "48 hours ago", "earlier in the week", "years ago", "back then"),
        *("the night before last", "on Tu", "overnight", "previously", "same yesterday"),
    ],
)
def test_a_day_that_is_not_one_is_never_taken_for_today(said: str) -> None:
    reading = _one(f"bought 3 GOOGL at 168, {said}")
    assert reading.issues
    assert (reading.quantity, reading.price) == (Decimal(3), Decimal(168))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("trimmed 2 NVDA at 131 + added 3 AMD at 139", "sell NVDA 2 131, buy AMD 3 139"),
        ("1) bought 2 META 565 2) sold 3 AAPL 185.2", "buy META 2 565, sell AAPL 3 185.2"),
        ("1. bought 2 META 565 2. sold 3 AAPL 185.2", "buy META 2 565, sell AAPL 3 185.2"),
        ("a) bought 2 META 565 b) sold 3 AAPL 185.2", "buy META 2 565, sell AAPL 3 185.2"),
        ("sold 2 NVDA @ 131 -> bought 3 AMD @ 139", "sell NVDA 2 131, buy AMD 3 139"),
        ("sold 2 NVDA 131 / bought 3 AMD 139", "sell NVDA 2 131, buy AMD 3 139"),
        ("sold 2 NVDA at 131 bought 3 AMD at 139", "sell NVDA 2 131, buy AMD 3 139"),
        ("sold 2 NVDA at 131 and used it to buy 3 AMD at 139", "sell NVDA 2 131, buy AMD 3 139"),
        ("date,side,symbol,qty,price\n2026-11-18,buy,AAPL,10,185.20", "buy AAPL 10 185.20"),
        ("+ 3 vti at 291,10", "buy VTI 3 291.10"),
        ("trimmed my AAPL by 20% at 185.4", "sell AAPL 3 185.4"),
    ],
)
def test_lists(text: str, told: str) -> None:
    readings = _all(text)
    assert (
        ", ".join(f"{one.side} {one.symbol} {one.quantity} {one.price}" for one in readings) == told
    )
    assert all(not one.issues for one in readings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("FILLED: SELL 5 MSFT @ 410.50", "sell MSFT 5 410.50 0"),
        ("Bought 10 AAPL @ 185.2000 USD, comm 1.00", "buy AAPL 10 185.2000 1.00"),
        ("You bought 3 shares of SPY at $600.10 for a total of $1,800.30", "buy SPY 3 600.10 0"),
        ("BUY 4 VTI Price: 291.20 Amount: 1,164.80 Commission: 0.00", "buy VTI 4 291.20 0.00"),
        ("Sold -5 TSLA @ 241.00, Net amount 1,204.00, Fee 1.00", "sell TSLA 5 241.00 1.00"),
        ("Sold: 3 shs NVDA @ $131.10. Net $393.30.", "sell NVDA 3 131.10 0"),
        ("SLD 5 TSLA @ 241.00 ISLAND", "sell TSLA 5 241.00 0"),
        ("BUY AAPL QTY 10 PX 185.20 FEE 1.00", "buy AAPL 10 185.20 1.00"),
        ("Purchased five (5) shares of MSFT at $411.20", "buy MSFT 5 411.20 0"),
        ("bought 5 SPY 600 comm 1 total 3001", "buy SPY 5 600 1"),
    ],
)
def test_confirmations_of_brokers(text: str, told: str) -> None:
    one = _one(text)
    assert f"{one.side} {one.symbol} {one.quantity} {one.price} {one.fee}" == told
    assert one.issues == ()


@pytest.mark.parametrize(
    "text",
    [
        "KO picked up 2% today",
        "KO picked up 2 points today",
        "AAPL added 3 dollars today",
        "TSLA jumped 5% on monday",
        "TSLA dropped 5% today",
        "NVDA sold off 4% on monday",
        "put in for 5 KO at 62",
        "I have 10 AAPL at 185",
        "NVDA is at 131.20",
        "KO 62",
    ],
)
def test_facts_and_orders_are_no_trades(text: str) -> None:
    assert _all(text) == ()


@pytest.mark.parametrize(
    "said",
    [
        "a couple hundred pfizer bought at 28.40",
        "bought a few hundred KO at 62",
        "bought several dozen F at 11",
        "sold a couple of hundred T at 22.5",
    ],
)
def test_a_few_hundred_is_no_number(said: str) -> None:
    (reading,) = read_trades(said, phrase_world())
    assert reading.issues


def test_a_negative_fee_is_asked_about() -> None:
    for said in ("fee -1", "-1 fee"):
        (reading,) = read_trades(f"sold 3 TSLA at 241.2, {said}", phrase_world())
        assert reading.issue(IssueKind.FEE_UNCLEAR)
