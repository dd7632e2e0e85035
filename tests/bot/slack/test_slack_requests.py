"""Who is believed over HTTP, and that the same thing said twice is said once."""

from __future__ import annotations

import asyncio
import json
import time
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.oauth.installation_store.models.installation import Installation

from bot.post import send_next
from bot.slack import sealing
from bot.slack.installations import Installations, States
from bot.slack.places import Workspace
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office, seen, sign
from tests.bot.slack.standin import TEAM, TOKEN
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


async def dispatch(office: Office, payload: dict[str, Any]) -> None:
    """Knock, signed, behind the web server: it is the door that many knock at here."""
    body = urlencode({"payload": json.dumps(payload)})
    headers = {**sign(body.encode()), "Content-Type": "application/x-www-form-urlencoded"}
    answer = await office.connected.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))
    assert answer.status == 200


async def test_m4_a_button_works_once(office: Office) -> None:
    """Ten presses at once by fifty people: 50 trades, 450 polite refusals, no errors."""
    people = [f"U0P{n}" for n in range(50)]
    said = [office.event("bought 3 AAPL at 125.70 on 2022-12-28", user) for user in people]
    await asyncio.gather(*(office.tell(one) for one in said))
    await office.settle()
    presses = []
    for user in people:
        (card,) = office.slack.to("D" + user.removeprefix("U"))
        payload = office.pressing("Save", seen(card), user)
        presses += [dispatch(office, payload) for _ in range(10)]
    Random(2).shuffle(presses)
    await asyncio.gather(*presses)
    await office.settle()
    assert await count(office, "trades") == len(people)
    refusals = [one for one in office.slack.whispers if "already" in one["text"]]
    assert len(refusals) == 9 * len(people)
    assert len(office.slack.whispers) == len(refusals)
    shown = [seen(one) for one in office.slack.messages.values()]
    assert len(shown) == len(people), "nothing else was said"
    assert all(one.text.startswith("✅ Saved #1") for one in shown)


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


OURS = "xoxb-1"


async def installed(
    office: Office, team: str, enterprise: str = "", token: str = OURS, bot: str = "U0OURS"
) -> Workspace:
    """A workspace, or with an ``enterprise`` all of an organisation, where Ana has spoken."""
    kept = Installation(
        user_id="U1", team_id=None if enterprise else team, enterprise_id=enterprise or None,
        is_enterprise_install=bool(enterprise), bot_token=token, bot_user_id=bot,
    )  # fmt: skip
    await office.connected.store.async_save(kept)
    workspace = Workspace(team, enterprise)
    async with office.storage.transaction() as work:
        await work.outbox.add("slack", f"{workspace}:U0ANA", {"text": "x", "buttons": []})
    return workspace


async def state(office: Office, workspace: Workspace) -> tuple[bool, str]:
    """Whether we are installed there, and why nothing is sent there any more."""
    async with office.storage.transaction() as work:
        _, closed = await work.doors.address("slack", f"{workspace}:U0ANA")
        return await work.slack.get(*workspace.key) is not None, closed


def leaving(office: Office, kind: str, team: str | None, **more: Any) -> dict[str, Any]:
    outer = {name: more.pop(name) for name in ("enterprise_id", "event_time") if name in more}
    told = office.envelope({"type": kind, **more}, team or "")
    return {**told, "team_id": team, "authorizations": [], **outer}


async def test_only_what_went_is_forgotten(office: Office) -> None:
    """Two workspaces of one organisation, which itself has us elsewhere, and one that is alone."""
    one, two, alone = [await installed(office, team) for team in ("T0ONE", "T0TWO", "T0ALONE")]
    north, south = [await installed(office, team, "E0ORG") for team in ("T0NORTH", "T0SOUTH")]
    other = await installed(office, "T0NORTH", "E0OTHER")
    every = [one, two, alone, north, south, other]
    ours = {"bot": ["U0OURS"], "oauth": []}
    for told in (
        leaving(office, "tokens_revoked", "T0ONE", tokens={"oauth": ["U1"], "bot": []}),
        leaving(office, "tokens_revoked", "T0ONE", tokens={"bot": ["U0NOT"]}),
        leaving(office, "tokens_revoked", "T0ONE", tokens=[]),
        leaving(office, "app_uninstalled", None),
        leaving(office, "team_access_revoked", "T0ONE", team_ids=["T0TWO"]),
        leaving(office, "team_access_revoked", None, enterprise_id="E0ORG", team_ids="T0NORTH"),
    ):
        await office.tell(told)
        assert [await state(office, where) for where in every] == [(True, "")] * 6, told
    await office.tell(leaving(office, "tokens_revoked", "T0ONE", tokens=ours))
    await office.tell(leaving(office, "app_uninstalled", "T0TWO", enterprise_id="E0ORG"))
    assert await state(office, one) == (False, "tokens_revoked")
    assert await state(office, two) == (False, "app_uninstalled")
    taken = leaving(
        office, "team_access_revoked", None, enterprise_id="E0ORG", team_ids=["T0NORTH"]
    )
    await office.tell(taken)
    assert await state(office, north) == (True, "team_access_revoked"), "the others still have us"
    assert await state(office, south) == (True, "")
    await office.tell(leaving(office, "app_uninstalled", None, enterprise_id="E0ORG"))
    assert await state(office, north) == (False, "app_uninstalled")
    assert await state(office, south) == (False, "app_uninstalled")
    assert [await state(office, where) for where in (alone, other)] == [(True, "")] * 2


async def test_who_installs_us_again_keeps_us(office: Office) -> None:
    """The news of an earlier end may come late, and a refused token may be the one before."""
    then = int(office.now.timestamp())
    office.wait(minutes=2)
    place = await installed(office, "T0BACK", token="xoxb-new")
    store = office.connected.store
    await office.tell(leaving(office, "app_uninstalled", "T0BACK", event_time=then))
    assert not await store.remove(place, "invalid_auth", token="xoxb-old")
    assert await state(office, place) == (True, "")
    later = int(office.now.timestamp())
    await office.tell(leaving(office, "app_uninstalled", "T0BACK", event_time=later))
    assert await state(office, place) == (False, "app_uninstalled")


@pytest.mark.parametrize(
    ("error", "kept"), [("account_inactive", False), ("team_access_not_granted", True)]
)
async def test_a_refused_token_is_forgotten_where_it_is_ours(
    office: Office, error: str, kept: bool
) -> None:
    office.slack.tokens.add("xoxb-org")
    north, south = [
        await installed(office, team, "E0ORG", "xoxb-org") for team in ("T0NORTH", "T0SOUTH")
    ]
    office.slack.faults["chat.postMessage"] = [error]
    assert await send_next(office.storage, {"slack": office.connected.door}, office.now)
    assert await state(office, north) == (kept, error)
    assert await state(office, south) == (kept, "" if kept else error)


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


async def test_the_token_of_the_settings_is_for_its_own_workspace_alone(
    office: Office, storage: Storage
) -> None:
    """With OAuth beside it: to others it would say what is theirs, in a workspace of strangers."""
    seal, api = (
        sealing.Seal(sealing.read_keys(sealing.new_key())),
        office.connected.settings.slack_api,
    )
    store = Installations(storage, seal, TOKEN, several=True, api=api)
    for workspace in (Workspace("T0NEW"), Workspace(TEAM, "E0ORG")):
        assert await store.access(workspace) is None
    own = await store.access(Workspace(TEAM))
    assert own is not None
    assert own.token == TOKEN
    alone = Installations(storage, None, TOKEN)
    assert await alone.access(Workspace("T0NEW")) is not None, "there is but one"


async def test_a_state_is_used_once_and_in_time(office: Office) -> None:
    states = States(office.storage, lambda: office.now)
    state = await states.async_issue()
    assert not await states.async_consume(state + "x")
    assert await states.async_consume(state)
    assert not await states.async_consume(state)
    late = await states.async_issue()
    office.wait(minutes=11)
    assert not await states.async_consume(late)
