"""Short answers and pressed choices while a card is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from conversations.reading.trades import (
    KEEP,
    IssueKind,
    TradeReading,
    amend,
    choose,
    read_trades,
)
from engine.ledger import Kind

from .world import phrase_world


def _read(text: str) -> TradeReading:
    (reading,) = read_trades(text, phrase_world())
    return reading


def _card() -> TradeReading:
    return _read("bought 10 AAPL at 185.20 yesterday")


def _after(reading: TradeReading, *answers: str) -> TradeReading:
    for answer in answers:
        made = amend(reading, answer, phrase_world())
        assert made is not None, answer
        reading = made
    return reading


@pytest.mark.parametrize(
    ("answer", "field", "value"),
    [
        ("fee 1", "fee", Decimal(1)),
        ("12", "quantity", Decimal(12)),
        ("no, 12", "quantity", Decimal(12)),
        ("twelve", "quantity", Decimal(12)),
        ("make it 12", "quantity", Decimal(12)),
        ("qty 8", "quantity", Decimal(8)),
        ("8 shares", "quantity", Decimal(8)),
        ("at 184.9", "price", Decimal("184.9")),
        ("184,9", "price", Decimal("184.9")),
        ("$184", "price", Decimal(184)),
        ("price 184", "price", Decimal(184)),
        ("total 1850", "price", Decimal(185)),
        ("yesterday", "on", date(2026, 11, 17)),
        ("monday", "on", date(2026, 11, 16)),
        ("it was on the 5th", "on", date(2026, 11, 5)),
        ("2026-11-05", "on", date(2026, 11, 5)),
        ("at 10:30", "at_time", time(10, 30)),
        ("sold", "side", Kind.SELL),
        ("it was a sell", "side", Kind.SELL),
        ("note: podcast tip, 200 soon", "note", "podcast tip, 200 soon"),
        ("because it fell", "note", "because it fell"),
        ("AMD", "symbol", "AMD"),
        ("microsoft", "symbol", "MSFT"),
    ],
)
def test_one_word_changes_one_thing(answer: str, field: str, value: object) -> None:
    card = _card()
    changed = _after(card, answer)
    assert getattr(changed, field) == value
    same = {field, "issues", "assumed", "kept", "currency", "amount", "unchecked"}
    for name in set(TradeReading.__slots__) - same:
        assert getattr(changed, name) == getattr(card, name), name


@pytest.mark.parametrize(
    "text",
    [
        *("", "yes", "no", "save", "cancel", "undo", "help", "what?", "why?", "portfolio", "-5"),
        *("hello", "sold 5 TSLA at 241", "show my trades", "should I sell?", "x" * 400),
        *("12 or 13", "biases"),
    ],
)
def test_what_is_no_answer(text: str) -> None:
    assert amend(_card(), text, phrase_world()) is None


def test_several_things_at_once() -> None:
    changed = _after(_card(), "12 at 184.9 fee 1 monday")
    assert (changed.quantity, changed.price, changed.fee) == (12, Decimal("184.9"), 1)
    assert changed.on == date(2026, 11, 16)


def test_a_change_is_checked_like_the_first_reading() -> None:
    assert _after(_card(), "tomorrow").issue(IssueKind.DATE_FUTURE)
    assert _after(_card(), "on saturday").issue(IssueKind.DATE_HOLIDAY)
    assert _after(_card(), "last week").issue(IssueKind.DATE_VAGUE)
    assert _after(_card(), "3/4").issue(IssueKind.DATE_UNCLEAR)
    assert _after(_card(), "at 18.5").issue(IssueKind.PRICE_ODD)
    assert _after(_card(), "MSFT").issue(IssueKind.PRICE_ODD)
    assert _after(_card(), "XYZQ").issue(IssueKind.SYMBOL_UNKNOWN)
    assert _after(_card(), "sap").issue(IssueKind.SYMBOL_AMBIGUOUS)
    assert _after(_card(), "0").issue(IssueKind.ABSURD)
    assert _after(_card(), "one eighty five").issue(IssueKind.NUMBER_UNCLEAR)
    assert _after(_card(), "in eur").issue(IssueKind.CURRENCY)
    assert _after(_card(), "tomorrow", "yesterday").issues == ()


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("sold some tesla", ["5", "241"]),
        ("bought 40 KO for 3000", ["62"]),
        ("bought 10 APPL at 185", ["apple"]),
        ("sold 5 TSLA at 421 yesterday", ["241"]),
        ("bought $500 of KO", ["62.5"]),
        ("10 AAPL @ 185.20", ["bought"]),
        ("deposited some money", ["500"]),
        ("bought 3 MSFT 3/4 at 410", ["5 nov"]),
        ("sold 5 or 6 TSLA at 241", ["5"]),
        ("bought ten Apple at one eighty five", ["185"]),
        ("bought 0 AAPL at 185", ["1"]),
        ("bought 5 SAP", ["SAP.DE", "140"]),
        ("shorted 5 TSLA at 241", ["sold"]),
    ],
)
def test_answers_settle_what_was_asked(text: str, answers: list[str]) -> None:
    reading = _read(text)
    assert reading.issues
    assert _after(reading, *answers).issues == ()


def test_a_bare_number_answers_the_question_that_is_open() -> None:
    assert _after(_read("deposited some money"), "500").amount == 500
    assert _after(_read("bought 10 AAPL"), "185").price == 185
    assert _after(_read("bought AAPL at 185"), "12").quantity == 12
    both = _after(_read("bought $500 of KO"), "62.5")
    assert (both.price, both.quantity) == (Decimal("62.5"), 8)


@pytest.mark.parametrize(
    ("text", "kind", "value", "field", "wanted"),
    [
        ("10 AAPL @ 185.20", IssueKind.SIDE, "sell", "side", Kind.SELL),
        ("bought 10 APPL at 185", IssueKind.SYMBOL_UNKNOWN, "AAPL", "symbol", "AAPL"),
        ("bought 10 APPL at 185", IssueKind.SYMBOL_UNKNOWN, KEEP, "symbol", "APPL"),
        ("bought 5 SAP at 140", IssueKind.SYMBOL_AMBIGUOUS, "SAP.DE", "symbol", "SAP.DE"),
        ("bought 12 KO at 85", IssueKind.PRICE_ODD, "62.0", "price", Decimal(62)),
        ("bought 12 KO at 85", IssueKind.PRICE_ODD, KEEP, "price", Decimal(85)),
        ("sold 5 TSLA at 241 on saturday", IssueKind.DATE_HOLIDAY, KEEP, "on", date(2026, 11, 14)),
        ("bought 12 SAP.DE at 140 usd", IssueKind.CURRENCY, "EUR", "currency", "EUR"),
        ("shorted 5 TSLA at 241", IssueKind.SHORT, KEEP, "short", True),
        ("shorted 5 TSLA at 241", IssueKind.SHORT, "sell", "short", False),
        ("dad bought 10 AAPL at 185", IssueKind.HAPPENED, KEEP, "quantity", Decimal(10)),
        ("bought 10 AAPL at 185 fee 0.1%", IssueKind.FEE_UNCLEAR, "1.85", "fee", Decimal("1.85")),
    ],
)
def test_pressed_choices(
    text: str, kind: IssueKind, value: str, field: str, wanted: object
) -> None:
    made = choose(_read(text), kind, value, phrase_world())
    assert getattr(made, field) == wanted
    assert made.issues == ()


def test_total_or_each() -> None:
    asked = _read("bought 40 KO for 3000")
    total = choose(asked, IssueKind.TOTAL_OR_EACH, "total", phrase_world())
    assert (total.price, total.amount) == (75, None)
    assert [issue.kind for issue in total.issues] == [IssueKind.PRICE_ODD]
    assert choose(total, IssueKind.PRICE_ODD, KEEP, phrase_world()).issues == ()
    each = choose(asked, IssueKind.TOTAL_OR_EACH, "each", phrase_world())
    assert each.price == 3000


def test_of_two_unclear_numbers_one_is_settled_at_a_time() -> None:
    asked = _read("bought 10 AAPL at 185 7 8")
    assert len(asked.issues) == 2
    once = choose(asked, IssueKind.NUMBER_UNCLEAR, KEEP, phrase_world())
    assert len(once.issues) == 1
    assert choose(once, IssueKind.NUMBER_UNCLEAR, KEEP, phrase_world()).issues == ()


def test_a_choice_of_the_second_of_two_unclear_numbers() -> None:
    asked = _read("sold half of my 20 TSLA at 241 7")
    assert len(asked.issues) == 2
    made = choose(asked, IssueKind.NUMBER_UNCLEAR, "10", phrase_world())
    assert made.quantity == 10


def test_what_was_waved_through_is_asked_again_when_it_changes() -> None:
    kept = choose(_read("bought 12 KO at 85"), IssueKind.PRICE_ODD, KEEP, phrase_world())
    assert kept.issues == ()
    assert _after(kept, "fee 1").issues == ()
    assert _after(kept, "at 90").issue(IssueKind.PRICE_ODD)


def test_absurd_numbers_cannot_be_kept() -> None:
    asked = _read("bought 0 AAPL at 185")
    kept = choose(asked, IssueKind.ABSURD, KEEP, phrase_world())
    assert kept.issue(IssueKind.ABSURD)


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "1,5"])
def test_a_choice_of_the_wrong_kind_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        choose(_read("bought 12 KO at 85"), IssueKind.PRICE_ODD, value, phrase_world())


def test_an_answer_to_something_never_asked_changes_that_field() -> None:
    card = replace(_card(), issues=())
    assert choose(card, IssueKind.DATE_VAGUE, "2026-11-05", phrase_world()).on == date(2026, 11, 5)
