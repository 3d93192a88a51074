"""Slack, put together: what comes in through Bolt, what goes out through the dispatcher.

Bolt answers 200 before its listeners run, and when they raise, so everything is done in one global
middleware: the 200 goes out after the commit, and a failed commit gives 5xx (over Socket Mode: no
acknowledgement), upon which Slack delivers again. Nothing of the walk is decided here.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient

from bot.core.dispatch import Dispatcher
from bot.core.errors import Misuse, Refused
from bot.core.service import Service
from bot.logs import whence
from bot.slack import oauth
from bot.slack.acting import Acting
from bot.slack.commanding import Commanding
from bot.slack.door import Door
from bot.slack.homing import Homing
from bot.slack.known import Known
from bot.slack.listening import Listening, TryLater
from bot.slack.needs import SCOPES
from bot.slack.people import PLATFORM
from bot.slack.refusals import ENDED, ambiguous, code_of, refusal
from bot.slack.sender import Pace, SlackSender
from bot.slack.strangers import Strangers
from bot.slack.submitting import Submitting
from bot.slack.vault import Vault
from bot.slack.which import alone
from bot.slack.workspaces import Workspaces, claimed
from storage.port import StoreError

AGAIN = 20.0
"""Seconds until Slack is asked again who we are, where it could not be reached."""

SORRY = "Slack did not let me do that just now. Please try again in a minute."

log = logging.getLogger(__name__)


class Setup(NamedTuple):
    """What is configured for Slack; "" for what is not."""

    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    api_url: str = ""
    public_url: str = ""
    secret: str = ""
    """The workspace's own secret, which the tokens' key is made from."""


class Slack:
    """One process's Slack. `start` and `stop` run on the server's loop."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime],
        setup: Setup,
        owner: str,
        pace: Pace | None = None,
    ) -> None:
        store = service.store
        self._setup = setup
        self.workspaces = Workspaces(
            store, clock, Vault(setup.secret), setup.bot_token, setup.api_url
        )
        sender = SlackSender(store, self.workspaces.client, pace)
        self.dispatcher = Dispatcher(store, clock, sender, PLATFORM, owner, service.watch)
        strangers = self._strangers = Strangers(service, self.workspaces.client)
        self._listening = Listening(service, self.workspaces.bot, strangers)
        self._commanding = Commanding(
            service, self.workspaces.let_in, strangers, self._listening.names
        )
        self._acting = Acting(service, self.workspaces.let_in, self._listening, strangers)
        self._submitting = Submitting(
            service, self.workspaces.let_in, strangers, self._listening.names
        )
        self._homing = Homing(service, self.workspaces.client)
        self._service = service
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._after: set[asyncio.Task[None]] = set()
        """What follows an answer to Slack, which has three seconds."""
        self._socket: AsyncSocketModeHandler | None = None
        self._sending = False
        self._oauth = self._flow() if setup.client_id else None
        self._app = self._bolt()
        self.door = Door(self._app, setup.signing_secret, lambda: clock().timestamp())

    def _flow(self) -> AsyncOAuthFlow:
        setup = self._setup
        return oauth.flow(
            self.workspaces,
            self._service.store,
            self._clock,
            client_id=setup.client_id,
            client_secret=setup.client_secret,
            public_url=setup.public_url,
            scopes=tuple(SCOPES),
        )

    def _bolt(self) -> AsyncApp:
        app = AsyncApp(
            name="slack_bolt.app",  # its loggers are named for it, and bot.logs knows Bolt's
            logger=logging.getLogger("slack_bolt"),
            client=self.workspaces.new_client(),
            authorize=Known(self.workspaces),
            oauth_flow=self._oauth,
            # The door looks at the signature, on the bytes as they came; see bot.slack.door.
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
        )
        app.use(self._middleware)
        return app

    # -- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to send and, where an app token is set, to listen over Socket Mode."""
        self.workspaces.open()
        self._service.when_promised(self.dispatcher.nudge)
        if not self._setup.bot_token or self.workspaces.any():
            self._send()
        if self._setup.bot_token:
            self._task(self._introduce())
        if self._setup.app_token:
            self._socket = AsyncSocketModeHandler(
                self._app, self._setup.app_token, web_client=self.workspaces.new_client()
            )
            self._task(self._socket.connect_async())  # type: ignore[no-untyped-call]

    def _send(self) -> None:
        """Begin to send; before any workspace is known, all of it would only be put off."""
        if not self._sending:
            self._sending = True
            self.dispatcher.start()

    async def stop(self) -> None:
        """Listen no more; finish what is being sent, and end."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._after, return_exceptions=True)
        await self.dispatcher.stop()
        await self.workspaces.close()

    def socket_client(self) -> AsyncBaseSocketModeClient | None:
        """The connection over Socket Mode; None where there is none."""
        return self._socket.client if self._socket is not None else None

    def _task(self, work: Awaitable[None], among: "set[asyncio.Task[None]] | None" = None) -> None:
        tasks = self._tasks if among is None else among

        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001  # a task of its own has nobody to tell but the log
                log.error("slack task failed %s", whence(error))

        task = asyncio.create_task(guarded())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _introduce(self) -> None:
        while True:
            try:
                log.info("slack workspace team=%s", await self.workspaces.introduce())
                self._send()
                return
            except SlackApiError as error:
                code = str(error.response.get("error", ""))
                log.error("slack refused the bot token code=%s", code)
                if code in ENDED:
                    return
            except (ClientError, TimeoutError, OSError, StoreError) as error:
                log.warning("slack is not reached yet %s", whence(error))
            await asyncio.sleep(AGAIN)

    # -- what comes in --------------------------------------------------------------------------

    async def _middleware(self, req: AsyncBoltRequest) -> BoltResponse:
        body = req.body
        try:
            said = await self._take(body)
        except TryLater:
            return BoltResponse(status=503)
        except Refused as refused:
            return _json(alone(refused.sentence)) if "command" in body else BoltResponse(status=200)
        except Misuse as error:
            # A Misuse is made of ids alone, so its words may be logged; made-up ids may be long.
            kind, words = body.get("type") or body.get("command"), str(error)
            log.warning("misuse kind=%.40s %.200s", kind, words)
            return BoltResponse(status=200)
        except StoreError as error:
            log.error("store %s", whence(error))
            return BoltResponse(status=503)
        except SlackApiError as error:
            log.error("slack refused code=%s %s", code_of(error), whence(error))
            passing = refusal(error).too_fast or ambiguous(error)
            return await self._sorry(body, again=passing)
        except (ClientError, TimeoutError) as error:
            log.error("slack not reached %s", whence(error))
            return await self._sorry(body, again=True)
        return _json(said) if said else BoltResponse(status=200)

    async def _sorry(self, body: dict[str, Any], *, again: bool) -> BoltResponse:
        """The answer where Slack would not do what this took: nothing is passed over in silence.

        An event comes again, where that may help; a person is told, and what they typed stays.
        """
        kind = body.get("type")
        if kind == "event_callback":
            return BoltResponse(status=503 if again else 200)
        if "command" in body:
            return _json(alone(SORRY))
        if kind == "view_submission":
            blocks = (body.get("view") or {}).get("blocks") or ()
            at = next((b["block_id"] for b in blocks if b.get("type") == "input"), "")
            errors = {"response_action": "errors", "errors": {at: SORRY}}
            return _json(errors) if at else BoltResponse(status=503)
        team, channel = self.workspaces.team_of(body), (body.get("channel") or {}).get("id")
        await self._strangers.tell(team, str(channel or ""), str(body["user"]["id"]), SORRY)
        return BoltResponse(status=200)

    async def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        """One payload of any kind. Returns what the answer's body is to be."""
        body = self._placed(body)
        match body.get("type"):
            case "event_callback":
                await self._event(body)
            case "block_actions":
                await self._acting.press(body)
                self._task(self._homing.refresh(body), self._after)
            case "view_submission":
                said = await self._submitting.take(body)
                self._task(self._homing.refresh(body), self._after)
                return said
            case "shortcut" | "message_action":
                await self._acting.shortcut(body)
            case None if "command" in body:
                return await self._commanding.take(body)
            case _:
                pass  # view_closed, and what Slack may add: nothing of ours
        return {}

    def _placed(self, body: dict[str, Any]) -> dict[str, Any]:
        """The payload with its workspace named in one way.

        Raises TryLater while it is not known yet which workspace we are in, Misuse for a foreign one.
        """
        team = self.workspaces.team_of(body)
        if team:
            return {**body, "team_id": team, "team": {"id": team}}
        if self._tasks and self._setup.bot_token:
            raise TryLater
        raise Misuse(f"no workspace {' '.join(claimed(body))}")

    async def _event(self, body: dict[str, Any]) -> None:
        team, event = str(body["team_id"]), body.get("event") or {}
        match event.get("type"):
            case "app_uninstalled":
                await asyncio.to_thread(self.workspaces.end, team, "app_uninstalled")
            case "tokens_revoked":
                if self.workspaces.bot(team) in ((event.get("tokens") or {}).get("bot") or ()):
                    await asyncio.to_thread(self.workspaces.end, team, "tokens_revoked")
            case "app_home_opened":
                if event.get("tab") == "home":
                    await self._homing.show(team, str(event["user"]))
            case _:
                await self._listening.take(body)


def _json(said: dict[str, Any]) -> BoltResponse:
    headers: dict[str, str | Sequence[str]] = {"content-type": "application/json"}
    return BoltResponse(status=200, body=json.dumps(said), headers=headers)
