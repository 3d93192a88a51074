"""A Slack that fails: a proxy before local-slack's Web API, in a thread that outlives killed bots.

Of the calls it answers some with 429 and `Retry-After`, some with 500, and some it hands on and then
loses the reply. It keeps what local-slack does not: the metadata of messages, pages of a history,
and whether anybody called a method that was to be left alone. `Relay` is the other way: it delivers
events again until they are answered, as Slack does.
"""

import asyncio
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp
import httpx
from aiohttp import web

from tests.killed import Strike
from tests.local_slack import PATIENCE, until
from tests.slack_world import signed_request

PAGE = 30
"""So many messages make a page of a history, whatever is asked for."""
RETRY_AFTER = 1
NAMELESS = ("chat.getPermalink", "files.")
"""How methods begin whose calls do not say for which lane they are."""
HISTORIES = ("conversations.history", "conversations.replies")


class Rates(NamedTuple):
    """How often what happens."""

    too_fast: float = 0.10
    refused: float = 0.10
    lost: float = 0.15


CALM = Rates(0, 0, 0)


@dataclass
class Hold:
    """A method that is to be left alone until then.

    A call that was under way when the 429 was said can't know of it. A lane calls one by one, so
    each may have one such call (the lane that the 429 was said to: none). Where calls do not say for
    which lane they are, `strays` are so many of them in all.
    """

    until: float
    known: set[str] = field(default_factory=set)
    strays: int = 0


class OnLoop:
    """Something that runs on a loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something on the loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def end(self) -> None:
        """Stop the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE)
        self.loop.close()


class FaultProxy:
    """The proxy. It is calm until `rates` are set; use `running`."""

    def __init__(self, seed: int) -> None:
        self.upstream = self.url = ""
        self.rates = CALM
        self.faults: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.spared: tuple[str, ...] = ()
        """How methods begin that are never refused and never lost, only asked to wait."""
        self.violations: list[str] = []
        self.lanes = 1
        """How many lanes may call side by side what does not say for which lane it is."""
        self.keys: dict[tuple[str, str], str] = {}
        """The metadata's key of each message that was posted, by channel and ts."""
        self.strike: Strike | None = None
        """Called "before" and "after" a method is handed on: it may kill the caller."""
        self._rng = random.Random(seed)
        self._holds: dict[str, Hold] = {}
        self._generation = 0
        self._busy = 0
        self._metadata: dict[tuple[str, str], Any] = {}
        self._session: aiohttp.ClientSession | None = None

    def forget_holds(self) -> None:
        """The bot is another process from now on, which was told of no 429."""
        self._generation += 1
        self._holds.clear()

    def posted(self, channel: str, messages: list[dict[str, Any]]) -> list[str]:
        """The keys of the bot's messages that stand in a channel, in order; whispers have none."""
        mine = [m for m in messages if m.get("bot_id") and not m.get("ephemeral_to")]
        return [self.keys.get((channel, str(m["ts"])), "") for m in mine]

    # -- calls ------------------------------------------------------------------------------------

    def drained(self) -> None:
        """Wait until nothing is on its way any more of what a dead bot had sent."""
        httpx.get(self.url.removesuffix("api/"), timeout=PATIENCE)  # its turn comes after theirs
        until(lambda: self._busy == 0, "no call is on its way")

    async def _counted(self, request: web.Request) -> web.StreamResponse:
        self._busy += 1
        try:
            return await self._answer(request)
        finally:
            self._busy -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method, generation = request.match_info["method"], self._generation
        body = await request.read()
        args = json.loads(body) if request.content_type == "application/json" else {}
        args = {**request.query, **(args or dict(await request.post()))}
        lane = str(args.get("channel") or args.get("users") or "")
        if self.lanes > 1 and method.startswith(NAMELESS):
            lane = ""
        self.calls[method] += 1
        self._look_at_holds(method, lane)
        chance = self._rng.random()
        if chance < self.rates.too_fast:
            self.faults["429"] += 1
            if generation == self._generation:
                self._holds[method] = Hold(time.monotonic() + RETRY_AFTER, {lane}, self.lanes - 1)
            return web.json_response(
                {"ok": False, "error": "ratelimited"},
                status=429,
                headers={"Retry-After": str(RETRY_AFTER)},
            )
        chance -= self.rates.too_fast
        if self.spared and method.startswith(self.spared):
            chance = 1.0
        if chance < self.rates.refused:
            self.faults["500"] += 1
            return web.Response(
                status=500, text="<html>Server Error</html>", content_type="text/html"
            )
        chance -= self.rates.refused
        answer = await self._handed_on(request, method, body, args)
        if chance < self.rates.lost:
            self.faults["lost"] += 1
            if request.transport is not None and self._rng.random() < 0.5:
                request.transport.abort()
            return web.Response(status=500)
        return web.json_response(answer)

    def _look_at_holds(self, method: str, lane: str) -> None:
        hold = self._holds.get(method)
        if hold is None or time.monotonic() >= hold.until:
            return
        if not lane and hold.strays > 0:
            hold.strays -= 1
        elif lane in hold.known:
            self.violations.append(f"{method} {lane} {hold.until - time.monotonic():.3f} s early")
        hold.known.add(lane)

    async def _handed_on(
        self, request: web.Request, method: str, body: bytes, args: dict[str, Any]
    ) -> dict[str, Any]:
        assert self._session is not None
        strike = self.strike
        if strike:
            strike("before", method)
        headers = {
            k: request.headers[k] for k in ("Authorization", "Content-Type") if k in request.headers
        }
        address = f"{self.upstream}{method}"
        async with self._session.post(
            address, data=body, params=request.query, headers=headers
        ) as got:
            answer: dict[str, Any] = await got.json()
        if answer.get("ok"):
            self._keep(method, args, answer)
        if strike:
            strike("after", method)
        return answer

    def _keep(self, method: str, args: dict[str, Any], answer: dict[str, Any]) -> None:
        """Note what local-slack does not keep, and put it into what it says."""
        if method == "chat.postMessage" and "metadata" in args:
            place = (str(answer["channel"]), str(answer["ts"]))
            self._metadata[place] = args["metadata"]
            self.keys[place] = str(args["metadata"]["event_payload"]["key"])
        if method in HISTORIES:
            channel, first = str(args["channel"]), int(args.get("cursor") or 0)
            found = [
                m
                for m in answer["messages"]
                if float(m["ts"]) >= float(args.get("oldest") or 0) or m["ts"] == args.get("ts")
            ]
            page = found[first : first + PAGE]
            if str(args.get("include_all_metadata")).lower() in ("1", "true"):
                for message in page:
                    message["metadata"] = self._metadata.get((channel, message["ts"]))
            answer["messages"] = page
            further = str(first + PAGE) if first + PAGE < len(found) else ""
            answer["response_metadata"] = {"next_cursor": further}

    # -- life -------------------------------------------------------------------------------------

    async def start(self) -> web.AppRunner:
        """Listen, on the running loop."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        app = web.Application()
        app.router.add_post("/api/{method}", self._counted)
        app.router.add_get("/", _pong)
        runner, self.url = await _listening(app)
        self.url += "/api/"
        return runner

    async def stop(self, runner: web.AppRunner) -> None:
        """Hang up."""
        await runner.cleanup()
        if self._session is not None:
            await self._session.close()


class Relay:
    """Delivers each event until it is answered with 200: the same body, signed anew.

    It answers local-slack at once, which would not try again.
    """

    def __init__(self) -> None:
        self.url = self.bot = ""
        self.undelivered = 0
        self.again = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def _take(self, request: web.Request) -> web.Response:
        self.undelivered += 1
        task = asyncio.create_task(self._deliver(await request.json()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.Response()

    async def _deliver(self, event: dict[str, Any]) -> None:
        assert self._session is not None
        tries = 0
        while True:
            headers = {"x-slack-retry-num": str(tries)} if tries else {}
            made = signed_request(event, **headers)
            try:
                async with self._session.post(
                    self.bot, data=made["content"], headers=made["headers"]
                ) as answer:
                    if answer.status == 200:
                        break
            except (aiohttp.ClientError, TimeoutError):
                pass  # it is dead just now
            tries += 1
            await asyncio.sleep(0.02)
        self.again += tries > 0
        self.undelivered -= 1

    async def start(self) -> web.AppRunner:
        """Listen, on the running loop."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3))
        app = web.Application()
        app.router.add_post("/slack/events", self._take)
        runner, self.url = await _listening(app)
        self.url += "/slack/events"
        return runner

    async def stop(self, runner: web.AppRunner) -> None:
        """Hang up; what is undelivered is lost."""
        for task in self._tasks:
            task.cancel()
        await runner.cleanup()
        if self._session is not None:
            await self._session.close()


async def _pong(request: web.Request) -> web.Response:
    return web.Response()


async def _listening(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@contextmanager
def running(*parts: FaultProxy | Relay) -> Iterator[None]:
    """Serve them, from a thread."""
    on = OnLoop()
    runners = [on.run(part.start()) for part in parts]
    try:
        yield
    finally:
        for part, runner in zip(parts, runners, strict=True):
            on.run(part.stop(runner))
        on.end()
