"""Other pasts and other days, in people's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.periods import Period
from conversations.reading.what_ifs import Kind, WhatIf, read_what_if
from engine.market.instruments import Instrument, Universe
from tests.conversations.reading.test_trials import WORLD

NVIDIA = replace(WORLD, universe=Universe.of([*WORLD.universe, Instrument("NVDA", "NVIDIA")]))
MAY = Period(date(2022, 5, 1), date(2022, 5, 31))


@pytest.mark.parametrize(
    ("said", "imagined"),
    [
        (
            "what if I hadn't sold NVDA in May",
            WhatIf(Kind.UNDONE, symbol="NVDA", side="sell", period=MAY),
        ),
        ("what if i had kept nvidia", WhatIf(Kind.UNDONE, symbol="NVDA", side="sell")),
        ("what if I'd never bought apple?", WhatIf(Kind.UNDONE, symbol="AAPL", side="buy")),
        (
            "if i hadnt sold AAPL on 3 May 2022",
            WhatIf(
                Kind.UNDONE,
                symbol="AAPL",
                side="sell",
                period=Period(date(2022, 5, 3), date(2022, 5, 3)),
            ),
        ),
        (
            "what if i hadn't sold anything in 2020",
            WhatIf(Kind.UNDONE, side="sell", period=Period(date(2020, 1, 1), date(2020, 12, 31))),
        ),
        ("all early sales", WhatIf(Kind.HABIT, habit="disposition")),
        ("what if I had not traded at all", WhatIf(Kind.FROZEN)),
        ("what if i had just held", WhatIf(Kind.FROZEN)),
        ("own benchmark", WhatIf(Kind.FROZEN)),
        ("what do my habits cost me together?", WhatIf(Kind.BEHAVIOUR)),
        ("cost of behaviour", WhatIf(Kind.BEHAVIOUR)),
        ("what if i hadn't panicked", WhatIf(Kind.HABIT, habit="panic_selling")),
        ("what if I had not averaged down", None),
        ("without averaging down", WhatIf(Kind.HABIT, habit="sunk_cost")),
        ("without my biases", WhatIf(Kind.HABIT)),
        ("market drops 30%", WhatIf(Kind.SHOCK, size=-0.3)),
        ("what if the market falls by 20 percent?", WhatIf(Kind.SHOCK, size=-0.2)),
        (
            "what would a 30% tech drop do to the club portfolio?",
            WhatIf(Kind.SHOCK, size=-0.3, sector="Information Technology"),
        ),
        ("what if the market halves", WhatIf(Kind.SHOCK, size=-0.5)),
        ("stocks rise 10%", WhatIf(Kind.SHOCK, size=0.1)),
        ("replay 2008", WhatIf(Kind.REPLAY, episode="2008")),
        ("replay 1987", WhatIf(Kind.REPLAY, episode="1987")),
        ("another dot-com crash", WhatIf(Kind.REPLAY, episode="2000")),
        ("what if covid comes again", WhatIf(Kind.REPLAY, episode="2020")),
        ("what if i put 5k into bonds", WhatIf(Kind.MONEY, amount=5000.0, target="bonds")),
        ("what if I add $5,000 of AAPL?", WhatIf(Kind.MONEY, amount=5000.0, target="AAPL")),
        ("what if i invest 1000", WhatIf(Kind.MONEY, amount=1000.0)),
        ("what if i sell 2000 of apple", WhatIf(Kind.MONEY, amount=-2000.0, target="AAPL")),
        ("what if i buy 10 AAPL", WhatIf(Kind.MONEY, shares=10.0, target="AAPL")),
        ("what if i sell half my apple shares", WhatIf(Kind.MONEY, share=0.5, target="AAPL")),
        ("what about 10k into cash", WhatIf(Kind.MONEY, amount=10_000.0, target="cash")),
        ("market crashes 150%", None),
        ("what if it rains", None),
        ("bought 10 AAPL at 185", None),
        ("what if i hadn't bought tesla", None),
    ],
)
def test_what_is_imagined(said: str, imagined: WhatIf | None) -> None:
    assert read_what_if(said, NVIDIA) == imagined


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    found = read_what_if(text, WORLD)
    assert found is None or isinstance(found, WhatIf)
