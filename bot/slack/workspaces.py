"""The workspaces that let Convenor in: a client for each, who Convenor is there, and when it ends.

One workspace comes from the settings' token, any number from the install page. What a workspace is
called and Convenor's user there stand in the store, so that a restart needs no word from Slack; the
installed ones' tokens stand there sealed (see bot.slack.vault).
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Misuse
from bot.slack.people import PLATFORM
from bot.slack.vault import Vault
from storage.port import Store, Transaction
from storage.trail import Installation

REPLACED = "replaced"
"""Why a workspace ended whose token was taken out of the settings."""
FRESH = 1.0
"""Seconds for which what was read of a workspace holds; another process may end it."""
PATIENCE = aiohttp.ClientTimeout(total=30)

log = logging.getLogger(__name__)


class Workspaces:
    """All of them. `token` is the settings' one, "" where there is none."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        vault: Vault,
        token: str = "",
        api_url: str = "",
    ) -> None:
        self._store, self._clock, self._vault = store, clock, vault
        self._token, self._api_url = token, api_url
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._known: dict[str, tuple[float, Installation | None]] = {}
        """What was read of a workspace, and when: every request asks for it, and it hardly changes."""

    def open(self) -> None:
        """Begin, on the running loop. All clients share one session: a new one a call is slow."""
        self._session = aiohttp.ClientSession(timeout=PATIENCE)

    async def close(self) -> None:
        """End every connection."""
        if self._session is not None:
            await self._session.close()

    # -- reading --------------------------------------------------------------------------------

    def installation(self, team: str) -> Installation | None:
        """A workspace that has not ended."""
        read_at, found = self._known.get(team, (-FRESH, None))
        if time.monotonic() - read_at >= FRESH:
            found = self._store.read().installation(PLATFORM, team)
            if found is not None:
                self._known[team] = (time.monotonic(), found)
        return found if found is not None and not found.ended else None

    def any(self) -> bool:
        """Whether any workspace lets Convenor in, as far as is known."""
        return any(not each.ended for each in self._store.read().installations(PLATFORM))

    def client(self, team: str) -> AsyncWebClient | None:
        """The client of a workspace; None where Convenor is not, or no longer, let in."""
        found = self.installation(team)
        if found is None:
            return None
        token = self._vault.open(found.token) if found.token else self._token
        if not token:
            log.error("no token that can be opened team=%s", team)
            return None
        known = self._clients.get(team)
        if known is None or known.token != token:
            known = self._clients[team] = self.new_client(token)
        return known

    def let_in(self, team: str) -> AsyncWebClient:
        """The same, for who can do nothing without. Raises Misuse."""
        client = self.client(team)
        if client is None:
            raise Misuse(f"no workspace {team}")
        return client

    def bot(self, team: str) -> str:
        """Convenor's own user in a workspace; "" where it is not let in."""
        found = self.installation(team)
        return found.user if found else ""

    def team_of(self, body: dict[str, Any]) -> str:
        """The workspace that a payload is for; "" where it is none that lets Convenor in.

        Where a channel is shared with another organisation (Slack Connect), a payload may be named
        for the other one, and one payload stands for all workspaces that share the channel. Its id
        is the same in all of them, so the committee that lives there says which one is meant.
        """
        live = [team for team in claimed(body) if self.installation(team)]
        if not body.get("is_ext_shared_channel"):
            return next(iter(live), "")
        event, reader = body.get("event") or {}, self._store.read()
        channel = str(event.get("channel") or "")
        message = event.get("message") or event.get("previous_message") or event
        thread = str(message.get("thread_ts") or "")
        there = [i.tenant for i in reader.installations(PLATFORM) if not i.ended]
        home = [t for t in dict.fromkeys((*live, *there)) if reader.at_home(PLATFORM, t, channel)]
        ours = [t for t in home if thread and reader.key_at(PLATFORM, t, channel, thread)]
        return next(iter((*ours, *home, *live)), "")

    def new_client(self, token: str = "") -> AsyncWebClient:
        """A client that never repeats a call by itself: what may have gone out is looked up first."""
        client = AsyncWebClient(
            token=token or None,
            session=self._session,
            retry_handlers=[],
            logger=logging.getLogger("slack_sdk"),
        )
        if self._api_url:
            client.base_url = self._api_url
        return client

    # -- coming and going -----------------------------------------------------------------------

    async def introduce(self) -> str:
        """Ask Slack which workspace the settings' token belongs to, and keep that; returns its id.

        Raises SlackApiError where the token is not good, or what aiohttp raises.
        """
        answer = await self.new_client(self._token).auth_test()
        scopes = answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or ""
        self.keep(
            Installation(
                platform=PLATFORM,
                tenant=str(answer["team_id"]),
                name=str(answer.get("team") or ""),
                user=str(answer["user_id"]),
                scopes=tuple(filter(None, (scope.strip() for scope in scopes.split(",")))),
                at=self._clock(),
            )
        )
        return str(answer["team_id"])

    def install(self, installation: Installation, token: str) -> None:
        """Keep a workspace that was just installed, its token sealed. Raises StoreError."""
        self.keep(installation.evolve(token=self._vault.seal(token)))

    def keep(self, installation: Installation) -> None:
        """Keep a workspace; what waited for it goes out at once. Raises StoreError."""

        def work(tx: Transaction) -> None:
            for other in tx.installations(PLATFORM):
                replaced = not installation.token and not other.token
                if replaced and other.tenant != installation.tenant and not other.ended:
                    tx.keep_installation(other.evolve(ended=REPLACED))
            before = tx.installation(PLATFORM, installation.tenant)
            if before is None or before.ended or not _same(before, installation):
                tx.keep_installation(installation)
            tx.hasten(PLATFORM, installation.tenant, self._clock())  # the token may be a new one

        self._store.write(work)
        self._known.clear()

    def end(self, team: str, reason: str) -> None:
        """Send nothing to a workspace any more. Raises StoreError."""

        def work(tx: Transaction) -> None:
            found = tx.installation(PLATFORM, team)
            if found is not None and not found.ended:
                tx.keep_installation(found.evolve(ended=reason, token=""))

        self._store.write(work)
        self._known.clear()
        self._clients.pop(team, None)
        log.warning("workspace ended team=%s reason=%s", team, reason)


def claimed(body: dict[str, Any]) -> list[str]:
    """The workspaces that a payload names, those first in which the app is installed by its word.

    See https://docs.slack.dev/apis/events-api and Bolt's own reading of `authorizations` and of
    `view.app_installed_team_id`: a form that somebody of another organisation sends has their team
    as its `team`, and a message in a shared channel may have that of the channel's owner.
    """
    team, view = body.get("team"), body.get("view") or {}
    found = (
        view.get("app_installed_team_id"),
        *(each.get("team_id") for each in body.get("authorizations") or ()),
        team.get("id") if isinstance(team, dict) else team,
        body.get("team_id"),
        body.get("context_team_id"),
    )
    return list(dict.fromkeys(str(each) for each in found if each))


def _same(before: Installation, after: Installation) -> bool:
    return before.evolve(at=after.at) == after
