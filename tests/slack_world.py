"""The real bot in a real (third-party) Slack: what the scenario tests say and click.

`World` serves the bot's whole HTTP side, or lets it listen over Socket Mode, on a store of its own;
everything goes through local-slack and back. What a test waits for, it waits for by looking.
"""

import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

import httpx
import pytest

from bot.app import clock
from bot.core.service import Service
from bot.platforms import Platforms
from bot.slack import starting
from bot.slack.adapter import Setup, Slack
from bot.slack.sender import Pace
from storage.sqlite import open_store
from tests.harness import short_bank
from tests.local_slack import APP_TOKEN, BOT_TOKEN, CHANNEL, PATIENCE, SIGNING, Workspace, until
from tests.serving import OneCommittee, served

SECRET = "s" * 40
Message = dict[str, Any]


class World(OneCommittee):
    """The bot and its Slack."""

    def __init__(self, workspace: Workspace, service: Service, slack: Slack, origin: str) -> None:
        super().__init__(service)
        self.workspace, self.slack, self.origin = workspace, slack, origin

    # -- what people see ------------------------------------------------------------------------

    def shown(self, channel: str = CHANNEL, thread: str | None = None) -> list[Message]:
        """The messages of a channel; with `thread` those under it, with "" those in no thread."""
        found = self.workspace.messages(channel)
        if thread is None:
            return found
        return [m for m in found if str(m.get("thread_ts", "")) == thread]

    def find(
        self, words: str, channel: str = CHANNEL, *, thread: str | None = None, to: str = ""
    ) -> Message:
        """The newest message of the bot that shows these words; waits for it.

        `to`: the one who alone may see it; "" for one that everybody sees.
        """
        only = self.workspace.ids[to] if to else ""

        def look() -> Message | None:
            for message in reversed(self.shown(channel, thread)):
                mine = message.get("bot_id") and message.get("ephemeral_to", "") == only
                if mine and words in text_of(message):
                    return message
            return None

        return until(look, f"“{words}” is shown in {channel}")

    def direct(self, name: str) -> str:
        """The channel of a person's messages with the bot; waits for it."""
        return until(lambda: self.workspace.direct(name), f"{name} has messages")

    def thread(self, words: str, channel: str = CHANNEL) -> str:
        """The ts of the message that opens a thread."""
        return str(self.find(words, channel)["ts"])

    def reactions(self, ts: str, channel: str = CHANNEL) -> list[str]:
        """The reactions on a message."""
        message = next((m for m in self.shown(channel) if m["ts"] == ts), {})
        return [r["name"] for r in message.get("reactions") or ()]

    def checked(self, ts: str, channel: str = CHANNEL) -> None:
        """Wait for the ✅ on a message."""
        until(lambda: "white_check_mark" in self.reactions(ts, channel), "✅ stands")

    def quiet(self) -> None:
        """Wait until nothing is left to send."""

        def done() -> bool:
            reader = self.store.read()
            states = [reader.state(committee.id) for committee in reader.committees()]
            rooms = {place.channel for s in states for place in s.committee.home}
            rooms |= {f"@{member}" for s in states for member in s.members}
            return not any(reader.pending("slack", self.workspace.team, room) for room in rooms)

        until(done, "nothing is left to send")

    # -- what people do -------------------------------------------------------------------------

    def click(
        self, name: str, label: str, words: str, channel: str = CHANNEL, *, to: str = ""
    ) -> None:
        """Press what has this label on the newest message that shows these words."""
        message = self.find(words, channel, to=to)
        self.workspace.press(name, control(message["blocks"], label), message["ts"], channel)

    def start(self, by: str = "Ana", **values: Any) -> str:
        """`/convenor start`, the form filled in and sent; returns the thread's ts."""
        self.workspace.command(by, "start")
        filled = {"name": "Fair", "members": list(self.workspace.ids.values()), **values}
        assert self.workspace.submit(by, filled) == {}
        thread = self.thread("is starting")
        self.quiet()  # until it is noted as sent, a reply to it is put off, and Slack would repeat it
        return thread

    def pressed_in_view(
        self,
        name: str,
        view: dict[str, Any],
        element: dict[str, Any],
        *,
        block: str = "",
        values: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """Press something in an open form, which local-slack has no way for: signed by hand."""
        action = {k: element[k] for k in ("type", "action_id", "value") if k in element}
        return self.post(
            {
                "type": "block_actions",
                "team": {"id": self.workspace.team},
                "user": {"id": self.workspace.ids[name]},
                "trigger_id": f"by-hand.{next(_numbers)}",
                "view": {**view, "state": {"values": values or {}}},
                "actions": [{**action, "block_id": block}],
            }
        )

    def trigger(self, name: str, channel: str = CHANNEL) -> str:
        """A trigger id that local-slack takes: that of a press of nothing."""
        known = len(self.workspace.log())
        self.workspace.press(
            name, {"type": "button", "action_id": "it", "value": "x"}, channel=channel
        )
        for entry in self.workspace.log()[known:]:
            found = re.search(
                r'"trigger_id":"([^"]+)"', unquote_plus(json.dumps(entry)).replace("\\", "")
            )
            if found:
                return found[1]
        raise AssertionError("no trigger")

    def post(self, payload: dict[str, Any], **headers: str) -> httpx.Response:
        """An interactive payload, or an event, signed as Slack does."""
        return httpx.post(
            f"{self.origin}/slack/events", **signed_request(payload, **headers), timeout=PATIENCE
        )

    @property
    def walk(self) -> str:
        """The id of the one shared walk."""
        return next(w.id for w in self.state.walks.values() if w.shared)

    def newest_review(self, thread: str) -> Message:
        """The newest message of the bot in a thread."""
        return [m for m in self.shown(thread=thread) if m.get("bot_id")][-1]


@contextmanager
def world(
    folder: Path,
    people: tuple[str, ...] = ("Ana", "Ben", "Chi"),
    *,
    http: bool = True,
    store_url: str = "sqlite://",
    api_url: str = "",
    pace: Pace | None = None,
    alter: Callable[[Workspace], None] | None = None,
) -> Iterator[World]:
    """A running bot in a running Slack; `http` chooses signed HTTP over Socket Mode."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        workspace = Workspace(folder, people, request_url=f"{origin}/slack/events" if http else "")
        try:
            if alter:
                alter(workspace)
            store = open_store(store_url)
            try:
                service = Service(store, clock)
                setup = Setup(
                    bot_token=BOT_TOKEN,
                    app_token="" if http else APP_TOKEN,
                    signing_secret=SIGNING if http else "",
                    api_url=api_url or workspace.api_url,
                    secret=SECRET,
                )
                slack = Slack(service, clock, setup, "tests", pace or Pace(burst=10_000))
                platforms = Platforms(slack)
                with served(platforms, listener):
                    made = World(workspace, service, slack, origin)
                    until(lambda: slack.workspaces.bot(workspace.team), "the bot knows its user")
                    if not http:
                        until(lambda: connected(slack), "Socket Mode is connected")
                    yield made
            finally:
                store.close()
        finally:
            workspace.close()


_numbers = count(1)


def signed_request(payload: dict[str, Any], **headers: str) -> dict[str, Any]:
    """The body and headers of a signed request, for httpx: events as JSON, all else as a form."""
    if payload.get("type") in ("event_callback", "url_verification"):
        body, kind = json.dumps(payload), "application/json"
    elif "command" in payload:
        body, kind = urlencode(payload), "application/x-www-form-urlencoded"
    else:
        body = urlencode({"payload": json.dumps(payload)})
        kind = "application/x-www-form-urlencoded"
    stamp = str(int(time.time()))  # noqa: TID251  # Slack's clock
    made = hmac.new(SIGNING.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    base = {
        "content-type": kind,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={made}",
    }
    return {"content": body.encode(), "headers": {**base, **headers}}


def short_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Committees can be started on the short bank, too."""
    banks = {"short": short_bank(), **starting.banks()}
    monkeypatch.setattr(starting, "banks", lambda: banks)


def connected(slack: Slack) -> bool:
    """Whether Slack can reach the bot over Socket Mode."""
    client = slack.socket_client()
    session = getattr(client, "current_session", None)
    return session is not None and not session.closed


def text_of(message: Message) -> str:
    """All words that a message shows."""
    return "\n".join(_words(message.get("blocks") or [{"text": message.get("text", "")}]))


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from _words(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif name not in ("value", "block_id", "action_id"):
                yield from _words(value)


def control(blocks: Any, label: str) -> dict[str, Any]:
    """The control with this label, as an action; an overflow menu's line as its chosen option."""
    for element in _elements(blocks):
        for option in element.get("options") or ():
            if option["text"]["text"] == label:
                base: dict[str, Any] = {
                    k: element[k] for k in ("type", "action_id") if k in element
                }
                return {**base, "selected_option": option}
        if (element.get("text") or {}).get("text") == label:
            return {k: element[k] for k in ("type", "action_id", "value", "text") if k in element}
    labels = [(e.get("text") or {}).get("text") for e in _elements(blocks)]
    raise AssertionError(f"nothing here is called {label!r}: {labels}")


def _elements(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield from block.get("elements", ()) if block["type"] == "actions" else ()
        if "accessory" in block:
            yield block["accessory"]
