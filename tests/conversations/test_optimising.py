"""Dialogue (d): a proposal within limits, less change, the trades, and what stands in the way."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from conversations.actions.allocation import optimising, wishes
from conversations.actions.allocation.proposals import Impossible
from conversations.actions.allocation.wishes import Wishes
from conversations.messages import Reply, pack
from conversations.reading.demands import About, Limit
from conversations.tasks import Job
from conversations.wording import limits as limit_words
from conversations.wording import optimisation as words
from conversations.wording import unsolvable
from engine.market.instruments import Instrument, Universe
from storage.records import Person, PortfolioRecord
from tests.conversations.talk import Heard, Talk


async def _kept(talk: Talk) -> Wishes:
    async with talk.storage.transaction() as work:
        person: Person = await work.users.known_as("web", talk.chat)
        assert person.portfolio
        portfolio: PortfolioRecord = await work.portfolios.get(person.portfolio)
        return wishes.kept(person, portfolio)


def _column(heard: Heard) -> dict[str, tuple[int, int]]:
    """The table of a proposal: now and new, in per cent."""
    rows = re.findall(r"^(\S.*?)\s+(\d+)%\s+(\d+)%$", heard.text, re.MULTILINE)
    return {name: (int(now), int(new)) for name, now, new in rows}


async def test_dialogue_d(demo: Talk) -> None:
    proposed = await demo.say("rebalance me, max 20% in one stock")
    assert re.match(
        r"DEMO · Proposal \(the least volatility\): yearly swing \(volatility\) 25% → 23%, calmer, "
        r"same expected return within its error\.\n"
        r"Needs \d trades, turnover \d+%, ≈ \$\d+ costs, tax not included\.",
        proposed.text,
    )
    table = _column(proposed)
    assert all(new <= 20 for name, (_, new) in table.items() if not name.startswith("Rest"))
    assert sum(now for now, _ in table.values()) == pytest.approx(100, abs=3)
    assert sum(new for _, new in table.values()) == pytest.approx(100, abs=3)
    assert re.search(r"Tested on unseen years 2018–22: calmer than now in \d of 5,", proposed.text)
    assert "Your limits: at most 20% in each share." in proposed.text
    assert proposed.picture
    assert proposed.labels == ["Trade list", "Less change", "How did it do?", "Why?", "Dismiss"]
    why = await demo.say("why?")
    assert "Expected returns are guesses" in why.text
    assert "not advice" in why.text
    assert "should" not in proposed.text + why.text

    less = await demo.press("Less change", on=proposed)
    assert less.first.startswith(
        "DEMO · With turnover ≤ 10%: yearly swing (volatility) 25% → 24%, "
    )
    assert less.picture
    trades = await demo.press("Trade list", on=less)
    assert re.match(r"DEMO · SELL \d+ [A-Z]+ ≈ \$[\d,]+\n", trades.text)
    assert "I can't place orders. When done, tell me the fills or send the CSV." in trades.text
    assert "Wed 28 Dec 2022" in trades.text
    assert "of the risk now" in (await demo.say("why?")).text


async def test_whether_it_was_done_is_seen_in_the_books(demo: Talk) -> None:
    await demo.say("minimum variance")
    trades = await demo.say("trade list")
    open_ = await demo.say("did I do it?")
    assert re.match(r"DEMO · None of the \d trades is recorded yet\.", open_.text)
    kind, size, symbol = re.match(r"DEMO · (SELL|BUY) (\d+) ([A-Z]+)", trades.text).groups()  # type: ignore[union-attr]
    closes = {"CVX": "173.73", "BBY": "78.28", "GE": "63.88", "AMD": "62.57", "PFE": "49.25"}
    verb = {"SELL": "sold", "BUY": "bought"}[kind]
    card = await demo.say(f"{verb} {size} {symbol} at {closes[symbol]} today")
    await demo.press("Save", on=card)
    partly = await demo.say("I did it")
    assert re.match(r"DEMO · \d+% of it is done, by your recorded trades\. Open: ", partly.text)
    assert symbol not in partly.first
    assert (await demo.say("dismiss")).text == "Dismissed. Nothing was changed."
    assert (await demo.say("trade list")).text.startswith("There is no open proposal.")


async def test_limits_that_clash_are_named_with_the_ways_out(demo: Talk) -> None:
    clash = await demo.say("rebalance me, max 10% in one stock")
    assert clash.text == (
        "DEMO · No portfolio meets all of this: everything invested and at most 10% each, only 8 "
        "shares = 80%.\nIt would do to have up to 20% in cash or up to 13% each.\n"
        "I keep that limit (at most 10% in each share) for later proposals too, until you say "
        '"forget my limits".'
    )
    assert clash.labels == [
        "Up to 20% in cash",
        "Up to 13% each",
        "Use all shares",
        "Forget limits",
    ]
    solved = await demo.press("Up to 20% in cash", on=clash)
    cash = _column(solved)["Cash"]
    assert cash[0] == 0
    assert cash[1] == pytest.approx(20, abs=1), "whole shares, and no order of next to nothing"
    assert "at most 10% in each share; at most 20% in cash" in solved.text
    wider = await demo.press("Use all shares", on=clash)
    assert (
        max(new for name, (_, new) in _column(wider).items() if name[:4] not in ("Rest", "Cash"))
        <= 10
    )
    assert (await demo.say("forget my limits")).text == "Forgotten: 2 limits."
    assert (await _kept(demo)).limits == ()


async def test_a_limit_that_gives_is_kept_so(demo: Talk) -> None:
    clash = await demo.say("rebalance me, max 10% in one stock")
    await demo.press("Up to 13% each", on=clash)
    assert (await _kept(demo)).limits == (Limit(About.EACH, most=0.13),)


async def test_limits_are_remembered_and_listed(demo: Talk) -> None:
    noted = await demo.say("never sell AAPL and tech at most 30%, no weapons")
    assert noted.text.splitlines() == [
        "Noted: AAPL is never sold; at most 30% in Information Technology.",
        'I keep to that in every proposal until you say "forget my limits".',
        'I did not understand "no weapons", and left it out.',
    ]
    await demo.say("max 25% in one stock")
    listed = await demo.say("my limits")
    assert listed.text.splitlines()[1:] == [
        "– AAPL is never sold",
        "– at most 30% in Information Technology",
        "– at most 25% in each share",
    ]
    proposed = await demo.press("Rebalance", on=listed)
    assert _column(proposed).get("AAPL", (4, 4))[1] >= 4
    assert "SELL 31 AAPL" not in (await demo.say("trade list")).text
    await demo.say("end demo")
    assert (await demo.say("my limits")).text.startswith("No limits yet.")


async def test_what_cannot_be_is_said_in_one_line(demo: Talk) -> None:
    heard = await demo.say("optimise for a return of 60%")
    assert re.match(
        r"DEMO · I could not work that out: 60.0% is out of reach; with your limits it can be "
        r"[\d.]+% to [\d.]+%\.$",
        heard.text,
    )
    heard = await demo.say("rebalance me, at most 10% in unicorns")
    assert 'I did not understand "at most 10% in unicorns", and left it out.' in heard.text


async def test_habits_correct_the_proposal_once_they_are_known(demo: Talk) -> None:
    await demo.say("biases")
    heard = await demo.say("optimise my portfolio")
    assert heard.first.startswith(
        "DEMO · Proposal (the least volatility, corrected for your habits)"
    )
    assert "Corrected for " in heard.text
    assert "averaging down (no more of what stands at a loss)" in heard.text


async def test_frontier_and_test_have_pictures(demo: Talk) -> None:
    seen = await demo.say("where am I on the frontier?")
    assert seen.picture
    assert "guesses" in seen.text
    assert (await demo.say("how did it do?")).text.startswith('Say "rebalance me"')
    await demo.say("risk parity")
    tested = await demo.say("how did it do?")
    assert tested.picture
    assert "90% range" in tested.text


async def test_views_are_noted_and_used(demo: Talk) -> None:
    noted = await demo.say("I think AAPL beats HD by 3%")
    assert noted.first == "Your view, noted: AAPL earns 3% a year more than HD (50% sure)."
    proposed = await demo.press("Rebalance with views", on=noted)
    assert proposed.first.startswith(
        "DEMO · Proposal (your views on top of what the market implies)"
    )
    assert _column(proposed)["AAPL"][1] > _column(proposed)["AAPL"][0]
    await demo.say("I think HD beats AAPL by 1%")
    assert len((await _kept(demo)).beliefs) == 1, "a newer view of the same takes its place"
    assert (await demo.say("forget my views")).text == "Forgotten: 1 view."


async def test_who_holds_nothing_is_told_so(talk: Talk) -> None:
    for said in ("rebalance me", "frontier"):
        assert (await talk.say(said)).text.startswith("You hold nothing yet"), said
    goal = await talk.say("30k for a flat in 2029")
    assert goal.text.startswith("I can't work out “flat” yet, and kept nothing: you hold nothing")
    assert (await talk.say("trade list")).text.startswith("There is no open proposal.")
    assert (await talk.say("less change")).text.startswith('Say "rebalance me"')


@pytest.mark.parametrize(
    "data",
    ["relax:x:y", "relax:group::0.1", "relax::", "goal:x", "optimise:nonsense", "relax:cash:2e9"],
)
async def test_made_up_buttons_do_no_harm(demo: Talk, data: str) -> None:
    heard = await demo.send(data)
    assert "broke" not in heard.text


async def test_a_trade_is_still_a_trade(demo: Talk) -> None:
    await demo.say("rebalance me, max 20% in one stock")
    card = await demo.say("sold 5 AAPL at 125.70 today")
    assert card.first.startswith("DEMO · SELL 5 Apple (AAPL)")


def test_relaxing_replaces_what_stood_in_the_way() -> None:
    known = (Limit(About.NEVER_SELL, "KO"), Limit(About.EACH, least=0.02, most=0.1))
    assert wishes.relaxed(known, "lower:KO", 0.05) == (known[1], Limit(About.ASSET, "KO", 0.05))
    assert wishes.relaxed(known, "upper:*", 0.2) == (known[0], Limit(About.EACH, "", 0.02, 0.2))
    assert wishes.relaxed(known, "names", 9.0) == (*known, Limit(About.NAMES, most=9.0))
    assert wishes.relaxed(known, "nonsense", 0.2) is None


def test_limits_as_the_engine_takes_them() -> None:
    universe = Universe.of([Instrument("A", "A", sector="Energy"), Instrument("B", "B")])
    limits = (
        Limit(About.NEVER_SELL, "*"),
        Limit(About.GROUP, "Energy", None, 0.3),
        Limit(About.TURNOVER, most=0.1),
        Limit(About.AVOID, "C", said="no C"),
    )
    asked = wishes.demands_of(limits, ("A", "B"), {"A": 0.5, "B": 0.0}, universe)
    assert asked.demands.never_sell == {"A"}
    assert (asked.demands.groups, asked.members) == ({"Energy": (0.0, 0.3)}, {"Energy": ("A",)})
    assert asked.demands.turnover == 0.2, "both directions"
    assert asked.unused == (limits[3],)
    told = wishes.unpack(wishes.pack(Wishes(limits)))
    assert told.limits == limits


async def test_a_new_limit_closes_the_proposal_that_knew_nothing_of_it(demo: Talk) -> None:
    await demo.say("minimum variance")
    assert "BUY" in (await demo.say("trade list")).text
    await demo.say("exclude AAPL")
    assert (await demo.say("trade list")).text.startswith("There is no open proposal.")


async def test_views_and_goals_are_named_without_my(demo: Talk) -> None:
    await demo.say("I think AAPL beats HD by 3%")
    proposed = await demo.say("rebalance with views")
    assert "Proposal (your views on top" in proposed.first
    assert "not understand" not in proposed.text
    assert "No goals yet" in (await demo.say("rebalance for the goals")).text


async def test_clashes_speak_of_the_limits_that_were_said(demo: Talk) -> None:
    await demo.say("exclude AAPL")
    await demo.say("cash at most 5%")
    heard = await demo.say("rebalance me, max 8% in one stock")
    assert "so much" not in heard.text
    assert "at most 5% in cash" in heard.text


def test_a_group_that_clashes_is_said_with_its_side() -> None:
    found = Impossible(("group:Energy",), (("group:Energy", 0.3, 0.4),), 2)
    assert limit_words.clash(found, "group:Energy") == "at most 30% in Energy"
    assert (
        limit_words.clash(Impossible(("upper:KO",), (), 2), "upper:KO", [Limit(About.AVOID, "KO")])
        == "no KO"
    )


def test_old_prices_are_said() -> None:
    assert words.old_prices(date(2022, 12, 28), date(2022, 12, 30)) == ""
    assert "Wed 28 Dec 2022" in words.old_prices(date(2022, 12, 28), date(2026, 11, 22))


def test_every_reason_of_the_engine_has_a_sentence() -> None:
    engine = Path(wishes.__file__).parents[2] / "engine" / "optimization"
    pattern = r"Unsolvable\(\s*\"(\w+)\""
    known = {r for file in engine.rglob("*.py") for r in re.findall(pattern, file.read_text())}
    silent = {"inaccurate", "no_solver", "not_solved"}  # "the numbers did not settle"
    rest = unsolvable.sentence("", {})
    unsaid = {one for one in known - silent if unsolvable.sentence(one, {}) == rest}
    assert unsaid == set()


async def test_old_closes_are_no_prices_to_trade_at(talk: Talk) -> None:
    """A portfolio of one's own, on a market that ends on 28 December 2022."""
    lines = ["time,symbol,side,quantity,price"]
    lines += [f"2021-03-01,{symbol},buy,50,120" for symbol in ("AAPL", "PFE", "HD")]
    await talk.press("Import", on=await talk.drop("t.csv", "\n".join(lines).encode()))
    proposed = await talk.say("rebalance me")
    assert "My last prices of them are of Wed 28 Dec 2022: a sketch, then." in proposed.text
    assert proposed.labels[0] == "Refresh prices"
    refused = await talk.say("trade list")
    assert refused.text.startswith("No trade list: my newest closes of these shares are of Wed 28")
    assert refused.labels == ["Refresh prices", "Work it out again"]
    assert (await talk.press("Refresh prices", on=refused)).text.startswith("No source of newer")
    assert (await talk.say("save as plan")).text.startswith("There is no open proposal.")


async def test_the_demo_ends_in_2022_and_says_so(demo: Talk) -> None:
    await demo.say("minimum variance")
    trades = await demo.say("trade list")
    assert "At the demo's last closes, of Wed 28 Dec 2022, where its prices end" in trades.text
    assert "good until Sat 7 Jan 2023" in trades.text, "counted from the day of the closes"
    assert "its prices end on Wed 28 Dec 2022" in (await demo.say("refresh prices")).text


async def test_a_limit_that_whole_shares_miss_is_named_in_the_first_line(demo: Talk) -> None:
    clash = await demo.say("rebalance me, max 10% in one stock")
    solved = await demo.press("Up to 20% in cash", on=clash)
    assert re.search(
        r"but whole shares miss your limit “at most 20% in cash” \(20\.\d%\)\.$", solved.first
    )


async def test_what_used_to_be_misunderstood(demo: Talk) -> None:
    assert (await demo.say("max turnover 3%")).first == "Noted: turnover at most 3%."
    await demo.say("forget my limits")
    order = await demo.say("rebalance me, no order below 6,000 and only S&P 500 names")
    assert "no order below 6,000" in order.text
    assert "I know no lists of who is in an index" in order.text
    trades = await demo.say("trade list")
    sizes = [int(one.replace(",", "")) for one in re.findall(r"≈ \$([\d,]+)", trades.text)]
    assert sizes
    assert min(sizes) >= 6000
    why = await demo.press("Why these?", on=trades)
    assert not re.search(r"(\d+)% → \1%", why.text)
    assert (await demo.say("only S&P 500 names")).text.startswith("I know no lists of who is in")
    await demo.say("forget my limits")
    everything = await demo.say("use all shares")
    assert len(_column(everything)) > 5
    stuck = await demo.say("rebalance with all shares, max 2% each")
    assert "Use all shares" not in stuck.labels, "they are used already"


async def test_limits_and_views_beside_an_open_card(demo: Talk) -> None:
    card = await demo.say("sold 5 AAPL at 125.70 today")
    noted = await demo.say("max 20% in one stock")
    assert noted.first == "Noted: at most 20% in each share."
    assert "SELL 5 Apple (AAPL)" in noted.text
    assert noted.labels == card.labels
    assert "Your view, noted" in (await demo.say("I think AAPL beats HD by 3%")).first
    fee = await demo.say("fee 1%")  # may be meant for the trade: no limit of its own
    assert fee.text.startswith("I couldn't read that as a change to this card")
    assert (await demo.press("Save")).text.startswith("✅ DEMO · Saved")
    kept = await _kept(demo)
    assert kept.limits == (Limit(About.EACH, most=0.2, said="max 20% in stock"),)
    assert len(kept.beliefs) == 1


async def test_the_test_says_whose_habits_it_knew(demo: Talk) -> None:
    await demo.say("biases")
    heard = await demo.say("optimise my portfolio")
    assert "With today's findings on your habits, tested on unseen years" in heard.text


async def test_called_off_in_the_middle_nothing_is_proposed(
    demo: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“cancel” comes while the proposal is tested: its result must not appear."""
    between: list[str] = []

    async def look(job: Job, text: str) -> None:
        between.append(text)
        async with demo.storage.transaction() as work:
            person = await work.users.known_as("web", demo.chat)
            for promised in await work.tasks.cancel("web", demo.chat, person.id):
                assert promised is not None
                await work.outbox.edit(promised, pack(Reply("Cancelled.")))

    monkeypatch.setattr(optimising, "show", look)
    heard = await demo.say("minimum variance")
    assert between
    assert heard.text == "Cancelled."
    assert (await demo.say("trade list")).text.startswith("There is no open proposal.")


async def test_cash_alone_one_share_alone_and_shares_without_prices(talk: Talk) -> None:
    await talk.press("Save", on=await talk.say("deposit 5000 yesterday"))
    assert (await talk.say("rebalance me")).text.startswith("You hold nothing yet")
    header = "time,symbol,side,quantity,price\n"
    unknown = f"{header}2021-03-01,ZZQA,buy,5,120\n2021-03-01,ZZQB,buy,5,120\n".encode()
    await talk.press("Import", on=await talk.drop("a.csv", unknown))
    nothing = await talk.say("rebalance me")
    assert nothing.text == (
        "There is nothing I could rearrange. Left out, stays as it is: ZZQA and ZZQB (no price "
        "since it was bought)."
    )
    assert nothing.labels == ["Refresh prices", "Portfolio"]
    assert (await talk.say("frontier")).text == nothing.text
    one = f"{header}2021-03-01,AAPL,buy,5,120\n".encode()
    await talk.press("Import", on=await talk.drop("b.csv", one))
    alone = await talk.say("rebalance me")
    assert alone.first.startswith("AAPL is all you hold: nothing to rearrange (it swings ")
    assert "Left out, stays as it is: ZZQA and ZZQB" in alone.text
    assert alone.labels == ["Use all shares", "Portfolio"]
    assert (await talk.say("how did it do?")).text.startswith("It changes nothing")
