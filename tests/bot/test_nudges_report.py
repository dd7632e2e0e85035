"""What the operator reads of the comparisons: effects and guardrails, and nobody in particular."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot import logs
from bot.cli import app
from bot.nudges_report import report, show
from conversations.nudging.experiments.outcomes import outcomes
from storage.comparisons import LEFT_ALONE, SPOKEN
from storage.unit_of_work import Storage

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
BEGAN = NOW - timedelta(days=200)


async def people(dsn: str, group: str, arms: list[str], thetas: list[float | None]) -> list[UUID]:
    """Somebody in each arm, measured, five a day."""
    ids = [uuid4() for _ in arms]
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    await books.executemany("INSERT INTO user_profiles (id) VALUES ($1)", [(id,) for id in ids])
    await books.executemany(
        "INSERT INTO portfolios (id, user_id, name) VALUES ($1, $1, 'Main')", [(id,) for id in ids]
    )
    rows = []
    for n, (id, arm, theta) in enumerate(zip(ids, arms, thetas, strict=True)):
        kept = {"missing": "no trades before"} if theta is None else {"theta": theta, "share": 0.01}
        day = datetime.combine(date(2026, 1, 1) + timedelta(days=n // 5), time(3), UTC)
        rows.append((id, group, arm, BEGAN, 0.2, json.dumps(kept), day))
    await books.executemany(
        "INSERT INTO nudge_arms (user_id, grouped, arm, assigned_at, share, portfolio_id, measured,"
        " measured_at) VALUES ($1, $2, $3, $4, $5, $1, $6, $7)",
        rows,
    )
    await books.close()
    return ids


async def run(dsn: str, *lines: tuple[str, list[tuple[object, ...]]]) -> None:
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    for line, values in lines:
        await books.executemany(line, values)
    await books.close()


SAID = (
    "INSERT INTO nudges (id, portfolio_id, user_id, listener, kind, grouped, key, facts, born_at,"
    " stale_at, decide_at, status, said_at, message, answered_at) VALUES ($1::uuid,"
    " $2, $2, $2, 'pace', 'pace', $1::uuid::text, '{}', $3, $3, $3, 'said', $3, $1::uuid, $4)"
)


async def test_effects_and_guardrails_are_reported(storage: Storage, dsn: str) -> None:
    rng = np.random.default_rng(1)
    spoken = rng.random(500) > 0.2
    arms = [SPOKEN if one else LEFT_ALONE for one in spoken]
    thetas = [float(one) for one in rng.normal(-0.5 * spoken, 0.6)]
    ids = await people(dsn, "pace", [*arms, *[SPOKEN] * 6], [*thetas, *[None] * 6])
    await people(dsn, "fomo", [SPOKEN] * 30 + [LEFT_ALONE] * 4, [0.1] * 34)
    heard = [id for id, arm in zip(ids, arms, strict=False) if arm == SPOKEN]
    late = BEGAN + timedelta(days=91)
    await run(
        dsn,
        (SAID, [(uuid4(), id, BEGAN + timedelta(days=3), NOW) for id in heard[:40]]),
        (SAID, [(uuid4(), id, BEGAN + timedelta(days=9), None) for id in heard[:7]]),
        (SAID, [(uuid4(), id, late, None) for id in heard[:9]]),  # after the comparison
        (
            "UPDATE user_profiles SET preferences = $2 WHERE id = $1",
            [(id, '{"nudges": {"pace": "off", "fomo": "on"}}') for id in heard[:8]]
            + [(id, '{"nudges_snoozed": {"pace": "2026-11-20"}}') for id in heard[8:11]],
        ),
    )
    found = await report(storage, NOW)
    pace, fomo = ({c["class"]: c for c in found["classes"]}[name] for name in ("pace", "fomo"))
    told = pace["arms"][SPOKEN]
    many = int(sum(spoken)) + 6
    assert (told["people"], told["missing"]) == (many - many % 5, 5), "in fives: no cell is what"
    assert told["measured"] % 5 == 0, "the others leave of the sum"
    assert (told["said"], told["answered"], told["off"], told["snoozed"]) == (45, 40, 5, None)
    assert pace["arms"][LEFT_ALONE]["said"] == 0
    assert pace["verdict"] == "shown to help"
    assert pace["habit"]["low"] < -0.5 < pace["habit"]["high"] < 0
    assert pace["believed"]["mean"] > 0
    assert fomo["arms"][LEFT_ALONE]["people"] is None  # four people
    assert (fomo["habit"], fomo["verdict"]) == (None, "not known yet")
    assert found["not_compared"] == ["proposals"]
    written = json.dumps(found, allow_nan=False)
    assert not any(str(id) in written for id in ids)
    out = io.StringIO()
    show(found, Console(file=out, width=150))
    assert "shown to help" in out.getvalue()
    assert "<5" in out.getvalue()


def test_the_command_prints_json(dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logs, "configure", lambda level: None)  # the runner's streams are closed
    monkeypatch.setenv("DATABASE_URL", dsn.replace("+asyncpg", ""))
    ended = CliRunner().invoke(app, ["nudges", "report", "--json"])
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert len(found["classes"]) == len(outcomes())
