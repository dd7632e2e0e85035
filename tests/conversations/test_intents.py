"""Every intent answers its own examples, and no one else does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from conversations.intents import Intent, intent, known
from conversations.reading.meaning import DayRange, World
from conversations.understanding import nearest, normal
from conversations.wording.welcome import HELP
from engine.market.instruments import Instrument, Universe
from tests.conversations.talk import Talk

WORLD = World(
    today=date(2022, 12, 28),
    universe=Universe.of([Instrument("AAPL", "Apple"), Instrument("MSFT", "Microsoft")]),
    holdings={"AAPL": Decimal(20)},
    quote=lambda symbol, day: DayRange(Decimal(125), Decimal(126), Decimal("125.7")),
)


def who_answers(text: str) -> list[str]:
    """Patterns come first, as in ``understand``: readers see only what none of them matched."""
    said = normal(text)
    matched = [one.name for one in known() if one.pattern and one.details(said, None) is not None]
    return matched or [
        one.name for one in known() if one.pattern is None and one.details(text, WORLD) is not None
    ]


@pytest.mark.parametrize(("name", "example"), [(i.name, e) for i in known() for e in i.examples])
def test_an_example_is_understood_by_exactly_one_intent(name: str, example: str) -> None:
    assert who_answers(example) == [name]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("show portfollio", "holdings"),
        ("bias repport please", "biases"),
        ("list of trades", "trades"),
        ("i want the demo", "demo"),
    ],
)
def test_the_nearest_intents_are_offered(said: str, wanted: str) -> None:
    offered = [one.name for one in nearest(said)]
    assert wanted in offered
    assert len(offered) == 3


@pytest.mark.parametrize(
    "said", ["undone", "undo everything", "deliver", "delete all", "stop loss"]
)
def test_destructive_words_are_matched_whole_or_not_at_all(said: str) -> None:
    assert not {"undo", "end_demo"} & set(who_answers(said))


def test_a_broken_intent_does_not_start() -> None:
    with pytest.raises(ValueError, match="does not recognise its own example"):
        intent("broken", label="B", summary="B", examples=("no",), pattern="yes")(_never)
    with pytest.raises(ValueError, match="two intents"):
        intent("help", label="H", summary="H", examples=(), pattern="x")(_never)


async def _never(*_: object) -> None: ...


def test_help_knows_every_ranked_intent() -> None:
    ranked: list[Intent] = [one for one in known() if one.rank]
    assert len({one.label for one in ranked}) == len(ranked) >= 8


async def test_the_help_is_short_and_leads_to_everything(talk: Talk) -> None:
    pages = [await talk.say("help"), await talk.say("more")]
    assert [one.labels[-1] for one in pages] == ["More", "Help"]
    said = {name: [one.examples[0] for one in known() if one.group == name] for name in HELP}
    assert all(len(found) >= 3 for found in said.values())
    for page in pages:
        assert page.text.count("\n") < 12
        for label in page.labels[:-1]:
            heard = await talk.press(label, on=page)
            name = next(one for one, heading in HELP.items() if heading == label)
            assert heard.text.count("\n") < 12
            assert all(f"“{example}”" in heard.text for example in said[name])
            assert heard.labels == ["Help"]
    assert (await talk.press("Help")).text == pages[0].text
