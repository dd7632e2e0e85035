"""Every bias, caveat and rule of the engine has words, and they are fit to be read."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from conversations.intents import known as intents
from conversations.understanding import normal
from conversations.wording import bias, depth, importing, rules, warning
from conversations.wording import bias_pictures as pictures
from conversations.wording.biases import known, words_of
from conversations.wording.caveats import CAVEATS
from engine.detection.finding import Label
from engine.diagnosis.examination import diagnose
from engine.diagnosis.monitor import Warning as Foreseen
from engine.diagnosis.registry import detectors
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from engine.record.record import Record, prepare
from engine.rules.registry import rules as all_rules
from engine.rules.registry import rules_for
from engine.rules.rule import Outcome, try_rule
from tests.conversations.sample_person import UNFIT, Person, check

ENGINE = Path(__file__).parents[2] / "engine"


def test_every_bias_has_words_and_all_words_have_a_bias() -> None:
    assert set(known()) == {one.bias.name for one in detectors()}
    for one in detectors():
        words = words_of(one.bias.name)
        assert words.means.endswith(".")
        assert words.means.count(". ") == 0, "a definition is one sentence"
        assert (words.warns is not None) == (one.facts is not None), one.bias.name
        assert one.bias.unit == words.unit[1]
    assert len({words.name for words in known().values()}) == len(known())


def test_every_reason_of_the_engine_has_a_sentence() -> None:
    """Of lines that cannot be read, and of trades that no statistic uses."""
    keys: set[str] = set()
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            flaw = isinstance(node, ast.FunctionDef) and node.name == "_flaw"
            if called in ("Unreadable", "Problem", "Dropped") or flaw:
                keys |= {
                    one.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Constant)
                    and isinstance(one.value, str)
                    and re.fullmatch(r"[a-z]+(_[a-z]+)+", one.value)
                }
    assert len(keys) > 20
    assert keys == set(importing.REASONS)


def _caveat_keys(tree: ast.AST) -> set[str]:
    """Strings that end up among the caveats of a finding."""

    def strings(node: ast.AST) -> set[str]:
        return {
            one.value
            for one in ast.walk(node)
            if isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and re.fullmatch(r"[a-z]+(_[a-z]+)*", one.value)
        }

    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "caveats":
            found |= strings(node.value)
        elif isinstance(node, ast.FunctionDef) and "caveat" in node.name:
            found |= {key for part in node.body for key in strings(part)}
        elif isinstance(node, ast.Assign) and "caveats" in ast.unparse(node.targets[0]):
            found |= strings(node.value)
        elif isinstance(node, ast.Call) and "caveats" in ast.unparse(node.func):
            found |= {key for part in node.args for key in strings(part)}
    return found


NO_CAVEATS = {"unplaced_share"}  # a measure that a caveat is decided by


def test_every_caveat_of_a_finding_has_a_sentence() -> None:
    keys = {
        key
        for path in ENGINE.rglob("*.py")
        if "optimization" not in path.parts  # its proposals have caveats of their own
        for key in _caveat_keys(ast.parse(path.read_text()))
    }
    assert len(keys) > 20
    assert keys - NO_CAVEATS <= set(CAVEATS)
    for sentence in CAVEATS.values():
        assert sentence.endswith((".", '".'))


def test_every_rule_has_words() -> None:
    assert {one.name for one in all_rules()} == set(rules.ASKS) == set(rules.AGAINST)
    assert {one.unit for one in all_rules()} <= set(rules.UNITS)
    for one in all_rules():
        check(rules.asks(one.name, one.parameter))


def test_the_report_is_short_and_fit_to_be_read(person: Person) -> None:
    text = bias.report(person.findings, 216, "USD", demo=True, notes=())
    assert len(text.splitlines()) <= 6
    for line in text.splitlines():
        check(line)
    check(pictures.picture_alt(person.findings))
    for line in bias.why_report(person.findings, "USD").splitlines():
        check(line)


@pytest.mark.parametrize("name", [one.bias.name for one in detectors()])
def test_one_bias_in_depth_is_fit_to_be_read(person: Person, name: str) -> None:
    finding = next(one for one in person.findings if one.bias == name)
    said = depth.one(finding, "USD", demo=False)
    assert len(said.splitlines()) <= 6
    assert words_of(name).means in said
    for line in [*said.splitlines(), *depth.why(finding).splitlines()]:
        check(line)
    if finding.label is not Label.INSUFFICIENT and finding.evidence:
        for line in bias.evidence(finding, demo=False, shown=40).splitlines():
            check(line)
        check(pictures.evidence_title(finding))


def test_what_is_not_enough_says_how_much_is_missing(person: Person) -> None:
    finding = next(one for one in person.findings if one.bias == "disposition")
    few = replace(finding, label=Label.INSUFFICIENT, n=6, caveats=())
    assert "I have 6 sale days and need 15; with fewer I would be guessing." in depth.one(
        few, "USD", demo=False
    )
    one = replace(finding, label=Label.INSUFFICIENT, n=1, caveats=())
    assert "I have 1 sale day and need 15" in depth.one(one, "USD", demo=False)


def test_a_cautious_intensity_outside_of_its_range_is_explained(person: Person) -> None:
    finding = next(one for one in person.findings if one.bias == "disposition")
    assert "(90% range 40–80)" in bias.intensity(
        replace(finding, intensity=60.0, ci90=(40.0, 80.0))
    )
    assert ", told cautiously (90% range without that caution 70–90)" in bias.intensity(
        replace(finding, intensity=60.0, ci90=(70.0, 90.0))
    )
    assert ", for the worst event (90% range of the habit 0–17)" in bias.intensity(
        replace(finding, intensity=94.0, ci90=(0.0, 17.0))
    )


def test_a_list_of_many_names_is_cut_short(person: Person) -> None:
    none = [replace(one, label=Label.NONE, detected=False) for one in person.findings]
    text = bias.report(none, 216, "USD", demo=False, notes=())
    assert f"and {len(none) - 2} more habits." in text
    few = [replace(one, label=Label.INSUFFICIENT) for one in person.findings]
    text = bias.report(few, 6, "USD", demo=False, notes=())
    assert text.startswith("I see 6 trades. That is too few; I would be guessing.")
    scored = sum(bias.is_scored(one) for one in few)
    assert scored == len(few) - 2, "familiarity and narrow framing are told only when asked"
    assert f"Not enough data for {scored} habits, nearest: " in text


def test_rules_are_told_with_their_range(person: Person) -> None:
    outcomes = [try_rule(one, person.record, np.random.default_rng(2)) for one in all_rules()]
    for outcome in outcomes:
        for line in rules.tried(outcome, "USD", demo=False).splitlines():
            check(line)
    for line in rules.tried_all(outcomes, "EUR", demo=True).splitlines():
        check(line)
    unknown = replace(outcomes[0], yearly=None, interval=None, share=None, known=0)
    assert "cannot be said" in rules.tried(unknown, "USD", demo=False)
    assert rules.title([_certain(outcomes[0], 100.0)]).startswith("It would have helped to")
    assert rules.title([_certain(outcomes[0], -100.0)]) == "It would not have helped"
    assert rules.title([_certain(one, -100.0) for one in outcomes]) == "No rule would have helped"


def _certain(outcome: Outcome, yearly: float) -> Outcome:
    ends = sorted((yearly * 0.5, yearly * 1.5))
    return replace(outcome, yearly=yearly, interval=(ends[0], ends[1]))


def test_every_bias_that_stands_out_has_a_rule_to_test() -> None:
    for one in detectors():
        found = rules_for(one.bias.name)
        assert 2 <= len(found) <= 3, one.bias.name
        said = rules.offered(found, one.bias.name, demo=False)
        assert said.count(" – against ") == len(found), "what each is tested against"
        for line in said.splitlines():
            check(line)
    assert sum(len(rules_for(one.bias.name)) == 3 for one in detectors()) >= len(detectors()) - 3


def _proposals(record: Record, day: date) -> list[Trade]:
    """A purchase and a sale of all that is held, of every share, at that day's close."""
    found = []
    prices = record.market.prices
    held = record.quantities(np.array([np.datetime64(day).astype(np.int64)]))[0]
    owned = dict(zip(record.history.symbols, held.tolist(), strict=True))
    for symbol in prices.symbols:
        bar = prices.latest(symbol)
        if bar is None:
            continue
        price = Decimal(repr(round(bar.close, 2)))
        for kind in (Kind.BUY, Kind.SELL):
            quantity = Decimal(round(owned.get(symbol, 0.0))) if kind is Kind.SELL else Decimal(200)
            if quantity > 0:
                at = datetime.combine(day, time(20), UTC)
                found.append(Trade(uuid4(), at, kind, symbol, quantity, price))
    return found


def _crowd(prices: Prices) -> Panel:
    """Others who now buy and now sell, in turns of a week."""
    days = prices.days[-1500:]
    turns = np.arange(len(days))[:, None] // 5 + np.arange(len(prices.symbols))[None, :]
    return Panel(prices.symbols, days, np.where(turns % 2 == 0, 0.9, 0.1))


DAYS = (
    date(2018, 12, 20),
    date(2020, 3, 12),
    date(2020, 11, 10),
    date(2021, 5, 7),
    date(2021, 11, 4),
    date(2022, 6, 15),
)


def test_every_warning_is_fit_to_be_read(person: Person, demo_prices: Prices) -> None:
    context = Context(crowd=_crowd(demo_prices))
    warned: dict[str, str] = {}
    for day in DAYS:
        record = prepare(person.trades, demo_prices, until=day, context=context)
        findings = {one.bias: one for one in diagnose(record, None).findings}
        for proposed in _proposals(record, day):
            for one in detectors():
                if one.feeds is None or one.facts is None or one.bias.name in warned:
                    continue
                finding = findings[one.bias.name]
                usable = finding.n > 0 and np.isfinite(finding.theta) and np.isfinite(finding.se)
                if not usable or not one.feeds(record, proposed):
                    continue
                found = Foreseen(one.bias.name, one.facts(record, proposed, finding), finding)
                warned[one.bias.name] = warning.told(found)
                for line in [
                    *warning.told(found).splitlines(),
                    *warning.why(found).splitlines(),
                ]:
                    check(line)
    can = {one.bias.name for one in detectors() if one.facts is not None}
    assert can - set(warned) <= {"attention", "overconfidence"}, "which the demo cannot show"
    for text in warned.values():
        first, *after = text.splitlines()
        assert len(re.findall(r"[.:;] [A-Z]", first)) <= 1, f"more than two sentences: {first}"
        assert len(after) <= 1


def test_no_told_trade_is_taken_for_a_question_about_habits() -> None:
    asked = [
        one
        for one in intents()
        if one.name in ("bias", "quiz", "forget_quiz", "rules", "twin", "progress")
    ]
    assert len(asked) == 6
    for path in sorted((Path(__file__).parent / "phrases").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            said = normal(json.loads(line)["text"])
            for one in asked:
                assert one.details(said, None) is None, (one.name, said)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("tell me about recency", "recency"),
        ("my herding", "herding"),
        ("averaging down?", "sunk_cost"),
        ("overtrading", "overconfidence"),
        ("how about panic selling", "panic_selling"),
        ("Am I overconfident?", "overconfidence"),
        ("do I trade too much?", "overconfidence"),
        ("explain the disposition effect", "disposition"),
        ("selling winners early", "disposition"),
        ("do I hold on to losers too long?", "disposition"),
        ("loss aversion", "loss_aversion"),
        ("am I loss averse?", "loss_aversion"),
        ("what is confirmation bias?", "confirmation"),
        ("anchoring", "anchoring"),
        ("regret aversion", "regret"),
        ("FOMO", "fomo"),
        ("do I chase hot stocks?", "fomo"),
        ("fear of missing out", "fomo"),
        ("lottery stocks", "lottery"),
        ("attention", "attention"),
        ("home bias", "home_bias"),
        ("am I diversified?", "under_diversification"),
        ("how about concentration?", "under_diversification"),
        ("what about under-diversification", "under_diversification"),
        ("house money", "house_money"),
        ("revenge trading", "house_money"),
        ("narrow framing", "narrow_framing"),
        ("familiarity bias", "familiarity"),
        ("sunk cost fallacy", "sunk_cost"),
        ("do I follow the crowd?", "herding"),
        ("do I panic?", "panic_selling"),
        ("chasing recent winners", "recency"),
    ],
)
def test_what_people_call_a_bias(said: str, wanted: str) -> None:
    (asked,) = [one for one in intents() if one.name == "bias"]
    found = asked.details(normal(said), None)
    assert found is not None
    assert [name for name, words in found.items() if words] == [wanted]


@pytest.mark.parametrize("name", [words.name for words in known().values()])
def test_the_name_on_a_button_can_be_typed(name: str) -> None:
    (asked,) = [one for one in intents() if one.name == "bias"]
    found = asked.details(normal(name), None)
    assert found is not None, name
    assert [words_of(one).name for one, said in found.items() if said] == [name]


def test_what_is_unfit_is_noticed() -> None:
    for unfit in ("costs nan", "sunk_cost", "0.123456", "after 1 trades."):
        assert UNFIT.search(unfit), unfit
    assert not UNFIT.search("after 1 trade, 0.12")
