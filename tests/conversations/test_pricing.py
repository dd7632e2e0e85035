"""Prices from live feeds: asked for what is missing, kept as they come, whole after a split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from bot.letter import pack
from bot.post import accept, answer_next, work_next
from bot.web.door import Web
from conversations.actions import pricing
from conversations.actions.pricing import HISTORY, Freshness
from conversations.desk import Desk
from conversations.messages import Address, IncomingMessage
from engine.prices import Bar
from storage.cache import Cache
from storage.feeds import FeedResult, FeedUnreachable
from storage.unit_of_work import Storage
from tests.conversations.talk import START, Talk

TODAY = START.date()
DAYS = [TODAY - timedelta(days=n) for n in (6, 5, 2, 1, 0)]


@dataclass
class Told:
    """A feed that says what it is told to say, and writes down what it was asked."""

    name: str = "first"
    bars_of: dict[str, dict[date, float]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[tuple[tuple[str, ...], date | None]] = field(default_factory=list)

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        self.asked.append((tuple(symbols), since))
        if symbols[0] in self.silent:
            raise FeedUnreachable(self.name, "no connection")
        found: dict[str, tuple[Bar, ...]] = {}
        missing = []
        for symbol in symbols:
            if symbol in self.silent:
                break
            if symbol in self.bars_of:
                closes = self.bars_of[symbol]
                found[symbol] = tuple(
                    Bar(day, close)
                    for day, close in sorted(closes.items())
                    if (since or date.min) <= day <= until
                )
            else:
                missing.append(symbol)
        return FeedResult(found, tuple(missing), until)


def desk_of(storage: Storage, *feeds: Told) -> Desk:
    return Desk(
        storage,
        Cache(None),
        feeds={feed.name: feed for feed in feeds},
        sources=tuple(feed.name for feed in feeds),
    )


async def closes(storage: Storage, symbol: str, source: str = "first") -> Mapping[date, float]:
    async with storage.transaction() as work:
        prices = await work.market.prices([symbol], [source])
    found = {day: prices.bar(symbol, day) for day in prices.days.tolist()}
    return {day: bar.close for day, bar in found.items() if bar}


def rising(*values: float) -> dict[date, float]:
    return dict(zip(DAYS, values, strict=False))


async def test_only_what_is_missing_is_asked_for(storage: Storage) -> None:
    feed = Told(bars_of={"AAA": rising(10, 11, 12), "BBB": rising(20, 21, 22)})
    desk = desk_of(storage, feed)
    await pricing.refresh(desk, ["AAA", "BBB"], START)
    feed.bars_of["AAA"] |= rising(10, 11, 12.4, 13)  # the last session had not ended
    asked = await pricing.refresh(desk, ["AAA", "NEW", "BBB"], START)
    assert asked == Freshness(("AAA", "BBB"), ("NEW",), ())
    assert feed.asked == [
        (("AAA", "BBB"), TODAY - HISTORY),
        (("AAA", "BBB"), DAYS[1]),  # one symbol that nobody knows costs the others nothing
        (("NEW",), TODAY - HISTORY),
    ]
    assert await closes(storage, "AAA") == rising(10, 11, 12.4, 13)


async def test_after_a_split_all_prices_are_asked_for_again(storage: Storage) -> None:
    old = TODAY - HISTORY - timedelta(days=9)
    feed = Told(bars_of={"AAA": rising(100, 101, 102), "BBB": rising(20, 21, 22)})
    desk = desk_of(storage, feed)
    await pricing.refresh(desk, ["AAA", "BBB"], START)
    async with storage.transaction() as work:
        await work.market.load("first", "AAA", [Bar(old, 90.0)])
    feed.bars_of["AAA"] = rising(25, 25.25, 25.5, 26)
    feed.bars_of["BBB"] |= rising(20, 21.05, 22, 23)  # 0.24 %: another rounding
    assert (await pricing.refresh(desk, ["AAA", "BBB"], START)).missing == ()
    assert await closes(storage, "AAA") == rising(25, 25.25, 25.5, 26)  # and nothing older
    assert await closes(storage, "BBB") == rising(20, 21.05, 22, 23)


async def test_half_of_a_split_is_never_stored(storage: Storage) -> None:
    feed = Told(bars_of={"AAA": rising(100, 101, 102)})
    desk = desk_of(storage, feed)
    await pricing.refresh(desk, ["AAA"], START)

    class Weary(Told):
        async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
            if since == TODAY - HISTORY:
                raise FeedUnreachable(self.name, "too many requests")
            return await Told.bars(self, symbols, since, until)

    weary = Weary(bars_of={"AAA": rising(25, 25.25, 25.5, 26)})
    told = await pricing.refresh(desk_of(storage, weary), ["AAA"], START)
    assert told == Freshness((), ("AAA",), ("first",))
    assert await closes(storage, "AAA") == rising(100, 101, 102)


async def test_a_feed_that_knows_a_symbol_but_not_its_days_is_not_the_last(
    storage: Storage,
) -> None:
    first, second = Told("first", {"AAA": {}}), Told("second", {"AAA": rising(10, 11)})
    told = await pricing.refresh(desk_of(storage, first, second), ["AAA"], START)
    assert told == Freshness(("AAA",), (), ())
    assert await closes(storage, "AAA", "second") == rising(10, 11)


async def test_what_came_before_a_feed_fell_silent_is_kept(storage: Storage) -> None:
    feed = Told(bars_of={"AAA": rising(10, 11), "CCC": rising(30, 31)}, silent={"BBB"})
    told = await pricing.refresh(desk_of(storage, feed), ["AAA", "BBB", "CCC"], START)
    assert told == Freshness(("AAA",), ("BBB", "CCC"), ("first",))
    assert await closes(storage, "AAA") == rising(10, 11)


@pytest.fixture
def live(storage: Storage) -> Talk:
    feed = Told(bars_of={"AAPL": rising(250, 251, 252, 253, 254), "KO": rising(60, 61, 62, 63, 64)})
    return Talk(storage, desk_of(storage, feed))


async def tell(talk: Talk, text: str) -> None:
    id = f"{talk.chat}-{text}"
    message = IncomingMessage(id, talk.chat, Address("web", talk.chat), talk.now, text)
    await accept(talk.storage, "web", id, talk.chat, pack(message))
    assert await answer_next(talk.storage, {"web": Web(talk.storage)}, talk.desk, talk.now)


async def said(talk: Talk) -> list[str]:
    return [line.body["text"] for line in await talk._lines() if line.mine]


async def test_two_people_who_ask_at_once_are_both_looked_up_for(live: Talk) -> None:
    bob = Talk(live.storage, live.desk, "bob")
    for talk in (live, bob):
        await tell(talk, "bought 10 AAPL at 253 today")
        assert (await said(talk))[-1].startswith("Looking up")
    await live.settle()
    for talk in (live, bob):
        assert (await said(talk))[-1].startswith("BUY 10 Apple (AAPL) @ $253")


async def test_a_look_up_leaves_a_newer_card_open(live: Talk) -> None:
    await tell(live, "bought 10 AAPL at 253 today")
    async with live.storage.transaction() as work:
        await work.market.load("first", "KO", [Bar(TODAY, 64.0)])
    await tell(live, "bought 5 KO at 64 today")
    assert (await said(live))[-1].startswith("BUY 5")
    await live.settle()
    late = next(line for line in await live._lines() if "newer card" in line.body["text"])
    card = [line for line in await live._lines() if line.body["text"].startswith("BUY 5")][-1]
    save = next(
        one["data"] for row in card.body["buttons"] for one in row if one["label"] == "Save"
    )
    assert (await live.send(save)).text.startswith("✅ Saved #1")
    again = late.body["buttons"][0][0]
    assert again["label"] == "Show it"
    shown = await live.send(again["data"])
    assert shown.text.startswith("BUY 10 Apple (AAPL)")
    assert (await live.press("Save")).text.startswith("✅ Saved #2")


async def test_a_look_up_of_ones_own_trade_does_not_end_in_the_demo(live: Talk) -> None:
    await tell(live, "bought 10 AAPL at 253 today")
    await tell(live, "demo")
    assert await work_next(live.storage, live.desk, live.now)
    assert (await said(live))[0] == (
        "DEMO · That belongs to your own portfolio, not to this one. Nothing was saved."
    )


async def test_a_share_that_nobody_holds_is_asked_for_where_its_price_is_missing(
    live: Talk,
) -> None:
    assert (await live.say("price of KO")).text == "I have no prices of KO."
    told = await live.press("Refresh KO")
    assert told.text == "My newest close of KO is of Wed 18 Nov 2026: “price of KO” shows it."
    assert "$64.00" in (await live.say("price of KO")).text
    await live.say("price of NVO")
    unknown = await live.press("Refresh NVO")
    assert unknown.text == "None of my price sources knows NVO. Is the ticker right?"
