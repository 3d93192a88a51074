"""The bot's whole HTTP side, served to real clients; and what its one committee's record says."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from bot.core.service import Service
from bot.platforms import Platforms
from questions.model import Bank
from storage.records import Item, State
from tests.local_slack import PATIENCE


class Server(uvicorn.Server):
    """Starts and stops the platforms with it, as bot.app does, and says when it listens."""

    def __init__(self, config: uvicorn.Config, platforms: Platforms) -> None:
        super().__init__(config)
        self._platforms = platforms
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._platforms.start()
        self.listens.set()

    async def main_loop(self) -> None:
        # As uvicorn's own, which looks only ten times a second whether it is to end.
        ticks = 0
        while not await self.on_tick(ticks % 864_000):
            ticks += 1
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # As uvicorn's own, which always sleeps for a tenth of a second.
        for server in self.servers:
            server.close()
        for each in sockets or ():
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.tasks:  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.01)
        await self._platforms.stop()


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """What is served beside the platforms' own paths."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@contextmanager
def served(platforms: Platforms, listener: socket.socket) -> Iterator[None]:
    """Serve what is configured, on a loop of its own."""
    config = uvicorn.Config(platforms.before(nowhere), log_config=None, lifespan="off", ws="none")
    server = Server(config, platforms)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
    thread.start()
    try:
        assert server.listens.wait(PATIENCE)
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


class OneCommittee:
    """What the record says, where there is one committee."""

    def __init__(self, service: Service) -> None:
        self.service, self.store = service, service.store

    @property
    def state(self) -> State:
        """The one committee's state."""
        reader = self.store.read()
        return reader.state(reader.committees()[0].id)

    @property
    def bank(self) -> Bank:
        """Its bank."""
        return self.service.look(self.state.committee.id).bank

    def item(self, question: str) -> Item:
        """The committee's standing on a question."""
        return self.state.items[question]

    def member(self, name: str) -> str:
        """A member's id."""
        return next(m.id for m in self.state.members.values() if m.name == name)

    def said(self, question: str) -> dict[str, Any]:
        """The present answers by name."""
        names = {m.id: m.name for m in self.state.members.values()}
        return {names[who]: a.value for who, a in self.item(question).answers.items()}
