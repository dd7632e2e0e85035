"""A browser without a screen: its requests to the web door, and what became of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx

from storage.unit_of_work import Storage

HOST = "http://advisor.test"
OURS = {"Origin": HOST}
TYPED = {"Sec-Fetch-Site": "none"}  # the address was typed, or is a bookmark


@asynccontextmanager
async def browser(app: Any, *, visit: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST, headers=OURS) as client:
        if visit:
            assert (await client.get("/", headers=TYPED)).status_code == 200
        yield client


def words(text: str, id: str | None = None) -> dict[str, Any]:
    return {"json": {"id": id or str(uuid4()), "text": text}}


async def kept(storage: Storage, count: int) -> list[dict[str, Any]]:
    """All messages in the inbox, which must be ``count``."""
    async with storage.transaction() as work:
        rows = await work._connection.exec_driver_sql("SELECT body FROM inbox ORDER BY id")
        bodies = [json.loads(bytes(row[0])) for row in rows]
    assert len(bodies) == count
    return bodies


def is_problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == status
    assert "Traceback" not in answer.text
    return str(content["detail"])
