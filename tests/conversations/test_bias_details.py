"""What is said of single biases beyond their statistic: events, gaps, labels, averages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from conversations.actions import picturing
from conversations.wording import bias, depth
from conversations.wording import bias_pictures as pictures
from conversations.wording.biases import words_of
from engine.detection.finding import BiasFinding, Evidence, Label
from tests.conversations.sample_person import Person, check


def test_what_is_written_beside_a_trade_is_short(person: Person) -> None:
    written = 0
    for finding in person.findings:
        words = words_of(finding.bias)
        assert (words.marks is not None) == (words.tells is not None), finding.bias
        for one in finding.evidence:
            assert words.marks is not None
            label = words.marks(one)
            check(label)
            assert 0 < len(label) <= 16, label
            written += 1
    assert written > 100


def test_a_long_symbol_leaves_no_room_for_the_points() -> None:
    switch = Evidence("1", "BRK.B>AAPL", date(2020, 3, 2), None, {"after": -1.23})
    marks = words_of("overconfidence").marks
    assert marks is not None
    assert marks(switch) == "for BRK.B"
    assert marks(replace(switch, symbol="GE>AAPL", facts={"after": -0.04})) == "for GE −4 pts"


def test_the_line_of_the_average_cost_is_what_the_record_holds(person: Person) -> None:
    record = person.record
    held = {record.history.symbols[place]: cost for place, _, cost, _ in record.history.final}
    for symbol, cost in held.items():
        line = picturing.average_cost(record, symbol, record.market.prices.days)
        assert line[-1] == pytest.approx(cost)
        first = min(one.at.date() for one in person.trades if one.symbol == symbol)
        before = record.market.prices.days < np.datetime64(first, "D")
        assert np.isnan(line[before]).all(), "nothing was held"
    made = record.history.decisions
    ends = next(n for n in range(len(made.day)) if made.closes[n] and made.side[n] < 0)
    symbol = record.history.symbols[made.symbol[ends]]
    day = record.history.days[made.day[[ends, ends]]] - [1, 0]
    eve, after = picturing.average_cost(record, symbol, day)
    assert eve == pytest.approx(made.cost[ends])
    assert np.isnan(after), "all of it was sold"


PANIC = {"events": 1.0, "worst_share": 0.97, "months": 30.0}


def _panic(person: Person, *, severe: bool, label: Label) -> BiasFinding:
    facts = {"share_sold": 0.97, "event": 1.0, "severe": float(severe), "days_out": 40.0}
    sales = tuple(
        Evidence(str(day), "KO", date(2020, 3, day), 12.0, facts | {"value": 1.0})
        for day in (12, 16)
    )
    other = replace(sales[0], day=date(2019, 1, 3), facts=facts | {"event": 0.0})
    (found,) = [one for one in person.findings if one.bias == "panic_selling"]
    return replace(
        found,
        label=label,
        evidence=(other, *sales),
        measures=found.measures | PANIC,
        intensity=94.0,
    )


def test_an_event_is_told_whatever_the_sample(person: Person) -> None:
    few = replace(_panic(person, severe=False, label=Label.INSUFFICIENT), n=4)
    said = "round 12 Mar 2020 you sold 97% of all you held within a month, as prices fell."
    assert f"A{said}" in depth.one(few, "USD", demo=False).splitlines()
    assert f"a{said}" in bias.report([few], 20, "USD", demo=False, notes=())
    once = _panic(person, severe=True, label=Label.NONE)
    shown = depth.one(once, "USD", demo=False)
    assert shown.startswith("Panic selling: no clear sign of a habit, but it happened.")
    assert "12 Mar 2020 you sold nearly all you held" in shown
    assert "You were out for 40 trading days (median)." in depth.why(once)
    for line in shown.splitlines():
        check(line)
    never = replace(once, measures=once.measures | {"events": 0.0}, intensity=0.0)
    assert "2020" not in depth.one(never, "USD", demo=False)


def test_revenge_is_told_where_it_is_beyond_chance(person: Person) -> None:
    (found,) = [one for one in person.findings if one.bias == "house_money"]
    sure = replace(found, measures=found.measures | {"revenge_theta": 0.7, "revenge_se": 0.2})
    assert "Within a day of a loss your purchases carry 2.0× the risk" in depth.one(
        sure, "USD", demo=False
    )
    unsure = replace(found, measures=found.measures | {"revenge_theta": 0.7, "revenge_se": 0.6})
    assert "revenge" not in bias.addition(unsure)


def test_what_is_missing_beside_the_number_is_said(person: Person) -> None:
    def lacking(name: str, **measures: float) -> str:
        (one,) = [one for one in person.findings if one.bias == name]
        few = replace(
            one, label=Label.INSUFFICIENT, n=99, caveats=(), measures=one.measures | measures
        )
        return depth.one(few, "USD", demo=False)

    assert "held shares for 1 month, and I need 6." in lacking("panic_selling", months=1.9)
    assert "held shares for 5 months, and I need 6." in lacking("overconfidence", months=5.0)
    assert "have 20 and 3." in lacking("house_money", gains=20.0, losses=3.0)
    for finding in person.findings:
        assert "\n\n" not in lacking(finding.bias)


def test_a_guessed_crowd_is_called_a_mood(person: Person) -> None:
    (found,) = [one for one in person.findings if one.bias == "herding"]
    counted = {"share": 0.7, "expected_share": 0.5, "signals": 40.0, "with_crowd": 28.0}
    seen = replace(
        found,
        label=Label.LIKELY,
        theta=0.8,
        se=0.2,
        n=40,
        measures=found.measures | counted,
        caveats=(),
    )
    guessed = replace(seen, caveats=("sentiment_proxy",))
    facts: dict[str, float | str] = {"symbol": "KO", "side": 1.0, "crowd_share": 0.8, "n": 0.0}
    warns = words_of("herding").warns
    assert warns is not None
    assert warns(facts, seen).startswith("80% of others' trades in KO go the same way")
    assert warns(facts, guessed).startswith("The mood about KO leans the same way")
    assert "other days of that crowd" in bias.explanation(seen)


def test_a_report_that_found_nothing_says_how_it_looked(person: Person) -> None:
    none = [replace(one, detected=False) for one in person.findings]
    why = bias.why_report(none, "USD")
    assert "count one as found when it is beyond chance" in why
    assert "Nearest to it: " in why
    assert bias.why_report(person.findings, "USD").startswith("Sunk cost: ")


def test_what_can_have_no_cost_is_not_waiting_for_one(person: Person) -> None:
    (quiz,) = [one for one in person.findings if one.bias == "loss_aversion"]
    sure = replace(quiz, label=Label.STRONG, detected=True)
    assert "cost" not in bias.report([sure], 3, "USD", demo=False, notes=()).splitlines()[1]
    old = replace(sure, evidence=(Evidence("1", "KO", date(2020, 3, 2), None),))
    assert "too few of those trades" in bias.report([old], 3, "USD", demo=False, notes=())


def test_two_trades_are_no_share_of_trades(person: Person) -> None:
    (found,) = [one for one in person.findings if one.bias == "disposition"]
    assert pictures.evidence_title(found).startswith("After ")
    assert pictures.evidence_title(replace(found, evidence=found.evidence[:2])) == (
        "Selling winners early"
    )


def test_caveats_of_a_missing_figure_say_only_what_is_missing(person: Person) -> None:
    (found,) = [one for one in person.findings if one.bias == "sunk_cost"]
    few = replace(found, label=Label.INSUFFICIENT, n=4, caveats=("small_universe",))
    assert "I know few shares" not in depth.one(few, "USD", demo=False)
    (crowd,) = [one for one in person.findings if one.bias == "herding"]
    said = depth.one(crowd, "USD", demo=False)
    assert said.endswith(
        "I don't know what others traded, so there is no crowd to compare you with."
    )
    assert "have none yet" not in said


def test_a_difference_is_told_without_signs(person: Person) -> None:
    said = bias.more_or_less(-573.2, (-1318.0, 114.0), "USD")
    assert said == "$573 a year less (90% range $1,320 less to $114 more)"
    assert bias.more_or_less(12.0, None, "EUR") == "€12 a year more"


def test_one_holding_is_not_called_a_spread(person: Person) -> None:
    (found,) = [one for one in person.findings if one.bias == "under_diversification"]
    one = replace(found, measures=found.measures | {"effective_holdings": 1.04})
    assert "nearly all your money is in one holding" in bias.report(
        [one], 9, "USD", demo=False, notes=()
    )
    assert "Nearly all your money is in one holding, and " in depth.one(one, "USD", demo=False)
