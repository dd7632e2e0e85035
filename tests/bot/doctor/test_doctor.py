"""``bpo doctor``: what is missing is said with what to do, and no secret is ever printed."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from bot import logs
from bot.cli import app
from bot.doctor.checks import cache, database, prices, room, slack, telegram, watch
from bot.doctor.examination import MARKS, as_rows, line, looks
from bot.doctor.verdict import State, Verdict
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from storage.truths.registry import truths
from storage.truths.truth import Truth
from storage.unit_of_work import Storage

TOKEN = "12345:" + "A" * 35
BOT, APP = "xoxb-1-secret", "xapp-1-secret"


def _settings(**given: object) -> Settings:
    return Settings(_env_file=None, **given)  # type: ignore[call-arg, arg-type]


def _states(found: list[Verdict]) -> list[State]:
    return [one.state for one in found]


async def test_nothing_set_up_is_fine() -> None:
    plain = _settings()
    for look in (cache.look, telegram.look, slack.look, watch.look):
        assert _states(await look(plain)) == [State.UNUSED]
    assert _states(await database.look(plain)) == [State.GOOD]
    assert len(looks()) == 7


async def test_the_database(dsn: str) -> None:
    found = await database.look(_settings(DATABASE_URL=dsn))
    assert found[0].state is State.GOOD
    assert "tables up to date" in found[0].what
    assert found[1].thing == "TimescaleDB"
    away = await database.look(_settings(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none"))
    assert _states(away) == [State.BAD]
    assert away[0].do


async def test_the_watch_and_the_data(dsn: str, storage: Storage) -> None:
    settings = _settings(DATABASE_URL=dsn)
    nobody, unknown = await watch.look(settings)
    assert (nobody.state, unknown.state) == (State.WEAK, State.UNUSED)
    assert "bpo scheduler" in nobody.do
    now = datetime.now(UTC)
    async with storage.transaction() as work:
        await work.watch.beat("a:1", "scheduler", now, on_watch=True)
        await work.watch.beat("b:2", "scheduler", now, on_watch=False)
        await work.watch.beat("c:3", "scheduler", now - timedelta(hours=1), on_watch=False)
        await work.watch.began("prices", now)
        await work.watch.ended("prices", now, "TimeoutError")
        for truth in truths():
            await work.watch.check(truth, now)
    at_work, failed, sound = await watch.look(settings)
    assert at_work.what == "on watch, 1 standing by"
    assert failed.what == "the job prices failed: TimeoutError"
    assert sound.state is State.GOOD
    assert f"all {len(truths())} invariants hold" in sound.what
    broken = Truth("positions", "", lambda connection, at: _found("p-7"))
    async with storage.transaction() as work:
        await work.watch.ended("prices", now + timedelta(seconds=1))
        await work.watch.check(broken, now)
    _, bad = await watch.look(settings)
    assert bad.state is State.BAD
    assert "positions (1, such as p-7)" in bad.what


async def _found(*ids: str) -> tuple[str, ...]:
    return ids


async def test_redis_that_is_away_is_weak_not_bad() -> None:
    found = await cache.look(_settings(REDIS_URL="redis://127.0.0.1:1/0"))
    assert _states(found) == [State.WEAK]


async def test_a_telegram_token(httpserver: HTTPServer) -> None:
    good = {"ok": True, "result": {"username": "our_bot", "can_read_all_group_messages": True}}
    httpserver.expect_request(f"/bot{TOKEN}/getMe").respond_with_json(good)
    hook = {"ok": True, "result": {"url": "", "pending_update_count": 3}}
    httpserver.expect_request(f"/bot{TOKEN}/getWebhookInfo").respond_with_json(hook)
    api = httpserver.url_for("").rstrip("/")
    found = await telegram.look(_settings(TELEGRAM_TOKEN=TOKEN), api)
    assert _states(found) == [State.GOOD, State.WEAK, State.GOOD]
    assert "@our_bot" in found[0].what
    assert "3 updates wait" in found[2].what
    public = _settings(TELEGRAM_TOKEN=TOKEN, public_address="https://bpo.example")
    assert "does not lead" in (await telegram.look(public, api))[2].what
    assert TOKEN not in " ".join(line(one) for one in found)


async def test_a_refused_telegram_token_and_no_network(httpserver: HTTPServer) -> None:
    refused = {"ok": False, "description": "Unauthorized"}
    httpserver.expect_request(f"/bot{TOKEN}/getMe").respond_with_json(refused, status=401)
    httpserver.expect_request(f"/bot{TOKEN}/getWebhookInfo").respond_with_data("<html>", status=502)
    api = httpserver.url_for("").rstrip("/")
    found = await telegram.look(_settings(TELEGRAM_TOKEN=TOKEN), api)
    assert _states(found) == [State.BAD]
    assert "@BotFather" in found[0].do
    away = await telegram.look(_settings(TELEGRAM_TOKEN=TOKEN), "http://127.0.0.1:1")
    assert _states(away) == [State.BAD]
    assert TOKEN not in line(away[0])


async def test_slack_tokens_and_scopes(httpserver: HTTPServer) -> None:
    known = {"ok": True, "user": "bpo", "team": "Club"}
    granted = {"x-oauth-scopes": ",".join(SCOPES[:-1])}
    httpserver.expect_request("/auth.test").respond_with_json(known, headers=granted)
    httpserver.expect_request("/apps.connections.open").respond_with_json(
        {"ok": False, "error": "invalid_auth"}
    )
    settings = _settings(
        SLACK_BOT_TOKEN=BOT, SLACK_APP_TOKEN=APP, SLACK_API=httpserver.url_for("/")
    )
    found = await slack.look(settings)
    assert _states(found) == [State.GOOD, State.BAD, State.BAD]
    assert f"scopes missing: {SCOPES[-1]}" in found[1].what
    assert "invalid_auth" in found[2].what
    assert "secret" not in " ".join(line(one) for one in found)


async def test_slack_settings_that_belong_together() -> None:
    found = await slack.look(_settings(SLACK_BOT_TOKEN=BOT, SLACK_API="http://127.0.0.1:1/"))
    assert found[0].what == "Slack has no way to reach us"
    found = await slack.look(_settings(SLACK_CLIENT_ID="1.2"))
    assert [one.do for one in found] == [
        "Basic Information → App Credentials, as SLACK_CLIENT_SECRET",
        "Set BPO_ENCRYPTION_KEY: bpo slack key",
    ]


async def test_prices_of_a_file_and_of_the_demo(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("time,symbol,close\n2020-01-02,SPY,320\n")
    found = await prices.look(_settings(sources="demo", prices_csv=file))
    assert [(one.thing, one.state) for one in found] == [
        ("Prices (csv_file)", State.WEAK),
        ("Prices (demo)", State.GOOD),
    ]
    unknown = await prices.look(_settings(sources="nowhere"))
    assert _states(unknown) == [State.BAD]


async def test_secrets_that_others_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("BPO_PORT=9000\n")
    file.chmod(stat.S_IRUSR | stat.S_IROTH)
    found = await room.look(_settings(home=tmp_path / "data"))
    assert found[1].do == "chmod 600 .env"
    file.chmod(stat.S_IRUSR)
    assert (await room.look(_settings(home=tmp_path)))[1].state is State.GOOD


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # The runner's stderr is closed with it; the log of the tests after this one would go there.
    monkeypatch.setattr(logs, "configure", lambda level: None)
    for name in ("DATABASE_URL", "REDIS_URL", "TELEGRAM_TOKEN", "SLACK_BOT_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BPO_SOURCES", "demo")
    found = CliRunner().invoke(app, ["doctor", "--json"])
    assert found.exit_code == 0, found.output
    rows = json.loads(found.output)
    assert {row["state"] for row in rows} <= {"good", "unused", "weak"}
    monkeypatch.setenv("BPO_SOURCES", "nowhere")
    found = CliRunner().invoke(app, ["doctor"])
    assert found.exit_code == 1
    assert "❌ Prices" in found.output
    assert set(MARKS) == set(State)
    assert as_rows([]) == []
