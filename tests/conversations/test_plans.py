"""“save as plan”, “my plans”, and the trades as a file that we can import again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from conversations.actions.allocation.trade_sheet import write_sheet
from engine.optimization.outlook import Outlook
from engine.optimization.recommendation import Move, Recommendation
from engine.optimization.whole_shares import Order
from engine.trade_file import read_trades
from tests.conversations.talk import Talk

AT = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)


def _told(*symbols: str) -> Recommendation:
    look = Outlook(0.1, 0.05, 0.21, None, 0.3, 0.02)
    moves = []
    for n, symbol in enumerate(symbols):
        shares = Decimal(25) * (-1) ** n
        order = Order(symbol, shares, Decimal("121.05"), Decimal("3026.25"), Decimal("1.5"))
        moves.append(Move(order, 0.2, 0.1, ()))
    return Recommendation(
        "least", AT, AT.replace(day=12), 0.05, tuple(moves), look, look, {}, 0.1, Decimal(3),
        Decimal(0), {symbol: Decimal("121.05") for symbol in symbols},
    )  # fmt: skip


async def test_a_proposal_is_kept_listed_opened_and_dismissed(demo: Talk) -> None:
    assert (await demo.say("save as plan")).text.startswith("There is no open proposal.")
    assert (await demo.say("my plans")).text.startswith("DEMO · No plans yet.")
    await demo.say("minimum variance, max 20% in one stock")
    trades = await demo.say("trade list")
    assert trades.labels == [
        "Why these?",
        "I did it",
        "Dismiss",
        "Remind me tomorrow",
        "Save as plan",
        "CSV",
    ]
    saved = await demo.press("Save as plan", on=trades)
    assert saved.first.startswith("✅ DEMO · Kept as plan 1: sell ")
    assert (await demo.say("save as plan")).first.startswith("DEMO · That proposal is plan 1")
    await demo.say("risk parity, max 30% each")  # replaces the open proposal, not the plan
    listed = await demo.say("my plans")
    assert listed.text.splitlines()[1].startswith("1) of Wed 28 Dec 2022, good until Sat 7 Jan")
    opened = await demo.press("Open 1", on=listed)
    assert trades.first in opened.text
    assert "good until Sat 7 Jan 2023" in opened.text
    assert (await demo.say("save as plan")).first.startswith("✅ DEMO · Kept as plan 2")
    assert (await demo.say("undo")).text.startswith("↩️ Plan 2 dismissed.")
    assert (await demo.press("Restore")).text == "Plan 2 is back."
    assert (await demo.say("dismiss plan 1")).text.startswith("↩️ Plan 1 dismissed.")
    assert (await demo.say("open plan 1")).text.startswith("There is no plan 1.")
    assert len((await demo.say("plans")).text.splitlines()) == 2
    assert (await demo.send("plan:nonsense")).text.startswith("There is no such plan.")


async def test_plans_of_another_are_none(demo: Talk) -> None:
    await demo.say("minimum variance, max 20% in one stock")
    saved = await demo.say("save as plan")
    undo = dict(saved.buttons)["Undo"]
    other = Talk(demo.storage, demo.desk, "ben")
    assert (await other.send(undo)).text.startswith("There is no such plan.")
    sheet = dict((await demo.say("trade list")).buttons)["CSV"]
    assert (await other.send(sheet)).text.startswith("There is no open proposal.")


async def test_the_file_can_be_imported_and_then_the_proposal_is_done(demo: Talk) -> None:
    await demo.say("minimum variance, max 20% in one stock")
    trades = await demo.say("trade list")
    heard = await demo.press("CSV", on=trades)
    assert "trades as CSV" in heard.first
    async with demo.storage.transaction() as work:
        line = next(
            one for one in await work.outbox.transcript("web", demo.chat) if one.id == heard.id
        )
        id = UUID(line.body["document"])
        file = await work.documents.get(id, "web", demo.chat)
        assert await work.documents.get(id, "web", "ben") is None
    assert file is not None
    assert line.body["file"] == {"name": "trades-2022-12-28.csv", "size": len(file.data)}
    preview = await demo.drop(file.name, file.data)
    await demo.press("Import", on=preview)
    assert (await demo.say("did I do it?")).text.startswith("DEMO · ✅ Done")


def test_what_is_written_is_what_is_read() -> None:
    told = _told("NVDA", "KO,X", '=HYPERLINK("A")', "+AB", "-CD", "@EF")
    file = write_sheet(told)
    text = file.data.decode()
    assert text.splitlines()[0] == "time,symbol,side,quantity,price,fee"
    cells = [line.partition(",")[2].lstrip('"')[:1] for line in text.splitlines()[1:]]
    assert not set(cells) & set("=+-@"), "no cell is a formula"
    read = read_trades(text)
    assert read.problems == ()
    trades = read.by_investor[""]
    assert [one.symbol for one in trades] == [move.order.symbol for move in told.moves]
    assert [one.kind.value for one in trades[:2]] == ["buy", "sell"]
    assert {(one.quantity, one.price, one.fee) for one in trades} == {
        (Decimal(25), Decimal("121.05"), Decimal("1.5"))
    }
    assert all(one.at > told.at for one in trades), "they are after the proposal"
    assert write_sheet(replace(told, moves=())).data == b"time,symbol,side,quantity,price,fee\n"
