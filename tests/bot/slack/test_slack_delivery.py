"""Sending on bad days: limits, faults, edits, files; and Socket Mode."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError

from bot.post import SEND_TRIES, send_next
from bot.settings import BadSettings, Settings
from bot.slack.fetching import DROPPED
from bot.slack.installations import Clients, Installations
from bot.slack.manifest import EVENTS, SCOPES, SHARED_EVENTS, manifest
from bot.slack.wiring import check, connect
from conversations.intents import known
from storage.records import Line
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office, seen
from tests.bot.slack.standin import APP_TOKEN, TEAM, TOKEN

ANA = f"{TEAM}:U0ANA"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 50


async def queue(office: Office, text: str, chat: str = ANA, **more: Any) -> int:
    async with office.storage.transaction() as work:
        ids = {}
        for name in ("picture", "document"):
            if name in more:
                ids[name] = await getattr(work, f"{name}s").add(*more.pop(name))
        body = {"text": text, "buttons": [], "alt": "", **more}
        return await work.outbox.add("slack", chat, body, **ids)


async def edit(office: Office, id: int, text: str, **more: Any) -> None:
    async with office.storage.transaction() as work:
        await work.outbox.edit(id, {"text": text, "buttons": [], "alt": "", **more})


async def send(office: Office) -> bool:
    return await send_next(office.storage, {"slack": office.connected.door}, office.now)


async def lines(office: Office, chat: str = ANA) -> list[Line]:
    async with office.storage.transaction() as work:
        return await work.outbox.transcript("slack", chat)


async def problem(office: Office) -> tuple[str | None, datetime | None]:
    async with office.storage.transaction() as work:
        row = await work._connection.exec_driver_sql(
            "SELECT problem, parked_at FROM outbox ORDER BY id DESC LIMIT 1"
        )
        found = row.one()
        return found.problem, found.parked_at


async def test_m8_a_short_limit_is_waited_for(office: Office) -> None:
    await queue(office, "hello")
    office.slack.faults["chat.postMessage"] = [("429", 0), ("429", 0)]
    assert await send(office)
    (message,) = office.slack.to("D0ANA")
    assert seen(message).text == "hello"
    assert office.slack.calls["chat.postMessage"] == 3


async def test_m8_a_long_limit_is_waited_for_in_the_outbox(office: Office) -> None:
    await queue(office, "hello")
    office.slack.faults["chat.postMessage"] = [("429", 40)]
    assert await send(office)
    assert not await send(office), "not before Slack wants it"
    office.wait(seconds=39)
    assert not await send(office)
    office.wait(seconds=2)
    assert await send(office)
    assert len(office.slack.to("D0ANA")) == 1


@pytest.mark.parametrize("fault", [502, 500, "internal_error", "fatal_error"])
async def test_m8_server_errors_are_tried_again_then_parked(
    office: Office, fault: int | str
) -> None:
    await queue(office, "hello")
    office.slack.faults["chat.postMessage"] = [fault] * 50
    tries = 0
    for _ in range(40):
        tries += await send(office)
        office.wait(hours=2.5)
    assert tries == SEND_TRIES
    assert (await problem(office))[1] is not None, "given up, and those after it can go"
    office.slack.faults.clear()
    await queue(office, "later")
    assert await send(office)
    assert [seen(one).text for one in office.slack.to("D0ANA")] == ["later"]


async def test_m8_an_hour_without_slack_loses_nothing(office: Office) -> None:
    await queue(office, "hello")
    office.slack.faults["chat.postMessage"] = [502] * 500
    for minute in range(120):
        if minute == 60:
            office.slack.faults.clear()
        await send(office)
        office.wait(minutes=1)
    assert [seen(one).text for one in office.slack.to("D0ANA")] == ["hello"]


@pytest.mark.parametrize("error", ["channel_not_found", "user_disabled", "is_archived"])
async def test_m8_a_closed_chat_is_not_tried_again_until_somebody_writes(
    office: Office, error: str
) -> None:
    await queue(office, "hello")
    office.slack.faults["chat.postMessage"] = [error]
    assert await send(office)
    _, parked = await problem(office)
    assert parked is not None
    async with office.storage.transaction() as work:
        assert await work.doors.address("slack", ANA) == (ANA, error)
    await queue(office, "a nudge")
    calls = office.slack.calls.total()
    assert await send(office)
    assert office.slack.calls.total() == calls, "nothing is even asked"
    assert (await office.say("help")).text, "who writes is reached again"


async def test_a_revoked_token_closes_the_workspace(office: Office) -> None:
    await queue(office, "hello")
    office.slack.tokens.clear()
    assert await send(office)
    async with office.storage.transaction() as work:
        assert (await work.doors.address("slack", ANA))[1] == "invalid_auth"


async def test_an_edit_changes_what_was_sent(office: Office) -> None:
    long = "\n".join(f"line {n} " + "x" * 90 for n in range(300))
    id = await queue(office, long)
    await send(office)
    assert len(office.slack.to("D0ANA")) == 4
    await edit(office, id, "short")
    await send(office)
    (left,) = office.slack.to("D0ANA")
    assert seen(left).text == "short"
    office.slack.messages.clear()  # somebody deleted it
    await edit(office, id, "again")
    await send(office)
    assert [seen(one).text for one in office.slack.to("D0ANA")] == ["again"]


async def test_a_second_try_goes_on_where_the_first_ended(office: Office) -> None:
    long = "\n".join(f"line {n} " + "x" * 90 for n in range(300))
    await queue(office, long, picture=(PICTURE, "It rose."), document=("a.csv", "text/csv", b"1"))
    office.slack.faults["chat.postMessage"] = [502]
    await send(office)
    office.wait(minutes=1)
    await send(office)
    assert len([one for one in office.slack.files.values() if one["name"] == "chart.png"]) == 1
    assert len(office.slack.to("D0ANA")) == 4


async def test_a_picture_that_is_not_ready_is_waited_for(office: Office) -> None:
    office.slack.unready = 2
    await queue(office, "It rose.", picture=(PICTURE, "It rose by 3%."), alt="It rose by 3%.")
    assert await send(office)
    (message,) = office.slack.to("D0ANA")
    image = message["blocks"][0]
    assert image["type"] == "image"
    assert image["alt_text"] == "It rose by 3%."
    assert office.slack.files[image["slack_file"]["id"]]["data"] == PICTURE


async def test_a_picture_that_never_gets_ready_is_shown_below(office: Office) -> None:
    office.slack.unready = 9
    await queue(office, "It rose.", picture=(PICTURE, "It rose by 3%."), alt="It rose by 3%.")
    assert await send(office)
    (message,) = office.slack.to("D0ANA")
    assert seen(message).text == "It rose."
    (file,) = office.slack.files.values()
    assert file["channel"] == "D0ANA"


async def test_a_document_goes_out_once(office: Office) -> None:
    name = "trades <!channel>.csv"
    id = await queue(office, "Here it is.", document=(name, "text/csv", b"a,b\n"))
    await send(office)
    (file,) = office.slack.files.values()
    assert (file["data"], file["channel"]) == (b"a,b\n", "D0ANA")
    await edit(office, id, "Here it is again.")
    await send(office)
    assert len(office.slack.files) == 1


async def test_files_come_in_once_and_are_read(office: Office) -> None:
    data = b"time,symbol,side,quantity,price\n2022-12-01,AAPL,buy,3,148.31\n"
    id = office.slack.drop("trades.csv", data)
    told = office.slack.files[id]
    shared = {"type": "file_shared", "file_id": id, "user_id": "U0ANA", "channel_id": "D0ANA",
              "event_ts": office.slack.stamp()}  # fmt: skip
    await office.tell(office.envelope(shared))
    files = [{name: told[name] for name in ("id", "name", "size", "mimetype")}]
    await office.say("here", files=files, subtype="file_share")
    async with office.storage.transaction() as work:
        rows = await work._connection.exec_driver_sql("SELECT name, data FROM uploads")
        assert [(row.name, row.data) for row in rows] == [("trades.csv", data)]
    assert "1" in seen(office.slack.to("D0ANA")[-1]).text


@pytest.mark.parametrize(
    ("case", "words"),
    [("scope", "files:read"), ("large", "5 MB"), ("lying", "5 MB"), ("gone", "files:read"),
     ("voice", "listen")],
)  # fmt: skip
async def test_files_that_can_not_be_had_are_told_of(office: Office, case: str, words: str) -> None:
    id = office.slack.drop("trades.csv", b"a" * (6 * 2**20 if case == "lying" else 10))
    file = office.slack.files[id]
    match case:
        case "large":
            file["size"] = 6 * 2**20
        case "lying":
            file["size"] = 10
        case "scope":
            file["url_private_download"] = f"{office.slack.address}/nowhere/{id}"
            office.slack.scope = False
        case "gone":
            del office.slack.files[id]
        case "voice":
            file["mimetype"] = "audio/webm"
    told = [{"id": id, "name": "trades.csv", "size": 10, "mimetype": "text/csv"}]
    answer = await office.say("", files=told, subtype="file_share")
    assert words in answer.text


async def test_a_sign_in_page_is_no_file(office: Office) -> None:
    id = office.slack.drop("trades.csv", b"a")
    office.slack.tokens.add("xoxb-other")
    office.connected.store._token = "xoxb-other"
    told = [{"id": id, "name": "trades.csv", "size": 1, "mimetype": "text/csv"}]
    answer = await office.say("", files=told, subtype="file_share")
    assert "files:read" in answer.text


@pytest.mark.parametrize("way", ["link", "redirect"])
async def test_a_file_that_lies_elsewhere_does_not_get_our_token(office: Office, way: str) -> None:
    """Anybody may add a file to Slack that is only a link: to a host of theirs, or inside ours."""
    asked: list[str | None] = []

    async def hear(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization"))
        return web.Response(body=b"time,symbol,side,quantity,price\n")

    elsewhere = web.Application()
    elsewhere.router.add_get("/file", hear)
    async with TestServer(elsewhere) as server:
        address = str(server.make_url("/file"))
        id = office.slack.drop("trades.csv", b"a")
        if way == "redirect":
            office.slack.moved[id] = address
        else:
            office.slack.files[id]["url_private_download"] = address
        told = [{"id": id, "name": "trades.csv", "size": 1, "mimetype": "text/csv"}]
        answer = await office.say("", files=told, subtype="file_share")
    assert asked == []
    assert "files:read" in answer.text


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.csv", True),
        ("https://files.slack-gov.com/a", True),
        ("http://files.slack.com/a", False),
        ("https://slack.com.evil.example/a", False),
        ("https://evilslack.com/a", False),
        ("https://files.slack.com:8443/a", False),
        ("https://files.slack.com@169.254.169.254/a", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
    ],
)
def test_only_slack_s_own_hosts_are_asked(address: str, ours: bool, storage: Storage) -> None:
    assert Clients(Installations(storage)).owns(address) is ours


async def test_a_download_that_fails_is_tried_again(office: Office) -> None:
    id = office.slack.drop("trades.csv", b"time,symbol\n")
    office.slack.faults["files.info"] = ["internal_error"]
    told = [{"id": id, "name": "trades.csv", "size": 12, "mimetype": "text/csv"}]
    await office.tell(office.event("", files=told, subtype="file_share"))
    with pytest.raises(SlackApiError):
        await office.connected.fetcher.fetch_next()
    assert await office.connected.fetcher.fetch_next()
    assert not await office.connected.fetcher.fetch_next()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:slack_sdk")
async def test_socket_mode(office: Office) -> None:
    """The same events over a connection that we open; each is acknowledged once it is kept."""
    settings = Settings(
        _env_file=None, SLACK_BOT_TOKEN=TOKEN, SLACK_APP_TOKEN=APP_TOKEN,
        SLACK_API=f"{office.slack.address}/api/",
    )  # fmt: skip
    linked = connect(settings, office.storage, office.desk, clock=lambda: office.now)
    stop, said = asyncio.Event(), []
    listening = asyncio.create_task(linked.attend(stop, said.append))
    try:
        async with asyncio.timeout(10):
            await office.slack.linked.wait()
            assert office.slack.socket is not None
            await office.slack.socket.send_json(
                {"type": "events_api", "envelope_id": "e1", "payload": office.event("help"),
                 "accepts_response_payload": False, "retry_attempt": 1, "retry_reason": "timeout"}
            )  # fmt: skip
            acknowledged = await office.slack.replies.get()
        assert acknowledged["envelope_id"] == "e1"
        await office.settle()
        assert office.slack.to("D0ANA")
        assert said == ["Slack is connected"]
    finally:
        stop.set()
        await office.storage.bell.ring(DROPPED)  # so that who looks for files sees it at once
        await asyncio.wait_for(listening, 10)
        await linked.close()


def test_the_manifest_is_made_from_what_is_known() -> None:
    made = manifest("https://bpo.example", several=True)
    assert made["settings"]["event_subscriptions"]["bot_events"] == [*EVENTS, *SHARED_EVENTS]
    assert made["oauth_config"]["scopes"]["bot"] == list(SCOPES)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["features"]["slash_commands"][0]["url"] == "https://bpo.example/slack/events"
    about = made["display_information"]
    assert 174 <= len(about["long_description"]) <= 4_000
    assert len(about["description"]) <= 140
    assert len(about["name"]) <= 35
    names = {one.name for one in known()}
    for one in made["features"]["shortcuts"]:
        assert one["callback_id"].removeprefix("pick:") in names
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150
    ours = manifest()
    assert ours["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in str(ours)


def test_settings_that_do_not_fit_are_refused() -> None:
    both = {"SLACK_BOT_TOKEN": TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}
    check(Settings(_env_file=None, **both))
    for wrong, word in (
        ({"SLACK_BOT_TOKEN": TOKEN}, "SLACK_APP_TOKEN"),
        ({**both, "SLACK_CLIENT_ID": "1"}, "SLACK_CLIENT_SECRET"),
        ({**both, "SLACK_CLIENT_ID": "1", "SLACK_CLIENT_SECRET": "2"}, "BPO_ENCRYPTION_KEY"),
    ):
        with pytest.raises(BadSettings, match=word):
            check(Settings(_env_file=None, **wrong))
    for name, value in (("SLACK_BOT_TOKEN", "xapp-1"), ("SLACK_APP_TOKEN", "xoxb-1")):
        with pytest.raises(ValueError, match="expected a token"):
            Settings(_env_file=None, **{name: value})
