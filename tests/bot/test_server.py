"""The server beside the workers."""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import suppress

import httpx
import pytest

from bot.api.app import make_app
from bot.web.server import PortTaken, serve
from storage.unit_of_work import Storage
from tests.bot.conftest import Unlimited, free_port


async def test_a_taken_port_is_said(storage: Storage, limits: Unlimited) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            await serve(make_app(storage, limits), "127.0.0.1", port)
    assert caught.value.port == port


async def test_stopping_lets_go_of_those_who_listen(storage: Storage, limits: Unlimited) -> None:
    handlers = [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)]
    port, started = free_port(), asyncio.Event()
    serving = asyncio.create_task(
        serve(make_app(storage, limits), "127.0.0.1", port, started=started)
    )
    await asyncio.wait_for(started.wait(), 10)
    assert handlers == [signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
        await client.get("/", headers={"Sec-Fetch-Site": "none"})
        async with client.stream("GET", "/chat/events") as stream:
            text = stream.aiter_text()
            assert "caught_up" in await anext(text)
            await storage.bell.ready()
            await asyncio.sleep(0.3)  # the stream has nothing to do but wait
            serving.cancel()
            async with asyncio.timeout(4):
                async for _ in text:
                    pass
                with suppress(asyncio.CancelledError):
                    await serving
    assert serving.cancelled()
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind(("127.0.0.1", port))


async def test_oversized_bodies_hear_the_refusal(address: str) -> None:
    async with httpx.AsyncClient(
        base_url=address, headers={"Origin": address}, timeout=20
    ) as client:
        await client.get("/", headers={"Sec-Fetch-Site": "none"})
        answer = await client.post("/chat/messages", content=b"x" * 20 * 2**20)
        assert answer.status_code == 413
        assert "2 MB" in answer.json()["detail"]
