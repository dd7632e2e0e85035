"""Dialogue (f): another past, a fall to come, and money that is not there yet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest

from conversations.actions.backtesting.imagining import Put, Stressed, Undone, imagine
from conversations.actions.backtesting.outcomes import Stuck
from conversations.actions.backtesting.what_ifs import pack, unpack
from conversations.reading.periods import Period
from conversations.reading.what_ifs import Kind, WhatIf
from conversations.wording import what_if as words
from engine.backtest.crises import CRISES
from engine.backtest.crises import Replay as Replayed
from engine.ledger import Kind as TradeKind
from engine.ledger import Trade
from tests.conversations.grounds import closes, ground
from tests.conversations.talk import Talk


def _trade(day: str, kind: TradeKind, symbol: str, count: int, price: float) -> Trade:
    at = datetime.fromisoformat(f"{day}T18:00:00").replace(tzinfo=UTC)
    return Trade(uuid4(), at, kind, symbol, Decimal(count), Decimal(str(round(price, 2))))


async def test_dialogue_f(demo: Talk) -> None:
    await demo.say("biases")
    sold = await demo.say("what if I hadn't sold AAPL in 2020")
    assert re.match(
        r"DEMO · Then: [+−]\$[\d,]+ today \([+−]\d+\.\d%\), "
        r"90% range [+−]\$[\d,]+ to [+−]\$[\d,]+\.\n"
        r"Yearly swing \(volatility\) \d+\.\d% → \d+\.\d%, \w+ would be \d+% of you\.\n"
        r"\d+ trades left out since \d+ \w+ 2020; all others as they were\.",
        sold.text,
    )
    assert re.search(
        r"Hindsight note: of \d+ such trades, \d+ would have lost money if kept\.", sold.text
    )
    assert sold.picture
    early = await demo.press("All early sales")
    assert "trades left out since" in early.text
    assert "(selling winners early)" in early.text
    assert early.picture

    fall = await demo.say("market drops 30%")
    assert re.match(
        r"DEMO · Your loss ≈ \$[\d,]+ \(−\d+%; 90% range −\d+% to −\d+%; "
        r"it moves \d\.\d\d ± \d\.\d\d times as far as the S&P 500 index \(beta\), 756 days\)\.\n"
        r"Biggest parts: \w+ −\$[\d,]+, \w+ −\$[\d,]+, \w+ −\$[\d,]+\.\n"
        r"The year 2022 on today's holdings: [+−]\d+%\.",
        fall.text,
    )
    assert fall.picture
    replayed = await demo.press("Replay 2020")
    assert replayed.first.startswith("DEMO · −")
    assert "From Feb 2020 to Mar 2020, bought at the start and kept" in replayed.text
    proposal = await demo.press("Reduce this risk", on=fall)
    assert proposal.first.startswith("DEMO · Proposal")

    put = await demo.say("what if i put 5k into bonds")
    assert re.match(
        r"DEMO · With \$5,000 new money in cash: yearly swing \(volatility\) \d+\.\d% → \d+\.\d%, "
        r"a bad month \(1 in 20\) −\d+\.\d% → −\d+\.\d%\. Nothing saved\.",
        put.text,
    )
    assert "no bond prices" in put.text
    twice = await demo.press("Twice as much")
    assert "With $10,000 new money" in twice.first
    assert all(len(one.text.split("\n")) <= 6 for one in (sold, early, fall, replayed, put))


async def test_what_is_not_understood_or_not_there(demo: Talk) -> None:
    unclear = await demo.say("what if it rains")
    assert unclear.text.startswith("I did not understand that one; nothing was worked out.")
    assert unclear.labels == ["Market drops 30%", "Replay 2008", "All early sales"]
    early = await demo.press("All early sales")
    assert (early.labels, early.text[:9]) == (["Bias report"], "I have no")
    none = await demo.say("replay 1987")
    assert none.text == (
        "I keep no crisis of 1987. I can replay 2000, 2008, 2011, 2018, 2020 or 2022."
    )
    nothing = await demo.say("what if I hadn't sold MRK in 1995")
    assert nothing.text == (
        "I find no sale of MRK between 1 Jan 1995 and 31 Dec 1995 among your trades. "
        "Nothing was worked out."
    )


async def test_without_anything_held(talk: Talk) -> None:
    assert "hold nothing" in (await talk.say("market drops 30%")).text
    assert "no trades of yours" in (await talk.say("what if I hadn't sold AAPL")).text


def test_one_sale_undone_by_hand() -> None:
    trades = (
        _trade("2015-03-02", TradeKind.BUY, "AAPL", 100, 29.0),
        _trade("2018-03-01", TradeKind.SELL, "AAPL", 40, 41.5),
    )
    on = ground({"AAPL": 60 * 125.67}, trades)
    found = imagine(on, WhatIf(Kind.UNDONE, symbol="AAPL", side="sell"))
    assert isinstance(found, Undone)
    last = closes(on, "AAPL")[-1]
    assert found.outcome.total == pytest.approx(40 * last - 40 * 41.5)
    assert (found.trades, found.symbols) == (1, ("AAPL",))
    said = words.told(found, WhatIf(Kind.UNDONE, side="sell"), "USD", demo=False)
    assert said.startswith(f"Then: +${40 * last - 40 * 41.5:,.0f} today")
    assert "up to $1,660 owed, at 0%." in said
    assert "of 1 such trade, 0 would have lost money if kept." in said


def test_a_sector_falls_through_its_own_shares() -> None:
    on = ground({"AAPL": 1000.0, "KO": 1000.0})
    found = imagine(on, WhatIf(Kind.SHOCK, size=-0.4, sector="Information Technology"))
    assert isinstance(found, Stressed)
    losses = dict(found.found.parts)
    assert losses["AAPL"] < losses["KO"] < 0.0
    unknown = imagine(on, WhatIf(Kind.SHOCK, size=-0.4, sector="Space Mining"))
    assert isinstance(unknown, Stuck)


@pytest.mark.parametrize("crisis", [one.name for one in CRISES])
def test_every_crisis_has_words(crisis: str) -> None:
    what = WhatIf(Kind.REPLAY, episode=crisis)
    found = imagine(ground(), what)
    assert isinstance(found, Replayed)
    said = words.told(found, what, "USD", demo=False)
    assert words.CRISES[crisis] in said
    assert "on today's holdings" in words.title(found, what, "USD")


def test_shares_bought_and_sold() -> None:
    on = ground()
    bought = imagine(on, WhatIf(Kind.MONEY, shares=10.0, target="MSFT"))
    assert isinstance(bought, Put)
    assert bought.amount == pytest.approx(10 * closes(on, "MSFT")[-1])
    sold = imagine(on, WhatIf(Kind.MONEY, share=0.5, target="AAPL"))
    assert isinstance(sold, Put)
    assert sold.amount == pytest.approx(-3000.0)
    assert words.told(sold, WhatIf(Kind.MONEY), "USD", demo=False).startswith(
        "With $3,000 out of AAPL: "
    )
    much = imagine(on, WhatIf(Kind.MONEY, amount=-1e6, target="KO"))
    assert isinstance(much, Stuck)
    assert words.stuck(much, WhatIf(Kind.MONEY)) == "You hold $4,000 of KO; it cannot be less."
    nowhere = imagine(on, WhatIf(Kind.MONEY, amount=5.0, target="ZZZ"))
    assert words.stuck(nowhere, WhatIf(Kind.MONEY)) == "I have no prices of ZZZ."  # type: ignore[arg-type]
    spread = imagine(on, WhatIf(Kind.MONEY, amount=1000.0))
    assert isinstance(spread, Put)
    assert spread.found.before is not None
    assert spread.found.after.largest == pytest.approx(spread.found.before.largest)


def test_a_question_survives_being_remembered() -> None:
    what = WhatIf(Kind.UNDONE, symbol="AAPL", side="sell", period=Period(everything=True))
    assert unpack(pack(what)) == what
    assert unpack({"kind": "nonsense"}) is None
    assert unpack(pack(replace(what, kind=Kind.SHOCK, size=-0.3))) is not None


async def test_left_alone_each_january_and_all_habits_together(demo: Talk) -> None:
    await demo.say("biases")
    frozen = await demo.say("what if I had not traded at all")
    assert re.match(
        r"DEMO · Left alone from each 1 January: \$[\d,]+ (less|more) today, "
        r"90% range [+−]\$[\d,]+ to [+−]\$[\d,]+\.",
        frozen.text,
    )
    years = re.findall(r"^(20\d\d)  +(\S+%) +(\S+%) +(\S+%)$", frozen.text, re.MULTILINE)
    assert [year for year, *_ in years] == ["2019", "2020", "2021", "2022"]
    ahead = sum(_share(net) > _share(left) for _, net, _, left in years)
    assert f"ahead in {ahead} of 4 years, after costs." in frozen.text
    assert frozen.picture

    together = await demo.say("what do my habits cost me together?")
    assert re.match(
        r"DEMO · All your habits together (cost|brought) \$[\d,]+ up to today "
        r"\(90% range: brought \$[\d,]+ to cost \$[\d,]+\)\.\n",
        together.text,
    )
    assert len(together.text.split("\n")) <= 6
    assert together.picture
    why = await demo.say("why?")
    assert "this follows the money to today" in why.text
    told = re.search(r"Averaging down alone (cost|brought) \$([\d,]+) \(90% range", together.text)
    without = await demo.say("without averaging down")
    sign, size = re.search(r"Then: ([+−])\$([\d,]+) today", without.text).groups()  # type: ignore[union-attr]
    assert told is not None
    assert told.groups() == ({"+": "cost", "−": "brought"}[sign], size)
    assert "Counted twice or lost between them: " in together.text


def _share(said: str) -> float:
    return float(said.rstrip("%").replace("−", "-"))
