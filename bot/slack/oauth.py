"""Installing Convenor in several workspaces: Slack's OAuth flow, with its state and tokens in our store.

Bolt's own flow does the walking (https://docs.slack.dev/authentication/installing-with-oauth); here
are the two stores that it asks for and the pages that people see.
"""

import asyncio
import html
import logging
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import ClientError
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.logs import whence
from bot.slack.people import PLATFORM
from bot.slack.workspaces import Workspaces
from storage.doors import SignIn
from storage.port import Store, StoreError
from storage.trail import Installation

# -- words ---------------------------------------------------------------------------------------

DONE = "Convenor is in {name} now"
DONE_WHY = (
    "Open Slack, go to the channel of your committee, and type /convenor start. "
    "You can close this page."
)
NOT_DONE = "Convenor was not installed"
CANCELLED = "Nothing was changed in your workspace. The page where you began can start it again."
STALE = (
    "This page was opened too long ago, twice, or in another browser. Please begin again at "
    "/slack/install."
)
NOT_KEPT = "Slack agreed, but it could not be kept here. Please try again in a few minutes."
NOT_AGREED = (
    "Slack did not agree. Please try again; where that does not help, whoever runs Convenor finds "
    "Slack's reason in its log."
)
NOT_NOW = (
    "Something did not answer just now. Please begin again at /slack/install in a few minutes."
)

WHY = {
    "access_denied": CANCELLED,
    "storage_error": NOT_KEPT,
    **dict.fromkeys(("invalid_browser", "invalid_state", "missing_code", "invalid_code"), STALE),
}
"""What a page says for Bolt's and Slack's reasons; NOT_AGREED for any other."""

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
GOOD_FOR = timedelta(minutes=10)
TEAM = re.compile(r"[TE][A-Z0-9]{1,30}")
CODE = re.compile(r"[a-z_]{1,60}")
"""A reason of Slack's that may stand in the log: it comes in an address, which anybody can type."""
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width">'
    "<style>body{{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;"
    "color-scheme:light dark}}h1{{font-size:1.4rem}}</style></head>"
    "<body><main><h1>{title}</h1><p>{why}</p></main></body></html>"
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


log = logging.getLogger(__name__)


class States(AsyncOAuthStateStore):
    """The states that were given out: each good for ten minutes, and once."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt says what it does."""
        return logging.getLogger("slack_bolt")

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        """A new state; only its hash is kept."""
        state = secrets.token_urlsafe(32)
        given = SignIn(token_hash=_hash(state), person="", expires_at=self._clock() + GOOD_FOR)
        await asyncio.to_thread(self._store.write, lambda tx: tx.keep_sign_in(given))
        return state

    async def async_consume(self, state: str) -> bool:
        """Use a state up; False if it is unknown, used or too old."""
        taken = await asyncio.to_thread(
            self._store.write, lambda tx: tx.take_sign_in(_hash(state), self._clock())
        )
        return taken is not None


def _hash(state: str) -> str:
    # Under a name of its own, so that no state opens a door that a sign-in link opens.
    return sha256(f"slack-state:{state}".encode("utf-8", "replace")).hexdigest()


class Installed(AsyncInstallationStore):
    """Keeps what was installed."""

    def __init__(self, workspaces: Workspaces, clock: Callable[[], datetime]) -> None:
        self._workspaces, self._clock = workspaces, clock

    @property
    def logger(self) -> logging.Logger:
        """Where Bolt says what it does."""
        return logging.getLogger("slack_bolt")

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep a workspace. Raises BoltError, which Bolt's flow shows as a failure."""
        if not installation.team_id or not installation.bot_token or not installation.bot_user_id:
            raise BoltError("an installation without a workspace")
        scopes = installation.bot_scopes or ()
        kept = Installation(
            platform=PLATFORM,
            tenant=installation.team_id,
            name=installation.team_name or "",
            user=installation.bot_user_id,
            scopes=tuple(scopes.split(",") if isinstance(scopes, str) else scopes),
            at=self._clock(),
        )
        try:
            await asyncio.to_thread(self._workspaces.install, kept, installation.bot_token)
        except StoreError as error:
            raise BoltError("the installation could not be kept") from error


class _Flow(AsyncOAuthFlow):
    """Bolt's flow, with a page for every end that it can come to."""

    async def handle_installation(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            response = await super().handle_installation(request)
        except StoreError as error:
            log.error("no state could be kept %s", whence(error))
            return _page(self.settings, 503, NOT_DONE, NOT_NOW)
        response.headers.update({name.lower(): [value] for name, value in HEADERS.items()})
        return response

    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        # Bolt takes over whatever is asked for as `team`, line breaks and all.
        team = next(iter(request.query.get("team", ())), "")
        known = team if TEAM.fullmatch(team) else None
        return self.settings.authorize_url_generator.generate(state=state, team=known)

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        try:
            return await super().handle_callback(request)
        except (StoreError, SlackApiError, ClientError, TimeoutError) as error:
            log.error("not installed %s", whence(error))
            return _page(self.settings, 503, NOT_DONE, NOT_NOW)


def flow(
    workspaces: Workspaces,
    store: Store,
    clock: Callable[[], datetime],
    *,
    client_id: str,
    client_secret: str,
    public_url: str,
    scopes: tuple[str, ...],
) -> AsyncOAuthFlow:
    """The flow behind /slack/install and /slack/oauth_redirect."""
    # Bolt's flow logs the code that Slack handed out where it was refused: nothing below an error.
    quiet = logging.getLogger("slack_bolt.oauth")
    quiet.setLevel(logging.ERROR)
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=list(scopes),
        user_scopes=[],
        redirect_uri=public_url + REDIRECT,
        install_path=INSTALL,
        redirect_uri_path=REDIRECT,
        install_page_rendering_enabled=False,
        installation_store=Installed(workspaces, clock),
        state_store=States(store, clock),
        state_expiration_seconds=int(GOOD_FOR.total_seconds()),
        callback_options=AsyncCallbackOptions(success=_installed, failure=_failed),
        logger=quiet,
    )
    return _Flow(client=workspaces.new_client(), settings=settings, logger=quiet)


async def _installed(args: AsyncSuccessArgs) -> BoltResponse:
    title = DONE.format(name=args.installation.team_name or "your workspace")
    return _page(args.settings, 200, title, DONE_WHY)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("not installed reason=%s", args.reason if CODE.fullmatch(args.reason) else "odd")
    why = WHY.get(args.reason, NOT_AGREED)
    return _page(args.settings, args.suggested_status_code, NOT_DONE, why)


def _page(settings: AsyncOAuthSettings, status: int, title: str, why: str) -> BoltResponse:
    body = PAGE.format(title=html.escape(title), why=html.escape(why))
    cookie = settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=body, headers={**HEADERS, "Set-Cookie": cookie})
