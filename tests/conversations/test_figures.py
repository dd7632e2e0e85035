"""Numbers, money and dates as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.wording import figures


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("1852"), "USD", "$1,852.00"),
        (Decimal("-12.5"), "EUR", "−€12.50"),
        (Decimal("3.1"), "CHF", "CHF 3.10"),
        (Decimal("0.1234"), "USD", "$0.1234"),
        (Decimal("-0.001"), "USD", "−$0.0010"),
        (0.0, "USD", "$0.00"),
        (1e9, "GBP", "£1,000,000,000.00"),
        (-0.00001, "USD", "$0.0000"),
    ],
)
def test_money(amount: Decimal | float, currency: str, shown: str) -> None:
    assert figures.money(amount, currency) == shown


def test_a_price_keeps_the_digits_that_were_given() -> None:
    assert figures.price(Decimal("185.2")) == "$185.20"
    assert figures.price(Decimal("0.26375")) == "$0.26375"
    assert figures.price(Decimal("1E+2")) == "$100.00"


def test_shares_show_no_zeros_that_say_nothing() -> None:
    assert [figures.shares(Decimal(n)) for n in ("10", "0.50", "1E+3", "1250.125")] == [
        "10",
        "0.5",
        "1,000",
        "1,250.125",
    ]


def test_signs_and_percents() -> None:
    assert figures.signed_percent(0.1834) == "+18%"
    assert figures.signed_percent(-0.004) == "0%"
    assert figures.percent(-0.05) == "−5%"
    assert figures.signed_money(Decimal("241")) == "+$241"
    assert figures.signed_money(Decimal("-241.4")) == "−$241"


def test_plurals_lists_and_days() -> None:
    assert figures.count(1, "loss", "losses") == "1 loss"
    assert figures.count(1200, "trade") == "1,200 trades"
    assert figures.listed(["a", "b", "c"]) == "a, b and c"
    assert figures.listed(["a"]) == "a"
    assert figures.day(date(2026, 11, 3)) == "Tue 3 Nov 2026"


def test_ago() -> None:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    passed = [timedelta(seconds=3), timedelta(minutes=4), timedelta(hours=5), timedelta(days=1)]
    assert [figures.ago(now - one, now) for one in passed] == [
        "just now",
        "4 min ago",
        "5 h ago",
        "1 day ago",
    ]


@given(st.decimals("-1e12", "1e12", places=4))
def test_money_is_never_a_wall_of_digits_and_keeps_its_sign(amount: Decimal) -> None:
    shown = figures.money(amount)
    assert len(shown.rpartition(".")[2]) in (2, 4)
    assert shown.startswith("−") == (amount < 0)
