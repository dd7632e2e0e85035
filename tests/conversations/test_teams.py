"""Dialogue (i): a portfolio that several people share, in a group and in private."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import text

from conversations.actions import drafts
from conversations.messages import Reply
from conversations.tasks import concluded
from storage.records import Task
from storage.unit_of_work import Storage
from tests.conversations.company import Somebody, code_in, person, share
from tests.conversations.talk import _heard
from tests.storage.people import purchase

ON = "on 2022-12-28"


async def club(storage: Storage, *, second_yes: bool = False) -> tuple[Somebody, ...]:
    """Ana owns, Ben is a member, Cem looks on, Dan is a stranger; a group is bound."""
    ana, ben, cem, dan = (person(storage, name) for name in ("ana", "ben", "cem", "dan"))
    await share(ana, (ben, "member"), (cem, "viewer"))
    if second_yes:
        assert (await ana.say("require a second yes for Club")).text.startswith("✅")
    assert (await ana.in_("investing").say("use Club here")).text.startswith("✅")
    return ana, ben, cem, dan


async def test_a_draft_in_the_group_needs_the_yes_of_somebody_else(storage: Storage) -> None:
    ana, ben, cem, dan = (one.in_("investing") for one in await club(storage, second_yes=True))
    card = await ana.say(f"record bought 10 AAPL at 125.70 {ON} for club")
    assert card.first == "Draft by Ana: BUY 10 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022"
    assert card.text.endswith("Needs a second OK (Club rule).")
    assert card.labels == ["Approve", "Reject"]
    own = await ana.press("Approve", on=card)
    assert own.text == "You wrote this draft: somebody else has to approve it. Nothing was saved."
    looks = await cem.press("Approve", on=card)
    assert looks.text.startswith("You look on in Club")
    stranger = await dan.press("Approve", on=card)
    assert stranger.text.startswith("I keep portfolios private.")
    saved = await ben.press("Approve", on=card)
    assert saved.text == "✅ #1 saved · Ana + Ben 15:00."
    assert saved.labels == ["Undo – either, 24 h"]
    assert saved.id == card.id  # the same message, edited
    again = await ben.press("Approve", on=card)
    assert again.text == "No draft waits for a second yes."
    ana.wait(hours=25)
    late = await ben.in_("investing").press("Undo", on=saved)
    assert "#1 removed" in late.text  # Ben's clock still reads the same day


async def test_who_reads_along_is_said_before_a_group_is_about_a_portfolio(
    storage: Storage,
) -> None:
    ana, ben, dan = (person(storage, name) for name in ("ana", "ben", "dan"))
    await share(ana, (ben, "member"))
    await dan.in_("lunch").say("hello")
    here = ana.in_("lunch")
    asked = await here.say("use Club here")
    assert asked.first.startswith("1 person who wrote to me in this chat does not share Club.")
    assert asked.labels == ["Yes, use it here", "No"]
    assert (await here.press("No")).text.startswith("OK. This chat is about no portfolio")
    assert (await here.press("Yes", on=asked)).text.startswith("I keep portfolios private.")
    assert (await here.say("portfolio")).text.startswith("I keep portfolios private.")
    await here.say("use Club here")
    assert (await dan.in_("lunch").press("Yes", on=here.heard)).text.startswith("I keep portf")
    assert "people who don't share Club" in (await here.say("yes")).text
    assert not (await here.say("portfolio")).text.startswith("I keep portfolios private.")
    assert (await dan.in_("lunch").say("portfolio")).text.startswith("I keep portfolios private.")
    calm = await ana.in_("club").say("use Club here")
    assert calm.text.startswith("✅"), "nobody else is known there"
    assert "Everybody in this chat can read" in calm.text


async def test_a_draft_is_rejected_and_one_from_a_private_chat_reaches_the_group(
    storage: Storage,
) -> None:
    ana, ben, cem, _ = await club(storage, second_yes=True)
    card = await ana.in_("investing").say(f"bought 10 AAPL at 125.70 {ON}")
    assert (await cem.in_("investing").press("Reject", on=card)).text.startswith("You look on")
    rejected = await ben.in_("investing").press("Reject", on=card)
    assert rejected.text == "Ben rejected Ana's draft. Nothing was saved."
    assert rejected.id == card.id
    await ana.say(f"bought 4 AAPL at 125.70 {ON} for Club")
    sent = await ana.press("Save")
    assert sent.text.startswith("Sent to Club for a second yes.")
    approved = await ben.in_("investing").say("approve")
    assert approved.text == "✅ #1 saved · Ana + Ben 15:00."
    assert "4 AAPL" in (await ana.say("trades for Club")).text
    assert "AAPL" not in (await ana.say("trades")).text  # her own has none


async def test_either_of_the_two_undoes_for_a_day_and_then_it_takes_two(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage, second_yes=True)
    card = await ben.in_("investing").say(f"bought 10 AAPL at 125.70 {ON}")
    saved = await ana.in_("investing").press("Approve", on=card)
    eve = person(storage, "eve")
    code = code_in((await ana.say("invite a member to Club")).text)
    await eve.say(f"join {code} as Eve")
    other = await eve.in_("investing").press("Undo", on=saved)
    assert other.text == (
        "Eve wants to undo #1 BUY 10 AAPL @ $125.70.\nNeeds a second OK (Club rule)."
    )
    own = await eve.in_("investing").press("Approve", on=other)
    assert own.text.startswith("You wrote this"), own.text
    no = await ben.in_("investing").press("Reject", on=other)
    assert no.text == "Ben said no to what Eve asked for. Nothing was changed."
    undone = await ben.in_("investing").press("Undo", on=saved)
    assert "#1 removed" in undone.text
    assert "#1 restored" in (await ana.in_("investing").press("Restore", on=undone)).text
    ben.wait(hours=25)
    ana.now = ben.now
    assert (await ana.in_("investing").press("Undo", on=saved)).first == (
        "Ana wants to undo #1 BUY 10 AAPL @ $125.70."
    )
    both = await ben.in_("investing").press("Undo", on=saved)
    assert "#1 removed" in both.text, "two asked for the same: that is two who say yes"


async def test_what_was_saved_before_the_rule_is_not_undone_by_one_alone(storage: Storage) -> None:
    ana, ben, cem, _ = await club(storage)
    await ana.say(f"bought 10 AAPL at 125.70 {ON} for Club")
    await ana.press("Save")
    await ana.say("require a second yes for Club")
    alone = await ana.say("undo #1 for Club")
    alone = await ana.press("Undo it") if "Undo it" in alone.labels else alone
    assert alone.text.startswith("Sent to Club for a second yes.")
    assert "10 AAPL" in (await ana.say("trades for Club")).text, "nothing is changed yet"
    again = await ana.press("Undo it", on=await ana.say("undo #1 for Club"))
    assert again.text.startswith("You asked for that already")
    (mine,) = await ids(storage, "SELECT id FROM drafts WHERE status = 'open'")
    for press in ("save", "edit", "cancel"):  # what is asked for is no card of trades
        heard = await ana.send(f"{press}:{drafts.short(mine)}:0")
        assert "Something broke" not in heard.text, heard.text
    async with storage.transaction() as work:
        (asked,) = (
            line for line in await work.outbox.transcript("web", "investing")
            if "wants to undo" in line.body["text"]
        )  # fmt: skip
    heard = _heard(asked)
    assert (await cem.in_("investing").press("Approve", on=heard)).text.startswith("You look on")
    done = await ben.in_("investing").press("Approve", on=heard)
    assert done.text.startswith("↩️ #1 removed (BUY 10 AAPL @ $125.70).")
    assert done.text.endswith("Agreed by Ana and Ben.")
    assert (await ben.in_("investing").press("Restore", on=done)).first == (
        "Ben wants to put back #1 BUY 10 AAPL @ $125.70."
    )
    assert "#1 restored" in (await ana.in_("investing").say("approve")).text
    assert "agreed to what Ana asked for" in (await ana.say("log for Club")).text


async def test_nor_is_a_whole_import(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage, second_yes=True)
    trades = [purchase(symbol="AAPL"), purchase(symbol="MSFT")]
    async with storage.transaction() as work:
        owner = await work.users.known_as("web", "ana")
        (team,) = await work.members.shared_with(owner.id)
        batch = uuid4()
        await work.trades.add_many(team.portfolio, trades, source="file", batch=batch)
    sent = await ana.send(f"unbatch:{batch}")
    assert sent.text.startswith("Sent to Club for a second yes."), sent.text
    done = await ben.in_("investing").say("approve")
    assert done.first == "↩️ The import was undone: 2 trades removed."
    await ben.press("Restore", on=done)
    assert "put back the import #1–#2 (2 trades)" in await last_in(storage, "investing")
    assert "restored: 2 trades" in (await ana.in_("investing").say("approve")).text


async def ids(storage: Storage, query: str) -> list[UUID]:
    async with storage._engine.begin() as connection:
        return list((await connection.execute(text(query))).scalars())


async def last_in(storage: Storage, chat: str) -> str:
    async with storage.transaction() as work:
        return str((await work.outbox.transcript("web", chat))[-1].body["text"])


async def test_and_mine_is_answered_to_the_one_who_asks_alone(storage: Storage) -> None:
    _, ben, _, _ = await club(storage)
    await ben.say(f"bought 3 MSFT at 234.50 {ON}")
    await ben.press("Save")
    heard = await ben.in_("investing").say("and mine?")
    assert heard.text == "Yours is private – I answered in our DM."
    assert "MSFT" in (await ben._lines())[-1].body["text"]
    async with storage.transaction() as work:
        lines = await work.outbox.transcript("web", "investing")
    assert lines[-1].body["private"]
    assert not any("MSFT" in line.body["text"] for line in lines if line.mine)


async def test_and_mine_is_the_own_one_after_a_shared_one_was_chosen(storage: Storage) -> None:
    _, ben, _, _ = await club(storage)
    await ben.say(f"bought 3 MSFT at 234.50 {ON}")
    await ben.press("Save")
    await ben.say("use Club")
    card = await ben.say(f"bought 2 KO at 63.50 {ON}")
    assert card.first.startswith("Club · BUY 2 "), "which portfolio it goes into"
    assert (await ben.press("Save")).first.startswith("✅ Club · Saved #")
    club_s = await ben.say("portfolio")
    assert club_s.first.startswith("Club · ")
    assert "MSFT" not in club_s.text
    assert "MSFT" in (await ben.say("and mine?")).text


async def test_a_second_yes_is_asked_for_and_dropped_in_short_words(storage: Storage) -> None:
    ana, _, _, _ = await club(storage)
    on = (await ana.say("second yes on")).text
    off = (await ana.say("second yes off")).text
    assert on != off
    assert on == (await ana.say("require a second yes")).text
    assert (await ana.say("create a group portfolio Pool")).text.startswith("✅ Pool is a shared")


async def test_roles_are_changed_by_an_owner_and_one_owner_stays(storage: Storage) -> None:
    ana, ben, cem, _ = await club(storage)
    assert (await ben.say("make Cem a member")).text.startswith("Only an owner of Club")
    assert (await ben.say("invite")).text.startswith("Only an owner of Club")
    assert (await ana.say("leave Club")).text.startswith("You are the only owner of Club")
    assert (await ana.say("make Cem a member")).text == "✅ Cem is member of Club now."
    assert (await ana.say("make Zoe a viewer")).text.startswith("Nobody in Club is called Zoe")
    assert (await ana.say("make Ben owner of Club")).text == "✅ Ben is owner of Club now."
    assert (await ana.say("leave Club")).text.startswith("You no longer share Club.")
    assert (await ben.say("members of Club")).text.split("\n")[1:3] == [
        "Ben (you) – owner", "Cem – member",
    ]  # fmt: skip
    assert (await cem.say("remove Ben from Club")).text.startswith("Only an owner of Club")
    log = (await ben.say("log for Club")).text
    assert "made Ben owner" in log
    assert " · left" in log


async def test_an_invitation_works_once_and_not_for_ever(storage: Storage) -> None:
    ana, ben, _, dan = await club(storage)
    code = code_in((await ana.say("invite somebody to Club")).text)
    assert (await ben.say(f"join {code}")).text.startswith("You share Club already, as member.")
    assert (await dan.say(f"/start {code}")).text.startswith("✅ You share Club now, as member")
    eve = person(storage, "eve")
    assert (await eve.say(f"join {code}")).text.startswith("That code was used before")
    later = code_in((await ana.say("invite a viewer to Club")).text)
    eve.wait(minutes=11)
    assert (await eve.say(f"join {later}")).text.startswith("That code has expired.")
    assert (await eve.say("join ABCDE-FGH")).text.startswith("I don't know that code")


async def test_the_week_and_the_herd_of_a_team(storage: Storage) -> None:
    ana, ben, _, _ = await club(storage)
    assert (await ana.say("team digest")).text == "Club this week: no trades."
    for one, words in ((ana, "10 AAPL at 125.70"), (ben, "5 AAPL at 125.70")):
        await one.in_("investing").say(f"bought {words} {ON}")
        await one.in_("investing").say("save")
    assert (await ana.say("week of Club")).text == (
        "Club this week: 2 trades saved, 0 undone.\nActive: Ana and Ben."
    )
    few = await ana.say("do we follow each other?")
    assert few.text.startswith("Not enough people: Club has 2 other members")


async def test_herding_counts_only_what_five_others_did_alone(storage: Storage) -> None:
    ana = person(storage, "ana")
    others = [person(storage, f"m{n}") for n in range(6)]
    await share(ana, *((one, "member") for one in others))
    for n, one in enumerate([ana, *others]):
        for words in ("10 AAPL at 125.70", "4 MSFT at 234.50")[: 2 if n < 5 else 1]:
            await one.say(f"bought {words} {ON}")
            await one.press("Save")
    async with storage.transaction() as work:
        me = await work.users.known_as("web", "ana")
        (team,) = await work.members.shared_with(me.id)
        panel = await work.crowd.shares_within(team.portfolio, me.id, date(2022, 12, 29))
        assert panel is None  # nobody traded on the day after
        panel = await work.crowd.shares_within(team.portfolio, me.id, date(2022, 12, 1))
    assert panel is not None
    assert panel.symbols == ("AAPL",)  # four others bought MSFT: of them nothing is said
    assert panel.values.tolist() == [[1.0]]


async def test_a_file_does_not_get_round_the_second_yes(storage: Storage) -> None:
    _, ben, _, _ = await club(storage, second_yes=True)
    await ben.say("use Club")
    data = b"time,symbol,side,quantity,price\n2022-12-28T15:00:00+00:00,AAPL,buy,9,125.7\n"
    async with storage.transaction() as work:
        kept = await work.uploads.add("t.csv", data, channel="web", chat="ben")
        person_ = await work.users.known_as("web", "ben")
        (team,) = await work.members.shared_with(person_.id)
        task = Task(1, "import_file", "web", "ben", person_.id, {"portfolio": str(team.portfolio),
                    "file": kept}, 1, None)  # fmt: skip

        async def finish(work: object) -> Reply:
            raise AssertionError("nothing of it may be done")

        assert "only an owner can import one" in (await concluded(task, finish, work)).text
