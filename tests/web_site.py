"""The workspace served to a real browser, and what tests do on its pages."""

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from bot.web.links import sign_in_link
from storage.doors import Person
from tests.web_harness import WebHarness
from tests.web_rooms import Rooms

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE = 15
"""Seconds that a server may take to begin and to end."""


class Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


class Site(Rooms):
    """The rooms, served; people come with a page."""

    def __init__(self, house: WebHarness, origin: str) -> None:
        super().__init__(house)
        self.origin = origin

    def enter(self, person: Person | None, page: "Page", path: str = "") -> "Page":
        """Sign in, and go to a page of the committee."""
        assert person
        store, now = self.house.store, self.house.clock()
        page.goto(sign_in_link(store, person.id, self.origin, now))
        page.goto(f"{self.origin}{self.base}{path}")
        return page

    def as_ana(self, page: "Page", path: str = "") -> "Page":
        """The chair's page."""
        return self.enter(self.ana.person, page, path)

    def as_ben(self, page: "Page", path: str = "") -> "Page":
        """A member's page."""
        return self.enter(self.ben.person, page, path)

    @property
    def design(self) -> str:
        """The path of the design phase's thread, once it has begun."""
        return f"/t/{self.walk}"

    def revision(self) -> int:
        """How many events the committee has seen."""
        return self.house.service.look(self.id).committee.revision


@pytest.fixture
def site(house: WebHarness) -> Iterator[Site]:
    """The workspace, served until the test ends; open streams must not keep it from ending."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(house.app, log_config=None, lifespan="off", ws="none")
        server = Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        assert server.listens.wait(PATIENCE)
        yield Site(house, f"http://127.0.0.1:{listener.getsockname()[1]}")
        house.web.stopping.set()
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "open streams kept the server from ending"


def live(page: "Page") -> "Page":
    """Once the page listens."""
    page.locator("html.live").wait_for(state="attached")
    return page


def newest(page: "Page") -> "Locator":
    """The last message of the list."""
    return page.locator("#messages > .msg").last


def card(page: "Page", prompt: str) -> "Locator":
    """The card with this prompt."""
    return page.locator(".q", has=page.get_by_role("heading", name=prompt, exact=True))


def reply(page: "Page", words: str) -> None:
    """Type a reply and send it with Enter."""
    page.locator("#say").fill(words)
    page.locator("#say").press("Enter")


def fits(page: "Page") -> None:
    """Nothing makes the page wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    room = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.scroll, .side, .panel')]"
        ".map((e) => e.scrollWidth - e.clientWidth))"
    )
    assert (wide, room) == (0, 0)
