"""A Slack Web API of a few lines for the sender's tests: it does as it is told, once, and then as Slack.

It is spoken to by the real SDK over a real socket, so that what the SDK makes of strange answers
comes along. It keeps messages with their metadata, and the order of all calls. Time is told to it.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any, NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import clock
from bot.core.dispatch import Delivered, Outcome
from bot.core.effects import EFFECT, Effect, Notice, React, Say
from bot.core.service import Service
from bot.core.targets import AtPlace
from bot.slack.pacing import Holds, Pace
from bot.slack.sender import SlackSender
from storage.people import Place
from storage.sqlite import open_store
from storage.trail import OutboxMessage, Sending
from tests.local_slack import CHANNEL, TEAM
from tests.slack_troubles import committee

Args = dict[str, Any]


class Reply(NamedTuple):
    """What is answered; `done`: after it was done as well."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = {}
    done: bool = False
    kind: str = "application/json"


def error(code: str) -> Reply:
    """One of Slack's refusals."""
    return Reply(body={"ok": False, "error": code})


def too_fast(said: str | None) -> Reply:
    """A 429, with or without its Retry-After."""
    headers = {} if said is None else {"Retry-After": said}
    return Reply(429, {"ok": False, "error": "ratelimited"}, headers)


LOST = Reply(500, "<html>Server Error</html>", done=True, kind="text/html")


class Time:
    """A clock that moves on when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        """The seconds."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let them pass."""
        self.slept.append(seconds)
        self.at += seconds


class World:
    """The sender, its record and the scripted Slack."""

    def __init__(self) -> None:
        self.script: dict[str, list[Reply]] = {}
        self.calls: list[tuple[str, Args]] = []
        self.messages: list[Args] = []
        self.gone: set[str] = set()
        """The workspaces that ended."""
        self.page = 100
        self.time = Time()
        self.store = open_store("sqlite://")
        self.state = committee(Service(self.store, clock))
        self.ids = {m.name: m.id for m in self.state.members.values()}
        self.clients: dict[str, AsyncWebClient] = {}
        self.address = ""
        self.session: aiohttp.ClientSession | None = None
        self._numbers, self._stamps = count(1), count(1)
        self.start_anew()

    def start_anew(self) -> None:
        """Another process: what the sender only remembered is forgotten."""
        pace = Pace(1000, now=self.time.now, sleep=self.time.sleep)
        holds = Holds(self.time.now, self.time.sleep)
        self.sender = SlackSender(self.store, self._client, pace, holds)

    def _client(self, team: str) -> AsyncWebClient | None:
        if team in self.gone:
            return None
        if team not in self.clients:
            client = AsyncWebClient(token=f"xoxb-{team}", session=self.session, retry_handlers=[])
            client.base_url = self.address
            self.clients[team] = client
        return self.clients[team]

    # -- sending ----------------------------------------------------------------------------------

    def message(self, effect: Effect, place: Place, **fields: Any) -> OutboxMessage:
        """An effect as it lies in the outbox."""
        number, now = next(self._numbers), clock()
        fields = {"id": number, "key": getattr(effect, "key", str(number)), **fields}
        return OutboxMessage(
            committee=self.state.committee.id, place=place, due_at=now, created_at=now,
            payload=EFFECT.dump_json(effect).decode(), **fields,
        )  # fmt: skip

    async def send(self, message: OutboxMessage) -> Outcome:
        """One try, noted as the dispatcher does."""
        outcome = await self.sender.send(message)
        if isinstance(outcome, Delivered):
            done = message.evolve(state=Sending.DONE, ref=outcome.ref)
            self.store.write(lambda tx: tx.promise(done))
        return outcome

    async def say(
        self, key: str, text: str = "", thread: str = "", at: Place | None = None,
        only_for: str = "", **fields: Any,
    ) -> Outcome:  # fmt: skip
        """Try to send a notice."""
        place = (at or ROOM).evolve(thread=thread)
        notice = Notice(text=text or key)
        effect = Say(key=key, to=AtPlace(place=place), content=notice, only_for=only_for)
        return await self.send(self.message(effect, place, **fields))

    # -- what came ----------------------------------------------------------------------------------

    def called(self, *methods: str) -> list[str]:
        """The calls' methods in order; of these alone, where some are named."""
        return [method for method, _ in self.calls if not methods or method in methods]

    def keys(self, thread: str | None = None) -> list[str]:
        """The keys of what stands there; with `thread` of what stands in it, with "" in none."""
        found = [m for m in self.messages if thread is None or m.get("thread_ts", "") == thread]
        return [m["metadata"]["event_payload"]["key"] for m in found]

    def one(self, key: str) -> Args:
        """The one message with this key."""
        (found,) = [m for m in self.messages if m["metadata"]["event_payload"]["key"] == key]
        return found

    # -- Slack --------------------------------------------------------------------------------------

    async def answer(self, request: web.Request) -> web.Response:
        """One call."""
        method, body = request.match_info["method"], await request.read()
        args = {**request.query, **(json.loads(body) if body.strip()[:1] == b"{" else {})}
        self.calls.append((method, args))
        planned = self.script.get(method) or [Reply(done=True)]
        reply = planned.pop(0)
        said = self._do(method, args) if reply.done else {}
        body_ = said if reply.body is None else reply.body
        text = body_ if isinstance(body_, str) else json.dumps(body_)
        return web.Response(
            status=reply.status, text=text, headers=reply.headers, content_type=reply.kind
        )

    def _do(self, method: str, args: Args) -> Args:
        match method:
            case "chat.postMessage":
                ts = f"{clock().timestamp():.0f}.{next(self._stamps):06}"
                self.messages.append({**args, "ts": ts})
                return {"ok": True, "channel": args["channel"], "ts": ts}
            case "chat.update":
                found = [m for m in self.messages if m["ts"] == args["ts"]]
                if not found:
                    return {"ok": False, "error": "message_not_found"}
                found[0].pop("blocks", None)
                found[0].update(args)
            case "files.getUploadURLExternal":
                return {
                    "ok": True, "upload_url": f"{self.address}upload",
                    "file_id": f"F0PICTURE{next(self._stamps)}",
                }  # fmt: skip
            case "conversations.open":
                return {"ok": True, "channel": {"id": f"D{args['users']}"}}
            case "conversations.history" | "conversations.replies":
                first, under = int(args.get("cursor") or 0), args.get("ts", "")
                there = [
                    m for m in self.messages
                    if m["channel"] == args["channel"] and m.get("thread_ts", "") == under
                    and m["ts"] > args["oldest"]
                ]  # fmt: skip
                page = there[first : first + self.page]
                more = str(first + self.page) if first + self.page < len(there) else ""
                return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}
            case "chat.getPermalink":
                return {"ok": True, "permalink": f"https://x.example/{args['message_ts']}"}
            case _:
                pass
        return {"ok": True, "message_ts": "1.1"}


LONG = "and on " * 3200
"""Three messages' words."""
ROOM = Place(platform="slack", tenant=TEAM, channel=CHANNEL)


def react(*, on: bool = True) -> React:
    """A ✅ on somebody's message."""
    return React(to=AtPlace(place=ROOM), ref="5.5", emoji="✅", on=on)


def run(test: Callable[[World], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test's coroutine with a scripted Slack on a loop of its own."""

    async def served(world: World) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", world.answer)
        async with TestServer(app) as server, aiohttp.ClientSession() as session:
            world.address, world.session = str(server.make_url("/api/")), session
            await test(world)

    def inner() -> None:
        world = World()
        try:
            asyncio.run(served(world))
        finally:
            world.store.close()

    inner.__name__, inner.__doc__ = test.__name__, test.__doc__
    return inner
