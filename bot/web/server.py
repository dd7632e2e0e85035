"""Serves the application next to the workers, in the same event loop."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

PATIENCE = 5  # seconds that running requests have when we are told to stop


class PortTaken(Exception):
    """Another program listens there already."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port


class CannotListen(Exception):
    """The address is unknown, or not ours to listen on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host = host
        self.port = port
        self.reason = reason


class _Server(uvicorn.Server):
    """Leaves signals to the program, and says when it listens."""

    def __init__(self, config: uvicorn.Config, started: asyncio.Event | None) -> None:
        super().__init__(config)
        self._event = started

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._event is not None:
            self._event.set()


async def serve(
    app: FastAPI, host: str, port: int, *, started: asyncio.Event | None = None
) -> None:
    """Serve ``app`` until cancelled; then let go of the listeners and finish what is running.

    ``started`` is set as soon as requests are answered. Raises PortTaken and
    CannotListen, before anything is served.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=PATIENCE,
    )
    server = _Server(config, started)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        app.state.closing.set()
        server.should_exit = True
        await serving
        raise
    finally:
        listener.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError) as problem:  # a name may also be none that could be written
        reason = getattr(problem, "strerror", None) or "no such name"
        raise CannotListen(host, port, reason) from problem
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(port) from problem
        raise CannotListen(host, port, problem.strerror or str(problem)) from problem
    listener.setblocking(False)
    return listener
