"""What the Slack bench sends to, each in a process of its own: a bare Bolt app, Convenor, and a Web API.

All run until they are told to stop through their pipe, or its other end is gone. Convenor's log is
written as ever, into a file. Bolt's side has what any app has: the signature is looked at, and a
listener that does nothing is called. Its `authorize` asks nobody.
"""

import asyncio
import gc
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from aiohttp import web
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import logs
from bot.app import clock
from bot.core.events import Started
from bot.core.service import NewMember, Service
from bot.core.walking import walk_id
from bot.platforms import Platforms
from bot.slack.adapter import Setup, Slack
from questions.loader import bundled_banks
from storage.records import Address, Installation, Place, Role
from storage.sqlite import open_store
from tests.bench.people import PHASE, REPLIES
from tests.local_slack import BOT, BOT_TOKEN, CHANNEL, SIGNING, TEAM
from tests.slack_world import SECRET, Server, nowhere

EVENTS = "/slack/events"
STOP = None
"""What a site is told at the end; anything else asks it how it stands."""


def user(number: int) -> str:
    """A member's user id."""
    return f"U0MEMBER{number:03}"


# -- a bare Bolt app ------------------------------------------------------------------------------


def bare(pipe: Connection) -> None:
    """Serve it; says its port first."""
    app = AsyncApp(signing_secret=SIGNING, authorize=_authorize)
    app.event("message")(_nothing)
    _serve(pipe, AsyncSlackRequestHandler(app, path=EVENTS), Platforms(), dict)


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_user_id=BOT, bot_token=BOT_TOKEN
    )


async def _nothing() -> None:
    pass


# -- Convenor -------------------------------------------------------------------------------------


def convenor(pipe: Connection, folder: Path, api_url: str, members: int) -> None:
    """Serve it with a committee that has begun a phase; says its port first."""
    with (folder / "slack.log").open("w") as log:
        os.dup2(log.fileno(), 2)
    logs.set_up()
    bank = bundled_banks()["microcredential"]
    home = Place(platform="slack", tenant=TEAM, channel=CHANNEL)
    with closing(open_store(f"sqlite:///{folder / 'slack.db'}")) as store:
        service = Service(store, clock)
        people = [_member(number) for number in range(members)]
        founded = service.found("Fair", bank, people, home=home)
        committee, chair = founded.committee.id, next(iter(founded.members))
        service.handle(Started(id="bench:start", committee=committee, member=chair, phase=PHASE))
        walk = walk_id(committee, PHASE, "")

        def stands() -> dict[str, Any]:
            reader = store.read()
            state = reader.state(committee)
            current = state.walks[walk].current
            return {
                "left": reader.pending(home.platform, home.tenant, home.channel),
                "thread": reader.delivered_ref(walk).partition(" ")[0],
                "text": REPLIES[bank.questions[current].kind],
            }

        setup = Setup(bot_token=BOT_TOKEN, signing_secret=SIGNING, api_url=api_url, secret=SECRET)
        slack = Slack(service, clock, setup, "bench")
        # As after a restart: who we are is known, and the first message goes out at once.
        slack.workspaces.keep(
            Installation(platform="slack", tenant=TEAM, name="Fair", user=BOT, at=clock())
        )
        platforms = Platforms(slack)
        _serve(pipe, platforms.before(nowhere), platforms, stands)


def _member(number: int) -> NewMember:
    return NewMember(
        name=f"Member {number}",
        role=Role.MEMBER if number else Role.CHAIR,
        addresses=(Address(platform="slack", tenant=TEAM, user=user(number)),),
    )


# -- serving --------------------------------------------------------------------------------------


def _serve(
    pipe: Connection, app: Any, platforms: Platforms, stands: Callable[[], dict[str, Any]]
) -> None:
    """As bot.app serves; the ASGI application is all that differs between the two."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        gc.collect()
        gc.freeze()  # as bot.app does before it serves
        config = uvicorn.Config(
            app, access_log=False, log_config=None, lifespan="off", server_header=False, ws="none"
        )
        server = Server(config, platforms)

        def listen() -> None:
            server.listens.wait()
            pipe.send(listener.getsockname()[1])
            _until_told(pipe, stands)
            server.should_exit = True

        told = threading.Thread(target=listen)
        told.start()
        asyncio.run(server.serve([listener]))
        told.join()


def _until_told(pipe: Connection, stands: Callable[[], dict[str, Any]]) -> None:
    try:
        while pipe.recv() is not STOP:
            pipe.send({**stands(), "cpu": time.process_time()})
    except EOFError:
        return


# -- Slack's Web API ------------------------------------------------------------------------------


def web_api(pipe: Connection) -> None:
    """Serve one that answers everything at once, and keeps nothing; says its port first."""
    asyncio.run(_web_api(pipe))


async def _web_api(pipe: Connection) -> None:
    numbers = count(1)

    async def answer(_request: web.Request) -> web.Response:
        said = {
            "ok": True,
            "ts": f"1700000000.{next(numbers):06}",
            "channel": {"id": "D0DIRECT"},
            "permalink": "https://fair.example/archives",
            "team": "Fair",
            "team_id": TEAM,
            "user_id": BOT,
        }
        return web.json_response(said)

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pipe.send(runner.addresses[0][1])
    await asyncio.to_thread(_until_told, pipe, dict)
    await runner.cleanup()
