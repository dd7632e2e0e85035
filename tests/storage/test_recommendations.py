"""Recommendations come back exactly as they were made, and end once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError, StatementError

from engine.optimization.outlook import Change, Outlook
from engine.optimization.recommendation import Move, Recommendation
from engine.optimization.trade_reasons import Reason
from engine.optimization.whole_shares import Order
from storage.records import Person, RecommendationRecord
from storage.repositories.recommended import pack, unpack
from storage.tables import recommendations, user_profiles
from storage.unit_of_work import Storage
from tests.storage.people import NOW, somebody

DAY = timedelta(days=1)
amounts = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**12))


def content(at: datetime = NOW, shares: str = "-25.0000000001") -> Recommendation:
    order = Order("NVDA", Decimal(shares), Decimal("121.0500"), Decimal("3026.25"), Decimal("1.5"))
    reasons = (
        Reason("limit", "upper:NVDA", {"now": 0.24, "after": 0.1 + 1e-17, "bound": 0.1}),
        Reason("rest", "NVDA"),
    )
    return Recommendation(
        method="minimum_variance",
        at=at,
        expires_at=at + 7 * DAY,
        most_moved=0.05,
        moves=(Move(order, 0.24, 1 / 3, reasons),),
        before=Outlook(0.1, 0.05, 0.21, 0.01, 0.3, 0.02),
        after=Outlook(0.1, 0.05, 0.15, None, 0.2, 0.01),
        changes={"volatility": Change(-0.06, 0.004), "expected": Change(0.0, None)},
        turnover=0.28,
        cost=Decimal("41.10"),
        cash=Decimal("0.0000000001"),
        prices={"NVDA": Decimal("121.0500")},
        binding=("upper:NVDA", "turnover"),
        missed=("group:tech",),
        caveats=("no_tax",),
    )


def record(person: Person, **more: object) -> RecommendationRecord:
    assert person.portfolio is not None
    made = RecommendationRecord(uuid4(), person.portfolio, person.id, content(), "open", NOW + DAY)
    return replace(made, **more)  # type: ignore[arg-type]


async def keep(storage: Storage, *told: RecommendationRecord) -> None:
    async with storage.transaction() as work:
        for one in told:
            await work.recommendations.add(one)


async def test_it_comes_back_as_it_was(storage: Storage) -> None:
    person, mine = await somebody(storage)
    told = record(person)
    await keep(storage, told)
    async with storage.transaction() as work:
        found = await work.recommendations.get(told.id, person.id)
        assert found == told
        assert found is not None
        order = found.content.moves[0].order
        assert [str(order.shares), str(order.price)] == ["-25.0000000001", "121.0500"]
        assert await work.recommendations.latest_open(mine) == told
        row = (await work._connection.execute(select(recommendations))).one()
        assert (row.at, row.method, row.expires_at) == (NOW, "minimum_variance", NOW + 7 * DAY)
        assert row.content["moves"][0]["shares"] == "-25.0000000001"


@given(amounts, amounts, st.floats(allow_nan=False, allow_infinity=False))
def test_amounts_are_text_and_numbers_whole(shares: Decimal, price: Decimal, weight: float) -> None:
    told = content()
    order = replace(told.moves[0].order, shares=shares, price=price)
    told = replace(told, moves=(replace(told.moves[0], order=order, before=weight),))
    back = unpack(pack(told))
    assert back == told
    assert str(back.moves[0].order.shares) == str(shares)


async def test_a_number_that_json_lacks_is_refused(storage: Storage) -> None:
    person, _ = await somebody(storage)
    bad = replace(content(), turnover=float("nan"))
    with pytest.raises(StatementError, match="JSON"):
        await keep(storage, record(person, content=bad))


async def test_a_new_one_replaces_what_was_left_to_do(storage: Storage) -> None:
    person, mine = await somebody(storage)
    other, theirs = await somebody(storage, "bob")
    one, two, foreign = record(person), record(person), record(other)
    await keep(storage, foreign, one, two)
    async with storage.transaction() as work:
        assert await work.recommendations.latest_open(mine) == two
        assert await work.recommendations.latest_open(theirs) == foreign
        listed = await work.recommendations.of(mine, 5)
        assert [(told.id, told.status) for told in listed] == [
            (two.id, "open"),
            (one.id, "replaced"),
        ]
        assert len(await work.recommendations.of(mine, 1)) == 1


async def test_nobody_else_can_see_or_end_it(storage: Storage) -> None:
    person, _ = await somebody(storage)
    other, _ = await somebody(storage, "bob")
    told = record(person)
    await keep(storage, told)
    async with storage.transaction() as work:
        kept = work.recommendations
        assert await kept.get(told.id, other.id) is None
        assert not await kept.set_status(told.id, other.id, "done", NOW)
        assert not await kept.remind(told.id, other.id, None)
        assert await kept.get(told.id, person.id) == told


@pytest.mark.parametrize("status", ["done", "dismissed", "expired"])
async def test_it_ends_once(storage: Storage, status: str) -> None:
    person, mine = await somebody(storage)
    told = record(person)
    await keep(storage, told)
    async with storage.transaction() as work:
        kept = work.recommendations
        assert await kept.set_status(told.id, person.id, "partly", NOW)
        left = await kept.latest_open(mine)
        assert left == replace(told, status="partly", followed_up_at=NOW)
        assert await kept.set_status(told.id, person.id, status, NOW + DAY)
        assert not await kept.set_status(told.id, person.id, "open", NOW + 2 * DAY)
        assert not await kept.remind(told.id, person.id, NOW)
        assert await kept.latest_open(mine) is None
        found = await kept.get(told.id, person.id)
        assert found == replace(told, status=status, followed_up_at=NOW + DAY)


async def test_due_are_those_to_be_asked_about_by_now(storage: Storage) -> None:
    told: list[RecommendationRecord] = []
    for name, at in (("ada", NOW + DAY), ("bob", NOW), ("cy", NOW + 3 * DAY), ("di", None)):
        person, _ = await somebody(storage, name)
        told.append(record(person, follow_up_at=at))
    await keep(storage, *told)
    ada, bob, cy, _ = told
    async with storage.transaction() as work:
        kept = work.recommendations
        assert await kept.due(NOW - DAY) == []
        assert await kept.due(NOW + DAY) == [bob, ada]
        assert await kept.due(NOW + DAY, 1) == [bob]
        assert await kept.remind(bob.id, bob.person, NOW + 2 * DAY)
        assert await kept.set_status(ada.id, ada.person, "dismissed", NOW)
        assert [one.id for one in await kept.due(NOW + 4 * DAY)] == [bob.id, cy.id]


async def test_two_who_ask_at_once_do_not_ask_about_the_same(storage: Storage) -> None:
    person, _ = await somebody(storage)
    await keep(storage, record(person, follow_up_at=NOW))
    async with storage.transaction() as one, storage.transaction() as other:
        assert len(await one.recommendations.due(NOW)) == 1
        assert await other.recommendations.due(NOW) == []


@pytest.mark.parametrize(
    "wrong", [{"status": "maybe"}, {"content": replace(content(), at=NOW + 8 * DAY)}]
)
async def test_what_makes_no_sense_is_refused(storage: Storage, wrong: dict[str, object]) -> None:
    person, _ = await somebody(storage)
    with pytest.raises(IntegrityError):
        await keep(storage, record(person, **wrong))


async def test_it_goes_with_the_person(storage: Storage) -> None:
    person, _ = await somebody(storage)
    await keep(storage, record(person))
    async with storage.transaction() as work:
        await work._connection.execute(delete(user_profiles).where(user_profiles.c.id == person.id))
        counted = select(func.count()).select_from(recommendations)
        assert (await work._connection.execute(counted)).scalar_one() == 0


async def test_a_portfolio_without_any_has_none(storage: Storage) -> None:
    person, mine = await somebody(storage)
    async with storage.transaction() as work:
        assert await work.recommendations.latest_open(mine) is None
        assert await work.recommendations.of(mine, 5) == []
        assert await work.recommendations.get(UUID(int=1), person.id) is None
