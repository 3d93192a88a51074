"""The whole bot on a scripted Slack (tests.slack_api), spoken to by requests that are signed by hand."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

import httpx
import pytest

from bot.app import clock
from bot.core.effects import Button
from bot.core.events import Started
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from bot.platforms import Platforms
from bot.slack.adapter import Setup, Slack
from bot.slack.sender import Pace
from bot.slack.values import pack
from storage.people import Address, Place, Role, Settings
from storage.port import Store
from storage.records import State
from storage.sqlite import open_store
from storage.trail import Installation
from tests.harness import short_bank
from tests.local_slack import PATIENCE, SIGNING, until
from tests.serving import served
from tests.slack_api import BOT, Answer, SlackApi, slack_api
from tests.slack_world import SECRET, signed_request

CHANNEL = "C0PLANNING"
CLIENT, CLIENT_SECRET = "1111.2222", "the-client-secret"
PUBLIC = "https://convenor.example.org"

_TLS = ssl.create_default_context()
"""Made once: it takes longer than most tests."""
_numbers = count(1)


class Office:
    """The bot, and what Slack sends to it."""

    def __init__(self, api: SlackApi, service: Service, slack: Slack, http: httpx.Client) -> None:
        self.api, self.service, self.slack, self.http = api, service, slack, http
        self.store = service.store

    # -- what Slack sends -----------------------------------------------------------------------

    def post(self, payload: Answer, **headers: str) -> httpx.Response:
        """A payload of any kind, signed as Slack does."""
        sent = signed_request(payload, **headers)
        return self.http.post("/slack/events", **sent)

    def event(self, team: str, event: Answer, delivery: str = "", **more: Any) -> httpx.Response:
        """Something that happened in a workspace."""
        return self.post(envelope(team, event, delivery, **more))

    def say(self, team: str, user: str, text: str, thread: str = "", **more: Any) -> httpx.Response:
        """A message in the committee's channel."""
        return self.event(team, message(user, text, thread, **more))

    def press(self, team: str, user: str, value: str, **more: Any) -> httpx.Response:
        """A button with this value."""
        return self.post(pressed(team, user, value, **more))

    def command(self, team: str, user: str, text: str, **more: Any) -> httpx.Response:
        """/convenor and some words."""
        return self.post(
            {
                "command": "/convenor", "team_id": team, "user_id": user, "text": text,
                "channel_id": CHANNEL, "trigger_id": f"t{next(_numbers)}", **more,
            }
        )  # fmt: skip

    def submit(
        self, team: str, user: str, about: Answer, values: Answer, **view: Any
    ) -> httpx.Response:
        """A form that was sent; `values` by block: a text, or an element as Slack sends it."""
        held = {
            block: {"it": v if isinstance(v, dict) else {"type": "plain_text_input", "value": v}}
            for block, v in values.items()
        }
        shown = {
            "id": f"V{next(_numbers)}", "type": "modal", "callback_id": about["purpose"],
            "private_metadata": json.dumps(about), "state": {"values": held}, **view,
        }  # fmt: skip
        return self.post(
            {"type": "view_submission", "team": {"id": team}, "user": {"id": user}, "view": shown}
        )

    # -- committees -----------------------------------------------------------------------------

    def install(self, team: str, token: str) -> None:
        """Let the bot into a workspace."""
        self.api.teams[token] = team
        made = Installation(
            platform="slack", tenant=team, name=f"Team {team}", user=BOT, at=self.service.clock()
        )
        self.slack.workspaces.install(made, token)

    def found(
        self,
        team: str,
        *people: str,
        channel: str = CHANNEL,
        name: str = "Fair",
        settings: Settings | None = None,
    ) -> str:
        """A committee with a walk in its channel; the first of the people leads. Returns its id."""
        members = [
            NewMember(
                name=who,
                email=f"{who.lower()}@{team.lower()}.example.org",
                role=Role.MEMBER if n else Role.CHAIR,
                addresses=(Address(platform="slack", tenant=team, user=user(who)),),
            )
            for n, who in enumerate(people)
        ]
        for who in people:
            if (team, user(who)) not in self.api.users:
                self.api.person(team, user(who), who)
        home = Place(platform="slack", tenant=team, channel=channel)
        made = self.service.found(name, short_bank(), members, home=home, settings=settings)
        committee = made.committee.id
        chair = next(m.id for m in made.members.values() if m.role is Role.CHAIR)
        started = Started(id=f"{committee}:start", committee=committee, member=chair, phase="plan")
        self.service.handle(started)
        return committee

    def thread(self, committee: str) -> str:
        """The ts of the message that opens the committee's thread; waits for it."""
        walk = walk_id(committee, "plan")
        return until(lambda: self.store.read().delivered_ref(walk), "the thread is there")

    def state(self, committee: str) -> State:
        """The committee as committed."""
        return self.store.read().state(committee)

    def said(self, committee: str, question: str = "plan.why") -> dict[str, Any]:
        """What stands for a question, by name."""
        state = self.state(committee)
        answers = state.items[question].answers
        return {state.members[who].name: getattr(a.value, "text", "") for who, a in answers.items()}

    def quiet(self, team: str, channel: str = "") -> None:
        """Wait until nothing is left to send to a channel, or (for "") to any, and to any member."""

        def left() -> bool:
            reader = self.store.read()
            if channel:
                return bool(reader.pending("slack", team, channel))
            states = [reader.state(each.id) for each in reader.committees()]
            lanes = {CHANNEL, *(f"@{member}" for state in states for member in state.members)}
            lanes |= {place.channel for state in states for place in state.committee.home}
            return any(reader.pending("slack", team, lane) for lane in lanes)

        until(lambda: not left(), "all is sent")


class Failing:
    """Makes a record fail, and says how often it did."""

    def __init__(self, store: Store, error: Exception) -> None:
        self._store, self._error, self._right = store, error, store.submit
        self.failed = 0

    def __enter__(self) -> "Failing":
        self._store.submit = self._submit  # type: ignore[method-assign]
        return self

    def _submit(self, work: Any) -> Any:
        self.failed += 1
        broken: Future[Any] = Future()
        broken.set_exception(self._error)
        return broken

    def __exit__(self, *_: object) -> None:
        self._store.submit = self._right  # type: ignore[method-assign]


def user(name: str) -> str:
    """The user id of somebody; the same in every workspace."""
    return f"U0{name.upper()}"


def value(committee: str, action: str, **more: str) -> str:
    """A button's value."""
    return pack(committee, Button(action=action, label="x", **more))  # type: ignore[arg-type]


def envelope(team: str, event: Answer, delivery: str = "", **more: Any) -> Answer:
    """An event in its wrapper."""
    known = {
        "type": "event_callback",
        "team_id": team,
        "event_id": delivery or f"Ev{next(_numbers)}",
    }
    return {**known, "authorizations": [{"team_id": team}], **more, "event": event}


def message(user: str, text: str, thread: str = "", **more: Any) -> Answer:
    """A message event."""
    made = {"type": "message", "channel": CHANNEL, "user": user, "text": text}
    stamp = {"ts": f"18{next(_numbers):08}.000100"}
    return {**made, **stamp, **({"thread_ts": thread} if thread else {}), **more}


def pressed(team: str, user: str, value: str, **more: Any) -> Answer:
    """A press of a button."""
    return {
        "type": "block_actions", "team": {"id": team}, "user": {"id": user, "team_id": team},
        "channel": {"id": CHANNEL}, "trigger_id": f"t{next(_numbers)}",
        "actions": [{"type": "button", "action_id": "x:0", "value": value}], **more,
    }  # fmt: skip


@contextmanager
def office(
    api: SlackApi, store: Store, now: Callable[[], datetime] = clock, **setup: str
) -> Iterator[Office]:
    """The bot on a Slack and a record; `setup` are fields of bot.slack.adapter.Setup."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        service = Service(store, now)
        base = {"signing_secret": SIGNING, "api_url": f"{api.origin}/api/", "secret": SECRET}
        slack = Slack(service, now, Setup(**(base | setup)), f"tests{next(_numbers)}", Pace(10_000))
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            served(Platforms(slack), listener),
            httpx.Client(base_url=origin, timeout=PATIENCE, verify=_TLS) as http,
        ):
            yield Office(api, service, slack, http)


@pytest.fixture
def api() -> Iterator[SlackApi]:
    """A Slack that answers."""
    with slack_api() as made:
        yield made


@pytest.fixture
def bot(api: SlackApi) -> Iterator[Office]:
    """The bot, let into workspace T1."""
    store = open_store("sqlite://")
    with office(api, store) as made:
        made.install("T1", "xoxb-one")
        yield made
    store.close()
