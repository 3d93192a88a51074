"""A scripted Slack for what local-slack can't be: several workspaces, guests, dead tokens, OAuth.

It answers the Web API as its tokens' workspaces, holds Socket Mode's connection, and records every
call. The bot on top of it is in tests.slack_office.
"""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiohttp import WSMsgType, web

from tests.local_slack import PATIENCE

BOT, TICKET = "U0CONVENOR", "the-distinctive-ticket"

Answer = dict[str, Any]


class Call(NamedTuple):
    """One call of the Web API."""

    token: str
    method: str
    args: dict[str, Any]


class SlackApi:
    """The Web API of every workspace that a token is known of. Everything may be altered by a test."""

    def __init__(self) -> None:
        self.teams: dict[str, str] = {}
        """Workspaces by token; a token that is not here is revoked."""
        self.users: dict[tuple[str, str], Answer] = {}
        self.members: dict[str, list[str]] = {}
        """Who is in a channel."""
        self.codes: dict[str, Answer] = {}
        """What oauth.v2.access gives for a code, once."""
        self.failing: dict[str, str] = {}
        """The error that a method gives; "!" cuts the connection."""
        self.calls: list[Call] = []
        self.acknowledged: list[Answer] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._sent: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve)
        self._ready = threading.Event()
        self.origin = ""

    # -- what a test asks -----------------------------------------------------------------------

    def to(self, method: str, team: str = "", **args: Any) -> list[Call]:
        """The calls of one method, of one workspace, with these arguments."""
        tokens = {token for token, name in self.teams.items() if name == team}
        return [
            c
            for c in tuple(self.calls)
            if c.method == method
            and (not team or c.token in tokens)
            and all(c.args.get(k) == v for k, v in args.items())
        ]

    def person(self, team: str, user: str, name: str, **more: Any) -> None:
        """Somebody whom a workspace knows."""
        known = {"id": user, "team_id": team, "name": name.lower(), "tz": "Europe/Berlin"}
        profile = {"real_name": name, "email": more.pop("email", f"{name.lower()}@example.org")}
        self.users[team, user] = {**known, "real_name": name, "profile": profile, **more}

    def send(self, envelope: Answer) -> None:
        """Send something down the newest connection of Socket Mode."""
        sending = self.sockets[-1].send_json(envelope)
        asyncio.run_coroutine_threadsafe(sending, self._loop).result(PATIENCE)

    def drop(self) -> None:
        """Cut the newest connection of Socket Mode."""
        closing = self.sockets[-1].close()
        asyncio.run_coroutine_threadsafe(closing, self._loop).result(PATIENCE)

    # -- serving --------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen on a port of this machine."""
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        """Listen no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._take)
        app.router.add_get("/socket", self._socket)
        runner = web.AppRunner(app, access_log=None)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            args |= await request.json() if request.can_read_body else {}
        else:
            args |= dict(await request.post())
        token = str(args.pop("token", "")) or request.headers.get("Authorization", "")[7:]
        self.calls.append(Call(token, method, args))
        failing = self.failing.get(method, "")
        if failing == "!" and request.transport is not None:
            request.transport.abort()
        if failing:
            return web.json_response({"ok": False, "error": failing})
        if method == "oauth.v2.access":
            found = self.codes.pop(str(args.get("code")), None)
            return web.json_response({"ok": True, **found} if found else _no("invalid_code"))
        if method == "apps.connections.open":
            url = self.origin.replace("http", "ws", 1) + f"/socket?ticket={TICKET}"
            return web.json_response({"ok": True, "url": url})
        team = self.teams.get(token)
        answer = self._answer(team, method, args) if team else _no("token_revoked")
        return web.json_response({"ok": True, **answer}, headers={"x-oauth-scopes": "chat:write"})

    def _answer(self, team: str, method: str, args: Answer) -> Answer:
        match method:
            case "auth.test":
                return {"team_id": team, "team": f"Team {team}", "user_id": BOT, "bot_id": "B0"}
            case "users.info":
                found = self.users.get((team, str(args["user"])))
                return {"user": found} if found else _no("user_not_found")
            case "conversations.info":
                inside = BOT in self.members.get(str(args["channel"]), ())
                return {"channel": {"id": args["channel"], "is_member": inside}}
            case "conversations.members":
                # One a page, so that whoever reads it has to turn pages.
                there, at = self.members.get(str(args["channel"]), []), int(args.get("cursor") or 0)
                more = str(at + 1) if at + 1 < len(there) else ""
                return {"members": there[at : at + 1], "response_metadata": {"next_cursor": more}}
            case "conversations.join":
                self.members.setdefault(str(args["channel"]), []).append(BOT)
            case "conversations.open":
                return {"channel": {"id": f"D{args['users'][1:]}"}}
            case "chat.postMessage":
                return {"ts": self._ts(team), "channel": args["channel"]}
            case "chat.postEphemeral":
                return {"message_ts": self._ts(team)}
            case "chat.getPermalink":
                return {"permalink": f"https://slack.example/{args['message_ts']}"}
        return {}

    def _ts(self, team: str) -> str:
        """A message's id: workspaces count for themselves, and so use the same ones."""
        self._sent[team] = self._sent.get(team, 0) + 1
        return f"17{self._sent[team]:08}.000100"

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        made = web.WebSocketResponse()
        await made.prepare(request)
        self.sockets.append(made)
        await made.send_json({"type": "hello", "num_connections": 1})
        async for message in made:
            if message.type is WSMsgType.TEXT and message.data.startswith("{"):
                self.acknowledged.append(json.loads(message.data))
        return made


def _no(error: str) -> Answer:
    return {"ok": False, "error": error}


@contextmanager
def slack_api() -> Iterator[SlackApi]:
    """A Slack that answers."""
    api = SlackApi()
    api.start()
    try:
        yield api
    finally:
        api.stop()
