"""What Slack says of the tokens in the settings, for `convenor doctor`. It asks, and changes nothing.

Two calls that do no harm: `auth.test` tells whose the bot token is and which scopes it was granted
(in a header), `apps.connections.open` whether Socket Mode may connect; the ticket that it hands out
is not used. The words for people are the doctor's (bot.cli.doctor_slack).
"""

import asyncio
import logging
import re
import socket
from collections.abc import Awaitable
from typing import Literal, NamedTuple

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.refusals import refusal

PATIENCE = 5
"""Seconds that Slack has for an answer."""
SCOPES_HEADER = "x-oauth-scopes"
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
"""What a word of Slack's for an error looks like; nothing else of an answer is repeated."""

Kind = Literal[
    "refused",  # Slack says no; `code` is its word for why
    "busy",  # it was asked too often
    "late",
    "name",  # the host's name is not known
    "closed",  # nobody listens there
    "secure",  # no safe connection
    "proxy",
    "address",  # SLACK_API_URL is none
    "foreign",  # something answered, but not as Slack does
    "broken",  # any other fault of the connection
]


class Trouble(NamedTuple):
    """Why a token is not good, or why nobody can tell."""

    kind: Kind
    code: str = ""


class Bot(NamedTuple):
    """Whose a bot token is."""

    team: str
    """The workspace's id."""
    workspace: str
    name: str
    """What Convenor is called there."""
    scopes: frozenset[str] | None
    """Those granted; None where Slack did not say."""


class Answers(NamedTuple):
    """What became of each question; None for a bot token that was not given."""

    bot: Bot | Trouble | None
    socket: Trouble | None
    """None where Socket Mode may connect, or no app token was given."""


def ask(bot_token: str = "", app_token: str = "", api_url: str = "") -> Answers:
    """Ask Slack about the tokens that are given. It raises nothing and takes seconds at most."""
    return asyncio.run(_ask(bot_token, app_token, api_url))


async def _ask(bot_token: str, app_token: str, api_url: str) -> Answers:
    quiet = logging.getLogger(f"{__name__}.client")
    quiet.setLevel(logging.CRITICAL)
    client = AsyncWebClient(
        token=bot_token or None, timeout=PATIENCE, retry_handlers=[], logger=quiet
    )
    if api_url:
        client.base_url = api_url  # just as bot.slack.workspaces does
    bot, connects = await asyncio.gather(
        _answer(client.auth_test()) if bot_token else _nothing(),
        _answer(client.apps_connections_open(app_token=app_token)) if app_token else _nothing(),
    )
    return Answers(
        bot=_bot(bot) if isinstance(bot, AsyncSlackResponse) else bot,
        socket=connects if isinstance(connects, Trouble) else None,
    )


async def _nothing() -> None:
    return None


def _bot(answer: AsyncSlackResponse) -> Bot:
    headers = {name.lower(): value for name, value in dict(answer.headers).items()}
    said = headers.get(SCOPES_HEADER)
    scopes = (scope.strip() for scope in str(said or "").split(","))
    return Bot(
        team=str(answer.get("team_id") or ""),
        workspace=str(answer.get("team") or ""),
        name=str(answer.get("user") or ""),
        scopes=None if said is None else frozenset(filter(None, scopes)),
    )


async def _answer(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse | Trouble:
    try:
        return await call
    except SlackApiError as error:
        return _refusal(error)
    except TimeoutError:
        return Trouble("late")
    except aiohttp.InvalidURL:
        return Trouble("address")
    except aiohttp.ClientProxyConnectionError:
        return Trouble("proxy")
    except aiohttp.ClientSSLError:
        return Trouble("secure")
    except aiohttp.ClientConnectorError as error:
        return Trouble(_why(error.os_error))
    except (aiohttp.ClientError, OSError):
        return Trouble("broken")
    except (AttributeError, TypeError, ValueError):  # the SDK met something that is no object
        return Trouble("foreign")


def _why(error: OSError) -> Kind:
    if isinstance(error, socket.gaierror):
        return "name"
    return "closed" if isinstance(error, ConnectionRefusedError) else "broken"


def _refusal(error: SlackApiError) -> Trouble:
    """Why Slack said no; an answer without a word for it is not Slack's."""
    found = refusal(error)
    if found.too_fast:
        return Trouble("busy")
    return Trouble("refused", found.code) if CODE.fullmatch(found.code) else Trouble("foreign")
