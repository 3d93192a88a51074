"""What the Slack bench sends to, each in a process of its own: a bare Bolt app, Convenor, and a Web API.

Convenor's log is written as ever, into a file. Bolt's side has what any app has: the signature is
looked at, and a listener that does nothing is called. Its `authorize` asks nobody.
"""

from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.app import clock
from bot.platforms import Platforms
from bot.slack.adapter import Setup, Slack
from storage.people import Place
from storage.trail import Installation
from tests.bench.apart import instant, serve
from tests.bench.crowd import crowd
from tests.local_slack import BOT, BOT_TOKEN, CHANNEL, SIGNING, TEAM
from tests.serving import nowhere
from tests.slack_world import SECRET

EVENTS = "/slack/events"


def user(number: int) -> str:
    """A member's user id."""
    return f"U0MEMBER{number:03}"


# -- a bare Bolt app ------------------------------------------------------------------------------


def bare(pipe: Connection) -> None:
    """Serve it; says its port first."""
    app = AsyncApp(signing_secret=SIGNING, authorize=_authorize)
    app.event("message")(_nothing)
    serve(pipe, AsyncSlackRequestHandler(app, path=EVENTS), Platforms(), dict)


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=enterprise_id, team_id=team_id, bot_user_id=BOT, bot_token=BOT_TOKEN
    )


async def _nothing() -> None:
    pass


# -- Convenor -------------------------------------------------------------------------------------


def convenor(pipe: Connection, folder: Path, api_url: str, members: int) -> None:
    """Serve it with a committee that has begun a phase; says its port first."""
    home = Place(platform="slack", tenant=TEAM, channel=CHANNEL)
    with crowd(folder, home, [user(number) for number in range(members)]) as made:
        setup = Setup(bot_token=BOT_TOKEN, signing_secret=SIGNING, api_url=api_url, secret=SECRET)
        slack = Slack(made.service, clock, setup, "bench")
        # As after a restart: who we are is known, and the first message goes out at once.
        slack.workspaces.keep(
            Installation(platform="slack", tenant=TEAM, name="Fair", user=BOT, at=clock())
        )
        platforms = Platforms(slack)
        serve(pipe, platforms.before(nowhere), platforms, made.stands)


# -- Slack's Web API ------------------------------------------------------------------------------


def web_api(pipe: Connection) -> None:
    """Serve one that answers everything at once, and keeps nothing; says its port first."""
    instant(pipe, "/api/{method}", _said)


def _said(number: int) -> dict[str, Any]:
    return {
        "ok": True,
        "ts": f"1700000000.{number:06}",
        "channel": {"id": "D0DIRECT"},
        "permalink": "https://fair.example/archives",
        "team": "Fair",
        "team_id": TEAM,
        "user_id": BOT,
    }
