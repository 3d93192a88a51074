"""What the bench speaks to, each in a process of its own: applications as bot.app serves them, and
services that answer everything at once.

All run until they are told to stop through their pipe, or its other end is gone.
"""

import asyncio
import gc
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
from aiohttp import web

from bot.app import listen
from bot.platforms import Platforms
from tests.serving import Server

PATIENCE = 60.0
"""Seconds until a server that says nothing is given up."""
STOP = None
"""What a site is told at the end; anything else asks it how it stands."""

Stands = Callable[[], dict[str, Any]]


# -- from outside ---------------------------------------------------------------------------------


class Site:
    """A running server: its port, and how it stands."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port = int(self._heard())

    def stands(self) -> dict[str, Any]:
        """What it says of itself."""
        self._pipe.send("how does it stand?")
        return dict(self._heard())

    def _heard(self) -> Any:
        if not self._pipe.poll(PATIENCE):
            raise RuntimeError("a server of the bench says nothing")
        return self._pipe.recv()


@contextmanager
def running(serves: Callable[..., None], *args: Any) -> Iterator[Site]:
    """A site in a process of its own."""
    apart = multiprocessing.get_context("spawn")
    pipe, other = apart.Pipe()
    process = apart.Process(target=serves, args=(other, *args), daemon=True)
    process.start()
    other.close()
    try:
        yield Site(pipe)
    finally:
        pipe.close()  # it stops then
        process.join(PATIENCE)
        process.kill()


# -- an application -------------------------------------------------------------------------------


def serve(pipe: Connection, app: Any, platforms: Platforms, stands: Stands) -> None:
    """As bot.app serves; the ASGI application is all that differs between the two. Says its port first."""
    with listen("127.0.0.1", 0) as listener:
        gc.collect()
        gc.freeze()  # as bot.app does before it serves
        config = uvicorn.Config(
            app, access_log=False, log_config=None, lifespan="off", server_header=False, ws="none"
        )
        server = Server(config, platforms)

        def speak() -> None:
            server.listens.wait()
            pipe.send(listener.getsockname()[1])
            _until_told(pipe, stands)
            server.should_exit = True

        told = threading.Thread(target=speak)
        told.start()
        asyncio.run(server.serve([listener]))
        told.join()


def _until_told(pipe: Connection, stands: Stands) -> None:
    try:
        while pipe.recv() is not STOP:
            pipe.send({**stands(), "cpu": time.process_time()})
    except EOFError:
        return


# -- a platform's own service ---------------------------------------------------------------------


def instant(pipe: Connection, path: str, answer: Callable[[int], dict[str, Any]]) -> None:
    """Serve one that answers every call at once, and keeps nothing; says its port first.

    `answer` is given the number of the call.
    """
    asyncio.run(_instant(pipe, path, answer))


async def _instant(pipe: Connection, path: str, answer: Callable[[int], dict[str, Any]]) -> None:
    numbers = count(1)

    async def respond(_request: web.Request) -> web.Response:
        return web.json_response(answer(next(numbers)))

    app = web.Application()
    app.router.add_route("*", path, respond)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(runner.addresses[0][1])
    await asyncio.to_thread(_until_told, pipe, dict)
    await runner.cleanup()
