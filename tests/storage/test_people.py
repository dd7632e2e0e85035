"""Who people are, what they own, and what they have been asked to say yes to."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.exc import NoResultFound

from engine.diagnosis.events import Event
from engine.ledger import LotMethod
from storage.records import Person
from storage.unit_of_work import Storage
from tests.storage.people import NOW, draft, purchase, somebody


async def test_somebody_new_ten_times_at_once_is_one_person(storage: Storage) -> None:
    found = await asyncio.gather(*(somebody(storage) for _ in range(10)))
    assert len({person.id for person, _ in found}) == 1
    async with storage.transaction() as work:
        (portfolio,) = await work.portfolios.of(found[0][0].id)
    assert (portfolio.name, portfolio.lot_method, portfolio.version) == ("Main", LotMethod.FIFO, 0)
    assert not portfolio.allow_short


async def test_a_name_means_somebody_else_on_another_channel(storage: Storage) -> None:
    async with storage.transaction() as work:
        here = await work.users.known_as("web", "ada")
        there = await work.users.known_as("terminal", "ada")
    assert here.id != there.id


async def test_what_a_person_tells_us_about_themselves_is_kept(storage: Storage) -> None:
    person, _ = await somebody(storage)
    assert person == Person(person.id, portfolio=person.portfolio)
    async with storage.transaction() as work:
        other = await work.portfolios.open(person.id, "Pension", currency="EUR")
        await work.users.change(
            person.id,
            currency="EUR",
            time_zone="Europe/Berlin",
            day_first=True,
            portfolio=other.id,
            welcomed=True,
        )
        assert await work.users.get(person.id) == Person(
            person.id, "EUR", "Europe/Berlin", True, other.id, True
        )
        await work.portfolios.change(other.id, lot_method=LotMethod.AVERAGE, allow_short=True)
        changed = await work.portfolios.get(other.id)
        assert (changed.lot_method, changed.allow_short) == (LotMethod.AVERAGE, True)


async def test_a_portfolio_opened_twice_is_the_same(storage: Storage) -> None:
    person, _ = await somebody(storage)

    async def open_demo() -> object:
        async with storage.transaction() as work:
            return (await work.portfolios.open(person.id, "Demo", demo=True)).id

    assert len(set(await asyncio.gather(*(open_demo() for _ in range(5))))) == 1


async def test_a_discarded_portfolio_leaves_nothing_behind(storage: Storage) -> None:
    person, main = await somebody(storage)
    async with storage.transaction() as work:
        demo = await work.portfolios.open(person.id, "Demo", demo=True)
        await work.users.change(person.id, portfolio=demo.id)
        told = purchase()
        await work.trades.add(demo.id, told, source="demo")
        await work.trades.void(demo.id, told.id, NOW)
        await work.positions.replace(demo.id, [("AAPL", Decimal(5), Decimal(1) / 3)])
        seen = Event("panic_selling", NOW.date(), "AAPL", str(told.id), 0.5, {"share_sold": 0.5})
        await work.events.add_all(demo.id, [seen], NOW)
        await work.drafts.add(draft(person, portfolio=demo.id))
        await work.portfolios.discard(demo.id)
        assert (await work.users.get(person.id)).portfolio is None
        assert [one.id for one in await work.portfolios.of(person.id)] == [main]
        assert await work.trades.by_id(demo.id, told.id) is None
        with pytest.raises(NoResultFound):
            await work.portfolios.get(demo.id)


async def test_positions_are_replaced_as_a_whole(storage: Storage) -> None:
    _, mine = await somebody(storage)
    async with storage.transaction() as work:
        await work.positions.replace(mine, [("AAPL", Decimal(5), Decimal(2) / 3)])
        await work.positions.replace(
            mine, [("KO", Decimal("-1.5"), Decimal(60)), ("AMD", Decimal(3), Decimal(1) / 3)]
        )
        assert await work.positions.of(mine) == [
            ("AMD", Decimal(3), Decimal("0.3333333333")),
            ("KO", Decimal("-1.5"), Decimal(60)),
        ]
        await work.positions.replace(mine, [])
        assert await work.positions.of(mine) == []


async def test_a_draft_is_taken_once_by_its_owner_in_time(storage: Storage) -> None:
    person, _ = await somebody(storage)
    stranger, _ = await somebody(storage, "bob")
    waiting = draft(person)
    async with storage.transaction() as work:
        await work.drafts.add(waiting)
        assert await work.drafts.get(waiting.id, person.id) == waiting
        assert await work.drafts.get(waiting.id, stranger.id) is None
        assert await work.drafts.take(waiting.id, stranger.id, NOW) is None
        assert await work.drafts.take(waiting.id, person.id, waiting.expires_at) is None
        assert await work.drafts.rewrite(waiting.id, person.id, {"symbol": "KO"})

    async def press() -> bool:
        async with storage.transaction() as work:
            taken = await work.drafts.take(waiting.id, person.id, NOW)
            assert taken is None or (taken.content, taken.status) == ({"symbol": "KO"}, "saved")
            return taken is not None

    assert sum(await asyncio.gather(*(press() for _ in range(10)))) == 1
    async with storage.transaction() as work:
        assert not await work.drafts.rewrite(waiting.id, person.id, {})
        assert not await work.drafts.close(waiting.id, person.id, "cancelled")


async def test_a_new_draft_closes_those_open_in_its_chat(storage: Storage) -> None:
    person, _ = await somebody(storage)
    old, new, elsewhere = draft(person), draft(person), draft(person, chat="8")
    async with storage.transaction() as work:
        for one in (old, new, elsewhere):
            await work.drafts.add(one)
        here = ("web", "7", person.id)
        assert await work.drafts.close(new.id, person.id, "replaced")
        assert (
            await work.drafts.close_open(*here, "cancelled", usual=old.expires_at - old.created_at)
            == 1
        )
        found = [await work.drafts.get(one.id, person.id) for one in (old, new, elsewhere)]
        assert [one.status for one in found if one] == ["cancelled", "replaced", "open"]


async def test_a_dialog_remembers_its_state(storage: Storage) -> None:
    person, _ = await somebody(storage)
    here = ("web", "7", person.id)
    async with storage.transaction() as work:
        assert await work.dialogs.get(*here) == {}
        await work.dialogs.put(*here, {"asked": "price"})
        await work.dialogs.put(*here, {"asked": "date", "why": ["…"]})
        assert await work.dialogs.get(*here) == {"asked": "date", "why": ["…"]}
        assert await work.dialogs.get("web", "8", person.id) == {}


async def test_uploads_pictures_and_sessions_are_found_again(storage: Storage) -> None:
    async with storage.transaction() as work:
        upload = await work.uploads.add("trades.csv", b"\x00\xff", channel="web", chat="7")
        kept = await work.uploads.get(upload, channel="web", chat="7")
        assert kept == ("trades.csv", b"\x00\xff")
        assert await work.uploads.get(upload, channel="web", chat="8") is None
        assert await work.uploads.get(upload, channel="terminal", chat="7") is None
        assert await work.uploads.get("nothing", channel="web", chat="7") is None
        assert await work.pictures.get(uuid4()) is None
        await work.sessions.open(b"hash", "chat", NOW)
        assert await work.sessions.find(b"hash") == "chat"
        assert await work.sessions.find(b"guess") is None
