"""The real bot in a real (third-party) Teams: what the scenario tests say and press.

`World` serves the bot's whole HTTP side on a store of its own, with real authentication: every activity
of the playground goes through a proxy that signs it with a local issuer's key, as Microsoft does.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.app import clock
from bot.core.service import Service
from bot.platforms import Platforms
from bot.teams import starting
from bot.teams.bot import App, Setup, Teams
from bot.teams.pacing import Pace
from storage.sqlite import open_store
from tests.harness import short_bank
from tests.local_slack import until
from tests.playground import Playground
from tests.serving import OneCommittee, served
from tests.teams_doors import PERSONAL
from tests.teams_issuer import APP_ID, Issuer, SigningProxy
from tests.teams_wire import Message


class World(OneCommittee):
    """The bot and its Teams."""

    def __init__(
        self, playground: Playground, service: Service, teams: Teams, origin: str, issuer: Issuer
    ) -> None:
        super().__init__(service)
        self.playground, self.teams = playground, teams
        self.origin, self.issuer = origin, issuer
        self.places = playground.places

    # -- what people see ------------------------------------------------------------------------

    def find(self, words: str, where: str = "", *, seen_by: str = "") -> Message:
        """The newest message of the bot that shows these words; waits for it."""
        return self.playground.find(words, where or self.places.channel, seen_by)

    def direct(self, name: str) -> str:
        """The conversation of a person's own chat with the bot."""
        return self.playground.personal(name)

    def thread(self, words: str = "is starting") -> str:
        """The conversation of the reply chain that a post of the bot's opens."""
        return self.playground.thread_of(self.find(words).id)

    def quiet(self) -> None:
        """Wait until nothing is left to send."""

        def done() -> bool:
            reader = self.store.read()
            states = [reader.state(committee.id) for committee in reader.committees()]
            rooms = {place.channel for s in states for place in s.committee.home}
            rooms |= {f"@{member}" for s in states for member in s.members}
            tenant = self.places.tenant
            return not any(reader.pending("teams", tenant, room) for room in rooms)

        until(done, "nothing is left to send")

    def texts(self, where: str) -> list[str]:
        """What the bot's messages say in a conversation, oldest first."""
        bot = self.places.bot
        return [m.words("") for m in self.playground.messages(where) if m.sender == bot]

    # -- what people do -------------------------------------------------------------------------

    def say(self, name: str, text: str, where: str = "", *, mention: bool = False) -> str:
        """Type a message; returns its id once the bot answered."""
        return self.playground.say(name, text, where, mention=mention)

    def click(
        self,
        name: str,
        label: str,
        words: str,
        where: str = "",
        inputs: dict[str, Any] | None = None,
    ) -> Any:
        """Press what has this label on the newest message that shows these words to this person."""
        message = self.find(words, where, seen_by=name)
        return self.playground.press(name, message, label, inputs)

    def fill(
        self,
        name: str,
        label: str,
        words: str,
        inputs: dict[str, Any],
        where: str = "",
        *,
        send: str = "Save",
    ) -> Any:
        """Open the dialog of a control, fill it in and send it; returns what the bot answered."""
        dialog = self.click(name, label, words, where)
        return self.playground.submit(name, dialog, send, inputs)

    def start(self, by: str = "Ana", **values: Any) -> str:
        """`@Convenor start`, the set-up card filled in and sent; returns the thread's conversation."""
        self.say(by, "start", mention=True)
        filled = {"name": "Fair", **values}
        self.click(by, "Start", "A new committee", inputs=filled)
        thread = self.thread()
        self.quiet()
        return thread


@contextmanager
def world(
    playground: Playground,
    issuer: Issuer,
    store_url: str = "sqlite://",
    pace: Pace | None = None,
    *,
    dialogs: bool = True,
) -> Iterator[World]:
    """A running bot behind a running playground."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        proxy = SigningProxy(issuer, f"{origin}/api/messages")
        store = open_store(store_url)
        try:
            service = Service(store, clock)
            playground.renew(proxy.endpoint)
            app = App(
                id=APP_ID,
                keys_url=issuer.metadata_url,
                others=frozenset({urlsplit(playground.wire.service_url).netloc}),
                token=lambda: "of-the-tests",
            )
            teams = Teams(service, clock, Setup(app, dialogs), "tests", pace or Pace(limits=()))
            with served(Platforms(teams=teams), listener):
                yield World(playground, service, teams, origin, issuer)
        finally:
            proxy.close()
            store.close()


def short_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Committees can be started on the short bank, too."""
    banks = {"short": short_bank(), **starting.banks()}
    monkeypatch.setattr(starting, "banks", lambda: banks)


__all__ = ["PERSONAL", "World", "short_first", "world"]
