"""Who is believed over HTTP, and that the same thing said twice is said once."""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bot.slack import sealing
from bot.slack.installations import Installations, States
from bot.slack.places import Workspace
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office, sign
from tests.bot.slack.standin import TEAM
from tests.bot.slack.test_slack_reading import body


async def count(office: Office, table: str) -> int:
    async with office.storage.transaction() as work:
        found = await work._connection.exec_driver_sql(
            f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
        )
        return int(found.scalar_one())


async def test_h2_only_slack_is_believed(office: Office) -> None:
    said = json.dumps(office.event("portfolio")).encode()
    now, good = int(time.time()), sign(said)
    signature = good["X-Slack-Signature"]
    stamp = {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]}
    old, future = sign(said, now - 301), sign(said, now + 302)
    for headers in (
        {},
        stamp,
        {"X-Slack-Signature": signature},
        {**stamp, "X-Slack-Signature": signature[:-1]},
        {**stamp, "X-Slack-Signature": signature[3:]},
        {**stamp, "X-Slack-Signature": signature.upper()},
        {**stamp, "X-Slack-Signature": "v0=" + "0" * 64},
        {**stamp, "X-Slack-Signature": "v0="},
        {**good, "X-Slack-Request-Timestamp": str(now - 1)},
        {**good, "X-Slack-Request-Timestamp": "soon"},
        sign(said, secret="SHHH"),
        sign(said[:-1]),
        old,
        future,
    ):
        status, _ = await office.post(said, headers=headers)
        assert status == 401, headers
    changed = said.replace(b"portfolio", b"portfolia")
    assert (await office.post(changed, headers=good))[0] == 401
    assert await count(office, "inbox") == 0
    assert (await office.post(said, headers=good))[0] == 200
    assert (await office.post(said, headers=good))[0] == 200, "replayed within five minutes"
    assert await count(office, "inbox") == 1


async def test_h1_nothing_signed_breaks_the_server(office: Office) -> None:
    chance = Random(7)
    for _ in range(150):
        raw = body(chance)[:200_000]
        form = urlencode({"payload": raw}).encode()
        status, _ = await office.post(raw)
        assert status < 500, raw
        status, _ = await office.post(form, "application/x-www-form-urlencoded")
        assert status < 500, raw
    status, _ = await office.post(b"x" * (2**20 + 1))
    assert status == 413


async def test_slack_checks_our_address(office: Office) -> None:
    asked = {"type": "url_verification", "challenge": "c0", "token": "t"}
    assert await office.tell(asked) == {"challenge": "c0"}


async def test_m3_redelivery_changes_nothing(office: Office) -> None:
    events = [office.event(f"note {n}", channel="C0ROOM") for n in range(10)]
    twins = [json.loads(json.dumps(one)) for one in events]
    for twin in twins:  # Slack tells of one message twice when we are in the channel
        twin["event_id"] = "Ev" + twin["event_id"][::-1]
    told = [one for one in (*events, *twins) for _ in range(5)]
    Random(1).shuffle(told)
    retried = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}

    async def tell(payload: dict[str, object], retry: bool) -> None:
        raw = json.dumps(payload).encode()
        await office.knock(raw, headers=sign(raw) | (retried if retry else {}))

    await asyncio.gather(*(tell(one, n % 3 == 0) for n, one in enumerate(told)))
    assert await count(office, "inbox") == 10


async def test_a_first_delivery_marked_as_a_retry_is_heard(office: Office) -> None:
    raw = json.dumps(office.event("help")).encode()
    await office.knock(raw, headers=sign(raw) | {"X-Slack-Retry-Num": "3"})
    assert await count(office, "inbox") == 1


async def test_m4_a_button_works_once(office: Office) -> None:
    people = [f"U0P{n}" for n in range(5)]
    cards = {}
    for user in people:
        await office.say("demo", user)
        cards[user] = await office.say("bought 3 AAPL at 129.65 yesterday", user)
    before = await count(office, "trades")
    presses = []
    for user in people:
        payload = office.pressing("Save", cards[user], user)
        presses += [office.tell(json.loads(json.dumps(payload))) for _ in range(10)]
    await asyncio.gather(*presses)
    await office.settle()
    assert await count(office, "trades") == before + 5
    refusals = [one for one in office.slack.whispers if "already" in one["text"]]
    assert len(refusals) == 45


async def test_what_the_database_could_not_take_comes_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = office.event("help")
    raw = json.dumps(said).encode()

    async def away(*args: object, **more: object) -> int:
        raise OSError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr("storage.repositories.inbox.Inbox.accept", away)
        status, _ = await office.post(raw)
        assert status >= 500
    assert (await office.post(raw))[0] == 200
    assert await count(office, "inbox") == 1


@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")  # the SDK's
async def test_other_workspaces_install_us_and_leave(office: Office) -> None:
    assert office.connected.store is not None
    await office.say("help")  # opens the session
    assert office.session is not None
    install = f"{office.address}/slack/install"
    async with office.session.get(install, allow_redirects=False) as answer:
        assert answer.status == 302
        target, cookie = answer.headers["Location"], answer.headers["Set-Cookie"].split(";")[0]
    asked = parse_qs(urlsplit(target).query)
    assert "chat:write" in asked["scope"][0]
    assert asked["redirect_uri"] == ["https://bpo.example/slack/oauth_redirect"]
    (state,) = asked["state"]
    back = f"{office.address}/slack/oauth_redirect"
    for query, headers, status in (
        ({"code": "good", "state": state}, {}, 400),
        ({"code": "good", "state": "made-up"}, {"Cookie": cookie}, 400),
        ({"code": "good", "state": state}, {"Cookie": cookie}, 200),
        ({"code": "good", "state": state}, {"Cookie": cookie}, 401),
    ):
        async with office.session.get(back, params=query, headers=headers) as answer:
            assert answer.status == status, (query, await answer.text())
    async with office.storage.transaction() as work:
        sealed = await work.slack.get("", "T0OTHER")
    assert sealed is not None
    assert b"xoxb" not in sealed
    there = Workspace("T0OTHER")
    access = await office.connected.store.access(there)
    assert access is not None
    assert (access.token, access.bot_user) == ("xoxb-2-other", "U0OTHERBOT")

    said = office.event("help")
    said |= {"team_id": "T0OTHER", "authorizations": []}
    await office.tell(said)
    await office.settle()
    chat = "T0OTHER:U0ANA"
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    await office.tell(office.envelope(revoked, "T0OTHER"))
    assert await office.connected.store._find("", "T0OTHER") is not None, "a user's, not ours"
    await office.tell(office.envelope({"type": "app_uninstalled"}, "T0OTHER"))
    assert await office.connected.store._find("", "T0OTHER") is None
    async with office.storage.transaction() as work:
        assert await work.doors.address("slack", chat) == (chat, "app_uninstalled")
        assert (await work.doors.address("slack", f"{TEAM}:U0ANA"))[1] == ""


async def test_a6_tokens_are_sealed_to_their_row(storage: Storage, office: Office) -> None:
    first, second = sealing.new_key(), sealing.new_key()
    seal = sealing.Seal(sealing.read_keys(first))
    closed = seal.close(b"xoxb-secret", "row/1")
    assert seal.open(closed, "row/1") == b"xoxb-secret"
    assert closed != seal.close(b"xoxb-secret", "row/1"), "a nonce is used once"
    broken = bytes([*closed[:-1], closed[-1] ^ 1])
    for text, row in ((closed, "row/2"), (broken, "row/1"), (b"", "row/1"), (closed[:9], "row/1")):
        with pytest.raises(sealing.Unopened):
            seal.open(text, row)
    newer = sealing.Seal(sealing.read_keys(f"{second},{first}"))
    assert newer.open(closed, "row/1") == b"xoxb-secret", "keys change without a pause"
    with pytest.raises(sealing.Unopened):
        sealing.Seal(sealing.read_keys(second)).open(closed, "row/1")
    for written in ("short", "x" * 43 + "!", "ü" * 43):
        with pytest.raises(sealing.BadKey):
            sealing.read_keys(written)
    assert await Installations(storage, seal).access(Workspace("T0NEW")) is None


async def test_a_state_is_used_once_and_in_time(office: Office) -> None:
    states = States(office.storage, lambda: office.now)
    state = await states.async_issue()
    assert not await states.async_consume(state + "x")
    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    late = await states.async_issue()
    office.wait(minutes=11)
    assert not await states.async_consume(late)
